"""What both ways of rendering points share: the pixel grid, the camera's numbers, and points in order of depth.

Positions are in normalised device coordinates: x right, y down, 0 in the middle of the picture, whose shorter side runs
from -1 to 1. Roundings follow the official renderer (PyTorch3D): homogeneous matrix products, then pixel centres and
distances in these coordinates, so that the two agree at the edges of discs as well.
"""

import math
from typing import NamedTuple

import torch

MARGIN = 1e-3  # pixels by which the searched square is larger than the disc: more than projections are rounded


class Raster(NamedTuple):
    """The pixels to fill and the size of the discs.

    radius      of a disc, in normalised device coordinates
    limit       how many points count in a pixel
    reach       most pixels that a disc covers along one axis
    rows, columns  [H + 2 reach], [W + 2 reach]: coordinates of the pixel centres; infinite for the `reach` entries
                before and after, which lie outside the picture: no disc covers what is infinitely far
    """

    height: int
    width: int
    radius: float
    limit: int
    reach: int
    rows: torch.Tensor
    columns: torch.Tensor


class Visible(NamedTuple):
    """The M points whose disc may touch the picture, nearest first; equally deep ones in the order of the cloud."""

    x: torch.Tensor  # [M] normalised device coordinates
    y: torch.Tensor
    z: torch.Tensor  # [M] depth
    column: torch.Tensor  # [M] int32: the disc lies in the columns from here to column + reach - 1
    row: torch.Tensor
    index: torch.Tensor  # [M] int64 in the cloud


def make_raster(height: int, width: int, radius: float, limit: int, device: torch.device) -> Raster:
    shorter = min(height, width)
    reach = math.floor(radius * shorter + 2 * MARGIN) + 1
    rows, columns = (_centres(size, shorter, reach).to(device) for size in (height, width))
    return Raster(height, width, radius, limit, reach, rows, columns)


def _centres(size, shorter, reach):
    range_ = torch.tensor(2 * size / shorter)
    half = range_ / 2
    outside = torch.full((reach,), math.inf)
    return torch.cat([outside, (range_ * torch.arange(size) + half) / size - half, outside])


def lens(K: torch.Tensor, raster: Raster) -> torch.Tensor:
    """[2,3] that takes camera coordinates to z times normalised device coordinates."""
    half = min(raster.height, raster.width) / 2  # pixels per unit
    rows = torch.zeros_like(K[:2])
    for axis, size in enumerate((raster.width, raster.height)):
        rows[axis, axis], rows[axis, 2] = K[axis, axis] / half, (K[axis, 2] - size / 2) / half
    return rows


def ends(raster: Raster) -> tuple[float, float]:
    """How far to the side and how far up or down a disc in the picture may lie."""
    shorter = min(raster.height, raster.width)
    return raster.width / shorter + raster.radius, raster.height / shorter + raster.radius


def nearest_first(x: torch.Tensor, y: torch.Tensor, z: torch.Tensor, index: torch.Tensor, raster: Raster) -> Visible:
    """Sorts projected points by depth."""
    # Positive floats sort like their bits taken as integers, which torch sorts several times faster.
    order = torch.sort(z.view(torch.int32), stable=True).indices
    x, y, z, index = (values.index_select(0, order) for values in (x, y, z, index))
    column, row = (_first(values, size, raster) for values, size in ((x, raster.width), (y, raster.height)))
    return Visible(x, y, z, column, row, index)


def _first(position, size, raster):
    """The first row or column whose centre is within the radius of the positions."""
    half = min(raster.height, raster.width) / 2
    return torch.ceil(position * half + (size / 2 - 0.5 - raster.radius * half - MARGIN)).to(torch.int32)
