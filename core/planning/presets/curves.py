"""Camera paths that look at the point straight ahead on a curve. Conventions as in moves.py."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...values import require
from .moves import Frames, around, dolly, look_at, progress


def in_turn(share: Tensor, corner: float) -> tuple[Tensor, Tensor]:
    """Progress [F] of a first and a second part of a path; the second begins at this share of the whole."""
    first = (share / max(corner, 1e-12)).clamp(max=1)
    second = ((share - corner) / max(1 - corner, 1e-12)).clamp(min=0)
    return first, second


def arc(frames: Frames, pivot_depth: float, angle: float, elevation: float, nearer: float,
        tilt: float = 0.0) -> Tensor:
    """An orbit that comes nearer to its point, at the end by so much."""
    share = progress(frames)
    _keep_before(pivot_depth, nearer)
    return around(pivot_depth, math.radians(angle) * share, math.radians(elevation) * share, tilt,
                  nearer * share)


def forward_then_orbit(frames: Frames, pivot_depth: float, forward: float, angle: float,
                       elevation: float = 0.0, tilt: float = 0.0) -> Tensor:
    """Straight towards the point, then around it, at constant speed."""
    _keep_before(pivot_depth, forward)
    share = progress(frames)
    way_around = (pivot_depth - forward) * math.radians(math.hypot(angle, elevation))
    corner = abs(forward) / max(abs(forward) + way_around, 1e-12)
    first, second = in_turn(share, corner)
    return around(pivot_depth, math.radians(angle) * second, math.radians(elevation) * second, tilt,
                  forward * first)


def spiral(frames: Frames, pivot_depth: float, radius: float, turns: float = 2.0) -> Tensor:
    """Clockwise around the viewing axis with growing radius, to the right at the end, at nearly constant
    speed."""
    share = progress(frames).sqrt()
    angle = 2 * math.pi * turns * share
    places = radius * share[:, None] * torch.stack([angle.cos(), angle.sin(), torch.zeros_like(angle)], 1)
    return look_at(pivot_depth, places)


def figure_eight(frames: Frames, pivot_depth: float, width: float) -> Tensor:
    """A horizontal figure eight through the start camera: right, back, left, back; `width` to each side, half
    as high."""
    angle = 2 * math.pi * progress(frames)
    places = torch.stack([width * angle.sin(), -width / 2 * (2 * angle).sin(), torch.zeros_like(angle)], 1)
    return look_at(pivot_depth, places)


def loop(frames: Frames, pivot_depth: float, radius_x: float, radius_y: float) -> Tensor:
    """An upright ellipse above the start camera, first to the right, back to the start.

    Official code: the "eloop" of the scene reconstruction.
    """
    angle = 2 * math.pi * progress(frames)
    places = torch.stack([radius_x * angle.sin(), radius_y * (angle.cos() - 1), torch.zeros_like(angle)], 1)
    return look_at(pivot_depth, places)


def return_to_start(frames: Frames, pivot_depth: float, radius: float) -> Tensor:
    """An upright circle above the start camera, first to the right, back to the start."""
    return loop(frames, pivot_depth, radius, radius)


def aerial_rise(frames: Frames, pivot_depth: float, height: float) -> Tensor:
    """Up, looking down more and more to keep the point in the centre."""
    share = progress(frames)
    return look_at(pivot_depth, torch.tensor([0, -height, 0], dtype=torch.float64) * share[:, None])


def zoom(frames: Frames, factor: float) -> Tensor:
    """[F] factors of the focal lengths, at the end `factor`; every frame enlarges the last one equally."""
    require(factor > 0, f"The zoom is {factor}; it must be positive (2 = twice as large at the end).")
    return factor ** progress(frames)


def forward(frames: Frames, pivot_depth: float, distance: float) -> Tensor:
    """A dolly that stops before the point."""
    _keep_before(pivot_depth, distance)
    return dolly(frames, distance)


def dolly_zoom(c2start: Tensor, pivot_depth: float) -> Tensor:
    """[F] factors of the focal lengths that keep the size of things at pivot_depth in the picture; c2start
    [F,4,4]."""
    return 1 - c2start[:, 2, 3] / pivot_depth


def _keep_before(pivot_depth: float, forward: float) -> None:
    require(forward < pivot_depth,
            f"The path goes forward by {forward:.4g} to a point that is {pivot_depth:.4g} away; "
            "choose a distance below 1 median depth.")
