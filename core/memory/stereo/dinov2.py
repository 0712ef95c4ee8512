"""Image features by DINOv2, where it is installed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ...files.json_text import read_json
from ...files.paths import check_model_links
from ...values import require
from .features import ImageFeatures

logger = logging.getLogger(__name__)

DINOV2_FILES = ("config.json", "preprocessor_config.json", "model.safetensors")


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
        return read_json(config)["model_type"] == "dinov2"
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
