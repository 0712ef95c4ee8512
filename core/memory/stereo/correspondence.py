"""Which token of a reference shows the same point of the scene as a token of the clip, from the geometric
memory."""
from __future__ import annotations

import logging
from collections.abc import Callable

import torch
from torch import Tensor

from ...cameras.pinhole import in_picture, pixel_centres, project, resize_intrinsics, unproject
from ...cameras.trajectory import Trajectory
from ...cloud.point_cloud import PointCloud
from ...cloud.render.render import render_points
from ...values import require
from .references import References

logger = logging.getLogger(__name__)

TOKEN = 16  # pixels along the side of a token
SAMPLES = 5  # depth samples along the side of a token; odd, so that one is at its middle
TOLERANCE = 0.05  # relative difference of depth up to which a point in front does not hide a point


def correspondences(cloud: PointCloud, trajectory: Trajectory, references: References,
                    progress: Callable[[int], None] | None = None) -> Tensor:
    """[F,rows,columns,N] int32: the token (row * columns + column) of reference n that shows what is at the
    middle of the token in frame f; -1 where the cloud is not seen there, or its point outside or hidden in
    the reference.

    Depth comes from the cloud for both sides, rendered without gaps between points that lie less than 5
    pixels apart. progress: called with the number of finished renders, F + N in all. Raises ValueError for
    different units, and when the clip and the references have no point in common.
    """
    require(cloud.unit == trajectory.unit,
            f"The point cloud is in {cloud.unit}, the trajectory in {trajectory.unit}: connect the cloud of "
            "the world that the trajectory was planned in.")
    rows, columns = trajectory.height // TOKEN, trajectory.width // TOKEN
    w2c = torch.cat([trajectory.w2c, references.w2c])
    K = resize_intrinsics(torch.cat([trajectory.K, references.K]), (trajectory.width, trajectory.height),
                          (columns * SAMPLES, rows * SAMPLES))
    depth = _render_depth(cloud, w2c, K, rows * SAMPLES, columns * SAMPLES, progress)
    targets = range(trajectory.frames)
    # [F,rows,columns,3]
    world_points = torch.stack([_unproject_token_centres(depth[f], w2c[f], K[f]) for f in targets])
    has_point = depth[:len(targets), SAMPLES // 2::SAMPLES, SAMPLES // 2::SAMPLES] > 0
    matches = torch.stack([_visible_tokens(world_points, depth[n], w2c[n], K[n])
                           for n in range(len(targets), len(w2c))], dim=-1)
    matches[~has_point] = -1
    found = (matches >= 0).any(-1)
    require(bool(found.any()),
            "No reference shows anything of what the point cloud shows along the trajectory: connect the "
            "cloud of the same world, retrieve other references, or use another receptive field.")
    logger.info("Correspondence: %.0f %% of the clip's tokens show a point of the cloud, %.0f %% one that a "
                "reference shows too; the others see the reference of their frame.",
                100 * float(has_point.float().mean()), 100 * float(found.float().mean()))
    return matches


def _render_depth(cloud: PointCloud, w2c: Tensor, K: Tensor, height: int, width: int,
                  progress: Callable[[int], None] | None) -> Tensor:
    """Z-buffer [F,height,width], 0 = no point; a point covers the samples less than 1.2 samples away."""
    radius = 1.2 * 2 / min(height, width)
    colorless = cloud.points.new_zeros(len(cloud.points), 1)
    return render_points(cloud.points, colorless, w2c, K, height, width, radius, points_per_pixel=1,
                         progress=progress and (lambda done, _: progress(done)))[2]


def _unproject_token_centres(depth: Tensor, w2c: Tensor, K: Tensor) -> Tensor:
    """World points [rows,columns,3] at the tokens' centres; they mean nothing where depth [H,W] is 0."""
    height, width = depth.shape
    pixels = pixel_centres(height, width).unflatten(0, (height, width))
    centres = slice(SAMPLES // 2, None, SAMPLES)
    return unproject(pixels[centres, centres], depth[centres, centres], K, w2c)


def _visible_tokens(world_points: Tensor, depth: Tensor, w2c: Tensor, K: Tensor) -> Tensor:
    """Numbers [...] int32 of a reference's tokens that show world_points [...,3]; -1 = outside or occluded,
    which a z-buffer depth [H,W] tells."""
    height, width = depth.shape
    pixels, z = project(world_points, K, w2c)
    inside = in_picture(pixels, z, height, width)
    column, row = torch.where(inside[..., None], pixels, 0).long().unbind(-1)
    visible = inside & (z <= depth[row, column] * (1 + TOLERANCE))
    token = row // SAMPLES * (width // SAMPLES) + column // SAMPLES
    return torch.where(visible, token, -1).to(torch.int32)
