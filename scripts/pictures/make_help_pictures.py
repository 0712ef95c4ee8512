#!/usr/bin/env python3
"""Makes the pictures of the help pages, web/help/ID.webp: what goes into a node and what comes out of it.

    .venv/bin/python scripts/pictures/make_help_pictures.py [ID ...]

Nothing is painted: every picture is what the node's code makes, of scikit-image's motorcycle with its
measured depth, or of a made room of which colour and depth are known. In the room the true frames of a clip
stand for sampled ones.
"""
from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import stand_ins  # noqa: E402
import worldstereo as ws  # noqa: E402
from worldstereo.core.cameras.pinhole import intrinsics_from_fov  # noqa: E402
from worldstereo.core.cameras.trajectory import Trajectory  # noqa: E402
from worldstereo.core.cloud.point_cloud import PointCloud  # noqa: E402
from worldstereo.core.depth.depth import Depth  # noqa: E402
from worldstereo.core.depth.picture import depth_picture  # noqa: E402
from worldstereo.core.memory.stereo.bank import MemoryBank, images_of  # noqa: E402
from worldstereo.core.memory.stereo.correspondence import TOKEN, correspondences  # noqa: E402
from worldstereo.core.panorama.sphere import panorama_to_views, views_to_panorama  # noqa: E402
from worldstereo.core.panorama.views import ring_directions, views  # noqa: E402
from worldstereo.core.picture_fit import FITS, fit_photo  # noqa: E402
from worldstereo.core.values import require  # noqa: E402
from worldstereo.training.photos import photographs  # noqa: E402
from worldstereo.training.scenes.cast import cast, halve  # noqa: E402
from worldstereo.training.scenes.scene import make_scene  # noqa: E402
from worldstereo.training.scenes.textures import make_textures  # noqa: E402

WIDTH, GAP, LINE = 640, 8, 34  # of a picture, between panes, of a caption; shown in 280 pixels
PAPER, DIM, INK = (24, 26, 31), (160, 170, 186), (240, 243, 248)
SEED, TEXTURES = 15, 60  # of the room
COLORS = (255, 60, 60), (90, 230, 90), (60, 220, 255), (255, 225, 60), (255, 110, 230), (255, 255, 255)


class Pane(NamedTuple):
    """A caption and a picture [H,W,3] in 0..1."""

    caption: str
    picture: Tensor


Row = list[Pane]


# What the pictures show.


@functools.cache
def motorcycle() -> tuple[Tensor, Depth, PointCloud]:
    image, depth = stand_ins.photograph()
    return image, depth, ws.lift(image, depth)


@functools.cache
def scene():
    return make_scene(SEED, TEXTURES), make_textures(photographs(None), TEXTURES, 0)


def look(x: float, z: float, yaw: float) -> Tensor:
    """w2c [4,4] of a camera in the room at eye level, turned to the right and a little down."""
    y, p = math.radians(yaw), math.radians(12)
    turn = torch.tensor([[math.cos(y), 0, -math.sin(y)], [0, 1, 0], [math.sin(y), 0, math.cos(y)]])
    nod = torch.tensor([[1, 0, 0], [0, math.cos(p), -math.sin(p)], [0, math.sin(p), math.cos(p)]])
    w2c = torch.eye(4)
    w2c[:3, :3] = nod @ turn
    w2c[:3, 3] = -w2c[:3, :3] @ torch.tensor([x, -1.5, z])
    return w2c


def seen(path: Trajectory) -> tuple[Tensor, Depth]:
    """The room's true frames [F,H,W,3] and their depth."""
    fine = path.K * path.K.new_tensor([2.0, 2.0, 1.0])[:, None]
    frames, depth = halve(*cast(*scene(), path.w2c, fine, 2 * path.height, 2 * path.width))
    return ws.to_image(frames), Depth(depth, depth > 0, path.K, path.w2c, "m")


@functools.cache
def start() -> tuple[Tensor, Depth]:
    """The room's photograph."""
    K = intrinsics_from_fov(70, 312, 208)[None]
    return seen(Trajectory(look(-1.0, -1.8, 22)[None], K, 312, 208, unit="m"))


def room_path(preset: str, **wish: float) -> Trajectory:
    return ws.plan(start()[1], preset, 9, 312, 208, ws.Wish(**wish))[0]


def rendered(cloud: PointCloud, path: Trajectory, *numbers: int) -> list[Tensor]:
    return [*ws.render_path(cloud, frames_of(path, numbers), 0.012)[0]]


