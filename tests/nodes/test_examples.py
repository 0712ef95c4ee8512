"""The example files of the shipped workflows, made for a user who has none."""
import hashlib

import numpy as np
import pytest
from PIL import Image

from worldstereo.nodes.examples import EXAMPLES, INPUT, examples


@pytest.fixture
def models(folders, monkeypatch):
    import folder_paths

    monkeypatch.setattr(folder_paths, "models_dir", str(folders / "models"))
    for kind in set(EXAMPLES.values()) - {INPUT}:
        monkeypatch.setitem(folder_paths.folder_names_and_paths, kind,
                            ([str(folders / "models" / kind)], {".safetensors"}))
    return folders / "models"


@pytest.mark.slow
def test_all_are_made_once_and_nothing_is_replaced(folders, models):
    (folders / "input/motorcycle.png").write_bytes(b"the user's own")
    names = [*EXAMPLES]
    assert examples({"names": names}) == {"made": [name for name in names if name != "motorcycle.png"]}
    assert (folders / "input/motorcycle.png").read_bytes() == b"the user's own"
    assert (models / "diffusion_models/worldstereo-nano/config.json").exists()
    made = {path: hashlib.sha256(path.read_bytes()).digest() for path in folders.rglob("*") if path.is_file()}
    assert len(made) == len(EXAMPLES) + 1
    assert examples({"names": names}) == {"made": []}
    assert all(hashlib.sha256(path.read_bytes()).digest() == digest for path, digest in made.items())


@pytest.mark.slow
def test_the_panorama_is_twice_as_wide_and_every_pixel_has_a_distance(folders, models):
    examples({"names": ["worldstereo_room.jpg", "worldstereo_room_distance_mm.png"]})
    picture = Image.open(folders / "input/worldstereo_room.jpg")
    distance = np.array(Image.open(folders / "input/worldstereo_room_distance_mm.png"))
    assert picture.size == distance.shape[::-1] == (1024, 512) and distance.min() > 300


@pytest.mark.parametrize("body", [{}, {"names": "motorcycle.png"}, {"names": ["../motorcycle.png"]},
                                  {"names": [["motorcycle.png"]]}, {"names": [], "folder": "/"}])
def test_nothing_else_is_made(folders, models, body):
    with pytest.raises(ValueError, match="Expected one field|There is no example file"):
        examples(body)
    assert [path for path in folders.rglob("*") if path.is_file()] == []


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_named(folders, models):
    (folders / "models").write_bytes(b"")
    with pytest.raises(ValueError, match="nano-vae.safetensors cannot be written .*a file lies where"):
        examples({"names": ["worldstereo-nano-vae.safetensors"]})
