"""Writes a point cloud for other programs: PLY (binary, little endian) or GLB (one POINTS primitive), with colours."""

import os
from pathlib import Path

import numpy as np
import trimesh

from ..geometry.point_cloud import PointCloud
from ..values import require


def export_point_cloud(cloud: PointCloud, path: str | Path, y_up: bool = True) -> None:
    """Writes the cloud to path, which ends in .ply or .glb. Colours are 8-bit red green blue alpha.

    PLY holds the colours as they are (sRGB); GLB holds linear light, as glTF defines it and viewers expect.
    y_up    True: x right, y up, z towards the viewer, as 3D viewers expect, seen from the start camera, so that a
            panorama's cloud (world z up) stands upright too; False: world coordinates unchanged
    The file appears complete or not at all. Raises ValueError for another ending and when the file exists already.
    """
    path = Path(path)
    require(path.suffix in (".ply", ".glb"), f"A point cloud cannot be written as {path.name}; use .ply or .glb.")
    require(not path.exists(), f"{path.name} exists already and is not overwritten; choose another filename prefix.")
    points = cloud.points.cpu().numpy()
    if y_up:
        start = cloud.start_w2c.cpu().numpy()
        points = (points @ start[:3, :3].T + start[:3, 3]) * np.array([1, -1, -1], dtype=np.float32)
    colors = cloud.colors.cpu().numpy()
    if path.suffix == ".glb":
        colors = srgb_to_linear(colors)
    data = trimesh.PointCloud(points, (colors * 255).round().astype(np.uint8)).export(file_type=path.suffix[1:])
    write_atomically(path, data)


def srgb_to_linear(colors: np.ndarray) -> np.ndarray:
    """Light of sRGB values 0..1 (IEC 61966-2-1). Without it a GLB looks washed out in every viewer."""
    return np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)


def write_atomically(path: Path, data: bytes) -> None:
    """Writes to a hidden neighbour first, so that a killed run leaves no half file under the final name."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
