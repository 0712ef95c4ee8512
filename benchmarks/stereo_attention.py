#!/usr/bin/env python3
"""What the receptive fields of the spatial-stereo memory cost: time and memory of one layer's joint
attention.

    .venv/bin/python benchmarks/stereo_attention.py

A clip of 21 key frames with 8 references in a synthetic room. In the tables:
    time      of the attention without its projections; median of 3; float32 on one thread of a CPU,
              or bf16 on a GPU
    ratio     to full, in the same run
    floor     the same ratio of the counted multiplications: (query, key) pairs that the rule asks for
    worked    and of those that are computed, among them what tiles see in common and padding
    memory    most that was held beside q, k and v
    prepare   what is done once per sampling; the correspondences themselves once per clip (first lines)
Last the counted floor of all 40 layers at full size.
"""
from __future__ import annotations

import itertools
import os
import statistics
import sys
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import torch

import synthetic_room as room
from arithmetic import pairs_asked_for
from floors import CARDS
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.memory.stereo.correspondence import TOKEN, correspondences
from worldstereo.core.memory.stereo.references import References
from worldstereo.core.model.attention.attention import sdpa
from worldstereo.core.model.attention.receptive_field import ReceptiveField, attend, groups_of
from yardstick import machine

KEY_FRAMES, REFERENCES, HEAD_DIM, LAYERS, FULL_HEADS, WINDOWS = 21, 8, 128, 40, 40, (3, 5, 9)
SHOWN = ("RTX 4090", "A100", "H200")
CUDA = torch.cuda.is_available()
DEVICE, DTYPE = (torch.device("cuda"), torch.bfloat16) if CUDA else (torch.device("cpu"), torch.float32)
# (height, width, heads): on a CPU few heads, whose cost is the same for each
SIZES = [(480, 832, FULL_HEADS)] if CUDA else [(240, 416, 2), (480, 832, 1)]


def main() -> None:
    torch.set_num_threads(1)
    print(machine() + (f", {torch.cuda.get_device_name()}" if CUDA else ""))
    for size in SIZES:
        counted = compare(*size)
    flops = 4 * FULL_HEADS * HEAD_DIM * LAYERS
    print(f"\nfloor of {LAYERS} layers at 832x480, one step:")
    for field, pairs in counted.items():
        times = ", ".join(f"{flops * pairs / CARDS[card][0] / 1e12:.2f} s {card}" for card in SHOWN)
        print(f"    {field:18} {flops * pairs / 1e15:.2f} PFLOP   {times}")


def compare(height: int, width: int, heads: int) -> dict[str, int]:
    """Prints the table of one size; the counted (query, key) pairs of each field."""
    tokens = height * width // TOKEN ** 2
    print(f"\n{width}x{height}, {heads} heads of {HEAD_DIM}: {KEY_FRAMES * tokens} video tokens, "
          f"{REFERENCES * tokens} reference tokens, {DTYPE}")
    began = clock()
    references, matches = matches_in_room(height, width)
    print(f"correspondences found in {clock() - began:.1f} s; "
          f"{100 * float((matches >= 0).any(-1).float().mean()):.0f} % of the video's tokens have one")
    assignment = references.reference_per_frame(KEY_FRAMES)
    fields = {"full": None, "paired": ReceptiveField(assignment)}
    fields |= {f"correspondence {window}": ReceptiveField(assignment, matches, window) for window in WINDOWS}
    streams = [[torch.randn(1, count * tokens, heads * HEAD_DIM, device=DEVICE, dtype=DTYPE) for _ in "qkv"]
               for count in (REFERENCES, KEY_FRAMES)]
    row = "{:18}{:>9}{:>8}{:>8}{:>8}{:>12}{:>10}"
    print(row.format("", "time s", "ratio", "floor", "worked", "memory MB", "prepare s"))
    counted, seconds = {}, {}
    for name, field in fields.items():
        began = clock()
        groups = field and groups_of(field, HEAD_DIM, DEVICE, DTYPE)
        wait()
        prepare = clock() - began
        everything = ((KEY_FRAMES + REFERENCES) * tokens) ** 2
        counted[name] = pairs_asked_for(field, REFERENCES, tokens) if field else everything
        worked = pairs_computed(field, groups, tokens) if groups else counted[name]
        seconds[name], memory = measure(lambda: run(field, groups, streams, heads))
        all_pairs = counted["full"]
        print(row.format(name, f"{seconds[name]:.3f}", f"{seconds[name] / seconds['full']:.2f}",
                         f"{counted[name] / all_pairs:.2f}", f"{worked / all_pairs:.2f}", f"{memory:.0f}",
                         f"{prepare:.2f}"))
    return counted


def run(field, groups, streams, heads):
    if field is None:
        return sdpa(*(torch.cat(pair, dim=1) for pair in zip(*streams)), heads)
    return attend(field, groups, *streams, heads, sdpa)


def matches_in_room(height: int, width: int):
    """A path that turns by 40 degrees, and references along it and beside it, with their matches."""
    targets = torch.stack([room.look((-0.6 + 0.06 * i, 0.1, -1.6), 10 - 2 * i) for i in range(KEY_FRAMES)])
    views = torch.stack([room.look((-0.8 + 0.22 * i, -0.1, -1.9), 15 - 6 * i) for i in range(REFERENCES)])
    pictures, depth = room.see(views, height, width)
    cloud = lift(pictures[::2], depth_of(depth, slice(None, None, 2)))
    trajectory = Trajectory(targets, depth.K[:1].repeat(KEY_FRAMES, 1, 1), width, height, unit=cloud.unit)
    first = tuple(round(i * (KEY_FRAMES - 1) / REFERENCES) for i in range(REFERENCES))
    references = References(pictures.permute(0, 3, 1, 2) * 2 - 1, views, depth.K, first, unit=trajectory.unit)
    return references, correspondences(cloud, trajectory, references)


def depth_of(depth, part):
    from worldstereo.core.depth.depth import Depth
    return Depth(depth.depth[part], depth.valid[part], depth.K[part], depth.w2c[part], depth.unit)


def pairs_computed(field, groups, tokens: int) -> int:
    """(query, key) pairs that correspondence works on: those that are hidden from a token of a group as
    well."""
    return pairs_asked_for(field, REFERENCES, tokens) + sum(int(hidden.sum()) for *_, hidden in groups.chunks)


def measure(work, runs: int = 3) -> tuple[float, float]:
    """Median seconds, and megabytes held at most beside what there was before."""
    times = []
    for _ in range(runs):
        began = clock()
        work()
        wait()
        times.append(clock() - began)
    return statistics.median(times), most_memory(work) / 1e6


def clock() -> float:
    """On the CPU the time of this process alone, which other processes do not lengthen."""
    return time.perf_counter() if CUDA else time.process_time()


def most_memory(work) -> int:
    if CUDA:
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        work()
        return torch.cuda.max_memory_allocated() - before
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU],
                                profile_memory=True) as watched:
        work()
    events = [event for event in watched.profiler.kineto_results.events() if event.name() == "[memory]"]
    return max(itertools.accumulate(event.nbytes()
                                    for event in sorted(events, key=lambda event: event.start_ns())))


def wait() -> None:
    if CUDA:
        torch.cuda.synchronize()


if __name__ == "__main__":
    main()
