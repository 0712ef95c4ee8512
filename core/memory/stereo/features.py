"""Image features, vectors that tell frames apart: DINOv2 where it is installed, else a small colour
descriptor."""
from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from ...files.paths import check_model_links
from ...values import require

logger = logging.getLogger(__name__)

GRID = 4
DINOV2_FILES = ("config.json", "preprocessor_config.json", "model.safetensors")


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


def find_dinov2(folders: Iterable[Path]) -> Path | None:
    """The first folder below `folders` that holds a DINOv2 as transformers saves it, or None."""
    for config in sorted(path for folder in folders for path in Path(folder).glob("**/config.json")):
        if not _is_dinov2(config):
            continue
        missing = [name for name in DINOV2_FILES if not (config.parent / name).exists()]
        if not missing:
            return config.parent
        logger.warning("The DINOv2 in %s is not complete, %s is missing; it is "
                       "not used.", config.parent, missing[0])
    return None


def _is_dinov2(config: Path) -> bool:
    try:
        check_model_links([config], config.parent)
        return json.loads(config.read_text())["model_type"] == "dinov2"
    except (ValueError, LookupError, TypeError):  # some other program's config.json
        return False


def dinov2(folder: Path) -> ImageFeatures:
    """DINOv2 (the official code takes dinov2-base) from a folder, run on the CPU; nothing is downloaded."""
    require((folder / "config.json").exists(),
            f"There is no DINOv2 in {folder}; put {', '.join(DINOV2_FILES)} there.")
    check_model_links(list(folder.iterdir()), folder)
    return ImageFeatures(f"DINOv2 from {folder.name}", lambda frames: _dinov2_features(folder, frames))


@torch.no_grad()
def _dinov2_features(folder: Path, frames: Tensor) -> np.ndarray:
    from transformers import AutoImageProcessor, Dinov2Model

    processor = AutoImageProcessor.from_pretrained(folder, local_files_only=True)
    model = Dinov2Model.from_pretrained(folder, local_files_only=True, use_safetensors=True).eval()
    pixels = processor(images=list(frames), return_tensors="pt")["pixel_values"]
    return model(pixels).pooler_output.float().numpy()
