"""The points of a COLMAP model, as text or binary (https://colmap.github.io/format.html). No picture tracks
are stored: trainers begin with positions and colours only."""
from __future__ import annotations

from pathlib import Path

import numpy as np

from ..cloud.files.records import CHUNK, to_bytes, write_records

POINT = np.dtype([("id", "<u8"), ("place", "<f8", 3), ("color", "u1", 3), ("error", "<f8"), ("track", "<u8")])


def write_points_binary(path: Path, points: np.ndarray, colors: np.ndarray) -> None:
    """points3D.bin of points [N,3] with colours [N,3] in 0..1; ids begin at 1."""
    def fill(rows: np.ndarray, place: slice) -> None:
        rows["id"] = np.arange(place.start, place.stop) + 1
        rows["place"], rows["color"] = points[place], to_bytes(colors[place])
        rows["error"], rows["track"] = 0, 0

    with open(path, "wb") as file:
        file.write(np.array(len(points), "<u8").tobytes())
        write_records(file, len(points), POINT, fill)


def write_points_text(path: Path, points: np.ndarray, colors: np.ndarray) -> None:
    """points3D.txt of points [N,3] with colours [N,3] in 0..1; ids begin at 1."""
    with open(path, "w", encoding="ascii", newline="\n") as file:
        file.write("# POINT3D_ID, X, Y, Z, R, G, B, ERROR, TRACK[] as (IMAGE_ID, POINT2D_IDX)\n")
        for begin in range(0, len(points), CHUNK):
            rows = zip(points[begin:begin + CHUNK].tolist(), to_bytes(colors[begin:begin + CHUNK]).tolist())
            file.writelines(f"{number} {x!r} {y!r} {z!r} {red} {green} {blue} 0\n"
                            for number, ((x, y, z), (red, green, blue)) in enumerate(rows, begin + 1))
