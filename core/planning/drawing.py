"""Lines, texts and colours of the picture of a path."""

from __future__ import annotations

from typing import TypeAlias

from PIL import ImageDraw, ImageFont
from torch import Tensor

OVERSAMPLING = 2  # everything is drawn this much larger and scaled down, which smooths all edges
BACKGROUND = (24, 26, 31)
GRID, TEXT = (92, 98, 112), (232, 235, 241)
Color: TypeAlias = tuple[int, ...]  # RGB or RGBA, 0..255


def draw_line(draw: ImageDraw.ImageDraw, pixels: Tensor, color: Color, width: float) -> None:
    """Straight from each of pixels [N,2] to the next."""
    draw.line(tuples(pixels), color, max(1, round(width * OVERSAMPLING)), joint="curve")


def tuples(pixels: Tensor) -> list[tuple[float, ...]]:
    """Pixels [N,2] as Pillow takes them; it counts in 32 bits."""
    return [tuple(pixel) for pixel in pixels.clamp(-1e6, 1e6).tolist()]


def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Of this size in the finished picture."""
    return ImageFont.load_default(size * OVERSAMPLING)


def draw_chip(draw: ImageDraw.ImageDraw, width: int, at: tuple[float, float], text: str, color: Color,
              anchor: str) -> None:
    """A text on a plate of the background's colour, within a picture of this width."""
    pad = 4 * OVERSAMPLING
    box = draw.textbbox(at, text, font(14), anchor=anchor)
    inside = max(2 * pad - box[0], 0) - max(box[2] + 2 * pad - width, 0)  # back into the picture
    at, box = (at[0] + inside, at[1]), (box[0] + inside, box[1], box[2] + inside, box[3])
    draw.rounded_rectangle((box[0] - pad, box[1] - pad, box[2] + pad, box[3] + pad), pad,
                           fill=(*BACKGROUND, 215))
    draw.text(at, text, color, font(14), anchor=anchor)
