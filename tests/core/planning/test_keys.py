"""The JSON of camera keys: what it says is what is read, and whatever is wrong with it becomes one
sentence."""
import copy
import json
import math
import random

import pytest
import torch

from camera_keys import data, key
from hostile_texts import HOSTILE
from spoiled_values import spoiled
from worldstereo.core.cameras.rotations import quaternion_from_rotation
from worldstereo.core.planning.keys.keys import (
    LONGEST_TEXT,
    MOST_KEYS,
    keys_from_json,
    keys_from_text,
    keys_to_json,
)
from worldstereo.core.planning.keys.motion import key_motion


def test_a_quarter_turn_about_y_looks_right():
    keys = keys_from_json(data())
    assert keys.times.tolist() == [0, 0.5, 1] and keys.zoom.tolist() == [1, 1, 2]
    assert keys.eases == ("none", "in", "none") and keys.locked
    assert torch.allclose(keys.c2start[1, :3, 2], torch.tensor([1.0, 0, 0], dtype=torch.float64))
    assert torch.allclose(keys.c2start[1, :3, 3], torch.tensor([0.2, 0, 0.1], dtype=torch.float64))


@pytest.mark.parametrize("changes", [{}, {"locked": False, "look": "target", "target": [0, 0.5, 2]},
                                     {"interpolation": "straight", "look": "forward"}])
def test_written_keys_are_read_again(changes):
    first = keys_to_json(keys_from_json(data(**changes)))
    again = keys_to_json(keys_from_text(json.dumps(first)))
    assert {**first, "keys": 0} == {**again, "keys": 0} == {**data(**changes), "keys": 0}
    for one, other in zip(first["keys"], again["keys"]):
        for name, value in one.items():
            assert other[name] == (value if isinstance(value, str) else pytest.approx(value, abs=1e-12))


SAVED = """{"version": 1, "interpolation": "smooth", "look": "LOOK", "target": [0.1, 0, 1.2], "locked": true,
    "keys": [{"time": 0, "position": [0, 0, 0], "rotation": [0, 0, 0, 1], "zoom": 1, "ease": "in"},
    {"time": 0.3, "position": [0.2, -0.1, 0.1], "rotation": [0, 0.1, 0.02, 1], "zoom": 1, "ease": "none"},
    {"time": 0.7, "position": [0.2, -0.1, 0.1], "rotation": [0, -0.1, 0, 1], "zoom": 1.5,
     "ease": "in and out"},
    {"time": 1, "position": [-0.1, 0.05, 0.4], "rotation": [0, -0.2, 0, 1], "zoom": 1.3, "ease": "none"}]}"""


@pytest.mark.parametrize("look, rotation", [  # x, y, z, w at frame 2 of 0 to 10
    ("free", [0, 0.045526, 0.008913, 0.998923]), ("forward", [-0.009547, -0.158329, 0.023119, 0.98707]),
    ("target", [-0.033332, -0.064626, 0.000615, 0.997353])])
def test_a_text_of_version_1_stands_for_the_same_path_for_ever(look, rotation):
    c2start, zoom = key_motion(keys_from_text(SAVED.replace("LOOK", look)), 11)
    assert c2start[2, :3, 3].tolist() == pytest.approx([0.152973, -0.076487, 0.056004], abs=1e-6)
    assert c2start[8, :3, 3].tolist() == pytest.approx([0.20869, -0.104345, 0.122185], abs=1e-6)
    assert quaternion_from_rotation(c2start[2, :3, :3]).roll(-1).tolist() == pytest.approx(rotation, abs=1e-6)
    assert zoom[[2, 5, 8]].tolist() == pytest.approx([1, 1.224745, 1.489237], abs=1e-6)


def test_a_locked_first_key_is_the_photographs_camera_to_the_last_digit():
    keys = keys_from_json(data(key(0, (1e-7, 0, 0), (0, 0, 1e-8, 1), 1 + 1e-9), key(1)))
    assert torch.equal(keys.c2start[0], torch.eye(4, dtype=torch.float64)) and float(keys.zoom[0]) == 1
    keys = keys_from_json(data(key(0, (1, 0, 0)), key(1), locked=False))
    assert keys.c2start[0, 0, 3] == 1


