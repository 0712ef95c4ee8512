"""Which frames are taken: key frames out of longer videos and into them, bank frames out of clips."""
from __future__ import annotations

import numpy as np
from torch import Tensor

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


def with_key_frames(render: Tensor, mask: Tensor, key_frames: Tensor) -> tuple[Tensor, Tensor]:
    """Copies of render [F,H,W,3] and hole mask [F,H,W] with key frames [K,H,W,3] in their places, evenly
    spread from the first frame to the last, and without holes there.

    Raises ValueError for other sizes, and unless F = n (K - 1) + 1.
    """
    check_mask_of_render(render, mask)
    total, count = len(render), len(key_frames)
    require(render.shape[1:] == key_frames.shape[1:],
            f"The key frames are {list(key_frames.shape[1:])} and the frames of the render "
            f"{list(render.shape[1:])} (height, width, channels); render along the path of the key frames.")
    require(count >= 2, f"{count} key frame, expected at least two: the first and the last of the render.")
    require(total >= count and (total - 1) % (count - 1) == 0,
            f"{count} key frames do not lie at whole frames of a render of {total}; for three frames between "
            f"each two, give the path {4 * (count - 1) + 1} frames with 'Resample Trajectory'.")
    step = (total - 1) // (count - 1)
    video, known = render.clone(), mask.clone()
    video[::step], known[::step] = key_frames.to(render), 0
    return video, known


def check_mask_of_render(render: Tensor, mask: Tensor) -> None:
    """ValueError unless there is one mask [F,H,W] of the size of the render [F,H,W,3] for each frame."""
    require(render.shape[:3] == mask.shape, f"The render is {list(render.shape[:3])} and the mask "
                                            f"{list(mask.shape)} (frames, height, width); connect both from "
                                            "the same 'Render Point Cloud'.")
