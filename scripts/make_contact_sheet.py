"""Draws every camera preset into one picture, web/presets.jpg: the path in the scene and three frames along
it."""

import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from stand_ins import photograph
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.planning.plan import plan
from worldstereo.core.planning.presets.table import PRESETS, Wish
from worldstereo.core.planning.preview import draw_trajectory

COLUMNS, WIDTH, HEIGHT, STRIP = 4, 340, 227, 74
DRAWN = (460, 307)  # size at which a path is drawn, before it is made smaller
PAPER, INK = (24, 26, 31), (232, 235, 241)


def main(path: Path) -> None:
    image, depth = photograph()
    cloud = lift(image, depth)
    cells = []
    for title, preset, values in entries():
        print(title)
        wish = Wish(**dict(values, distance=values.get("distance", 0.0) * depth.median))
        trajectory, _ = plan(depth, preset, 21, STRIP * 3, STRIP * 2, wish)
        cells.append(cell(title, trajectory, cloud))
    rows = -(-len(cells) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * cells[0].width, rows * cells[0].height), PAPER)
    for index, picture in enumerate(cells):
        sheet.paste(picture, (index % COLUMNS * picture.width, index // COLUMNS * picture.height))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, quality=62, optimize=True, progressive=True)


def entries() -> list[tuple[str, str, dict[str, float]]]:
    """(title, preset, values of Wish with the distance in median depths) of every cell."""
    def title(name: str, values: dict[str, float]) -> str:
        units = {"angle": "°", "elevation": "°"}
        return ", ".join([name, *(f"{key} {value:g}{units.get(key, '')}" for key, value in values.items())])
    return [(title(name, values), name, values)
            for name, preset in PRESETS.items() for values in preset.examples]


def cell(title: str, trajectory: Trajectory, cloud: PointCloud) -> Image.Image:
    """Title, the path, and the frames after a third, two thirds and all of the way."""
    picture = Image.new("RGB", (WIDTH + 12, HEIGHT + STRIP + 44), PAPER)
    ImageDraw.Draw(picture).text((8, 6), title, INK, ImageFont.load_default(17))
    path = as_image(draw_trajectory(trajectory, cloud, *DRAWN)).resize((WIDTH, HEIGHT),
                                                                       Image.Resampling.LANCZOS)
    picture.paste(path, (6, 32))
    frames, _, _ = render_path(cloud, trajectory)
    for place, index in enumerate((7, 13, 20)):
        small = as_image(frames[index]).resize((STRIP * 3 // 2, STRIP), Image.Resampling.BOX)
        picture.paste(small, (6 + place * (WIDTH + 3) // 3, HEIGHT + 36))
    return picture


def as_image(picture: torch.Tensor) -> Image.Image:
    return Image.fromarray((np.asarray(picture) * 255).round().astype(np.uint8))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1
         else Path(__file__).resolve().parent.parent / "web" / "presets.jpg")