@pytest.mark.parametrize("text, sentence", [
    ("{", "is no JSON, or was cut off"), ("[" * 100000, "nested too deep"), ("9" * 5000, "is no JSON"),
    ("[1]", "expected an object"), ("null", "nothing (null)"),
    (" " * LONGEST_TEXT + "{}", "more than 1048576"),
    ('{"version": 1}', "lacks interpolation, look, locked, keys; expected")])
def test_texts_that_are_no_keys(text, sentence):
    with pytest.raises(ValueError, match="The JSON in keys of 'Edit Trajectory'") as caught:
        keys_from_text(text)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("wrong, sentence", [
    (data(version=2), "has the version 2, expected the number 1"),
    (data(version=True), "has the version True"), (data(version=1.0), "has the version 1.0"),
    (data(interpolation="linear"), "'linear', expected one of smooth, straight"),
    (data(look=["free"]), "expected one of free, forward, target"),
    (data(look="target"), 'add "target": [x, y, z]'), (data(target=[0, 1]), "expected 3 numbers, x, y, z"),
    (data(locked=1), "expected true or false"),
    (data(keys=[]), "has as keys [], expected a list of 1 to 200"),
    (data(keys={}), "an object, expected a list"), (data(key=1), "unknown field 'key'"),
    (data(*[key(i / MOST_KEYS) for i in range(MOST_KEYS + 1)]), "a list of 201"),
    (data(key(0), 7), "Key 1 of the camera path is 7"),
    (data(key(0), {"time": 1}), "Key 1 of the camera path lacks position, rotation, zoom, ease;"),
    (data(key(0), {**key(1), "x": 1}), "Key 1 of the camera path has an unknown field 'x'"),
    (data(key(0.1), key(1)), "it has to be at 0"), (data(key(0), key(0.9)), "at 1, the end of the clip"),
    (data(key(0), key(0.5), key(0.5), key(1)), "Key 2 of the camera path is at time 0.5"),
    (data(key(0), key(math.nan), key(1)), "The time of key 1 is nan"),
    (data(key(0), key(2)), "is 2, expected"),
    (data(key(0), key(1, (0, math.inf, 0))), "The position of key 1 is [0, inf, 0]"),
    (data(key(0), key(1, (0, 10 ** 400, 0))), "The position of key 1"),
    (data(key(0), key(1, ([[[]]], 0, 0))), "The position of key 1 is a list of 3"),
    (data(key(0), key(1, rotation=(0, 0, 0, 0))), "no quaternion"),
    (data(key(0), key(1, rotation=(0, 0, 1))), "expected 4 numbers, the quaternion x, y, z, w"),
    (data(key(0), key(1, zoom=0)), "The zoom of key 1 is 0"), (data(key(0), key(1, zoom=-1)), "is -1"),
    (data(key(0), key(1, zoom=math.nan)), "is nan"), (data(key(0), key(1, zoom="2")), "is '2'"),
    (data(key(0, zoom=True), key(1)), "is True"),
    (data(key(0), key(1, ease="inn")), "expected one of none, in"),
    (data(key(0, (0.01, 0, 0)), key(1)), "locked to the photograph's camera, but stands elsewhere"),
    (data(key(0, zoom=1.1), key(1)), "locked"), (data(key(0, rotation=(0, 0.1, 0, 1)), key(1)), "locked")])
def test_wrong_keys_are_one_sentence(wrong, sentence):
    with pytest.raises(ValueError) as caught:
        keys_from_json(wrong)
    said = str(caught.value)
    assert sentence in said and said.endswith(".") and "\n" not in said and len(said) < 300


def test_of_many_spoiled_keys_each_is_refused_or_gives_sound_poses():
    sound, refused = data(look="target", target=[0, 0, 2]), 0
    for seed in range(400):
        rng = random.Random(seed)
        wrong = spoiled(copy.deepcopy(sound), rng, [])
        if rng.random() < 0.3 and isinstance(wrong, dict):
            name = rng.choice(["look", "interpolation"])
            wrong[name] = rng.choice(["forward", "straight", "free", *HOSTILE])
        try:
            c2start, zoom = key_motion(keys_from_json(wrong), 9)
        except ValueError as error:
            refused += 1
            assert str(error).endswith(".") and len(str(error)) < 400
        else:
            assert torch.isfinite(c2start).all() and torch.isfinite(zoom).all() and (zoom > 0).all()
            assert torch.allclose(c2start[:, :3, :3].det(), torch.ones(9, dtype=torch.float64))
    assert 100 < refused < 390
