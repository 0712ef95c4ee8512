#!/usr/bin/env python3
"""How sharp and true colours are: of the geometric memory, averaged like places and by sharpness; of the
vertices of meshes, averaged by sharpness and as the median of the sharpest views.

    .venv/bin/python benchmarks/colors.py [SCENE CLIP... HELD]

room         tests/harness/synthetic_room.py with a fine pattern on its surfaces, seen as cameras do (a pixel
             is the mean of 9): a start image, clips from near, far and in between of 8 frames of
             288x160, with exact and with estimated depth; held: 4 other views
motorcycle   scikit-image's stereo pair: the left photograph at a third of its size, then whole, then at a
             third again, as a thing is seen from far, near and far; held: the right photograph
SCENE        a scene in the layout of the official scripts: the renders of its clips at 240 pixels of width,
             with depth from their camera motion; held: the render along the last clip, which was not fused

Meshes are made of the same views, with estimated depth as 'Mesh from Memory' does; far pictures of
the motorcycle have unknown surroundings, since all views have one size. Their vertices are compared with the
held pictures where these show them, edges along those of the triangles.

PSNR of the cloud's render from the held views against their pictures, where it draws, each point two pixels
wide. Edges: the mean difference between neighbouring pixels as a share of that in the pictures. Points: their
own colours against the room's, PSNR. Geometry: mean distance of the points to the room's surfaces.
"""
from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import torch
import torch.nn.functional as F
from torch import Tensor

import synthetic_room
from motorcycle import decibels, motorcycle
from space import small
from synthetic_room import distance_to_surface, look, see, spoiled
from worldstereo.core.cameras.pinhole import project
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.cloud.render.render import render_points
from worldstereo.core.depth.depth import Depth
from worldstereo.core.memory.geometric.update import UpdateSettings, choose_frames, update
from worldstereo.core.official.scene import read_scene
from worldstereo.core.surface.colors import Sight, _colors_at, _spread, vertex_colors, view_scores
from worldstereo.core.surface.make import depth_of_cloud
from worldstereo.core.surface.mesh import Mesh, surface
from worldstereo.core.surface.volume import default_voxel, fuse
from yardstick import machine

HEIGHT, WIDTH, FINER = 160, 288, 3
TOLERANCE = 0.03  # metres behind a held view's depth within which it shows a vertex
RULES = {"averaged": False, "by sharpness": True}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", nargs="?", type=Path)
    parser.add_argument("clips", nargs="*")
    given = parser.parse_args()
    torch.set_num_threads(1)
    print(machine())
    print(f"{'scene':28}{'colours':>14}{'PSNR':>9}{'edges':>8}{'points':>9}{'geometry':>11}")
    if given.scene is not None:
        official(given.scene, *given.clips)
        return
    two_photographs()
    motorcycle_mesh()
    room("room, exact depth", {})
    room("room, estimated depth", {"noise": 0.01, "bleeding": 2, "floaters": 0.003, "scale": 0.15})


def room(name: str, faults: dict[str, float]) -> None:
    synthetic_room.color = fine_pattern
    start, depth = photographs(look([0, 0, -1.5], 0)[None])
    clips = []
    for number, z in enumerate((0.9, -2.2, -0.5)):
        frames, maps = photographs(torch.stack([
            look([0.8 * math.sin(number + 0.25 * i), 0.1 * math.sin(i), z + 0.05 * i],
                 20 * math.sin(0.8 * i + number), 4 * math.sin(i)) for i in range(8)]))
        clips.append((frames, spoiled(maps, number, **faults) if faults else maps))
    held, truth = photographs(torch.stack([look([0.5 * i - 0.7, 0.1, 0.4 * i - 0.6], 12 * i - 15, 3)
                                           for i in range(4)]))
    clouds = fused(start, depth, clips)
    for rule, cloud in clouds.items():
        points = decibels(cloud.colors, fine_pattern(cloud.points), torch.ones(len(cloud.points)).bool())
        print(f"{name:28}{rule:>14}{judged(cloud.points, cloud.colors, held, truth.w2c, truth.K)}"
              f"{points:6.2f} dB"
              f"{1000 * distance_to_surface(cloud.points).mean():8.2f} mm", flush=True)
    pictures, maps = zip((start, depth), *clips)
    frames, depth = torch.cat(pictures), joined(*maps)
    if faults:
        path = Trajectory(depth.w2c, depth.K, WIDTH, HEIGHT, unit=depth.unit)
        depth = depth_of_cloud(clouds["by sharpness"], path)
    mesh, colors = meshed(frames, depth, default_voxel(depth))
    away = distance_to_surface(mesh.vertices).mean()
    for rule, found in colors.items():
        true = decibels(found, fine_pattern(mesh.vertices), torch.ones(len(found)).bool())
        print(f"{name + ', mesh':28}{rule:>14}{judged_mesh(mesh, found, held, truth)}"
              f"{true:6.2f} dB{1000 * away:8.2f} mm", flush=True)


