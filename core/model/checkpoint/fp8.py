"""Weights in 8 bits with a scale: the true weight is float8 value * scale.

As scripts/quantize.py writes it: beside every `NAME.weight` of a linear layer a float32 `NAME.scale_weight`,
one number or one for each row, and an empty tensor `scaled_fp8` as a mark. What else is read: quantised.py.
"""

from __future__ import annotations

from math import frexp

import torch
from torch import Tensor

FLOAT8 = torch.float8_e4m3fn
MARK, SCALE, WEIGHT = "scaled_fp8", "scale_weight", "weight"


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
