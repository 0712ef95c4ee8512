#!/usr/bin/env python3
"""Makes the README's picture, assets/quickstart.jpg, from what `python scripts/demo.py` left in a folder.

    python scripts/pictures/make_readme_picture.py [output]
"""
from __future__ import annotations

import sys
from pathlib import Path

import av
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
FRAMES = (0, 10, 20)
ROWS = "render", "key_frames"


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "output")
    rows = [frames_of(folder / f"{name}.mp4") for name in ROWS]
    width, height = rows[0][0].size
    picture = Image.new("RGB", (width * len(FRAMES), height * len(ROWS)))
    for y, row in enumerate(rows):
        for x, frame in enumerate(row):
            picture.paste(frame, (x * width, y * height))
    target = ROOT / "assets" / "quickstart.jpg"
    target.parent.mkdir(exist_ok=True)
    picture.save(target, quality=85)
    print(f"{target} ({target.stat().st_size // 1024} kB)")


def frames_of(video: Path) -> list[Image.Image]:
    with av.open(str(video)) as container:
        frames = [frame.to_image() for frame in container.decode(video=0)]
    return [frames[i] for i in FRAMES]


if __name__ == "__main__":
    main()
