"""Reads depth maps from files with full precision."""
from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from PIL import Image, ImageMode, ImageSequence
from PIL.TiffImagePlugin import BITSPERSAMPLE, IMAGELENGTH, IMAGEWIDTH, SAMPLEFORMAT, ImageFileDirectory_v2
from torch import Tensor

from ..files.limits import LARGEST_UNPACKED, MOST_PIXELS
from ..files.numpy_header import DAMAGED, check_array_file
from ..files.opencv import opencv
from ..files.picture import check_pixels, open_picture
from ..values import require

ENDINGS = (".png", ".tif", ".tiff", ".npy", ".npz")
LARGEST_TIFF = 2 ** 32  # bytes, of one that OpenCV reads
HALF, DOUBLE_OR_COLOURS = ((16,), (16, 16, 16)), ((64,), (32, 32, 32), (64, 64, 64))  # bits for each sample
FLOAT, WHOLE_NUMBERS = 3, (3, 4)  # TIFF's numbers of a sample format, and of the types SHORT and LONG
UNKNOWN_TAG = 65000  # of the numbers that TIFF leaves to everybody


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
    is_array = ending in (".npy", ".npz")
    values = _read_array(path) if is_array else _read_picture(path)
    if values.ndim > 2 and values.shape[-1] == 1:
        values = values[..., 0]
    require(not is_array or values.ndim < 3 or values.shape[-1] not in (3, 4),
            f"{path.name} holds an array of shape {list(values.shape)}, a picture with colours; a depth map "
            "is [H,W], several are [F,H,W]: save one channel.")
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
        if isinstance(loaded, np.ndarray):
            return loaded
        with loaded:
            names = loaded.files
            name = "depth" if "depth" in names else names[0] if len(names) == 1 else None
            array = loaded[name] if name is not None else None
    except DAMAGED as error:
        raise ValueError(f"{path.name} is no NumPy file of plain numbers, or is damaged; write it with "
                         "numpy.save.") from error
    require(name is not None, f"{path.name} holds the arrays {', '.join(names) or 'none'}; "
                              "name the depth map depth, or save it alone.")
    if not isinstance(array, np.ndarray):  # NumPy hands on the bytes of other files in an .npz
        raise ValueError(f"{path.name} holds something called {name} that is no array; write it with "
                         "numpy.savez.")
    return array


def _read_picture(path: Path) -> np.ndarray:
    """[F,H,W] or [F,H,W,C] of all pages, in the type that they are stored in."""
    try:
        with open_picture(path, ("PNG", "TIFF")) as picture:
            pages = list(_pages(picture, max(LARGEST_UNPACKED, path.stat().st_size)))
    except ValueError as refused:
        if not path.is_file():
            raise
        pages = [_read_float_tiff(path, refused)]
    colours = pages[0].ndim == 3 and pages[0].dtype == np.uint8  # Pillow reads no more than 8 bits of colours
    require(not colours, f"{path.name} is a picture with colours or transparency; a depth map has one "
                         "channel of 16-bit whole numbers or floats: export it again as such.")
    fits_16_bits = pages[0].dtype == np.int32 and 0 <= pages[0].min() and pages[0].max() <= 65535
    if path.suffix.lower() == ".png" and fits_16_bits:  # some Pillow versions widen 16-bit PNGs to 32 bits
        pages = [page.astype(np.uint16) for page in pages]
    sizes = {page.shape for page in pages}
    require(len(sizes) == 1, f"{path.name} holds {len(pages)} pictures of different sizes (a preview "
                             "perhaps); save the depth map alone.")
    return np.stack(pages)


def _pages(picture: Image.Image, most: int) -> Iterator[np.ndarray]:
    """All pages, each after its header has been looked at: together at most so many bytes."""
    taken = 0
    for page in ImageSequence.Iterator(picture):
        check_pixels(page)
        form = ImageMode.getmode(page.mode)
        taken += page.width * page.height * len(form.bands) * np.dtype(form.typestr).itemsize
        require(taken <= most, f"its pages unpack to {taken} bytes, more than the {most} that are read")
        yield np.array(page)


def _read_float_tiff(path: Path, refused: ValueError) -> np.ndarray:
    """[H,W] of a TIFF of floats that Pillow refuses and OpenCV reads: of 16 or 64 bits, or in equal colour
    channels."""
    with path.open("rb") as file:
        pixels, is_half = _pixels_of_float_tiff(file)
        if pixels is None:
            raise refused
        require(pixels <= MOST_PIXELS and path.stat().st_size <= LARGEST_TIFF,
                f"{path.name} is a TIFF of {pixels} pixels and {path.stat().st_size} bytes, more than is "
                "read; reduce it.")
        data = bytearray(file.read())
    cv2 = opencv(f"Reading {path.name}, a TIFF that Pillow does not know,")
    if is_half:  # OpenCV reads the same bits as whole numbers
        _hide_sample_format(data)
    try:
        page = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        page = None
    if page is None:
        raise refused
    return _one_channel(path.name, page.view(np.float16) if is_half else page)


def _hide_sample_format(data: bytearray) -> None:
    """Renames the tag that says "floats" in the first page of a TIFF, whose default is whole numbers."""
    order, is_big = "<" if data[:2] == b"II" else ">", b"+" in data[2:4]
    start, = struct.unpack_from(order + ("Q" if is_big else "I"), data, 8 if is_big else 4)
    count, = struct.unpack_from(order + ("Q" if is_big else "H"), data, start)
    first, size = (start + 8, 20) if is_big else (start + 2, 12)
    for place in range(first, first + count * size, size):
        if struct.unpack_from(order + "H", data, place) == (SAMPLEFORMAT,):
            struct.pack_into(order + "H", data, place, UNKNOWN_TAG)


def _one_channel(name: str, page: np.ndarray) -> np.ndarray:
    """[H,W] of a picture [H,W] or [H,W,C]; ValueError when its channels differ."""
    grey = page if page.ndim == 2 else page[..., 0]
    equal = page.ndim == 2 or np.array_equal(page, np.stack([grey] * page.shape[2], -1), equal_nan=True)
    require(equal, f"{name} has different red, green and blue values, so it is a photograph or a coloured "
                   "display of depth; save the depth itself.")
    return grey


def _pixels_of_float_tiff(file: BinaryIO) -> tuple[int | None, bool]:
    """Width times height of a TIFF of floats with one page, by its header, None for all else; and whether
    they have 16 bits."""
    start = file.read(8)
    start += file.read(8) if b"+" in start[2:4] else b""  # BigTIFF
    pixels, is_half = None, False
    try:
        tags = ImageFileDirectory_v2(start)
        file.seek(tags.next)
        tags.load(file)
        sizes_are_whole = all(tags.tagtype[tag] in WHOLE_NUMBERS for tag in (IMAGEWIDTH, IMAGELENGTH))
        is_half = tags[BITSPERSAMPLE] in HALF
        is_unknown = is_half or tags[BITSPERSAMPLE] in DOUBLE_OR_COLOURS
        if sizes_are_whole and is_unknown and set(tags[SAMPLEFORMAT]) == {FLOAT} and tags.next == 0:
            pixels = tags[IMAGEWIDTH] * tags[IMAGELENGTH]
    except (SyntaxError, OSError, LookupError, TypeError, ValueError, struct.error):
        pass  # Pillow raises all of them for damaged headers
    file.seek(0)
    return pixels, is_half
