"""Points as round Gaussian splats whose size is the spacing of the points, for viewing or as start of a
training."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ...cameras.pinhole import world_to_camera
from ..neighbours import spacing as spacing_of
from ..point_cloud import PointCloud
from .ply import PLACE, write_ply_rows
from .records import ignore_progress, to_bytes, write_records

SH0 = 0.28209479177387814  # the constant spherical harmonic, by which 3DGS divides colours
START_OPACITY = 0.1  # what 3DGS starts its training from
# Rows of .splat, the format of the web viewers; the quaternion is (w,x,y,z) * 128 + 128.
SPLAT = np.dtype([("place", "<f4", 3), ("size", "<f4", 3), ("color", "u1", 4), ("turn", "u1", 4)])
GAUSSIAN = np.dtype(PLACE + [(name, "<f4") for name in (
    "f_dc_0", "f_dc_1", "f_dc_2", "opacity", "scale_0", "scale_1", "scale_2",
    "rot_0", "rot_1", "rot_2", "rot_3")])


def write_splat(path: Path, points: np.ndarray, colors: np.ndarray, spacing: np.ndarray,
                progress: Callable[[int, int], None] = ignore_progress) -> None:
    """Writes a .splat: opaque splats at points [N,3], colours [N,3] 0..1, deviation half the spacing [N]."""
    def fill(rows: np.ndarray, place: slice) -> None:
        rows["place"] = points[place]
        rows["size"] = spacing[place, None] / 2  # closes the surface without blurring it
        rows["color"][:, :3] = to_bytes(colors[place])
        rows["color"][:, 3] = 255
        rows["turn"] = 255, 128, 128, 128

    with open(path, "wb") as file:
        write_records(file, len(points), SPLAT, fill, progress)


def write_gaussian_ply(path: Path, points: np.ndarray, colors: np.ndarray, spacing: np.ndarray, facts: dict,
                       progress: Callable[[int, int], None] = ignore_progress) -> None:
    """Writes the PLY that 3D Gaussian splatting starts its training from: points [N,3], colours [N,3] 0..1.

    The deviation (stored as logarithm) is the spacing [N], the opacity (stored as logit) 0.1, the rotation
    (w,x,y,z) is 1,0,0,0, and the colour is the same from all sides.
    """
    def fill(rows: np.ndarray, place: slice) -> None:
        rows["x"], rows["y"], rows["z"] = points[place].T
        rows["f_dc_0"], rows["f_dc_1"], rows["f_dc_2"] = (colors[place].T - 0.5) / SH0
        rows["opacity"] = np.log(START_OPACITY / (1 - START_OPACITY))
        rows["scale_0"] = rows["scale_1"] = rows["scale_2"] = np.log(spacing[place])
        rows["rot_0"], rows["rot_1"], rows["rot_2"], rows["rot_3"] = 1, 0, 0, 0

    write_ply_rows(path, len(points), GAUSSIAN, fill, facts, progress)


def splat_tensors(cloud: PointCloud, size: float = 0.5,
                  progress: Callable[[int, int], None] = ignore_progress) -> tuple[Tensor, ...]:
    """The cloud as splats, as ComfyUI's SPLAT holds them.

    Positions [1,N,3] in the start camera's axes (y down), scales [1,N,3] (deviation: `size` spacings),
    rotations [1,N,4] (w,x,y,z), opacities [1,N,1] and spherical harmonics [1,N,1,3].
    """
    points = world_to_camera(cloud.points, cloud.start_w2c).cpu()
    scales = size * spacing_of(points, progress)
    return (points[None], scales[None, :, None].repeat(1, 1, 3),
            torch.tensor([1.0, 0, 0, 0]).repeat(1, len(points), 1), torch.ones(1, len(points), 1),
            (cloud.colors.cpu()[None, :, None] - 0.5) / SH0)
