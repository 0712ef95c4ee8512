"""The workflows with other models in a real ComfyUI, with tiny random models of its own classes."""
import json

import av
import pytest
from PIL import Image

import environment
import quickstart
import stock_models
from comfy_client import get, run_graph
from comfy_server import CPU, Server

pytestmark = pytest.mark.slow
FRAMES, WIDTH, HEIGHT = 9, 96, 64


@pytest.fixture(scope="module")
def server(tmp_path_factory, root, comfy):
    base = tmp_path_factory.mktemp("other_models")
    quickstart.link_pack(base / "custom_nodes" / quickstart.PACK)
    (base / "custom_nodes" / "prompt_nodes.py").symlink_to(root / "tests" / "harness" / "prompt_nodes.py")
    stock_models.write_models(base / "models")
    try:
        stock_models.write_uni3c(base / "models")
    except ImportError:
        pass  # an older ComfyUI
    (base / "input").mkdir()
    # a portrait: it has to be cropped
    Image.linear_gradient("L").resize((64, 96)).convert("RGB").save(base / "input" / "motorcycle.png")
    with Server(environment.comfyui_path(), base, CPU) as server:
        server.base = base
        yield server


def workflow(name, root):
    """The API graph with small clips, and random prompts instead of the large encoders."""
    graph = json.loads((root / "docs" / "workflows" / "api" / f"{name}.json").read_text())
    small = {"frames": FRAMES, "length": FRAMES, "width": WIDTH, "height": HEIGHT, "steps": 2, "radius": 0.05}
    for node in graph.values():
        node["inputs"].update({key: value for key, value in small.items()
                               if isinstance(node["inputs"].get(key), (int, float))})
        if node["class_type"] == "ImageFromBatch":
            node["inputs"].update(batch_index=FRAMES - 1, length=1)
        if node["class_type"] in ("CLIPTextEncode", "CLIPVisionEncode"):
            kind, kept = {"CLIPTextEncode": ("RandomPrompt", "text"),
                          "CLIPVisionEncode": ("RandomVision", "image")}[node["class_type"]]
            node.update(class_type=kind, inputs={kept: node["inputs"][kept]})
    return {key: node for key, node in graph.items()
            if node["class_type"] not in ("CLIPLoader", "CLIPVisionLoader")}


def videos(server, graph):
    """{prefix: frames [F,H,W,3] uint8} of what the graph saves."""
    done = run_graph(server.url, graph)
    assert done.error is None, done.error["exception_message"]
    found = {}
    for prefix in (node["inputs"]["filename_prefix"] for node in graph.values()
                   if node["class_type"] == "SaveVideo"):
        file = sorted((server.base / "output").glob(f"{prefix}_*.mp4"))[-1]
        with av.open(file) as container:
            found[prefix] = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        assert len(found[prefix]) == FRAMES and found[prefix][0].shape == (HEIGHT, WIDTH, 3)
    return found


def test_two_clips_of_vace_share_the_geometric_memory(server, root):
    assert set(videos(server, workflow("vace", root))) == {"vace/clip_1", "vace/clip_2"}


def test_the_path_reaches_fun_camera(server, root):
    graph = workflow("fun_camera", root)
    moved = videos(server, graph)["fun_camera/clip"]
    graph["5"]["inputs"]["scale"] = 40.0
    assert abs(videos(server, graph)["fun_camera/clip"][-1].astype(float) - moved[-1]).mean() > 1


def test_the_path_reaches_fun_camera_of_wan_2_2(server, root):
    graph = workflow("fun_camera", root)
    graph["10"]["inputs"]["unet_name"] = "wan2.2_fun_camera.safetensors"
    del graph["20"]["inputs"]["clip_vision_output"], graph["17"]
    videos(server, graph)


def test_the_render_reaches_uni3c(server, root):
    if "WanUni3CControlnetApply" not in get(server.url, "/object_info"):
        pytest.skip("this ComfyUI has no Uni3C")
    graph = workflow("uni3c", root)
    guided = videos(server, graph)["uni3c/clip"]
    graph["19"]["inputs"]["strength"] = 0.0
    assert abs(videos(server, graph)["uni3c/clip"][-1].astype(float) - guided[-1]).mean() > 0.1
