"""Reads the points of a GLB by glTF 2.0 (https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html).

Only the file itself is read: what lies in other files, in data: URIs or compressed is refused.
"""
from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ...files.limits import MOST_POINTS
from ...values import require
from .gltf.chunks import Glb, check_readable, open_glb
from .gltf.document import check, get, item
from .gltf.nodes import mesh_instances
from .gltf.primitives import vertices
from .gltf.textures import decode_image
from .ply import MARK
from .records import ignore_progress

GREY = 0.5  # of points without colours
# Modes of primitives: points are 0, strips and fans of triangles 5 and 6.
LINES, TRIANGLES, MODES = (1, 2, 3), 4, range(7)


def read_glb(path: Path, srgb: bool = False, progress: Callable[[int, int], None] = ignore_progress
             ) -> tuple[np.ndarray, np.ndarray | None, Any, list[str]]:
    """(points [N,3] float32, sRGB colours [N,3] float32 or None, facts or None, remarks): the points and mesh
    corners of the default scene, in its coordinates.

    srgb      take the colours of corners for sRGB; glTF has linear light
    progress  called with (done, total) of the meshes at every primitive; may raise to stop

    facts are what write_glb has noted. Raises ValueError for files that are damaged, hold no points, or keep
    them in a way that is not read.
    """
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # such points are infinite, and left out later
            glb = open_glb(path)
            check_readable(glb.document)
            return _read(glb, srgb, progress)
    except ValueError as error:
        raise ValueError(f"{path.name} {error}") from error
    except (KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError,
            struct.error) as error:
        raise ValueError(
            f"{path.name} is damaged ({type(error).__name__}: {error}); export it again.") from error


def _read(glb: Glb, srgb: bool, progress: Callable[[int, int], None]
          ) -> tuple[np.ndarray, np.ndarray | None, Any, list[str]]:
    points, colors, total, lines, linear = [], [], 0, 0, False
    most = max(MOST_POINTS, len(glb.binary) // 12)
    # Primitives in a row often share one.
    pixels = lru_cache(maxsize=1)(lambda image: decode_image(glb, image))
    meshes = mesh_instances(glb.document)
    for done, (mesh, to_scene) in enumerate(meshes.items()):
        for primitive in get(item(glb.document, "meshes", mesh), "primitives", list):
            progress(done, len(meshes))
            mode = get(primitive, "mode", int, TRIANGLES)
            check(mode in MODES, f"a primitive has the mode {mode}")
            if mode in LINES:
                lines += len(to_scene)
                continue
            corners, shades = vertices(glb, primitive, pixels, srgb)
            total += len(corners) * len(to_scene)
            require(total <= most, f"shows more than {most} points; export fewer.")
            R, t = to_scene[:, :3, :3], to_scene[:, None, :3, 3]
            points.append((corners @ R.swapaxes(1, 2) + t).astype(np.float32).reshape(-1, 3))
            colors.append(None if shades is None else np.tile(shades, (len(to_scene), 1)))
            linear |= not srgb and "COLOR_0" in primitive["attributes"]
    require(len(points) > 0, "holds no points or meshes in its scene; export a point cloud or a mesh.")
    asset = get(glb.document, "asset", dict, {})
    remarks = [f"primitives of lines left out: {lines}"] if lines else []
    if linear and "trimesh" in get(asset, "generator", str, "").lower():
        remarks.append("written by trimesh, which stores sRGB: choose colors = sRGB if the cloud looks pale")
    return np.concatenate(points), _concatenate(colors, points), _facts(asset), remarks


def _concatenate(colors: list[np.ndarray | None], points: list[np.ndarray]) -> np.ndarray | None:
    if all(part is None for part in colors):
        return None
    return np.concatenate([np.full_like(place, GREY) if part is None else part
                           for part, place in zip(colors, points)])


def _facts(asset: dict) -> Any:
    """What write_glb has noted; None in files of others."""
    extras = asset.get("extras")
    return extras.get(MARK) if isinstance(extras, dict) else None
