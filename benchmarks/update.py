#!/usr/bin/env python3
"""How long an update of the geometric memory takes, and that it does not grow with the number of clips.

    .venv/bin/python benchmarks/update.py

First: 8 frames of 832x480 into a cloud of 2 million points, with one thread and with all, once with room for
the new points and once with thinning; goal: under 2 s with two threads. Then: 20 clips of 8 frames of 416x240
through a synthetic room, with depth that is noisy, of wrong scale, with specks and washed-out edges, up to
300 thousand points: seconds of each clip, and how near the cloud is to the true surface.

Wall and CPU seconds of the fastest of 3 runs (of one for the clips); yardsticks is the CPU time as a multiple
of a stable torch sort of 10 million int64 keys on one thread, which busy machines disturb least; memory is
the process's peak.
"""
from __future__ import annotations

import math
import os
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import torch

from synthetic_room import look, see, spoiled, surface_samples
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.metrics import score
from worldstereo.core.memory.geometric.update import UpdateSettings, update
from yardstick import machine, yardstick

GOAL, CLIPS, FRAMES, LIMIT, RUNS = 2.0, 20, 8, 300_000, 3


def main() -> None:
    stick = yardstick()
    print(f"{machine()}\nyardstick: {stick:.2f} s\n\n8 frames of 832x480 into 2 million points")
    large(stick)
    print(f"\n{CLIPS} clips of {FRAMES} frames of 416x240, at most {LIMIT} points")
    many(stick)


def timed(work, threads: int, runs: int = RUNS) -> tuple[object, float, float]:
    """Result, and wall and CPU seconds of the fastest run."""
    torch.set_num_threads(threads)
    best = []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        best.append((time.perf_counter() - wall, time.process_time() - cpu))
    return result, *min(best)


def large(stick: float) -> None:
    cloud = lift(*see(torch.stack([look([0.2 * i, 0, -0.8], 20 * i - 40) for i in range(5)]), 480, 832), 0,
                 math.inf)
    frames, depth = see(torch.stack([look([0.1 * i, 0.1, 0.05 * i - 0.7], 8 * i - 30) for i in range(8)]),
                        480, 832)
    depth = spoiled(depth, 1)
    row = "{:>8}  {:>9}  {:>9}  {:>9}  {:>9}  {:>10}  {:>9}"
    print(row.format("threads", "limit", "after", "wall", "CPU", "yardsticks", "peak MB"))
    for threads in sorted({1, 2, os.cpu_count()}):
        for limit in (10_000_000, 2_000_000):
            settings = UpdateSettings(max_points=limit)
            (_, report), wall, cpu = timed(lambda: update(cloud, frames, depth, settings), threads)
            print(row.format(threads, limit, report.after, f"{wall:.2f}", f"{cpu:.2f}", f"{cpu / stick:.1f}",
                             resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))
            if threads == 2:
                print(f"goal of {GOAL:g} s {'met' if wall < GOAL else 'NOT met'}: {wall / GOAL:.2f} of it")


def many(stick: float) -> None:
    row = "{:>4}  {:>8}  {:>8}  {:>6}  {:>6}  {:>10}  {:>9}  {:>9}  {:>6}"
    print(row.format("clip", "before", "after", "wall", "CPU", "yardsticks", "accuracy", "precision", "F1"))
    image, depth = see(look([0, 0, -1.2], 0)[None], 240, 416)
    cloud = lift(image, spoiled(depth, 99, scale=0, floaters=0, bleeding=0), contract=math.inf)
    truth = surface_samples(400_000)
    for clip in range(CLIPS):
        frames, depth = see(walk(clip), 240, 416)
        depth = spoiled(depth, clip, floaters=0.01)
        settings = UpdateSettings(max_points=LIMIT)
        (grown, report), wall, cpu = timed(lambda: update(cloud, frames, depth, settings), 1, runs=1)
        cloud, near = grown, score(grown.points, truth, 0.05)
        print(row.format(clip + 1, report.before, report.after, f"{wall:.2f}", f"{cpu:.2f}",
                         f"{cpu / stick:.2f}",
                         f"{near.accuracy:.4f}", f"{near.precision:.3f}", f"{near.f1:.3f}"), flush=True)


def walk(clip: int) -> torch.Tensor:
    """An eighth of a round: on a circle, looking across the room and a little up and down."""
    angles = [math.tau * (clip + (i + 1) / FRAMES) / 8 for i in range(FRAMES)]
    return torch.stack([look([-1.2 * math.sin(a), 0.15 * math.sin(3 * a), -1.2 * math.cos(a)],
                             math.degrees(a), 10 * math.sin(2 * a)) for a in angles])


if __name__ == "__main__":
    main()
