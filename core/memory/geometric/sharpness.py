"""How finely pictures show surfaces: which views a colour should come from."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ...cameras.pinhole import pixel_centres

WINDOW = 7  # pixels along the side of the square from which a surface's slant is taken; noise needs many
FEWEST = 6  # pixels of known depth in it


def sharpness(quality: Tensor, cosine: Tensor, depth: Tensor | float, K: Tensor) -> Tensor:
    """[...] pixels per unit of length across the surface, less where the depth is of little quality (0..1).

    cosine  between the surface's normal and the direction to the camera with intrinsics K [3,3]
    depth   along the camera's z
    """
    return quality * cosine * (K[0, 0] * K[1, 1]).sqrt() / depth


def sharpness_of_view(maps: Tensor, K: Tensor) -> Tensor:
    """[H,W] of a view's maps [3,H,W] (RGBDView); 0 where nothing is known."""
    known, inverse, quality = maps
    depth = torch.where(known > 0, 1 / inverse, 1.0)
    return torch.where(known > 0, sharpness(quality, _cosine(known, inverse, K), depth, K), 0.0)


def _cosine(known: Tensor, inverse: Tensor, K: Tensor) -> Tensor:
    """[H,W] 0..1 between normal and view: of the plane through the known pixels of a window, which is linear
    in inverse depth; 1 where they are too few."""
    step = torch.arange(WINDOW, device=inverse.device) - WINDOW // 2.0
    one = torch.ones_like(step)
    count = _sum(known, one, one)
    mean = _sum(inverse, one, one) / count.clamp(min=1)

    def slope(across: Tensor, down: Tensor) -> Tensor:
        first, second = _sum(known, across, down), _sum(known, across ** 2, down ** 2)
        spread = (second - first ** 2 / count.clamp(min=1)).clamp(min=1e-6)
        return torch.where(count >= FEWEST, (_sum(inverse, across, down) - mean * first) / spread, 0.0)

    height, width = inverse.shape
    pixels = pixel_centres(height, width, inverse.device).view(height, width, 2)
    right, below = (pixels - K[:2, 2]).unbind(-1)
    slope_right, slope_down = slope(step, one), slope(one, step)
    towards = (right / K[0, 0]).square() + (below / K[1, 1]).square() + 1
    normal = ((slope_right * K[0, 0]).square() + (slope_down * K[1, 1]).square()
              + (inverse - slope_right * right - slope_down * below).square())
    return (inverse / (normal * towards).sqrt().clamp(min=1e-20)).clamp(0, 1)


def _sum(plane: Tensor, across: Tensor, down: Tensor) -> Tensor:
    """[H,W] sum of [H,W] around each pixel, weighed by across [WINDOW] and down [WINDOW]."""
    rows = F.conv2d(plane[None, None], across[None, None, None], padding=(0, WINDOW // 2))
    return F.conv2d(rows, down[None, None, :, None], padding=(WINDOW // 2, 0))[0, 0]
