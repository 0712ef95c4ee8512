"""The camera paths of the official WorldStereo and HY-World 2.0 pipelines, with their numbers.

`median` is the median depth of the start view; conventions as in moves.py. (Official code: the trajectory
planner of the world generation and the recorded example cameras; the example files agree with these paths to
1e-5 of the depth.)
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...cameras.interpolate import through_poses
from .curves import in_turn, loop
from .moves import Frames, around, look_at, orbit, progress, turn

VIEW_ANGLE = 120.0  # regular view orbits
AERIAL_ELEVATION, AERIAL_ANGLE = 45.0, 60.0
KEPT = 2 / 3  # of a path that comes too near to the scene


def view_right(frames: Frames, median: float) -> Tensor:
    """Regular view orbit, "right-rotation" (view*/traj0): 120 degrees around the point at median depth."""
    return orbit(frames, median, VIEW_ANGLE)


def view_left(frames: Frames, median: float) -> Tensor:
    """Regular view orbit, "left-rotation" (view*/traj1)."""
    return orbit(frames, median, -VIEW_ANGLE)


def up_right_aerial(frames: Frames, median: float, elevation: float = AERIAL_ELEVATION,
                    angle: float = AERIAL_ANGLE) -> Tensor:
    """View path "up-right-aerial" (view*/traj2): up around the point at median depth, then right around the
    vertical through it; the frames are shared by angle."""
    share = progress(frames)
    steps = max(len(share) - 1, 1)
    corner = 1 - round(abs(angle) / (abs(angle) + abs(elevation)) * steps) / steps
    first, second = in_turn(share, corner)
    return around(median, math.radians(angle) * second, math.radians(elevation) * first)


def reconstruction_right(frames: Frames, median: float, tilt: float = 0.0) -> Tensor:
    """Single-image set, traj_right: half a circle around the vertical through the point at median depth."""
    return orbit(frames, median, 180, tilt=tilt)


def reconstruction_left(frames: Frames, median: float, tilt: float = 0.0) -> Tensor:
    """Single-image set, traj_left: the mirror image of traj_right."""
    return orbit(frames, median, -180, tilt=tilt)


def reconstruction_up(frames: Frames, radius: float, tilt: float = 0.0) -> Tensor:
    """Single-image set, traj_up: up by 45 degrees around the point ahead at the camera's own height.

    radius  the median depth; 1.3 times that in the kitchen example
    tilt    with a tilted start camera the point lies above the centre of the picture
    """
    up = math.radians(45) * progress(frames)
    c2start = turn(torch.zeros_like(up), -up)
    tilt = math.radians(tilt)
    pivot = radius * torch.tensor([0, -math.sin(tilt), math.cos(tilt)], dtype=torch.float64)
    c2start[:, :3, 3] = pivot - c2start[:, :3, :3] @ pivot
    return c2start


def reconstruction_loop(frames: Frames, median: float) -> Tensor:
    """Single-image set, traj_eloop: an ellipse 0.6 wide and 0.8 high, in median depths."""
    return loop(frames, median, 0.3 * median, 0.4 * median)


# Paths that came too near to the scene

def cut_end(c2start: Tensor, *_: object) -> Tensor:
    """c2start [F,4,4] with a third of its range cut off its end.

    The poses after the start lose their last third and are interpolated (lines and great arcs) to their old
    number.
    """
    after = c2start[1:]
    kept = max(int(len(after) * KEPT), 1)
    again = through_poses(after, torch.linspace(0, kept - 1, len(after), dtype=torch.float64), smooth=False)
    return torch.cat([c2start[:1], again])


def shrink_loop(c2start: Tensor, near: Tensor, frames: Frames, median: float) -> Tensor:
    """A third smaller around its start: with its end cut off, a closed path [F,4,4] would stay open."""
    return look_at(median, c2start[:, :3, 3] * KEPT)


def shrink_aerial(c2start: Tensor, near: Tensor, frames: Frames, median: float) -> Tensor:
    """up_right_aerial [F,4,4] with a third less of the part (up, right) that came too near, by `near` [N]
    bool along its way after the start."""
    x, y, z = c2start[-1, :3, 2].tolist()  # where it looks at the end
    elevation, angle = math.degrees(math.asin(y)), math.degrees(math.atan2(-x, z))
    corner = len(near) - round(angle / (angle + elevation) * len(near))
    elevation *= KEPT if bool(near[:corner].any()) else 1
    angle *= KEPT if bool(near[corner:].any()) else 1
    return up_right_aerial(frames, median, elevation, angle)
