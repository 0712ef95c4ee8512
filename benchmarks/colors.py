#!/usr/bin/env python3
"""How sharp and true the colours of the geometric memory are: averaged like places, and by sharpness.

    .venv/bin/python benchmarks/colors.py [SCENE CLIP... HELD]

room         tests/harness/synthetic_room.py with a fine pattern on its surfaces, seen as cameras do (a pixel
             is the mean of 9): a start image, clips from near, far and in between of 8 frames of
             288x160, with exact and with estimated depth; held: 4 other views
motorcycle   scikit-image's stereo pair: the left photograph at a third of its size, then whole, then at a
             third again, as a thing is seen from far, near and far; held: the right photograph
SCENE        a scene in the layout of the official scripts: the renders of its clips at 240 pixels of width,
             with depth from their camera motion; held: the render along the last clip, which was not fused

PSNR of the cloud's render from the held views against their pictures, where it draws, each point two pixels
wide. Edges: the mean difference between neighbouring pixels as a share of that in the pictures. Points: their
own colours against the room's, PSNR. Geometry: mean distance of the points to the room's surfaces.
"""
from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import torch
import torch.nn.functional as F
from torch import Tensor

import synthetic_room
from motorcycle import decibels, motorcycle
from space import small
from synthetic_room import distance_to_surface, look, see, spoiled
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.cloud.render.render import render_points
from worldstereo.core.depth.depth import Depth
from worldstereo.core.memory.geometric.update import UpdateSettings, choose_frames, update
from worldstereo.core.official.scene import read_scene
from yardstick import machine

HEIGHT, WIDTH, FINER = 160, 288, 3
RULES = {"averaged": False, "by sharpness": True}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", nargs="?", type=Path)
    parser.add_argument("clips", nargs="*")
    given = parser.parse_args()
    torch.set_num_threads(1)
    print(machine())
    print(f"{'scene':28}{'colours':>14}{'PSNR':>9}{'edges':>8}{'points':>9}{'geometry':>11}")
    if given.scene is not None:
        official(given.scene, *given.clips)
        return
    two_photographs()
    room("room, exact depth", {})
    room("room, estimated depth", {"noise": 0.01, "bleeding": 2, "floaters": 0.003, "scale": 0.15})


def room(name: str, faults: dict[str, float]) -> None:
    synthetic_room.color = fine_pattern
    start, depth = photographs(look([0, 0, -1.5], 0)[None])
    clips = []
    for number, z in enumerate((0.9, -2.2, -0.5)):
        frames, maps = photographs(torch.stack([
            look([0.8 * math.sin(number + 0.25 * i), 0.1 * math.sin(i), z + 0.05 * i],
                 20 * math.sin(0.8 * i + number), 4 * math.sin(i)) for i in range(8)]))
        clips.append((frames, spoiled(maps, number, **faults) if faults else maps))
    held, truth = photographs(torch.stack([look([0.5 * i - 0.7, 0.1, 0.4 * i - 0.6], 12 * i - 15, 3)
                                           for i in range(4)]))
    for rule, cloud in fused(start, depth, clips).items():
        points = decibels(cloud.colors, fine_pattern(cloud.points), torch.ones(len(cloud.points)).bool())
        print(f"{name:28}{rule:>14}{judged(cloud, held, truth.w2c, truth.K)}{points:6.2f} dB"
              f"{1000 * distance_to_surface(cloud.points).mean():8.2f} mm", flush=True)


def fine_pattern(world_points: Tensor) -> Tensor:
    """Colours [...,3] of surface points [...,3], with waves of 30 cm, edges and waves of 5 cm."""
    waves = world_points @ torch.tensor([[5.0, 1, 2], [-2, 6, 1], [1, -3, 5]]) + torch.tensor([0.0, 1, 2])
    fine = 0.12 * torch.sin(14 * waves).sign() + 0.1 * torch.sin(33 * waves.roll(1, -1))
    return (0.5 + 0.25 * torch.sin(waves) + fine).clamp(0, 1)


