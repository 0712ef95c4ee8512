"""The two chunks of a GLB: JSON and binary."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

from ....files.json_text import parse_json
from ....values import quoted, require
from .document import check, get

KNOWN_EXTENSIONS = {"KHR_mesh_quantization", "KHR_materials_unlit"}


class Glb(NamedTuple):
    """The two chunks of a file."""

    document: dict
    binary: memoryview


def open_glb(path: Path) -> Glb:
    """The chunks of a file; ValueError when it is no GLB of glTF 2.0, or damaged."""
    size = path.stat().st_size
    with open(path, "rb") as file:
        head = file.read(20)
        require(len(head) == 20 and head[:4] == b"glTF" and head[16:] == b"JSON", "is no GLB file.")
        version, length, end = struct.unpack_from("<III", head, 4)
        require(version == 2, f"is of version {version} of glTF, expected 2; export it as glTF 2.0.")
        require(length <= size, f"was cut off: it announces {length} bytes and has {size}; copy it again.")
        check(20 + end <= length, f"its JSON chunk announces {end} of {length} bytes")
        rest = memoryview(file.read(length - 20))
    document = parse_json(bytes(rest[:end]), "is damaged: its JSON chunk")
    check(isinstance(document, dict), "its JSON is no object")
    return Glb(document, _binary_chunk(rest[end:]))


def _binary_chunk(rest: memoryview) -> memoryview:
    """The content of the chunk that follows the JSON; empty when there is none."""
    binary = rest[8:]
    if len(rest) < 8:
        return binary
    count, kind = struct.unpack_from("<I4s", rest)
    check(kind == b"BIN\0" and count <= len(binary),
          f"a chunk of {count} bytes follows its JSON, expected BIN of up to {len(binary)}")
    return binary[:count]


def check_readable(document: dict) -> None:
    """ValueError for what only an extension can read, and for what lies in other files."""
    needed = get(document, "extensionsRequired", list, [])
    unknown = [name for name in needed if name not in KNOWN_EXTENSIONS]
    require(not unknown,
            f"needs {quoted(unknown)}, which is not read; export it again without such extensions.")
    for kind in ("buffers", "images"):
        require(not any("uri" in entry for entry in get(document, kind, list, [])),
                f"has {kind} under a URI, which are not read; export it as one self-contained GLB.")
