"""The geometric memory in a file, and its nodes."""
import json

import pytest
import torch
from safetensors.torch import save_file

from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.depth.depth import Depth
from worldstereo.core.files.state import HEADER
from worldstereo.core.memory.geometric.file import EXACT, KIND, load_cloud, save_cloud
from worldstereo.core.memory.geometric.packed import narrow, pack, rounded


def cloud(count=50):
    pose = torch.eye(4)
    pose[0, 3] = 0.1
    views, clip = torch.randint(1, 9, (2, count), dtype=torch.int32)
    return PointCloud(torch.randn(count, 3), torch.rand(count, 3), pose, "yards", torch.rand(count) * 5,
                      views, clip)


def wall(frames=1):
    """A wall 2 m away with a picture on it."""
    depth = torch.full((frames, 24, 32), 2.0)
    K = intrinsics_from_fov(60, 32, 24).expand(frames, 3, 3)
    return torch.rand(1, 24, 32, 3).expand(frames, 24, 32, 3), Depth(depth, depth > 0, K)


def same(one, other):
    return one.unit == other.unit and all(torch.equal(getattr(one, name), getattr(other, name))
                                          for name in EXACT)


def test_what_is_loaded_is_what_was_saved(tmp_path):
    saved = rounded(cloud())
    save_cloud(saved, tmp_path / "a.cloud.safetensors")
    assert same(load_cloud(tmp_path / "a.cloud.safetensors"), saved)


def test_nothing_is_overwritten_and_nothing_half_is_left(tmp_path, monkeypatch):
    path = tmp_path / "a.cloud.safetensors"
    save_cloud(cloud(), path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="exists already"):
        save_cloud(cloud(), path)
    assert path.read_bytes() == before
    monkeypatch.setattr("os.fsync", lambda *_: (_ for _ in ()).throw(OSError("no space left")))
    with pytest.raises(ValueError, match="cannot be written .*no space"):
        save_cloud(cloud(), tmp_path / "b.cloud.safetensors")
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def tensors(**change):
    return {**narrow(pack(cloud())), **change}


def exact(**change):
    saved = cloud()
    return {**{name: getattr(saved, name) for name in EXACT}, **change}


def header(version=2, **facts):
    return {HEADER: json.dumps({"kind": KIND, "version": version, **facts})}


@pytest.mark.parametrize("content, header, message", [
    (tensors(), None, "is no geometric memory; choose a file of 'Save Global-Geometric Memory'"),
    (tensors(), header(unit="m", kind="memory bank"), "is no geometric memory"),
    (tensors(), {HEADER: "{"}, "is damaged, or no safetensors file"),
    (tensors(), header(unit="m", version=3), "of version 3, this pack reads version 2"),
    (tensors(), header(unit="m", version=1.5), "of version 1.5, this pack reads version 2"),
    (tensors(), header(), "a.safetensors has no unit"),
    (tensors(), header(unit=3), "a.safetensors has no unit"),
    ({"points": torch.zeros(2, 3)}, header(unit="m"), "has no clip, colors, confidence, origin, start_w2c"),
    (tensors(points=torch.zeros(50, 3)), header(unit="m"), "points of torch.float32 .*expected torch.uint8"),
    (tensors(views=torch.ones(49, dtype=torch.int32)), header(unit="m"), r"views of torch.int32 \[49\]"),
    (tensors(points=torch.full((50, 9), 255, dtype=torch.uint8)), header(unit="m"), "NaN or infinite"),
    ({"points": torch.zeros(2, 3)}, header(1, unit="m"), "has no clip, colors, confidence, start_w2c, views"),
    (exact(colors=torch.full((50, 3), 2.0)), header(1, unit="m"), "colours run from 2 to 2"),
    (exact(views=torch.ones(49, dtype=torch.int32)), header(1, unit="m"), r"views has the shape \[49\]"),
    (exact(points=torch.full((50, 3), torch.nan)), header(1, unit="m"), "NaN or infinite")])
