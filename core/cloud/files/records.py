"""Writes long tables piece by piece, so that memory stays bounded, progress is reported and the user can
cancel."""
from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

import numpy as np

CHUNK = 1 << 18  # rows at a time: 4 to 15 MB


def ignore_progress(done: int, total: int) -> None:
    """The default for progress: does nothing."""


def write_records(file: BinaryIO, count: int, dtype: np.dtype, fill: Callable[[np.ndarray, slice], None],
                  progress: Callable[[int, int], None] = ignore_progress) -> None:
    """Writes `count` rows of dtype; fill(rows, place) sets those of one slice; progress(done, count)."""
    for begin in range(0, count, CHUNK):
        place = slice(begin, min(begin + CHUNK, count))
        rows = np.empty(place.stop - begin, dtype)
        fill(rows, place)
        file.write(rows.tobytes())
        progress(place.stop, count)


def to_bytes(colors: np.ndarray) -> np.ndarray:
    """uint8 values 0..255 of numbers [...] in 0..1."""
    return (colors * 255).round().astype(np.uint8)
