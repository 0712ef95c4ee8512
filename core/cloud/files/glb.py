"""GLB (glTF 2.0) with one primitive of points, as browsers and ComfyUI's 3D nodes open it.

trimesh could write it too, in twice the time and with six times the memory at 5 million points, and without
progress.
"""
from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ...values import require
from .ply import MARK
from .records import ignore_progress, write_records
from .srgb import srgb_to_linear

# Numbers of the standard
POINTS, ARRAY_BUFFER, FLOAT, UNSIGNED_BYTE, UNSIGNED_SHORT = 0, 34962, 5126, 5121, 5123
MOST_POINTS = 214_000_000  # of 20 bytes, in the 4 GiB that a GLB can have


def write_glb(path: Path, points: np.ndarray, colors: np.ndarray, facts: dict,
              progress: Callable[[int, int], None] = ignore_progress) -> None:
    """Writes points [N,3] float32 and sRGB colours [N,3] in 0..1, as linear light with 16 bits: with 8 the
    seven darkest of 256 sRGB values would be black. Raises ValueError for more points than a GLB holds."""
    count = len(points)
    require(count <= MOST_POINTS,
            f"{count} points do not fit into a GLB, which holds {MOST_POINTS}; write a PLY, or fewer points.")

    def position(rows: np.ndarray, place: slice) -> None:
        rows[:] = points[place]

    def color(rows: np.ndarray, place: slice) -> None:
        rows[:, :3] = (srgb_to_linear(colors[place]) * 65535).round()
        rows[:, 3] = 65535

    text = json.dumps(_document(points, facts)).encode()
    text += b" " * (-len(text) % 4)
    with open(path, "wb") as file:
        file.write(struct.pack("<4sII", b"glTF", 2, 28 + len(text) + 20 * count))
        file.write(struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", 20 * count, b"BIN\0"))
        write_records(file, count, np.dtype(("<f4", 3)), position, lambda done, _: progress(done, 2 * count))
        write_records(file, count, np.dtype(("<u2", 4)), color,
                      lambda done, _: progress(count + done, 2 * count))


def _document(points: np.ndarray, facts: dict) -> dict:
    count = len(points)
    view = {"buffer": 0, "target": ARRAY_BUFFER}
    return {
        "asset": {"version": "2.0", "generator": "ComfyUI-WorldStereo", "extras": {MARK: facts}},
        "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0, "name": "point cloud"}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "COLOR_0": 1}, "mode": POINTS}]}],
        "accessors": [
            {"bufferView": 0, "componentType": FLOAT, "count": count, "type": "VEC3",
             "min": points.min(0).tolist(), "max": points.max(0).tolist()},
            {"bufferView": 1, "componentType": UNSIGNED_SHORT, "normalized": True, "count": count,
             "type": "VEC4"}],
        "bufferViews": [{**view, "byteLength": 12 * count},
                        {**view, "byteOffset": 12 * count, "byteLength": 8 * count}],
        "buffers": [{"byteLength": 20 * count}]}