def frames_of(path: Trajectory, numbers: tuple[int, ...]) -> Trajectory:
    return replace(path, w2c=path.w2c[list(numbers)], K=path.K[list(numbers)])


def outside(path: Trajectory, cloud: PointCloud, width: int = 624, height: int = 330,
            viewpoint: str = "three-quarter") -> Tensor:
    """As Preview Trajectory draws it, without its captions."""
    return ws.draw_trajectory(path, cloud, width, height + 80, viewpoint)[40:-40]


# One function for each picture: its rows of panes.


def depth_from_image() -> list[Row]:
    _, depth, _ = motorcycle()
    values = (depth.depth / depth.depth[depth.valid].max()).where(depth.valid, torch.tensor(0.0))
    return [[Pane("in: depth map, far = bright", values[0, ..., None].expand(-1, -1, 3)),
             Pane("out: near = bright", depth_picture(depth)[0])]]


def point_cloud_from_depth() -> list[Row]:
    image, depth, cloud = motorcycle()
    camera = Trajectory(torch.eye(4)[None], depth.K, depth.width, depth.height, unit="m")
    return [[Pane("in: photograph", image[0]), Pane("in: its depth", depth_picture(depth)[0])],
            [Pane("out: coloured points, here from outside", outside(camera, cloud))]]


def render_point_cloud() -> list[Row]:
    _, depth, cloud = motorcycle()
    path, _ = ws.plan(depth, "orbit", 21, 312, 208, ws.Wish(angle=30))
    frames, masks, _ = ws.render_path(cloud, path, 0.012)
    chosen = (4, 12, 20)
    return [[Pane("in: points and a path", outside(path, cloud))],
            [Pane(f"out: render {i}", frames[i]) for i in chosen],
            [Pane(f"out: mask {i}", masks[i, ..., None].expand(-1, -1, 3)) for i in chosen]]


def preview_trajectory() -> list[Row]:
    _, depth, cloud = motorcycle()
    path, _ = ws.plan(depth, "orbit", 21, 312, 208, ws.Wish(angle=35, elevation=12))
    small = [Pane(f"viewpoint {name}", outside(path, cloud, 308, 210, name)) for name in ("top", "side")]
    return [[Pane("viewpoint three-quarter", ws.draw_trajectory(path, cloud, 624, 400))], small]


def continue_trajectory() -> list[Row]:
    _, depth, cloud = motorcycle()
    first, _ = ws.plan(depth, "orbit", 12, 312, 208, ws.Wish(angle=30))
    second, _ = ws.plan(depth, "dolly", 12, 312, 208, ws.Wish(distance=0.35 * depth.median))
    moved = ws.continue_path(first, second)
    return [[Pane("in: previous", outside(first, cloud, 308, 210)),
             Pane("in: path", outside(second, cloud, 308, 210))],
            [Pane("out: path, from the last pose of previous", outside(moved, cloud))]]


def export_point_cloud() -> list[Row]:
    _, depth, cloud = motorcycle()
    path, _ = ws.plan(depth, "orbit", 3, 312, 234, ws.Wish(angle=40, elevation=14))
    left, _ = ws.plan(depth, "orbit", 3, 312, 234, ws.Wish(angle=-40, elevation=6))
    panes = []
    for caption, one in (("the file from the left", left), ("from the upper right", path)):
        frames, masks, _ = ws.render_path(cloud, frames_of(one, (2,)), 0.01)
        paper = torch.tensor(PAPER) / 255
        panes.append(Pane(caption, frames[0].where(masks[0, ..., None] < 0.5, paper)))
    return [panes]


def picture_size() -> list[Row]:
    image, _, _ = motorcycle()
    portrait = ws.to_frames(image[:, :, 230:560])
    panes = [Pane(f"fit {how}", ws.to_image(fit_photo(portrait, (416, 240), how)[0])[0]) for how in FITS]
    return [[Pane("in: photo", image[0, :, 230:560]), *panes[:1]], panes[1:]]


def update_geometric_memory() -> list[Row]:
    image, depth = start()
    before, path = ws.lift(image, depth), room_path("orbit", angle=38.0)
    frames, depths = seen(path)
    after, _ = ws.update(before, frames, depths)
    other = room_path("orbit", angle=30.0, elevation=8.0)
    return [[Pane(f"in: frame {i}", frames[i]) for i in (2, 5, 8)],
            [Pane("in: points of a photo", outside(path, before, 308, 230)),
             Pane("out: and of the clip", outside(path, after, 308, 230))],
            [Pane("a new view before", *rendered(before, other, 8)),
             Pane("and after", *rendered(after, other, 8))]]


