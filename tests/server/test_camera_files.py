"""The nodes of camera files in a real ComfyUI: a path goes through every one of them."""
import pytest
import torch

import comfy_client
from camera_paths import path_of
from worldstereo.core.cameras.formats.official import write_official
from worldstereo.core.cameras.formats.recognise import read_file
from worldstereo.core.planning.presets.moves import orbit


def test_a_path_goes_through_every_node_of_a_running_comfyui(comfy_server):
    path = path_of(orbit(81, 3.0, 40))
    (comfy_server.base / "input" / "walk").mkdir(exist_ok=True)
    (comfy_server.base / "input" / "walk" / "camera.json").write_text(write_official(path))
    fitting = {"direction": "as the format says", "frames": 21, "width": 32, "height": 32, "scale": 2.0}
    graph = {
        "1": ("WSKitLoadTrajectory", {"file": "walk/camera.json", "format": "recognise", **fitting}),
        "2": ("WSKitTrajectoryToExtrinsics", {"trajectory": ["1", 0]}),
        "3": ("WSKitTrajectoryFromExtrinsics",
              {"extrinsics": ["2", 0], "intrinsics": ["2", 1], **fitting, "scale": 1.0}),
        "4": ("WSKitSaveTrajectory", {"trajectory": ["3", 0], "filename_prefix": "walk/c",
                                      "format": "camera.json"}),
        "5": ("WSKitSaveTrajectory", {"trajectory": ["3", 0], "filename_prefix": "walk/m",
                                      "format": "COLMAP binary"}),
        "6": ("PreviewAny", {"source": ["1", 1]})}
    graph = {node: {"class_type": kind, "inputs": inputs} for node, (kind, inputs) in graph.items()}
    run = comfy_client.run_graph(comfy_server.url, graph)
    assert run.error is None
    report = ("camera.json: w2c OpenCV, 81 poses, 64x48, resampled to 21, stretched to 32x32, "
              "positions times 2")
    assert run.outputs["6"]["text"] == [report]
    assert (run.outputs["4"]["text"], run.outputs["5"]["text"]) == (["walk/c_00001_.json"], ["walk/m_00001_"])
    for name in ("c_00001_.json", "m_00001_"):
        saved = read_file(comfy_server.base / "output" / "walk" / name).trajectory
        expected = path.w2c[::4].clone()
        expected[:, :3, 3] *= 2
        assert torch.allclose(saved.w2c, expected, atol=1e-5) and (saved.width, saved.height) == (32, 32)
    graph["1"]["inputs"]["file"] = "../walk/camera.json"
    with pytest.raises(comfy_client.Rejected, match="lies outside ComfyUI's input and output folders"):
        comfy_client.run_graph(comfy_server.url, graph)
