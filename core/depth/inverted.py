"""Whether a depth map has near and far swapped, told from its shape."""

from __future__ import annotations

import logging

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, unfold

from .depth import Depth

logger = logging.getLogger(__name__)

SIDE = 96  # cells along the shorter side, in which noise and 8-bit steps are averaged
PATCH, STRIDE = 7, 3  # cells
LEAST_PATCHES = 50
BENT = 0.42  # share of patches that are flat in 1/depth: 0.45 to 0.9 in real maps, 0.15 to 0.45 swapped
FARTHER = 1.2  # the lower third against the upper one; the ground is near as a rule


def warn_of_inverted(depth: Depth) -> None:
    """Logs a warning when near and far of the first map seem to be swapped."""
    if looks_inverted(depth.depth[0]):
        logger.warning("The depth looks inverted, near and far swapped: choose another kind in 'Depth Map "
                       "to Depth' (inverse relative where white is near, metric where white is far).")


def looks_inverted(depth: Tensor) -> bool:
    """Of a map [H,W], 0 where not known. True only when two independent signs agree: below is farther than
    above, and surfaces bend where 1/depth, which is linear on every plane, should be flat."""
    third = len(depth) // 3
    upper, lower = (part[part > 0] for part in (depth[:third], depth[len(depth) - third:]))
    if not len(upper) or not len(lower) or lower.median() < FARTHER * upper.median():
        return False
    patches = _smooth_patches(depth)
    bent, bent_inverse = _residual(patches), _residual(1 / patches)
    relief = patches.amax(1) / patches.amin(1) - 1
    # not across the edges of things, where neither is flat
    telling = (relief > 0.08) & (torch.minimum(bent, bent_inverse) < 0.1 * relief)
    flat_in_inverse = (bent_inverse < bent)[telling].double()
    return len(flat_in_inverse) >= LEAST_PATCHES and float(flat_in_inverse.mean()) < BENT


def _smooth_patches(depth: Tensor) -> Tensor:
    """[N,PATCH*PATCH] float64 means of cells, of patches that are known everywhere."""
    cell = max(1, round(min(depth.shape) / SIDE))
    cells = avg_pool2d(torch.stack([depth, (depth > 0).float()])[None], cell)
    mean, known = unfold(cells, PATCH, stride=STRIDE)[0].unflatten(0, (2, -1)).transpose(1, 2)
    return mean[known.amin(1) > 0.99].double()


def _residual(patches: Tensor) -> Tensor:
    """[N] RMS distance from the best linear function of row and column, relative to the mean."""
    row, column = torch.meshgrid(*[torch.arange(PATCH).double()] * 2, indexing="ij")
    linear = torch.stack([row.flatten(), column.flatten(), torch.ones(PATCH * PATCH).double()], 1)
    patches = patches / patches.mean(1, keepdim=True)
    return (patches - patches @ (linear @ torch.linalg.pinv(linear)).T).square().mean(1).sqrt()