@functools.cache
def stereo_memory() -> tuple[Trajectory, Tensor, MemoryBank]:
    image, _ = start()
    path = room_path("orbit", angle=24.0)
    frames, _ = seen(path)
    bank = ws.new_bank(ws.to_frames(image), frames_of(path, (0,)), "photo")
    return path, frames, ws.add_clip(bank, ws.to_frames(frames), path, "orbit", keep=5)


def update_memory_bank() -> list[Row]:
    _, frames, bank = stereo_memory()
    kept = images_of(bank)
    return [[Pane(f"in: {i}", frames[i]) for i in (0, 2, 5, 8)],
            [Pane(f"out: {bank.names[i]}", kept[i]) for i in range(3)],
            [Pane(bank.names[i], kept[i]) for i in range(3, 6)]]


def retrieve_references() -> list[Row]:
    _, _, bank = stereo_memory()
    path = room_path("orbit", angle=32.0, elevation=14.0)
    wanted, _ = seen(path)
    references, report = ws.retrieve_references(bank, path)
    name = {match.key_frame: bank.names[match.entry] for match in report.matches}
    chosen = (2, 5, 8)
    kept = dict(zip(bank.names, images_of(bank)))
    return [[Pane(f"frame {i} will see", wanted[i]) for i in chosen],
            [Pane(f"out: {name[i]}", kept[name[i]]) for i in chosen]]


def apply_stereo_memory() -> list[Row]:
    path, _, bank = stereo_memory()
    clip = room_path("orbit", angle=14.0, elevation=10.0)
    frames, depths = seen(clip)
    references, _ = ws.retrieve_references(bank, clip)
    frame = references.ref_index[-1] + 1
    cloud = ws.lift(frames, depths)
    matches = correspondences(cloud, clip, references)[frame, ..., -1]
    marked = [frames[frame].clone(), ws.to_image(references.frames[-1:])[0].clone()]
    for row in range(1, matches.shape[0] - 1, 3):
        for column in range(1, matches.shape[1] - 1, 4):
            if matches[row, column] >= 0:
                color = torch.tensor(COLORS[(row + column) % len(COLORS)]) / 255
                mark(marked[0], row, column, 0, color)
                mark(marked[1], *divmod(int(matches[row, column]), matches.shape[1]), 1, color)
    return [[Pane("a key frame of the clip", marked[0]), Pane("in: the same in a reference", marked[1])]]


def mark(picture: Tensor, row: int, column: int, reach: int, color: Tensor) -> None:
    """Frames the tokens around (row, column)."""
    top, left, low, right = ((row - reach) * TOKEN, (column - reach) * TOKEN, (row + reach + 1) * TOKEN,
                             (column + reach + 1) * TOKEN)
    inside = picture[max(top, 0):low, max(left, 0):right].clone()
    picture[max(top, 0):low, max(left, 0):right] = color
    picture[max(top, 0) + 2:low - 2, max(left, 0) + 2:right - 2] = inside[2:-2, 2:-2]


def apply_geometric_memory() -> list[Row]:
    image, depth, _ = motorcycle()
    transformer, vae = stand_ins.models()
    path, _ = ws.plan(depth, "orbit", 4, 384, 256, ws.Wish(angle=18))
    single = ws.single_image_memories(ws.to_frames(image)[0], depth, path, radius=0.016)
    noise = ws.initial_noise(path.frames, path.height, path.width, torch.Generator())
    latent = ws.sample_key_frames(
        transformer, ws.few_step_sigmas(4), noise, ws.encode_condition(vae, single.render[0], path.frames),
        stand_ins.prompt(), None, ws.geometric_control(vae, single.render, single.mask, path),
        ws.stereo_control(vae, single.references, path))
    frames = ws.to_image(ws.decode_key_frames(vae, latent))
    render = ws.to_image(single.render)
    return [[Pane(f"in: render {i}", render[i]) for i in (1, 2, 3)],
            [Pane(f"Nano {i}", frames[i]) for i in (1, 2, 3)]]


def build_world() -> list[Row]:
    image, depth = start()
    cloud = first = ws.lift(image, depth)
    moves = ("orbit", {"angle": 30.0}), ("dolly", {"distance": 1.2}), ("orbit", {"angle": -30.0})
    paths = [room_path(preset, **wish) for preset, wish in moves]
    for path in paths:
        cloud, _ = ws.update(cloud, *seen(path))
    return [[Pane(f"in: path {number + 1}", outside(path, first, 204, 190, "top"))
             for number, path in enumerate(paths)],
            [Pane("out: the points of all clips", outside(paths[-1], cloud))]]


