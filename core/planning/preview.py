"""Draws a camera path: the scene, the cameras along the path, a floor grid and a scale bar.

Everything is drawn in the axes of the first camera (x right, y down, z forward): from behind and above it,
from straight above, or from the right.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from ..cameras.compose import turns_and_steps
from ..cameras.trajectory import Trajectory
from ..cloud.point_cloud import PointCloud
from ..cloud.render.render import render_points
from ..values import require
from .draw_path import draw_path
from .drawing import BACKGROUND, GRID, OVERSAMPLING, TEXT, draw_line, font
from .frusta import frusta_of, scene_scale
from .viewpoint import VIEWPOINTS, View, best_view

LARGEST = 1e18  # scale of a scene: its square is still a float32


def draw_trajectory(trajectory: Trajectory, cloud: PointCloud | None, width: int, height: int,
                    viewpoint: str = "three-quarter") -> Tensor:
    """[H,W,3] float32 0..1: the path through the scene, the first camera green and the last one red."""
    require(viewpoint in VIEWPOINTS,
            f"The viewpoint is {viewpoint!r}, expected one of {', '.join(VIEWPOINTS)}.")
    start = trajectory.w2c[0]
    cameras = start @ trajectory.c2w
    points = None if cloud is None else cloud.points @ start[:3, :3].T + start[:3, 3]
    scale = scene_scale(cameras[:, :3, 3], None if points is None else points[:, 2])
    require(scale < LARGEST,
            f"The scene is {scale:.3g} {trajectory.unit} from the first camera, too far to be drawn; "
            "check the unit of the path and of the point cloud.")
    frusta = frusta_of(trajectory, cameras, 0.24 * scale)
    content = torch.cat([frusta.flatten(0, 1), _body(points, scale)])
    view = best_view(viewpoint, content, frusta, width * OVERSAMPLING, height * OVERSAMPLING)
    cell = _round_number(0.11 * view.width / view.focal * view.distance(cameras[0, :3, 3]))

    picture = Image.new("RGB", (view.width, view.height), BACKGROUND)
    _draw_grid(ImageDraw.Draw(picture, "RGBA"), view, content, cell)
    if cloud is not None and points is not None:
        picture = _with_cloud(picture, view, points, cloud.colors)
    draw = ImageDraw.Draw(picture, "RGBA")
    draw_path(draw, view, frusta, scale)
    _draw_captions(draw, view, trajectory, cameras, cell)
    picture = picture.resize((width, height), Image.Resampling.BOX)
    return torch.from_numpy(np.asarray(picture, dtype=np.float32) / 255)


def _body(points: Tensor | None, scale: float) -> Tensor:
    """Some points that show the cloud's extent, without far and stray ones."""
    if points is None:
        return torch.empty(0, 3)
    near = points[points.norm(dim=1) < 3 * scale][::max(1, len(points) // 20000)]
    if len(near) == 0:
        return near
    low, high = near.quantile(0.02, 0), near.quantile(0.98, 0)
    return near.clamp(low, high)


def _with_cloud(picture: Image.Image, view: View, points: Tensor, colors: Tensor) -> Image.Image:
    """The picture with the cloud on top."""
    opaque = torch.cat([colors, torch.ones(len(colors), 1)], 1)
    image, _, _ = render_points(points, opaque, view.w2c[None], view.K[None], view.height, view.width,
                                radius=0.006)
    color, cover = image[0, ..., :3], image[0, ..., 3:]
    behind = torch.from_numpy(np.array(picture)) / 255
    blended = (behind * (1 - cover) + color) * 255
    return Image.fromarray(blended.clamp(0, 255).round().byte().numpy())


def _draw_grid(draw: ImageDraw.ImageDraw, view: View, content: Tensor, cell: float) -> None:
    """A floor of square cells under everything."""
    low = (content.quantile(0.005, 0) / cell).floor() * cell
    high = (content.quantile(0.995, 0) / cell).ceil() * cell
    floor = float(content[:, 1].quantile(0.99))
    for x in torch.arange(float(low[0]), float(high[0]) + cell / 2, cell).tolist():
        ends = torch.tensor([[x, floor, float(low[2])], [x, floor, float(high[2])]])
        draw_line(draw, view.pixels(ends), GRID, 1)
    for z in torch.arange(float(low[2]), float(high[2]) + cell / 2, cell).tolist():
        ends = torch.tensor([[float(low[0]), floor, z], [float(high[0]), floor, z]])
        draw_line(draw, view.pixels(ends), GRID, 1)


def _draw_captions(draw: ImageDraw.ImageDraw, view: View, trajectory: Trajectory, cameras: Tensor,
                   cell: float) -> None:
    """Above: what the path does. Below: the scale bar, true at the first camera, as long as a grid cell."""
    margin = 16 * OVERSAMPLING
    # keeps text apart from the scene behind it
    edge = {"stroke_width": 3 * OVERSAMPLING, "stroke_fill": BACKGROUND}
    draw.text((margin, margin), _facts(trajectory, cameras), TEXT, font(15), **edge)
    length = cell * view.focal / view.distance(cameras[0, :3, 3])
    x, y, tick = margin, view.height - margin, 5 * OVERSAMPLING
    draw.line([(x, y), (x + length, y)], TEXT, 2 * OVERSAMPLING)
    for end in (x, x + length):
        draw.line([(end, y - tick), (end, y + tick)], TEXT, 2 * OVERSAMPLING)
    draw.text((x + length + 10 * OVERSAMPLING, y),
              f"{cell:g} {trajectory.unit} at the start camera = one grid cell",
              TEXT, font(13), anchor="lm", **edge)


def _facts(trajectory: Trajectory, cameras: Tensor) -> str:
    turns, steps = turns_and_steps(cameras)
    way, turn = float(steps.sum()), math.degrees(float(turns.sum()))
    rounding = 1e-6 * trajectory.frames * float(trajectory.w2c[:, :3, 3].abs().max().clamp(min=1))
    facts = [trajectory.name, f"{trajectory.frames} frame{'s' * (trajectory.frames > 1)}"]
    facts += [f"moves {way:.3g} {trajectory.unit}"] if way > rounding else []
    facts += [f"turns {turn:.0f}°"] if turn > 0.5 else []
    return "   ".join(filter(None, facts))


def _round_number(length: float) -> float:
    """The nearest of ... 0.1, 0.2, 0.5, 1, 2, 5 ..."""
    power = 10.0 ** math.floor(math.log10(length))
    return min((step * power for step in (1, 2, 5, 10)), key=lambda step: abs(math.log(step / length)))
