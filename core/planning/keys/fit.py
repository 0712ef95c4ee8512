"""Few keys whose path follows a given one."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from ...cameras.compose import EASES, apply_ease
from ...cameras.interpolate import through_poses
from ...cameras.rotations import rotation_angle
from ...values import require
from ..presets.moves import progress
from ..presets.table import PRESETS, Wish
from .keys import Keys
from .motion import key_motion

SAMPLES = 121  # times at which the keys are compared with the path, at most
MOST_FITTED = 40  # keys


class Deviation(NamedTuple):
    """Largest differences of two paths: positions in median depths, rotations in degrees, zoom as a share."""

    position: float
    rotation: float
    zoom: float


# In a picture 832 pixels wide that shows 60 degrees, things at the median depth move by up to 4 pixels.
ALLOWED = Deviation(0.005, 0.25, 0.005)


def preset_keys(preset: str, wish: Wish, ease: str = "none", count: int = 0) -> tuple[Keys, Deviation]:
    """(keys, how far their path is from that of the preset).

    wish   its distance counts in median depths
    count  of keys, 2 or more; 0: as few as keep within ALLOWED

    Raises ValueError for an unknown preset and for a path that it cannot make.
    """
    require(preset in PRESETS, f"There is no camera preset {preset!r}; choose one of {', '.join(PRESETS)}.")
    require(ease in EASES, f"The ease is {ease!r}, expected one of {', '.join(EASES)}.")
    even = progress(SAMPLES)
    keys, deviation = fit_keys(*_preset_path(preset, even, wish), count)
    if ease == "none":
        return keys, deviation
    if len(keys.times) == 2:  # the ease of one key is the preset's
        return replace(keys, eases=(ease, "none")), deviation
    return fit_keys(*_preset_path(preset, apply_ease(even, ease), wish), count)


def _preset_path(preset: str, share: Tensor, wish: Wish) -> tuple[Tensor, Tensor]:
    row = PRESETS[preset]
    c2start = row.path(share, 1.0, wish)
    return c2start, torch.ones_like(share) if row.zoom is None else row.zoom(c2start, share, 1.0, wish)


def fit_keys(c2start: Tensor, zoom: Tensor, count: int = 0) -> tuple[Keys, Deviation]:
    """(keys, how far their path is from a given one).

    c2start  [F,4,4] float64 at evenly spaced times, lengths in median depths; where the first is exactly the
             identity, with zoom 1, the keys are locked
    zoom     [F] float64, factors of the photograph's focal lengths
    count    of keys, 2 or more; 0: as few as keep within ALLOWED, at most MOST_FITTED

    The keys are poses of the path: evenly spaced ones where these are enough. Else a key is added where the
    path is farthest off, again and again, and those that turn out to be superfluous go.
    """
    if len(c2start) > SAMPLES:
        ends, at = c2start[[0, -1]], torch.linspace(0, len(c2start) - 1, SAMPLES, dtype=torch.float64)
        c2start = through_poses(c2start, at, smooth=False)
        c2start[[0, -1]] = ends  # exactly
        zoom = torch.lerp(zoom[at.floor().long()], zoom[at.ceil().long()], at.frac())
    last = len(c2start) - 1

    def off(chosen: list[int]) -> Tensor:  # 1 is what is allowed
        return _deviations(_keys_at(chosen, c2start, zoom), c2start, zoom) / torch.tensor(ALLOWED)[:, None]

    def worst(chosen: list[int]) -> float:
        return float(off(chosen).max())

    chosen = _added(last, count or MOST_FITTED, off, stop=not count)
    if count:
        chosen = min(chosen, _even(count, last), key=worst)
    elif worst(chosen) <= 1:
        for key in chosen[1:-1]:
            fewer = [other for other in chosen if other != key]
            chosen = fewer if worst(fewer) <= 1 else chosen
        evens = (_even(number, last) for number in range(2, len(chosen)))
        chosen = next((even for even in evens if worst(even) <= 1), chosen)
    keys = _keys_at(chosen, c2start, zoom)
    return keys, Deviation(*_deviations(keys, c2start, zoom).amax(1).tolist())


def _added(last: int, most: int, off: Callable[[list[int]], Tensor], stop: bool) -> list[int]:
    """Frames, from 0 and the last on, one more where `off` [3,F] of these is largest; stop: once it is below
    1."""
    chosen = sorted({0, last})
    while len(chosen) < min(most, last + 1):
        far = off(chosen).amax(0)
        if stop and float(far.max()) <= 1:
            break
        far[chosen] = -1
        chosen = sorted([*chosen, int(far.argmax())])
    return chosen


def _even(count: int, last: int) -> list[int]:
    return sorted({round(index * last / (count - 1)) for index in range(count)})


def _keys_at(chosen: list[int], c2start: Tensor, zoom: Tensor) -> Keys:
    locked = torch.equal(c2start[0], torch.eye(4, dtype=torch.float64)) and float(zoom[0]) == 1
    return Keys(progress(len(c2start))[chosen], c2start[chosen], zoom[chosen], ("none",) * len(chosen),
                locked=locked)


def _deviations(keys: Keys, c2start: Tensor, zoom: Tensor) -> Tensor:
    """[3,F] how far the path of the keys is from this one, as in Deviation."""
    poses, factors = key_motion(keys, len(c2start))
    return torch.stack([(poses - c2start)[:, :3, 3].norm(dim=1),
                        rotation_angle(poses[:, :3, :3].mT @ c2start[:, :3, :3]),
                        (factors / zoom - 1).abs()])
