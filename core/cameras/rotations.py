"""Rotations and rigid transforms: matrices, quaternions (w, x, y, z), angles, and turns about an axis."""
from __future__ import annotations

import torch
from torch import Tensor

from ..values import require


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
    length = wxyz.norm(dim=-1, keepdim=True)
    require(bool(((length - 1).abs() < 0.02).all()),
            f"{name} has a quaternion of length {float(length.flatten()[(length - 1).abs().argmax()]):.4g}, expected "
            "1; the columns may be in another order.")
    w, x, y, z = (wxyz / length).unbind(-1)
    rows = [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
            2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
            2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]
    return torch.stack(rows, dim=-1).unflatten(-1, (3, 3))


def quaternion_from_rotation(rotation: Tensor) -> Tensor:
    """Quaternion (w,x,y,z) with w >= 0 of rotation matrices [...,3,3], exact near every half turn."""
    m = rotation
    diagonal = m.diagonal(dim1=-2, dim2=-1)
    xx, yy, zz = diagonal.unbind(-1)
    squares = 1 + torch.stack([xx + yy + zz, xx - yy - zz, yy - xx - zz, zz - xx - yy], dim=-1)
    wx, wy, wz = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    xy, xz, yz = m[..., 1, 0] + m[..., 0, 1], m[..., 0, 2] + m[..., 2, 0], m[..., 2, 1] + m[..., 1, 2]
    w2, x2, y2, z2 = squares.unbind(-1)
    # Row i is 4 * component_i * (w, x, y, z); the row of the largest component loses no digits.
    rows = torch.stack([w2, wx, wy, wz, wx, x2, xy, xz, wy, xy, y2, yz, wz, xz, yz, z2], dim=-1).unflatten(-1, (4, 4))
    square, index = squares.max(dim=-1, keepdim=True)
    quaternion = torch.take_along_dim(rows, index[..., None], dim=-2).squeeze(-2) / (2 * square.sqrt())
    return torch.where(quaternion[..., :1] < 0, -quaternion, quaternion)


def rotation_angle(R: Tensor) -> Tensor:
    """[...] degrees by which rotations [...,3,3] turn; exact for small ones too, where the arc cosine is not."""
    sine = torch.stack([R[..., 2, 1] - R[..., 1, 2], R[..., 0, 2] - R[..., 2, 0], R[..., 1, 0] - R[..., 0, 1]], -1)
    return torch.rad2deg(torch.atan2(sine.norm(dim=-1), R.diagonal(dim1=-2, dim2=-1).sum(-1) - 1))
