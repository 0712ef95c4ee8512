"""EXTRINSICS and INTRINSICS, the tensors that depth and reconstruction node packs hand on."""
from __future__ import annotations

from torch import Tensor

from ...values import check_dense, require
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import intrinsics_from, number_array, poses_from, trajectory_from


def read_extrinsics(extrinsics: Tensor, intrinsics: Tensor, hints: Hints = Hints(),
                    size: tuple[int, int] | None = None) -> Trajectory:
    """From EXTRINSICS [F,4,4] or [F,3,4]: w2c (world to camera), OpenCV axes; INTRINSICS [F,3,3] or [3,3] in
    pixels.

    A single matrix and a leading axis of 1, [1,F,4,4], are also taken. size is (width, height) of the
    pictures that the intrinsics belong to; without it, it is twice the principal point.
    """
    w2c = poses_from("EXTRINSICS", _frames_first("EXTRINSICS", extrinsics), hints)
    K = intrinsics_from("INTRINSICS", _frames_first("INTRINSICS", intrinsics), len(w2c))
    width, height = size or hints.size_of("INTRINSICS", K)
    return trajectory_from("INTRINSICS", w2c, K, width, height, hints)


def write_extrinsics(trajectory: Trajectory) -> tuple[Tensor, Tensor]:
    """(EXTRINSICS [F,4,4] w2c (world to camera) in OpenCV axes, INTRINSICS [F,3,3] in pixels), both
    float32."""
    return trajectory.w2c.clone(), trajectory.K.clone()


def _frames_first(name: str, matrices: Tensor) -> Tensor:
    if isinstance(matrices, Tensor):
        check_dense(name, matrices, "connect those of another node")
    matrices = number_array(name, matrices.cpu() if isinstance(matrices, Tensor) else matrices)
    if matrices.ndim == 4 and len(matrices) == 1:
        matrices = matrices[0]
    require(matrices.ndim in (2, 3),
            f"{name} has the shape {list(matrices.shape)}, expected one matrix for each frame.")
    return matrices[None] if matrices.ndim == 2 else matrices