@functools.cache
def panorama() -> Tensor:
    """[256,512,3] of the room from its middle."""
    cameras = views([*ring_directions(4), (0.0, 90.0), (0.0, -90.0)], 256, 256, 100.0, 100.0)
    axes = torch.tensor([[0.0, 1, 0], [0, 0, -1], [-1, 0, 0]])  # of a panorama's world in the room
    w2c = cameras.w2c.clone()
    w2c[:, :3, :3] = cameras.w2c[:, :3, :3] @ axes.T
    w2c[:, :3, 3] = -w2c[:, :3, :3] @ torch.tensor([0.0, -1.5, -0.9])
    return views_to_panorama(seen(replace(cameras, w2c=w2c, unit="m"))[0], cameras, 256)[0]


def panorama_views() -> list[Row]:
    pictures = panorama_to_views(panorama(), views(ring_directions(3), 208, 208, 90.0, 90.0))
    return [[Pane("in: panorama", panorama())],
            [Pane(f"out: {angle}° right", pictures[i]) for i, angle in enumerate((0, 120, 240))]]


def depth_from_motion() -> list[Row]:
    path = room_path("orbit", angle=20.0)
    frames, true = seen(path)
    found, _, _ = ws.depth_from_motion(frames, path)
    return [[Pane(f"in: frame {i}", frames[i]) for i in (0, 4, 8)],
            [Pane(f"out: depth {i}", depth_picture(found)[i]) for i in (0, 4, 8)]]


PICTURES: dict[str, Callable[[], list[Row]]] = {
    "WSKitDepthFromImage": depth_from_image,
    "WSKitPointCloudFromDepth": point_cloud_from_depth,
    "WSKitRenderPointCloud": render_point_cloud,
    "WSKitPreviewTrajectory": preview_trajectory,
    "WSKitContinueTrajectory": continue_trajectory,
    "WSKitExportPointCloud": export_point_cloud,
    "WSKitPictureSize": picture_size,
    "WSKitUpdateGeometricMemory": update_geometric_memory,
    "WSKitUpdateMemoryBank": update_memory_bank,
    "WSKitRetrieveReferences": retrieve_references,
    "WSKitApplyGeometricMemory": apply_geometric_memory,
    "WSKitApplyStereoMemory": apply_stereo_memory,
    "WSKitBuildWorld": build_world,
    "WSKitPanoramaViews": panorama_views,
    "WSKitDepthFromMotion": depth_from_motion,
}


def main(ids: list[str]) -> None:
    torch.set_num_threads(1)
    total = 0
    for node_id in ids or PICTURES:
        file = ROOT / "web" / "help" / f"{node_id}.webp"
        file.parent.mkdir(exist_ok=True)
        drawn(PICTURES[node_id]()).save(file, quality=72, method=6)
        total += file.stat().st_size
        print(f"{file.name} ({file.stat().st_size // 1024} kB)", flush=True)
    print(f"{total // 1024} kB")


def drawn(rows: list[Row]) -> Image.Image:
    """The rows below each other, each as wide as the picture, its panes of one height."""
    strips = [strip(row) for row in rows]
    picture = Image.new("RGB", (WIDTH, sum(each.height for each in strips) + GAP), PAPER)
    top = 0
    for each in strips:
        picture.paste(each, (0, top))
        top += each.height
    return picture


def strip(row: Row) -> Image.Image:
    shapes = [pane.picture.shape[1] / pane.picture.shape[0] for pane in row]
    height = round((WIDTH - GAP * (len(row) + 1)) / sum(shapes))
    picture = Image.new("RGB", (WIDTH, height + LINE + GAP), PAPER)
    draw, left, font = ImageDraw.Draw(picture), GAP, ImageFont.load_default(24)
    for pane, shape in zip(row, shapes):
        width = round(height * shape)
        pixels = Image.fromarray((pane.picture.clamp(0, 1).numpy() * 255).round().astype(np.uint8))
        picture.paste(pixels.resize((width, height), Image.Resampling.LANCZOS), (left, LINE + GAP))
        require(draw.textlength(pane.caption, font) <= width, f"{pane.caption!r} is longer than its pane.")
        draw.text((left, GAP + LINE // 2), pane.caption, DIM if pane.caption.startswith("in:") else INK, font,
                  anchor="lm")
        left += width + GAP
    return picture


if __name__ == "__main__":
    main(sys.argv[1:])
