"""A camera path by the name of its preset, in units of the scene, kept clear of it when a point cloud is given."""

import logging
import math
from dataclasses import dataclass

import torch

from ..cameras.compose import apply_ease, turns_and_steps
from ..cameras.trajectory import Trajectory
from ..cloud.point_cloud import PointCloud
from ..depth.depth import Depth
from ..values import require
from .collision import keep_clear, smallest_distance
from .presets import curves, moves, official

logger = logging.getLogger(__name__)

AERIAL = "official: up-right aerial"
CLOSED = ("figure eight", "return to start", "official: loop")  # made smaller, because cut off they would not close


@dataclass(frozen=True)
class Wish:
    """What a user sets: angles in degrees, distance in the unit of the depth, zoom as a factor."""

    angle: float = 0.0
    elevation: float = 0.0
    distance: float = 0.0
    zoom: float = 1.0
    tilt: float = 0.0


def plan(depth: Depth, preset: str, frames: int, width: int, height: int, wish: Wish, ease: str = "none",
         cloud: PointCloud | None = None) -> tuple[Trajectory, str]:
    """The path of a preset from the camera of the first depth map, and a sentence about it.

    ease    how the frames are spread over the way: none, in, out, in and out
    cloud   when given, the path is shortened until it keeps clear of it; ValueError when three times do not do
    """
    share = apply_ease(moves.progress(frames), ease)
    path = shape(preset, share, depth.median, wish)
    note = ""
    if cloud is not None:
        path, note = _kept_clear(path, preset, share, depth, wish, cloud)
    trajectory = moves.start_from(depth, path, width, height, preset, _zoom(preset, share, path, depth.median, wish))
    return trajectory, f"{preset}: {summary(trajectory)}{note}"


def summary(trajectory: Trajectory) -> str:
    """Frames, way, turns and the first pose in words."""
    turns, steps = turns_and_steps(trajectory.c2w)
    x, y, z = trajectory.c2w[0, :3, 3].tolist()
    identity = torch.allclose(trajectory.w2c[0], torch.eye(4), atol=1e-6)
    first = "identity" if identity else f"at ({x:.3g}, {y:.3g}, {z:.3g})"
    return (f"{trajectory.frames} poses, way {float(steps.sum()):.3g} {trajectory.unit}, "
            f"turns {math.degrees(float(turns.sum())):.3g} degrees, first pose {first}")


def shape(preset: str, frames: moves.Frames, median: float, wish: Wish, share: float = 1.0) -> torch.Tensor:
    """c2start [F,4,4] float64 of a preset; share < 1 makes the closed ones smaller."""
    paths = _paths(frames, median, wish, share)
    require(preset in paths, f"There is no camera preset {preset!r}; choose one of {', '.join(paths)}.")
    return paths[preset]()


def _kept_clear(path, preset, frames, depth, wish, cloud):
    """(path, what was done in words)."""
    require(cloud.unit == depth.unit, f"The point cloud counts in {cloud.unit} and the depth in {depth.unit}; make the "
                                      "cloud from the same depth.")
    start = depth.w2c[0].to(cloud.points)
    limit = smallest_distance(depth.median)
    shorter = _shorter(preset, frames, depth.median, wish)
    path, times, nearest = keep_clear(path, cloud.points @ start[:3, :3].T + start[:3, 3], limit, shorter)
    note = f"; keeps {nearest:.3g} {depth.unit} from the scene (at least {limit:.3g})"
    if times:
        note += f", for which it was shortened {times} time{'s' * (times > 1)}"
        logger.warning("The path %s came too near to the scene and was shortened %d times, to two thirds each.",
                       preset, times)
    return path, note


def _shorter(preset, frames, median, wish):
    """What shortens the path once more."""
    sizes = {"share": 1.0, "elevation": official.AERIAL_ELEVATION, "angle": official.AERIAL_ANGLE}

    def smaller(path, near):
        sizes["share"] *= official.KEPT
        return shape(preset, frames, median, wish, sizes["share"])

    def lower(path, near):
        corner = len(near) - round(sizes["angle"] / (sizes["angle"] + sizes["elevation"]) * len(near))
        for size, part in (("elevation", near[:corner]), ("angle", near[corner:])):
            sizes[size] *= official.KEPT if bool(part.any()) else 1
        return official.up_right_aerial(frames, median, sizes["elevation"], sizes["angle"])

    if preset in CLOSED:
        return smaller
    return lower if preset == AERIAL else lambda path, near: official.shorten(path)


def _zoom(preset, frames, path, median, wish):
    """Factors of the focal lengths [F], None where they stay."""
    if preset == "zoom":
        return curves.zoom(frames, wish.zoom)
    return curves.dolly_zoom(path, median) if preset == "dolly zoom" else None


def _paths(frames, median, wish, share):
    """{preset: function that makes its c2start}"""
    angle, elevation, distance, tilt = wish.angle, wish.elevation, wish.distance, wish.tilt
    return {
        "orbit": lambda: moves.orbit(frames, median, angle, elevation, tilt),
        "dolly": lambda: moves.dolly(frames, distance),
        "pan": lambda: moves.pan(frames, angle, elevation, tilt),
        "static": lambda: moves.static(frames),
        "look around": lambda: moves.look_around(frames, angle, elevation, tilt),
        "tilt": lambda: moves.pan(frames, 0.0, angle),
        "roll": lambda: moves.roll(frames, angle),
        "truck": lambda: moves.truck(frames, distance),
        "pedestal": lambda: moves.pedestal(frames, distance, tilt),
        "zoom": lambda: moves.static(frames),
        "dolly zoom": lambda: curves.forward(frames, median, distance),
        "arc": lambda: curves.arc(frames, median, angle, elevation, distance, tilt),
        "spiral": lambda: curves.spiral(frames, median, distance),
        "figure eight": lambda: curves.figure_eight(frames, median, distance * share),
        "forward then orbit": lambda: curves.forward_then_orbit(frames, median, distance, angle, elevation,
                                                                        tilt),
        "aerial rise": lambda: curves.aerial_rise(frames, median, distance),
        "return to start": lambda: curves.loop(frames, median, distance * share, distance * share),
        "official: view right": lambda: official.view_right(frames, median),
        "official: view left": lambda: official.view_left(frames, median),
        AERIAL: lambda: official.up_right_aerial(frames, median),
        "official: up": lambda: official.reconstruction_up(frames, median, tilt),
        "official: left": lambda: official.reconstruction_left(frames, median, tilt),
        "official: right": lambda: official.reconstruction_right(frames, median, tilt),
        "official: loop": lambda: official.reconstruction_loop(frames, median, share),
    }
