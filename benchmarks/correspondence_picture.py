#!/usr/bin/env python3
"""Shows where the tokens of a clip look in a reference: a picture, and how far that is from the truth.

    .venv/bin/python benchmarks/correspondence_picture.py correspondence.png

In a synthetic room of which everything is known. Left a key frame with some tokens marked, right the
reference with, in the same colours, the tokens that each of them sees (window of 5) and a dot where its point
truly is. Tokens without a match are marked in grey.
"""
from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import torch
from PIL import Image, ImageDraw

import synthetic_room as room
from correspondence_scene import COLUMNS, HEIGHT, ROWS, TOKEN, WIDTH, scene, true_matches
from worldstereo.core.memory.stereo.correspondence import correspondences

FRAME, REFERENCE, REACH, SCALE = 3, 0, 2, 3
COLORS = ["red", "lime", "cyan", "yellow", "magenta", "orange", "white", "springgreen"]


def main() -> None:
    cloud, clip, references = scene()
    matches = correspondences(cloud, clip, references)
    positions, visible = true_matches(clip, references)
    both = (matches >= 0) & visible
    middle = torch.stack([matches // COLUMNS, matches % COLUMNS], -1) + 0.5
    distance = (middle - positions).norm(dim=-1)[both]
    print(f"{int(both.sum())} matches; distance from the truth to the middle of the matched token: median "
          f"{distance.median():.2f}, 95 % within {distance.quantile(0.95):.2f}, at most {distance.max():.2f} "
          "tokens")
    wrong = (matches >= 0) & ~visible
    print(f"of the tokens whose point is truly visible {100 * float(both.sum() / visible.sum()):.1f} % have "
          "a match; "
          f"of the matches {100 * float(wrong.sum() / (matches >= 0).sum()):.1f} % are of points that are "
          "not")
    frame, _ = room.see(clip.w2c[FRAME:FRAME + 1], HEIGHT, WIDTH)
    reference = references.frames[REFERENCE].permute(1, 2, 0) / 2 + 0.5
    canvas = Image.fromarray((255 * torch.cat([frame[0], reference], 1)).byte().numpy())
    canvas = canvas.resize((canvas.width * SCALE, canvas.height * SCALE))
    draw = ImageDraw.Draw(canvas)
    number = 0
    for row in range(1, ROWS, 3):
        for column in range(1, COLUMNS, 4):
            match = int(matches[FRAME, row, column, REFERENCE])
            color = COLORS[number % len(COLORS)] if match >= 0 else "grey"
            number += match >= 0
            box(draw, row, column, 0, 0, color)
            if match >= 0:
                box(draw, *divmod(match, COLUMNS), REACH, WIDTH, color)
            if both[FRAME, row, column, REFERENCE]:
                y, x = (positions[FRAME, row, column, REFERENCE] * TOKEN * SCALE).tolist()
                x += WIDTH * SCALE
                draw.ellipse([x - 5, y - 5, x + 5, y + 5], fill=color, outline="black")
    canvas.save(sys.argv[1])


def box(draw, row: int, column: int, reach: int, shift: int, color: str) -> None:
    """The square of tokens around (row, column), as far as it lies in the picture."""
    x0, x1 = (min(max(edge, 0), COLUMNS) * TOKEN + shift for edge in (column - reach, column + reach + 1))
    y0, y1 = (min(max(edge, 0), ROWS) * TOKEN for edge in (row - reach, row + reach + 1))
    draw.rectangle([SCALE * edge for edge in (x0, y0, x1 - 1, y1 - 1)], outline=color, width=3)


if __name__ == "__main__":
    main()
