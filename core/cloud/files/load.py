"""Loads PLY and GLB files, of this pack and of other programs, as a PointCloud."""
from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ...values import require
from ..point_cloud import PointCloud
from .glb_read import GREY, read_glb
from .ply_read import read_ply
from .records import ignore_progress
from .save import WORLD, Y_DOWN, Y_UP

logger = logging.getLogger(__name__)

AS_STATED, Z_UP = "as the file says", "z up"
# Rows: where x, y, z of OpenCV axes (x right, y down, z forward) are found in the file's.
IDENTITY = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
TO_OPENCV = {WORLD: IDENTITY, Y_DOWN: IDENTITY, Y_UP: ((1, 0, 0), (0, -1, 0), (0, 0, -1)),
         Z_UP: ((1, 0, 0), (0, 0, -1), (0, 1, 0))}
BY_FORMAT, SRGB = "as the format says", "sRGB"


def load_point_cloud(path: Path, axes: str = AS_STATED, unit: str = "",
                     colors: str = BY_FORMAT,
                     progress: Callable[[int, int], None] = ignore_progress) -> tuple[PointCloud, str]:
    """(cloud, report) of a .ply (plain or of Gaussian splats) or .glb file.

    axes      axes of the file: one of TO_OPENCV, or those that export_point_cloud stored in it; files without
              them are read as y up, Gaussian splats as y down, as their trainers write them
    unit      of the coordinates; empty: the unit stored in the file, else scene units
    colors    colour space of a GLB's points and vertices. BY_FORMAT: linear, as in glTF; SRGB: what some
              programs store
    progress  called with (done, total) while the file is read; may raise to stop

    The start pose is the one stored in the file, which also undoes y up and y down exactly; otherwise the
    start camera is at the origin. Points with NaN or infinite numbers are left out. Raises ValueError for
    files that are damaged or hold no points.
    """
    require(path.is_file(), f"There is no file {path.name}; choose one in ComfyUI's input folder.")
    kind = path.suffix.lower()
    require(kind in (".ply", ".glb"), f"{path.name} is no PLY or GLB; convert it with a 3D program first.")
    require(axes in (AS_STATED, *TO_OPENCV), f"There are no axes {axes!r}; use one of "
                                             f"{', '.join([AS_STATED, *TO_OPENCV])}.")
    require(colors in (BY_FORMAT, SRGB), f"Colours cannot be {colors!r}; use {BY_FORMAT!r} or {SRGB!r}.")
    if kind == ".ply":
        points, rgb, confidence, facts, is_splats, remarks = read_ply(path, progress)
    else:
        points, rgb, facts, remarks = read_glb(path, colors == SRGB, progress)
        confidence, is_splats = None, False
    facts = _parse_facts(facts)
    noted = facts if axes == AS_STATED else None
    usual = Y_DOWN if is_splats else Y_UP
    axes = noted["axes"] if noted else usual if axes == AS_STATED else axes
    finite = np.isfinite(points).all(1)
    require(bool(finite.any()), f"{path.name} holds no point with finite coordinates; export it again.")
    points = points[finite] @ np.array(TO_OPENCV[axes], np.float32).T
    start = np.array(noted["start_w2c"], np.float32) if noted else np.eye(4, dtype=np.float32)
    if noted and axes in (Y_UP, Y_DOWN):
        points = (points - start[:3, 3]) @ start[:3, :3]
    if not finite.all():
        remarks.append(f"{(~finite).sum()} points without finite coordinates left out")
    if rgb is None:
        remarks.append("the file holds no colours, points are grey")
    rgb = np.full_like(points, GREY) if rgb is None else np.nan_to_num(rgb[finite], nan=GREY).clip(0, 1)
    trust = np.ones(len(points), np.float32) if confidence is None else confidence[finite]
    for remark in remarks:
        logger.warning("%s: %s.", path.name, remark)
    cloud = PointCloud(torch.from_numpy(points), torch.from_numpy(rgb), torch.from_numpy(start),
                       unit or (facts["unit"] if facts else "scene units"),
                       torch.from_numpy(np.nan_to_num(trust, posinf=0).clip(min=0)))
    return cloud, ", ".join([f"{path.name}: {len(cloud.points)} points, {axes}"
                             f"{' as noted in the file' if noted else ''}, in {cloud.unit}", *remarks])


def _parse_facts(facts: Any) -> dict | None:
    """What export_point_cloud stored, or None when it is incomplete."""
    try:
        if facts["axes"] in TO_OPENCV and np.array(facts["start_w2c"], np.float32).shape == (4, 4):
            return {**facts, "unit": str(facts["unit"])}
    except (KeyError, TypeError, ValueError, OverflowError):
        pass
    return None
