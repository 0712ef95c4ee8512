"""Points as splats: discs of one radius in the picture, sorted by depth. Both backends of the renderer start
here.

Positions are in normalised device coordinates: x right, y down, 0 in the middle of the picture, whose shorter
side runs from -1 to 1. Roundings follow the official renderer (PyTorch3D): homogeneous matrix products, then
pixel centres and distances in these coordinates, so that the two agree at the edges of discs as well.
"""
from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

# Pixels by which the searched square is larger than the disc: more than projections are rounded.
MARGIN = 1e-3


class Raster(NamedTuple):
    """The pixels to fill and the size of the discs.

    radius      of a disc, in normalised device coordinates
    limit       how many points count in a pixel
    footprint   most pixels that a disc covers along one axis
    rows        [H + 2 footprint] coordinates of the pixel centres; infinite for the `footprint` entries
                before and after, which lie outside the picture: no disc covers what is infinitely far
    columns     [W + 2 footprint] likewise
    """

    height: int
    width: int
    radius: float
    limit: int
    footprint: int
    rows: Tensor
    columns: Tensor


class Splats(NamedTuple):
    """The M points whose disc may touch the picture, nearest first; at equal depth in the cloud's order."""

    x: Tensor  # [M] normalised device coordinates
    y: Tensor
    z: Tensor  # [M] depth
    column: Tensor  # [M] int32: the disc lies in the columns from here to column + footprint - 1
    row: Tensor
    index: Tensor  # [M] int64 in the cloud


def make_raster(height: int, width: int, radius: float, limit: int, device: torch.device) -> Raster:
    """The raster of a picture for discs of this radius in normalised device coordinates."""
    shorter = min(height, width)
    footprint = math.floor(radius * shorter + 2 * MARGIN) + 1
    rows, columns = (_ndc_centres(size, shorter, footprint).to(device) for size in (height, width))
    return Raster(height, width, radius, limit, footprint, rows, columns)


def _ndc_centres(size: int, shorter: int, footprint: int) -> Tensor:
    range_ = torch.tensor(2 * size / shorter)
    half = range_ / 2
    outside = torch.full((footprint,), math.inf)
    return torch.cat([outside, (range_ * torch.arange(size) + half) / size - half, outside])


def ndc_intrinsics(K: Tensor, raster: Raster) -> Tensor:
    """K [3,3] -> [2,3] that takes camera coordinates to z times normalised device coordinates."""
    half = min(raster.height, raster.width) / 2  # pixels per unit
    rows = torch.zeros_like(K[:2])
    for axis, size in enumerate((raster.width, raster.height)):
        rows[axis, axis], rows[axis, 2] = K[axis, axis] / half, (K[axis, 2] - size / 2) / half
    return rows


def ndc_bounds(raster: Raster) -> tuple[float, float]:
    """How far to the side and how far up or down a disc in the picture may lie."""
    shorter = min(raster.height, raster.width)
    return raster.width / shorter + raster.radius, raster.height / shorter + raster.radius


def sort_by_depth(x: Tensor, y: Tensor, z: Tensor, index: Tensor, raster: Raster) -> Splats:
    """Sorts projected points by depth z [M]; x, y [M] in normalised device coordinates, index [M]."""
    # Positive floats sort like their bits taken as integers, which torch sorts several times faster.
    order = torch.sort(z.view(torch.int32), stable=True).indices
    x, y, z, index = (values.index_select(0, order) for values in (x, y, z, index))
    column, row = _first_pixel(x, raster.width, raster), _first_pixel(y, raster.height, raster)
    return Splats(x, y, z, column, row, index)


def _first_pixel(position: Tensor, size: int, raster: Raster) -> Tensor:
    """The first row or column whose centre is within the radius of the positions."""
    half = min(raster.height, raster.width) / 2
    return torch.ceil(position * half + (size / 2 - 0.5 - raster.radius * half - MARGIN)).to(torch.int32)
