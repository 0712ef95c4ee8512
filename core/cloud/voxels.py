"""Voxels of point sets: one point of each voxel, an order in which near points follow each other. All
functions return masks or indices, so that colours and whatever else belongs to the points can follow."""
from __future__ import annotations

import torch
from torch import Tensor

from ..values import check_finite, check_shape, require

SMALLEST_VOXEL = 1e-4  # what the official search starts from, in scene units


def voxel_representatives(points: Tensor, size: float) -> Tensor:
    """[M] indices of the first of points [N,3] in each voxel of edge `size`, ordered by the voxel's key.

    The key is the official one, x * 116101979 + y * 104729 + z of the voxel's whole-numbered position.
    """
    check_points(points)
    require(size > 0, f"The voxel size is {size}; it must be positive, in scene units.")
    key, order = torch.sort(voxel_keys(points, size), stable=True)
    return order[first_of_run(key)]


def spatial_order(points: Tensor) -> Tensor:
    """[N] order in which near points of [N,3] follow each other; nearest-neighbour queries like it."""
    extent = float((points.amax(0) - points.amin(0)).max())
    return torch.argsort(voxel_keys(points - points.amin(0), max(extent / 64, SMALLEST_VOXEL)))


def voxel_keys(points: Tensor, size: float) -> Tensor:
    """[N] int64 key of the voxel of edge `size` that each of points [N,3] lies in."""
    x, y, z = torch.floor(points / size).long().unbind(1)
    return x * 116101979 + y * 104729 + z


def first_of_run(key: Tensor) -> Tensor:
    """[N] bool, True where a sorted key [N] starts a new value."""
    first = torch.ones_like(key, dtype=torch.bool)
    first[1:] = key[1:] != key[:-1]
    return first


def check_points(points: Tensor) -> None:
    """Raises ValueError unless points are [N,3] and finite."""
    check_shape("Point set", points, "N,3", "make it with Point Cloud from Depth")
    check_finite("Point set", points, "make it with Point Cloud from Depth")
