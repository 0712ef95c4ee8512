#!/usr/bin/env python3
"""How true the surfaces are: cloud and mesh of a scene of which everything is known, beside Open3D's TSDF.

    pip install open3d-cpu     # the peer; without it its rows are missing
    .venv/bin/python benchmarks/reconstruction.py [--scene room] [--views 24] [--voxel 0.02]
    .venv/bin/python benchmarks/reconstruction.py --scene motorcycle --voxel 0.02

A furnished room (tests/harness/synthetic_room.py) is seen from many poses, with exact depth and with depth as
it is estimated: noise, washed-out edges, floating specks (the paper's augmentations), and a wrong scale for
each view but the first, which only the geometric memory can mend. The motorcycle is the Middlebury pair: the
left photograph with its measured depth, and the right one with the same points as its camera sees them; the
true surface is the left photograph's points, so that nothing counts which the left camera does not see. Of
the same maps are made

    cloud            the geometric memory: the first view lifted, the others fused by `update`
    mesh             of the maps, without pieces, holes and colours
    mesh of memory   likewise of the cloud's depth from the same poses
    Open3D           VoxelBlockGrid of the maps at the same voxel size and truncation

accuracy: mean distance of points spread evenly over the mesh to the true surface, and the share within the
threshold. compl., recall: of points on the true surface that a view has seen to those. F1 and AUC (the area
under F1 up to 10 thresholds, as the paper scores) know the true surface as 400,000 points. Distances count as
10 thresholds at most; for the motorcycle they are those to the nearest true point. CPU seconds of one thread,
and MB by which memory grew at its peak.
"""
from __future__ import annotations

import argparse
import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import torch

from export import forget_peak, peak
from motorcycle import motorcycle
from synthetic_room import distance_to_surface, look, see, spoiled, surface_samples
from worldstereo.core.cameras.pinhole import in_picture, project
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.metrics import nearest_distance, score
from worldstereo.core.depth.depth import Depth
from worldstereo.core.memory.geometric.update import UpdateSettings, update
from worldstereo.core.surface.make import depth_of_cloud
from worldstereo.core.surface.mesh import surface
from worldstereo.core.surface.volume import fuse
from yardstick import machine

