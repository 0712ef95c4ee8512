"""Few keys follow every preset and a given path; how many, and how near they come, is written down here."""
import math

import pytest
import torch

from worldstereo.core.cameras.rotations import rotation_angle
from worldstereo.core.planning.keys.fit import ALLOWED, MOST_FITTED, fit_keys, preset_keys
from worldstereo.core.planning.keys.keys import keys_from_json, keys_to_json
from worldstereo.core.planning.keys.motion import key_motion
from worldstereo.core.planning.presets.moves import look_around, orbit, pan, progress
from worldstereo.core.planning.presets.table import PRESETS, Wish

# preset, its example, keys, largest differences: median depths, degrees, share of the focal length
MEASURED = [
    ("orbit", {"angle": 30}, 3, (0.0011, 0.000, 0.0000)),
    ("orbit", {"angle": 360}, 10, (0.0034, 0.000, 0.0000)),
    ("orbit", {"elevation": 30}, 3, (0.0011, 0.000, 0.0000)),
    ("dolly", {"distance": 0.4}, 2, (0.0000, 0.000, 0.0000)),
    ("dolly", {"distance": -0.4}, 2, (0.0000, 0.000, 0.0000)),
    ("pan", {"angle": 25}, 2, (0.0000, 0.000, 0.0000)),
    ("static", {}, 2, (0.0000, 0.000, 0.0000)),
    ("look around", {"angle": 25, "elevation": 10}, 15, (0.0000, 0.238, 0.0000)),
    ("tilt", {"angle": 15}, 2, (0.0000, 0.000, 0.0000)),
    ("roll", {"angle": 30}, 2, (0.0000, 0.000, 0.0000)),
    ("truck", {"distance": 0.3}, 2, (0.0000, 0.000, 0.0000)),
    ("pedestal", {"distance": 0.25}, 2, (0.0000, 0.000, 0.0000)),
    ("zoom", {"zoom": 2.0}, 2, (0.0000, 0.000, 0.0000)),
    ("dolly zoom", {"distance": 0.5}, 3, (0.0000, 0.000, 0.0041)),
    ("arc", {"angle": 40, "distance": 0.35}, 3, (0.0049, 0.000, 0.0000)),
    ("spiral", {"distance": 0.2}, 13, (0.0042, 0.224, 0.0000)),
    ("figure eight", {"distance": 0.3}, 15, (0.0049, 0.218, 0.0000)),
    ("forward then orbit", {"distance": 0.35, "angle": 40}, 10, (0.0027, 0.145, 0.0000)),
    ("aerial rise", {"distance": 0.5}, 3, (0.0000, 0.098, 0.0000)),
    ("return to start", {"distance": 0.2}, 10, (0.0036, 0.150, 0.0000)),
    ("official: view right", {}, 5, (0.0021, 0.000, 0.0000)),
    ("official: view left", {}, 5, (0.0021, 0.000, 0.0000)),
    ("official: up-right aerial", {}, 11, (0.0048, 0.218, 0.0000)),
    ("official: up", {}, 3, (0.0039, 0.000, 0.0000)),
    ("official: left", {}, 6, (0.0043, 0.000, 0.0000)),
    ("official: right", {}, 6, (0.0043, 0.000, 0.0000)),
    ("official: loop", {}, 11, (0.0047, 0.176, 0.0000)),
]


def deviation(keys, c2start, zoom):
    poses, factors = key_motion(keys, len(c2start))
    turns = rotation_angle(poses[:, :3, :3].mT @ c2start[:, :3, :3])
    return [float(value) for value in ((poses - c2start)[:, :3, 3].norm(dim=1).max(), turns.max(),
                                       (factors / zoom - 1).abs().max())]


