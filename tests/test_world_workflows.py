"""The shipped workflows of worlds, with small clips and the tiny model, in a real ComfyUI."""
import json
import shutil

import comfy_client
import numpy as np
import pytest
import quickstart
import trimesh
from PIL import Image
from sphere import field, room
from test_world_official import official  # noqa: F401  (a fixture)

from worldstereo.core.geometry.panorama import panorama_directions

SMALL = {"frames": 5, "width": 128, "height": 64, "radius": 0.05, "steps": 2, "max_references": 2}
SIXTEENTH = {"width": 185, "height": 124}


def workflow(name):
    """The graph with small clips, and nothing that only a browser shows."""
    graph = json.loads((quickstart.ROOT / "workflows" / "api" / f"{name}.json").read_text())
    for node in graph.values():
        node["inputs"].update({key: value for key, value in SMALL.items()
                               if isinstance(node["inputs"].get(key), (int, float))})
    return graph


def node(class_type, **inputs):
    return {"class_type": class_type, "inputs": inputs}


def nodes(graph, class_type):
    return [key for key, node in graph.items() if node["class_type"] == class_type]


def quarter_size(graph):
    """The motorcycle with a sixteenth of its pixels: a small cloud keeps the test short."""
    photo, = nodes(graph, "LoadImage")
    depth, = nodes(graph, "WSKitDepthFromImage")
    settings = graph[depth]["inputs"]
    settings.update({key: settings[key] * SIXTEENTH["width"] / 741 for key in ("fx", "fy", "cx", "cy")})
    for user in graph.values():
        user["inputs"].update({key: ["100", 0] for key, value in user["inputs"].items() if value == [photo, 0]})
    graph["100"] = node("ImageScale", image=[photo, 0], upscale_method="area", crop="disabled", **SIXTEENTH)
    graph["101"] = node("ImageScale", image=settings["image"], upscale_method="nearest-exact", crop="disabled",
                        **SIXTEENTH)
    settings["image"] = ["101", 0]
    return graph


def cloud_written(server, folder):
    path = sorted((server.base / "output" / folder).glob("cloud_*.glb"))[-1]
    return np.asarray(trimesh.load(path).geometry.popitem()[1].vertices)


def run(server, graph):
    done = comfy_client.run_graph(server.url, graph)
    assert done.error is None, done.error["exception_message"]
    return done


def test_three_trajectories_one_after_the_other(comfy_server):
    graph = quarter_size(workflow("three_trajectories"))
    done = run(comfy_server, graph)
    assert all(done.outputs[key]["images"][0]["filename"].endswith(".mp4") for key in nodes(graph, "SaveVideo"))
    assert len(nodes(graph, "WSKitSampleKeyFrames")) == 3
    assert len(cloud_written(comfy_server, "three_trajectories")) > 5_000


@pytest.mark.parametrize("scene, order, clips", [
    ("kitchen", "official: reconstruction", ["traj_eloop", "traj_up", "traj_right", "traj_left"]),
    ("station_panorama", "official: panorama", ["view0/traj2", "view0/traj0", "view0/traj1"])])
def test_world_out_of_an_official_scene(comfy_server, shared, official, scene, order, clips):  # noqa: F811
    target = comfy_server.base / "input" / scene
    shutil.copytree(shared / "examples" / scene, target, dirs_exist_ok=True, copy_function=shutil.copyfile)
    depth = official[scene][2]
    np.save(comfy_server.base / "input" / f"{scene}_depth.npy", depth.depth[0].numpy())
    graph = workflow("build_world")
    for key, name, value in (("WSKitLoadScene", "scene", scene), ("WSKitBuildWorld", "order", order),
                             ("WSKitBuildWorld", "world", f"{scene}/world"),
                             ("WSKitExportPointCloud", "filename_prefix", f"{scene}/cloud")):
        graph[nodes(graph, key)[0]]["inputs"][name] = value
    estimate, = nodes(graph, "WSKitEstimateDepth")  # there is no depth model here
    lift, = nodes(graph, "WSKitPointCloudFromDepth")
    graph["100"] = node("WSKitLoadDepth", file=f"{scene}_depth.npy")
    graph[estimate] = node("WSKitDepthFromImage", image=["100", 0], scale=1.0, horizontal_fov=60.0, fx=0.0, fy=0.0,
                           cx=0.0, cy=0.0, unit="m")
    graph["101"] = node("ImageFromBatch", image=graph[lift]["inputs"]["image"], batch_index=0, length=1)
    graph["102"] = node("ImageScale", image=["101", 0], upscale_method="area", width=depth.width, height=depth.height,
                        crop="disabled")
    graph[lift]["inputs"]["image"] = ["102", 0]
    done = run(comfy_server, graph)
    report = done.outputs[nodes(graph, "PreviewAny")[0]]["text"][0]
    assert [line.split(":")[0] for line in report.splitlines()] == clips
    assert 5_000 < len(cloud_written(comfy_server, scene)) < depth.depth.numel()


def test_world_out_of_a_panorama(comfy_server):
    rays = panorama_directions(128)
    Image.fromarray((field(rays) * 255).byte().numpy()).save(comfy_server.base / "input" / "panorama.png")
    np.save(comfy_server.base / "input" / "panorama_distance.npy", room(rays).numpy())
    graph = workflow("panorama_world")
    done = run(comfy_server, graph)
    report = done.outputs[nodes(graph, "PreviewAny")[0]]["text"][0]
    assert [line.split(":")[0] for line in report.splitlines()] == ["view0/traj2", "view0/traj0", "view0/traj1"]
    assert len(cloud_written(comfy_server, "panorama")) > 10_000
