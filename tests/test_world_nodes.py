"""The nodes of worlds, called as ComfyUI calls them."""
import math

import pytest
import torch
from memory_scene import path, turned
from test_world import PAN, finished_clip

from worldstereo.nodes import clips as clip_nodes
from worldstereo.nodes import scene, world


@pytest.fixture
def output(comfy, tmp_path):
    """ComfyUI's output and input folder, moved to an empty place."""
    import folder_paths
    before = folder_paths.get_output_directory(), folder_paths.get_input_directory()
    folder_paths.set_output_directory(str(tmp_path))
    folder_paths.set_input_directory(str(tmp_path / "input"))
    yield tmp_path
    folder_paths.set_output_directory(before[0])
    folder_paths.set_input_directory(before[1])


def saved(name, world_name="w/one", seed=0):
    clip = finished_clip(name, seed)
    return world.SaveWorld().save(clip.frames / 255, clip.trajectory, clip.cloud, clip.bank, world_name, name)["result"]


def test_a_world_of_single_clips_is_saved_and_loaded(output):
    first, last = saved("left"), saved("right", seed=1)
    cloud, bank, frames, trajectories, report = world.LoadWorld().load("w/one")
    assert torch.equal(frames, torch.cat([first[2], last[2]])) and torch.equal(cloud.points, last[0].points)
    assert bank.names == last[1].names and [clip.name for clip in trajectories] == ["left", "right"]
    assert "left: 5 key frames" in report
    cloud, _, frames, trajectory = world.LoadWorldClip().load("w/one", "left")
    assert torch.equal(cloud.points, first[0].points) and torch.equal(trajectory.w2c, PAN.w2c)
    assert (output / first[3] / "clip.json").is_file()


@pytest.mark.parametrize("name", ["../w", "/tmp/w", "", ".", "a/../../w"])
def test_a_world_stays_below_the_output_folder(output, name):
    with pytest.raises(ValueError, match="not below ComfyUI's output folder"):
        world.LoadWorld().load(name)


def test_a_change_on_disk_is_seen_and_nothing_is_never_cached(output):
    before = world.LoadWorld.IS_CHANGED("w/one")
    assert math.isnan(before)
    saved("left")
    there = world.LoadWorld.IS_CHANGED("w/one")
    assert there == world.LoadWorld.IS_CHANGED("w/one")
    next((output / "w" / "one").rglob("cloud.safetensors")).write_bytes(b"")
    assert world.LoadWorld.IS_CHANGED("w/one") != there


def test_a_clip_goes_on_at_a_named_frame_or_at_the_start_of_a_path(comfy):
    bank = finished_clip().bank
    image, camera, name = clip_nodes.BankFrame().take(bank, "start/0003")
    assert name == "start/0003" and torch.equal(camera.w2c[0], bank.w2c[3]) and image.shape == (1, 16, 32, 3)
    onward, report = clip_nodes.ContinueTrajectory().move(camera, path([turned(0), turned(9)]))
    assert clip_nodes.BankFrame().take(bank, "", onward)[2] == "start/0003" and report.startswith("2 poses")
    with pytest.raises(ValueError, match="needs the name of a frame or clip, or the trajectory"):
        clip_nodes.BankFrame().take(bank, " ")


def test_a_list_gives_back_what_was_added(comfy):
    render, mask = torch.rand(5, 16, 32, 3), torch.ones(5, 16, 32)
    first, = clip_nodes.AddTrajectory().add(PAN, "left", "a room", "")
    both, = clip_nodes.AddTrajectory().add(PAN, "view0/up", "", "left", first, render, mask)
    assert [clip.name for clip in both] == ["left", "view0/up"] and len(first) == 1
    trajectory, picked, holes, prompt = clip_nodes.PickTrajectory().pick(both, "view0/up")
    assert torch.equal(picked, render) and torch.equal(holes, mask) and (trajectory.name, prompt) == ("view0/up", "")
    assert clip_nodes.PickTrajectory().pick(both, "")[1:] == (None, None, "a room")


def test_scene_and_mirror_set_are_found_by_the_nodes_that_load_them(output):
    wide = path([turned(3 * i) for i in range(5)], width=64, height=48)
    trajectories, = clip_nodes.AddTrajectory().add(wide, "traj_left", "", "", (), torch.rand(5, 48, 64, 3),
                                                   torch.zeros(5, 48, 64))
    from worldstereo.core.memory.bank import new_bank
    bank = new_bank(torch.rand(1, 3, 48, 64), wide, "start")
    saved_scene = scene.SaveScene().save(trajectories, bank, "s/kitchen", 0.008, "a kitchen")["result"][0]
    saved_set = scene.SaveMirrorSet().save(bank, "s/mirror")["result"][0]
    assert f"{saved_scene} [output]" in scene.LoadScene.INPUT_TYPES()["required"]["scene"][0]
    assert f"{saved_set} [output]" in scene.LoadMirrorSet.INPUT_TYPES()["required"]["folder"][0]
    read, again, images, prompt, report = scene.LoadScene().load(f"{saved_scene} [output]", 3, 32, 32)
    assert read[0].trajectory.frames == 3 and prompt == "a kitchen" and "traj_left: 3 poses, 0 % holes" in report
    assert torch.equal(again.pictures([0]), bank.pictures([0])) and images.shape == (1, 48, 64, 3)
    assert scene.LoadMirrorSet().load(f"{saved_set} [output]")[0].names == ("start/0000",)
    assert "lies outside" in scene.LoadScene.VALIDATE_INPUTS("../x")
    with pytest.raises(ValueError, match="has no render; connect the point cloud"):
        scene.SaveScene().save(clip_nodes.AddTrajectory().add(wide, "a", "", "")[0], bank, "s/other", 0.008, "")
    assert not list((output / "s").glob("other*"))