HEIGHT, WIDTH, TRUNCATION, SAMPLES = 240, 416, 4, 400_000
SPOILED = {
    "exact": {},
    "noise 1 %": {"noise": 0.01},
    "washed-out edges": {"bleeding": 2},
    "specks": {"floaters": 0.003},
    "all of them": {"noise": 0.01, "bleeding": 2, "floaters": 0.003},
    "all, wrong scales": {"noise": 0.01, "bleeding": 2, "floaters": 0.003, "scale": 0.15},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scene", choices=("room", "motorcycle"), default="room")
    parser.add_argument("--views", type=int, default=24, help="of the room")
    parser.add_argument("--voxel", type=float, default=0.02, help="in metres; the threshold is the same")
    given = parser.parse_args()
    torch.set_num_threads(1)
    print(machine())
    images, exact, truth, distance = (
        made_room(given.views) if given.scene == "room" else motorcycle_pair(10 * given.voxel))
    print(f"{given.scene}, {len(images)} views of {exact.width}x{exact.height}, voxels and threshold "
          f"{given.voxel} m\n")
    heads = {"accuracy": 9, "within": 8, "compl.": 9, "recall": 8, "F1": 8, "AUC": 8, "seconds": 9, "MB": 7}
    print(f"{'depth':36}" + "".join(f"{head:>{width}}" for head, width in heads.items()))
    nothing = dict.fromkeys(("noise", "scale", "floaters", "bleeding"), 0)
    for name, faults in SPOILED.items():
        depth = spoiled(exact, 1, **{**nothing, **faults})
        first = (depth.depth[0] / exact.depth[0]).median()  # its scale is the world's
        depth = replace(depth, depth=depth.depth / first)
        for row, make in ways(images, depth, given.voxel).items():
            forget_peak()
            before, begun = peak(), time.process_time()
            points = make()
            if points is not None:
                seconds, memory = time.process_time() - begun, peak() - before
                found = score(points, truth, given.voxel)
                away = distance(points)
                print(f"{name:20}{row:16}{1000 * away.clamp(max=10 * given.voxel).mean():6.1f} mm"
                      f"{(away < given.voxel).float().mean():8.1%}{1000 * found.completeness:6.1f} mm"
                      f"{found.recall:8.1%}{found.f1:8.1%}{found.auc:8.1%}{seconds:9.2f}{memory:7.0f}",
                      flush=True)


def made_room(views: int) -> tuple[torch.Tensor, Depth, torch.Tensor, Callable[[torch.Tensor], torch.Tensor]]:
    """Pictures, exact depth, points of the true surface that a view has seen, distance of points to it."""
    w2c = torch.stack([look([1.2 * math.sin(t), 0.3 * math.cos(3 * t), 1.2 * math.cos(t)],
                            360 * i / views + 150, 12 * math.sin(5 * t))
                       for i in range(views) for t in [2 * math.pi * i / views]])
    images, exact = see(w2c, HEIGHT, WIDTH)
    return images, exact, seen(surface_samples(SAMPLES), exact), distance_to_surface


def motorcycle_pair(
    bound: float,
) -> tuple[torch.Tensor, Depth, torch.Tensor, Callable[[torch.Tensor], torch.Tensor]]:
    """Likewise; distances are at most the bound."""
    pair = motorcycle()
    cloud = lift(pair.left[None], pair.depth, 0, math.inf)
    height, width = pair.left.shape[:2]
    path = Trajectory(torch.stack([torch.eye(4), pair.right_w2c]),
                      torch.stack([pair.depth.K[0], pair.right_K]), width, height, unit="m")
    maps = depth_of_cloud(cloud, path)
    maps.depth[0], maps.valid[0] = pair.depth.depth[0], pair.depth.valid[0]
    return (torch.stack([pair.left, pair.right]), maps, cloud.points,
            lambda points: nearest_distance(points, cloud.points, bound))


def ways(images: torch.Tensor, depth: Depth, voxel: float) -> dict:
    """Row -> function that makes points [N,3] of a surface."""
    clouds = []

    def cloud() -> torch.Tensor:
        first, others = parts(depth, slice(1)), parts(depth, slice(1, None))
        grown, _ = update(lift(images[:1], first), images[1:], others, UpdateSettings())
        clouds.append(grown)
        return grown.points

    def mesh(maps: Depth) -> torch.Tensor:
        made = surface(fuse(maps, voxel, TRUNCATION * voxel))
        return spread(made.vertices, made.faces)

    def of_memory() -> torch.Tensor:
        path = Trajectory(depth.w2c, depth.K, depth.width, depth.height, unit=depth.unit)
        return mesh(depth_of_cloud(clouds[0], path))

    return {"cloud": cloud, "mesh": lambda: mesh(depth), "mesh of memory": of_memory,
            "Open3D": lambda: open3d_mesh(depth, voxel)}


def parts(depth: Depth, which: slice) -> Depth:
    return replace(depth, depth=depth.depth[which], valid=depth.valid[which], K=depth.K[which],
                   w2c=depth.w2c[which])


def open3d_mesh(depth: Depth, voxel: float) -> torch.Tensor | None:
    try:
        import open3d
    except ImportError:
        return None
    core, geometry = open3d.core, open3d.t.geometry
    volume = geometry.VoxelBlockGrid(("tsdf", "weight"), (core.float32,) * 2, (1, 1), voxel, 16, 50_000,
                                     core.Device("CPU:0"))
    half = torch.tensor([[0, 0, 0.5], [0, 0, 0.5], [0, 0, 0]])  # its pixel centres are whole numbers
    limits = 1.0, 1000.0, float(TRUNCATION)
    for i in range(len(depth.depth)):
        picture = geometry.Image(core.Tensor(depth.depth[i, ..., None].contiguous().numpy()))
        camera = [core.Tensor(matrix.double().numpy()) for matrix in (depth.K[i] - half, depth.w2c[i])]
        blocks = volume.compute_unique_block_coordinates(picture, *camera, *limits)
        volume.integrate(blocks, picture, *camera, *limits)
    made = volume.extract_triangle_mesh(weight_threshold=0.0)
    return spread(torch.from_numpy(made.vertex.positions.numpy()),
                  torch.from_numpy(made.triangle.indices.numpy()).long())


def spread(vertices: torch.Tensor, faces: torch.Tensor) -> torch.Tensor:
    """[SAMPLES,3] points evenly on the triangles."""
    corners = vertices[faces]
    areas = torch.linalg.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]).norm(dim=1)
    g = torch.Generator().manual_seed(0)
    places = torch.rand(SAMPLES, generator=g) * areas.double().sum()
    which = torch.searchsorted(areas.double().cumsum(0), places.double()).clamp(max=len(faces) - 1)
    a, b = torch.rand(SAMPLES, 2, generator=g).unbind(1)
    a, b = torch.where(a + b > 1, 1 - a, a), torch.where(a + b > 1, 1 - b, b)
    first, second, third = corners[which].unbind(1)
    return first + a[:, None] * (second - first) + b[:, None] * (third - first)


def seen(points: torch.Tensor, depth: Depth) -> torch.Tensor:
    """Those of points [N,3] that a view shows."""
    shown = torch.zeros(len(points), dtype=torch.bool)
    for i in range(len(depth.depth)):
        pixels, z = project(points, depth.K[i], depth.w2c[i])
        inside = in_picture(pixels, z, depth.height, depth.width)
        column, row = pixels[inside].long().unbind(1)
        shown[inside] |= (depth.depth[i][row, column] - z[inside]).abs() < 0.03
    return points[shown]


if __name__ == "__main__":
    main()
