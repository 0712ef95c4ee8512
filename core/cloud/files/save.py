"""Writes a point cloud for other programs."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from ...cameras.rotations import FLIP
from ...files.atomic import new_path
from ...values import require
from ..neighbours import surface_normals
from ..point_cloud import PointCloud
from .glb import write_glb
from .ply import write_ply
from .records import ignore_progress
from .splat import gaussians, write_gaussian_ply, write_splat

GLB, PLY, SPLAT, GAUSSIANS = "glb", "ply", "splat", "3dgs ply"
ENDINGS = {GLB: ".glb", PLY: ".ply", SPLAT: ".splat", GAUSSIANS: ".ply"}
BY_FORMAT, Y_UP, Y_DOWN, WORLD = "as the format expects", "y up", "y down", "world"


def export_point_cloud(cloud: PointCloud, path: str | Path, axes: str | bool = BY_FORMAT,
                       kind: str | None = None, normals: bool = False, confidence: bool = False,
                       progress: Callable[[int, int], None] = ignore_progress) -> None:
    """Writes the cloud to path as one of ENDINGS; kind None goes by the ending, .ply being a plain one.

    axes        BY_FORMAT: y up for PLY and GLB, y down for splats, as their viewers expect.
                "y up": x right, y up, z towards the viewer; "y down": x right, y down, z forward; both as
                seen from the start camera, so that a panorama's cloud (world z up) has the right side up too.
                "world": coordinates unchanged. True and False are older names of "y up" and "world".
    normals     for a plain PLY: estimated from the 12 nearest others, facing the start camera
    confidence  for a plain PLY: the points' confidence as a property of that name
    progress    called with (done, total) of the current step; may raise to stop

    PLY and GLB store how the world was rotated, so that load_point_cloud restores the cloud. The file appears
    complete or not at all. Raises ValueError for another ending and when the file exists already.
    """
    path = Path(path)
    kind = kind or path.suffix.removeprefix(".")
    require(ENDINGS.get(kind) == path.suffix,
            f"A point cloud cannot be written as {path.name}; use .ply or .glb, or .splat for splats.")
    require(kind == PLY or not (normals or confidence),
            f"The format {kind} has no place for normals and confidence; choose ply, or switch them off.")
    axes = {True: Y_UP, False: WORLD, BY_FORMAT: Y_UP if kind in (PLY, GLB) else Y_DOWN}.get(axes, axes)
    require(axes in (Y_UP, Y_DOWN, WORLD),
            f"There are no axes {axes!r}; use {Y_UP!r}, {Y_DOWN!r}, {WORLD!r} or {BY_FORMAT!r}.")
    start_w2c = cloud.start_w2c.cpu().numpy()
    points, colors = cloud.points.cpu().numpy(), cloud.colors.cpu().numpy()
    eye = -start_w2c[:3, :3].T @ start_w2c[:3, 3]
    if axes != WORLD:  # in numpy, whose roundings the files of earlier versions have
        points, eye = points @ start_w2c[:3, :3].T + start_w2c[:3, 3], np.zeros_like(eye)
    if axes == Y_UP:
        points = points * FLIP.numpy()
    facts = {"axes": axes, "unit": cloud.unit, "start_w2c": start_w2c.tolist()}
    with new_path(path) as temporary:
        if kind == GLB:
            write_glb(temporary, points, colors, facts, progress)
        elif kind == PLY:
            facing = None
            if normals:
                facing = surface_normals(torch.from_numpy(points), torch.from_numpy(eye), progress).numpy()
            trust = cloud.confidence.cpu().numpy() if confidence else None
            write_ply(temporary, points, colors, facts, facing, trust, progress)
        else:
            splats = gaussians(torch.from_numpy(points), cloud.colors.cpu(), cloud.confidence.cpu(),
                               progress=progress)
            if kind == SPLAT:
                write_splat(temporary, splats, progress)
            else:
                write_gaussian_ply(temporary, splats, facts, progress)
