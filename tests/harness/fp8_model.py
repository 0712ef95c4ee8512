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


def run(model: ModelPatcher) -> torch.Tensor:
    """One call of the network with both memories; float32 to compute in, so that only the weights matter."""
    from worldstereo.core.model.control_values import GeometricControl, StereoControl, reference_input
    from worldstereo.nodes import bridge

    g = torch.Generator().manual_seed(2)
    frames, h, w = 3, 4, 6
    options = {bridge.GEOMETRIC: GeometricControl(torch.randn(1, 16, frames, h, w, generator=g),
                                                  torch.ones(1, 1, frames, 8 * h, 8 * w),
                                                  torch.randn(1, 6, frames, 8 * h, 8 * w, generator=g)),
               bridge.STEREO: StereoControl(reference_input(torch.randn(1, 16, 1, h, w, generator=g)), (0,),
                                            torch.randn(1, frames, 7, generator=g),
                                            torch.randn(1, 1, 7, generator=g))}
    with torch.no_grad():
        return model.model.diffusion_model(
            torch.randn(1, 36, frames, h, w, generator=g), torch.full((1,), 500.0),
            torch.randn(1, 512, 4096, generator=g), torch.randn(1, 257, 1280, generator=g),
            transformer_options=options)
