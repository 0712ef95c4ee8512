"""Camera paths by name: orbit, dolly, pan.

Each gives c2start [F,4,4] float64: the poses of F key frames seen from the start camera (OpenCV axes: x right, y down,
z forward), evenly spaced, frame 0 exactly the identity. Signs are those of the camera, as a person holding it sees it:

orbit   positive angle: the camera moves to the right around the point ahead, and turns left to keep it in the centre
        (what is nearer than the point moves left in the picture, what is farther moves right);
        positive elevation: the camera rises and looks down on the point
dolly   positive distance: the camera moves forward
pan     positive angle: the camera turns to the right on the spot (the picture moves left);
        positive elevation: it turns up
"""

import math

import torch

from ..geometry.depth import Depth
from ..values import require
from .trajectory import Trajectory, resize_intrinsics


def orbit(frames: int, pivot_depth: float, angle: float, elevation: float = 0.0) -> torch.Tensor:
    """Around the point straight ahead at pivot_depth, looking at it; at the end by angle and elevation (degrees)."""
    require(-89 <= elevation <= 89, f"The elevation is {elevation} degrees; an orbit stays between -89 and 89.")
    c2start = _turns(frames, -angle, -elevation)
    pivot = torch.tensor([0, 0, pivot_depth], dtype=torch.float64)
    c2start[:, :3, 3] = pivot - c2start[:, :3, :3] @ pivot
    return c2start


def dolly(frames: int, distance: float) -> torch.Tensor:
    """Along the viewing axis by distance, in the unit of the depth."""
    c2start = torch.eye(4, dtype=torch.float64).repeat(frames, 1, 1)
    c2start[:, 2, 3] = distance * _progress(frames)
    return c2start


def pan(frames: int, angle: float, elevation: float = 0.0) -> torch.Tensor:
    """On the spot; at the end by angle and elevation (degrees)."""
    return _turns(frames, angle, elevation)


def start_from(depth: Depth, c2start: torch.Tensor, width: int, height: int, name: str = "") -> Trajectory:
    """The path that starts exactly at the camera of the first depth map, for pictures of width x height."""
    w2c = torch.linalg.inv(c2start) @ depth.w2c[0].double()
    K = resize_intrinsics(depth.K[0], (depth.width, depth.height), (width, height))
    return Trajectory(w2c.float(), K.repeat(len(w2c), 1, 1), width, height, name=name, unit=depth.unit)


def _progress(frames: int) -> torch.Tensor:
    require(frames >= 1, f"A path of {frames} key frames was asked for; it needs at least 1.")
    return torch.linspace(0, 1, frames, dtype=torch.float64)


def _turns(frames: int, right: float, up: float) -> torch.Tensor:
    """[F,4,4] turning on the spot, at the end by so many degrees right (about y) and up (about the camera's x)."""
    def rotation(degrees, axis):  # right-handed about x or y, OpenCV axes
        radians = math.radians(degrees) * _progress(frames)
        cos, sin = radians.cos(), radians.sin()
        turn = torch.eye(4, dtype=torch.float64).repeat(frames, 1, 1)
        i, j = ((1, 2), (2, 0))[axis]
        turn[:, i, i] = turn[:, j, j] = cos
        turn[:, j, i], turn[:, i, j] = sin, -sin
        return turn

    return rotation(right, axis=1) @ rotation(up, axis=0)
