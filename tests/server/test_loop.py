"""The workflow with ComfyUI's own loop: with the nodes of the core where it has them, else with stand-ins.

The sockets below are those of the core's own nodes, so the workflow and the stand-ins are held against them.
"""
import json
import shutil

import av
import numpy as np
import pytest
import trimesh

import comfy_page
import environment
import quickstart
from comfy_client import get
from comfy_server import CPU, Server
from small_workflows import nodes, quarter_size, run, workflow

# node -> its inputs as API graphs name them, those of mode List alone; its outputs, with "*" for any type
SOCKETS = {
    "StartLoop": ({"mode", "mode.list", "cache_iterations", "parent_iteration", "initial_iteration_value"},
                  ["iteration_index", "is_first", "is_last", "list_item", "current_iteration_value"]),
    "EndLoop": ({"output_value", "next_iteration_value", "accumulate", "terminations.termination0",
                 "terminations.termination1"}, ["outputs"]),
    "CreateList": ({"inputs.input0", "inputs.input1", "inputs.input2"}, ["list"]),
    "GetItemFromList": ({"list", "index"}, ["*"]),
}
FILE = quickstart.ROOT / "docs" / "workflows" / "loop.json"


@pytest.fixture(scope="module")
def server(prepared, tmp_path_factory, root):
    base, comfyui = tmp_path_factory.mktemp("loop"), environment.comfyui_path()
    shutil.copytree(prepared, base, symlinks=True, dirs_exist_ok=True)
    if not (comfyui / "comfy_extras" / "nodes_loop.py").exists():
        (base / "custom_nodes" / "loop_nodes.py").symlink_to(root / "tests" / "harness" / "loop_nodes.py")
    with Server(comfyui, base, CPU) as server:
        yield server


def input_names(info):
    """Names that API graphs use, of what /object_info says about a node. The core's newer nodes have inputs
    that depend on a choice, and inputs whose number grows: the first three of those."""
    for group in ("required", "optional"):
        for name, (kind, *more) in info["input"].get(group, {}).items():
            options = more[0] if more else {}
            if kind == "COMFY_AUTOGROW_V3":
                yield from (f"{name}.{options['template']['prefix']}{i}" for i in range(3))
                continue
            yield name
            chosen = [option for option in options.get("options", []) if isinstance(option, dict)
                      and option["key"] == "List"]
            yield from (f"{name}.{inner}" for option in chosen for inner in option["inputs"]["required"])


@pytest.mark.parametrize("class_type", SOCKETS)
def test_the_nodes_have_the_sockets_of_the_core(server, class_type):
    info = get(server.url, f"/object_info/{class_type}")[class_type]
    inputs, outputs = SOCKETS[class_type]
    assert inputs <= set(input_names(info)) and outputs == info["output_name"]


@pytest.mark.parametrize("class_type", SOCKETS)
def test_the_workflow_uses_these_sockets(class_type):
    inputs, outputs = SOCKETS[class_type]
    graph = workflow("loop", "docs/workflows")
    assert all(set(graph[key]["inputs"]) <= inputs for key in nodes(graph, class_type))
    drawn = [node for node in json.loads(FILE.read_text())["nodes"] if node["type"] == class_type]
    assert len(drawn) == len(nodes(graph, class_type)) > 0
    for node in drawn:
        assert {socket["name"] for socket in node["inputs"]} <= inputs
        assert [socket["name"] for socket in node["outputs"]] == outputs


def test_the_clips_of_a_loop_are_those_made_in_a_row(server):
    """The workflow three_trajectories has the same scene and paths, but no loop, and other depth. A list of
    one path gives the first of its clips."""
    loop = quarter_size(workflow("loop", "docs/workflows"))
    run(server, loop)
    row = quarter_size(workflow("three_trajectories"))
    for key in nodes(row, "WSKitUpdateGeometricMemory"):
        update = row[key]["inputs"]
        shown, = (each for each in nodes(row, "WSKitRenderPointCloud")
                  if row[each]["inputs"]["trajectory"] == update["trajectory"])
        update.update(depth=[shown, 2], keep_photo=False)
    run(server, row)
    clips, clouds = videos(server, "loop/clip_*.mp4"), glbs(server, "loop")
    in_a_row = [video for name in ("right", "up", "onward")
                for video in videos(server, f"three_trajectories/{name}_*.mp4")]
    assert len(clips) == len(in_a_row) == 3
    for clip, other in zip(clips, in_a_row, strict=True):
        np.testing.assert_array_equal(clip, other)
    assert not np.array_equal(clips[0], clips[1]) and not np.array_equal(clips[1], clips[2])

    sizes = [len(cloud) for cloud in clouds]
    assert sizes == sorted(set(sizes)) and len(sizes) == 3  # it grows with every clip
    last, = glbs(server, "three_trajectories")
    np.testing.assert_array_equal(clouds[-1], last)

    first, = (key for key in nodes(loop, "WSKitAddTrajectory") if loop[key]["inputs"]["name"] == "right")
    for node in loop.values():
        if node["class_type"] in ("WSKitTrajectoriesAsList", "WSKitPickTrajectory"):
            node["inputs"]["trajectories"] = [first, 0]
        if "filename_prefix" in node["inputs"]:
            node["inputs"]["filename_prefix"] = "one/file"
    run(server, loop)
    alone, = videos(server, "one/*.mp4")
    np.testing.assert_array_equal(alone, clips[0])


def test_the_workflow_opens_without_alert_and_is_the_graph_that_was_run(server, chromium):
    with comfy_page.open_page(server.url) as page:
        comfy_page.load_workflow(page, json.loads(FILE.read_text()))
        assert comfy_page.alerts(page) == []
        shown = comfy_page.unfolded(comfy_page.api_graph(page))
    graph = json.loads((FILE.parent / "api" / FILE.name).read_text())
    assert set(shown) == set(graph)
    for key, node in graph.items():
        if node["class_type"].startswith("WSKit") or node["class_type"] in SOCKETS:
            assert shown[key]["inputs"] == node["inputs"]


def videos(server, pattern):
    """The frames of every video below output, in the order of their names."""
    found = []
    for path in sorted((server.base / "output").glob(pattern)):
        with av.open(str(path)) as container:
            found.append(np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]))
    return found


def glbs(server, folder):
    """The points of every cloud in a folder of output, in the order in which they were written."""
    return [np.asarray(trimesh.load(path).geometry.popitem()[1].vertices)
            for path in sorted((server.base / "output" / folder).glob("cloud_*.glb"))]
