"""Points as Gaussian splats that lie flat on the surface, for viewing or as start of a training."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ...cameras.pinhole import world_to_camera
from ..neighbours import spacing_and_normals
from ..point_cloud import PointCloud
from .ply import PLACE, write_ply_rows
from .records import ignore_progress, to_bytes, write_records

SH0 = 0.28209479177387814  # the constant spherical harmonic, by which 3DGS divides colours
SIZE = 0.75  # spacings: below 0.7 gaps show between the splats, from 1 on they blur
THICKNESS = 0.3  # of the size; thinner ones exceed the precision of ComfyUI's renderer
CERTAINTY = 4.0  # a point of confidence 1 has the opacity 1 - exp(-4) = 0.98
LEAST_OPACITY = 1e-3  # of a trained splat, and of its transparency: a logit is finite
# Rows of .splat, the format of the web viewers; the quaternion is (w,x,y,z) * 128 + 128.
SPLAT = np.dtype([("place", "<f4", 3), ("size", "<f4", 3), ("color", "u1", 4), ("turn", "u1", 4)])
GAUSSIAN = np.dtype(PLACE + [(name, "<f4") for name in (
    "f_dc_0", "f_dc_1", "f_dc_2", "opacity", "scale_0", "scale_1", "scale_2",
    "rot_0", "rot_1", "rot_2", "rot_3")])


class Gaussians(NamedTuple):
    """places     [N,3]
    scales     [N,3] standard deviations along their own axes, of which the third is the surface's normal
    rotations  [N,4] unit quaternions (w,x,y,z), w > 0, from their own axes to those of the places
    opacities  [N] 0..1
    colors     [N,3] 0..1, the same from all sides
    """

    places: Tensor
    scales: Tensor
    rotations: Tensor
    opacities: Tensor
    colors: Tensor


def gaussians(points: Tensor, colors: Tensor, confidence: Tensor, size: float = SIZE,
              progress: Callable[[int, int], None] = ignore_progress) -> Gaussians:
    """Points [N,3] with colours [N,3] and confidence [N] as flat Gaussians, `size` times as wide as the
    points are apart, the more opaque the more confident. Raises ValueError for fewer than 4 points."""
    spacing, normals = spacing_and_normals(points, progress)
    x, y, z = torch.where(normals[:, 2:] < 0, -normals, normals).unbind(1)
    shortest_turn = F.normalize(torch.stack([1 + z, -y, x, torch.zeros_like(z)], 1), dim=1)  # of the z axis
    scales = size * spacing[:, None] * torch.tensor([1, 1, THICKNESS])
    return Gaussians(points, scales, shortest_turn, -torch.expm1(-CERTAINTY * confidence), colors)


def write_splat(path: Path, splats: Gaussians,
                progress: Callable[[int, int], None] = ignore_progress) -> None:
    """Writes a .splat, with 8 bits for each colour, opacity and part of a quaternion."""
    def fill(rows: np.ndarray, place: slice) -> None:
        rows["place"], rows["size"] = splats.places[place], splats.scales[place]
        rows["color"][:, :3] = to_bytes(splats.colors[place].numpy())
        rows["color"][:, 3] = to_bytes(splats.opacities[place].numpy())
        rows["turn"] = (splats.rotations[place] * 128 + 128).round().clamp(max=255)

    with open(path, "wb") as file:
        write_records(file, len(splats.places), SPLAT, fill, progress)


def write_gaussian_ply(path: Path, splats: Gaussians, facts: dict,
                       progress: Callable[[int, int], None] = ignore_progress) -> None:
    """Writes the PLY that 3D Gaussian splatting starts its training from, with the scales' logarithms and the
    opacities' logits."""
    def fill(rows: np.ndarray, place: slice) -> None:
        columns = torch.cat([splats.places[place], (splats.colors[place] - 0.5) / SH0,
                             splats.opacities[place, None].logit(LEAST_OPACITY), splats.scales[place].log(),
                             splats.rotations[place]], 1)
        for name, column in zip(GAUSSIAN.names or (), columns.numpy().T, strict=True):
            rows[name] = column

    write_ply_rows(path, len(splats.places), GAUSSIAN, fill, facts, progress)


def splat_tensors(cloud: PointCloud, size: float = SIZE,
                  progress: Callable[[int, int], None] = ignore_progress) -> tuple[Tensor, ...]:
    """The cloud as splats, as ComfyUI's SPLAT holds them.

    Positions [1,N,3] in the start camera's axes (y down), scales [1,N,3] (deviations), rotations [1,N,4]
    (w,x,y,z), opacities [1,N,1] and spherical harmonics [1,N,1,3].
    """
    points = world_to_camera(cloud.points, cloud.start_w2c).cpu()
    splats = gaussians(points, cloud.colors.cpu(), cloud.confidence.cpu(), size, progress)
    return (points[None], splats.scales[None], splats.rotations[None], splats.opacities[None, :, None],
            (splats.colors[None, :, None] - 0.5) / SH0)
