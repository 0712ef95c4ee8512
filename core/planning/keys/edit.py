"""The path that the editor's text stands for, and a sentence about it."""
from __future__ import annotations

import logging
from dataclasses import replace

import torch
from torch import Tensor

from ...cameras.interpolate import through_poses
from ...cameras.trajectory import Trajectory
from ...picture_fit import Size
from ..collision import NEIGHBOURS, distances_to_scene, smallest_distance
from ..plan import summary
from .keys import keys_from_text, standing
from .start import Start, refitted, trajectory_of_keys

logger = logging.getLogger(__name__)


def edited_trajectory(text: str, start: Start, frames: int, size: Size, fit: str,
                      trajectory: Trajectory | None = None) -> tuple[Trajectory, str]:
    """(path, how it was made): that of the keys in a JSON text; for an empty text the given trajectory with
    so many frames, or the start camera in all of them, which is logged. Raises ValueError for wrong keys."""
    if text.strip():
        keys = keys_from_text(text)
        path = trajectory_of_keys(keys, start, frames, size, fit)
        count = len(keys.times)
        how = f"{count} key{'s' * (count > 1)}, {keys.interpolation}, look {keys.look}"
        if trajectory is not None:
            path = replace(path, fps=trajectory.fps, name=trajectory.name or path.name)
        return path, how
    if trajectory is not None:
        return refitted(_with_frames(trajectory, frames), start, size, fit), "no keys, the path of trajectory"
    logger.warning("The keys of 'Edit Trajectory' are empty, so the camera stands still; draw a path, or "
                   "connect a trajectory.")
    return trajectory_of_keys(standing(), start, frames, size, fit), "no keys, the camera stands still"


def clearance(path: Trajectory, start: Start, points: Tensor) -> str:
    """What the collision rule says of the path among points [N,3], in the axes of the start camera and median
    depths; a path that is too near is logged."""
    if len(points) < NEIGHBOURS:
        return ""
    c2start = start.w2c @ torch.linalg.inv(path.w2c.double().cpu())
    c2start[:, :3, 3] /= start.median
    distances = distances_to_scene(c2start, points) * start.median
    limit, nearest = smallest_distance(start.median), float(distances.min())
    if nearest >= limit:
        return f"; keeps {nearest:.3g} {start.unit} from the scene (at least {limit:.3g})"
    last = path.frames - 1
    at = (distances < limit).nonzero().flatten() / (len(distances) - 1) * max(last - 1, 0) + min(last, 1)
    first, last = int(at[0].floor()), int(at[-1].ceil())
    where = f"frames {first} to {last}" if last > first else f"frame {first}"
    logger.warning("The path comes within %.3g %s of the scene at %s; %.3g is the least that gives good "
                   "pictures. Move the camera away there.", nearest, start.unit, where, limit)
    return f"; comes within {nearest:.3g} {start.unit} of the scene at {where} (should keep {limit:.3g})"


def report(path: Trajectory, how: str, clear: str) -> str:
    """All of it in one line."""
    return f"{how}: {summary(path)}{clear}"


def _with_frames(trajectory: Trajectory, frames: int) -> Trajectory:
    """The same path in the same time with another number of frames, smooth between its poses."""
    if frames == trajectory.frames:
        return trajectory
    at = torch.linspace(0, trajectory.frames - 1, frames, dtype=torch.float64)
    w2c = torch.linalg.inv(through_poses(trajectory.c2w, at)).float()
    w2c[:, 3] = w2c.new_tensor([0.0, 0, 0, 1])
    low, high = at.floor().long(), at.ceil().long()
    K = torch.lerp(trajectory.K[low], trajectory.K[high], at.frac().float()[:, None, None])
    return replace(trajectory, w2c=w2c, K=K)
