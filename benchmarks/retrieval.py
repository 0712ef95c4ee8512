#!/usr/bin/env python3
"""How long the retrieval of references takes, and how that grows with the memory bank.

    .venv/bin/python benchmarks/retrieval.py

A clip adds 8 frames to the bank, so that 4000 frames are those of 500 clips. For a clip of 21 key frames of
832x480, on one thread, medians of 5 runs, in milliseconds:
    search      scores of all cameras (the part that grows)
    retrieve    search, choice and the chosen frames as the model takes them: 8, no image features needed
    thinned     likewise where up to 20 frames fit, and sharpness and the built-in features choose 8 of them
    pairs       the peer: the same scores, computed for one pair of cameras at a time; up to 1000 frames
    floor       bringing 8 frames from bytes to float32, without which no retrieval can do
"""
from __future__ import annotations

import math
import os
import statistics
import sys
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

import torch

from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.memory.stereo import frustum
from worldstereo.core.memory.stereo.bank import MemoryBank
from worldstereo.core.memory.stereo.retrieval import covisibility, retrieve_references
from worldstereo.core.pictures import frames_from_bytes
from yardstick import machine

WIDTH, HEIGHT, KEY_FRAMES, RUNS = 832, 480, 21, 5
SIZES, GOAL_SIZE, GOAL = (8, 50, 100, 500, 1000, 2000, 4000), 500, 300
MOST_PAIRS = 1000


def main() -> None:
    torch.set_num_threads(1)
    print(machine())
    row = "{:>6}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}  {:>14}"
    print(row.format("bank", "search", "retrieve", "thinned", "pairs", "floor", "pairs / search"))
    clip = path(KEY_FRAMES, 2 * math.pi, 0.01)
    for size in SIZES:
        bank, crowded = memory_bank(size, far_away=size - 8), memory_bank(size, far_away=0)
        references, report = retrieve_references(bank, clip)
        assert len(references.frames) == 8 and not report.features
        search = median(lambda: covisibility(bank, clip, frustum.NEAR, frustum.FAR))
        whole, thinned = (median(lambda: retrieve_references(frames, clip)) for frames in (bank, crowded))
        pairs = median(lambda: scores_by_pairs(bank, clip), runs=1) if size <= MOST_PAIRS else math.nan
        floor = median(lambda: frames_from_bytes(bank.pictures(range(8)).permute(0, 2, 3, 1)).contiguous())
        print(row.format(size, *(f"{t:.1f}" for t in (search, whole, thinned, pairs, floor)),
                         f"{pairs / search:.0f}"))
        if size == GOAL_SIZE:
            verdict = "met" if whole < GOAL else "NOT met"
            print(f"goal of {GOAL} ms for 'retrieve' at {GOAL_SIZE} frames {verdict}: {whole / GOAL:.2f} of "
                  "it")


def median(work, runs: int = RUNS) -> float:
    """Milliseconds; the first run of several does not count."""
    times = []
    for _ in range(runs + (runs > 1)):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times[-runs:])


def path(frames: int, turn: float, wobble: float) -> Trajectory:
    """Cameras near the origin that turn by `turn` radians in all, each a little off its place."""
    generator = torch.Generator().manual_seed(frames)
    w2c = torch.eye(4).repeat(frames, 1, 1)
    for i, angle in enumerate(torch.linspace(0, turn, frames + 1)[:-1].tolist()):
        w2c[i, :3, :3] = torch.tensor([[math.cos(angle), 0, -math.sin(angle)], [0, 1, 0],
                                       [math.sin(angle), 0, math.cos(angle)]])
    w2c[:, :3, 3] = wobble * torch.randn(frames, 3, generator=generator)
    K = torch.tensor([[0.6 * WIDTH, 0, WIDTH / 2], [0, 0.6 * WIDTH, HEIGHT / 2], [0, 0, 1]]).repeat(frames, 1,
                                                                                                    1)
    return Trajectory(w2c, K, WIDTH, HEIGHT)


def memory_bank(size: int, far_away: int) -> MemoryBank:
    """`size` cameras all around, the last ones so far away that they see nothing of the clip; pictures of
    noise."""
    w2c = path(size - far_away, 2 * math.pi, 0.01).w2c
    if far_away:
        w2c = torch.cat([w2c, path(far_away, 2 * math.pi, 0.01).w2c])
        w2c[-far_away:, :3, 3] += 100
    frames = torch.randint(0, 256, (min(size, 50), 3, HEIGHT, WIDTH), dtype=torch.uint8).unbind()
    frames = (frames * math.ceil(size / 50))[:size]
    K = path(1, 0, 0).K.repeat(size, 1, 1)
    return MemoryBank(frames, w2c, K, tuple(f"bank/{i:04}" for i in range(size)))


def scores_by_pairs(bank: MemoryBank, clip: Trajectory) -> torch.Tensor:
    """The scores of covisibility the slow way."""
    def corners(w2c, K):
        return frustum.frustum_corners(w2c[None], K[None], WIDTH, HEIGHT)
    scores = torch.empty(clip.frames - 1, len(bank))
    for i in range(1, clip.frames):
        for j in range(len(bank)):
            overlap = frustum.box_overlap(corners(clip.w2c[i], clip.K[i]), corners(bank.w2c[j], bank.K[j]))
            angle = frustum.viewing_angles(clip.w2c[i:i + 1], bank.w2c[j:j + 1])
            scores[i - 1, j] = float(overlap * frustum.angle_penalty(angle))
    return scores


if __name__ == "__main__":
    main()