def meshed(frames: Tensor, depth: Depth, voxel: float) -> tuple[Mesh, dict[str, Tensor]]:
    """The mesh of these views, and the colours [V,3] of its vertices by each rule."""
    mesh = surface(fuse(depth, voxel))
    sights = view_scores(mesh, depth, 4 * voxel)
    colors = {"by sharpness": vertex_colors(mesh, frames, depth, sights)}
    return mesh, colors | {f"median of {most}": median_colors(mesh, frames, depth, sights, most)
                           for most in (1, 3, 5)}


def median_colors(mesh: Mesh, frames: Tensor, depth: Depth, sights: list[Sight], most: int) -> Tensor:
    """[V,3] median of the colours in those views, at most so many, that show a vertex best."""
    best = torch.zeros(most, len(mesh.vertices))
    colors = torch.full((most, len(mesh.vertices), 3), torch.nan)
    for i, (index, scores) in enumerate(sights):
        index, score = index.long(), scores.float()
        color = _colors_at(frames[i], project(mesh.vertices[index], depth.K[i], depth.w2c[i])[0])
        for rank in range(most):  # what is pushed out goes on to the next rank
            other, painted = best[rank, index], colors[rank, index]
            wins = score > other
            best[rank, index], colors[rank, index] = (
                torch.where(wins, score, other), torch.where(wins[:, None], color, painted))
            score, color = torch.where(wins, other, score), torch.where(wins[:, None], painted, color)
    return _spread(mesh.vertices, colors.nanquantile(0.5, 0), best[0] > 0)


def joined(*parts: Depth) -> Depth:
    return Depth(*(torch.cat([getattr(part, name) for part in parts])
                   for name in ("depth", "valid", "K", "w2c")), parts[0].unit)


def fine_pattern(world_points: Tensor) -> Tensor:
    """Colours [...,3] of surface points [...,3], with waves of 30 cm, edges and waves of 5 cm."""
    waves = world_points @ torch.tensor([[5.0, 1, 2], [-2, 6, 1], [1, -3, 5]]) + torch.tensor([0.0, 1, 2])
    fine = 0.12 * torch.sin(14 * waves).sign() + 0.1 * torch.sin(33 * waves.roll(1, -1))
    return (0.5 + 0.25 * torch.sin(waves) + fine).clamp(0, 1)


def photographs(w2c: Tensor) -> tuple[Tensor, Depth]:
    fine, _ = see(w2c, FINER * HEIGHT, FINER * WIDTH)
    return smaller(fine), see(w2c, HEIGHT, WIDTH)[1]


def smaller(pictures: Tensor) -> Tensor:
    """[F,H/3,W/3,3] of [F,H,W,3]."""
    return F.avg_pool2d(pictures.permute(0, 3, 1, 2), FINER).permute(0, 2, 3, 1).contiguous()


def two_photographs() -> None:
    pair = motorcycle()
    near = pair.left[None, :498, :738], cut(pair.depth)
    far = smaller(near[0]), thirds(near[1])
    for rule, cloud in fused(*far, [near, far], "none").items():
        found = judged(cloud.points, cloud.colors, pair.right[None], pair.right_w2c[None], pair.right_K[None])
        print(f"{'motorcycle':28}{rule:>14}{found}", flush=True)