def test_a_wrong_file_is_a_sentence(tmp_path, content, header, message):
    save_file(content, tmp_path / "a.safetensors", header)
    with pytest.raises(ValueError, match=message):
        load_cloud(tmp_path / "a.safetensors")


def test_a_missing_a_foreign_and_a_cut_off_file_are_sentences(tmp_path):
    path = tmp_path / "a.safetensors"
    with pytest.raises(ValueError, match="There is no file a.safetensors"):
        load_cloud(path)
    for content in (b"", b"PK\x03\x04 a zip", None):
        if content is None:
            save_cloud(cloud(), tmp_path / "b.safetensors")
            content = (tmp_path / "b.safetensors").read_bytes()[:-10]
        path.write_bytes(content)
        with pytest.raises(ValueError, match="a.safetensors is damaged, or no safetensors file"):
            load_cloud(path)


def test_the_nodes_save_list_and_load(folders):
    from worldstereo.nodes.geometric_memory import LoadGeometricMemory, SaveGeometricMemory

    saved = rounded(cloud())
    result = SaveGeometricMemory().save(saved, "deep/a")
    assert result["result"] == ("deep/a_00001_.cloud.safetensors",) == tuple(result["ui"]["text"])
    SaveGeometricMemory().save(saved, "deep/a")
    save_cloud(saved, folders / "input" / "b.cloud.safetensors")
    (files, _), = LoadGeometricMemory.INPUT_TYPES()["required"].values()
    assert files == ["b.cloud.safetensors", "deep/a_00001_.cloud.safetensors [output]",
                     "deep/a_00002_.cloud.safetensors [output]"]
    for file in files:
        assert LoadGeometricMemory.VALIDATE_INPUTS(file) is True and LoadGeometricMemory.IS_CHANGED(file)
        assert same(LoadGeometricMemory().load(file)[0], saved)


def test_the_nodes_stay_in_comfyuis_folders(folders):
    from worldstereo.nodes.geometric_memory import LoadGeometricMemory, SaveGeometricMemory

    save_cloud(cloud(), folders / "secret.cloud.safetensors")
    for file in ("../secret.cloud.safetensors", "../secret.cloud.safetensors [output]",
                 str(folders / "secret.cloud.safetensors")):
        assert "outside ComfyUI's input and output folders" in LoadGeometricMemory.VALIDATE_INPUTS(file)
        with pytest.raises(ValueError, match="outside"):
            LoadGeometricMemory().load(file)
    assert "does not exist" in LoadGeometricMemory.VALIDATE_INPUTS("gone.cloud.safetensors")
    with pytest.raises(ValueError, match="leads out of ComfyUI's output folder"):
        SaveGeometricMemory().save(cloud(), "../a")


def test_the_nodes_update_and_undo(progress):
    from worldstereo.core.planning.presets.moves import orbit, start_from
    from worldstereo.nodes.geometric_memory import RemoveClip, UpdateGeometricMemory

    photo, depth = wall()
    path = start_from(depth, orbit(5, 2.0, 12), 64, 48)
    frames, maps = wall(5)
    first = lift(photo, depth, 0)
    grown, clip, report = UpdateGeometricMemory().update(first, frames, maps, "scale", 3, 10_000, True, path)
    assert progress == [(1, 3), (2, 3), (3, 3)] and clip == 1 and "3 of 3 frames worked in" in report
    assert len(grown.points) > len(first.points)
    dark = first, frames / 2, maps, "scale", 3, 10_000, True, path
    kept, averaged = (UpdateGeometricMemory().update(*dark, *off)[0] for off in ((), (False,)))
    assert torch.equal(kept.colors[kept.clip == 0], first.colors)
    assert averaged.colors[averaged.clip == 0].mean() < 0.9 * first.colors.mean()
    undone, = RemoveClip().remove(grown, clip)
    assert len(undone.points) == len(first.points)
