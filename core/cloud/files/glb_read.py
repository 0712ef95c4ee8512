"""Reads the points of a GLB by glTF 2.0 (https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html).

Only the file itself is read: what lies in other files, in data: URIs or compressed is refused. Sentences
begin with a verb; read_glb puts the file's name before them.
"""
from __future__ import annotations

import io
import json
import struct
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image

from ...cameras.rotations import rotation_from_quaternion
from ...values import quoted, require
from .glb import FLOAT, UNSIGNED_BYTE, UNSIGNED_SHORT, linear_to_srgb, srgb_to_linear
from .ply import MARK

GREY = 0.5  # of points without colours
# Or as many as lie in the file: a mesh that many nodes show makes a small file very large.
MOST_POINTS = 100_000_000
MOST_PIXELS = 89_478_485  # of a texture: Pillow's own bound, which other nodes may have lifted
KNOWN_EXTENSIONS = {"KHR_mesh_quantization", "KHR_materials_unlit"}
# Modes of primitives: points are 0, strips and fans of triangles 5 and 6.
LINES, TRIANGLES, MODES = (1, 2, 3), 4, range(7)
REPEAT, MIRRORED_REPEAT = 10497, 33648  # of textures; the third mode clamps
COMPONENTS = {5120: "i1", UNSIGNED_BYTE: "u1", 5122: "<i2", UNSIGNED_SHORT: "<u2", 5125: "<u4", FLOAT: "<f4"}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
WORDS = {int: "a whole number of 32 bits", bool: "true or false", str: "a text", list: "a list",
         dict: "an object"}
Pictures = Callable[[int], np.ndarray]  # number of an image -> [H,W,3] uint8


class Glb(NamedTuple):
    """The two chunks of a file."""

    document: dict
    binary: memoryview


def read_glb(path: Path, srgb: bool = False) -> tuple[np.ndarray, np.ndarray | None, Any, list[str]]:
    """(points [N,3] float32, sRGB colours [N,3] float32 or None, facts or None, remarks): the points and mesh
    corners of the default scene, in its coordinates.

    srgb    take the colours of corners for sRGB; glTF has linear light

    facts are what write_glb has noted. Raises ValueError for files that are damaged, hold no points, or keep
    them in a way that is not read.
    """
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # such points are infinite, and left out later
            glb = _open(path)
            _check_readable(glb.document)
            return _read(glb, srgb)
    except ValueError as error:
        raise ValueError(f"{path.name} {error}") from error
    except (KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError,
            struct.error) as error:
        raise ValueError(
            f"{path.name} is damaged ({type(error).__name__}: {error}); export it again.") from error


def _open(path: Path) -> Glb:
    size = path.stat().st_size
    with open(path, "rb") as file:
        head = file.read(20)
        require(len(head) == 20 and head[:4] == b"glTF" and head[16:] == b"JSON", "is no GLB file.")
        version, length, end = struct.unpack_from("<III", head, 4)
        require(version == 2, f"is of version {version} of glTF, expected 2; export it as glTF 2.0.")
        require(length <= size, f"was cut off: it announces {length} bytes and has {size}; copy it again.")
        _check(20 + end <= length, f"its JSON chunk announces {end} of {length} bytes")
        rest = memoryview(file.read(length - 20))
    try:
        document = json.loads(str(rest[:end], "utf-8"))
    except ValueError as error:
        raise ValueError(f"is damaged ({error}); export it again.") from error
    _check(isinstance(document, dict), "its JSON is no object")
    binary = rest[end + 8:]
    if len(rest) >= end + 8:
        count, kind = struct.unpack_from("<I4s", rest, end)
        _check(kind == b"BIN\0" and count <= len(binary),
               f"a chunk of {count} bytes follows its JSON, expected BIN of up to {len(binary)}")
        binary = binary[:count]
    return Glb(document, binary)


def _check_readable(document: dict) -> None:
    """ValueError for what only an extension can read, and for what lies in other files."""
    needed = _get(document, "extensionsRequired", list, [])
    unknown = [name for name in needed if name not in KNOWN_EXTENSIONS]
    require(not unknown,
            f"needs {quoted(unknown)}, which is not read; export it again without such extensions.")
    for kind in ("buffers", "images"):
        require(not any("uri" in entry for entry in _get(document, kind, list, [])),
                f"has {kind} under a URI, which are not read; export it as one self-contained GLB.")


