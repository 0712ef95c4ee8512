"""Which points hang in empty space, and which surface has points, judged by views of true depth."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from worldstereo.core.cameras.pinhole import in_picture, pixel_centres, project, unproject
from worldstereo.core.cloud.metrics import nearest_distance
from worldstereo.core.depth.depth import Depth


def in_empty_space(points: Tensor, truth: Depth, sky: Tensor, tolerance: float = 0.05) -> Tensor:
    """[N] bool, which of points [N,3] a view of true depth looks through: those in its sky [F,H,W], and those
    that are nearer than the four pixels around them by more than this part of the depth.

    Pixels that are neither valid nor sky say nothing.
    """
    depth = torch.where(sky, torch.inf, torch.where(truth.valid, truth.depth, 0.0))
    nearest = -F.max_pool2d(F.pad(-depth[:, None], (1, 1, 1, 1), mode="replicate"), 2, 1)[:, 0]
    empty = torch.zeros(len(points), dtype=torch.bool, device=points.device)
    for w2c, K, view in zip(truth.w2c, truth.K, nearest):
        pixels, z = project(points, K, w2c)
        inside = in_picture(pixels, z, truth.height, truth.width).nonzero().squeeze(1)
        column, row = (pixels[inside] + 0.5).long().unbind(1)  # of the window that begins half a pixel before
        empty[inside] |= z[inside] < view[row, column] * (1 - tolerance)
    return empty


def surface_found(points: Tensor, truth: Depth, reach: float = 0.02) -> Tensor:
    """[F,H,W] bool, where the true surface of a valid pixel has one of points [N,3] within this part of its
    depth."""
    surface = torch.cat([unproject(pixel_centres(truth.height, truth.width, depth.device)[valid.flatten()],
                                   depth[valid], K, w2c)
                         for depth, valid, K, w2c in zip(truth.depth, truth.valid, truth.K, truth.w2c)])
    limit = reach * truth.depth[truth.valid]
    found = torch.zeros_like(truth.valid)
    found[truth.valid] = nearest_distance(surface, points, float(limit.max()) * 1.001) <= limit
    return found
