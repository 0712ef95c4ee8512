"""The type of the weights that ComfyUI's command line asks for."""

from __future__ import annotations

import logging

import torch
from comfy.cli_args import args

logger = logging.getLogger(__name__)

FLAGS = {"bf16_unet": torch.bfloat16, "fp16_unet": torch.float16, "fp32_unet": torch.float32,
         "fp8_e4m3fn_unet": torch.float8_e4m3fn, "fp8_e5m2_unet": torch.float8_e5m2}
UNKNOWN = ("fp64_unet", "fp8_e8m0fnu_unet")


def dtype_of_command_line() -> torch.dtype | None:
    """Type that --bf16-unet and its like ask for; None = none of them was given."""
    for flag in UNKNOWN:
        if getattr(args, flag, False):
            logger.warning("WorldStereo: ComfyUI was started with --%s, which this model does not know.",
                           _option(flag))
    for flag, dtype in FLAGS.items():
        if getattr(args, flag, False):
            logger.info("WorldStereo: the weights are kept as --%s says.", _option(flag))
            return dtype
    return None


def _option(flag: str) -> str:
    return flag.removesuffix("_unet") + "-unet"
