"""Camera paths out of the values that other nodes hand on."""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from ..geometry.depth import Depth
from .compose import resample
from .fit import laid_onto
from .formats.hints import Hints
from .formats.load3d import UNPLACED, Placement, read_load3d
from .formats.tensors import read_extrinsics
from .reading import Reading
from .trajectory import Trajectory


def read_tensors(extrinsics: Tensor, intrinsics: Tensor, size: tuple[int, int] | None = None,
                 inverted: bool = False) -> Reading:
    """EXTRINSICS and INTRINSICS (see read_extrinsics) with what to tell about them."""
    remarks = []
    trajectory = read_extrinsics(extrinsics, intrinsics, Hints(inverted=inverted, remark=remarks.append), size)
    stored = f"EXTRINSICS: w2c OpenCV{', inverted' if inverted else ''}"
    return Reading(trajectory, stored, remarks).checked(doubtful=False)


def path_of_viewer(camera: Any, frames: int, size: tuple[int, int], fov: float, placement: Placement = UNPLACED,
                   depth: Depth | None = None) -> tuple[Trajectory, str]:
    """(trajectory, report) through the key poses of LOAD3D_CAMERA, smooth and evenly spaced.

    size        (width, height) of the pictures
    fov         vertical field of view in degrees of viewers that do not tell theirs
    placement   how the viewer has placed the model, which is undone
    depth       the path begins at the camera of this photograph and has its intrinsics and unit throughout
    """
    keys = read_load3d(camera, Hints(*size), fov, placement)
    report = f"LOAD3D_CAMERA: c2w OpenGL, y up, {keys.frames} poses, {size[0]}x{size[1]}"
    if depth is not None:
        K = laid_onto(keys, depth).K[:1].repeat(keys.frames + 1, 1, 1)
        w2c = torch.cat([depth.w2c[:1].to(keys.w2c), keys.w2c])
        keys = replace(keys, w2c=w2c, K=K, unit=depth.unit)
        report += ", starting at the photograph's camera with its intrinsics"
    return resample(keys, frames), f"{report}, {'standing still for' if keys.frames == 1 else 'interpolated to'} {frames}"
