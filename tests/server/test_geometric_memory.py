"""The geometric memory in a real ComfyUI: a clip worked in, undone, saved, and loaded by another graph."""
import pytest

import comfy_client
import quickstart


@pytest.fixture(scope="module")
def graph():
    """The quickstart up to its render, as a short small clip,
    and an update with the rendered frames as the clip."""
    graph = {key: graph_node for key, graph_node in quickstart.graph().items() if int(key) <= 8
             and key not in "67"}
    graph["5"]["inputs"].update(frames=5, width=192, height=128)
    graph["8"]["inputs"].update(radius=0.03)
    update = {"point_cloud": ["4", 0], "frames": ["8", 0], "depth": ["8", 2], "align": "scale",
              "use_frames": 3,
              "max_points": 300_000, "remove_points": True, "trajectory": ["5", 0]}
    return graph | {"u": node("WSKitUpdateGeometricMemory", **update),
                    "report": node("PreviewAny", source=["u", 2]),
                    "undo": node("WSKitRemoveClip", point_cloud=["u", 0], clip=["u", 1]),
                    "save": node("WSKitSaveGeometricMemory", point_cloud=["undo", 0],
                                 filename_prefix="world/room")}


def node(class_type, **inputs):
    return {"class_type": class_type, "inputs": inputs}


def test_a_clip_is_worked_in_saved_and_loaded(comfy_server, graph):
    run = comfy_client.run_graph(comfy_server.url, graph)
    assert run.error is None
    report, = run.outputs["report"]["text"]
    assert "clip 1: 3 of 3 frames worked in" in report and "residual" in report
    assert [value for value, _ in run.progress("u")][-1] == 3
    path, = run.outputs["save"]["text"]
    assert path == "world/room_00001_.cloud.safetensors"
    assert (comfy_server.base / "output" / path).stat().st_size > 1e6
    offered = comfy_client.get(comfy_server.url, "/object_info/WSKitLoadGeometricMemory")
    (files, *_), = offered["WSKitLoadGeometricMemory"]["input"]["required"].values()
    assert f"{path} [output]" in files
    again = {key: graph[key] for key in ("2", "3", "5")} | {
        "load": node("WSKitLoadGeometricMemory", file=f"{path} [output]"),
        "render": node("WSKitRenderPointCloud", point_cloud=["load", 0], trajectory=["5", 0], radius=0.03,
                       points_per_pixel=20),
        "show": node("PreviewImage", images=["render", 0])}
    run = comfy_client.run_graph(comfy_server.url, again)
    assert run.error is None and len(run.outputs["show"]["images"]) == 5


def test_a_clip_that_is_not_there_is_a_sentence(comfy_server, graph):
    wrong = {**graph, "undo": node("WSKitRemoveClip", point_cloud=["u", 0], clip=9)}
    run = comfy_client.run_graph(comfy_server.url, wrong)
    assert "no points of clip 9; it has those of 0, 1" in run.error["exception_message"]


def test_a_file_outside_is_refused_before_the_run(comfy_server):
    load = {"load": node("WSKitLoadGeometricMemory", file="../secret.cloud.safetensors"),
            "export": node("WSKitExportPointCloud", point_cloud=["load", 0], filename_prefix="a",
                           format="ply",
                           up_axis="Y up (viewers)")}
    with pytest.raises(comfy_client.Rejected, match="outside ComfyUI's input and output folders"):
        comfy_client.run_graph(comfy_server.url, load)
