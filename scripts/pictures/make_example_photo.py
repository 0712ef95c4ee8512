#!/usr/bin/env python3
"""Writes web/examples/worldstereo_coffee.jpg, the photograph of photo_to_clip and photo_to_world.

It is scikit-image's `coffee` by Rachel Michetti, CC0, cut to the aspect of 832x480.
"""
from __future__ import annotations

from pathlib import Path

from PIL import Image
from skimage.data import coffee

FILE = Path(__file__).resolve().parents[2] / "web" / "examples" / "worldstereo_coffee.jpg"
PART = (1, 12, 599, 357)  # left, top, right, bottom: 598x345


def main() -> None:
    FILE.parent.mkdir(exist_ok=True)
    Image.fromarray(coffee()).crop(PART).save(FILE, quality=92, optimize=True)
    print(FILE)


if __name__ == "__main__":
    main()
