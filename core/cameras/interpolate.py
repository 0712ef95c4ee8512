"""Poses between given poses."""
from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..values import check_shape, require


def through_poses(poses: Tensor, at: Tensor, knots: Tensor | None = None,
                  smooth: bool = True) -> Tensor:
    """[M,4,4] float64: the pose at every time `at` [M] of a motion through poses [N,4,4] at the times `knots`
    [N].

    poses   camera to world (between world-to-camera poses the camera would swing about the world's origin)
    knots   increasing; 0, 1, 2 ... for None
    smooth  True: cubic splines of position and rotation, without a jump in speed and acceleration; False:
            straight lines and great arcs (slerp)
    """
    from scipy.interpolate import CubicSpline, make_interp_spline
    from scipy.spatial.transform import Rotation, RotationSpline, Slerp

    check_shape("Key poses", poses, "N,4,4", "give camera-to-world 4x4 matrices")
    knots = torch.arange(len(poses), dtype=torch.float64) if knots is None else knots
    require(bool((knots.diff() > 0).all()), "The times of the key poses do not increase.")
    result = torch.eye(4, dtype=torch.float64).repeat(len(at), 1, 1)
    if len(poses) == 1:
        return result.copy_(poses.expand(len(at), 4, 4))
    times = at.double().clamp(float(knots[0]), float(knots[-1])).numpy()
    matrices, key_times = poses.double().numpy(), knots.double().numpy()
    turns, positions = Rotation.from_matrix(matrices[:, :3, :3]), matrices[:, :3, 3]
    places = CubicSpline(key_times, positions) if smooth else make_interp_spline(key_times, positions, k=1)
    spin = RotationSpline(key_times, turns) if smooth else Slerp(key_times, turns)
    result[:, :3, :3] = torch.from_numpy(spin(times).as_matrix())
    result[:, :3, 3] = torch.from_numpy(np.ascontiguousarray(places(times)))
    return result
