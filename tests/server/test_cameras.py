"""The camera nodes in a real ComfyUI: presets, the collision rule, paths made of paths, cameras in a GLB."""
import numpy as np
import pytest

import comfy_client
import quickstart
from worldstereo.core.cloud.files.load import load_point_cloud
from worldstereo.core.planning.frusta import PATH_COLORS

QUICK = {node["class_type"]: key for key, node in quickstart.graph().items()}
SIZE = {"frames": 21, "width": 384, "height": 256, "angle": 30, "elevation": 0}


def graph(**more):
    """Photograph, depth and cloud of the quickstart, and more nodes."""
    last = int(QUICK["WSKitPointCloudFromDepth"])
    scene = {key: node for key, node in quickstart.graph().items() if int(key) <= last}
    return {**scene, **more}


def node(class_type, **inputs):
    return {"class_type": class_type, "inputs": inputs}


def test_a_joined_path_is_drawn_and_exported(comfy_server):
    depth, cloud = [QUICK["WSKitDepthFromImage"], 0], [QUICK["WSKitPointCloudFromDepth"], 0]
    run = comfy_client.run_graph(comfy_server.url, graph(
        dolly=node("WSKitCameraTrajectory", depth=depth, preset="dolly", distance=0.3, **SIZE),
        arc=node("WSKitCameraTrajectory", depth=depth, preset="arc", distance=0.2, ease="in", tilt=5,
                 point_cloud=cloud, **SIZE),
        joined=node("WSKitCombineTrajectories", first=["dolly", 0], second=["arc", 0],
                    join="continue where the first ends"),
        closed=node("WSKitReverseTrajectory", trajectory=["joined", 0], mode="there and back"),
        path=node("WSKitResampleTrajectory", trajectory=["closed", 0], frames=21, ease="in and out",
                  interpolation="smooth"),
        report=node("PreviewAny", source=["path", 1]),
        drawn=node("WSKitPreviewTrajectory", trajectory=["path", 0], width=320, height=240, point_cloud=cloud,
                   viewpoint="top"),
        picture=node("PreviewImage", images=["drawn", 0]),
        file=node("WSKitExportPointCloud", point_cloud=["drawn", 1], filename_prefix="cameras/scene",
                  format="glb",
                  up_axis="Y up (viewers)")))
    assert run.error is None
    assert run.outputs["report"]["text"][0].startswith("21 poses, length ")
    (path,) = (comfy_server.base / "output" / "cameras").glob("scene*.glb")
    colors = load_point_cloud(path)[0].colors.numpy() * 255
    green = (np.abs(colors - PATH_COLORS[0]) < 2).all(1)  # the start
    assert green.sum() > 100


def test_the_report_of_the_collision_rule(comfy_server):
    """Two median depths ahead is behind the motorcycle."""
    run = comfy_client.run_graph(comfy_server.url, graph(
        path=node("WSKitCameraTrajectory", depth=[QUICK["WSKitDepthFromImage"], 0], preset="dolly",
                  distance=0.95,
                  point_cloud=[QUICK["WSKitPointCloudFromDepth"], 0], **SIZE),
        report=node("PreviewAny", source=["path", 1])))
    assert run.error is None
    assert "from the scene (at least 0.1), for which it was shortened" in run.outputs["report"]["text"][0]


@pytest.mark.parametrize("preset", ["arc", "forward then orbit", "dolly zoom"])
def test_impossible_distances_are_one_sentence(comfy_server, preset):
    run = comfy_client.run_graph(comfy_server.url, graph(
        path=node("WSKitCameraTrajectory", depth=[QUICK["WSKitDepthFromImage"], 0], preset=preset,
                  distance=2, **SIZE),
        report=node("PreviewAny", source=["path", 1])))
    assert "below 1 median depth" in run.error["exception_message"]


def test_nodes_behind_trajectories_as_list_run_once_for_each_clip(comfy_server):
    depth, names = [QUICK["WSKitDepthFromImage"], 0], ["left", "right", "view0/up"]
    listed, more = None, {}
    for name, angle in zip(names, (10, 20, 30)):
        more[f"path {name}"] = node("WSKitCameraTrajectory", depth=depth, preset="arc", distance=0.2,
                                    **{**SIZE, "angle": angle})
        more[f"clip {name}"] = node("WSKitAddTrajectory", trajectory=[f"path {name}", 0], name=name,
                                    prompt=f"to the {name}", start_frame="",
                                    **({"trajectories": listed} if listed else {}))
        listed = [f"clip {name}", 0]
    run = comfy_client.run_graph(comfy_server.url, graph(**more, **{
        "clips": node("WSKitTrajectoriesAsList", trajectories=listed),
        "saved": node("WSKitSaveTrajectory", trajectory=["clips", 0], filename_prefix="listed/path",
                      format="camera.json"),
        "path": node("WSKitPickTrajectory", trajectories=listed, name=["clips", 1]),
        "picked": node("WSKitSaveTrajectory", trajectory=["path", 0], filename_prefix="listed/picked",
                       format="camera.json"),
        "prompt": node("PreviewAny", source=["clips", 2])}))
    assert run.error is None
    assert run.outputs["prompt"]["text"] == [f"to the {name}" for name in names]
    saved, picked = ([(comfy_server.base / "output" / name).read_text() for name in run.outputs[key]["text"]]
                     for key in ("saved", "picked"))
    assert saved == picked and len(set(saved)) == 3
