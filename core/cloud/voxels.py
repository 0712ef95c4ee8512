"""Voxels of point sets: keys of voxels, an order in which near points follow each other."""
from __future__ import annotations

import torch
from torch import Tensor

from ..values import check_finite, check_shape

SMALLEST_VOXEL = 1e-4  # what the official search starts from, in scene units


def spatial_order(points: Tensor) -> Tensor:
    """[N] order in which near points of [N,3] follow each other; nearest-neighbour queries like it."""
    extent = float((points.amax(0) - points.amin(0)).max())
    return torch.argsort(voxel_keys(points - points.amin(0), max(extent / 64, SMALLEST_VOXEL)))


def voxel_keys(points: Tensor, size: float) -> Tensor:
    """[N] int64 key of the voxel of edge `size` that each of points [N,3] lies in.

    The key is the official one, x * 116101979 + y * 104729 + z of the voxel's whole-numbered position.
    """
    x, y, z = torch.floor(points / size).long().unbind(1)
    return x * 116101979 + y * 104729 + z


def first_of_run(key: Tensor) -> Tensor:
    """[N] bool, True where a sorted key [N] starts a new value."""
    first = torch.ones_like(key, dtype=torch.bool)
    first[1:] = key[1:] != key[:-1]
    return first


def check_points(points: Tensor) -> None:
    """Raises ValueError unless points are [N,3] and finite."""
    check_shape("Point set", points, "N,3", "make it with 'Point Cloud from Depth'")
    check_finite("Point set", points, "make it with 'Point Cloud from Depth'")
