#!/usr/bin/env python3
"""Checksums of all clips of a world, as Build World compares them whenever it is queued: CPU seconds.

    .venv/bin/python benchmarks/clip_checksums.py [--clips 10 50 100]

Clips of 9 frames of 112x64 and a cloud of 15 thousand points that does not change, 8 frames of each in the
memory bank. Together: a file that several clips have, as hard links, is read once. Alone: by every clip.
"""
from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import torch

from memory_scene import turned
from tables import Table
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.memory.geometric.packed import rounded
from worldstereo.core.memory.stereo.bank import add_clip, new_bank
from worldstereo.core.pictures import frames_from_bytes
from worldstereo.core.world.clip_checksums import Shared, fault_of
from worldstereo.core.world.clip_folder import ClipState, clip_folder, write_folder
from yardstick import machine

FRAMES, HEIGHT, WIDTH, POINTS = 9, 64, 112, 15_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, nargs="+", default=[10, 50, 100])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        folders = write_clips(Path(folder), max(arguments.clips))
        rows = []
        for count in arguments.clips:
            shared: Shared = set()
            together = seconds(lambda: [fault_of(clip, shared) for clip in folders[:count]])
            alone = seconds(lambda: [fault_of(clip) for clip in folders[:count]])
            rows.append([count, len([*folders[count - 1].rglob("*.*")]), together, alone])
    print(Table("", ("clips", "files of the last one", "together, s", "alone, s"), rows).markdown())


def write_clips(world: Path, count: int) -> list[Path]:
    g = torch.Generator().manual_seed(0)
    K = torch.tensor([[60.0, 0, WIDTH / 2], [0, 60, HEIGHT / 2], [0, 0, 1]]).expand(FRAMES, 3, 3)
    path = Trajectory(torch.stack([turned(3 * i) for i in range(FRAMES)]), K, WIDTH, HEIGHT)
    cloud = rounded(PointCloud(torch.randn(POINTS, 3, generator=g), torch.rand(POINTS, 3, generator=g),
                               torch.eye(4), "scene units"))
    bank = new_bank(frames_from_bytes(pictures(g)[:1]), replace(path, w2c=path.w2c[:1], K=K[:1]), "start")
    folders: list[Path] = []
    for i in range(count):
        name, frames = f"clip{i}", pictures(g)
        bank = add_clip(bank, frames_from_bytes(frames), replace(path, name=name), name)
        folder = clip_folder(world, name, "key")
        folder.parent.mkdir(exist_ok=True)
        write_folder(folder, ClipState(name, frames, path, cloud, bank, {}), folders[-1] if folders else None)
        folders.append(folder)
    return folders


def pictures(g: torch.Generator) -> torch.Tensor:
    """[FRAMES,HEIGHT,WIDTH,3] uint8, smooth, so that the files have the size of photographs."""
    coarse = torch.rand(FRAMES, 3, HEIGHT // 8, WIDTH // 8, generator=g)
    fine = torch.nn.functional.interpolate(coarse, size=(HEIGHT, WIDTH), mode="bilinear")
    return (255 * fine).to(torch.uint8).permute(0, 2, 3, 1).contiguous()


def seconds(compare: Callable[[], list[str | None]]) -> float:
    """CPU time; the clips have to be sound."""
    began = time.process_time()
    assert not any(compare())
    return time.process_time() - began


if __name__ == "__main__":
    main()
