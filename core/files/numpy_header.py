"""Checks .npy and .npz files by their headers, before NumPy takes the memory that they ask for."""
from __future__ import annotations

import math
import zlib
from pathlib import Path
from tokenize import TokenError
from typing import IO
from zipfile import BadZipFile, ZipFile

import numpy as np

from ..values import require
from .limits import LARGEST_UNPACKED, check_file

# What NumPy and zipfile raise for damaged files; RuntimeError for encrypted ones and unknown packings.
DAMAGED = (ValueError, OSError, EOFError, BadZipFile, LookupError, TypeError, SyntaxError, RuntimeError,
           MemoryError, OverflowError, TokenError, zlib.error)
MAGIC = np.lib.format.MAGIC_PREFIX


def check_array_file(path: Path) -> None:
    """ValueError when the file is no NumPy file, announces more numbers than lie in it, or when something in
    an .npz unpacks to more than LARGEST_UNPACKED bytes and more than the file has."""
    check_file(path)
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            is_packed = file.read(2) == b"PK"
            file.seek(0)
            sizes = _packed_sizes(file) if is_packed else [(_announced(file), size)]
    except DAMAGED as error:
        raise ValueError(f"{path.name} is no NumPy file of plain numbers, or is damaged; write it with "
                         "numpy.save.") from error
    most = max(LARGEST_UNPACKED, size)
    for announced, there in sizes:
        require(announced <= there, f"{path.name} was cut off, or is damaged: it announces {announced} bytes "
                                    f"and has {there}; write it again with numpy.save.")
        require(there <= most, f"{path.name} unpacks to {there} bytes, more than the {most} that are read; "
                               "write it with numpy.save.")


def _packed_sizes(file: IO[bytes]) -> list[tuple[int, int]]:
    """(bytes announced, bytes there once unpacked) of all arrays in a zip file."""
    with ZipFile(file) as archive:
        sizes = []
        for entry in archive.infolist():
            with archive.open(entry) as packed:
                is_array = packed.read(len(MAGIC)) == MAGIC
                packed.seek(0)
                sizes.append((_announced(packed) if is_array else 0, entry.file_size))
        return sizes


def _announced(file: IO[bytes]) -> int:
    """The bytes of an array and of its header, by this header."""
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file)
    if min(shape, default=0) < 0 or dtype.itemsize == 0 or dtype.hasobject:
        raise ValueError(f"no array of shape {shape} and type {dtype}")
    return file.tell() + math.prod(shape) * dtype.itemsize
