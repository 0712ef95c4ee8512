"""Camera paths from values of other nodes: camera tensors and the camera of ComfyUI's 3D viewer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from ..cameras.compose import resample
from ..cameras.formats.hints import Hints
from ..cameras.formats.load3d import UNPLACED, Placement, read_load3d, viewer_fit, viewer_placement
from ..cameras.formats.reading import Reading
from ..cameras.formats.tensors import read_extrinsics
from ..cameras.trajectory import Trajectory
from ..cloud.point_cloud import PointCloud
from ..depth.depth import Depth
from ..picture_fit import STRETCH
from .fit import lay_onto


def read_tensors(extrinsics: Tensor, intrinsics: Tensor, size: tuple[int, int] | None = None,
                 inverted: bool = False) -> Reading:
    """EXTRINSICS [F,4,4] and INTRINSICS [F,3,3] (see read_extrinsics) with remarks about them."""
    remarks = []
    trajectory = read_extrinsics(extrinsics, intrinsics, Hints(inverted=inverted, remark=remarks.append),
                                 size)
    stored = f"EXTRINSICS: w2c OpenCV{', inverted' if inverted else ''}"
    return Reading(trajectory, stored, remarks).checked(doubtful=False)


def viewer_world(model_3d_info: Any = None, cloud: PointCloud | None = None,
                 depth: Depth | None = None) -> tuple[Placement, Tensor | None]:
    """(placement, start_w2c) for path_of_viewer, as far as the viewer, its cloud or the photograph tell."""
    start = cloud.start_w2c if cloud is not None else None if depth is None else depth.w2c[0]
    if model_3d_info is not None:
        return viewer_placement(model_3d_info), start
    if cloud is None:
        return UNPLACED, start
    w2c = cloud.start_w2c.cpu()
    seen = cloud.points.cpu() @ w2c[:3, :3].T + w2c[:3, 3]
    return viewer_fit(seen), start


def path_of_viewer(camera: Any, frames: int, size: tuple[int, int], fov: float,
                   placement: Placement = UNPLACED,
                   start_w2c: Tensor | None = None, depth: Depth | None = None,
                   fit: str = STRETCH) -> tuple[Trajectory, str]:
    """(trajectory, report) through the key poses of LOAD3D_CAMERA, smooth and evenly spaced.

    size        (width, height) of the pictures
    fov         vertical field of view in degrees of viewers that do not report theirs
    placement   how the viewer has placed the model, which is undone
    start_w2c   [4,4] of the camera that the viewer's world stands for (see read_load3d)
    depth       the path begins at the camera of this photograph and has its intrinsics and unit throughout
    fit         how that photograph becomes a picture of this size
    """
    keys = read_load3d(camera, Hints(*size), fov, placement)
    if start_w2c is not None:
        keys = replace(keys, w2c=(keys.w2c.double() @ start_w2c.double().cpu()).float())
    report = f"LOAD3D_CAMERA: c2w OpenGL, y up, {keys.frames} poses, {size[0]}x{size[1]}"
    if depth is not None:
        K = lay_onto(keys, depth, fit).K[:1].repeat(keys.frames + 1, 1, 1)
        w2c = torch.cat([depth.w2c[:1].to(keys.w2c), keys.w2c])
        keys = replace(keys, w2c=w2c, K=K, unit=depth.unit, fit=fit)
        report += ", starting at the photograph's camera with its intrinsics"
    change = "standing still for" if keys.frames == 1 else "interpolated to"
    return resample(keys, frames), f"{report}, {change} {frames}"
