#!/usr/bin/env python3
"""Time and memory of writing and reading large point clouds, each in a process of its own with one thread.

    .venv/bin/python benchmarks/export.py [--points 5000000] [--folder DIR]

wall and CPU seconds; peak: MiB that the process grew by at its peak (the cloud itself is not counted: 24
bytes for each point and what else it holds; Linux only); calls: how often the progress bar moved. trimesh is
shown for comparison; it writes positions and colours only. Files go to a temporary folder, so the page cache
is measured, not the disk.
"""
from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "benchmarks")]

import torch
import trimesh

from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.files.load import load_point_cloud
from worldstereo.core.cloud.files.save import GAUSSIANS, GLB, PLY, SPLAT, export_point_cloud
from worldstereo.core.cloud.metrics import score
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.cloud.thinning import thin_cloud
from worldstereo.core.export.dataset import COLMAP_BINARY, COLMAP_TEXT, export_dataset
from yardstick import machine

torch.set_num_threads(1)
CALLS = []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=5_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--row", choices=ROWS)
    args = parser.parse_args()
    if args.row:
        run_row(args.row, args.points, args.folder)
        return
    print(f"{machine()}\n{args.points:,} points\n")
    print(f"{'':32}{'wall':>8}{'CPU':>8}{'peak':>8}{'file MB':>9}{'calls':>7}", flush=True)
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        for row in ROWS:
            subprocess.run([sys.executable, __file__, "--row", row, "--points", str(args.points), "--folder",
                            folder],
                           check=True)


def run_row(row: str, count: int, folder: Path) -> None:
    cloud = surface(count)
    prepare, work = ROWS[row]
    prepare(cloud, folder)
    CALLS.clear()
    forget_peak()
    before, wall, cpu = peak(), time.perf_counter(), time.process_time()
    work(cloud, folder)
    seconds, cpu = time.perf_counter() - wall, time.process_time() - cpu
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    print(f"{row:32}{seconds:8.2f}{cpu:8.2f}{peak() - before:8.0f}{size:9.0f}{len(CALLS):7}", flush=True)
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def surface(count: int) -> PointCloud:
    """A wavy coloured surface, 4 x 4 m."""
    torch.manual_seed(0)
    x, y = (torch.rand(2, count) * 4).unbind(0)
    return PointCloud(torch.stack([x, y, torch.sin(3 * x) * 0.3 + 2], 1), torch.rand(count, 3), torch.eye(4))


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def peak() -> float:
    """MiB of memory at the most since forget_peak."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def nothing(cloud, folder):
    """Nothing is to be prepared."""


def write(kind: str, **options):
    def work(cloud, folder):
        name = "a.splat" if kind == SPLAT else "a.glb" if kind == GLB else "a.ply"
        export_point_cloud(cloud, folder / name, kind=kind, progress=lambda *done: CALLS.append(done),
                           **options)
    return work


def write_by_trimesh(kind: str):
    def work(cloud, folder):
        colors = (cloud.colors.numpy() * 255).round().astype("u1")
        (folder / f"a.{kind}").write_bytes(trimesh.PointCloud(cloud.points.numpy(),
                                                              colors).export(file_type=kind))
    return work


def read(kind: str):
    return lambda cloud, folder: load_point_cloud(folder / f"a.{kind}")


def write_ascii(cloud, folder):
    data = trimesh.PointCloud(cloud.points.numpy()).export(file_type="ply", encoding="ascii")
    (folder / "a.ply").write_bytes(data)


def data_set(layout: str):
    def work(cloud, folder):
        poses = torch.eye(4).repeat(21, 1, 1)
        K = torch.tensor([[700.0, 0, 416], [0, 700, 240], [0, 0, 1]]).repeat(21, 1, 1)
        export_dataset(folder / "set", torch.rand(21, 480, 832, 3), Trajectory(poses, K, 832, 480), layout,
                       cloud, progress=lambda *done: CALLS.append(done))
    return work


def compare(cloud, folder):
    print("   ", score(cloud.points[::2].contiguous(), cloud.points[1::2].contiguous(), 0.01))


ROWS = {
    "write ply": (nothing, write(PLY)),
    "write ply, confidence": (nothing, write(PLY, confidence=True)),
    "write ply, normals": (nothing, write(PLY, normals=True)),
    "write glb": (nothing, write(GLB)),
    "write splat": (nothing, write(SPLAT)),
    "write 3dgs ply": (nothing, write(GAUSSIANS)),
    "trimesh: write ply": (nothing, write_by_trimesh("ply")),
    "trimesh: write glb": (nothing, write_by_trimesh("glb")),
    "read ply": (write(PLY), read("ply")),
    "read glb": (write(GLB), read("glb")),
    "read ASCII ply": (write_ascii, read("ply")),
    "thin by 1 cm voxels": (nothing, lambda cloud, folder: thin_cloud(cloud, voxel=0.01)),
    "thin to a fifth": (nothing, lambda cloud, folder: thin_cloud(cloud, most=len(cloud.points) // 5)),
    "data set of 21 frames, binary": (nothing, data_set(COLMAP_BINARY)),
    "data set of 21 frames, text": (nothing, data_set(COLMAP_TEXT)),
    "compare one half to the other": (nothing, compare),
}

if __name__ == "__main__":
    main()
