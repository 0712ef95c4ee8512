#!/usr/bin/env python3
"""Makes assets/memories.webp for the README: a held-out scene as it is, and as WorldStereo-Nano makes it with
no memory, with either, and with both.

    PYTHONPATH=scripts:benchmarks .venv/bin/python scripts/pictures/make_nano_picture.py
        [--photos DIR] [--scene 0]
"""
from __future__ import annotations

import argparse
from pathlib import Path

import torch
from PIL import Image, ImageDraw, ImageFont

import quality
from worldstereo.core.pictures import image_to_bytes, to_image
from worldstereo.training.cache import texture_pool
from worldstereo.training.load import load_model, load_vae

FILE = Path(__file__).resolve().parents[2] / "assets" / "memories.webp"
ROWS = {"": "the scene as it is", "render": "what the point cloud shows", "no memory": "without memories",
        "geometric only": "geometric memory", "stereo only": "stereo memory", "both": "both memories"}
FRAMES, CAPTION, GAP = (1, 2, 4), 20, 4  # of the clip; pixels
PAPER, INK = (24, 26, 31), (225, 228, 232)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="folder of the photographs that textures are made of")
    parser.add_argument("--scene", type=int, default=0, help="number of the held-out scene")
    args = parser.parse_args()
    torch.set_grad_enabled(False)
    case = quality.make_cases(texture_pool(args.photos), args.scene + 1)[args.scene]
    model, vae = load_model(quality.NANO), load_vae(quality.NANO)
    truth = case.clip.truth.frames
    strips = [labelled(quality.made_by(row, model, vae, case, 0) if row else truth, caption)
              for row, caption in ROWS.items()]
    width, height = strips[0].size
    picture = Image.new("RGB", (2 * width + GAP, 3 * height), PAPER)
    for number, part in enumerate(strips):  # two columns
        picture.paste(part, (number % 2 * (width + GAP), number // 2 * height))
    picture.save(FILE, quality=85)
    print(FILE, f"{FILE.stat().st_size / 1000:.0f} kB")


def labelled(frames: torch.Tensor, caption: str) -> Image.Image:
    """Some of the frames [F,3,H,W] side by side, with a caption above."""
    pixels = image_to_bytes(torch.cat([*to_image(frames)[list(FRAMES)]], dim=1))
    picture = Image.new("RGB", (pixels.shape[1], pixels.shape[0] + CAPTION), PAPER)
    picture.paste(Image.fromarray(pixels.numpy()), (0, CAPTION))
    ImageDraw.Draw(picture).text((4, 2), caption, INK, ImageFont.load_default(14))
    return picture


if __name__ == "__main__":
    main()
