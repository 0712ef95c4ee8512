"""Writes pictures with their cameras and points to a folder that trainers of 3D scenes read."""
from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..cameras.formats.colmap import write_colmap_binary, write_colmap_text
from ..cameras.formats.nerfstudio import write_nerfstudio
from ..cameras.formats.world_mirror import write_world_mirror
from ..cameras.trajectory import Trajectory
from ..cloud.files.ply import write_ply
from ..cloud.files.records import ignore_progress
from ..cloud.point_cloud import PointCloud
from ..depth.depth import Depth
from ..files.atomic import new_path
from ..pictures import image_to_bytes
from ..values import check_finite, check_shape, require
from .colmap_points import write_points_binary, write_points_text

COLMAP_BINARY, COLMAP_TEXT, WORLD_MIRROR = "3DGS, COLMAP binary", "3DGS, COLMAP text", "WorldMirror"
DEPTH_STEPS = 1000  # of 16-bit depth pictures in a scene unit, as nerfstudio takes them
DEEPEST = 65535 / DEPTH_STEPS

logger = logging.getLogger(__name__)


def export_dataset(folder: Path, images: Tensor, trajectory: Trajectory, layout: str,
                   cloud: PointCloud | None = None, masks: Tensor | None = None, depth: Depth | None = None,
                   progress: Callable[[int, int], None] = ignore_progress) -> None:
    """Writes a new folder, complete or not at all.

    images      [F,H,W,3] in 0..1, one for each pose; the intrinsics are stretched to their size
    layout      the first two: images/, sparse/0 (COLMAP), transforms.json, points.ply (world coordinates),
                and masks/ and depths/ when given; for 3D Gaussian splatting, gsplat, nerfstudio, instant-ngp.
                WorldMirror: images/ and cameras.json; points, masks and depths are left out
    masks       [F,H,W], 1 where the training ignores a picture; files hold 255 where it uses it
    depth       one map for each picture; files hold thousandths of the unit in 16 bits, 0 = unknown or beyond
                65.535

    progress gets (done, total) pictures. Raises ValueError for numbers and sizes that do not belong together,
    and when the folder exists already.
    """
    _check(images, trajectory, layout, masks, depth)
    trajectory = trajectory.resized(images.shape[2], images.shape[1])
    mirror = layout == WORLD_MIRROR
    names = [f"{frame:04}" if mirror else f"frame_{frame + 1:05}" for frame in range(len(images))]
    with new_path(folder) as part:
        _write_pictures(part / "images", names, (_bytes(image[..., :3]) for image in images), len(images),
                        progress)
        if mirror:
            if cloud is not None or masks is not None or depth is not None:
                logger.warning("A WorldMirror set holds pictures and cameras; points, masks and depths are "
                               "left out.")
            (part / "cameras.json").write_text(write_world_mirror(trajectory), encoding="utf-8")
            return
        frames = json.loads(write_nerfstudio(trajectory))
        mask_pictures = None if masks is None else (_bytes(1 - mask.float()) for mask in masks)
        depth_pictures = None if depth is None else _depth_pictures(depth)
        for key, kind, pictures in (("mask_path", "masks", mask_pictures),
                                    ("depth_file_path", "depths", depth_pictures)):
            if pictures is not None:
                _write_pictures(part / kind, names, pictures, len(images), progress)
                for name, frame in zip(names, frames["frames"]):
                    frame[key] = f"{kind}/{name}.png"
        _write_colmap(part / "sparse" / "0", trajectory, names, layout == COLMAP_BINARY, cloud)
        if cloud is not None:
            points, colors = cloud.points.cpu().numpy(), cloud.colors.cpu().numpy()
            facts = {"axes": "world", "unit": cloud.unit, "start_w2c": cloud.start_w2c.tolist()}
            write_ply(part / "points.ply", points, colors, facts)
            frames["ply_file_path"] = "points.ply"
        (part / "transforms.json").write_text(json.dumps(frames, indent=1), encoding="utf-8")


def _write_colmap(folder: Path, trajectory: Trajectory, names: Sequence[str], binary: bool,
                  cloud: PointCloud | None) -> None:
    folder.mkdir(parents=True)
    pictures = [f"{name}.png" for name in names]
    files = write_colmap_binary(trajectory, pictures) if binary else write_colmap_text(trajectory, pictures)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    if cloud is not None:
        write = write_points_binary if binary else write_points_text
        write(folder / f"points3D.{'bin' if binary else 'txt'}", cloud.points.cpu().numpy(),
              cloud.colors.cpu().numpy())


def _write_pictures(folder: Path, names: Sequence[str], pictures: Iterable[np.ndarray], total: int,
                    progress: Callable[[int, int], None]) -> None:
    folder.mkdir(parents=True)
    for done, (name, picture) in enumerate(zip(names, pictures), 1):
        Image.fromarray(picture).save(folder / f"{name}.png", compress_level=4)  # as ComfyUI's Save Image
        progress(done, total)


def _bytes(picture: Tensor) -> np.ndarray:
    return image_to_bytes(picture).cpu().numpy()


def _depth_pictures(depth: Depth) -> Iterator[np.ndarray]:
    """[H,W] uint16 of each map, thousandths of the unit, 0 = unknown or beyond DEEPEST."""
    too_deep = int((depth.valid & (depth.depth > DEEPEST)).sum())
    if too_deep:
        logger.warning("%d pixels are deeper than %g %s, the most a 16-bit depth picture holds; they are "
                       "left out.", too_deep, DEEPEST, depth.unit)
    for values, valid in zip(depth.depth, depth.valid):
        steps = torch.where(valid & (values <= DEEPEST), values * DEPTH_STEPS, 0).round()
        yield steps.cpu().numpy().astype(np.uint16)


def _check(images: Tensor, trajectory: Trajectory, layout: str, masks: Tensor | None,
           depth: Depth | None) -> None:
    require(layout in (COLMAP_BINARY, COLMAP_TEXT, WORLD_MIRROR), f"There is no data set layout {layout!r}.")
    require(images.ndim == 4 and images.shape[3] in (3, 4) and len(images) == trajectory.frames,
            f"The pictures have the shape {list(images.shape)} and the path has {trajectory.frames} poses; "
            "connect the path that the pictures were made along, with one pose for each.")
    check_finite("Pictures of the data set", images, "connect decoded frames")
    if masks is not None:
        check_shape("Masks of the data set", masks, ",".join(map(str, images.shape[:3])),
                    "give one for each picture")
    maps = len(images) if depth is None else len(depth.depth)
    require(maps == len(images),
            f"There are {maps} depth maps for {len(images)} pictures; give one for each.")
