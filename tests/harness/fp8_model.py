"""A checkpoint of any precision as a MODEL of ComfyUI, on the CPU."""
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch

from worldstereo.core.model.checkpoint.load import load_transformer

if TYPE_CHECKING:
    from comfy.model_patcher import ModelPatcher

BF16, FP16, FP32, FP8 = torch.bfloat16, torch.float16, torch.float32, torch.float8_e4m3fn


def model_of(path: Path, dtype: torch.dtype | None = None) -> ModelPatcher:
    from worldstereo.nodes import bridge

    net, settings = load_transformer(path, dtype)
    return bridge.make_model(net, settings, torch.device("cpu"), compute_dtype=FP32)
