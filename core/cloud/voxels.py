"""Voxels of point sets: downsampling as in the official code, and its outlier removal and depth ranking. All
functions return masks or indices, so that colours and whatever else belongs to the points can follow."""
from __future__ import annotations

import torch
from torch import Tensor

from ..values import check_finite, check_shape, require

SMALLEST_VOXEL = 1e-4  # what the official search starts from, in scene units
UNCHANGED_VOXEL = 0.003  # what the official code reports for a cloud that needs no thinning


def statistical_inliers(points: Tensor, neighbours: int = 20, deviations: float = 2.0) -> Tensor:
    """Statistical outlier removal: [N] bool, False for points [N,3] that hang alone, as the official code
    finds them.

    A point is out when its mean distance to its `neighbours` nearest others exceeds the mean of that over all
    points by `deviations` population standard deviations. Clouds of one point have no outliers.
    """
    check_points(points)
    from scipy.spatial import cKDTree

    require(neighbours > 0, f"Outlier removal was asked for {neighbours} neighbours; it needs at least 1.")
    neighbours = min(neighbours, len(points) - 1)
    if neighbours == 0:
        return torch.ones(1, dtype=torch.bool, device=points.device)
    order = spatial_order(points)
    array = points.index_select(0, order).cpu().numpy()
    distance = cKDTree(array).query(array, neighbours + 1)[0][:, 1:].mean(1)
    inlier = torch.from_numpy(distance <= distance.mean() + deviations * distance.std()).to(points.device)
    return torch.empty_like(inlier).index_copy_(0, order, inlier)


def voxel_representatives(points: Tensor, size: float) -> Tensor:
    """[M] indices of the first of points [N,3] in each voxel of edge `size`, ordered by the voxel's key.

    The key is the official one, x * 116101979 + y * 104729 + z of the voxel's whole-numbered position.
    """
    check_points(points)
    require(size > 0, f"The voxel size is {size}; it must be positive, in scene units.")
    key, order = torch.sort(voxel_keys(points, size), stable=True)
    return order[first_of_run(key)]


def voxel_downsample(points: Tensor, target: int, tolerance: float = 0.2,
                     rounds: int = 10) -> tuple[Tensor, float]:
    """Indices [M] as above and the voxel size, for about `target` of the points [N,3] (official code: voxel
    search).

    Bisects between 1e-4 and a hundredth of the largest extent, and stops within `tolerance` * target or after
    `rounds`; a cloud may need larger voxels than that and keeps more points then. At most `target` points
    pass unchanged with the size 0.003.
    """
    check_points(points)
    if len(points) <= target:
        return torch.arange(len(points), device=points.device), UNCHANGED_VOXEL
    low, high = SMALLEST_VOXEL, float((points.amax(0) - points.amin(0)).max()) / 100
    for _ in range(rounds):
        size = (low + high) / 2
        index = voxel_representatives(points, size)
        if abs(len(index) - target) <= tolerance * target:
            break
        low, high = (size, high) if len(index) > target else (low, size)
    return index, size


def depth_percentile(depth: Tensor, valid: Tensor) -> Tensor:
    """Per cent of the valid pixels that are not deeper than each of depth, valid [...,H,W]; else 0."""
    known = depth[valid]
    rank = torch.searchsorted(known.sort().values, known, right=True)
    return torch.zeros_like(depth).masked_scatter_(valid, (rank / max(len(known), 1) * 100).to(depth.dtype))


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
