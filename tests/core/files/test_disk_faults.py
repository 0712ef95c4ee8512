"""A disk that takes no more, and folders that cannot be written: every writer of the pack ends in a sentence
and leaves the folder as it was."""
import errno
import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest
import torch

from full_disk import full_disk
from memory_scene import bank_of, path, turned
from world_clips import files_of, finished_clip
from worldstereo.core.cameras.formats.save import save_trajectory
from worldstereo.core.cameras.formats.table import FORMATS
from worldstereo.core.cloud.files.save import ENDINGS, export_point_cloud
from worldstereo.core.depth.depth import Depth
from worldstereo.core.export.dataset import COLMAP_BINARY, COLMAP_TEXT, WORLD_MIRROR, export_dataset
from worldstereo.core.files.atomic import new_path, replace_path, writable
from worldstereo.core.memory.geometric.file import save_cloud
from worldstereo.core.memory.stereo.file import save_bank
from worldstereo.core.official.scene import Scene, write_scene
from worldstereo.core.official.world_mirror import write_mirror_set
from worldstereo.core.world.clip_checksums import fault_of
from worldstereo.core.world.clip_folder import clip_folder
from worldstereo.core.world.clip_list import Clip
from worldstereo.core.world.world_folder import note_plan, read_world, write_clip

PATH = path([turned(3 * i) for i in range(5)])
CLIP = finished_clip()
SCENE = Clip("view0/traj0", PATH, "a room", "", torch.rand(5, 16, 32, 3), torch.zeros(5, 16, 32))
DEPTH = Depth(torch.ones(5, 16, 32), torch.ones(5, 16, 32, dtype=torch.bool), PATH.K)


def dataset(file, layout):
    export_dataset(file, torch.rand(5, 16, 32, 3), PATH, layout, CLIP.cloud, torch.ones(5, 16, 32), DEPTH)


def clip(world):
    write_clip(clip_folder(world, "left", "0"), CLIP)


def damaged_clip(world):
    """One that is replaced."""
    clip(world)
    next(world.rglob("camera.json")).write_text("")


WRITERS = {  # what: (file or folder, function that writes it)
    **{f"cloud as {kind}": (f"a{ending}",
                            lambda file, kind=kind: export_point_cloud(CLIP.cloud, file, kind=kind))
       for kind, ending in ENDINGS.items()},
    **{f"path as {name}": (f"a.{form.ending}" if form.ending else "a",
                           lambda file, name=name: save_trajectory(PATH, file, name))
       for name, form in FORMATS.items()},
    **{f"data set, {layout}": ("a", lambda file, layout=layout: dataset(file, layout))
       for layout in (COLMAP_BINARY, COLMAP_TEXT, WORLD_MIRROR)},
    "scene of a panorama": ("a", lambda file: write_scene(file, Scene(bank_of(PATH), (SCENE,)))),
    "scene of a photograph": ("a", lambda file: write_scene(
        file, Scene(bank_of(path([turned(0)])), (SCENE,), "a room"))),
    "mirror set": ("a", lambda file: write_mirror_set(file, bank_of(PATH))),
    "memory bank": ("a", lambda file: save_bank(bank_of(PATH), file)),
    "geometric memory": ("a", lambda file: save_cloud(CLIP.cloud, file)),
    "clip of a world": ("a", clip),
    "world.json": ("a", lambda world: note_plan(
        world, [clip_folder(world, f"clip{i}", "0") for i in range(30)])),
}
OVERWRITTEN = {"clip of a world": damaged_clip, "world.json": lambda world: note_plan(world, [])}


def state(folder):
    """What lies in the folder, but for the locks of worlds."""
    return {name: data for name, data in files_of(folder).items() if not name.endswith(".lock")}


@pytest.fixture(params=WRITERS)
def writer(request):
    """(write(folder), largest file that it writes in bytes)"""
    name, write = WRITERS[request.param]
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / name)  # also imports what it needs
        largest = max(map(len, files_of(Path(folder)).values()))
    return (lambda folder: write(folder / name)), largest


