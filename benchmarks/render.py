#!/usr/bin/env python3
"""How long a picture of a point cloud takes, and how much memory.

    .venv/bin/python benchmarks/render.py [--profile]

Clouds lifted from 1, 5 and 13 views of 832x480 of the tests' synthetic room, seen by 6 frames of a camera
that pans away by 48 degrees. Every row is a process of its own: one frame to warm up (numba compiles then),
after that the fastest of RUNS runs, divided by the number of frames.

cpu         CPU seconds per frame of all threads together: neighbours on a shared machine disturb it least
wall        seconds per frame as they pass
yardsticks  cpu as a multiple of a stable torch sort of 10 million int64 keys on one thread, in the same
            process
memory      what the process grew by at most, results (6 frames: 48 MB) included
faster      than reference.py, whose time is extrapolated: it is proportional to pixels times points
--profile   also prints in which operations torch spends its time
"""
from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import torch

from synthetic_room import look, see
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.render.reference import render_points_reference
from worldstereo.core.cloud.render.render import render_points
from worldstereo.core.planning.presets.moves import pan
from yardstick import machine, yardstick

HEIGHT, WIDTH, FRAMES, RUNS = 480, 832, 6, 3
SIZES = {"400k": (1, 399_360), "2M": (5, 1_996_800), "5M": (13, 5_000_000)}  # views, points
GOALS = {("torch", "400k"): 0.17, ("torch", "2M"): 0.41, ("numba", "400k"): 0.03, ("numba", "2M"): 0.08}
SMALL = 20, 32, 50_000  # rows, columns and points of the reference's measured frame
ROW = "{:>5} {:>7}  {:>6} {:>7}  {:>7} {:>7} {:>10}  {:>7}  {:>9}  {}"


def main() -> None:
    print(machine())
    methods = ["torch"] + ["numba"] * bool(importlib.util.find_spec("numba"))
    if len(methods) == 1:
        print("numba is not installed: pip install numba")
    with tempfile.TemporaryDirectory() as folder:
        slow = seconds_per_step(scene(1, SMALL[2]))
        print(f"the reference takes {slow * 1e9:.2f} ns per pixel and point (measured with "
              f"{SMALL[1]}x{SMALL[0]} "
              f"pixels and {SMALL[2]} points)\n")
        print(ROW.format("cloud", "in view", "method", "threads", "cpu s", "wall s", "yardsticks", "memory",
                         "faster", ""))
        for name, (views, count) in SIZES.items():
            file = Path(folder, f"{name}.pt")
            torch.save(scene(views, count), file)
            for method in methods:
                for threads in sorted({1, os.cpu_count()}):
                    options = [str(file), name, method, str(threads), str(slow * HEIGHT * WIDTH * count)]
                    subprocess.run([sys.executable, __file__, *options, *sys.argv[1:]], check=True)


def scene(views: int, count: int) -> tuple[torch.Tensor, ...]:
    """The first `count` points of a cloud from so many views, their colours, and poses and intrinsics to
    render."""
    poses = torch.stack([look([0.5 * (-1) ** i * (i % 4), 0, 0.3 * (i % 4) - 1.5],
                              40 * (i // 2 + i % 2) * (-1) ** i)
                         for i in range(views)])
    images, depth = see(poses, HEIGHT, WIDTH)
    cloud = lift(images, depth, edge_threshold=0, contract=float("inf"))
    path = (torch.linalg.inv(pan(FRAMES, 48)) @ poses[0].double()).float()
    return cloud.points[:count], cloud.colors[:count] * 2 - 1, path, depth.K[:1].repeat(FRAMES, 1, 1)


def seconds_per_step(cloud) -> float:
    """Of the reference, for each pixel and point."""
    torch.set_num_threads(1)
    (points, colors, w2c, K), (height, width, count) = cloud, SMALL
    K = torch.diag(torch.tensor([width / WIDTH, height / HEIGHT, 1])) @ K[:1]
    began = time.process_time()
    render_points_reference(points, colors, w2c[:1], K, height, width)
    return (time.process_time() - began) / (height * width * count)


def measure(file: str, name: str, method: str, threads: str, reference: str, *options: str) -> None:
    """Prints one row; runs in a process of its own."""
    torch.set_num_threads(int(threads))
    points, colors, w2c, K = torch.load(file)
    render_points(points, colors, w2c[:1], K[:1], HEIGHT, WIDTH, method=method)
    before = memory("VmRSS")
    reset_peak_memory()
    times = []
    for _ in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        render_points(points, colors, w2c, K, HEIGHT, WIDTH, method=method)
        times.append(((time.process_time() - cpu) / FRAMES, (time.perf_counter() - wall) / FRAMES))
    grown = memory("VmHWM") - before
    cpu, wall = map(min, zip(*times))
    goal = GOALS.get((method, name)) if threads == "1" else None
    remark = f"goal {goal}: {cpu / goal:.2f} of it" if goal else ""
    print(ROW.format(name, in_view(points, w2c, K), method, threads, f"{cpu:.3f}", f"{wall:.3f}",
                     f"{cpu / yardstick():.3f}", f"{grown >> 20} MB", f"{float(reference) / cpu:,.0f}",
                     remark),
          flush=True)
    if options == ("--profile",) and method == "torch" and threads == "1":
        profile(lambda: render_points(points, colors, w2c, K, HEIGHT, WIDTH, method=method))


def in_view(points, w2c, K) -> str:
    """Mean number of points in the picture."""
    inside = 0
    for pose, lens in zip(w2c, K):
        cam = points @ pose[:3, :3].T + pose[:3, 3]
        u, v = (cam @ lens[:2].T / cam[:, 2:]).unbind(1)
        inside += int(((cam[:, 2] > 0) & (u > 0) & (u < WIDTH) & (v > 0) & (v < HEIGHT)).sum())
    return f"{inside // len(w2c) // 1000}k"


def memory(field: str) -> int:
    """Bytes by /proc/self/status; 0 where there is none."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith(field)), 0)


def reset_peak_memory() -> None:
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5")


def profile(work) -> None:
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as record:
        work()
    print(record.key_averages().table(sort_by="self_cpu_time_total", row_limit=15, max_name_column_width=30))


if __name__ == "__main__":
    measure(*sys.argv[1:]) if len(sys.argv) > 3 else main()
