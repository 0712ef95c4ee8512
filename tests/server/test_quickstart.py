"""The quickstart in a real ComfyUI, through the API that its web page uses."""
import json
import threading
import time

import av
import pytest

import comfy_client
import quickstart


@pytest.fixture(scope="module")
def quickstart_run(comfy_server):
    return comfy_client.run_graph(comfy_server.url, quickstart.graph())


def test_every_pack_and_node_loads(comfy_server):
    assert comfy_server.failed_packs() == []
    known = comfy_client.get(comfy_server.url, "/object_info")
    assert {node["class_type"] for node in quickstart.graph().values()} <= set(known)


def test_the_page_offers_the_workflows_as_templates(comfy_server):
    templates = comfy_client.get(comfy_server.url, "/workflow_templates")
    shipped = sorted(file.stem for file in quickstart.WORKFLOW_FILE.parent.glob("*.json"))
    assert sorted(templates[quickstart.PACK]) == shipped and len(shipped) >= 4


def test_every_input_and_output_is_explained(comfy_server):
    known = comfy_client.get(comfy_server.url, "/object_info")
    nodes = {key: node for key, node in known.items() if key.startswith("WSKit")}
    assert len(nodes) >= 15
    for key, node in nodes.items():
        inputs = {**node["input"].get("required", {}), **node["input"].get("optional", {})}
        unexplained = [name for name, (_, *options) in inputs.items()
                       if not (options and options[0].get("tooltip"))]
        assert not unexplained, key
        assert node["description"] and node["category"].startswith("WorldStereo/"), key
        assert len(node["output_tooltips"]) == len(node["output_name"]) == len(node["output"]), key


def test_quickstart_leaves_every_result(comfy_server, quickstart_run, tmp_path):
    assert quickstart_run.error is None
    files = {path.name: path for path in quickstart.copy_results(comfy_server.base, tmp_path)}
    settings = quickstart.graph()[node_id("WSKitCameraTrajectory")]["inputs"]
    clip = (settings["frames"], settings["width"], settings["height"])
    for name in ("render.mp4", "key_frames.mp4"):
        assert video_shape(files[name]) == clip
    assert files["point_cloud.glb"].read_bytes()[:4] == b"glTF"


def test_sampling_shows_every_step(quickstart_run):
    reports = quickstart_run.progress(node_id("WSKitSampleKeyFrames"))
    values = [value for value, _ in reports]
    assert values == sorted(values) and reports[-1][0] == reports[-1][1] >= 4


def test_memory_model_without_references_names_the_missing_node(comfy_server):
    graph = quickstart.graph()
    geometric, stereo = node_id("WSKitApplyGeometricMemory"), node_id("WSKitApplyStereoMemory")
    bypassed = json.loads(json.dumps(graph).replace(f'["{stereo}", 0]', f'["{geometric}", 0]'))
    del bypassed[stereo]
    run = comfy_client.run_graph(comfy_server.url, bypassed)
    message = run.error["exception_message"].strip()
    assert run.error["exception_type"] == "ValueError"
    assert "Apply Spatial-Stereo Memory" in message and "\n" not in message


def test_interruption_ends_sampling_at_once(comfy_server):
    graph = quickstart.graph()
    sampler = node_id("WSKitSampleKeyFrames")
    graph[sampler]["inputs"].update(steps=200, seed=1)
    interrupted_at = []

    def interrupt_after_two_steps(event):
        data = event["data"]
        sampling = event["type"] == "progress" and data["node"] == sampler
        if sampling and data["value"] >= 2 and not interrupted_at:
            interrupted_at.append(time.monotonic())
            threading.Thread(target=comfy_client.post, args=(comfy_server.url, "/interrupt", {})).start()

    run = comfy_client.run_graph(comfy_server.url, graph, interrupt_after_two_steps)
    assert run.error["type"] == "execution_interrupted"
    assert time.monotonic() - interrupted_at[0] < 15  # all 200 steps take minutes
    assert run.progress(sampler)[-1][0] < 10


def node_id(class_type: str) -> str:
    return next(key for key, node in quickstart.graph().items() if node["class_type"] == class_type)


def video_shape(path) -> tuple[int, int, int]:
    with av.open(str(path)) as container:
        frames = [frame for frame in container.decode(video=0)]
    return len(frames), frames[0].width, frames[0].height
