"""A depth map as a picture to look at, and a report of its range."""
from __future__ import annotations

import torch
from torch import Tensor

from ..cameras.pinhole import fov_from_focal
from ..values import require
from .depth import Depth

UNKNOWN = (0.1, 0.12, 0.35)  # dark blue, no shade of grey
ENOUGH = 1_000_000  # pixels for the range


def depth_picture(depth: Depth) -> Tensor:
    """IMAGE [F,H,W,3] in 0..1: near is white, far is black, by inverse depth, on one scale for all F maps;
    unknown pixels are dark blue. The nearest and farthest 2 % do not set the scale. ValueError when no pixel
    is known."""
    known = _known(depth)
    far, near = (1 / known[::-(-len(known) // ENOUGH)]).quantile(torch.tensor([0.02, 0.98])).tolist()
    shade = (1 / depth.depth.clamp(min=1e-12) - far) / max(near - far, 1e-6 * near)
    grey = shade.clamp(0, 1)[..., None].expand(*shade.shape, 3)
    return torch.where(depth.valid[..., None], grey, torch.tensor(UNKNOWN))


def depth_report(depth: Depth) -> str:
    """Size, range, median, known part and field of view of the first map's camera, in one line."""
    known = _known(depth)
    share = 100 * len(known) / depth.valid.numel()
    view = fov_from_focal(float(depth.K[0, 0, 0]), depth.width)
    return (f"{len(depth.depth)} x {depth.width}x{depth.height}: {known.min():.4g} to {known.max():.4g} "
            f"{depth.unit}, median {depth.median:.4g}, {share:.1f} % known, horizontal field of view "
            f"{view:.1f} degrees")


def _known(depth: Depth) -> Tensor:
    """[N] all known depths; ValueError for none."""
    known = depth.depth[depth.valid]
    require(len(known) > 0, "The depth has no known pixel; look at the file with 'Load Depth Map'.")
    return known
