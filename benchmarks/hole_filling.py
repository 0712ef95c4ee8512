#!/usr/bin/env python3
"""What classical inpainting makes of a render's holes: the floor that a video model has to beat.

    .venv/bin/python benchmarks/hole_filling.py

The left photograph of scikit-image's motorcycle is lifted with its measured depth and seen from the right
camera, whose photograph is the truth. Needs OpenCV.

holes     share of the picture that the render shows nothing in, or that of them which is small: in groups of
          up to SMALL pixels, 8 neighbours
PSNR      of those pixels alone, in decibels against the photograph
seconds   for the picture, on one thread
"""
from __future__ import annotations

import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import cv2
import numpy as np
import torch

from motorcycle import decibels, motorcycle
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.render.render import render_points
from worldstereo.core.pictures import image_to_bytes

SMALL = 16  # pixels
RADIUS = 3.0  # of the neighbourhood that fills a pixel
METHODS = {"Telea": cv2.INPAINT_TELEA, "Navier-Stokes": cv2.INPAINT_NS}


def main() -> None:
    cv2.setNumThreads(1)
    scene = motorcycle()
    height, width = scene.right.shape[:2]
    cloud = lift(scene.left[None], scene.depth)
    image, mask, _ = render_points(cloud.points, cloud.colors, scene.right_w2c[None], scene.right_K[None],
                                   height, width, background=0.5)
    hole = mask[0].bool()
    filled = {"as rendered, grey": (image[0], 0.0)}
    for name, method in METHODS.items():
        began = time.perf_counter()
        pixels = cv2.inpaint(image_to_bytes(image[0]).numpy(), hole.numpy().astype(np.uint8), RADIUS, method)
        filled[name] = torch.from_numpy(pixels) / 255, time.perf_counter() - began
    for name, where in {"all holes": hole, "small holes": small_groups(hole)}.items():
        print(f"{name}: {float(where.float().mean()):.2%} of the picture")
        for method, (picture, seconds) in filled.items():
            print(f"  {method:20} {decibels(picture, scene.right, where):5.1f} dB  {seconds:.2f} s")


def small_groups(hole: torch.Tensor) -> torch.Tensor:
    """[H,W] bool: the holes [H,W] in groups of up to SMALL pixels."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(hole.numpy().astype(np.uint8), connectivity=8)
    return hole & torch.from_numpy(stats[:, cv2.CC_STAT_AREA] <= SMALL)[torch.from_numpy(labels).long()]


if __name__ == "__main__":
    main()
