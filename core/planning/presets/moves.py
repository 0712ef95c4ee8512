"""Camera paths by name: moves along one line, turns on the spot, and the orbit.

Each function gives c2start [F,4,4] float64: the poses of F key frames seen from the start camera (OpenCV
axes: x right, y down, z forward), frame 0 exactly the identity. `frames` is their number, evenly spaced, or
progress [F] from 0 at the first to 1 at the last frame. Angles are in degrees, lengths in the unit of the
depth. Signs are those of the camera, as a person holding it sees it: right, up, forward and clockwise are
positive.

`tilt` says how far below the horizon the start camera looks: turns to the side are then about the true
vertical.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ...cameras.rotations import look_along, rigid, rotation_about
from ...cameras.trajectory import Trajectory
from ...depth.depth import Depth
from ...picture_fit import STRETCH, fit_intrinsics
from ...values import require

Frames = int | Tensor


def static(frames: Frames) -> Tensor:
    """The start camera in every frame."""
    return straight(frames, (0.0, 0.0, 0.0))


def straight(frames: Frames, to: tuple[float, float, float]) -> Tensor:
    """Without turning, along a line to a place (x right, y down, z forward)."""
    share = progress(frames)
    c2start = torch.eye(4, dtype=torch.float64).repeat(len(share), 1, 1)
    c2start[:, :3, 3] = torch.tensor(to, dtype=torch.float64) * share[:, None]
    return c2start


def dolly(frames: Frames, distance: float) -> Tensor:
    """Forward along the viewing axis."""
    return straight(frames, (0.0, 0.0, distance))


def truck(frames: Frames, distance: float) -> Tensor:
    """To the right."""
    return straight(frames, (distance, 0.0, 0.0))


def pedestal(frames: Frames, distance: float, tilt: float = 0.0) -> Tensor:
    """Up along the vertical."""
    tilt = math.radians(tilt)
    return straight(frames, (0.0, -distance * math.cos(tilt), -distance * math.sin(tilt)))


def pan(frames: Frames, angle: float, elevation: float = 0.0, tilt: float = 0.0) -> Tensor:
    """On the spot; at the end turned right by angle and up by elevation: the picture moves left and down."""
    share = progress(frames)
    return turn(math.radians(angle) * share, math.radians(elevation) * share, tilt)


def tilt_up(frames: Frames, angle: float) -> Tensor:
    """On the spot; at the end turned up."""
    return pan(frames, 0.0, angle)


def look_around(frames: Frames, angle: float, elevation: float = 0.0, tilt: float = 0.0) -> Tensor:
    """On the spot to the right, to the left and back; on each side up and down by elevation."""
    share = progress(frames)
    return turn(math.radians(angle) * (2 * math.pi * share).sin(),
                math.radians(elevation) * (4 * math.pi * share).sin(), tilt)


def roll(frames: Frames, angle: float) -> Tensor:
    """Clockwise about the viewing axis: the picture turns the other way."""
    return rotation_about(math.radians(angle) * progress(frames), axis=2)


def orbit(frames: Frames, pivot_depth: float, angle: float, elevation: float = 0.0,
          tilt: float = 0.0) -> Tensor:
    """Around the point straight ahead at pivot_depth, looking at it; at the end by angle and elevation.

    The camera moves right and turns left to keep the point in the centre: what is nearer than it moves left
    in the picture, what is farther moves right. With a positive elevation the camera rises and looks down on
    the point.
    """
    share = progress(frames)
    return around(pivot_depth, math.radians(angle) * share, math.radians(elevation) * share, tilt)


def start_from(depth: Depth, c2start: Tensor, width: int, height: int, name: str = "",
               zoom: Tensor | None = None, fit: str = STRETCH) -> Trajectory:
    """The path that starts exactly at the camera of the first depth map, for pictures of width x height.

    zoom [F] multiplies the focal lengths. fit: how the photograph becomes such a picture.
    """
    w2c = torch.linalg.inv(c2start) @ depth.w2c[0].double()
    K = fit_intrinsics(depth.K[0], (depth.width, depth.height), (width, height), fit)
    K = K.repeat(len(w2c), 1, 1)
    if zoom is not None:
        K[:, [0, 1], [0, 1]] *= zoom[:, None].float()
    return Trajectory(w2c.float(), K, width, height, name=name, unit=depth.unit, fit=fit)


# Parts of the paths

def progress(frames: Frames) -> Tensor:
    """[F] float64: the share of the way at every frame."""
    if isinstance(frames, Tensor):
        return frames.double()
    require(frames >= 1, f"A path of {frames} key frames was asked for; it needs at least 1.")
    return torch.linspace(0, 1, frames, dtype=torch.float64)


def around(pivot_depth: float, right: Tensor, up: Tensor, tilt: float = 0.0,
           nearer: Tensor | float = 0.0) -> Tensor:
    """Looking at the point straight ahead at pivot_depth from right of and above the start, both [F] radians;
    nearer [F] shortens the distance."""
    down = up.rad2deg() + tilt
    steepest = float(down[down.abs().argmax()])
    require(abs(steepest) <= 89.001,
            f"The camera would look down by {steepest:.4g} degrees; an orbit stays between "
            "-89 and 89: lower the elevation or the tilt.")
    c2start = turn(-right, -up, tilt)
    pivot = torch.tensor([0, 0, pivot_depth], dtype=torch.float64)
    c2start[:, :3, 3] = pivot - c2start[:, :3, :3] @ pivot
    c2start[:, :3, 3] += c2start[:, :3, 2] * torch.as_tensor(nearer, dtype=torch.float64).reshape(-1, 1)
    return c2start


def turn(right: Tensor, up: Tensor, tilt: float = 0.0) -> Tensor:
    """Turned on the spot, right about the vertical and up about the camera's x axis, both [F] radians."""
    level = torch.full_like(up, -math.radians(tilt))
    to_right, upwards = rotation_about(right, axis=1), rotation_about(up + level, axis=0)
    c2start = rotation_about(level, axis=0).mT @ to_right @ upwards
    c2start[0] = torch.eye(4)  # exactly, however the tilt rounds
    return c2start


def look_at(pivot_depth: float, places: Tensor) -> Tensor:
    """From places [F,3] in the start camera's axes at the point straight ahead at pivot_depth, not rolled."""
    ahead = torch.tensor([0, 0, pivot_depth], dtype=torch.float64) - places
    level = ahead[:, [0, 2]].norm(dim=1) / ahead.norm(dim=1)
    require(float(level.min()) > 1e-6,
            "The path leads straight above or below the point that it looks at; "
            "choose a smaller distance.")
    return rigid(look_along(ahead), places)
