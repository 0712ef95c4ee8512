"""Pictures [H,W,3] uint8 as PNG files; the same pixels always make the same bytes."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor


def write_png(path: Path, pixels: Tensor) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels.cpu().numpy()).save(path)


def read_png(path: Path) -> Tensor:
    return torch.from_numpy(np.array(Image.open(path).convert("RGB")))
