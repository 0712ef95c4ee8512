#!/usr/bin/env python3
"""How good depth from camera motion is, how much of the picture it covers, and how long it takes.

    .venv/bin/python benchmarks/plane_sweep.py                   the synthetic room, whose depth is known
    .venv/bin/python benchmarks/plane_sweep.py SCENE CLIP OTHER  a scene in the official layout, e.g.
                                            examples/kitchen traj_left traj_up [--pictures FOLDER]

Room: known is the share of pixels with depth, median the median relative error of depth, and the others the
shares of the known pixels that are wrong by more than 2 and 5 %.

Scene: the depth of CLIP's render is found, every third frame is lifted into one point cloud, and the cloud is
rendered along the path of OTHER, of which nothing else was used. covered is the share of the official
render's pixels that it shows; PSNR is that of the pixels which both show, once with our depth and once with
the median depth of each frame.

One thread. Wall and CPU seconds; yardsticks is the CPU time as a multiple of a stable torch sort of 10
million keys.
"""
from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "harness")]

import torch

from filmed_room import film, forwards, orbit, sideways
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.depth.motion.motion import depth_from_motion
from worldstereo.core.official.scene import read_scene
from yardstick import machine, yardstick

FRAMES, HEIGHT, WIDTH = 21, 480, 832


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", nargs="?", type=Path)
    parser.add_argument("clips", nargs="*", help="the clip depth is found of, and those it is looked at from")
    parser.add_argument("--pictures", type=Path, help="folder for pictures to look at")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(machine())
    if arguments.scene is None:
        rooms()
    else:
        across(read_scene(arguments.scene), *arguments.clips, pictures=arguments.pictures)


def timed(*clip):
    wall, cpu = time.perf_counter(), time.process_time()
    found = depth_from_motion(*clip)
    cpu = time.process_time() - cpu
    wall = time.perf_counter() - wall
    return found, f"{wall:.0f} s wall, {cpu:.0f} s CPU, {cpu / yardstick():.0f} yardsticks"


def rooms() -> None:
    print(f"\n{FRAMES} frames of {WIDTH}x{HEIGHT} in the room")
    for name, poses in (("orbit of 57 degrees", orbit(57, FRAMES)), ("sideways", sideways(FRAMES)),
                        ("forwards", forwards(FRAMES))):
        images, exact, path = film(poses, HEIGHT, WIDTH)
        (depth, _, _), times = timed(images, path)
        wrong = (depth.depth / exact.depth - 1).abs()[depth.valid]
        print(f"{name:20} known {depth.valid.float().mean():.1%}, median {wrong.median():.2%}, "
              f"2 % off {(wrong > 0.02).float().mean():.1%}, 5 % off {(wrong > 0.05).float().mean():.1%}; "
              f"{times}",
              flush=True)


def across(scene, name: str, *others: str, pictures: Path | None = None) -> None:
    clips = {clip.name: clip for clip in scene.clips}
    clip = clips[name]
    images = clip.render / 255
    (depth, confidence, _), times = timed(images, clip.trajectory, clip.mask)
    shown = ~clip.mask.bool()
    print(f"\n{name}: known {float(depth.valid[shown].float().mean()):.1%} of what the frames show; {times}")
    flat = replace(depth, depth=torch.where(depth.valid, per_frame_median(depth), 0.0))
    for other in others:
        compare(clips[other], images, depth, flat, pictures)
    if pictures is not None:
        save(pictures / f"{name.replace('/', '_')}_depth.png",
             [[images[i], false_colors(depth, i), confidence[i][..., None].expand(-1, -1, 3)]
              for i in (0, 5, 10, 15)])


def compare(clip, images, depth, flat, pictures) -> None:
    """Prints how well the cloud of every third frame shows what the clip shows."""
    covered, scores = 0.0, []
    for maps in (depth, flat):
        kept = slice(0, None, 3)
        cloud = lift(images[kept],
                     replace(maps, depth=maps.depth[kept], valid=maps.valid[kept], K=maps.K[kept],
                                           w2c=maps.w2c[kept]))
        ours, holes, _ = render_path(cloud, clip.trajectory)
        both = (holes < 0.5) & ~clip.mask.bool()
        covered = covered or float(both.sum() / (~clip.mask.bool()).sum())
        scores.append(-10 * float(((ours - clip.render / 255)[both] ** 2).mean().log10()))
        if maps is depth and pictures is not None:
            save(pictures / f"{clip.name.replace('/', '_')}_seen.png",
                 [[clip.render[i] / 255, ours[i]] for i in (0, 5, 10, 15)])
    print(f"along {clip.name}: covered {covered:.1%}, PSNR {scores[0]:.2f} dB, with one depth for each frame "
          f"{scores[1]:.2f} dB", flush=True)


def per_frame_median(depth):
    return torch.stack([maps[valid].median() for maps, valid in zip(depth.depth, depth.valid)])[:, None, None]


def false_colors(depth, frame):
    """[H,W,3] near red, far blue, unknown black."""
    valid = depth.valid[frame]
    inverse = torch.where(valid, 1 / depth.depth[frame].clamp(min=1e-9), 0.0)
    low, high = (inverse[valid].kthvalue(1 + int(part * (int(valid.sum()) - 1))).values
                 for part in (0.02, 0.98))
    level = ((inverse - low) / (high - low)).clamp(0, 1)[..., None]
    return (1.5 - (4 * level - torch.tensor([3.0, 2.0, 1.0])).abs()).clamp(0, 1) * valid[..., None]


def save(path: Path, rows) -> None:
    from PIL import Image
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = torch.cat([torch.cat(row, 1) for row in rows])[::2, ::2]
    Image.fromarray((picture.clamp(0, 1) * 255).byte().numpy()).save(path)


if __name__ == "__main__":
    main()