@pytest.fixture
def closed():
    """A folder in which this process, root or not, can write nothing once close() is called."""
    folder = Path(tempfile.mkdtemp())
    user = os.geteuid()

    def close():
        for there in [folder, *folder.rglob("*")]:
            there.chmod(0o555)
        if user == 0:
            os.seteuid(65534)

    yield folder, close
    os.seteuid(user)
    for there in [folder, *(there for there in folder.rglob("*") if there.is_dir())]:
        there.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("part", [0, 0.99])
def test_a_full_disk_ends_in_a_sentence_and_leaves_nothing(tmp_path, writer, part):
    write, largest = writer
    with (full_disk(int(part * largest)),
          pytest.raises(ValueError, match="^[^ ]+ cannot be written .*; free space on the disk")):
        write(tmp_path)
    assert state(tmp_path) == {} and not list(tmp_path.rglob("*.part"))


def test_a_closed_folder_ends_in_a_sentence(writer, closed):
    write, _ = writer
    folder, close = closed
    close()
    with pytest.raises(ValueError, match="^[^ ]+ cannot be written .*; allow ComfyUI to write there"):
        write(folder)
    assert state(folder) == {}


@pytest.mark.parametrize("what", OVERWRITTEN)
def test_what_is_replaced_stays_until_the_new_is_whole(tmp_path, what):
    name, write = WRITERS[what]
    OVERWRITTEN[what](tmp_path / name)
    before = state(tmp_path)
    with full_disk(100), pytest.raises(ValueError, match="free space on the disk"):
        write(tmp_path / name)
    assert state(tmp_path) == before


@pytest.mark.parametrize("what", [what for what in WRITERS if what not in OVERWRITTEN])
def test_no_other_writer_replaces_anything(tmp_path, what):
    name, write = WRITERS[what]
    write(tmp_path / name)
    before = state(tmp_path)
    with pytest.raises(ValueError, match="exists already"):
        write(tmp_path / name)
    assert state(tmp_path) == before


@pytest.mark.parametrize("way", [new_path, replace_path])
def test_a_full_disk_leaves_nothing(tmp_path, way):
    with (full_disk(1000), pytest.raises(ValueError, match="^a cannot be .*; free space"),
          way(tmp_path / "a") as part):
        part.write_bytes(b"x" * 2000)
    assert os.listdir(tmp_path) == []


def test_what_was_there_stays_when_its_replacement_fails(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    with full_disk(1000), pytest.raises(ValueError), replace_path(tmp_path / "a") as part:
        part.write_bytes(b"x" * 2000)
    assert (tmp_path / "a").read_bytes() == b"old" and os.listdir(tmp_path) == ["a"]


def test_a_file_where_a_folder_belongs(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(ValueError, match="b cannot be .*rename it"), new_path(tmp_path / "a/b") as part:
        part.write_bytes(b"")


@pytest.mark.parametrize("number,remedy", [(errno.ENOSPC, "free space"), (errno.EROFS, "allow ComfyUI"),
                                           (errno.EACCES, "allow"), (errno.EDQUOT, "free space")])
def test_remedies(tmp_path, number, remedy):
    with pytest.raises(ValueError, match=f"^a cannot be written .*{remedy}"), writable(tmp_path / "a"):
        raise OSError(number, os.strerror(number))


def test_a_file_that_cannot_be_read_is_no_file_that_cannot_be_written(tmp_path, monkeypatch):
    """A part of the disk that is gone, below the clip before."""
    read, broken = Path.read_bytes, []

    def read_bytes(file):
        if file in broken:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(file)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    clip(tmp_path)
    folder = clip_folder(tmp_path, "left", "0")
    broken.append(folder / "cloud.safetensors")
    told = "clips/left.0/cloud.safetensors cannot be read (Input/output error)"
    assert fault_of(folder) == told
    write_clip(clip_folder(tmp_path, "right", "0"), finished_clip("right"))
    with pytest.raises(ValueError, match=f"^{re.escape(told)}; queue 'Build World'"):
        read_world(tmp_path)
    broken.clear()
    broken.append(folder / "clip.json")
    assert fault_of(folder) == "clips/left.0/clip.json is damaged"
