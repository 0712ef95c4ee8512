"""The shipped workflows of worlds, with small clips and the tiny model, in a real ComfyUI."""
import shutil

import numpy as np
import pytest
import trimesh
from PIL import Image

import make_tiny_model
from small_workflows import nodes, quarter_size, run, workflow
from sphere import field, room
from worldstereo.core.cloud.files.load import load_point_cloud
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.official.scene import read_scene, resize_scene
from worldstereo.core.panorama.sphere import panorama_directions
from worldstereo.core.world.clip_folder import read_facts, read_frames
from worldstereo.core.world.clip_list import clip_render
from worldstereo.core.world.world_folder import finished_clips


def cloud_written(server, folder):
    path = sorted((server.base / "output" / folder).glob("cloud_*.glb"))[-1]
    return np.asarray(trimesh.load(path).geometry.popitem()[1].vertices)


def test_three_trajectories_one_after_the_other(comfy_server):
    graph = quarter_size(workflow("three_trajectories"))
    done = run(comfy_server, graph)
    assert all(done.outputs[key]["images"][0]["filename"].endswith(".mp4")
               for key in nodes(graph, "SaveVideo"))
    assert len(nodes(graph, "WSKitSampleKeyFrames")) == 3
    assert len(cloud_written(comfy_server, "three_trajectories")) > 5_000


def test_four_clips_in_one_node(comfy_server):
    graph = quarter_size(workflow("build_world"))
    done = run(comfy_server, graph)
    report = done.outputs[nodes(graph, "PreviewAny")[0]]["text"][0]
    assert [line.split(":")[0] for line in report.splitlines()] == ["right", "left", "up", "down"]
    assert len(cloud_written(comfy_server, "build_world")) > 5_000


@pytest.fixture(scope="module")
def trained(comfy_server, tmp_path_factory):
    """Names of WorldStereo-Nano and its VAE, which lie beside the random ones of the server."""
    made, models = tmp_path_factory.mktemp("trained"), comfy_server.base / "models"
    shutil.copytree(make_tiny_model.write_model(made, trained=True), models / "diffusion_models" / "trained")
    shutil.copyfile(make_tiny_model.write_vae(made, trained=True), models / "vae" / "trained.safetensors")
    return "trained/model.safetensors", "trained.safetensors"


@pytest.mark.parametrize("scene, order, frames, size, clips", [
    ("kitchen", "official: reconstruction", 5, (384, 128),
     ["traj_eloop", "traj_up", "traj_right", "traj_left"]),
    ("station_panorama", "official: panorama", 7, (384, 112), ["view0/traj2", "view0/traj0", "view0/traj1"])])
def test_world_out_of_an_official_scene(comfy_server, shared, trained, scene, order, frames, size, clips):
    """Every clip shows what its official render shows, and the fused cloud does,
    along the path of the last clip."""
    shutil.copytree(shared / "examples" / scene, comfy_server.base / "input" / scene, dirs_exist_ok=True,
                    copy_function=shutil.copyfile)
    graph = workflow("official_scene", "docs/workflows")
    for class_type, values in {
            "WSKitLoadScene": {"scene": scene, "frames": frames, "width": size[0], "height": size[1]},
            "WSKitLoadModel": {"model_name": trained[0]}, "VAELoader": {"vae_name": trained[1]},
            "WSKitBuildWorld": {"order": order, "world": f"{scene}/world", "steps": 0, "radius": 0.03},
            "WSKitExportPointCloud": {"filename_prefix": f"{scene}/cloud", "format": "ply"}}.items():
        graph[nodes(graph, class_type)[0]]["inputs"].update(values)
    done = run(comfy_server, graph)
    report = done.outputs[nodes(graph, "PreviewAny")[0]]["text"][0]
    assert [line.split(":")[0] for line in report.splitlines()] == clips

    output = comfy_server.base / "output" / scene
    official = {clip.name: clip for clip in resize_scene(read_scene(shared / "examples" / scene), frames,
                                                         *size).clips}
    cloud, _ = load_point_cloud(sorted(output.glob("cloud_*.ply"))[-1])
    for folder in finished_clips(output / "world"):
        theirs = official[read_facts(folder)["name"]]
        render, mask = clip_render(theirs)
        known = mask < 0.5
        made = psnr(read_frames(folder) / 255, render, known)
        ours, holes, _ = render_path(cloud, theirs.trajectory, 0.03)
        fused = psnr(ours, render, known & (holes < 0.5))
        covers = (holes < 0.5).float().mean()
        print(f"{theirs.name}: clip {made:.1f} dB, cloud {fused:.1f} dB, covers {covers:.2f}")
        assert made > 17.5 and fused > 15 and covers > 0.65 * known.float().mean()


def psnr(a, b, where):
    return float(-10 * ((a - b)[where] ** 2).mean().log10())


def test_world_out_of_a_panorama(comfy_server):
    rays = panorama_directions(128)
    inputs = comfy_server.base / "input"
    Image.fromarray((field(rays) * 255).byte().numpy()).save(inputs / "panorama.png")
    np.save(inputs / "panorama_distance.npy", room(rays).numpy())
    graph = workflow("panorama_world")
    for class_type, values in {
            "LoadImage": {"image": "panorama.png"}, "WSKitLoadDepth": {"file": "panorama_distance.npy"},
            "WSKitPointCloudFromPanorama": {"depth_scale": 1}}.items():
        graph[nodes(graph, class_type)[0]]["inputs"].update(values)
    done = run(comfy_server, graph)
    report = done.outputs[nodes(graph, "PreviewAny")[0]]["text"][0]
    assert [line.split(":")[0] for line in report.splitlines()] == ["view0/traj2", "view0/traj0",
                                                                    "view0/traj1"]
    assert len(cloud_written(comfy_server, "panorama")) > 10_000
