"""The types to keep the weights in and to compute in: what ComfyUI's command line asks for, and what the
device can."""

from __future__ import annotations

import logging

import comfy.model_management as mm
import torch
from comfy.cli_args import PerformanceFeature, args

from ...core.model.checkpoint.fp8 import FLOAT8
from ...core.model.checkpoint.precision import EIGHT_BIT_TYPES, dtype_name

logger = logging.getLogger(__name__)

FLAGS = {"bf16_unet": torch.bfloat16, "fp16_unet": torch.float16, "fp32_unet": torch.float32,
         "fp8_e4m3fn_unet": torch.float8_e4m3fn, "fp8_e5m2_unet": torch.float8_e5m2}
UNKNOWN = ("fp64_unet", "fp8_e8m0fnu_unet")
# in order of preference; the official runs use bf16
COMPUTE_DTYPES = [torch.bfloat16, torch.float16, torch.float32]


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


def compute_dtype_of(storage: torch.dtype, device: torch.device) -> torch.dtype | None:
    """Type to compute in, None = that of the weights. Weights in float32 too are computed with in half
    precision, and those in float16 in bfloat16 where the device has it."""
    # ComfyUI would compute with float32 weights in float32, at several times the time and memory of the
    # official runs, and with float16 weights in float16, where a trained model may overflow
    if storage == torch.float32 or storage == torch.float16 and mm.should_use_bf16(device):
        storage = FLOAT8
    return mm.unet_manual_cast(storage, device, COMPUTE_DTYPES)


def check_8_bits(device: torch.device) -> None:
    """ValueError unless the device can hold weights of 8 bits."""
    try:
        for dtype in EIGHT_BIT_TYPES:
            torch.zeros(1, dtype=dtype, device=device).float()
    except (RuntimeError, TypeError, AssertionError) as error:
        usable = "bf16" if mm.should_use_bf16(device) else "fp16"
        raise ValueError(f"The weights would be kept in 8 bits, which the device {device.type} cannot hold: "
                         f"set weight_dtype to {usable} in 'Load WorldStereo Model'.") from error


def multiply_in_8_bits(storage: torch.dtype, compute: torch.dtype, device: torch.device) -> bool:
    """Whether --fast fp8_matrix_mult was given and can be followed; the log says why not."""
    if PerformanceFeature.Fp8MatrixMultiplication not in args.fast:
        return False
    if storage != FLOAT8:
        reason = f"the weights are kept as {dtype_name(storage)}, not as {dtype_name(FLOAT8)}"
    elif not mm.supports_fp8_compute(device):
        reason = f"the device {device} does not multiply in 8 bits"
    elif compute != torch.bfloat16:
        reason = f"the model computes in {dtype_name(compute)}, not in bfloat16"
    else:
        return True
    logger.info("WorldStereo: --fast fp8_matrix_mult is ignored: %s.", reason)
    return False


def _option(flag: str) -> str:
    return flag.removesuffix("_unet") + "-unet"
