"""Pictures are opened as what they are meant to be, and nothing else."""
import os
import subprocess

import numpy as np
import pytest
import torch
from PIL import EpsImagePlugin, Image

from worldstereo.core.depth.file import read_depth_file
from worldstereo.core.files.picture import read_picture, write_png

EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 16 16\n%%EndComments\nshowpage\n%%EOF\n"


@pytest.fixture
def ghostscript(tmp_path, monkeypatch):
    """A program on the path that Pillow takes for Ghostscript; it leaves a file when it is started."""
    tool, started = tmp_path / "bin" / "gs", tmp_path / "started"
    tool.parent.mkdir()
    tool.write_text(f"#!/bin/sh\ntouch '{started}'\nexit 1\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(EpsImagePlugin, "gs_binary", None)
    return started


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for Ghostscript is a shell script")
@pytest.mark.parametrize("read", [read_picture, read_depth_file])
def test_a_picture_file_starts_no_program(tmp_path, ghostscript, read):
    file = tmp_path / "photo.png"
    file.write_bytes(EPS)
    with pytest.raises(ValueError, match="photo.png cannot be read as a picture .*PNG"):
        read(file)
    assert not ghostscript.exists()
    # Pillow by itself does
    with pytest.raises((OSError, subprocess.CalledProcessError)), Image.open(file) as picture:
        picture.load()
    assert ghostscript.exists()


@pytest.mark.parametrize("kind", ["BMP", "PPM", "GIF", "TGA", "PCX", "ICO", "TIFF"])
def test_other_formats_are_refused_by_name(tmp_path, kind):
    file = tmp_path / "photo.png"
    Image.fromarray(np.zeros((16, 16, 3), np.uint8)).save(file, kind)
    with pytest.raises(ValueError, match="PNG or JPEG or WEBP"):
        read_picture(file)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_official_scenes_have_three_formats_under_one_ending(tmp_path, kind):
    pixels = torch.full((16, 16, 3), 77, dtype=torch.uint8)
    Image.fromarray(pixels.numpy()).save(tmp_path / "image.png", kind)
    assert (read_picture(tmp_path / "image.png").int() - 77).abs().max() <= 2


def test_damaged_and_too_large_pictures_get_a_sentence(tmp_path, monkeypatch):
    file = tmp_path / "photo.png"
    write_png(file, torch.zeros(40, 40, 3, dtype=torch.uint8))
    whole = file.read_bytes()
    for data in (b"", whole[:20], whole[:-30]):
        file.write_bytes(data)
        with pytest.raises(ValueError, match="photo.png cannot be read as a picture"):
            read_picture(file)
    file.write_bytes(whole)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(ValueError, match="decompression bomb"):
        read_picture(file)
    with pytest.raises(ValueError, match="There is no picture .*/none.png; copy the whole folder"):
        read_picture(tmp_path / "none.png")
