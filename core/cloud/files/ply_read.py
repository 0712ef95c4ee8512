"""Reads the vertices of a PLY: ASCII or binary of either byte order, under the property names in common
use."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ...files.json_text import parse_json
from ...values import reason, require
from .ply import MARK
from .records import CHUNK, ignore_progress
from .splat import SH0

TYPES = {"char": "i1", "int8": "i1", "uchar": "u1", "uint8": "u1", "short": "i2", "int16": "i2",
         "ushort": "u2", "uint16": "u2", "int": "i4", "int32": "i4", "uint": "u4", "uint32": "u4",
         "float": "f4", "float32": "f4", "double": "f8", "float64": "f8"}
COLORS = (("red", "green", "blue"), ("r", "g", "b"), ("diffuse_red", "diffuse_green", "diffuse_blue"))
GAUSSIAN_COLORS = ("f_dc_0", "f_dc_1", "f_dc_2")
CONFIDENCES = ("confidence", "scalar_confidence", "scalar_Confidence")
LONGEST_HEADER = 1000  # lines
RANGES = 255, 65535  # of colours that are kept in a larger type
Table = Mapping[str, np.ndarray] | np.ndarray  # columns by name


class Element(NamedTuple):
    """One table of a PLY; the type of a property is None for a list."""

    name: str
    count: int
    properties: list[tuple[str, str | None]]


class PlyCloud(NamedTuple):
    """The vertices of a file: points [N,3] float32, sRGB colours [N,3] and confidence [N], float32 or None,
    what write_ply stored or None, whether they are Gaussian splats, and remarks."""

    points: np.ndarray
    colors: np.ndarray | None
    confidence: np.ndarray | None
    facts: dict | None
    is_splats: bool
    remarks: list[str]


def read_ply(path: Path, progress: Callable[[int, int], None] = ignore_progress) -> PlyCloud:
    """Reads a PLY. Colours are red green blue, r g b, diffuse_... (whole numbers by their range: 8 bits, 16
    bits, or that of their type; fractions as 0..1 or 0..255), or those of Gaussian splats.

    Raises ValueError for damaged files and for missing points.
    """
    with open(path, "rb") as file:
        form, elements, facts = _header(path.name, file)
        before = [element.name for element in elements].index("vertex")
        vertex = elements[before]
        require(all(kind for _, kind in vertex.properties),
                f"{path.name} has vertices with lists, which is not read.")
        kinds = {name: kind for name, kind in vertex.properties if kind}
        require(all(axis in kinds for axis in "xyz"), f"{path.name} has vertices without x, y and z.")
        require(len(kinds) == len(vertex.properties), f"{path.name} has two properties of one name in its "
                                                      "vertices; export it again.")
        if form == "ascii":
            table = _ascii(path, file, elements[:before], vertex, progress)
        else:
            order = "<" if form == "binary_little_endian" else ">"
            table = _binary(path, file, order, elements[:before], vertex, progress)
    confidence = next((table[name].astype(np.float32) for name in CONFIDENCES if name in kinds), None)
    return PlyCloud(_columns(table, "xyz"), _colors(table, kinds), confidence, facts,
                    all(name in kinds for name in GAUSSIAN_COLORS), _rounding(table))


def _header(name: str, file: BufferedReader) -> tuple[str, list[Element], dict | None]:
    """(format, elements, facts); leaves the file behind the header."""
    require(file.readline(16).strip() == b"ply", f"{name} is no PLY file.")
    form, elements, facts = "", [], None
    for _ in range(LONGEST_HEADER):
        line = file.readline(65536)
        word, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
        fields = rest.split()
        try:
            if word == "end_header":
                break
            if word == "format":
                form = fields[0]
            elif word == "element":
                elements.append(Element(fields[0], int(fields[1]), []))
            elif word == "property":
                kind = None if fields[0] == "list" else TYPES[fields[0]]
                elements[-1].properties.append((fields[-1], kind))
            elif word == "comment" and rest.startswith(MARK + " {"):
                facts = parse_json(rest[len(MARK):], "its comment")
        except (IndexError, KeyError, ValueError) as error:
            raise ValueError(
                f"{name} has a header line that is no PLY: {line[:80]!r} ({reason(repr(error))}).") from error
        require(bool(line), f"{name} ends within its header; copy it again.")
    require(form in ("ascii", "binary_little_endian", "binary_big_endian"),
            f"{name} has the unknown format {form!r}.")
    vertices = next((element.count for element in elements if element.name == "vertex"), 0)
    require(vertices > 0, f"{name} holds no vertices.")
    require(all(0 <= element.count < 1 << 63 for element in elements),
            f"{name} announces an element of a size that no file can have; export it again.")
    return form, elements, facts


def _ascii(path: Path, file: BufferedReader, before: Sequence[Element], vertex: Element,
           progress: Callable[[int, int], None]) -> dict[str, np.ndarray]:
    name, width = path.name, len(vertex.properties)
    skipped, room = sum(element.count for element in before), path.stat().st_size - file.tell()
    require(skipped <= room, f"{name} was cut off: its header announces {skipped} lines ahead of the "
                             f"vertices and {room} bytes follow; copy it again.")
    for line in range(skipped):
        file.readline()
        if line % CHUNK == 0:
            progress(0, vertex.count)
    require(bool(file.peek(1)), f"{name} ends behind its header; copy it again.")
    # A number takes two bytes or more, so that a header cannot ask for much memory.
    rows = np.empty((min(vertex.count, room // (2 * width) + 1), width))
    data, done = (line for line in file if line.strip()), 0
    while lines := list(islice(data, min(CHUNK, vertex.count - done))):
        try:
            part = np.loadtxt(lines, np.float64, comments=None, ndmin=2, encoding="latin1")
        except ValueError as error:
            raise ValueError(
                f"{name} holds a line that does not fit its header ({reason(error)}).") from error
        require(part.shape[1] == width, f"{name} holds vertices of {part.shape[1]} numbers; its header "
                                        f"announces {width}.")
        rows[done:done + len(part)] = part
        done += len(part)
        progress(done, vertex.count)
    require(done == vertex.count, f"{name} holds {done} vertices of {width} numbers; its header announces "
                                  f"{vertex.count} of {width}, so it was cut off.")
    return {field: rows[:, column] for column, (field, _) in enumerate(vertex.properties)}


def _binary(path: Path, file: BufferedReader, order: str, before: Sequence[Element], vertex: Element,
            progress: Callable[[int, int], None]) -> np.ndarray:
    require(all(kind for element in before for _, kind in element.properties),
            f"{path.name} has lists ahead of its vertices, which is not read; export it again.")
    skipped = sum(element.count * np.dtype(kind).itemsize for element in before
                  for _, kind in element.properties)
    row = np.dtype([(name, f"{order}{kind}") for name, kind in vertex.properties])
    room = max(path.stat().st_size - file.tell() - skipped, 0) // row.itemsize
    require(room >= vertex.count, f"{path.name} was cut off: its header announces {vertex.count} vertices "
                                  f"and there is room for {room}; copy it again.")
    file.seek(skipped, 1)
    rows = np.empty(vertex.count, row)
    for begin in range(0, vertex.count, CHUNK):
        part = rows[begin:begin + CHUNK]
        part[:] = np.fromfile(file, row, len(part))
        progress(begin + len(part), vertex.count)
    return rows


def _colors(table: Table, kinds: dict[str, str]) -> np.ndarray | None:
    for names in COLORS:
        if all(name in kinds for name in names):
            colors = _columns(table, names)
            if kinds[names[0]][0] in "iu":
                most = np.iinfo(kinds[names[0]]).max
                return colors / np.float32(next((top for top in RANGES if colors.max() <= top < most), most))
            return colors / np.float32(255) if np.nanmax(colors) > 1 else colors
    if all(name in kinds for name in GAUSSIAN_COLORS):
        return _columns(table, GAUSSIAN_COLORS) * np.float32(SH0) + np.float32(0.5)
    return None


def _columns(table: Table, names: Sequence[str]) -> np.ndarray:
    columns = np.empty((len(table[names[0]]), len(names)), np.float32)
    for place, name in enumerate(names):
        columns[:, place] = table[name]
    return columns


def _rounding(table: Table) -> list[str]:
    """A remark where float32 is too coarse for points far from the origin, such as map coordinates."""
    from scipy.spatial import KDTree

    if all(table[axis].dtype.itemsize < 8 for axis in "xyz"):
        return []
    points = np.stack([table[axis] for axis in "xyz"], -1)
    points = points[np.isfinite(points).all(1) & (abs(points) < np.finfo(np.float32).max).all(1)]
    if len(points) < 2:
        return []
    step = float(np.spacing(np.float32(abs(points).max())))
    if step < 1e-6 * np.ptp(points, axis=0).max():  # no cloud in memory is so dense
        return []
    some = points[::-(-len(points) // 10_000)]
    apart = KDTree(points).query(some, 2)[0][:, 1]
    apart = float(np.median(apart[apart > 0])) if (apart > 0).any() else 0.0
    return [f"coordinates are rounded to steps of {step:.2g}, and the points are {apart:.2g} apart: subtract "
            "an offset before the export"] if 0 < apart < 2 * step else []
