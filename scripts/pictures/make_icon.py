#!/usr/bin/env python3
"""Draws assets/icon.png (400x400) and assets/banner.jpg (21:9), which the ComfyUI registry shows of the pack.

    .venv/bin/python scripts/pictures/make_icon.py
"""
from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from stand_ins import photograph  # noqa: E402
from worldstereo.core.cloud.lift import lift  # noqa: E402
from worldstereo.core.planning.plan import plan  # noqa: E402
from worldstereo.core.planning.presets.table import Wish  # noqa: E402
from worldstereo.core.planning.preview import draw_trajectory  # noqa: E402

SIZE, FINER = 400, 4
NIGHT, DEEP = (24, 26, 31), (38, 46, 66)
GREEN, AMBER, RED = (64, 214, 120), (255, 196, 61), (244, 84, 84)  # start, middle and end of a path
BANNER = (1260, 540)


def main() -> None:
    icon, banner = ROOT / "assets" / "icon.png", ROOT / "assets" / "banner.jpg"
    draw_icon().save(icon, optimize=True)
    draw_banner().save(banner, quality=86, optimize=True, progressive=True)
    for file in (icon, banner):
        print(f"{file} ({file.stat().st_size // 1024} kB)")


def draw_icon() -> Image.Image:
    """A scene of points, and a camera's way around it from green to red."""
    side = SIZE * FINER
    picture = Image.new("RGBA", (side, side))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, side - 1, side - 1), 0.2 * side, fill=DEEP)
    behind = [_on_orbit(side, angle) for angle in range(186, 376)]
    draw.line(behind, (92, 104, 132), round(0.018 * side), joint="curve")
    _points(draw, side)
    way = [_on_orbit(side, angle) for angle in range(186, 27, -1)]
    for edge, width in ((True, 0.075), (False, 0.05)):  # a dark edge parts the way from the points
        for i, place in enumerate(way):
            draw.circle(place, width / 2 * side, DEEP if edge else _blend(i / (len(way) - 1)))
    _camera(draw, side, way[-1])
    return picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _points(draw: ImageDraw.ImageDraw, side: int) -> None:
    """A ball of points, lit from the upper left."""
    count, radius = 130, 0.32
    for i in range(count):
        y = 1 - 2 * (i + 0.5) / count
        turn = i * math.pi * (3 - math.sqrt(5))
        x, z = math.sqrt(1 - y * y) * math.cos(turn), math.sqrt(1 - y * y) * math.sin(turn)
        if z < 0.05:
            continue
        light = max(0.0, -0.5 * x + 0.55 * y + 0.67 * z)
        color = tuple(round(a + (b - a) * light) for a, b in zip((50, 104, 184), (205, 244, 255)))
        draw.circle(((0.5 + radius * x) * side, (0.5 - radius * y) * side), (0.016 + 0.02 * z) * side, color)


def _camera(draw: ImageDraw.ImageDraw, side: int, tip: tuple[float, float]) -> None:
    """A frustum that looks from the end of the way at the middle of the ball."""
    start = np.array(tip)
    ahead = 0.5 * side - start
    ahead = ahead / np.linalg.norm(ahead)
    aside = np.array((-ahead[1], ahead[0]))
    back, base = start - ahead * 0.07 * side, start + ahead * 0.15 * side
    corners = [tuple(back), *(tuple(base + sign * aside * 0.125 * side) for sign in (1, -1))]
    draw.polygon(corners, fill=RED, outline=DEEP, width=round(0.016 * side))


def _on_orbit(side: int, degrees: float) -> tuple[float, float]:
    """On a tilted circle around the ball; 0 to 180 degrees are in front of it."""
    turn, tilt = math.radians(degrees), math.radians(-24)
    x, y = 0.43 * math.cos(turn), 0.19 * math.sin(turn)
    return ((0.5 + x * math.cos(tilt) - y * math.sin(tilt)) * side,
            (0.5 + x * math.sin(tilt) + y * math.cos(tilt)) * side)


def _blend(share: float) -> tuple[int, ...]:
    """Green, amber in the middle, red."""
    start, end, part = (GREEN, AMBER, 2 * share) if share < 0.5 else (AMBER, RED, 2 * share - 1)
    return tuple(round(a + (b - a) * part) for a, b in zip(start, end))


def draw_banner() -> Image.Image:
    """The icon and the name beside the quickstart's scene with its camera path."""
    width, height = BANNER
    image, depth = photograph()
    path, _ = plan(depth, "orbit", 21, 480, 320, Wish(angle=28.0))
    drawn = draw_trajectory(path, lift(image, depth), 840, height + 60)[30:-30]  # without its captions
    picture = Image.new("RGB", BANNER, NIGHT)
    picture.paste(Image.fromarray((drawn.numpy() * 255).round().astype(np.uint8)), (width - 780, 0))
    icon = draw_icon().resize((150, 150), Image.Resampling.LANCZOS)
    picture.paste(icon, (70, 84), icon)
    draw = ImageDraw.Draw(picture)
    draw.text((70, 262), "WorldStereo", (245, 247, 250), ImageFont.load_default(70))
    for line, text in enumerate(("One photograph, many camera", "paths, one scene that stays", "the same.")):
        draw.text((72, 362 + 38 * line), text, (178, 188, 204), ImageFont.load_default(27))
    return picture


if __name__ == "__main__":
    main()
