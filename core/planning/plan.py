"""Makes a camera path from the name of a preset and shortens it when it comes too near to a point cloud."""

from __future__ import annotations

import logging
import math

import torch
from torch import Tensor

from ..cameras.compose import apply_ease, turns_and_steps
from ..cameras.trajectory import Trajectory
from ..cloud.point_cloud import PointCloud
from ..depth.depth import Depth
from ..picture_fit import STRETCH
from ..values import require
from .collision import keep_clear, smallest_distance
from .presets import moves
from .presets.table import PRESETS, Wish

logger = logging.getLogger(__name__)


def plan(depth: Depth, preset: str, frames: int, width: int, height: int, wish: Wish, ease: str = "none",
         cloud: PointCloud | None = None, fit: str = STRETCH) -> tuple[Trajectory, str]:
    """The path of a preset from the camera of the first depth map, and a sentence about it.

    ease    speed along the path: none, in, out, in and out
    cloud   if given, the path is shortened when it comes too near to it
    fit     how the photograph becomes a picture of width x height

    Raises ValueError for an unknown preset and for a path that is still too near after being shortened three
    times.
    """
    share = apply_ease(moves.progress(frames), ease)
    c2start, note = shape(preset, share, depth.median, wish), ""
    if cloud is not None:
        c2start, note = _keep_clear(c2start, preset, share, depth, cloud)
    focal = PRESETS[preset].zoom
    zoom = focal and focal(c2start, share, depth.median, wish)
    trajectory = moves.start_from(depth, c2start, width, height, preset, zoom, fit)
    return trajectory, f"{preset}: {summary(trajectory)}{note}"


def summary(trajectory: Trajectory) -> str:
    """Number of frames, length, rotation and first pose of a path in words."""
    turns, steps = turns_and_steps(trajectory.c2w)
    x, y, z = trajectory.c2w[0, :3, 3].tolist()
    identity = torch.allclose(trajectory.w2c[0], torch.eye(4), atol=1e-6)
    first = "identity" if identity else f"at ({x:.3g}, {y:.3g}, {z:.3g})"
    return (f"{trajectory.frames} poses, length {float(steps.sum()):.3g} {trajectory.unit}, "
            f"rotation {math.degrees(float(turns.sum())):.3g} degrees, first pose {first}")


def shape(preset: str, frames: moves.Frames, median: float, wish: Wish) -> Tensor:
    """c2start [F,4,4] float64 of a preset. Raises ValueError when there is none of that name."""
    require(preset in PRESETS, f"There is no camera preset {preset!r}; choose one of {', '.join(PRESETS)}.")
    return PRESETS[preset].path(frames, median, wish)


def _keep_clear(c2start: Tensor, preset: str, frames: moves.Frames, depth: Depth,
                cloud: PointCloud) -> tuple[Tensor, str]:
    """(path, what was done in words)."""
    require(cloud.unit == depth.unit,
            f"The point cloud counts in {cloud.unit} and the depth in {depth.unit}; make "
            "the cloud from the same depth.")
    start = depth.w2c[0].to(cloud.points)
    median, limit = depth.median, smallest_distance(depth.median)
    c2start, times, nearest = keep_clear(
        c2start, cloud.points @ start[:3, :3].T + start[:3, 3], limit,
        lambda path, near: PRESETS[preset].shorter(path, near, frames, median))
    note = f"; keeps {nearest:.3g} {depth.unit} from the scene (at least {limit:.3g})"
    if times:
        note += f", for which it was shortened {times} time{'s' * (times > 1)}"
        logger.warning("The path %s came too near to the scene and was shortened %d times, to 2/3 each.",
                       preset, times)
    return c2start, note
