"""The memory bank: how it starts, grows and is kept in a file."""
import copy
import dataclasses
import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file

from memory_scene import bank_of, path, random_path, turned
from worldstereo.core.memory.stereo.bank import MemoryBank, add_clip, new_bank
from worldstereo.core.memory.stereo.file import load_bank, save_bank

WIDTH, HEIGHT = 32, 16


def pictures(count, seed=0, height=HEIGHT, width=WIDTH):
    return 2 * torch.rand(count, 3, height, width, generator=torch.Generator().manual_seed(seed)) - 1


def test_views_of_known_cameras_become_the_bank():
    cameras, views = random_path(3, 0, name="pano_bank", unit="m"), pictures(3)
    bank = new_bank(views, cameras)
    assert bank.names == ("pano_bank/0000", "pano_bank/0001", "pano_bank/0002") and bank.unit == "m"
    assert torch.equal(bank.w2c, cameras.w2c) and torch.equal(bank.K, cameras.K)
    torch.testing.assert_close(bank.pictures(range(3)) / 127.5 - 1, views, atol=0.5 / 127.5 + 1e-6, rtol=0)


def test_one_picture_takes_the_first_camera_of_a_path_and_its_size():
    bank = new_bank(pictures(1, height=20, width=50), random_path(5, 1), "start")
    assert bank.names == ("start/0000",) and (bank.width, bank.height) == (WIDTH, HEIGHT)
    assert torch.equal(bank.w2c, random_path(5, 1).w2c[:1])


def test_a_clip_leaves_eight_frames_never_the_first_always_the_last():
    bank, clip, frames = bank_of(random_path(2, 0)), random_path(21, 1, name="view0/traj2"), pictures(21, 3)
    grown = add_clip(bank, frames, clip)
    kept = [3, 6, 9, 12, 14, 16, 18, 20]
    assert grown.names == (*bank.names, *(f"view0/traj2/{i:04}" for i in kept))
    assert torch.equal(grown.w2c[2:], clip.w2c[kept])
    torch.testing.assert_close(grown.pictures(range(2, 10)) / 127.5 - 1, frames[kept],
                               atol=0.5 / 127.5 + 1e-6, rtol=0)
    assert grown.clips == {"start": 2, "view0/traj2": 8}
    assert grown.entries_of("view0/traj2") == tuple(range(2, 10))


@pytest.mark.parametrize("frames, keep, names", [(2, 8, ["0001"]), (4, 8, ["0001", "0002", "0003"]),
                                                 (9, 1, ["0008"])])
def test_short_clips_and_other_numbers(frames, keep, names):
    grown = add_clip(bank_of(random_path(1, 0)), pictures(frames), random_path(frames, 2), "c", keep)
    assert grown.names[1:] == tuple(f"c/{name}" for name in names)


def test_frames_of_another_size_are_stretched_with_their_intrinsics(caplog):
    caplog.set_level("INFO")
    bank, clip = bank_of(random_path(1, 0)), random_path(3, 1, width=64, height=64)
    grown = add_clip(bank, pictures(3, height=64, width=64), clip, "c")
    torch.testing.assert_close(grown.K[1:], clip.resized(WIDTH, HEIGHT).K[1:])
    assert {frame.shape for frame in grown.frames} == {(3, HEIGHT, WIDTH)}
    assert "64x64 are stretched" in caplog.text


def test_nothing_is_changed_in_place():
    bank, frames = bank_of(random_path(2, 0)), pictures(4)
    before = [tensor.clone() for tensor in (*bank.frames, bank.w2c, bank.K, frames)]
    add_clip(bank, frames, random_path(4, 1), "a")
    assert all(map(torch.equal, before, (*bank.frames, bank.w2c, bank.K, frames))) and len(bank) == 2
    assert copy.deepcopy(bank) is bank
    with pytest.raises(dataclasses.FrozenInstanceError):
        bank.names = ()


def test_a_grown_bank_shares_the_frames_of_the_one_before():
    """ComfyUI keeps every step of a long chain of updates; copies would add up to many gigabytes."""
    bank = bank_of(random_path(2, 0))
    grown = add_clip(bank, pictures(4), random_path(4, 1), "a")
    assert all(mine is theirs for mine, theirs in zip(grown.frames, bank.frames))


def test_two_clips_on_one_bank_do_not_see_each_other():
    bank = bank_of(random_path(2, 0))
    one = add_clip(bank, pictures(4), random_path(4, 1), "one")
    two = add_clip(bank, pictures(4), random_path(4, 2), "two")
    assert "one" not in two.clips and "two" not in one.clips


