"""Draws every camera preset into one picture, web/presets.jpg: the path in the scene and three frames along it."""

import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from skimage.data import stereo_motorcycle

from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.depth.depth import depth_from_values
from worldstereo.core.planning.plan import Wish, plan
from worldstereo.core.planning.preview import draw_trajectory

FOCAL, CENTRE, OFFSET, BASELINE = 994.978, (311.693, 255.377), 31.086, 0.193001  # calibration of the photograph
COLUMNS, WIDTH, HEIGHT, STRIP = 4, 340, 227, 74
DRAWN = (460, 307)  # size at which a path is drawn, before it is made smaller
PAPER, INK = (24, 26, 31), (232, 235, 241)
# (title, preset, what is set), distances in median depths
ENTRIES = [
    ("static", "static", {}),
    ("orbit, 30°", "orbit", {"angle": 30}),
    ("orbit, full circle", "orbit", {"angle": 360}),
    ("orbit, elevation 30°", "orbit", {"elevation": 30}),
    ("arc, 40°, 0.35 nearer", "arc", {"angle": 40, "distance": 0.35}),
    ("look around, 25° and 10°", "look around", {"angle": 25, "elevation": 10}),
    ("pan, 25°", "pan", {"angle": 25}),
    ("tilt, 15°", "tilt", {"angle": 15}),
    ("roll, 30°", "roll", {"angle": 30}),
    ("dolly in, 0.4", "dolly", {"distance": 0.4}),
    ("dolly out, 0.4", "dolly", {"distance": -0.4}),
    ("truck, 0.3", "truck", {"distance": 0.3}),
    ("pedestal, 0.25", "pedestal", {"distance": 0.25}),
    ("zoom, 2", "zoom", {"zoom": 2.0}),
    ("dolly zoom, 0.5", "dolly zoom", {"distance": 0.5}),
    ("spiral, 0.2", "spiral", {"distance": 0.2}),
    ("figure eight, 0.3", "figure eight", {"distance": 0.3}),
    ("forward then orbit, 0.35, 40°", "forward then orbit", {"distance": 0.35, "angle": 40}),
    ("aerial rise, 0.5", "aerial rise", {"distance": 0.5}),
    ("return to start, 0.2", "return to start", {"distance": 0.2}),
    ("official: view right", "official: view right", {}),
    ("official: view left", "official: view left", {}),
    ("official: up-right aerial", "official: up-right aerial", {}),
    ("official: up", "official: up", {}),
    ("official: left", "official: left", {}),
    ("official: right", "official: right", {}),
    ("official: loop", "official: loop", {}),
]


def main(path: Path) -> None:
    image, depth = photograph()
    cloud = lift(image, depth)
    cells = []
    for title, preset, wished in ENTRIES:
        print(title)
        wished = dict(wished, distance=wished.get("distance", 0.0) * depth.median)
        trajectory, _ = plan(depth, preset, 21, STRIP * 3, STRIP * 2, Wish(**wished))
        cells.append(cell(title, trajectory, cloud))
    rows = -(-len(cells) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * cells[0].width, rows * cells[0].height), PAPER)
    for index, picture in enumerate(cells):
        sheet.paste(picture, (index % COLUMNS * picture.width, index // COLUMNS * picture.height))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, quality=62, optimize=True, progressive=True)


def photograph():
    """scikit-image's motorcycle with its measured depth in metres."""
    left, _, disparity = stereo_motorcycle()
    values = torch.from_numpy(FOCAL * BASELINE / (disparity + OFFSET))[None]
    K = torch.tensor([[FOCAL, 0, CENTRE[0]], [0, FOCAL, CENTRE[1]], [0, 0, 1]])
    return torch.from_numpy(left)[None] / 255, depth_from_values(values, 1.0, K)


def cell(title, trajectory, cloud):
    """Title, the path, and the frames after a third, two thirds and all of the way."""
    picture = Image.new("RGB", (WIDTH + 12, HEIGHT + STRIP + 44), PAPER)
    ImageDraw.Draw(picture).text((8, 6), title, INK, ImageFont.load_default(17))
    path = as_image(draw_trajectory(trajectory, cloud, *DRAWN)).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    picture.paste(path, (6, 32))
    frames, _, _ = render_path(cloud, trajectory)
    for place, index in enumerate((7, 13, 20)):
        small = as_image(frames[index]).resize((STRIP * 3 // 2, STRIP), Image.Resampling.BOX)
        picture.paste(small, (6 + place * (WIDTH + 3) // 3, HEIGHT + 36))
    return picture


def as_image(picture):
    return Image.fromarray((np.asarray(picture) * 255).round().astype(np.uint8))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "web" / "presets.jpg")
