"""PLY, binary little endian (Turk, 1994), with the property names that MeshLab, CloudCompare, Blender and
Open3D read.

trimesh could write positions and colours too, but it holds the file several times in memory, reports no
progress, and cannot write confidence and comments.
"""
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from .records import ignore_progress, to_bytes, write_records

MARK = "worldstereo"  # starts the comment that holds the facts
TYPES = {"<f4": "float", "|u1": "uchar"}
PLACE = [(axis, "<f4") for axis in "xyz"]
COLOR = [(name, "u1") for name in ("red", "green", "blue")]
NORMAL = [(name, "<f4") for name in ("nx", "ny", "nz")]


def write_ply(path: Path, points: np.ndarray, colors: np.ndarray, facts: dict,
              normals: np.ndarray | None = None, confidence: np.ndarray | None = None,
              progress: Callable[[int, int], None] = ignore_progress) -> None:
    """Writes points [N,3] float32 with colours [N,3] in 0..1 (sRGB, kept with 8 bits), in this order of
    properties: x y z, nx ny nz when normals [N,3] are given, red green blue, confidence when [N] is given.
    facts go into a comment.
    """
    extra = [] if confidence is None else [("confidence", "<f4")]
    dtype = np.dtype(PLACE + (NORMAL if normals is not None else []) + COLOR + extra)

    def fill(rows: np.ndarray, place: slice) -> None:
        _set(rows, PLACE, points[place])
        _set(rows, COLOR, to_bytes(colors[place]))
        if normals is not None:
            _set(rows, NORMAL, normals[place])
        if confidence is not None:
            rows["confidence"] = confidence[place]

    write_ply_rows(path, len(points), dtype, fill, facts, progress)


def write_ply_rows(path: Path, count: int, dtype: np.dtype, fill: Callable[[np.ndarray, slice], None],
                   facts: dict, progress: Callable[[int, int], None] = ignore_progress) -> None:
    """Writes `count` vertices whose properties are the fields of dtype; fill as in write_records."""
    properties = [f"property {TYPES[dtype[name].str]} {name}" for name in dtype.names or ()]
    header = ["ply", "format binary_little_endian 1.0", f"comment {MARK} {json.dumps(facts)}",
              f"element vertex {count}", *properties, "end_header\n"]
    with open(path, "wb") as file:
        file.write("\n".join(header).encode("ascii"))
        write_records(file, count, dtype, fill, progress)


def _set(rows: np.ndarray, fields: list[tuple[str, str]], values: np.ndarray) -> None:
    for column, (name, _) in enumerate(fields):
        rows[name] = values[:, column]
