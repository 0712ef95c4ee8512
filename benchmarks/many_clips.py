#!/usr/bin/env python3
"""How a world of many clips grows: seconds, memory and disk of each clip, and of resuming.

    .venv/bin/python benchmarks/many_clips.py [--clips 100] [--picture docs/many_clips.svg]

What Build World does for a clip, but for the model, whose inputs have the same size in every clip: the frames
are photographs of a synthetic room, 9 of 112x64, and their depth is noisy. CPU time of one thread:
    points              of the cloud after the clip; it is thinned to 15 thousand
    render, retrieve    the cloud along the path; the references, from the bank before the clip
    update              the cloud with the frames
    save                both memories and the frames into the world folder
    resume              checksums of all clips so far, which Build World compares whenever it is queued
    process             resident memory
    disk, names         bytes of new files of the clip, and how many names it adds, most of them hard links
The last line has the growth of each column: with the exponent 1, twice the clips take twice as much.
"""
from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

os.environ["OMP_NUM_THREADS"] = "1"
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import numpy as np
import torch

from synthetic_room import look, see, spoiled
from tables import Cell, Table
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.depth.depth import Depth
from worldstereo.core.memory.geometric.update import UpdateSettings, update
from worldstereo.core.memory.stereo.bank import add_clip, new_bank
from worldstereo.core.memory.stereo.retrieval import retrieve_references
from worldstereo.core.pictures import frames_to_bytes, to_frames
from worldstereo.core.world.clip_checksums import fault_of
from worldstereo.core.world.clip_folder import ClipState, clip_folder
from worldstereo.core.world.world_folder import write_clip
from yardstick import machine

HEIGHT, WIDTH, FRAMES, LIMIT, RADIUS, SHOWN = 64, 112, 9, 15_000, 0.05, 10
Result = TypeVar("Result")
COLUMNS = ("clip", "points", "render s", "retrieve s", "update s", "save s", "resume s", "process MB",
           "disk MB", "names")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=100)
    parser.add_argument("--picture", type=Path, help="draws the seconds of each stage as SVG")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(machine())
    print(Table("", COLUMNS).markdown())
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for row in measured(Path(folder) / "world", arguments.clips):
            rows.append(row)
            print(line(row), flush=True)
    clips, *columns = zip(*rows)
    print(line(["growth", *(growth(clips, column) for column in columns)]))
    if arguments.picture:
        arguments.picture.write_text(drawn(rows), encoding="utf-8")


def line(cells: Sequence[Cell]) -> str:
    return Table("", (), [cells]).markdown().splitlines()[-1]


def measured(world: Path, clips: int) -> Iterator[list[float]]:
    """A row of COLUMNS for every SHOWN-th clip."""
    w2c = walk(0)[:1]
    image, depth = see(w2c, HEIGHT, WIDTH)
    cloud = lift(image, spoiled(depth, 99, scale=0, floaters=0, bleeding=0), contract=math.inf)
    bank = new_bank(to_frames(image), trajectory(w2c, depth), "start")
    folders, known = [], set()
    render_path(cloud, trajectory(w2c, depth), RADIUS)  # the first one compiles
    for clip in range(clips):
        name = f"clip{clip}"
        frames, depth = see(walk(clip), HEIGHT, WIDTH)
        along, estimated = trajectory(depth.w2c, depth), spoiled(depth, clip, floaters=0.01)
        _, render = timed(lambda: render_path(cloud, along, RADIUS))
        _, retrieve = timed(lambda: retrieve_references(bank, along))
        (cloud, _), fuse = timed(lambda: update(cloud, frames, estimated, UpdateSettings(max_points=LIMIT)))
        bank = add_clip(bank, to_frames(frames), along, name)
        state = ClipState(name, frames_to_bytes(to_frames(frames)).contiguous(), along, cloud, bank, {})
        folders.append(clip_folder(world, name, "key"))
        _, save = timed(lambda: write_clip(folders[-1], state))
        files = [file.stat() for file in folders[-1].rglob("*") if file.is_file()]
        disk = {status.st_ino: status.st_size for status in files if status.st_ino not in known}
        known |= disk.keys()
        if (clip + 1) % SHOWN == 0:
            shared = set()
            faults, resume = timed(lambda: [fault_of(folder, shared) for folder in folders])
            assert not any(faults)
            yield [clip + 1, len(cloud.points), render, retrieve, fuse, save, resume, resident(),
                   sum(disk.values()) / 1e6, len(files)]


def walk(clip: int) -> torch.Tensor:
    """w2c [FRAMES,4,4]: an eighth of a round through the room, each round a little higher or lower."""
    angles = [math.tau * (clip + i / FRAMES) / 8 for i in range(FRAMES)]
    return torch.stack([look([-1.2 * math.sin(a), 0.5 * math.sin(0.3 * a), -1.2 * math.cos(a)],
                             math.degrees(a), 10 * math.sin(2 * a)) for a in angles])


def trajectory(w2c: torch.Tensor, depth: Depth) -> Trajectory:
    return Trajectory(w2c, depth.K, WIDTH, HEIGHT, unit=depth.unit)


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Result and CPU seconds."""
    began = time.process_time()
    result = work()
    return result, time.process_time() - began


def resident() -> float:
    """Memory of this process in MB (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def growth(clips: Sequence[float], values: Sequence[float]) -> float:
    """The exponent p of values that grow as n^p, over the second half of the rows, fitted in logarithms."""
    half = len(values) // 2
    return float(np.polyfit(np.log(clips[half:]), np.log(np.maximum(values[half:], 1e-6)), 1)[0])


def drawn(rows: Sequence[Sequence[float]]) -> str:
    """The seconds of each stage over the clips, as SVG."""
    width, height, left, bottom = 520, 260, 50, 40
    times = {name: column for name, column in zip(COLUMNS, zip(*rows)) if name.endswith(" s")}
    clips, top = [row[0] for row in rows], max(max(column[1:]) for column in times.values())

    def place(clip: float, seconds: float) -> tuple[float, float]:
        return left + clip / clips[-1] * width, height - min(seconds, top) / top * (height - 20)

    shapes = []
    for color, (name, column) in zip(("#7a52c7", "#1d7f5f", "#c2541d", "#2b6cb0", "#b91c4b"), times.items()):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, clips, column))
        x, y = place(clips[-1], column[-1])
        shapes.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>'
                      f'<text x="{x + 6:.1f}" y="{y + 4:.1f}" fill="{color}">{name[:-2]}</text>')
    for clip in (clips[0], clips[-1]):
        shapes.append(f'<text x="{place(clip, 0)[0]:.0f}" y="{height + 18}" text-anchor="middle">'
                      f'{clip:.0f}</text>')
    for seconds in (0, top / 2, top):
        shapes.append(f'<text x="{left - 6}" y="{place(0, seconds)[1] + 4:.0f}" text-anchor="end">'
                      f'{seconds:.2g} s</text>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 80} {height + bottom}" '
            'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="white"/>'
            f'<path d="M{left} 10V{height}H{left + width}" fill="none" stroke="#1d2430"/>{"".join(shapes)}'
            f'<text x="{left + width / 2:.0f}" y="{height + 34}" text-anchor="middle">clips</text></svg>\n')


if __name__ == "__main__":
    main()
