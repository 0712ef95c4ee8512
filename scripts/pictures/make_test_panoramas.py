#!/usr/bin/env python3
"""Makes tests/core/panorama/photographs from the CC0 panoramas of the npm package @pmndrs/assets.

    npm pack @pmndrs/assets && tar xf pmndrs-assets-*.tgz && pip install OpenEXR
    python scripts/pictures/make_test_panoramas.py package/hdri

Each becomes 256 x 128 pixels of 8 bits: high dynamic range is not needed to test where pixels go.
"""
from __future__ import annotations

import base64
import re
import sys
import tempfile
from pathlib import Path

import numpy as np
import OpenEXR
from PIL import Image

NAMES = ("lobby", "forest", "city")
TARGET = Path(__file__).resolve().parents[2] / "tests" / "core" / "panorama" / "photographs"


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    for name in NAMES:
        script = (Path(sys.argv[1]) / f"{name}.exr.js").read_text()
        with tempfile.NamedTemporaryFile(suffix=".exr") as file:
            file.write(base64.b64decode(re.search(r"base64,([A-Za-z0-9+/=]+)", script).group(1)))
            file.flush()
            channels = OpenEXR.File(file.name).channels()
        light = channels["RGB" if "RGB" in channels else "RGBA"].pixels[..., :3].astype(np.float32).clip(0)
        pixels = ((light / (1 + light)) ** (1 / 2.2) * 255).round().astype(np.uint8)
        Image.fromarray(pixels).resize((256, 128), Image.Resampling.BOX).save(TARGET / f"{name}.png")


if __name__ == "__main__":
    main()
