"""Official scenes and WorldMirror sets, read and written."""
import json
from dataclasses import replace

import pytest
import torch

from memory_scene import path, turned
from worldstereo.core.files.video import write_video
from worldstereo.core.memory.stereo.bank import new_bank
from worldstereo.core.official import world_mirror
from worldstereo.core.official.scene import Scene, is_scene, read_scene, resize_scene, write_scene
from worldstereo.core.world.clip_list import Clip, clip_render

PAN = path([turned(3 * i) for i in range(5)], width=64, height=48)


def smooth(count, seed):
    small = torch.rand(count, 3, 3, 4, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.interpolate(small, (48, 64), mode="bilinear").permute(0, 2, 3, 1)


def scene(names, views):
    cameras = path([turned(40 * i) for i in range(views)], width=64, height=48, name="scene/pano_bank")
    mask = torch.zeros(5, 48, 64)
    mask[1:, :, 30:] = 1
    clips = tuple(Clip(name, PAN, f"prompt of {name}" if views > 1 else "", "", smooth(5, i), mask)
                  for i, name in enumerate(names))
    return Scene(new_bank(smooth(views, 9).permute(0, 3, 1, 2) * 2 - 1, cameras), clips,
                 "" if views > 1 else "a room")


@pytest.mark.parametrize("names, views, file", [
    (("view0/traj0", "view0/traj2"), 9, "view0/traj2/render_mask.mp4"),
    (("traj_left", "traj_up"), 1, "renders/traj_up/camera.json")])
def test_what_was_written_is_read(tmp_path, names, views, file):
    written = scene(names, views)
    write_scene(tmp_path / "scene", written)
    assert (tmp_path / "scene" / file).is_file() and is_scene(tmp_path / "scene")
    read = read_scene(tmp_path / "scene")
    assert torch.equal(read.bank.pictures(range(views)), written.bank.pictures(range(views)))
    assert torch.equal(read.bank.w2c, written.bank.w2c) and read.prompt == written.prompt
    for clip, other in zip(read.clips, written.clips):
        assert (clip.name, clip.prompt) == (other.name, other.prompt)
        assert torch.equal(clip.trajectory.w2c, PAN.w2c) and torch.equal(clip.trajectory.K, PAN.K)
        # the video halves the resolution of colours
        assert (clip.render / 255 - other.render).abs().mean() < 0.02
        assert torch.equal(clip.mask, other.mask > 0.5)
    with pytest.raises(ValueError, match="exists already"):
        write_scene(tmp_path / "scene", written)


def test_a_scene_at_another_size(tmp_path):
    stored = scene(("traj_left",), 1)
    small = resize_scene(stored, 3, 32, 16).clips[0]
    render, mask = clip_render(small)
    assert render.shape == (3, 16, 32, 3) and render.amin() >= 0 and render.amax() <= 1
    assert torch.equal(mask, stored.clips[0].mask[[0, 2, 4], ::3, ::2])
    assert torch.equal(small.trajectory.w2c, PAN.w2c[[0, 2, 4]])
    torch.testing.assert_close(small.trajectory.K[:, 0], PAN.K[:3, 0] / 2)


def test_a_render_that_lacks_frames_is_named(tmp_path):
    write_scene(tmp_path / "scene", scene(("traj_left",), 1))
    camera = tmp_path / "scene" / "renders" / "traj_left" / "camera.json"
    camera.write_text(camera.read_text().replace('"extrinsic"', '"_"', 1))
    with pytest.raises(ValueError, match="traj_left/camera.json: .*expected extrinsic"):
        read_scene(tmp_path / "scene")
    write_video(camera.with_name("render_mask.mp4"), torch.zeros(2, 48, 64, 3))
    camera.write_text(camera.read_text().replace('"_"', '"extrinsic"', 1))
    with pytest.raises(ValueError, match="traj_left/render_mask.mp4 has 2 frames and camera.json 5 poses"):
        read_scene(tmp_path / "scene")
    camera.with_name("render.mp4").write_bytes(b"no video")
    with pytest.raises(ValueError, match="render.mp4 is no video"):
        read_scene(tmp_path / "scene")


def test_mirror_set_holds_camera_to_world_and_comes_back(tmp_path):
    bank = scene(("view0/traj0",), 9).bank
    world_mirror.write_mirror_set(tmp_path / "set", bank)
    stored = json.loads((tmp_path / "set" / "cameras.json").read_text())
    assert stored["extrinsics"][3]["camera_id"] == "pano-0003"
    torch.testing.assert_close(torch.tensor(stored["extrinsics"][3]["matrix"]), torch.linalg.inv(bank.w2c[3]))
    again = world_mirror.read_mirror_set(tmp_path / "set")
    torch.testing.assert_close(again.w2c, bank.w2c, atol=1e-6, rtol=0)
    assert torch.equal(again.pictures(range(9)), bank.pictures(range(9)))
    assert again.names[3] == "pano_bank/0003"
    stored["intrinsics"].reverse()  # the order of intrinsics says nothing
    stored["intrinsics"][-1]["matrix"][0][0] = 99.0
    (tmp_path / "set" / "cameras.json").write_text(json.dumps(stored), "utf-16")
    assert world_mirror.read_mirror_set(tmp_path / "set").K[0, 0, 0] == 99
    (tmp_path / "set" / "images" / "pano-0003.png").unlink()
    with pytest.raises(ValueError, match="no images/pano-0003.png"):
        world_mirror.read_mirror_set(tmp_path / "set")


def test_pictures_of_a_panorama_stay_with_their_cameras_whatever_their_names(tmp_path):
    written = scene(("view0/traj0",), 11)
    write_scene(tmp_path / "scene", written)
    panorama = tmp_path / "scene" / "pano_bank"
    cameras = json.loads((panorama / "cameras.json").read_text())
    for name in [name for name, camera in cameras.items() if isinstance(camera, dict)]:
        cameras[str(int(name))] = cameras.pop(name)
        (panorama / "images" / f"{name}.png").rename(panorama / "images" / f"{int(name)}.png")
    (panorama / "cameras.json").write_text(json.dumps(cameras), encoding="utf-16")
    bank = read_scene(tmp_path / "scene").bank
    assert torch.equal(bank.w2c, written.bank.w2c)
    assert torch.equal(bank.pictures(range(11)), written.bank.pictures(range(11)))


def test_a_pano_bank_is_no_mirror_set(tmp_path):
    write_scene(tmp_path / "scene", scene(("view0/traj0",), 9))
    bank = tmp_path / "scene" / "pano_bank"
    assert not world_mirror.is_mirror_set(bank)
    with pytest.raises(ValueError, match="pano_bank with 'Load Official Scene'"):
        world_mirror.read_mirror_set(bank)


def test_a_listing_reads_a_set_again_only_when_it_was_written_again(tmp_path, monkeypatch):
    world_mirror.write_mirror_set(tmp_path / "set", scene(("view0/traj0",), 9).bank)
    read, known = [], world_mirror.read_json_object
    monkeypatch.setattr(world_mirror, "read_json_object", lambda *given: read.append(1) or known(*given))
    assert world_mirror.is_mirror_set(tmp_path / "set") and world_mirror.is_mirror_set(tmp_path / "set")
    assert len(read) == 1
    (tmp_path / "set" / "cameras.json").write_text("{}")
    assert not world_mirror.is_mirror_set(tmp_path / "set")


@pytest.mark.parametrize(("change", "sentence"), [
    (lambda data: b"{", "is no JSON"), (lambda data: b"\xff\xff\xff", "is no text in UTF-8"),
    (lambda data: b"[]", "holds a JSON list"),
    (lambda data: data.pop("intrinsics"), "needs intrinsics, a list"),
    (lambda data: data["intrinsics"].pop(), "9 extrinsics and 8 intrinsics"),
    (lambda data: data["extrinsics"][1].pop("matrix"), "needs extrinsics, a list"),
    (lambda data: data["extrinsics"][1].update(camera_id=["x"]), "needs extrinsics, a list"),
    (lambda data: data["extrinsics"][1].update(matrix="x"), "no regular array of numbers"),
    (lambda data: data["intrinsics"][1].update(matrix=[[1]]), "intrinsics is no regular array"),
    (lambda data: data["extrinsics"][1]["matrix"][0].__setitem__(0, 7), "extrinsics"),
])
def test_a_damaged_mirror_set_gets_a_sentence(tmp_path, change, sentence):
    world_mirror.write_mirror_set(tmp_path / "set", scene(("view0/traj0",), 9).bank)
    file = tmp_path / "set" / "cameras.json"
    data = json.loads(file.read_text())
    changed = change(data)
    file.write_bytes(changed if isinstance(changed, bytes) else json.dumps(data).encode())
    assert world_mirror.is_mirror_set(tmp_path / "set") != isinstance(changed, bytes)
    with pytest.raises(ValueError, match=sentence):
        world_mirror.read_mirror_set(tmp_path / "set")


@pytest.mark.parametrize(("text", "sentence"), [("{", "is no JSON"), ("[1]", "holds a JSON list"),
                                                ("9" * 5000, "JSON"), ('{"prompt": 1}', "expected prompt")])
def test_a_damaged_prompt_gets_a_sentence(tmp_path, text, sentence):
    write_scene(tmp_path / "scene", scene(("traj_left",), 1))
    (tmp_path / "scene" / "prompt.json").write_text(text)
    with pytest.raises(ValueError, match=sentence):
        read_scene(tmp_path / "scene")


def test_two_clips_of_one_name_are_refused(tmp_path):
    once = scene(("traj_left",), 1)
    with pytest.raises(ValueError, match="Several trajectories are called traj_left"):
        write_scene(tmp_path / "scene", replace(once, clips=once.clips * 2))
    assert list(tmp_path.iterdir()) == []