def motorcycle_mesh() -> None:
    pair = motorcycle()
    near = pair.left[None, :498, :738], cut(pair.depth)
    small, far = smaller(near[0]), thirds(near[1])
    picture, maps, valid = (torch.zeros_like(values) for values in (near[0], near[1].depth, near[1].valid))
    top, left = (near[1].height - far.height) // 2, (near[1].width - far.width) // 2
    inner = (slice(None), slice(top, top + far.height), slice(left, left + far.width))
    picture[inner], maps[inner], valid[inner] = small, far.depth, far.valid
    K = far.K + torch.tensor([[0, 0, left], [0, 0, top], [0, 0, 0]])
    framed = replace(far, depth=maps, valid=valid, K=K)
    frames, depth = torch.cat([picture, near[0], picture]), joined(framed, near[1], framed)
    right = Trajectory(pair.right_w2c[None], pair.right_K[None], *pair.right.shape[1::-1], unit="m")
    truth = depth_of_cloud(lift(pair.left[None], pair.depth), right)
    mesh, colors = meshed(frames, depth, default_voxel(near[1]))
    for rule, values in colors.items():
        found = judged_mesh(mesh, values, pair.right[None], truth)
        print(f"{'motorcycle, mesh':28}{rule:>14}{found}", flush=True)


def cut(depth: Depth) -> Depth:
    """Without the last rows and columns, so that both sides can be divided by 3."""
    return replace(depth, depth=depth.depth[:, :498, :738], valid=depth.valid[:, :498, :738],
                   w2c=torch.eye(4)[None])


def thirds(depth: Depth) -> Depth:
    """The depth of every third pixel of every third row, that in the middle."""
    return replace(depth, depth=depth.depth[:, 1::FINER, 1::FINER], valid=depth.valid[:, 1::FINER, 1::FINER],
                   K=depth.K / torch.tensor([FINER, FINER, 1.0])[:, None])


def official(folder: Path, *names: str) -> None:
    clips = {clip.name: clip for clip in read_scene(folder).clips}
    parts = [small(clips[name])[:2] for name in names[:-1]]
    frames, depth = parts[0]
    one = slice(1, 2)  # the first frame of an official clip is the photograph, not a render
    first = frames[one], replace(depth, depth=depth.depth[one], valid=depth.valid[one], K=depth.K[one],
                                 w2c=depth.w2c[one])
    held, truth, holes = small(clips[names[-1]])
    for rule, cloud in fused(*first, [choose_frames(*part, 8) for part in parts], "none").items():
        found = judged(cloud.points, cloud.colors, held[1:], truth.w2c[1:], truth.K[1:], holes[1:] == 0)
        print(f"{folder.name + ', held ' + names[-1]:28}{rule:>14}{found}", flush=True)


def fused(start: Tensor, depth: Depth, clips: Sequence[tuple[Tensor, Depth]],
          align: str = "scale") -> dict[str, PointCloud]:
    clouds = {}
    for rule, sharp in RULES.items():
        cloud = lift(start, depth)
        for clip in clips:
            cloud, _ = update(cloud, *clip, UpdateSettings(align, sharp_colors=sharp))
        clouds[rule] = cloud
    return clouds


def judged(points: Tensor, colors: Tensor, held: Tensor, w2c: Tensor, K: Tensor,
           known: Tensor | None = None) -> str:
    height, width = held.shape[1:3]
    drawn, mask, _ = render_points(points, colors, w2c, K, height, width, radius=2 / height)
    where = mask == 0 if known is None else (mask == 0) & known
    both = where[:, 1:, 1:] & where[:, :-1, 1:] & where[:, 1:, :-1]
    edges = [steps(pictures)[both].mean() for pictures in (drawn, held)]
    return f"{decibels(drawn, held, where):6.2f} dB{float(edges[0] / edges[1]):8.3f}"


def judged_mesh(mesh: Mesh, colors: Tensor, held: Tensor, truth: Depth) -> str:
    errors, lengths = [], torch.zeros(2)
    for i, sight in enumerate(view_scores(mesh, truth, TOLERANCE)):
        index = sight.vertices.long()
        true = torch.full_like(colors, torch.nan)
        true[index] = _colors_at(held[i], project(mesh.vertices[index], truth.K[i], truth.w2c[i])[0])
        errors.append((true[index] - colors[index]).square().mean(1))
        start, end, _ = mesh.faces[true[mesh.faces].isfinite().all(-1).all(-1)].unbind(1)
        lengths += torch.stack([(values[start] - values[end]).abs().sum() for values in (colors, true)])
    return f"{-10 * torch.cat(errors).mean().log10():6.2f} dB{float(lengths[0] / lengths[1]):8.3f}"


def steps(pictures: Tensor) -> Tensor:
    """[F,H-1,W-1] differences to the pixels before, to the left and above."""
    here = pictures[:, 1:, 1:]
    return ((here - pictures[:, 1:, :-1]).abs() + (here - pictures[:, :-1, 1:]).abs()).mean(-1)


if __name__ == "__main__":
    main()
