"""The cloud in the folders of a world: what a clip leaves as it was takes space once."""
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from world_clips import clip_after, files_of, finished_clip, written
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.memory.geometric.packed import COLUMNS, rounded
from worldstereo.core.world import clip_checksums, clip_folder, cloud_folder, world_folder
from worldstereo.core.world.clip_list import digest


def cloud(count=2000, clip=0):
    g = torch.Generator().manual_seed(clip)
    return PointCloud(torch.randn(count, 3, generator=g), torch.rand(count, 3, generator=g), torch.eye(4),
                      clip=torch.full((count,), clip, dtype=torch.int32))


def grown(before, clip, touched=0.1):
    """The first points confirmed, the last gone, some more."""
    some = int(touched * len(before.points))
    confidence = before.confidence.clone()
    confidence[:some] += 1
    new = cloud(some, clip)
    old = replace(before, confidence=confidence)
    return replace(before, **{name: torch.cat([getattr(old, name)[:-some], getattr(new, name)])
                              for name in COLUMNS})


def world_of(count, touched=0.1):
    """Clips with clouds that grow, as Build World makes them: each from the rounded cloud before."""
    states = [replace(finished_clip("clip0"), cloud=rounded(cloud()))]
    for i in range(1, count):
        states.append(replace(clip_after(states[-1], f"clip{i}", i),
                              cloud=rounded(grown(states[-1].cloud, i, touched))))
    return states


def test_each_clip_has_its_cloud_and_stores_what_it_changed(tmp_path):
    states = world_of(5)
    folders = written(tmp_path, *states)
    for number, (folder, state) in enumerate(zip(folders, states)):
        changes = sorted((folder / "changes").glob("*"))
        assert [file.name for file in changes] == [f"{i:04}.safetensors" for i in range(1, number + 1)]
        assert digest(clip_folder.read_clip(folder).cloud) == digest(state.cloud)
        own = [file for file in changes if file.stat().st_nlink == len(folders) - number]
        assert len(own) == (number > 0) and all(file.stat().st_size < 0.3 * 15 * 2000 for file in own)
        assert (folder / "cloud.safetensors").stat().st_nlink == len(folders)


def test_a_clip_is_whole_without_those_before(tmp_path):
    states = world_of(3)
    folders = written(tmp_path, *states)
    for folder in folders[:2]:
        shutil.rmtree(folder)
    assert digest(clip_folder.read_clip(folders[2]).cloud) == digest(states[2].cloud)


def test_a_cloud_that_is_mostly_another_is_stored_whole(tmp_path):
    first = replace(finished_clip("clip0"), cloud=cloud())
    second = replace(clip_after(first, "clip1"), cloud=grown(first.cloud, 1, 0.9))
    elsewhere = replace(second.cloud, start_w2c=torch.eye(4)[[1, 2, 0, 3]])
    third = replace(clip_after(second, "clip2", 2), cloud=elsewhere)
    folders = written(tmp_path, first, second, third)
    assert not any((folder / "changes").exists() for folder in folders)
    assert digest(clip_folder.read_clip(folders[1]).cloud) == digest(rounded(second.cloud))


def test_changes_do_not_grow_without_bound(tmp_path):
    folders = written(tmp_path, *world_of(12, 0.45))
    whole = (folders[0] / "cloud.safetensors").stat().st_size
    sizes = [sum(file.stat().st_size for file in cloud_folder_files(folder)) for folder in folders]
    assert max(sizes) < 1.1 * cloud_folder.LONGEST * whole and sizes.count(sizes[0]) > 1


def cloud_folder_files(folder):
    return [folder / "cloud.safetensors", *(folder / "changes").glob("*")]


@pytest.mark.parametrize("file", ["cloud.safetensors", "changes/0001.safetensors"])
def test_a_wrong_bit_damages_the_clips_that_share_it_and_they_are_made_the_same(tmp_path, file):
    states = world_of(3)
    folders = written(tmp_path, *states)
    good = files_of(tmp_path)
    data = bytearray((folders[2] / file).read_bytes())
    data[len(data) // 2] ^= 1
    (folders[2] / file).write_bytes(data)
    assert clip_checksums.fault_of(folders[2]) == f"clips/clip2.0/{file} is damaged"
    assert (clip_checksums.fault_of(folders[0]) is None) == file.startswith("changes")
    for folder, state in zip(folders, states):
        world_folder.write_clip(folder, state)
    assert files_of(tmp_path) == good


def test_without_hard_links_the_bytes_are_the_same(tmp_path, monkeypatch):
    states = world_of(3)
    linked = files_of(written(tmp_path / "a", *states)[0].parent)

    def impossible(*_):
        raise OSError("not here")

    monkeypatch.setattr("os.link", impossible)
    assert files_of(written(tmp_path / "b", *states)[0].parent) == linked


def test_a_change_of_another_cloud_is_a_sentence(tmp_path):
    folders = written(tmp_path, *world_of(2))
    cloud_folder.write_cloud(tmp_path, cloud(500))
    with pytest.raises(ValueError, match="0001.safetensors does not fit the cloud .* another cloud; make"):
        cloud_folder.read_cloud([tmp_path / "cloud.safetensors", folders[1] / "changes" / "0001.safetensors"])


def test_a_world_of_an_earlier_version_goes_on(tmp_path):
    """Its clouds are not rounded, so the next clip does not share them: what it continues with is what is
    read."""
    shutil.copytree(Path(__file__).parents[1] / "saved" / "world", tmp_path / "world")
    before = files_of(tmp_path / "world")
    last = clip_folder.read_clip(world_folder.finished_clips(tmp_path / "world")[-1])
    state = replace(clip_after(last, "after", 3), cloud=rounded(last.cloud))
    after, = written(tmp_path / "world", state)
    assert not (after / "changes").exists()
    assert (after / "cloud.safetensors").stat().st_nlink == 1
    assert digest(clip_folder.read_clip(after).cloud) == digest(state.cloud)
    assert before.items() - {("world.json", before["world.json"])} <= files_of(tmp_path / "world").items()
