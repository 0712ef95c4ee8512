"""A checkpoint of any precision as a MODEL of ComfyUI, on the CPU."""
from __future__ import annotations

import torch

from worldstereo.core.model.checkpoint.load import load_transformer

BF16, FP16, FP32, FP8 = torch.bfloat16, torch.float16, torch.float32, torch.float8_e4m3fn


def model_of(path, dtype=None):
    from worldstereo.nodes import bridge

    net, settings = load_transformer(path, dtype)
    return bridge.make_model(net, settings, torch.device("cpu"), compute_dtype=FP32)
