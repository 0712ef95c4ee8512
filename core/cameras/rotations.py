"""Rotations and rigid transforms: matrices, quaternions (w, x, y, z), angles, and rotations about an axis."""
from __future__ import annotations

import torch
from torch import Tensor

from ..values import require

# OpenCV axes to those of viewers, which have x right, y up and z towards the viewer, and back
FLIP = torch.tensor([1.0, -1.0, -1.0])


def rigid(R: Tensor, t: Tensor) -> Tensor:
    """[...,4,4] of rotations [...,3,3] and translations [...,3]."""
    matrix = torch.eye(4, dtype=R.dtype).repeat(*R.shape[:-2], 1, 1)
    matrix[..., :3, :3], matrix[..., :3, 3] = R, t
    return matrix


def rotation_about(radians: Tensor, axis: int) -> Tensor:
    """[F,4,4] float64 right-handed turns by radians [F] about x, y or z (axis 0, 1, 2)."""
    cos, sin = radians.cos(), radians.sin()
    turn = torch.eye(4, dtype=torch.float64).repeat(len(radians), 1, 1)
    i, j = ((1, 2), (2, 0), (0, 1))[axis]
    turn[:, i, i] = turn[:, j, j] = cos
    turn[:, j, i], turn[:, i, j] = sin, -sin
    return turn


def rotation_from_quaternion(wxyz: Tensor, name: str) -> Tensor:
    """[...,3,3] of quaternions [...,4] (w,x,y,z), made unit length; ValueError when one is far from it."""
    from kornia.geometry.conversions import quaternion_to_rotation_matrix

    length = wxyz.norm(dim=-1)
    require(bool(((length - 1).abs() < 0.02).all()),
            f"{name} has a quaternion of length {float(length.flatten()[(length - 1).abs().argmax()]):.4g}, "
            "expected 1; the columns may be in another order.")
    return quaternion_to_rotation_matrix(wxyz)


def quaternion_from_rotation(R: Tensor) -> Tensor:
    """Quaternions [...,4] (w,x,y,z) with w >= 0 of rotations [...,3,3], exact near every half turn."""
    from kornia.geometry.conversions import rotation_matrix_to_quaternion

    # Before kornia 0.9 the default of eps costs float64 half of its digits.
    wxyz = rotation_matrix_to_quaternion(R, eps=0.0)
    return torch.where(wxyz[..., :1] < 0, -wxyz, wxyz)


def rotation_angle(R: Tensor) -> Tensor:
    """[N] degrees by which rotations [N,3,3] turn, exact for small ones too."""
    from scipy.spatial.transform import Rotation

    if len(R) == 0:  # older SciPys refuse them
        return R.new_zeros(0)
    return torch.rad2deg(torch.from_numpy(Rotation.from_matrix(R.numpy()).magnitude()))


def look_along(directions: Tensor) -> Tensor:
    """[N,3,3] camera to world of cameras that look along directions [N,3] of any length, not rolled: their x
    axes are level. NaN for a vertical one."""
    z = directions / directions.norm(dim=1, keepdim=True)
    x = torch.linalg.cross(z.new_tensor([0.0, 1, 0]).expand_as(z), z)
    x = x / x.norm(dim=1, keepdim=True)
    return torch.stack([x, torch.linalg.cross(z, x), z], dim=2)
