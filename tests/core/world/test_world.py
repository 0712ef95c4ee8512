"""A world's plan, its folder, and clips that follow each other."""
import json
import os
import shutil
from dataclasses import replace

import pytest
import torch

from memory_scene import path, turned
from world_clips import PAN, clip_after, files_of, finished_clip, pictures, written
from worldstereo.core.cloud.lift import lift
from worldstereo.core.depth.depth import Depth
from worldstereo.core.memory.geometric.packed import rounded
from worldstereo.core.memory.stereo.bank import add_clip, new_bank
from worldstereo.core.world import (
    bank_folder,
    clip_checksums,
    clip_folder,
    clip_list,
    clip_start,
    world_folder,
)
from worldstereo.core.world.clip_list import Clip, clip_keys, clip_seed, in_order


def clips(*names):
    return tuple(Clip(name, replace(PAN, name=name)) for name in names)


def flip_a_bit(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


# Plan

def test_seed_of_a_clip_depends_on_world_seed_and_name_alone():
    assert clip_seed(1, "left") == 2003917437260317118  # for ever: finished worlds were made with it
    assert len({clip_seed(1, "left"), clip_seed(2, "left"), clip_seed(1, "right"), clip_seed(12, "")}) == 4


def test_another_clip_behind_changes_no_key_and_one_before_changes_those_behind():
    before = clip_keys("start", clips("a", "b"))
    assert clip_keys("start", clips("a", "b", "c"))[:2] == before
    inserted = clip_keys("start", clips("a", "new", "b"))
    assert inserted[0] == before[0] and inserted[2] != before[1]


@pytest.mark.parametrize("change", [
    {"prompt": "a room"}, {"start_frame": "start"},
    {"trajectory": path([turned(3 * i + (i > 3) * 0.001) for i in range(5)], name="a")},
    {"render": pictures(5), "mask": torch.zeros(5, 16, 32)}])
def test_everything_a_clip_is_made_of_changes_its_key(change):
    clip, = clips("a")
    changed = Clip(**{"name": "a", "trajectory": clip.trajectory} | change)
    assert clip_keys("start", [clip]) != clip_keys("start", [changed])


def test_start_of_the_world_changes_every_key():
    assert not set(clip_keys(clip_list.digest(torch.zeros(3)), clips("a", "b"))) & \
        set(clip_keys(clip_list.digest(torch.zeros(3, 1)), clips("a", "b")))


def test_official_orders():
    names = ["view0/traj0", "view0/traj1", "view0/traj2", "reconstruct_0/traj1", "reconstruct_0/traj0",
             "target_a/traj0"]
    assert [clip.name for clip in in_order(clips(*names), clip_list.PANORAMA)] == [
        "view0/traj2", "view0/traj0", "view0/traj1", "target_a/traj0", "reconstruct_0/traj0",
        "reconstruct_0/traj1"]
    names = ["traj_left", "traj_right", "traj_up", "traj_eloop"]
    assert [clip.name for clip in in_order(clips(*names), clip_list.RECONSTRUCTION)] == [
        "traj_eloop", "traj_up", "traj_right", "traj_left"]
    assert in_order(clips("b", "a"), clip_list.AS_LISTED)[0].name == "b"


@pytest.mark.parametrize("call, words", [
    (lambda: in_order(clips("zoom"), clip_list.PANORAMA), "does not know zoom"),
    (lambda: in_order((), clip_list.AS_LISTED), "list of trajectories is empty"),
    (lambda: clip_list.add_clip(clips("a"), *clips("a")), "has a clip 'a' already"),
    (lambda: clips("../a"), "is called '../a'"),
    (lambda: Clip("a", PAN, render=pictures(5)), "only one of render and mask"),
    (lambda: clip_list.pick_clip(clips("a", "b"), "c"), "has no clip 'c'; it has a, b"),
])
def test_a_bad_plan_is_told_in_a_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# Folder

def test_what_was_written_is_read(tmp_path):
    clip = finished_clip("view0/left")
    folder = clip_folder.clip_folder(tmp_path, clip.name, "0123")
    assert clip_checksums.fault_of(folder) == "clips/view0__left.0123 is not there"
    world_folder.write_clip(folder, clip)
    read = clip_folder.read_clip(folder)
    assert clip_checksums.fault_of(folder) is None and world_folder.finished_clips(tmp_path) == [folder]
    assert torch.equal(read.frames, clip.frames) and read.name == clip.name and read.facts["seed"] == 7
    for name in ("w2c", "K"):
        assert torch.equal(getattr(read.trajectory, name), getattr(clip.trajectory, name))
    assert torch.equal(read.cloud.points, rounded(clip.cloud).points) and read.bank.names == clip.bank.names
    assert world_folder.find_clip(tmp_path, "view0/left") == world_folder.find_clip(tmp_path, "") == folder


def test_the_same_clip_has_the_same_bytes(tmp_path):
    for world in "ab":
        written(tmp_path / world, finished_clip())
    first, second = (files_of(tmp_path / world) for world in "ab")
    assert first == second and len(first) == 15  # world.json, 5 key frames, 5 pictures of the bank, 4 others


FILES = ["frames/0003.png", "camera.json", "cloud.safetensors", "bank/cameras.safetensors", "clip.json"]


@pytest.mark.parametrize("file", FILES)
def test_one_wrong_bit_is_noticed_by_name_and_repaired(tmp_path, file):
    folder, = written(tmp_path, finished_clip())
    good = (folder / file).read_bytes()
    flip_a_bit(folder / file)
    assert clip_checksums.fault_of(folder).startswith(f"clips/left.0/{file} is damaged")
    with pytest.raises(ValueError, match=f"{file} is damaged.*queue 'Build World' again"):
        clip_folder.read_clip(folder)
    world_folder.write_clip(folder, finished_clip())
    assert clip_checksums.fault_of(folder) is None and (folder / file).read_bytes() == good


@pytest.mark.parametrize("file", FILES)
def test_a_missing_or_cut_file_is_noticed(tmp_path, file):
    folder = clip_folder.clip_folder(tmp_path, "left", "0")
    world_folder.write_clip(folder, finished_clip())
    (folder / file).write_bytes((folder / file).read_bytes()[:-2])
    assert f"clips/left.0/{file}" in clip_checksums.fault_of(folder)
    (folder / file).unlink()
    assert f"clips/left.0/{file}" in clip_checksums.fault_of(folder)


def test_a_sound_clip_is_never_written_again(tmp_path):
    folder = clip_folder.clip_folder(tmp_path, "left", "0")
    world_folder.write_clip(folder, finished_clip())
    before = (folder / "clip.json").stat().st_mtime_ns
    world_folder.write_clip(folder, finished_clip(seed=1))
    assert (folder / "clip.json").stat().st_mtime_ns == before


def test_what_clips_have_in_common_takes_space_once_and_each_is_whole_by_itself(tmp_path):
    first = finished_clip()
    second = clip_after(first)
    left, right = written(tmp_path, first, second)
    new = {path.relative_to(right).as_posix() for path in right.rglob("*") if path.is_file()
           and path.stat().st_ino not in {other.stat().st_ino for other in left.rglob("*")}}
    own = {f"bank/{bank_folder.picture_name(second.frames[i])}" for i in (2, 4)}  # also frames/0002.png, 0004
    assert new == own | {f"frames/{i:04}.png" for i in range(5)} | {"camera.json", "clip.json",
                                                                    "bank/cameras.safetensors"}
    assert all((right / name).stat().st_nlink == 2 for name in own)
    assert len(list((right / "bank").glob("*.png"))) == 7
    shutil.rmtree(left)
    read = clip_folder.read_clip(right)
    assert torch.equal(read.bank.pictures(range(7)), second.bank.pictures(range(7)))
    assert read.bank.names == second.bank.names and torch.equal(read.bank.w2c, second.bank.w2c)
    assert torch.equal(read.cloud.colors, rounded(second.cloud).colors)


def test_the_bytes_do_not_depend_on_what_is_shared(tmp_path, monkeypatch, caplog):
    first, second = finished_clip(), clip_after(finished_clip())
    shared, alone = written(tmp_path / "a", first, second)[1], written(tmp_path / "b", second)[0]
    assert files_of(shared) == files_of(alone)

    def impossible(*_):
        raise OSError("not here")

    monkeypatch.setattr("os.link", impossible)
    with caplog.at_level("INFO"):
        copied = written(tmp_path / "c", first, second)[1]
    assert files_of(copied) == files_of(alone)
    assert "stored once more: no hard links here (not here)" in caplog.text


@pytest.mark.parametrize("pattern", ["cloud.safetensors", "bank/*.png"])
def test_a_damaged_file_is_named_by_every_clip_that_shares_it_and_no_other_takes_it_over(tmp_path, pattern):
    first, second = finished_clip(), clip_after(finished_clip())
    folders = written(tmp_path, first, second)
    good = files_of(tmp_path)
    damaged = next(folders[0].glob(pattern))
    flip_a_bit(damaged)
    shared = set()
    for folder in folders:
        fault = f"clips/{folder.name}/{damaged.relative_to(folders[0])} is damaged"
        assert clip_checksums.fault_of(folder) == clip_checksums.fault_of(folder, shared) == fault
    third, = written(tmp_path, clip_after(second, "up", 2))
    assert clip_checksums.fault_of(third) is None
    shutil.rmtree(third)
    world_folder.write_order(tmp_path, [folder.name for folder in folders])
    written(tmp_path, first, second)
    assert files_of(tmp_path) == good and all(clip_checksums.fault_of(folder) is None for folder in folders)


def test_clips_looked_at_together_are_read_once_where_they_share_files(tmp_path, monkeypatch):
    first, second = finished_clip(), clip_after(finished_clip())
    folders = written(tmp_path, first, second, clip_after(second, "up", 2))
    listed = [path for folder in folders for path in folder.rglob("*")
              if path.is_file() and path.name != "clip.json"]
    read, sha256 = [], clip_checksums.sha256_of_file
    monkeypatch.setattr(clip_checksums, "sha256_of_file", lambda path: read.append(path) or sha256(path))
    shared = set()
    assert [clip_checksums.fault_of(folder, shared) for folder in folders] == [None] * 3
    assert len(read) == len({path.stat().st_ino for path in listed}) < len(listed)


@pytest.mark.parametrize("linked", [True, False])
def test_a_damaged_copy_in_place_of_a_shared_file_is_found(tmp_path, linked):
    folders = written(tmp_path, finished_clip(), clip_after(finished_clip()))
    file = next(path for path in (folders[1] / "bank").glob("*.png") if path.stat().st_nlink > 1)
    status, content = file.stat(), file.read_bytes()
    file.unlink()
    file.write_bytes(content)
    flip_a_bit(file)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    if linked:
        os.link(file, tmp_path / "another name")
    shared = set()
    assert clip_checksums.fault_of(folders[0], shared) is None
    fault = clip_checksums.fault_of(folders[1], shared)
    assert fault == f"clips/{folders[1].name}/bank/{file.name} is damaged"


def test_a_clip_made_again_shares_with_the_one_before_it_and_changes_none(tmp_path):
    first, second = finished_clip(), clip_after(finished_clip())
    third = clip_after(second, "up", 2)
    folders = written(tmp_path, first, second, third)
    good = files_of(tmp_path)
    flip_a_bit(folders[1] / "frames" / "0001.png")
    written(tmp_path, second)
    assert files_of(tmp_path) == good
    assert (folders[0] / "cloud.safetensors").samefile(folders[1] / "cloud.safetensors")


def test_what_a_killed_run_left_is_removed(tmp_path):
    folder = clip_folder.clip_folder(tmp_path, "left", "0")
    left_over = folder.with_name(f".{folder.name}.123.part")
    left_over.mkdir(parents=True)
    world_folder.write_clip(folder, finished_clip())
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_the_plan_is_noted_and_unfinished_clips_do_not_count(tmp_path, caplog):
    folders = [clip_folder.clip_folder(tmp_path, name, "0") for name in ("left", "right")]
    assert world_folder.note_plan(tmp_path, folders) == ""
    with pytest.raises(ValueError, match="no finished clip"):
        world_folder.finished_clips(tmp_path)
    world_folder.write_clip(folders[1], finished_clip("right"))
    assert world_folder.finished_clips(tmp_path) == [folders[1]]
    (tmp_path / "world.json").write_text(json.dumps({"clips": ["../../etc"]}))
    assert world_folder.finished_clips(tmp_path) == [folders[1]]
    remark = world_folder.note_plan(tmp_path, folders)
    assert remark in caplog.text and "damaged; it now lists the 2 clips of this plan" in remark
    assert world_folder.finished_clips(tmp_path) == [folders[1]]


@pytest.mark.parametrize("damage", [
    lambda file: file.write_bytes(b""), lambda file: file.unlink(),
    lambda file: (file.unlink(), file.mkdir()),
    lambda file: file.write_bytes(b"[" * 200000)])
def test_a_damaged_list_of_clips_is_made_anew_from_the_clips(tmp_path, damage):
    first = finished_clip("right")
    folders = written(tmp_path, first, clip_after(first, "left"))
    flip_a_bit(folders[0] / "camera.json")
    written(tmp_path, first)  # repaired, so younger than the clip after it
    stored = (tmp_path / "world.json").read_bytes()
    damage(tmp_path / "world.json")
    last, _, clips, report = world_folder.read_world(tmp_path)
    assert last.name == "left" and [clip.name for clip in clips] == ["right", "left"]
    remark = report.splitlines()[0]
    assert "missing or damaged" in remark and "memory banks (right.0, left.0)" in remark
    assert world_folder.write_clip(folders[0], first) == remark
    assert world_folder.write_clip(folders[0], first) == ""
    assert (tmp_path / "world.json").read_bytes() == stored
    assert "damaged" not in world_folder.read_world(tmp_path)[3]


def test_without_world_json_clips_of_an_earlier_plan_come_back_and_are_named(tmp_path):
    first = finished_clip("old")
    folders = written(tmp_path, first, clip_after(first, "new"))
    world_folder.note_plan(tmp_path, folders[1:])
    assert world_folder.read_order(tmp_path) == (["new.0"], "")
    (tmp_path / "world.json").unlink()
    order, remark = world_folder.read_order(tmp_path)
    assert order == ["old.0", "new.0"] and "(old.0, new.0); delete the folders of those that do" in remark


# Clips that follow each other

def test_a_continued_path_starts_where_the_other_ends():
    right = path([turned(0, (0.1 * i, 0, 0)) for i in range(4)], name="right")
    after = clip_start.continue_path(PAN, right)
    assert after.frames == 4 and after.name == "right"
    torch.testing.assert_close(after.w2c[0], PAN.w2c[-1])
    moved = after.w2c[-1] @ torch.linalg.inv(after.w2c[0])
    torch.testing.assert_close(moved, right.w2c[-1] @ torch.linalg.inv(right.w2c[0]), atol=1e-6, rtol=0)


@pytest.fixture
def bank():
    start = new_bank(torch.rand(1, 3, 16, 32, generator=torch.Generator().manual_seed(0)) * 2 - 1,
                     PAN, "start")
    frames = torch.rand(5, 3, 16, 32, generator=torch.Generator().manual_seed(1)) * 2 - 1
    return add_clip(start, frames, PAN, "pan")


def test_the_next_clip_starts_with_the_last_frame_of_the_one_before(bank):
    onward = clip_start.continue_path(PAN, PAN)
    entry = clip_start.start_entry(bank, onward)
    assert bank.names[entry] == "pan/0004" == bank.names[clip_start.start_entry(bank, onward, "pan")]
    picture = clip_start.start_picture(bank, entry, onward)
    assert torch.equal((picture[0] * 255).round().to(torch.uint8).permute(2, 0, 1), bank.frames[entry])


def test_the_oldest_frame_of_a_pose_is_taken(bank):
    assert bank.names[clip_start.start_entry(bank, PAN)] == "start/0000"
    closed = path([turned(5), turned(0)], name="back")
    again = add_clip(bank, torch.zeros(2, 3, 16, 32), closed)
    assert again.names[clip_start.start_entry(again, PAN)] == "start/0000"
    assert again.names[clip_start.start_entry(again, PAN, "back")] == "back/0001"


@pytest.mark.parametrize("trajectory, wanted, words", [
    (path([turned(50), turned(51)]), "", "nearest, pan/0004, is off by"),
    (PAN, "pan", "was seen from another pose"),
    (PAN, "up", "no clip or frame 'up'; its clips are start, pan"),
    (path([turned(0), turned(1)], unit="m"), "", None),
])
def test_a_clip_that_cannot_start_says_why(bank, trajectory, wanted, words):
    bank = replace(bank, unit="feet") if words is None else bank
    with pytest.raises(ValueError, match=words or "different worlds"):
        clip_start.start_entry(bank, trajectory, wanted)


def test_depth_finds_its_scale_in_the_cloud_of_the_world():
    """A slanted wall in metres, its cloud in the world of a path that is tilted and counts in feet."""
    tilted = path([turned(20, (0.5, 0.2, -1.0)), turned(25)], 64, 48, 60.0, unit="feet")
    metres = Depth(torch.linspace(2, 4, 64).expand(1, 48, 64), torch.ones(1, 48, 64, dtype=torch.bool),
                   tilted.K[:1])
    cloud = lift(torch.full((1, 48, 64, 3), 0.5), clip_start.place_at_start(metres, tilted, 3.281), 0)
    moved = replace(metres, depth=torch.cat([metres.depth[..., :48], 1.7 * metres.depth[..., 48:]], 2))
    placed, fit = clip_start.fit_at_start(moved, tilted, cloud)
    # a quarter is elsewhere
    assert 1 / fit.scale == pytest.approx(3.281, rel=1e-3) and 0.7 < fit.agreement < 0.8
    assert placed.unit == "feet" and torch.equal(placed.w2c, tilted.w2c[:1])
    torch.testing.assert_close(placed.depth, moved.depth * 3.281, rtol=1e-3, atol=0)


@pytest.mark.parametrize("unit, centre, words", [
    ("m", (0.5, 0.2, -1.0), "cloud is in feet, the trajectory in m: connect the cloud of the world"),
    ("feet", (0.0, 0.0, 50.0), "the cloud shows only 0.0% of it.*give the scale by hand")])
def test_depth_that_no_cloud_gives_a_scale_says_why(unit, centre, words):
    start = path([turned(0)] * 2, 64, 48, 60.0, unit="feet")
    wall = Depth(torch.full((1, 48, 64), 2.0), torch.ones(1, 48, 64, dtype=torch.bool), start.K[:1])
    cloud = lift(torch.full((1, 48, 64, 3), 0.5), clip_start.place_at_start(wall, start))
    with pytest.raises(ValueError, match=words):
        clip_start.fit_at_start(wall, path([turned(0, centre)] * 2, 64, 48, 60.0, unit=unit), cloud)


def test_frame_0_of_a_clip_that_goes_on_is_known():
    g = torch.Generator().manual_seed(0)
    render, start = torch.rand(3, 16, 32, 3, generator=g), torch.rand(1, 16, 32, 3, generator=g)
    known, mask = clip_start.with_known_start(render, torch.ones(3, 16, 32), start)
    torch.testing.assert_close(known, torch.cat([start, render[1:]]))
    assert mask.sum((1, 2)).tolist() == [0, 512, 512]
    with pytest.raises(ValueError, match="same 'Render Point Cloud'"):
        clip_start.with_known_start(render, torch.ones(2, 16, 32), start)