def _read(glb: Glb, srgb: bool) -> tuple[np.ndarray, np.ndarray | None, Any, list[str]]:
    points, colors, total, lines, linear = [], [], 0, 0, False
    most = max(MOST_POINTS, len(glb.binary) // 12)
    # Primitives in a row often share one.
    pixels = lru_cache(maxsize=1)(lambda image: _decode_image(glb, image))
    for mesh, to_scene in _mesh_instances(glb.document).items():
        for primitive in _get(_item(glb.document, "meshes", mesh), "primitives", list):
            mode = _get(primitive, "mode", int, TRIANGLES)
            _check(mode in MODES, f"a primitive has the mode {mode}")
            if mode in LINES:
                lines += len(to_scene)
                continue
            corners, shades = _vertices(glb, primitive, pixels, srgb)
            total += len(corners) * len(to_scene)
            require(total <= most, f"shows more than {most} points; export fewer.")
            R, t = to_scene[:, :3, :3], to_scene[:, None, :3, 3]
            points.append((corners @ R.swapaxes(1, 2) + t).astype(np.float32).reshape(-1, 3))
            colors.append(None if shades is None else np.tile(shades, (len(to_scene), 1)))
            linear |= not srgb and "COLOR_0" in primitive["attributes"]
    require(len(points) > 0, "holds no points or meshes in its scene; export a point cloud or a mesh.")
    asset = _get(glb.document, "asset", dict, {})
    remarks = [f"primitives of lines left out: {lines}"] if lines else []
    if linear and "trimesh" in _get(asset, "generator", str, "").lower():
        remarks.append("written by trimesh, which stores sRGB: choose colors = sRGB if the cloud looks pale")
    extras = asset.get("extras")
    facts = extras.get(MARK) if isinstance(extras, dict) else None
    return np.concatenate(points), _concatenate(colors, points), facts, remarks


def _concatenate(colors: list[np.ndarray | None], points: list[np.ndarray]) -> np.ndarray | None:
    if all(part is None for part in colors):
        return None
    return np.concatenate([np.full_like(place, GREY) if part is None else part
                           for part, place in zip(colors, points)])


def _mesh_instances(document: dict) -> dict[int, np.ndarray]:
    """Number of a mesh -> [P,4,4] float64 mesh-to-scene matrices of the P nodes that show it in the scene."""
    nodes = _get(document, "nodes", list, [])
    if document.get("scenes"):
        roots = _get(_item(document, "scenes", _get(document, "scene", int, 0)), "nodes", list, [])
    else:
        children = {child for node in nodes for child in _get(node, "children", list, [])}
        roots = [index for index in range(len(nodes)) if index not in children]
    places, seen, waiting = defaultdict(list), set(), [(index, np.eye(4)) for index in roots]
    for index, parent_to_scene in waiting:  # which grows on the way
        node = _item(document, "nodes", index)
        _check(index not in seen, f"nodes[{index}] has two parents, or its nodes form a circle")
        seen.add(index)
        to_scene = parent_to_scene @ _node_to_parent(node)
        if "mesh" in node:
            places[_get(node, "mesh", int)].append(to_scene)
        waiting += [(child, to_scene) for child in _get(node, "children", list, [])]
    return {mesh: np.stack(matrices) for mesh, matrices in places.items()}


def _node_to_parent(node: dict) -> np.ndarray:
    if "matrix" in node:
        return _numbers(node, "matrix", [0] * 16).reshape(4, 4).T  # stored column by column
    matrix = np.eye(4)
    if "rotation" in node:
        x, y, z, w = _numbers(node, "rotation", [0] * 4)
        wxyz = torch.tensor([w, x, y, z], dtype=torch.float64)
        matrix[:3, :3] = rotation_from_quaternion(wxyz, "holds a node that").numpy()
    matrix[:3, :3] *= _numbers(node, "scale", [1] * 3)
    matrix[:3, 3] = _numbers(node, "translation", [0] * 3)
    return matrix


def _vertices(glb: Glb, primitive: dict, pixels: Pictures,
              srgb: bool) -> tuple[np.ndarray, np.ndarray | None]:
    """(places [N,3], sRGB colours [N,3] or None) of a primitive's corners, each once."""
    attributes = _get(primitive, "attributes", dict)
    places = _accessor_floats(glb, _get(attributes, "POSITION", int), "VEC3")
    # Lists of another length do not fit this mask: IndexError.
    used = np.full(len(places), "indices" not in primitive)
    if "indices" in primitive:  # other primitives may use other corners of the same lists
        used[_accessor(glb, primitive["indices"], "SCALAR")] = True
    places = places[used]
    light = _base_color(glb, primitive, used, pixels, srgb)
    if light is None:
        return places, None
    return places, np.broadcast_to(linear_to_srgb(light).astype(np.float32), places.shape)


def _base_color(glb: Glb, primitive: dict, used: np.ndarray, pixels: Pictures,
                srgb: bool) -> np.ndarray | None:
    """Linear light, [N,3] or [3] for all: the product of the corners' colours, the texture and the material's
    factor as far as they are there."""
    attributes, factors = primitive["attributes"], []
    if "COLOR_0" in attributes:
        accessor = _item(glb.document, "accessors", attributes["COLOR_0"])
        kind, normalized = _get(accessor, "componentType", int), _get(accessor, "normalized", bool, False)
        _check(kind == FLOAT or normalized and kind in (UNSIGNED_BYTE, UNSIGNED_SHORT),
               f"COLOR_0 has the componentType {kind}{', normalized' if normalized else ''}, which colours "
               "cannot have")
        colors = _accessor_floats(glb, attributes["COLOR_0"], "VEC3", "VEC4")[used, :3]
        factors.append(srgb_to_linear(colors) if srgb else colors)
    material = _item(glb.document, "materials", primitive["material"]) if "material" in primitive else {}
    surface = _get(material, "pbrMetallicRoughness", dict, {})
    if "baseColorTexture" in surface:
        texture = _get(surface, "baseColorTexture", dict)
        corner = f"TEXCOORD_{_get(texture, 'texCoord', int, 0)}"
        if corner in attributes:
            uv = _accessor_floats(glb, attributes[corner], "VEC2")[used]
            factors.append(srgb_to_linear(_sample_texture(glb.document, texture, uv, pixels)))
    if "baseColorFactor" in surface:
        factors.append(_numbers(surface, "baseColorFactor", [1, 1, 1, 1])[:3])
    return reduce(np.multiply, factors) if factors else None


def _sample_texture(document: dict, info: dict, uv: np.ndarray, pixels: Pictures) -> np.ndarray:
    """[N,3] float32 sRGB 0..1 of the texture's nearest pixels at uv [N,2]."""
    texture = _item(document, "textures", _get(info, "index", int))
    extensions = [*_get(info, "extensions", dict, {}), *_get(texture, "extensions", dict, {})]
    require("KHR_texture_transform" not in extensions and "source" in texture,
            f"has a texture with {quoted(extensions or 'no picture')}, which is not read; export it with a "
            "plain PNG.")
    sampler = _item(document, "samplers", texture["sampler"]) if "sampler" in texture else {}
    picture = pixels(_get(texture, "source", int))
    height, width = picture.shape[:2]
    columns = _texel(uv[:, 0], width, _get(sampler, "wrapS", int, REPEAT))
    rows = _texel(uv[:, 1], height, _get(sampler, "wrapT", int, REPEAT))
    return picture[rows, columns] / np.float32(255)


def _texel(places: np.ndarray, size: int, wrap: int) -> np.ndarray:
    """Which of `size` pixels lies at each place of 0..1, and beyond it as `wrap` says."""
    if wrap == MIRRORED_REPEAT:
        places = 1 - abs(places % 2 - 1)
    elif wrap == REPEAT:
        # The edge itself belongs to the last pixel.
        places = np.where((places < 0) | (places > 1), places % 1, places)
    return (np.nan_to_num(places) * size).clip(0, size - 1).astype(int)


def _decode_image(glb: Glb, image: int) -> np.ndarray:
    """[H,W,3] uint8 of an embedded PNG or JPEG."""
    data = _buffer_view(glb, _get(_item(glb.document, "images", image), "bufferView", int))
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            more_than_8_bits = picture.mode[0] in "IF"
            if picture.width * picture.height <= MOST_PIXELS and not more_than_8_bits:
                return np.asarray(picture.convert("RGB"))
            cause = f"mode {picture.mode}, {picture.width}x{picture.height}"
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError,
            Image.DecompressionBombWarning) as error:  # Pillow raises all of them
        cause = type(error).__name__
    raise ValueError(f"has a texture that is no sound PNG or JPEG of 8 bit and up to {MOST_PIXELS} pixels "
                     f"({cause}); export it with one.")


