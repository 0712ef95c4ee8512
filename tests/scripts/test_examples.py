"""The examples of the library run, are short, and leave what they say."""
import os
import runpy
import subprocess
import sys

import pytest
from PIL import Image

import worldstereo

MADE = {"01_one_clip": ("one_clip.png", (4 * 384, 2 * 256)),
        "02_two_clips": ("two_clips.png", (3 * 384, 4 * 256)),
        "03_cameras": ("cameras.png", (3 * 480, 320)),
        "04_export": ("export/dataset/images/frame_00021.png", (416, 240))}


def test_every_example_is_tried(root):
    assert sorted(file.stem for file in (root / "code_examples").glob("*.py")) == sorted(MADE)


@pytest.mark.parametrize("name", MADE)
def test_an_example_runs_and_is_short(root, name, tmp_path, monkeypatch, capsys):
    file = root / "code_examples" / f"{name}.py"
    assert len(file.read_text(encoding="utf-8").splitlines()) < 40
    monkeypatch.setattr(sys, "argv", [str(file), str(tmp_path)])
    runpy.run_path(str(file), run_name="__main__")
    made, size = MADE[name]
    assert capsys.readouterr().out
    with Image.open(tmp_path / made) as picture:
        contrast = max(high - low for low, high in picture.convert("RGB").getextrema())
        assert picture.size == size and contrast > 100


def test_every_name_of_the_public_face_is_there_and_none_is_imported_early(root):
    assert all(getattr(worldstereo, name) is not None for name in worldstereo.__all__)
    with pytest.raises(AttributeError, match="has no swoop; it has COLMAP_TEXT, "):
        _ = worldstereo.swoop
    code = "import sys, worldstereo; sys.exit('torch' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(root / "scripts")}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0
