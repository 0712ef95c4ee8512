"""Points in cubic cells: one point of each, an order of neighbours. All functions return masks or indices, so that
colours and whatever else belongs to the points can follow."""

import torch

from ..values import check_finite, check_shape, require

SMALLEST_CELL = 1e-4  # what the official search starts from, in scene units


def voxel_representatives(points: torch.Tensor, size: float) -> torch.Tensor:
    """[M] indices of the first of points [N,3] in each cubic cell of edge `size`, ordered by the cell's key.

    The key is the official one, x * 116101979 + y * 104729 + z of the cell's whole-numbered position.
    """
    _check(points)
    require(size > 0, f"The voxel size is {size}; it must be positive, in scene units.")
    key, order = torch.sort(cell_keys(points, size), stable=True)
    return order[is_first(key)]


def near_together(points: torch.Tensor) -> torch.Tensor:
    """[N] an order in which neighbours of [N,3] follow each other, in which nearest-neighbour queries are faster."""
    extent = float((points.amax(0) - points.amin(0)).max())
    return torch.argsort(cell_keys(points - points.amin(0), max(extent / 64, SMALLEST_CELL)))


def cell_keys(points: torch.Tensor, size: float) -> torch.Tensor:
    """[N] int64 key of the cubic cell that each of [N,3] lies in."""
    x, y, z = torch.floor(points / size).long().unbind(1)
    return x * 116101979 + y * 104729 + z


def is_first(key: torch.Tensor) -> torch.Tensor:
    """[N] bool, True where a sorted [N] starts a new value."""
    first = torch.ones_like(key, dtype=torch.bool)
    first[1:] = key[1:] != key[:-1]
    return first


def _check(points):
    check_shape("Point set", points, "N,3", "make it with Point Cloud from Depth")
    check_finite("Point set", points, "make it with Point Cloud from Depth")
