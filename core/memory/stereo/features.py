"""What a picture shows as a vector, for telling frames apart; see also dinov2."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

GRID = 4


@dataclass(frozen=True)
class ImageFeatures:
    """A way to describe pictures: its name for reports, and the function uint8 [N,3,H,W] -> float32 [N,C]."""

    name: str
    describe: Callable[[Tensor], np.ndarray]


def colour_grid(frames: Tensor) -> np.ndarray:
    """[N,48] float32 mean colour 0..1 in a 4x4 grid (row, column, channel), of uint8 frames [N,3,H,W]."""
    cells = torch.cat([adaptive_avg_pool2d(frame[None].float() / 255, GRID) for frame in frames])
    return cells.permute(0, 2, 3, 1).flatten(1).numpy()


BUILT_IN = ImageFeatures("built-in 4x4 colour grid", colour_grid)
