"""Keeps the depth of a frame where other frames confirm it: the point must have the same depth there."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ...cameras.pinhole import homogeneous, matmul_exact, pixel_centres
from .views import Views

JUDGES = 8  # frames whose depth is compared with that of a frame
AGREEING = 2  # of them must agree, or depth is not known
ENOUGH = 3  # agreeing frames for full confidence
# Two frames agree up to this relative difference, or this share of the distance between planes.
TOLERANCE, OF_PLANE = 0.01, 0.5
SAME_SURFACE = 0.03  # relative difference of depth up to which neighbouring pixels show one surface
COMPANY = 8  # fewest pixels of one surface among 5x5, or the pixel is a speck


def average_agreeing(views: Views, inverse: Tensor, fit: Tensor, steps: tuple[float, ...],
                     judges: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Inverse depth [F,h,w] averaged over the frames that agree, and confidence [F,h,w]: the fit times how
    many agree.

    inverse, fit    [F,h,w] of the first F views
    steps           of each frame, the distance of its planes in inverse depth
    judges          for each frame, the frames it is compared with. A frame without any keeps its depth
    """
    averaged, confidence = torch.zeros_like(inverse), torch.zeros_like(fit)
    for frame, asked in enumerate(judges):
        count, total = torch.zeros_like(fit[0]), torch.ones_like(fit[0])
        for judge in asked:
            ratio, tolerance = _compare_with(views, inverse, frame, judge, max(steps[frame], steps[judge]))
            agrees = (ratio - 1).abs() < tolerance
            count += agrees
            total += torch.where(agrees, ratio, 0.0)
        averaged[frame] = inverse[frame] * total / (1 + count)
        share = _share(count, len(inverse) - 1) * (views.seen[frame] > 0.5)
        speck = _neighbours_on_surface(averaged[frame], share > 0, steps[frame]) < COMPANY
        confidence[frame] = torch.where(speck, 0.0, fit[frame] * share)
    return averaged, confidence


def _share(count: Tensor, others: int) -> Tensor:
    """Weight 0..1 for `count` [h,w] of the other frames that agree."""
    if others == 0:
        return torch.ones_like(count)
    return torch.where(count >= min(AGREEING, others), (count / ENOUGH).clamp(max=1), 0.0)


def _compare_with(views: Views, inverse: Tensor, frame: int, judge: int,
                  step: float) -> tuple[Tensor, Tensor]:
    """[h,w] the judge's inverse depth at the frame's points as a multiple of theirs, and the tolerance; 0
    where the judge cannot see them."""
    height, width = inverse.shape[1:]
    cameras = (torch.linalg.inv(views.K[frame]), views.w2c[judge] @ torch.linalg.inv(views.w2c[frame]),
               views.K[judge])
    to_rays, move, K = (matrix.to(inverse.device, non_blocking=True) for matrix in cameras)
    rays = matmul_exact(to_rays, homogeneous(pixel_centres(height, width, inverse.device)).T)
    # The points times their inverse depth, so that infinitely far ones are no exception.
    points = matmul_exact(move[:3, :3], rays) + move[:3, 3:] * inverse[frame].flatten()
    x, y, z = matmul_exact(K, points)
    ahead = (z > 1e-6).view(height, width)
    z = z.clamp(min=1e-6)
    grid = torch.stack([x / z * (2 / width) - 1, y / z * (2 / height) - 1], -1).view(1, height, width, 2)
    there = torch.stack([inverse[judge], (views.seen[judge] > 0.5).float()])[None]
    there, seen = F.grid_sample(there, grid, mode="nearest", align_corners=False)[0]
    expected = (inverse[frame] / z.view(height, width)).clamp(min=1e-9)
    ratio = torch.where(ahead & (seen > 0), there / expected, 0.0)
    return ratio, (OF_PLANE * step / expected).clamp(TOLERANCE, 0.5)


def _neighbours_on_surface(inverse: Tensor, known: Tensor, step: float) -> Tensor:
    """[h,w] how many of the 5x5 pixels around each pixel, itself counted, are known and lie at its depth."""
    around = F.unfold(torch.where(known, inverse, 0.0)[None, None], 5, padding=2).view(25, *inverse.shape)
    near = (around - inverse).abs() < (SAME_SURFACE * inverse).clamp(min=step)
    return (near & (around > 0)).sum(0)
