#!/usr/bin/env python3
"""How much of the geometric memory hangs in empty space, and how much of the true surface it holds.

    .venv/bin/python benchmarks/space.py [--keep-photo] [--pictures FOLDER]   synthetic, with true depth
    .venv/bin/python benchmarks/space.py SCENE CLIP... HELD                   a scene in the official layout,
                                                                              e.g. examples/kitchen traj_up

Synthetic: a start image and clips with estimated depth (noise, wrong scale per frame, washed-out edges and
outlines against the sky, specks) are fused, and judged by views of true depth along a path that no clip took.

precision   share of the points that none of these views looks through: a point is wrong when it lies in their
            sky, or nearer than the true depth of the 2x2 pixels around it by more than 5 %
recall      share of the pixels of these views whose surface has a right point within 2 % of its depth
thin        recall of thin things alone
drawn       share of the pixels drawn along the path that show a point in empty space: nearer than the true
            depth of 7x7 pixels, the size of a drawn point, by more than 5 %

Scene: depth of each CLIP is found from its camera motion, in small pictures; the first is lifted, all are
fused, and the cloud is rendered along HELD. The truth is the official render of HELD. drawn: share of the
pixels drawn where the official render shows nothing; covered: share of its pixels that are drawn.
"""
from __future__ import annotations

import argparse
import math
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import torch
import torch.nn.functional as F
from torch import Tensor

import garden
import synthetic_room
from space_score import in_empty_space, surface_found
from synthetic_room import look
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.cloud.render.render import render_points
from worldstereo.core.depth.depth import Depth
from worldstereo.core.depth.motion.motion import depth_from_motion
from worldstereo.core.memory.geometric.update import UpdateSettings, choose_frames, update
from worldstereo.core.official.scene import read_scene

HEIGHT, WIDTH, FRAMES, ROOM_CLIPS = 96, 160, 6, 4
SMALL = 240  # width of the pictures of a real scene
ROW = "{:24}  {:>7}  {:>9}  {:>6}  {:>6}  {:>6}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", nargs="?", type=Path)
    parser.add_argument("clips", nargs="*", help="the clips to fuse, and the one to look along")
    parser.add_argument("--keep-photo", action="store_true", help="as the node does; synthetic scenes only")
    parser.add_argument("--pictures", type=Path, help="folder for pictures to look at")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.scene is not None:
        real(arguments.scene, *arguments.clips)
        return
    print(ROW.format("scene", "points", "precision", "recall", "thin", "drawn"))
    settings = UpdateSettings(keep_photo=arguments.keep_photo)
    room(settings)
    for scene, noise in ((0, 0), (0, 30), (1, 0), (2, 50)):
        in_garden(scene, noise, settings, arguments.pictures)


def in_garden(scene: int, noise: int, settings: UpdateSettings, pictures: Path | None) -> None:
    clips = [garden.see(path, HEIGHT, WIDTH, seed=scene)[:2] for path in garden.paths(FRAMES)]
    image, depth, _ = garden.see(torch.eye(4)[None], HEIGHT, WIDTH, seed=scene)
    held, truth, thin = garden.see(garden.side_path(), 2 * HEIGHT, 2 * WIDTH, seed=scene)
    name = f"garden {scene}, noise {noise}"
    cloud = lift(image, garden.estimated(depth, noise + 9, scale=0))
    judge(f"{name}: start", cloud, truth, thin)
    for i, (frames, depth) in enumerate(clips):
        cloud, _ = update(cloud, frames, garden.estimated(depth, noise + i), settings)
    seen = judge(f"{name}: {len(clips)} clips", cloud, truth, thin)
    if pictures is not None:
        save(pictures / f"garden_{scene}_{noise}.png", held, seen)


