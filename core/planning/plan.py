"""A camera path by the name of its preset, in units of the scene, kept clear of it when a point cloud is given."""

import logging
import math
from collections.abc import Callable
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


# Name of a preset: (frames, median depth, wish, share) -> c2start [F,4,4]; share < 1 makes the CLOSED ones smaller.
PRESETS: dict[str, Callable[[moves.Frames, float, Wish, float], torch.Tensor]] = {
    "orbit": lambda f, median, w, _: moves.orbit(f, median, w.angle, w.elevation, w.tilt),
    "dolly": lambda f, median, w, _: moves.dolly(f, w.distance),
    "pan": lambda f, median, w, _: moves.pan(f, w.angle, w.elevation, w.tilt),
    "static": lambda f, median, w, _: moves.static(f),
    "look around": lambda f, median, w, _: moves.look_around(f, w.angle, w.elevation, w.tilt),
    "tilt": lambda f, median, w, _: moves.pan(f, 0.0, w.angle),
    "roll": lambda f, median, w, _: moves.roll(f, w.angle),
    "truck": lambda f, median, w, _: moves.truck(f, w.distance),
    "pedestal": lambda f, median, w, _: moves.pedestal(f, w.distance, w.tilt),
    "zoom": lambda f, median, w, _: moves.static(f),
    "dolly zoom": lambda f, median, w, _: curves.forward(f, median, w.distance),
    "arc": lambda f, median, w, _: curves.arc(f, median, w.angle, w.elevation, w.distance, w.tilt),
    "spiral": lambda f, median, w, _: curves.spiral(f, median, w.distance),
    "figure eight": lambda f, median, w, share: curves.figure_eight(f, median, w.distance * share),
    "forward then orbit": lambda f, median, w, _: curves.forward_then_orbit(f, median, w.distance, w.angle, w.elevation,
                                                                            w.tilt),
    "aerial rise": lambda f, median, w, _: curves.aerial_rise(f, median, w.distance),
    "return to start": lambda f, median, w, share: curves.loop(f, median, w.distance * share, w.distance * share),
    "official: view right": lambda f, median, w, _: official.view_right(f, median),
    "official: view left": lambda f, median, w, _: official.view_left(f, median),
    AERIAL: lambda f, median, w, _: official.up_right_aerial(f, median),
    "official: up": lambda f, median, w, _: official.reconstruction_up(f, median, w.tilt),
    "official: left": lambda f, median, w, _: official.reconstruction_left(f, median, w.tilt),
    "official: right": lambda f, median, w, _: official.reconstruction_right(f, median, w.tilt),
    "official: loop": lambda f, median, w, share: official.reconstruction_loop(f, median, share),
}


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
    require(preset in PRESETS, f"There is no camera preset {preset!r}; choose one of {', '.join(PRESETS)}.")
    return PRESETS[preset](frames, median, wish, share)


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
