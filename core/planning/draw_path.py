"""The cameras of a path and its way, drawn as a viewpoint sees them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from PIL import ImageDraw
from torch import Tensor

from .drawing import BACKGROUND, OVERSAMPLING, Color, draw_chip, draw_line, tuples
from .frusta import CENTRE, PATH_COLORS, color_at, shown
from .viewpoint import View


def draw_path(draw: ImageDraw.ImageDraw, view: View, frusta: Tensor, scale: float) -> None:
    """Frusta [F,6,3], the way between them and the names of both ends; scale: of the scene."""
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
        draw.polygon(tuples(pixels[1:5]), fill=(*color, 60))
        _draw_rays(draw, pixels, color, width)
        _draw_picture_plane(draw, pixels, color, width)
        _draw_up_mark(draw, pixels, color)
    # A camera that turns on the spot is shown by where it looks, a little in front of it.
    _draw_arrow(draw, view.pixels(centres if moves else centres + (planes - centres) * 1.3))
    _draw_labels(draw, view, frusta, ends)


def _draw_picture_plane(draw: ImageDraw.ImageDraw, pixels: Tensor, color: Color, width: float) -> None:
    draw_line(draw, torch.cat([pixels[1:5], pixels[1:3]]), color, width)


def _draw_rays(draw: ImageDraw.ImageDraw, pixels: Tensor, color: Color, width: float) -> None:
    for corner in pixels[1:5]:
        draw_line(draw, torch.stack([pixels[0], corner]), color, width)


def _draw_up_mark(draw: ImageDraw.ImageDraw, pixels: Tensor, color: Color) -> None:
    left, right, tip = pixels[1], pixels[2], pixels[5]
    draw.polygon(tuples(torch.stack([left * 0.7 + right * 0.3, tip, left * 0.3 + right * 0.7])), fill=color)


def _draw_arrow(draw: ImageDraw.ImageDraw, pixels: Tensor) -> None:
    """The way of the camera, ending in an arrow head; edged, because it crosses other lines."""
    count = len(pixels)
    if float(pixels.diff(dim=0).norm(dim=1).sum()) < 12 * OVERSAMPLING:
        return
    ahead = pixels[-1] - pixels[-2]
    ahead = ahead / ahead.norm().clamp(min=1e-6) * 13 * OVERSAMPLING
    aside = torch.stack([-ahead[1], ahead[0]]) * 0.5
    head = tuples(torch.stack([pixels[-1] + ahead * 0.7, pixels[-1] - ahead * 0.3 + aside,
                                pixels[-1] - ahead * 0.3 - aside]))
    draw_line(draw, pixels, BACKGROUND, 8)
    for index in range(count - 1):
        draw_line(draw, pixels[index:index + 2], color_at(index / (count - 1)), 5)
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
        draw_chip(draw, view.width, (x, y), text, color_at(0 if index == 0 else 1), "lm" if right else "rm")