@pytest.mark.parametrize("call, complaint", [
    (lambda b: new_bank(pictures(3), random_path(2, 0)), "3 pictures came with 2 cameras"),
    (lambda b: new_bank(pictures(1)[:0], random_path(2, 0)), "0 pictures"),
    (lambda b: add_clip(b, pictures(3), random_path(4, 0), "c"),
     "3 frames came with a trajectory of 4 poses"),
    (lambda b: add_clip(b, pictures(1), random_path(1, 0), "c"), "a clip of 2 or more"),
    (lambda b: add_clip(b, pictures(3), random_path(3, 0), "c", keep=0), "cannot keep 0 of 3"),
    (lambda b: add_clip(b, pictures(9), random_path(9, 0), "start", keep=8),
     "already holds start/0001: give the clip another name in 'Update Memory Bank'"),
    (lambda b: add_clip(b, pictures(3), random_path(3, 0, unit="m"), "c"), "belong to different worlds"),
    (lambda b: MemoryBank((), b.w2c, b.K, b.names),
     "is empty; start it in 'New Memory Bank' with a picture or more"),
    (lambda b: MemoryBank((b.frames[0].float(),), b.w2c, b.K, b.names), "expected torch.uint8"),
    (lambda b: MemoryBank((b.frames[0], b.frames[1][:, :8]), b.w2c, b.K, b.names),
     "give all frames one size"),
    (lambda b: MemoryBank(b.frames, b.w2c, b.K, b.names[:1]), "2 frames, 2 cameras and 1 names"),
    (lambda b: MemoryBank(b.frames, 2 * b.w2c, b.K, b.names), "Memory bank w2c"),
])
def test_what_does_not_fit_is_refused_with_a_remedy(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call(bank_of(random_path(2, 0)))


def test_views_from_the_origin_go_with_every_unit_and_take_it_over():
    """A panorama has no scale, so its views have no unit until a clip brings one."""
    views = path([turned(0), turned(90, (1e-24, 0.0, 0.0))])
    grown = add_clip(bank_of(views), pictures(3), random_path(3, 0, unit="m"), "c")
    assert grown.unit == "m"
    with pytest.raises(ValueError, match="in m, the trajectory in cm"):
        add_clip(bank_of(path([turned(0)], unit="m")), pictures(3), random_path(3, 0, unit="cm"), "c")


def test_a_saved_bank_comes_back_exactly(tmp_path):
    bank = add_clip(bank_of(random_path(2, 0, unit="m")), pictures(4), random_path(4, 1, unit="m"),
                         "ärger/traj0")
    save_bank(bank, tmp_path / "a.safetensors")
    loaded = load_bank(tmp_path / "a.safetensors")
    assert all(map(torch.equal, (*bank.frames, bank.w2c, bank.K), (*loaded.frames, loaded.w2c, loaded.K)))
    assert (loaded.names, loaded.unit) == (bank.names, "m")
    assert [file.name for file in tmp_path.iterdir()] == ["a.safetensors"]


def test_a_file_is_never_overwritten(tmp_path):
    (tmp_path / "a").write_text("mine")
    with pytest.raises(ValueError, match="a exists already"):
        save_bank(bank_of(random_path(1, 0)), tmp_path / "a")
    assert (tmp_path / "a").read_text() == "mine"


def test_a_run_that_dies_while_writing_leaves_no_file(tmp_path, monkeypatch):
    def full(_):
        assert [file.suffix for file in tmp_path.iterdir()] == [".part"]
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ValueError, match="cannot be written .*disk full"):
        save_bank(bank_of(random_path(1, 0)), tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def header(**changes):
    facts = {"kind": "memory bank", "version": 1, "unit": "m", "names": ["a/0000"]}
    return {"worldstereo": json.dumps(facts | changes)}


@pytest.mark.parametrize("metadata, drop, complaint", [
    (None, (), "is no memory bank"), (header(kind="geometric memory"), (), "is no memory bank"),
    (header(version=2), (), "version 2, this pack reads version 1: update the pack"),
    (header(), ("K",), "has no K; choose a file of 'Save Memory Bank'"),
    (header(names="a"), (), "names that are no list of texts"),
    (header(names=[7]), (), "names that are no list of texts"),
    (header(unit=None), (), "a unit that is none"),
    ({"worldstereo": "{"}, (), "is damaged"), (header(names=["a/0", "a/1"]), (),
                                               "1 frames, 1 cameras and 2 names")])
def test_other_files_are_refused(tmp_path, metadata, drop, complaint):
    bank = bank_of(random_path(1, 0))
    tensors = {"frames": bank.pictures([0]), "w2c": bank.w2c, "K": bank.K}
    save_file({name: tensor for name, tensor in tensors.items() if name not in drop},
              tmp_path / "a", metadata)
    with pytest.raises(ValueError, match=complaint):
        load_bank(tmp_path / "a")


@pytest.mark.parametrize("size", [0, 5, 200, -1])
def test_a_file_that_was_cut_is_refused(tmp_path, size):
    save_bank(bank_of(random_path(1, 0)), tmp_path / "a")
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes()[:size])
    with pytest.raises(ValueError, match="a is damaged, or no safetensors file"):
        load_bank(tmp_path / "a")
    with pytest.raises(ValueError, match="There is no file b"):
        load_bank(tmp_path / "b")


@pytest.mark.parametrize(("change", "sentence"), [
    ({"frames": (torch.zeros(3, 64, 0, dtype=torch.uint8),)}, r"frame has the shape \[3, 64, 0\]"),
    ({"frames": ([1],)}, "frame is a list, expected a tensor"),
    ({"names": (None,)}, "name in the memory bank"),
    ({"K": torch.eye(3, dtype=torch.complex64)[None]}, "complex64, expected"),
    ({"w2c": torch.eye(4)[None].to(torch.float8_e4m3fn)}, "float8_e4m3fn, expected")])
def test_a_bank_of_something_else_is_refused(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        replace(bank_of(random_path(1, 0)), **change)
