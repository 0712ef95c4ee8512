"""The camera between the keys of a path.

Position and rotation are splines over their own way from key to key, and this way is a smooth, never falling
function of time. So the times of the keys change the speed alone, the camera does not swing beyond near keys,
and it stands still between two keys in one place while it turns or zooms.
"""
from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...cameras.compose import EASES, SAME, apply_ease, turns_and_steps
from ...cameras.interpolate import through_poses
from ...cameras.rotations import look_along
from ..presets.moves import progress
from .keys import Keys

STILL = 1e-9  # median depths or radians between two keys: rounding, the camera does not move
TANGENT = 1e-4  # share of the way over which the direction of travel is measured
VERTICAL = 1e-6  # sine of the angle to the vertical, below which a direction has no upright


def key_motion(keys: Keys, frames: int | Tensor) -> tuple[Tensor, Tensor]:
    """(c2start [F,4,4], zoom [F]), float64: the camera at every frame; lengths in median depths.

    frames  number of frames, evenly spaced in time, or their times [F], 0 to 1, increasing

    keys.look says how the camera turns. "free": through the rotations of the keys. "target" and "forward":
    from the rotation of key 0 as far as the direction to the target, or that of travel, turns; the rotations
    of the other keys do not count. Raises ValueError where such a direction is vertical, or none.
    """
    asked = progress(frames)
    time = _eased(torch.cat([asked.new_zeros(1), asked]), keys)  # key 0 first, for what turns from there
    turns, steps = turns_and_steps(keys.c2start)
    smooth = keys.interpolation == "smooth"
    places = _along(keys, steps, time)
    c2start = through_poses(*places, smooth)
    if keys.look == "free":
        c2start[:, :3, :3] = through_poses(*_along(keys, turns, time), smooth)[:, :3, :3]
    elif keys.look == "target" and keys.target is not None:
        c2start[:, :3, :3] = _turned(keys, keys.target - c2start[:, :3, 3], "at its target")
    else:
        c2start[:, :3, :3] = _turned(keys, _travel(*places, smooth), "forward")
    zoom = _monotone(time, keys.times, keys.zoom.log(), smooth).exp()
    c2start, zoom = c2start[1:], zoom[1:]
    c2start[asked == 0], zoom[asked == 0] = keys.c2start[0], keys.zoom[0]  # however the splines round
    return c2start, zoom


def _eased(time: Tensor, keys: Keys) -> Tensor:
    """Times [F] after the eases of the keys, which slow down the beginning or end of the way to the next
    key."""
    if len(keys.times) == 1:
        return time
    after = torch.searchsorted(keys.times, time, right=True).clamp(1, len(keys.times) - 1)
    begin, end = keys.times[after - 1], keys.times[after]
    share = ((time - begin) / (end - begin)).clamp(0, 1)
    kind = torch.tensor([EASES.index(ease) for ease in keys.eases])[after - 1]
    eased = torch.stack([apply_ease(share, ease) for ease in EASES])[kind, torch.arange(len(time))]
    return begin + eased * (end - begin)


def _along(keys: Keys, lengths: Tensor, time: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(poses [M,4,4], how far the camera has come at times [F], how far at these poses [M]) along the way of
    these lengths [N-1] from key to key; without the keys that it does not move to."""
    passed = torch.cat([lengths.new_zeros(1), lengths.cumsum(0)])
    moves = torch.cat([torch.tensor([True]), lengths > max(SAME * float(passed[-1]), STILL)])
    at = _monotone(time, keys.times, passed, keys.interpolation == "smooth")
    return keys.c2start[moves], at, passed[moves]


def _monotone(at: Tensor, knots: Tensor, values: Tensor, smooth: bool) -> Tensor:
    """[M] the values [N] at the increasing knots [N], interpolated at `at` [M] without exceeding them."""
    from scipy.interpolate import PchipInterpolator

    if len(knots) == 1:
        return values.expand(len(at))
    if smooth:
        return torch.from_numpy(PchipInterpolator(knots.numpy(), values.numpy())(at.numpy()))
    return torch.from_numpy(np.interp(at.numpy(), knots.numpy(), values.numpy()))


def _travel(poses: Tensor, at: Tensor, knots: Tensor, smooth: bool) -> Tensor:
    """[F,3] the direction of travel at places `at` [F] of the way; where it turns back, the one before."""
    if len(knots) == 1:
        return at.new_tensor([0.0, 0, 1]).expand(len(at), 3)
    half = TANGENT * knots[-1]
    ends = torch.cat([at - half, at + half]).clamp(0, float(knots[-1]))
    behind, before = through_poses(poses, ends, knots, smooth)[:, :3, 3].chunk(2)
    steps = before - behind
    moves = steps.norm(dim=1) > SAME * half
    return steps[torch.where(moves, torch.arange(len(at)), 0).cummax(0).values]


def _turned(keys: Keys, directions: Tensor, where: str) -> Tensor:
    """[F,3,3] the rotation of key 0, turned as far as directions [F,3] turn from the first."""
    length, level = directions.norm(dim=1), directions[:, [0, 2]].norm(dim=1)
    vertical = (level <= VERTICAL * length).nonzero().flatten().tolist()
    if vertical:
        still = float(length[vertical[0]]) == 0
        cause = "from within it" if still else "straight up or down, where it cannot stay upright"
        share = max(vertical[0] - 1, 0) / max(len(directions) - 2, 1)
        raise ValueError(f"At {share:.0%} of the clip the camera would look {where} {cause}; move a key "
                         "or the target, or set the look of the camera path to \"free\".")
    aim = look_along(directions)
    return aim @ aim[0].T @ keys.c2start[0, :3, :3]
