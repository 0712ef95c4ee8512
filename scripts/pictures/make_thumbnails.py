#!/usr/bin/env python3
"""Makes workflows/NAME.jpg, the picture in ComfyUI's template browser: frames of the videos that it made.

    python scripts/pictures/make_thumbnails.py OUTPUT NAME...

OUTPUT: ComfyUI's output folder after the workflows were run. A workflow with one video shows four moments of
it, one with several the middle and the end of each.
"""
from __future__ import annotations

import json
import sys
from pathlib import Path

import av
from PIL import Image, ImageOps

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
WIDTH, HEIGHT = 720, 480


def main() -> None:
    output, *names = sys.argv[1:]
    for name in names:
        graph = json.loads((WORKFLOWS / "api" / f"{name}.json").read_text())
        prefixes = [node["inputs"]["filename_prefix"] for node in graph.values()
                    if node["class_type"] == "SaveVideo"]
        picture = mosaic([frames_of(newest(Path(output), prefix)) for prefix in prefixes])
        picture.save(WORKFLOWS / f"{name}.jpg", quality=85)
        print(WORKFLOWS / f"{name}.jpg")


def newest(output: Path, prefix: str) -> Path:
    return sorted(output.glob(f"{prefix}_*.mp4"))[-1]


def frames_of(video: Path) -> list[Image.Image]:
    with av.open(str(video)) as container:
        return [frame.to_image() for frame in container.decode(video=0)]


def mosaic(videos: list[list[Image.Image]]) -> Image.Image:
    if len(videos) == 1:
        frames, = videos
        rows = [[frames[len(frames) * part // 8] for part in parts] for parts in ((1, 3), (5, 7))]
    else:
        rows = [[frames[len(frames) // 2] for frames in videos], [frames[-1] for frames in videos]]
    size = WIDTH // len(rows[0]), HEIGHT // len(rows)
    picture = Image.new("RGB", (size[0] * len(rows[0]), HEIGHT))
    for y, row in enumerate(rows):
        for x, frame in enumerate(row):
            picture.paste(ImageOps.fit(frame, size, Image.Resampling.LANCZOS), (x * size[0], y * size[1]))
    return picture


if __name__ == "__main__":
    main()
