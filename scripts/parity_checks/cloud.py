"""Outlier removal, voxel downsampling and depth percentile."""
from __future__ import annotations

import torch

from worldstereo.core.cloud.voxels import depth_percentile, statistical_inliers, voxel_downsample, voxel_representatives

from .case import Case


def check_cloud(case: Case) -> dict:
    points, colors = case.inputs["points"], case.inputs["colors"]
    computed = {"depth_percentile": depth_percentile(case.inputs["depth"], case.inputs["depth_mask"].bool())}
    for neighbours, deviations in ((20, 2), (8, 1)):
        inliers = statistical_inliers(points, neighbours, deviations)
        computed[f"sor{neighbours}_{deviations}.mask"] = inliers.to(torch.uint8)
    fixed = voxel_representatives(points, case.meta["voxel_fixed"])
    computed |= {"voxel_fixed.points": points[fixed], "voxel_fixed.colors": colors[fixed]}
    for i, search in enumerate(case.meta["voxel_params"]):
        index, size = voxel_downsample(points, search["N_points"], search["tol"], search["max_iter"])
        computed |= {f"voxel.{i}.points": points[index], f"voxel.{i}.colors": colors[index],
                     f"voxel.{i}.size": torch.tensor([size], dtype=torch.float64)}
    return computed