def _accessor_floats(glb: Glb, index: int, *types: str) -> np.ndarray:
    """[N,width] float32 of an accessor of one of the types, normalised whole numbers as fractions."""
    raw = _accessor(glb, index, *types)
    values = raw.astype(np.float32)
    if raw.dtype.kind == "f" or not _get(_item(glb.document, "accessors", index), "normalized", bool, False):
        return values
    # The lowest signed number is just below -1.
    return np.maximum(values / np.float32(np.iinfo(raw.dtype).max), -1)


def _accessor(glb: Glb, index: int, *types: str) -> np.ndarray:
    """[N,width] of an accessor of one of the types, in its own number type and without taking memory."""
    accessor, name = _item(glb.document, "accessors", index), f"accessors[{index}]"
    require("sparse" not in accessor, f"keeps {name} sparse, which is not read; export it without.")
    require("bufferView" in accessor, f"keeps no plain data for {name}, as KHR_draco_mesh_compression leaves "
                                      "it; export it again without compression.")
    type_, kind = _get(accessor, "type", str), _get(accessor, "componentType", int)
    _check(type_ in types and kind in COMPONENTS,
           f"{name} has the type {quoted(type_)} and componentType {kind}, expected {' or '.join(types)} of "
           "numbers")
    dtype, width = np.dtype(COMPONENTS[kind]), WIDTHS[type_]
    data = _buffer_view(glb, accessor["bufferView"])
    size = width * dtype.itemsize
    stride = _get(_item(glb.document, "bufferViews", accessor["bufferView"]), "byteStride", int, size)
    count, offset = _get(accessor, "count", int), _get(accessor, "byteOffset", int, 0)
    end = offset + (count - 1) * stride + size
    _check(count > 0 and stride >= size and end <= len(data),
           f"{name} has {count} elements, each {stride} bytes behind the other, in {len(data)} bytes")
    return np.ndarray((count, width), dtype, data, offset, (stride, dtype.itemsize))


