"""Which frames are taken: key frames out of longer videos, bank frames out of clips."""
from __future__ import annotations

import numpy as np

from .values import require


def even_frames(total: int, count: int) -> list[int]:
    """`count` of `total` frame numbers, first and last included, rounded down; all of them when there are no
    more."""
    require(total >= 1 and count >= 1, f"cannot pick {count} of {total} frames, both must be at least 1.")
    # numpy's rounding errors are part of the rule: 20 of 165 frames differ from whole-number division.
    return list(range(total)) if total <= count else np.linspace(0, total - 1, count).astype(int).tolist()


def even_parts(total: int, parts: int) -> list[int]:
    """`total` split into `parts` whole numbers that differ by at most 1, smaller ones first."""
    require(parts >= 1, f"cannot split {total} into {parts} parts, expected at least 1.")
    return [(total + i) // parts for i in range(parts)]


def frames_to_keep(total: int, count: int) -> list[int]:
    """`count` of `total` frame numbers for the memory bank: never the first, always the last, wider gaps
    first."""
    require(1 <= count <= total - 1, f"cannot keep {count} of {total} frames without the first, at most "
                                     f"{total - 1}.")
    kept = [0]
    for gap in reversed(even_parts(total - 1, count)):
        kept.append(kept[-1] + gap)
    return kept[1:]