def room(settings: UpdateSettings) -> None:
    """The room of the tests, which has no sky and no thin things."""
    def seen(clip: int) -> tuple[Tensor, Depth]:
        angles = [math.tau * (clip * FRAMES + i + 1) / (ROOM_CLIPS * FRAMES) for i in range(FRAMES)]
        return synthetic_room.see(torch.stack([
            look([-1.2 * math.sin(a), 0.15 * math.sin(3 * a), -1.2 * math.cos(a)], math.degrees(a),
                 10 * math.sin(2 * a)) for a in angles]), HEIGHT, WIDTH)

    image, depth = synthetic_room.see(look([0, 0, -1.2], 0)[None], HEIGHT, WIDTH)
    _, truth = synthetic_room.see(torch.stack([look([0.3, 0.1, 0.2], yaw) for yaw in (55, 145, 235, 325)]),
                                  2 * HEIGHT, 2 * WIDTH)
    cloud = lift(image, synthetic_room.spoiled(depth, 99, scale=0), contract=math.inf)
    judge("room: start", cloud, truth)
    for clip in range(ROOM_CLIPS):
        frames, depth = seen(clip)
        cloud, _ = update(cloud, frames, synthetic_room.spoiled(depth, clip, floaters=0.02), settings)
    judge(f"room: {ROOM_CLIPS} clips", cloud, truth)


def judge(name: str, cloud: PointCloud, truth: Depth, thin: Tensor | None = None) -> Tensor:
    """Prints a row, and gives the cloud as the views of truth see it, [F,H,W,3]."""
    sky = ~truth.valid
    wrong = in_empty_space(cloud.points, truth, sky)
    found = surface_found(cloud.points[~wrong], truth)
    picture, _, depth = render_points(cloud.points, cloud.colors, truth.w2c, truth.K, truth.height,
                                      truth.width, radius=7.68 / truth.height)
    near = -F.max_pool2d(-torch.where(sky, torch.inf, truth.depth)[:, None], 7, 1, 3)[:, 0]
    drawn = ((depth > 0) & (depth < 0.95 * near)).sum() / (depth > 0).sum()
    print(ROW.format(name, len(cloud.points), f"{1 - wrong.float().mean():.2%}",
                     f"{found[truth.valid].float().mean():.1%}",
                     "" if thin is None else f"{found[thin].float().mean():.1%}", f"{drawn:.1%}"), flush=True)
    return picture


def real(folder: Path, *names: str) -> None:
    clips = {clip.name: clip for clip in read_scene(folder).clips}
    cloud = None
    for name in names[:-1]:
        frames, depth, _ = small(clips[name])
        if cloud is None:
            one = slice(1, 2)  # the first frame of an official clip is the photograph, not a render
            cloud = lift(frames[one], replace(depth, depth=depth.depth[one], valid=depth.valid[one],
                                              K=depth.K[one], w2c=depth.w2c[one]))
        cloud, report = update(cloud, *choose_frames(frames, depth, 8), UpdateSettings("none"))
        print(str(report).splitlines()[0])
    clip = clips[names[-1]]
    path = clip.trajectory.resized(SMALL, round(SMALL * clip.trajectory.height / clip.trajectory.width))
    covered = render_path(cloud, path)[1] < 0.5
    hole = F.interpolate(clip.mask[:, None].float(), covered.shape[1:], mode="area")[:, 0]
    print(f"along {clip.name}: drawn {(covered & (hole == 1)).sum() / covered.sum():.2%}, covered "
          f"{(covered & (hole < 0.5)).sum() / (hole < 0.5).sum():.2%}, {len(cloud.points)} points")


def small(clip) -> tuple[Tensor, Depth, Tensor]:
    """Small frames of a clip with their depth from motion, and its holes."""
    path = clip.trajectory.resized(SMALL, round(SMALL * clip.trajectory.height / clip.trajectory.width))
    size = (path.height, path.width)
    frames = F.interpolate(clip.render.permute(0, 3, 1, 2) / 255, size, mode="area").permute(0, 2, 3, 1)
    holes = (F.interpolate(clip.mask[:, None].float(), size, mode="area")[:, 0] > 0).float()
    return frames, depth_from_motion(frames, path, holes)[0], holes


def save(path: Path, truth: Tensor, seen: Tensor) -> None:
    """The true views above what the cloud shows."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    picture = torch.cat([torch.cat(list(row[::2]), 1) for row in (truth, seen)])
    Image.fromarray((picture.clamp(0, 1) * 255).byte().numpy()).save(path)


if __name__ == "__main__":
    main()
