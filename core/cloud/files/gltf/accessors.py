"""Accessors: the arrays of numbers in a GLB's binary chunk."""

from __future__ import annotations

import numpy as np

from ....values import quoted, require
from ..glb import FLOAT, UNSIGNED_BYTE, UNSIGNED_SHORT
from .chunks import Glb
from .document import check, get, item

COMPONENTS = {5120: "i1", UNSIGNED_BYTE: "u1", 5122: "<i2", UNSIGNED_SHORT: "<u2", 5125: "<u4", FLOAT: "<f4"}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}


def read_floats(glb: Glb, index: int, *types: str) -> np.ndarray:
    """[N,width] float32 of an accessor of one of the types, normalised whole numbers as fractions."""
    raw = read_accessor(glb, index, *types)
    values = raw.astype(np.float32)
    if raw.dtype.kind == "f" or not get(item(glb.document, "accessors", index), "normalized", bool, False):
        return values
    # The lowest signed number is just below -1.
    return np.maximum(values / np.float32(np.iinfo(raw.dtype).max), -1)


def read_accessor(glb: Glb, index: int, *types: str) -> np.ndarray:
    """[N,width] of an accessor of one of the types, in its own number type and without taking memory."""
    accessor, name = item(glb.document, "accessors", index), f"accessors[{index}]"
    require("sparse" not in accessor, f"keeps {name} sparse, which is not read; export it without.")
    require("bufferView" in accessor, f"keeps no plain data for {name}, as KHR_draco_mesh_compression leaves "
                                      "it; export it again without compression.")
    type_, kind = get(accessor, "type", str), get(accessor, "componentType", int)
    check(type_ in types and kind in COMPONENTS,
          f"{name} has the type {quoted(type_)} and componentType {kind}, expected {' or '.join(types)} of "
          "numbers")
    return _strided(glb, accessor, name, np.dtype(COMPONENTS[kind]), WIDTHS[type_])


def _strided(glb: Glb, accessor: dict, name: str, dtype: np.dtype, width: int) -> np.ndarray:
    """[N,width] of an accessor in the bytes of its bufferView."""
    data, size = buffer_view(glb, accessor["bufferView"]), width * dtype.itemsize
    stride = get(item(glb.document, "bufferViews", accessor["bufferView"]), "byteStride", int, size)
    count, offset = get(accessor, "count", int), get(accessor, "byteOffset", int, 0)
    end = offset + (count - 1) * stride + size
    check(count > 0 and stride >= size and end <= len(data),
          f"{name} has {count} elements, each {stride} bytes behind the other, in {len(data)} bytes")
    return np.ndarray((count, width), dtype, data, offset, (stride, dtype.itemsize))


def buffer_view(glb: Glb, index: int) -> memoryview:
    """The bytes of a bufferView."""
    view = item(glb.document, "bufferViews", index)
    extensions = get(view, "extensions", dict, {})
    require(not extensions,
            f"packs its data by {quoted([*extensions])}, which is not read; export it again without "
            "compression.")
    buffer, length = get(view, "buffer", int), get(view, "byteLength", int)
    start = get(view, "byteOffset", int, 0)
    check(buffer == 0 and start + length <= len(glb.binary),
          f"bufferViews[{index}] is at the bytes {start} to {start + length} of buffer {buffer}; there are "
          f"{len(glb.binary)}, of buffer 0")
    return glb.binary[start:start + length]
