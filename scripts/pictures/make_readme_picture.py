#!/usr/bin/env python3
"""Makes pictures of what `python scripts/demo.py` left in a folder, for the README.

assets/quickstart.webp: the quickstart's camera path, and beside it render and key frames, there and back.
assets/cloud.webp: the photograph's points, and those with what the clip adds, from beside the path.

    PYTHONPATH=scripts .venv/bin/python scripts/pictures/make_readme_picture.py [output]
"""
from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

import quickstart
from stand_ins import photograph
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.files.load import load_point_cloud
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.depth.depth import Depth
from worldstereo.core.pictures import image_to_bytes
from worldstereo.core.planning.preview import draw_trajectory
from worldstereo.nodes.cameras import CameraTrajectory

ROOT = Path(__file__).resolve().parents[2]
CLIPS = {"render": "the photograph's points along the path",
         "key_frames": "key frames of WorldStereo-Nano, a small model"}
WIDTH, HEIGHT, GAP = 384, 256, 4  # of one clip
CLOUDS = ("the photograph's points", "with what the clip adds")
VIEWS = ({"angle": 15}, {"angle": 25, "elevation": 8})  # the end of the path, and beyond it
MILLISECONDS, STILL = 110, 900  # of a frame, of the first and the last
PAPER = (24, 26, 31)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "output")
    moving_picture(folder)
    clouds(folder / "point_cloud.glb")


def moving_picture(folder: Path) -> None:
    clips = [frames_of(folder / f"{name}.mp4") for name in CLIPS]
    path = path_picture()
    pictures = []
    for frames in zip(*clips, strict=True):
        picture = Image.new("RGB", (path.width + GAP + WIDTH, path.height), PAPER)
        picture.paste(path, (0, 0))
        for row, (frame, caption) in enumerate(zip(frames, CLIPS.values(), strict=True)):
            picture.paste(labelled(frame, caption), (path.width + GAP, row * (HEIGHT + GAP)))
        pictures.append(picture)
    target, moving = ROOT / "assets" / "quickstart.webp", [MILLISECONDS] * (len(pictures) - 2)
    pictures[0].save(target, save_all=True, append_images=[*pictures[1:], *pictures[-2:0:-1]],
                     duration=[STILL, *moving, STILL, *moving], loop=0, quality=60, method=6)
    print(f"{target} ({target.stat().st_size // 1024} kB)")


def clouds(fused: Path) -> None:
    image, depth = photograph()
    both = (lift(image, depth), load_point_cloud(fused)[0])
    picture = Image.new("RGB", (len(both) * (WIDTH + GAP) - GAP, len(VIEWS) * (HEIGHT + GAP) - GAP), PAPER)
    for row, view in enumerate(VIEWS):
        path = trajectory_of_quickstart(depth, **view)
        path = replace(path, w2c=path.w2c[-1:], K=path.K[-1:])
        for column, (cloud, caption) in enumerate(zip(both, CLOUDS, strict=True)):
            seen, holes, _ = render_path(cloud, path, 0.012)
            print(f"{caption}, {view}: {float(holes.mean()):.1%} holes")
            frame = Image.fromarray(image_to_bytes(seen[0]).numpy())
            picture.paste(labelled(frame, caption), (column * (WIDTH + GAP), row * (HEIGHT + GAP)))
    picture.save(ROOT / "assets" / "cloud.webp", quality=80, method=6)


def trajectory_of_quickstart(depth: Depth, **changes: float) -> Trajectory:
    node = next(node for node in quickstart.graph().values() if node["class_type"] == "WSKitCameraTrajectory")
    wish = {key: value for key, value in node["inputs"].items() if not isinstance(value, list)}
    return CameraTrajectory().plan(depth, **wish | changes)[0]


def path_picture() -> Image.Image:
    """The path of the quickstart through the photograph's points, as Preview Trajectory draws it."""
    image, depth = photograph()
    trajectory = trajectory_of_quickstart(depth)
    tall = len(CLIPS) * (HEIGHT + GAP) - GAP
    drawn = draw_trajectory(trajectory, lift(image, depth), tall * 4 // 3, tall)
    return Image.fromarray(image_to_bytes(drawn).numpy())


def frames_of(video: Path) -> list[Image.Image]:
    with av.open(str(video)) as container:
        return [frame.to_image() for frame in container.decode(video=0)]


def labelled(frame: Image.Image, caption: str) -> Image.Image:
    picture = frame.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    font, draw = ImageFont.load_default(12), ImageDraw.Draw(picture)
    draw.rectangle((0, 0, draw.textlength(caption, font) + 12, 18), fill=PAPER)
    draw.text((6, 2), caption, font=font, fill="white")
    return picture


if __name__ == "__main__":
    main()
