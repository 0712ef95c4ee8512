"""Frustum overlap: the covisibility of two cameras, from poses and intrinsics alone.

A camera sees the frustum between two distances along its corner rays. Two frusta overlap by the intersection
over union of the boxes around them, along the world's axes. This is coarse, but it is what the released
models were trained with.
"""
from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import normalize

from ...cameras.pinhole import camera_to_world, picture_corners, view_rays
from ...values import require

NEAR, FAR = 0.1, 10.0  # the official code's; its panorama code takes the far distance from the depth instead
DEPTHS_TO_FAR, LEAST_FAR = 8.0, 0.15
PENALTY = 5.0  # a camera that looks more than 90 degrees away loses the factor e for every 36 degrees beyond


def far_from_depth(median: float) -> float:
    """Far distance for a scene of this median depth, in the unit of the depth."""
    require(0 < median < math.inf, f"The median depth is {median:g}; expected a positive number, for far.")
    return max(DEPTHS_TO_FAR * median, LEAST_FAR)


def frustum_corners(w2c: Tensor, K: Tensor, width: int, height: int, near: float = NEAR,
                    far: float = FAR) -> Tensor:
    """World points [N,8,3]: the picture's corners clockwise from the top left, at `near`, then at `far`.

    w2c [N,4,4], K [N,3,3] in pixels of width x height. Both distances count along the ray, not along the
    camera's z.
    """
    require(0 < near < far < math.inf, f"A camera sees from {near:g} to {far:g}; expected 0 < near < far: "
                                       "change them in 'Retrieve References'.")
    rays = normalize(view_rays(picture_corners(width, height).to(w2c), K), dim=-1)
    return camera_to_world(torch.cat([rays * near, rays * far], dim=1), w2c)


def box_overlap(corners: Tensor, other: Tensor) -> Tensor:
    """[A,B] intersection over union of the axis-aligned boxes around corners [A,8,3] and other [B,8,3]."""
    low, high = corners.amin(1)[:, None], corners.amax(1)[:, None]
    other_low, other_high = other.amin(1)[None], other.amax(1)[None]
    common = (torch.minimum(high, other_high) - torch.maximum(low, other_low)).clamp(min=0).prod(-1)
    return common / ((high - low).prod(-1) + (other_high - other_low).prod(-1) - common + 1e-8)


def viewing_angles(w2c: Tensor, other: Tensor) -> Tensor:
    """[A,B] degrees between the viewing axes of the cameras w2c [A,4,4] and other [B,4,4]."""
    axis, other_axis = torch.linalg.inv(w2c)[:, :3, 2], torch.linalg.inv(other)[:, :3, 2]
    cosine = (axis[:, None] * other_axis[None]).sum(-1)
    return torch.rad2deg(torch.acos(cosine.clamp(-1, 1)))


def angle_penalty(angles: Tensor) -> Tensor:
    """Factors 0..1 for angles [...] in degrees: 1 up to 90, then falling."""
    return torch.exp((90 - angles) * PENALTY / 180).clamp(0, 1)