def photographs(w2c: Tensor) -> tuple[Tensor, Depth]:
    fine, _ = see(w2c, FINER * HEIGHT, FINER * WIDTH)
    return smaller(fine), see(w2c, HEIGHT, WIDTH)[1]


def smaller(pictures: Tensor) -> Tensor:
    """[F,H/3,W/3,3] of [F,H,W,3]."""
    return F.avg_pool2d(pictures.permute(0, 3, 1, 2), FINER).permute(0, 2, 3, 1).contiguous()


def two_photographs() -> None:
    pair = motorcycle()
    near = pair.left[None, :498, :738], cut(pair.depth)
    far = smaller(near[0]), thirds(near[1])
    for rule, cloud in fused(*far, [near, far], "none").items():
        print(f"{'motorcycle':28}{rule:>14}"
              f"{judged(cloud, pair.right[None], pair.right_w2c[None], pair.right_K[None])}", flush=True)


def cut(depth: Depth) -> Depth:
    """Without the last rows and columns, so that both sides can be divided by 3."""
    return replace(depth, depth=depth.depth[:, :498, :738], valid=depth.valid[:, :498, :738],
                   w2c=torch.eye(4)[None])


def thirds(depth: Depth) -> Depth:
    """The depth of every third pixel of every third row, that in the middle."""
    return replace(depth, depth=depth.depth[:, 1::FINER, 1::FINER], valid=depth.valid[:, 1::FINER, 1::FINER],
                   K=depth.K / torch.tensor([FINER, FINER, 1.0])[:, None])


def official(folder: Path, *names: str) -> None:
    clips = {clip.name: clip for clip in read_scene(folder).clips}
    parts = [small(clips[name])[:2] for name in names[:-1]]
    frames, depth = parts[0]
    one = slice(1, 2)  # the first frame of an official clip is the photograph, not a render
    first = frames[one], replace(depth, depth=depth.depth[one], valid=depth.valid[one], K=depth.K[one],
                                 w2c=depth.w2c[one])
    held, truth, holes = small(clips[names[-1]])
    for rule, cloud in fused(*first, [choose_frames(*part, 8) for part in parts], "none").items():
        print(f"{folder.name + ', held ' + names[-1]:28}{rule:>14}"
              f"{judged(cloud, held[1:], truth.w2c[1:], truth.K[1:], holes[1:] == 0)}", flush=True)


def fused(start: Tensor, depth: Depth, clips: Sequence[tuple[Tensor, Depth]],
          align: str = "scale") -> dict[str, PointCloud]:
    clouds = {}
    for rule, sharp in RULES.items():
        cloud = lift(start, depth)
        for clip in clips:
            cloud, _ = update(cloud, *clip, UpdateSettings(align, sharp_colors=sharp))
        clouds[rule] = cloud
    return clouds


def judged(cloud: PointCloud, held: Tensor, w2c: Tensor, K: Tensor, known: Tensor | None = None) -> str:
    height, width = held.shape[1:3]
    drawn, mask, _ = render_points(cloud.points, cloud.colors, w2c, K, height, width, radius=2 / height)
    where = mask == 0 if known is None else (mask == 0) & known
    both = where[:, 1:, 1:] & where[:, :-1, 1:] & where[:, 1:, :-1]
    edges = [steps(pictures)[both].mean() for pictures in (drawn, held)]
    return f"{decibels(drawn, held, where):6.2f} dB{float(edges[0] / edges[1]):8.3f}"


def steps(pictures: Tensor) -> Tensor:
    """[F,H-1,W-1] differences to the pixels before, to the left and above."""
    here = pictures[:, 1:, 1:]
    return ((here - pictures[:, 1:, :-1]).abs() + (here - pictures[:, :-1, 1:]).abs()).mean(-1)


if __name__ == "__main__":
    main()
