"""Point clouds of this and other programs: PLY and GLB files become a PointCloud."""

import json
import logging
import struct
from pathlib import Path

import numpy as np
import torch

from ..geometry.point_cloud import PointCloud
from ..values import require
from .glb import linear_to_srgb
from .ply import MARK
from .ply_read import read_ply

logger = logging.getLogger(__name__)

AS_STATED, WORLD, Y_UP, Z_UP = "as the file says", "world", "y up", "z up"
# Rows: where x, y, z of OpenCV axes (x right, y down, z forward) are found in the file's.
TURNS = {WORLD: ((1, 0, 0), (0, 1, 0), (0, 0, 1)), Y_UP: ((1, 0, 0), (0, -1, 0), (0, 0, -1)),
         Z_UP: ((1, 0, 0), (0, 0, -1), (0, 1, 0))}
GREY = 0.5  # of points without colours


def load_point_cloud(path: Path, axes: str = AS_STATED, unit: str = "") -> tuple[PointCloud, str]:
    """(cloud, report) of a .ply (plain or of Gaussian splats) or .glb file.

    axes    how the file's world stands: one of TURNS, or as export_point_cloud has noted it; files that note nothing
            are taken for y up
    unit    of the coordinates; empty for the noted one, else scene units

    The start pose is the noted one, which also undoes y up exactly; without a note the start camera sits in the origin.
    Points with NaN or infinite numbers are left out. Raises ValueError for files that are damaged or hold no points.
    """
    require(path.is_file(), f"There is no file {path.name}; choose one in ComfyUI's input folder.")
    kind = path.suffix.lower()
    require(kind in (".ply", ".glb"), f"{path.name} is no PLY or GLB; convert it with a 3D program first.")
    points, colors, confidence, facts = read_ply(path) if kind == ".ply" else _read_glb(path)
    facts = _checked_facts(facts)
    noted = facts is not None and axes == AS_STATED
    axes = facts["axes"] if noted else Y_UP if axes == AS_STATED else axes
    finite = np.isfinite(points).all(1)
    require(bool(finite.any()), f"{path.name} holds no point with finite coordinates; export it again.")
    points = points[finite] @ np.array(TURNS[axes], np.float32).T
    start = np.array(facts["start_w2c"], np.float32) if noted else np.eye(4, dtype=np.float32)
    if noted and axes == Y_UP:
        points = (points - start[:3, 3]) @ start[:3, :3]
    remarks = [] if finite.all() else [f"{(~finite).sum()} points without finite coordinates left out"]
    if colors is None:
        remarks.append("the file holds no colours, points are grey")
    colors = np.full_like(points, GREY) if colors is None else np.nan_to_num(colors[finite], nan=GREY).clip(0, 1)
    if confidence is not None:
        confidence = torch.from_numpy(np.nan_to_num(confidence[finite], posinf=0).clip(min=0))
    for remark in remarks:
        logger.warning("%s: %s.", path.name, remark)
    cloud = PointCloud(torch.from_numpy(points), torch.from_numpy(colors), torch.from_numpy(start),
                       unit or (facts["unit"] if facts else "scene units"), confidence)
    return cloud, ", ".join([f"{path.name}: {len(cloud.points)} points, {axes}"
                             f"{' as noted in the file' if noted else ''}, in {cloud.unit}", *remarks])


def _checked_facts(facts: dict | None) -> dict | None:
    """What export_point_cloud has noted, or None when it is not whole."""
    try:
        if facts["axes"] in TURNS and np.array(facts["start_w2c"], np.float32).shape == (4, 4):
            return {**facts, "unit": str(facts["unit"])}
    except (KeyError, TypeError, ValueError):
        pass
    return None


def _read_glb(path: Path) -> tuple[np.ndarray, np.ndarray | None, None, dict | None]:
    """(points [N,3], colours [N,3] sRGB or None, None, facts or None) of all points and mesh corners, in the scene."""
    import trimesh
    facts = _glb_document(path).get("asset", {}).get("extras", {}).get(MARK)
    try:
        scene = trimesh.load_scene(path, process=False)
        parts = [(scene.geometry[name], scene.graph[node][0]) for node in scene.graph.nodes_geometry
                 for name in [scene.graph[node][1]]]
        require(len(parts) > 0, f"{path.name} holds no points.")
        points = [(part.vertices @ turn[:3, :3].T + turn[:3, 3]).astype(np.float32) for part, turn in parts]
        colors = [_colors(part) for part, _ in parts]
    except (KeyError, IndexError, TypeError, AttributeError, struct.error) as error:
        raise ValueError(f"{path.name} is damaged, or no GLB of points or meshes ({type(error).__name__}: {error}); "
                         "export it again.") from error
    if all(color is None for color in colors):
        return np.concatenate(points), None, None, facts
    colors = [np.full_like(place, GREY) if color is None else color for color, place in zip(colors, points)]
    return np.concatenate(points), np.concatenate(colors), None, facts


def _glb_document(path: Path) -> dict:
    with open(path, "rb") as file:
        head = file.read(20)
        require(len(head) == 20 and head[:4] == b"glTF" and head[16:] == b"JSON", f"{path.name} is no GLB file.")
        length, document = struct.unpack_from("<I", head, 8)[0], struct.unpack_from("<I", head, 12)[0]
        require(length <= path.stat().st_size, f"{path.name} was cut off: it announces {length} bytes and has "
                                               f"{path.stat().st_size}; copy it again.")
        try:
            return json.loads(file.read(document))
        except ValueError as error:
            raise ValueError(f"{path.name} is damaged ({error}); export it again.") from error


def _colors(part) -> np.ndarray | None:
    """[N,3] float32 sRGB of a trimesh geometry, None where it has none."""
    visual = part.visual
    if visual.kind == "texture":  # textures are sRGB, colours of corners are linear light
        return np.asarray(visual.to_color().vertex_colors, np.float32)[:, :3] / 255
    colors = part.colors if hasattr(part, "colors") else visual.vertex_colors if visual.kind == "vertex" else None
    if colors is None or len(colors) != len(part.vertices):
        return None
    return linear_to_srgb(np.asarray(colors, np.float32)[:, :3] / 255).astype(np.float32)