@pytest.mark.slow
@pytest.mark.parametrize("preset, example, count, errors", MEASURED)
def test_keys_of_every_preset(preset, example, count, errors):
    keys, told = preset_keys(preset, Wish(**example))
    assert len(keys.times) == count and keys.locked
    assert told == pytest.approx(errors, rel=0.05, abs=1e-3)
    assert all(error <= allowed for error, allowed in zip(told, ALLOWED))
    # as the clip has it: 21 frames, from the JSON that is saved
    saved = keys_from_json(keys_to_json(keys))
    c2start, zoom = PRESETS[preset].path(progress(21), 1.0, Wish(**example)), PRESETS[preset].zoom
    zoom = torch.ones(21) if zoom is None else zoom(c2start, progress(21), 1.0, Wish(**example))
    if preset != "official: up-right aerial":  # its corner is moved to a frame
        assert all(error <= allowed for error, allowed in zip(deviation(saved, c2start, zoom), ALLOWED))


def test_every_preset_is_measured():
    assert [row[:2] for row in MEASURED] == [(name, dict(example)) for name, preset in PRESETS.items()
                                             for example in preset.examples]


@pytest.mark.parametrize("preset, keys", [("dolly", 2), ("orbit", 6)])
def test_an_ease_is_that_of_the_key_or_comes_with_more_keys(preset, keys):
    wish = Wish(angle=30, distance=0.4)
    eased, error = preset_keys(preset, wish, "in and out")
    assert len(eased.times) == keys and all(far <= most for far, most in zip(error, ALLOWED))
    assert (eased.eases == ("in and out", "none")) == (preset == "dolly")
    share = progress(21)
    c2start, _ = key_motion(eased, 21)
    wanted = PRESETS[preset].path(share ** 2 * (3 - 2 * share), 1.0, wish)
    assert float((c2start - wanted)[:, :3, 3].norm(dim=1).max()) <= ALLOWED.position


@pytest.mark.parametrize("count", [2, 5, 12])
def test_a_wanted_number_of_keys(count):
    keys, error = preset_keys("official: view right", Wish(), count=count)
    assert len(keys.times) == count and (error.position < ALLOWED.position) == (count >= 5)


def test_more_than_half_a_circle_takes_keys_between():
    keys, error = preset_keys("pan", Wish(angle=300))
    assert len(keys.times) == 3 and error.rotation < ALLOWED.rotation
    assert fit_keys(pan(21, 360), torch.ones(21).double())[1].rotation < ALLOWED.rotation


def test_a_path_that_does_not_begin_at_the_photograph_is_not_locked():
    c2start = orbit(21, 1.0, 60)[5:]
    keys, error = fit_keys(c2start, 2 * torch.ones(16).double())
    assert not keys.locked and keys.zoom.tolist() == pytest.approx([2] * len(keys.zoom))
    assert torch.equal(keys.c2start[[0, -1]], c2start[[0, -1]]) and error.position < ALLOWED.position


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_short_paths(frames):
    c2start, zoom = orbit(frames, 1.0, 60), 1.5 ** progress(frames)
    keys, error = fit_keys(c2start, zoom)
    assert len(keys.times) <= frames and max(error) < 1e-2
    assert torch.allclose(key_motion(keys, frames)[0], c2start, atol=1e-2)


@pytest.mark.slow
def test_a_long_restless_path_has_a_bounded_number_of_keys():
    shaken = look_around(400, 20, 10)
    shaken[1:, :3, 3] += 0.05 * torch.randn(399, 3, generator=torch.Generator().manual_seed(1)).double()
    keys, error = fit_keys(shaken, torch.ones(400).double())
    assert len(keys.times) <= MOST_FITTED and error.position > ALLOWED.position
    assert math.isfinite(sum(error)) and torch.equal(keys.c2start[-1], shaken[-1])
    assert keys.locked and torch.equal(keys.c2start[0], torch.eye(4).double())


def test_impossible_presets_are_one_sentence():
    with pytest.raises(ValueError, match="There is no camera preset 'spin'"):
        preset_keys("spin", Wish())
    with pytest.raises(ValueError, match="The ease is 'inn'"):
        preset_keys("orbit", Wish(), "inn")
    with pytest.raises(ValueError, match="below 1 median depth"):
        preset_keys("arc", Wish(distance=1))
