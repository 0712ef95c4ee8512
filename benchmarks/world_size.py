#!/usr/bin/env python3
"""How much space the clouds of a world take on disk, and what is lost of them by rounding.

    .venv/bin/python benchmarks/world_size.py [--clips 20] [--size 832 480] [--exact]

Clips along presets through a made room (tests/harness/synthetic_room.py) from several places and to all
sides, with depth as depth models give it: noise, specks, washed-out edges, another scale in every frame.
Nothing is sampled; the frames are the room's. Of each clip 8 frames are fused; the cloud is rounded and
written as 'Save World' does.

For each clip: points; MB that its folder adds to the disk, hard links count once; MB of all its files; MB at
36 bytes a point, as it was once; CPU seconds to write it and to compare its checksums; how many frames
were left out, and why the first one was. With --exact the same
clips are fused without rounding, too; at the end, for both clouds, the mean distance to the true surface and
PSNR of renders from held poses against the room, where both draw, and against each other.
"""
from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import torch

from synthetic_room import distance_to_surface, look, see, spoiled
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.depth.depth import Depth
from worldstereo.core.memory.geometric.packed import rounded
from worldstereo.core.memory.geometric.update import update
from worldstereo.core.memory.stereo.bank import FRAMES_PER_CLIP
from worldstereo.core.planning.presets.moves import dolly, orbit, pan, truck
from worldstereo.core.world.clip_checksums import sha256_of_file
from worldstereo.core.world.cloud_folder import write_cloud
from yardstick import machine

T = TypeVar("T")
MOVES = (partial(pan, angle=30), partial(orbit, pivot_depth=2, angle=20), partial(truck, distance=0.6),
         partial(dolly, distance=0.5), partial(orbit, pivot_depth=2, angle=-20))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=20)
    parser.add_argument("--size", type=int, nargs=2, default=(832, 480))
    parser.add_argument("--exact", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(1)
    print(machine())
    size = tuple(given.size)
    first = lift(*see(look([0.0, 0.0, -0.8], 0)[None], size[1], size[0]))
    clouds = {"rounded": first} | ({"exact": first} if given.exact else {})
    print(" clip    points  added MB  files MB  36 B MB  write s  check s  left out")
    files, total = [], [0.0, 0.0]
    with tempfile.TemporaryDirectory() as world:
        for number in range(given.clips):
            clip = clip_of(number, *size)
            updated = {name: update(cloud, *clip) for name, cloud in clouds.items()}
            clouds = {name: cloud for name, (cloud, _) in updated.items()}
            clouds["rounded"] = cloud = rounded(clouds["rounded"])
            left_out = [frame.reason for frame in updated["rounded"][1].frames if frame.reason]
            folder = Path(world) / str(number)
            folder.mkdir()
            names, seconds = timed(lambda: write_cloud(folder, cloud, files))
            files = [folder / name for name in names]
            sizes = [path.stat().st_size / 1e6 for path in files]
            added = sum(size for size, path in zip(sizes, files) if path.stat().st_nlink == 1)
            old = 36 * len(cloud.points) / 1e6
            total = [total[0] + added, total[1] + old]
            check = timed(lambda: [sha256_of_file(path) for path in files])[1]
            print(f"{number + 1:5}{len(cloud.points):10}{added:10.1f}{sum(sizes):10.1f}{old:9.1f}"
                  f"{seconds:9.2f}{check:9.2f}{len(left_out):10}", *left_out[:1], flush=True)
    print(f"{'all':>5}{'':10}{total[0]:10.1f}{'':10}{total[1]:9.1f}")
    judge(clouds, *size)


def clip_of(number: int, width: int, height: int) -> tuple[torch.Tensor, Depth]:
    """Frames and depth of a clip: a preset from one of twelve places, looking to another side each time. The
    fifth looks where none has looked before, and depth of unknown scale cannot be aligned to nothing."""
    start = look([0.5 * (number % 4 - 1.5), 0.0, -0.8 + 0.3 * (number % 3)], 67 * number % 360)
    c2start = MOVES[number % len(MOVES)](FRAMES_PER_CLIP).float()
    frames, depth = see(torch.linalg.inv(c2start) @ start, height, width)
    return frames, spoiled(depth, number)


def timed(work: Callable[[], T]) -> tuple[T, float]:
    begun = time.process_time()
    return work(), time.process_time() - begun


def judge(clouds: dict[str, PointCloud], width: int, height: int) -> None:
    held = torch.stack([look([0.3 * i - 0.6, 0.1, 0.2 * i - 0.5], 72 * i + 20, 5) for i in range(5)])
    true, depth = see(held, height, width)
    path = Trajectory(held, depth.K, width, height, unit=depth.unit)
    drawn = {name: render_path(cloud, path) for name, cloud in clouds.items()}
    both = torch.stack([mask == 0 for _, mask, _ in drawn.values()]).all(0)
    for name, cloud in clouds.items():
        print(f"{name}: {len(cloud.points)} points, {1000 * distance_to_surface(cloud.points).mean():.2f} mm "
              f"from the surface, PSNR {psnr(drawn[name][0][both], true[both]):.2f} dB")
    if len(clouds) == 2:
        print(f"against each other: PSNR {psnr(*(render[both] for render, *_ in drawn.values())):.2f} dB")


def psnr(one: torch.Tensor, other: torch.Tensor) -> float:
    return float(-10 * (one - other).square().mean().log10())


if __name__ == "__main__":
    main()
