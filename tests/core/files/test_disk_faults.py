"""A disk that takes no more, and names that cannot be written, end in a sentence and leave nothing."""
import errno
import os
import resource
import signal

import pytest
import torch

from worldstereo.core.files.atomic import new_path, replace_path, writable
from worldstereo.core.files.picture import write_png
from worldstereo.core.files.state import write_state
from worldstereo.core.files.video import write_video


@pytest.fixture
def small_files():
    """Files of this process end at 1000 bytes, as on a full disk."""
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("way", [new_path, replace_path])
def test_a_full_disk_leaves_nothing(tmp_path, small_files, way):
    with pytest.raises(ValueError, match="^a cannot be .*; free space"), way(tmp_path / "a") as part:
        part.write_bytes(b"x" * 2000)
    assert os.listdir(tmp_path) == []


def test_a_full_disk_under_safetensors(tmp_path, small_files):
    with pytest.raises(ValueError, match="^a cannot be written .*; free space"):
        write_state(tmp_path / "a", "k", 1, {"x": torch.zeros(2000)}, {})
    assert os.listdir(tmp_path) == []


def test_what_was_there_stays_when_its_replacement_fails(tmp_path, small_files):
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(ValueError), replace_path(tmp_path / "a") as part:
        part.write_bytes(b"x" * 2000)
    assert (tmp_path / "a").read_bytes() == b"old" and os.listdir(tmp_path) == ["a"]


def test_a_file_where_a_folder_belongs(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(ValueError, match="b cannot be .*rename it"), new_path(tmp_path / "a/b") as part:
        part.write_bytes(b"")


def test_a_full_disk_under_a_video(tmp_path, small_files):
    noise = torch.randint(0, 256, (8, 64, 64, 3), dtype=torch.uint8)
    full = pytest.raises(ValueError, match="^a cannot be written .*; free space")
    with full, new_path(tmp_path / "a") as part:
        part.mkdir()
        write_video(part / "render.mp4", noise)
    assert os.listdir(tmp_path) == []


def test_a_full_disk_under_a_picture(tmp_path, small_files):
    noise = torch.randint(0, 256, (64, 64, 3), dtype=torch.uint8)
    full = pytest.raises(ValueError, match="^a cannot be written .*; free space")
    with full, new_path(tmp_path / "a") as part:
        write_png(part / "0.png", noise)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("number,remedy", [(errno.ENOSPC, "free space"), (errno.EROFS, "allow ComfyUI"),
                                           (errno.EACCES, "allow"), (errno.EDQUOT, "free space")])
def test_remedies(tmp_path, number, remedy):
    with pytest.raises(ValueError, match=f"^a cannot be written .*{remedy}"), writable(tmp_path / "a"):
        raise OSError(number, os.strerror(number))
