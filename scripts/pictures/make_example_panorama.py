#!/usr/bin/env python3
"""Writes web/examples/worldstereo_room.jpg and worldstereo_room_distance_mm.png, the panorama of
panorama_world.

A made room (training/scenes), seen all around from one place, with the distance along the ray for every pixel
in 16 bits. Its textures are patterns and crops of scikit-image's pictures, all CC0.

    PYTHONPATH=scripts python scripts/pictures/make_example_panorama.py
"""
from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import grid_sample

from worldstereo.core.panorama.sphere import panorama_directions
from worldstereo.training.photos import photographs
from worldstereo.training.scenes.cast import cast
from worldstereo.training.scenes.scene import make_scene
from worldstereo.training.scenes.textures import make_textures

FOLDER = Path(__file__).resolve().parents[2] / "web" / "examples"
SEED, TEXTURES, HEIGHT, FACE, EYE = 13, 64, 512, 1024, 1.5  # pixels, pixels, metres above the ground


def main() -> None:
    textures = make_textures(photographs(None), TEXTURES, SEED)
    scene = make_scene(SEED, textures.count)
    x, y, z = panorama_directions(HEIGHT).unbind(-1)
    rays = torch.stack([y, -z, -x], -1)  # of the scene: x right, y down, z forward
    picture, distance = torch.zeros(HEIGHT, 2 * HEIGHT, 3), torch.zeros(HEIGHT, 2 * HEIGHT)
    K = torch.tensor([[FACE / 2, 0, FACE / 2], [0, FACE / 2, FACE / 2], [0, 0, 1.0]])
    for rotation in cube_rotations():
        w2c = torch.eye(4)
        w2c[:3, :3], w2c[:3, 3] = rotation, rotation @ torch.tensor([0.0, EYE, 0.0])
        frame, depth = cast(scene, textures, w2c[None], K[None], FACE, FACE)
        seen = rays @ rotation.T
        here = seen[..., 2] >= seen[..., :2].abs().amax(-1)
        grid = (seen[here][:, :2] / seen[here][:, 2:])[None, None]
        picture[here] = grid_sample(frame, grid, padding_mode="border", align_corners=False)[0, :, 0].T
        distance[here] = (grid_sample(depth[None], grid, "nearest", "border", align_corners=False).flatten()
                          / seen[here][:, 2])
    pixels = ((picture + 1) * 127.5).round().byte().numpy()
    Image.fromarray(pixels).save(FOLDER / "worldstereo_room.jpg", quality=88, optimize=True)
    millimetres = (distance * 1000).round().numpy().astype(np.uint16)
    Image.fromarray(millimetres).save(FOLDER / "worldstereo_room_distance_mm.png", optimize=True)


def cube_rotations() -> list[Tensor]:
    """World to camera [3,3] of six views of 90 degrees that cover everything."""
    turns = [turn(axis, angle) for axis, angle in ((1, 0), (1, 90), (1, 180), (1, 270), (0, 90), (0, -90))]
    return [rotation.T for rotation in turns]


def turn(axis: int, degrees: int) -> Tensor:
    """Rotation [3,3] by so much around an axis."""
    c, s = round(math.cos(math.radians(degrees))), round(math.sin(math.radians(degrees)))
    i, j = [other for other in range(3) if other != axis]
    rotation = torch.eye(3)
    rotation[i, i], rotation[i, j], rotation[j, i], rotation[j, j] = c, -s, s, c
    return rotation


if __name__ == "__main__":
    main()
