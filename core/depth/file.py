"""Reads depth maps from files with full precision."""
from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile

import numpy as np
import torch
from PIL import ImageSequence
from PIL.TiffImagePlugin import BITSPERSAMPLE, IMAGELENGTH, IMAGEWIDTH, SAMPLEFORMAT, ImageFileDirectory_v2
from torch import Tensor

from ..files.numpy_header import check_array_file
from ..files.opencv import opencv
from ..files.picture import open_picture
from ..values import require

ENDINGS = (".png", ".tif", ".tiff", ".npy", ".npz")
# Of a TIFF that OpenCV reads. Pillow refuses as many pixels; OpenCV by itself would take memory for six times
# as many.
MOST_PIXELS, LARGEST_TIFF = 178_956_970, 2 ** 32  # and bytes
DOUBLE_OR_COLOURS = (64,), (32, 32, 32), (64, 64, 64)  # bits for each sample
FLOAT, WHOLE_NUMBERS = 3, (3, 4)  # TIFF's numbers of a sample format, and of the types SHORT and LONG


def read_depth_file(path: str | Path) -> Tensor:
    """[F,H,W] float32 of a 16-bit PNG or TIFF, a float TIFF, or a NumPy array file. NaN and infinity are
    kept.

    Pillow reads the pictures; OpenCV, where it is installed, those TIFFs of floats that Pillow does not know.

    16-bit whole numbers become value / 65535, so that value = round(result * 65535); floats are unchanged.
    An .npz holds one array, or several of which one is called depth. Arrays are [H,W] or [F,H,W], also with a
    last axis of 1. Raises ValueError for everything else.
    """
    path = Path(path)
    ending = path.suffix.lower()
    require(ending in ENDINGS, f"{path.name} is not a depth map that can be read; use one of "
                               f"{', '.join(ENDINGS)}.")
    values = _read_array(path) if ending in (".npy", ".npz") else _read_picture(path)
    if values.ndim > 2 and values.shape[-1] == 1:
        values = values[..., 0]
    require(values.ndim in (2, 3) and values.size > 0,
            f"{path.name} holds an array of shape {list(values.shape)}; a depth map is [H,W], several are "
            "[F,H,W].")
    if values.dtype.kind == "u" and values.dtype.itemsize == 2:  # in either byte order
        values = values.astype(np.float32) / 65535
    require(values.dtype.kind == "f", f"{path.name} holds {values.dtype} numbers; a depth map needs 16-bit "
                                      "whole numbers or floats (8 bits are too coarse for depth): export it "
                                      "again as such.")
    return torch.from_numpy(values.astype(np.float32)).reshape(-1, *values.shape[-2:])


def _read_array(path: Path) -> np.ndarray:
    check_array_file(path)
    try:
        loaded = np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError, BadZipFile) as error:
        raise ValueError(f"{path.name} is no NumPy file of plain numbers, or is damaged; write it with "
                         "numpy.save.") from error
    if isinstance(loaded, np.ndarray):
        return loaded
    with loaded:
        name = "depth" if "depth" in loaded.files else loaded.files[0] if len(loaded.files) == 1 else None
        require(name is not None, f"{path.name} holds the arrays {', '.join(loaded.files) or 'none'}; "
                                  "name the depth map depth, or save it alone.")
        return loaded[name]


def _read_picture(path: Path) -> np.ndarray:
    """[F,H,W] of all pages, in the type that they are stored in."""
    try:
        with open_picture(path, ("PNG", "TIFF")) as picture:
            pages = [np.array(page) for page in ImageSequence.Iterator(picture)]
    except ValueError as refused:
        if not path.is_file():
            raise
        pages = [_read_float_tiff(path, refused)]
    fits_16_bits = pages[0].dtype == np.int32 and 0 <= pages[0].min() and pages[0].max() <= 65535
    if path.suffix.lower() == ".png" and fits_16_bits:  # some Pillow versions widen 16-bit PNGs to 32 bits
        pages = [page.astype(np.uint16) for page in pages]
    sizes = {page.shape for page in pages}
    require(len(sizes) == 1, f"{path.name} holds {len(pages)} pictures of different sizes (a preview "
                             "perhaps); save the depth map alone.")
    return np.stack(pages)


def _read_float_tiff(path: Path, refused: ValueError) -> np.ndarray:
    """[H,W] of a TIFF of floats that Pillow refuses and OpenCV reads: of 64 bits, or in equal colour
    channels."""
    with path.open("rb") as file:
        pixels = _pixels_of_float_tiff(file)
        if pixels is None:
            raise refused
        require(pixels <= MOST_PIXELS and path.stat().st_size <= LARGEST_TIFF,
                f"{path.name} is a TIFF of {pixels} pixels and {path.stat().st_size} bytes, more than is "
                "read; reduce it.")
        data = np.frombuffer(file.read(), np.uint8)
    cv2 = opencv(f"Reading {path.name}, a TIFF that Pillow does not know,")
    try:
        page = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    except cv2.error:
        page = None
    if page is None:
        raise refused
    return _one_channel(path.name, page)


def _one_channel(name: str, page: np.ndarray) -> np.ndarray:
    """[H,W] of a picture [H,W] or [H,W,C]; ValueError when its channels differ."""
    grey = page if page.ndim == 2 else page[..., 0]
    equal = page.ndim == 2 or np.array_equal(page, np.stack([grey] * page.shape[2], -1), equal_nan=True)
    require(equal, f"{name} has different red, green and blue values, so it is a photograph or a coloured "
                   "display of depth; save the depth itself.")
    return grey


def _pixels_of_float_tiff(file: BinaryIO) -> int | None:
    """Width times height of a TIFF of floats with one page, by its header; None for all else."""
    start = file.read(8)
    start += file.read(8) if b"+" in start[2:4] else b""  # BigTIFF
    try:
        tags = ImageFileDirectory_v2(start)
        file.seek(tags.next)
        tags.load(file)
        sizes_are_whole = all(tags.tagtype[tag] in WHOLE_NUMBERS for tag in (IMAGEWIDTH, IMAGELENGTH))
        unknown = tags[BITSPERSAMPLE] in DOUBLE_OR_COLOURS and set(tags[SAMPLEFORMAT]) == {FLOAT}
        is_meant = sizes_are_whole and unknown and tags.next == 0
        pixels = tags[IMAGEWIDTH] * tags[IMAGELENGTH] if is_meant else None
    except (SyntaxError, OSError, LookupError, TypeError, ValueError, struct.error):
        pixels = None  # Pillow raises all of them for damaged headers
    file.seek(0)
    return pixels
