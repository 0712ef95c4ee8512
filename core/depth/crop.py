"""Cuts a photograph and its depth to another aspect."""
from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from ..values import require
from .depth import Depth


def crop(
    image: Tensor, depth: Depth, size: tuple[int, int], across: float = 0.5, down: float = 0.5
) -> tuple[Tensor, Depth]:
    """The largest part of IMAGE [F,H,W,C] and of its depth, of the same size, with the aspect of `size`
    (width, height), in pixels of the photograph.

    across, down    where it lies: 0 at the left or the top, 1 at the right or the bottom
    Raises ValueError when the sizes of image and depth differ.
    """
    height, width = image.shape[1:3]
    require((width, height) == (depth.width, depth.height),
            f"The photograph is {width}x{height} pixels and the depth map {depth.width}x{depth.height}; "
            "connect the photograph that the depth was made of, in the same size.")
    scale = max(size[0] / width, size[1] / height)
    columns, rows = max(round(size[0] / scale), 1), max(round(size[1] / scale), 1)
    left, top = round((width - columns) * across), round((height - rows) * down)
    rows, columns = slice(top, top + rows), slice(left, left + columns)
    K = depth.K.clone()
    K[:, :2, 2] -= K.new_tensor([left, top])
    part = replace(depth, depth=depth.depth[:, rows, columns], valid=depth.valid[:, rows, columns], K=K)
    return image[:, rows, columns].float(), part
