"""Weights in 8 bits with a scale: the true weight is float8 value * scale.

The layout of the files in use: with every `NAME.weight` of a linear layer a float32
`NAME.scale_weight`, one number or one for each row, and an empty tensor `scaled_fp8` as a mark.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from math import frexp

import torch
from torch import Tensor

from ...values import require
from .stored import StoredTensor, read_tensor

logger = logging.getLogger(__name__)

FLOAT8 = torch.float8_e4m3fn
MARK, SCALE, WEIGHT = "scaled_fp8", "scale_weight", "weight"
_INPUT_SCALE = ".scale_input"  # for multiplication in 8 bits, which is not done here


def pair_scales(tensors: dict[str, StoredTensor]) -> dict[str, StoredTensor]:
    """Every weight with its scale, and without the scale tensors."""
    scales = {name.removesuffix(SCALE) + WEIGHT: tensor for name, tensor in tensors.items()
              if name.endswith("." + SCALE)}
    alone = sorted(set(scales) - set(tensors))
    require(not alone, f"There are scales of {len(alone)} weights that are missing ({', '.join(alone[:3])}); "
                       "download the file again.")
    inputs = sum(name.endswith(_INPUT_SCALE) for name in tensors)
    if inputs:
        logger.debug("%d scale_input tensors are ignored: inputs are not brought to 8 bits.", inputs)
    return {name: replace(tensor, scale=scales.get(name)) for name, tensor in tensors.items()
            if name != MARK and not name.endswith(("." + SCALE, _INPUT_SCALE))}


def read_scale(name: str, stored: StoredTensor) -> Tensor | None:
    """Scale of a weight as float32 [] or [rows]; None where the weight has none."""
    if stored.scale is None:
        return None
    require(stored.dtype.itemsize == 1,
            f"The tensor {name} in {stored.file.name} has a scale but is not in 8 bits; download the file "
            "again.")
    scale = read_tensor(stored.scale).float()
    require(scale.numel() in (1, stored.shape[0]),
            f"The scale of {name} has the shape {list(scale.shape)}; expected one number or "
            f"{stored.shape[0]} of them.")
    require(bool(torch.isfinite(scale).all()) and bool((scale > 0).all()),
            f"The scale of {name} in {stored.scale.file.name} is not a positive number; download the file "
            "again.")
    return scale.reshape(() if scale.numel() == 1 else -1)


def dequantize(weight: Tensor, scale: Tensor) -> Tensor:
    """float32 values of a weight [rows,...] and its scale [] or [rows]."""
    return weight.float() * scale.reshape(-1, *[1] * (weight.ndim - 1))


def quantize(weight: Tensor) -> tuple[Tensor, Tensor]:
    """float8 weight and scale []. The scale is a power of two, so that only float8's own rounding remains.

    The largest value lands between 64 and 128 of 448: room for a LoRA, and far from where float8 loses
    digits.
    """
    weight = weight.float()
    low, high = weight.aminmax()
    scale = torch.tensor(2.0 ** (frexp(max(-low.item(), high.item()))[1] - 7))
    return (weight / scale).to(FLOAT8), scale
