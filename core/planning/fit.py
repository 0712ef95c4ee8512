"""Prepares a loaded camera path for a clip: number of frames, picture size, scale, first pose."""

from __future__ import annotations

import logging
from dataclasses import replace

import torch

from ..cameras.compose import resample
from ..cameras.formats.reading import Reading
from ..cameras.trajectory import Trajectory
from ..depth.depth import Depth
from ..key_frames import even_frames
from ..picture_fit import CROP, PAD, STRETCH, fit_intrinsics
from ..values import require

DONE = {CROP: "cropped", PAD: "padded", STRETCH: "stretched"}

logger = logging.getLogger(__name__)


def fit_trajectory(reading: Reading, frames: int = 0, size: tuple[int, int] = (0, 0), scale: float = 1.0,
                   depth: Depth | None = None, in_median_depths: bool = False,
                   fit: str = STRETCH) -> tuple[Trajectory, str]:
    """(trajectory, report) of what was read; the report also says what was changed, and ends with remarks.

    frames              more poses are thinned out evenly (official code), fewer are interpolated; 0 keeps
                        them all
    size                (width, height) of the pictures; 0 keeps the size
    scale               factor for all positions; with in_median_depths they count in median depths of `depth`
    depth               the path is moved to start at the camera of this depth, and gets its intrinsics and
                        unit
    fit                 how pictures of another size, and the photograph of the depth, get the size
    """
    trajectory, changes = reading.trajectory, [reading.report]
    if frames and frames < trajectory.frames:
        kept = even_frames(trajectory.frames, frames)
        trajectory = replace(trajectory, w2c=trajectory.w2c[kept], K=trajectory.K[kept])
        changes.append(f"resampled to {frames}")
    elif frames > trajectory.frames:
        trajectory = resample(trajectory, frames)
        changes.append(f"interpolated to {frames}")
    require(bool(size[0]) == bool(size[1]),
            f"The size {size[0]}x{size[1]} is set by half; set width and height, or "
            "leave both at 0 for the stored size.")
    if all(size) and size != (trajectory.width, trajectory.height):
        trajectory = trajectory.fitted(*size, fit)
        changes.append(f"{DONE[fit]} to {size[0]}x{size[1]}")
    require(depth is not None or not in_median_depths,
            "Positions in median depths need a depth; connect 'Depth Map to Depth', or count in the file's "
            "own unit.")
    factor = scale * depth.median if in_median_depths and depth is not None else scale
    if factor != 1:
        trajectory = scale_positions(trajectory, factor)
        changes.append(f"positions times {factor:.6g}")
    if depth is not None:
        trajectory = lay_onto(trajectory, depth, fit)
        changes.append("starting at the photograph's camera with its intrinsics")
    elif not torch.allclose(trajectory.w2c[0], torch.eye(4), atol=1e-5):
        changes.append("first pose not the identity")
    for remark in reading.remarks:
        logger.warning(remark)
    return trajectory, "\n".join([", ".join(changes), *reading.remarks])


def scale_positions(trajectory: Trajectory, factor: float) -> Trajectory:
    """The same path with all positions multiplied by factor."""
    require(factor > 0, f"The scale of the path is {factor:g}; it must be positive.")
    w2c = trajectory.w2c.clone()
    w2c[:, :3, 3] *= factor
    return replace(trajectory, w2c=w2c)


def lay_onto(trajectory: Trajectory, depth: Depth, fit: str = STRETCH) -> Trajectory:
    """The same motion and zoom, with the photograph's start pose, intrinsics and unit."""
    start = depth.w2c[0].double().cpu()
    w2c = trajectory.w2c.double() @ torch.linalg.inv(trajectory.w2c[0].double()) @ start
    w2c[0], w2c[:, 3] = start, w2c.new_tensor([0.0, 0, 0, 1])
    size = (trajectory.width, trajectory.height)
    K = fit_intrinsics(depth.K[0].cpu(), (depth.width, depth.height), size, fit).repeat(len(w2c), 1, 1)
    for i in (0, 1):
        K[:, i, i] *= trajectory.K[:, i, i] / trajectory.K[0, i, i]  # the path's own zoom
    return replace(trajectory, w2c=w2c.float(), K=K, unit=depth.unit, fit=fit)
