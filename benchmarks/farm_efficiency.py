#!/usr/bin/env python3
"""How much of their time the workers of a farm make rows: simulated for up to 64, and measured with 4.

    .venv/bin/python benchmarks/farm_efficiency.py

A row is a world of several clips. The simulation follows scripts/farm.py: whoever is free takes the next row;
one process, the farm's own, stores what the workers send, one parcel after the other; a worker that is lost
costs the clip it was at and the start of another one. Efficiency is the time that the clips alone take,
divided by workers and time until the last row is there: starting, storing, waiting for the last row and lost
clips all count against it.

The measurement runs the farm's own code on Ray with workers that sleep instead of computing, but send true
files, and compares the time until the last row is there with the simulated one.
"""
from __future__ import annotations

import asyncio
import functools
import heapq
import math
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

import farm
from farm_table import Row
from tables import Table
from yardstick import machine

ROWS, CLIPS = 500, 4
CLIP_SECONDS = (70.0, 11.0)  # the arithmetic of a clip on an RTX 4090 and on an H100 (docs/speed.md)
SPREAD = 0.3  # clips take up to so much more or less; measured ones differ less
START = 60.0  # ComfyUI, 10 s, and 35 GB of models at 0.7 GB/s
CLIP_BYTES = 100_000_000  # 21 pictures of 832x480, a cloud of two million points


@dataclass(frozen=True)
class Load:
    """clips: seconds of each clip of each row; start: seconds until a worker has ComfyUI and its models;
    store: seconds that the farm takes to store a clip; losses: of a worker per hour."""

    clips: Sequence[Sequence[float]]
    start: float
    store: float
    losses: float = 0.0


def simulate(load: Load, workers: int, seed: int = 0) -> float:
    """Seconds until the last row is there."""
    chance, waiting, farm_free, end = random.Random(seed), [list(row) for row in load.clips], 0.0, 0.0
    # (when, worker, clips that are left of its row, whether the first of them is made)
    events: list[tuple[float, int, list[float], bool]] = [(load.start, i, [], False) for i in range(workers)]
    while events:
        now, worker, left, made = heapq.heappop(events)
        if made:
            farm_free = end = max(farm_free, now) + load.store
            heapq.heappush(events, (farm_free, worker, left[1:], False))
        elif left or waiting:
            left = left or waiting.pop(0)
            lifetime = chance.expovariate(load.losses / 3600) if load.losses else math.inf
            if lifetime < left[0]:
                waiting.insert(0, left)
                heapq.heappush(events, (now + lifetime + load.start, worker, [], False))
            else:
                heapq.heappush(events, (now + left[0], worker, left, True))
    return end


def efficiency(load: Load, workers: int, seed: int = 0) -> float:
    return sum(map(sum, load.clips)) / (workers * simulate(load, workers, seed))


class Sleeper:
    """Ray's actor in the place of farm_worker.Worker."""

    def start(self) -> str:
        return "here"

    def run(self, name: str, graph: dict, *_: object) -> Iterator[dict]:
        for number, seconds in enumerate(graph["1"]["inputs"]["seconds"]):
            time.sleep(seconds)
            content = os.urandom(graph["1"]["inputs"]["bytes"])
            yield {"names": {f"clips/{number}/file": number}, "contents": {number: content}, "error": "",
                   "seconds": seconds}

    def stop(self) -> None:
        pass


def measure(clips: Sequence[Sequence[float]], size: int, workers: int) -> float:
    """Seconds until the last row is there, with workers that sleep and then send `size` bytes a clip."""
    rows = [Row(f"{i:04}", {"1": {"class_type": "", "inputs": {"seconds": list(row), "bytes": size}}}, ())
            for i, row in enumerate(clips)]
    import ray

    ray.init("local", include_dashboard=False, log_to_driver=False, logging_level="error")
    actor = ray.remote(Sleeper).options(max_concurrency=2, num_cpus=0)
    ready = [actor.remote() for _ in range(workers)]
    ray.get([worker.start.remote() for worker in ready])

    def new_worker() -> farm.NewWorker:
        worker = ready.pop()
        return worker, worker.start.remote()

    with tempfile.TemporaryDirectory() as results:
        began, ends = time.monotonic(), []
        asyncio.run(farm.make_rows(rows, workers, new_worker,
                                   functools.partial(farm.make_row, Path(results), Path(results)), 0,
                                   lambda outcome: ends.append(time.monotonic())))
    ray.shutdown()
    assert len(ends) == len(rows)
    return ends[-1] - began


def store_seconds(size: int) -> float:
    """Seconds that the farm takes to store a clip of so many bytes, median of 5."""
    times = []
    for _ in range(5):
        content = os.urandom(size)
        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            farm.store({"names": {"file": "1"}, "contents": {"1": content}}, Path(folder), {})
            times.append(time.monotonic() - began)
    return statistics.median(times)


def compare(chance: random.Random) -> None:
    """Measures the farm's code on 4 workers and simulates the same."""
    clips, size, workers = [[chance.uniform(0.5, 1.5) for _ in range(2)] for _ in range(20)], 2_000_000, 4
    measured = measure(clips, size, workers)
    load = Load(clips, 0.0, store_seconds(size))
    simulated, least = simulate(load, workers), sum(map(sum, clips)) / workers
    print(f"{workers} workers, {len(clips)} rows: the last one is there after {measured:.1f} s, simulated "
          f"{simulated:.1f} s; efficiency {100 * least / measured:.1f} %, simulated "
          f"{100 * least / simulated:.1f} %\n")


def main() -> None:
    print(machine())
    chance = random.Random(0)
    store = store_seconds(CLIP_BYTES)
    print(f"a clip of {CLIP_BYTES / 1e6:.0f} MB is stored in {store:.2f} s")
    compare(chance)
    table = Table("", ("workers", "rows", "clip s", "losses / worker / h", "efficiency"))
    for seconds in CLIP_SECONDS:
        clips = [[seconds * chance.uniform(1 - SPREAD, 1 + SPREAD) for _ in range(CLIPS)]
                 for _ in range(ROWS)]
        load = Load(clips, START, store)
        for workers in (1, 8, 64):
            for losses in (0.0, 0.1):
                found = [efficiency(replace(load, losses=losses), workers, seed) for seed in range(5)]
                table.rows.append([workers, ROWS, seconds, losses, f"{100 * min(found):.1f} %"])
    print(table.markdown())


if __name__ == "__main__":
    main()
