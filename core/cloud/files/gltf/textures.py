"""Textures: their pictures, and which pixel lies at a texture coordinate."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from PIL import Image

from ....files.limits import MOST_PIXELS
from ....values import quoted, require
from .accessors import buffer_view
from .chunks import Glb
from .document import get, item

REPEAT, MIRRORED_REPEAT = 10497, 33648  # the third mode clamps
Pictures: TypeAlias = Callable[[int], np.ndarray]  # number of an image -> [H,W,3] uint8


def sample_texture(document: dict, info: dict, uv: np.ndarray, pixels: Pictures) -> np.ndarray:
    """[N,3] float32 sRGB 0..1 of the texture's nearest pixels at uv [N,2]."""
    texture = item(document, "textures", get(info, "index", int))
    extensions = [*get(info, "extensions", dict, {}), *get(texture, "extensions", dict, {})]
    require("KHR_texture_transform" not in extensions and "source" in texture,
            f"has a texture with {quoted(extensions or 'no picture')}, which is not read; export it with a "
            "plain PNG.")
    sampler = item(document, "samplers", texture["sampler"]) if "sampler" in texture else {}
    picture = pixels(get(texture, "source", int))
    height, width = picture.shape[:2]
    columns = _texel(uv[:, 0], width, get(sampler, "wrapS", int, REPEAT))
    rows = _texel(uv[:, 1], height, get(sampler, "wrapT", int, REPEAT))
    return picture[rows, columns] / np.float32(255)


def _texel(places: np.ndarray, size: int, wrap: int) -> np.ndarray:
    """Which of `size` pixels lies at each place of 0..1, and beyond it as `wrap` says."""
    if wrap == MIRRORED_REPEAT:
        places = 1 - abs(places % 2 - 1)
    elif wrap == REPEAT:
        # The edge itself belongs to the last pixel.
        places = np.where((places < 0) | (places > 1), places % 1, places)
    return (np.nan_to_num(places) * size).clip(0, size - 1).astype(int)


def decode_image(glb: Glb, image: int) -> np.ndarray:
    """[H,W,3] uint8 of an embedded PNG or JPEG."""
    data = buffer_view(glb, get(item(glb.document, "images", image), "bufferView", int))
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
