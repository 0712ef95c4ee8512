"""Outlier removal, voxel downsampling and depth percentile, of which the pack itself needs the voxels
alone."""
from __future__ import annotations

import torch
from scipy.spatial import cKDTree
from torch import Tensor

from worldstereo.core.cloud.thinning import most_confident_per_voxel
from worldstereo.core.cloud.voxels import SMALLEST_VOXEL

from .case import Case

UNCHANGED_CELL = 0.003  # what the official code reports for a cloud that needs no thinning


def check_cloud(case: Case) -> dict:
    points, colors = case.inputs["points"], case.inputs["colors"]
    computed = {"depth_percentile": depth_percentile(case.inputs["depth"], case.inputs["depth_mask"].bool())}
    for neighbours, deviations in ((20, 2), (8, 1)):
        inliers = statistical_inliers(points, neighbours, deviations)
        computed[f"sor{neighbours}_{deviations}.mask"] = inliers.to(torch.uint8)
    fixed = first_per_voxel(points, case.meta["voxel_fixed"])
    computed |= {"voxel_fixed.points": points[fixed], "voxel_fixed.colors": colors[fixed]}
    for i, search in enumerate(case.meta["voxel_params"]):
        index, size = voxel_downsample(points, search["N_points"], search["tol"], search["max_iter"])
        computed |= {f"voxel.{i}.points": points[index], f"voxel.{i}.colors": colors[index],
                     f"voxel.{i}.size": torch.tensor([size], dtype=torch.float64)}
    return computed


def statistical_inliers(points: Tensor, neighbours: int, deviations: float) -> Tensor:
    """[N] bool, False for points [N,3] that hang alone.

    A point is out when its mean distance to its `neighbours` nearest others exceeds the mean of that over all
    points by `deviations` population standard deviations.
    """
    distance = cKDTree(points.numpy()).query(points.numpy(), neighbours + 1)[0][:, 1:].mean(1)
    return torch.from_numpy(distance <= distance.mean() + deviations * distance.std())


def first_per_voxel(points: Tensor, size: float) -> Tensor:
    """[M] indices of the first of points [N,3] in each voxel of edge `size`, which all count alike."""
    return most_confident_per_voxel(points, torch.ones(len(points)), size)


def voxel_downsample(points: Tensor, target: int, tolerance: float, rounds: int) -> tuple[Tensor, float]:
    """[M] indices and the cell size, for about `target` of the points [N,3].

    Bisects between 1e-4 and a hundredth of the largest extent, and stops within `tolerance` * target or after
    `rounds`; a cloud may need larger cells than that and keeps more points then. At most `target` points pass
    unchanged with the size 0.003.
    """
    if len(points) <= target:
        return torch.arange(len(points)), UNCHANGED_CELL
    low, high = SMALLEST_VOXEL, float((points.amax(0) - points.amin(0)).max()) / 100
    for _ in range(rounds):
        size = (low + high) / 2
        index = first_per_voxel(points, size)
        if abs(len(index) - target) <= tolerance * target:
            break
        low, high = (size, high) if len(index) > target else (low, size)
    return index, size


def depth_percentile(depth: Tensor, valid: Tensor) -> Tensor:
    """Per cent of the valid pixels that are not deeper than this one, in the shape of depth; 0 where not
    valid."""
    known = depth[valid]
    rank = torch.searchsorted(known.sort().values, known, right=True)
    return torch.zeros_like(depth).masked_scatter_(valid, (rank / max(len(known), 1) * 100).to(depth.dtype))
