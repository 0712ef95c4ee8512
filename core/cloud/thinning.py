"""Thins a cloud to the most confident point of each voxel."""
from __future__ import annotations

import math

import torch
from torch import Tensor

from ..values import require
from .point_cloud import PointCloud, select
from .voxels import first_of_run, voxel_keys

SAMPLED = 16  # voxels are counted on every 16th of them
SMALLEST = 1e-6  # voxel size to begin with when all points are in one place
ROUNDS = 20


def thin_cloud(cloud: PointCloud, voxel: float = 0.0, most: int = 0) -> PointCloud:
    """Keeps the most confident point of each voxel of edge `voxel` (scene units), then of voxels just large
    enough for at most `most` points, in the old order; 0 skips either step. A cloud of
    which nothing is removed is returned itself.

    Raises ValueError for negative numbers.
    """
    require(voxel >= 0 and most >= 0,
            f"The voxel size is {voxel} and max_points {most}; neither can be negative.")
    if voxel > 0:
        cloud = select(cloud, most_confident_per_voxel(cloud.points, cloud.confidence, voxel).sort().values)
    if 0 < most < len(cloud.points):
        cloud = select(cloud, thin_by_confidence(cloud.points, cloud.confidence, most))
    return cloud


def thin_by_confidence(points: Tensor, confidence: Tensor, most: int) -> Tensor:
    """[M] indices, M <= most, in rising order: of points [N,3] the one with the highest confidence [N] in
    each voxel.

    The voxels are just large enough. All points are kept when they are few enough.
    """
    if len(points) <= most:
        return torch.arange(len(points), device=points.device)
    points = points - points.amin(0)  # the grid starts there, so that one large voxel holds everything
    size = _voxel_size(points, most)
    while True:
        index = most_confident_per_voxel(points, confidence, size)
        if len(index) <= most:
            return index.sort().values
        size *= 1.1


def _voxel_size(points: Tensor, most: int) -> float:
    """A size at which an estimated 90 to 98 % of `most` voxels are filled; where there is none, one that is
    too large.

    Goes by the secant rule on the logarithms, and halves the bracket when that leads out of it.
    """
    size = max(float(points.max()) / most ** 0.5, SMALLEST)
    small, large = 0.0, math.inf
    slope, before = -2.0, None  # surfaces fill voxels with size ** -2
    for _ in range(ROUNDS):
        count = _count_voxels(points, size)
        if 0.9 * most <= count <= 0.98 * most:
            return size
        small, large = (size, large) if count > most else (small, size)
        if before is not None:
            slope = math.log(count / before[1]) / math.log(size / before[0])
        before = size, count
        size *= min(max((0.94 * most / count) ** (1 / min(max(slope, -3.0), -0.5)), 1 / 32), 32)
        if not small < size < large:
            size = (small * large) ** 0.5 if small else large / 2
    return large if large < math.inf else size


def _count_voxels(points: Tensor, size: float) -> int:
    """How many voxels are filled, by counting every 16th of them; all when these are few."""
    x, y, z = torch.floor(points.T / size).to(torch.int32).unbind(0)
    # A hash, so that voxels side by side are not counted together.
    scattered = (x * 73856093) ^ (y * 19349663) ^ (z * 83492791)
    count = len(scattered[(scattered >> 8) & (SAMPLED - 1) == 0].unique())
    return count * SAMPLED if count >= 64 else len(scattered.unique())


def most_confident_per_voxel(points: Tensor, confidence: Tensor, size: float) -> Tensor:
    """[M] indices of the most confident of points [N,3] in each voxel of edge `size`, ordered by the voxel's
    key; confidence [N], of equally confident points the first one."""
    key, order = torch.sort(voxel_keys(points, size), stable=True)
    voxel = first_of_run(key).cumsum(0) - 1
    ranked = confidence[order]
    best = ranked.new_full((int(voxel[-1]) + 1,), -1).scatter_reduce_(0, voxel, ranked, "amax")
    winner = ranked == best[voxel]
    return order[winner][first_of_run(voxel[winner])]
