"""Draws a camera path: the scene, the cameras along the path, a floor grid and a scale bar.

Everything is drawn in the axes of the first camera (x right, y down, z forward): from behind and above it,
from straight above, or from the right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from ..cameras.compose import turns_and_steps
from ..cameras.pinhole import focal_from_fov, intrinsics_from_fov, project
from ..cameras.trajectory import Trajectory
from ..cloud.point_cloud import PointCloud
from ..cloud.render.render import render_points
from ..values import require
from .frusta import CENTRE, PATH_COLORS, color_at, frusta_of, scene_scale, shown

OVERSAMPLING = 2  # everything is drawn this much larger and scaled down, which smooths all edges
BACKGROUND = (24, 26, 31)
GRID, TEXT = (92, 98, 112), (232, 235, 241)
Color = tuple[int, ...]  # RGB or RGBA, 0..255
CAPTION = 38  # pixels at the upper and at the lower edge
# Degrees right of straight behind (of two the one that shows the path longer), of looking down, and of the
# field of view, which is narrow where the picture should be as flat as a plan.
VIEWPOINTS = {"three-quarter": ((-30.0, 30.0), 26.0, 38.0), "top": ((0.0,), 90.0, 10.0),
              "side": ((90.0, -90.0), 0.0, 10.0)}


class View(NamedTuple):
    """Camera of the picture: w2c [4,4] from the axes of the first camera, focal length, size in pixels."""

    w2c: Tensor
    focal: float
    width: int
    height: int

    @property
    def K(self) -> Tensor:
        """[3,3] in pixels."""
        return intrinsics_from_fov(0, self.width, self.height, fx=self.focal)

    def pixels(self, points: Tensor) -> Tensor:
        """[...,2] of points [...,3]."""
        return project(points, self.K, self.w2c)[0]

    def distance(self, point: Tensor) -> float:
        """Distance of a point [3] along the viewing axis."""
        return float(self.w2c[2, :3] @ point + self.w2c[2, 3])


def draw_trajectory(trajectory: Trajectory, cloud: PointCloud | None, width: int, height: int,
                    viewpoint: str = "three-quarter") -> Tensor:
    """[H,W,3] float32 0..1: the path through the scene, the first camera green and the last one red."""
    require(viewpoint in VIEWPOINTS,
            f"The viewpoint is {viewpoint!r}, expected one of {', '.join(VIEWPOINTS)}.")
    start = trajectory.w2c[0]
    cameras = start @ trajectory.c2w
    points = None if cloud is None else cloud.points @ start[:3, :3].T + start[:3, 3]
    scale = scene_scale(cameras[:, :3, 3], None if points is None else points[:, 2])
    frusta = frusta_of(trajectory, cameras, 0.24 * scale)
    content = torch.cat([frusta.flatten(0, 1), _body(points, scale)])
    view = _best_view(viewpoint, content, frusta, width * OVERSAMPLING, height * OVERSAMPLING)
    cell = _round_number(0.11 * view.width / view.focal * view.distance(cameras[0, :3, 3]))

    picture = Image.new("RGB", (view.width, view.height), BACKGROUND)
    _draw_grid(ImageDraw.Draw(picture, "RGBA"), view, content, cell)
    if cloud is not None:
        picture = _with_cloud(picture, view, points, cloud.colors)
    draw = ImageDraw.Draw(picture, "RGBA")
    _draw_path(draw, view, frusta, scale)
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


# The view

def _best_view(viewpoint: str, content: Tensor, frusta: Tensor, width: int, height: int) -> View:
    """Of the sides of the viewpoint the one from which the path looks longer."""
    sides, down, field = VIEWPOINTS[viewpoint]
    focal = focal_from_fov(field, width)
    views = [_view_from(side, down, content, focal, width, height) for side in sides]
    return max(views, key=lambda view: float(view.pixels(frusta[[0, -1], 1:5].mean(1)).diff(dim=0).norm()))


def _view_from(side: float, down: float, content: Tensor, focal: float, width: int, height: int) -> View:
    """Looks at the content from `side` degrees right of straight behind, `down` degrees below the horizon."""
    yaw, pitch = math.radians(-side), math.radians(down)
    forward = torch.tensor([math.sin(yaw) * math.cos(pitch), math.sin(pitch),
                            math.cos(yaw) * math.cos(pitch)])
    right = torch.tensor([math.cos(yaw), 0, -math.sin(yaw)])
    R = torch.stack([right, torch.linalg.cross(forward, right), forward])
    seen = content @ R.T
    # Share of the picture that the content may fill: room is left for the captions.
    tall = min(0.82, 1 - 2 * CAPTION * OVERSAMPLING / height)
    slope = seen.new_tensor([0.94 * width / 2 / focal, tall * height / 2 / focal])
    middle = (seen.amax(0) + seen.amin(0)) / 2
    for _ in range(8):  # where to look depends on how near the eye is, and the other way round
        away = seen - middle
        near = float((away[:, :2].abs() / slope - away[:, 2:]).max())
        spread = away[:, :2] / (away[:, 2:] + near)
        middle[:2] += (spread.amax(0) + spread.amin(0)) / 2 * near
    w2c = torch.eye(4)
    w2c[:3, :3], w2c[:3, 3] = R, -middle
    w2c[2, 3] += near
    return View(w2c, focal, width, height)


# The scene

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
        _line(draw, view.pixels(ends), GRID, 1)
    for z in torch.arange(float(low[2]), float(high[2]) + cell / 2, cell).tolist():
        ends = torch.tensor([[float(low[0]), floor, z], [float(high[0]), floor, z]])
        _line(draw, view.pixels(ends), GRID, 1)


# The path

def _draw_path(draw: ImageDraw.ImageDraw, view: View, frusta: Tensor, scale: float) -> None:
    count = len(frusta)
    centres, planes = frusta[:, CENTRE], frusta[:, 1:5].mean(1)
    moves = float(centres.diff(dim=0).norm(dim=1).sum()) > 0.02 * scale
    for index in shown(count)[1:-1]:
        pixels, color = view.pixels(frusta[index]), (*color_at(index / (count - 1)), 140)
        _draw_picture_plane(draw, pixels, color, 1.3)
        if moves:
            _draw_rays(draw, pixels, color, 1.3)
    returns = float((frusta[-1] - frusta[0]).abs().max()) < 1e-3 * scale
    ends = [(0, "start = end")] if returns else [(0, "start"), (count - 1, "end")]
    for index, width in ((0, 5.5 if returns else 2.5), (count - 1, 2.5)):  # two colours where they coincide
        pixels, color = view.pixels(frusta[index]), color_at(index / max(count - 1, 1))
        draw.polygon(_tuples(pixels[1:5]), fill=(*color, 60))
        _draw_rays(draw, pixels, color, width)
        _draw_picture_plane(draw, pixels, color, width)
        _draw_up_mark(draw, pixels, color)
    # A camera that turns on the spot is shown by where it looks, a little in front of it.
    _draw_arrow(draw, view.pixels(centres if moves else centres + (planes - centres) * 1.3))
    _draw_labels(draw, view, frusta, ends)


def _draw_picture_plane(draw: ImageDraw.ImageDraw, pixels: Tensor, color: Color, width: float) -> None:
    _line(draw, torch.cat([pixels[1:5], pixels[1:3]]), color, width)


def _draw_rays(draw: ImageDraw.ImageDraw, pixels: Tensor, color: Color, width: float) -> None:
    for corner in pixels[1:5]:
        _line(draw, torch.stack([pixels[0], corner]), color, width)


def _draw_up_mark(draw: ImageDraw.ImageDraw, pixels: Tensor, color: Color) -> None:
    left, right, tip = pixels[1], pixels[2], pixels[5]
    draw.polygon(_tuples(torch.stack([left * 0.7 + right * 0.3, tip, left * 0.3 + right * 0.7])), fill=color)


def _draw_arrow(draw: ImageDraw.ImageDraw, pixels: Tensor) -> None:
    """The way of the camera, ending in an arrow head; edged, because it crosses other lines."""
    count = len(pixels)
    if float(pixels.diff(dim=0).norm(dim=1).sum()) < 12 * OVERSAMPLING:
        return
    ahead = pixels[-1] - pixels[-2]
    ahead = ahead / ahead.norm().clamp(min=1e-6) * 13 * OVERSAMPLING
    aside = torch.stack([-ahead[1], ahead[0]]) * 0.5
    head = _tuples(torch.stack([pixels[-1] + ahead * 0.7, pixels[-1] - ahead * 0.3 + aside,
                                pixels[-1] - ahead * 0.3 - aside]))
    _line(draw, pixels, BACKGROUND, 8)
    for index in range(count - 1):
        _line(draw, pixels[index:index + 2], color_at(index / (count - 1)), 5)
    draw.polygon(head, fill=PATH_COLORS[-1], outline=BACKGROUND, width=OVERSAMPLING)


def _draw_labels(draw: ImageDraw.ImageDraw, view: View, frusta: Tensor,
                 ends: Sequence[tuple[int, str]]) -> None:
    """Names the first and the last camera, each on its side away from the other."""
    middles = [view.pixels(frusta[index]).mean(0) for index, _ in ends]
    to_end = middles[-1] - middles[0]
    for (index, text), sign in zip(ends, (-1, 1)):
        pixels = view.pixels(frusta[index])
        right = (sign * float(to_end[0]) >= 0) if abs(float(to_end[0])) > 1 else sign > 0
        apart = 8 * OVERSAMPLING
        x = float(pixels[:, 0].max()) + apart if right else float(pixels[:, 0].min()) - apart
        y = float(pixels[0, 1] + pixels[1:5, 1].mean()) / 2
        _chip(draw, view.width, (x, y), text, color_at(0 if index == 0 else 1), "lm" if right else "rm")


# Captions

def _draw_captions(draw: ImageDraw.ImageDraw, view: View, trajectory: Trajectory, cameras: Tensor,
                   cell: float) -> None:
    """Above: what the path does. Below: the scale bar, true at the first camera, as long as a grid cell."""
    margin = 16 * OVERSAMPLING
    # keeps text apart from the scene behind it
    edge = {"stroke_width": 3 * OVERSAMPLING, "stroke_fill": BACKGROUND}
    draw.text((margin, margin), _facts(trajectory, cameras), TEXT, _font(15), **edge)
    length = cell * view.focal / view.distance(cameras[0, :3, 3])
    x, y, tick = margin, view.height - margin, 5 * OVERSAMPLING
    draw.line([(x, y), (x + length, y)], TEXT, 2 * OVERSAMPLING)
    for end in (x, x + length):
        draw.line([(end, y - tick), (end, y + tick)], TEXT, 2 * OVERSAMPLING)
    draw.text((x + length + 10 * OVERSAMPLING, y),
              f"{cell:g} {trajectory.unit} at the start camera = one grid cell",
              TEXT, _font(13), anchor="lm", **edge)


def _facts(trajectory: Trajectory, cameras: Tensor) -> str:
    turns, steps = turns_and_steps(cameras)
    way, turn = float(steps.sum()), math.degrees(float(turns.sum()))
    facts = [trajectory.name, f"{trajectory.frames} frames"]
    facts += [f"moves {way:.3g} {trajectory.unit}"] if way > 1e-6 else []
    facts += [f"turns {turn:.0f}°"] if turn > 0.5 else []
    return "   ".join(filter(None, facts))


def _chip(draw: ImageDraw.ImageDraw, width: int, at: tuple[float, float], text: str, color: Color,
          anchor: str) -> None:
    pad = 4 * OVERSAMPLING
    box = draw.textbbox(at, text, _font(14), anchor=anchor)
    inside = max(2 * pad - box[0], 0) - max(box[2] + 2 * pad - width, 0)  # back into the picture
    at, box = (at[0] + inside, at[1]), (box[0] + inside, box[1], box[2] + inside, box[3])
    draw.rounded_rectangle((box[0] - pad, box[1] - pad, box[2] + pad, box[3] + pad), pad,
                           fill=(*BACKGROUND, 215))
    draw.text(at, text, color, _font(14), anchor=anchor)


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size * OVERSAMPLING)


def _round_number(length: float) -> float:
    """The nearest of ... 0.1, 0.2, 0.5, 1, 2, 5 ..."""
    power = 10 ** math.floor(math.log10(length))
    return min((step * power for step in (1, 2, 5, 10)), key=lambda step: abs(math.log(step / length)))


def _line(draw: ImageDraw.ImageDraw, pixels: Tensor, color: Color, width: float) -> None:
    draw.line(_tuples(pixels), color, max(1, round(width * OVERSAMPLING)), joint="curve")


def _tuples(pixels: Tensor) -> list[tuple[float, ...]]:
    return [tuple(pixel) for pixel in pixels.tolist()]
