"""Primitives: the corners of a mesh and their colours."""

from __future__ import annotations

from functools import reduce

import numpy as np

from ..glb import FLOAT, UNSIGNED_BYTE, UNSIGNED_SHORT
from ..srgb import linear_to_srgb, srgb_to_linear
from .accessors import read_accessor, read_floats
from .chunks import Glb
from .document import check, get, item, numbers
from .textures import Pictures, sample_texture


def vertices(glb: Glb, primitive: dict, pixels: Pictures,
             srgb: bool) -> tuple[np.ndarray, np.ndarray | None]:
    """(places [N,3], sRGB colours [N,3] or None) of a primitive's corners, each once."""
    attributes = get(primitive, "attributes", dict)
    places = read_floats(glb, get(attributes, "POSITION", int), "VEC3")
    # Lists of another length do not fit this mask: IndexError.
    used = np.full(len(places), "indices" not in primitive)
    if "indices" in primitive:  # other primitives may use other corners of the same lists
        used[read_accessor(glb, primitive["indices"], "SCALAR")] = True
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
        colors = _corner_colors(glb, attributes["COLOR_0"])[used]
        factors.append(srgb_to_linear(colors) if srgb else colors)
    material = item(glb.document, "materials", primitive["material"]) if "material" in primitive else {}
    surface = get(material, "pbrMetallicRoughness", dict, {})
    if "baseColorTexture" in surface:
        texture = get(surface, "baseColorTexture", dict)
        corner = f"TEXCOORD_{get(texture, 'texCoord', int, 0)}"
        if corner in attributes:
            uv = read_floats(glb, attributes[corner], "VEC2")[used]
            factors.append(srgb_to_linear(sample_texture(glb.document, texture, uv, pixels)))
    if "baseColorFactor" in surface:
        factors.append(numbers(surface, "baseColorFactor", [1, 1, 1, 1])[:3])
    return reduce(np.multiply, factors) if factors else None


def _corner_colors(glb: Glb, index: int) -> np.ndarray:
    """[N,3] float32 of the accessor of COLOR_0."""
    accessor = item(glb.document, "accessors", index)
    kind, normalized = get(accessor, "componentType", int), get(accessor, "normalized", bool, False)
    check(kind == FLOAT or normalized and kind in (UNSIGNED_BYTE, UNSIGNED_SHORT),
          f"COLOR_0 has the componentType {kind}{', normalized' if normalized else ''}, which colours cannot "
          "have")
    return read_floats(glb, index, "VEC3", "VEC4")[:, :3]
