"""Reads and writes picture files. Only the named formats are opened: for EPS, Pillow would start
Ghostscript."""
from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..values import require
from .limits import MOST_PIXELS

PHOTOGRAPH = ("PNG", "JPEG", "WEBP")  # official scenes call JPEG and WebP files .png, too


@contextmanager
def open_picture(path: Path, formats: tuple[str, ...]) -> Iterator[Image.Image]:
    """The picture, its pixels not yet read. ValueError, also from inside the block, for what is of no such
    format."""
    require(path.is_file(), f"There is no picture {path.parent.name}/{path.name}; copy the whole folder.")
    try:
        with Image.open(path, formats=formats) as picture:
            check_pixels(picture)
            yield picture
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, LookupError, struct.error,
            Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        # Pillow raises all of them for damaged files
        raise ValueError(f"{path.name} cannot be read as a picture ({' or '.join(formats)}: {error}); copy "
                         "or export it again.") from error


def check_pixels(picture: Image.Image) -> None:
    """ValueError when the picture, or this page of it, has more than MOST_PIXELS."""
    width, height = picture.size
    require(width * height <= MOST_PIXELS,
            f"it has {width}x{height} pixels, more than the {MOST_PIXELS} that are read")


def read_picture(path: Path) -> Tensor:
    """[H,W,3] uint8 of a photograph; ValueError for other files."""
    with open_picture(path, PHOTOGRAPH) as picture:
        return torch.from_numpy(np.array(picture.convert("RGB")))


def write_png(path: Path, pixels: Tensor) -> None:
    """Writes [H,W,3] uint8; the same pixels always make the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels.cpu().numpy()).save(path)
