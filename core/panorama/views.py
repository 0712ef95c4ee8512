"""Sets of perspective cameras that look out of the centre of a panorama (sphere.py defines its world)."""
from __future__ import annotations

import math

import torch
from torch import Tensor

from ..cameras.pinhole import focal_from_fov, intrinsics_from_fov
from ..cameras.trajectory import Trajectory
from ..values import require

UP = math.degrees(math.atan(0.5))  # 26.565 degrees, elevation of the upper ring of the official bank


def look_towards(azimuth: float, elevation: float) -> Tensor:
    """w2c [4,4] float32 of an upright camera in the centre; degrees to the right of the front, degrees
    upwards."""
    a, e = math.radians(azimuth), math.radians(elevation)
    right = [math.sin(a), math.cos(a), 0.0]
    down = [-math.sin(e) * math.cos(a), math.sin(e) * math.sin(a), -math.cos(e)]
    forward = [-math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)]
    w2c = torch.eye(4)
    w2c[:3, :3] = torch.tensor([right, down, forward])
    return w2c


def views(directions: list[tuple[float, float]], width: int = 832, height: int = 480,
          horizontal_fov: float = 120.0, vertical_fov: float = 90.0, name: str = "views") -> Trajectory:
    """Cameras looking in directions (azimuth, elevation) in degrees, with fields of view in degrees.

    The defaults are the official bank's; its pixels are not quite square. Raises ValueError for fields of
    view outside 0..180 and for no directions.
    """
    require(len(directions) > 0, "A set of panorama views needs at least one direction.")
    fy = focal_from_fov(vertical_fov, height, "vertical")
    K = intrinsics_from_fov(horizontal_fov, width, height, fy=fy)
    w2c = torch.stack([look_towards(*direction) for direction in directions])
    return Trajectory(w2c, K.repeat(len(w2c), 1, 1), width, height, name=name)


def bank_directions() -> list[tuple[float, float]]:
    """The official bank's 27: front level, up and down; then the other 8 azimuths, every 40 degrees to the
    right, of the level, the upper and the lower ring (ids 0-2, 3-10, 11-18, 19-26)."""
    rings = (0.0, UP, -UP)
    return [(0.0, elevation) for elevation in rings] + [
        (40.0 * step, elevation) for elevation in rings for step in range(1, 9)]


def polar_directions() -> list[tuple[float, float]]:
    """16 that fill the poles: elevations 45, -45, 84, -84 degrees, each every 90 degrees to the right of the
    front."""
    return [(90.0 * step, elevation) for elevation in (45.0, -45.0, 84.0, -84.0) for step in range(4)]


def ring_directions(count: int, azimuth: float = 0.0, elevation: float = 0.0) -> list[tuple[float, float]]:
    """count directions evenly around at one elevation; the first is azimuth degrees to the right of the
    front."""
    return [(azimuth + 360.0 * step / count, elevation) for step in range(count)]
