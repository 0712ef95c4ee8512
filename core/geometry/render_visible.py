"""Which points a camera sees, and where: the part of the point renderer before blending.

Positions are in normalised device coordinates: x right, y down, 0 in the middle of the picture, whose shorter side runs
from -1 to 1. Roundings follow the official renderer (PyTorch3D): homogeneous matrix products, then pixel centres and
distances in these coordinates, so that the two agree at the edges of discs as well.
"""

import math
from typing import NamedTuple

import torch

BLOCK = 1 << 16  # points projected at a time, so that the intermediate values stay in the CPU's caches
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


def visible_points(homogeneous: torch.Tensor, w2c: torch.Tensor, K: torch.Tensor, raster: Raster) -> Visible:
    """Projects points [4,N], of which the last row is 1."""
    half = min(raster.height, raster.width) / 2  # pixels per unit
    size = (raster.width, raster.height)
    lens = torch.zeros_like(K[:2])
    for axis in (0, 1):
        lens[axis, axis], lens[axis, 2] = K[axis, axis] / half, (K[axis, 2] - size[axis] / 2) / half
    end = [size[axis] / 2 / half + raster.radius for axis in (0, 1)]
    blocks = []
    for start in range(0, homogeneous.shape[1], BLOCK):
        view = w2c[:3] @ homogeneous[:, start:start + BLOCK]
        z = view[2]
        x, y = lens @ view / z
        seen = ((z > 0) & (x.abs() < end[0]) & (y.abs() < end[1])).nonzero().squeeze(1)
        blocks.append([values.index_select(0, seen) for values in (x, y, z)] + [seen + start])
    x, y, z, index = map(torch.cat, zip(*blocks))
    # Positive floats sort like their bits taken as integers, which torch sorts several times faster.
    order = torch.sort(z.view(torch.int32), stable=True).indices
    x, y, z, index = (values.index_select(0, order) for values in (x, y, z, index))
    column, row = (_first(values, length, half, raster) for values, length in zip((x, y), size))
    return Visible(x, y, z, column, row, index)


def _first(position, size, half, raster):
    """The first row or column whose centre is within the radius of the positions."""
    return torch.ceil(position * half + (size / 2 - 0.5 - raster.radius * half - MARGIN)).to(torch.int32)