def _buffer_view(glb: Glb, index: int) -> memoryview:
    """The bytes of a bufferView."""
    view = _item(glb.document, "bufferViews", index)
    extensions = _get(view, "extensions", dict, {})
    require(not extensions,
            f"packs its data by {quoted([*extensions])}, which is not read; export it again without "
            "compression.")
    buffer, length = _get(view, "buffer", int), _get(view, "byteLength", int)
    start = _get(view, "byteOffset", int, 0)
    _check(buffer == 0 and start + length <= len(glb.binary),
           f"bufferViews[{index}] is at the bytes {start} to {start + length} of buffer {buffer}; there are "
           f"{len(glb.binary)}, of buffer 0")
    return glb.binary[start:start + length]


def _item(document: dict, kind: str, index: int) -> dict:
    """document[kind][index], as glTF refers to things."""
    items = _get(document, kind, list, [])
    _check(type(index) is int and 0 <= index < len(items), f"there is no {kind}[{quoted(index)}]")
    _check(isinstance(items[index], dict), f"{kind}[{index}] is no object")
    return items[index]


def _get(thing: dict, key: str, kind: type, default: Any = None) -> Any:
    """thing[key], which is of the kind, or the default; whole numbers are those that sizes can be."""
    value = thing.get(key, default)
    if type(value) is not kind or kind is int and not 0 <= value < 1 << 32:
        _check(False, f"{key} is {quoted(value)}, expected {WORDS[kind]}")
    return value


def _numbers(thing: dict, key: str, default: list[float]) -> np.ndarray:
    """float64 of thing[key], as many as in the default."""
    values = _get(thing, key, list, default)
    _check(len(values) == len(default) and all(type(value) in (int, float) for value in values),
           f"{key} is no list of {len(default)} numbers")
    return np.array(values, np.float64)


def _check(condition: bool, fault: str) -> None:
    """ValueError that calls the file damaged, unless the condition holds."""
    require(condition, f"is damaged: {fault}; export it again.")
