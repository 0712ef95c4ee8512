"""The number type in which each tensor of a checkpoint is kept, and reading a tensor as that type."""

from __future__ import annotations

import re

import torch
from torch import Tensor

from ...values import require
from .quantised import dequantize, read_scale
from .stored import StoredTensor, read_tensor

# Kept in float32 as in the official loading: diffusers computes the time embedding in the type of these
# weights.
_FLOAT32 = re.compile(r"(.*\.)?scale_shift_table|condition_embedder\.time_embedder\..*|blocks\.\d+\.norm2\..*"
                      r"|condition_embedder\.image_embedder\.norm[12]\..*")
# The matrices that make up nearly all of the model; 8 bits are too few for anything else.
_EIGHT_BIT = re.compile(r"(controlnet\.controlnet_)?blocks\.\d+\."
                        r"(.*\.(to_[qkv]|to_out\.0|add_[kv]_proj)|ffn\..*)\.weight")
EIGHT_BIT_TYPES = (torch.float8_e4m3fn, torch.float8_e5m2)
_CHUNK = 1 << 20  # numbers that are brought to another type at a time


def storage_dtype(name: str, tensor_dtype: torch.dtype, wanted: torch.dtype | None,
                  scaled: bool = False) -> torch.dtype:
    """Type in which a tensor is kept: the wanted one, or its own when wanted is None.

    Time embedding, modulation tables, and the norms of cross-attention input and image embedder are always
    float32. float8 is only for the matrices of attention and feed-forward, and for those of the file that
    have a scale; everything else is bfloat16 then.
    """
    if _FLOAT32.fullmatch(name):
        return torch.float32
    wanted = wanted or tensor_dtype
    keeps_scale = scaled and wanted == tensor_dtype
    if wanted in EIGHT_BIT_TYPES and not keeps_scale and not is_large(name):
        return torch.bfloat16
    return wanted


def is_large(name: str) -> bool:
    """Whether this is one of the matrices that make up nearly all of the model."""
    return bool(_EIGHT_BIT.fullmatch(name))


def load_tensor(name: str, stored: StoredTensor, wanted: torch.dtype | None) -> tuple[Tensor, Tensor | None]:
    """One tensor as storage_dtype says, and its scale; None where it has none or where it was multiplied
    in."""
    is_scaled = stored.scale is not None and not stored.layout and len(stored.shape) == 2
    dtype = storage_dtype(name, stored.value_dtype, wanted, is_scaled)
    # What is kept comes before what only passes through, or the memory of the latter would remain as holes
    # between.
    kept = None if dtype == stored.dtype and not stored.layout else torch.empty(stored.shape, dtype=dtype)
    tensor, scale = read_tensor(stored), read_scale(name, stored)
    require(not tensor.is_floating_point() or _largest(tensor) <= torch.finfo(stored.dtype).max,
            f"The tensor {name} in {stored.file.name} holds NaN or infinite values; download the file again.")
    if kept is None:
        return tensor, scale
    step = max(1, _CHUNK // tensor[0].numel())
    for rows in (slice(start, start + step) for start in range(0, len(tensor), step)):
        part = tensor[rows] if scale is None else dequantize(tensor[rows],
                                                             scale[rows] if scale.ndim else scale)
        largest = _largest(part)
        require(largest <= torch.finfo(dtype).max,
                f"The tensor {name} reaches {largest:g}, too large for {dtype_name(dtype)}; load the model "
                "as bf16.")
        kept[rows] = part
    return kept, None


def _largest(tensor: Tensor) -> float:
    """Largest absolute value; NaN when there is one."""
    # aminmax does not know them; without the sign, codes are in the values' order
    if tensor.dtype in EIGHT_BIT_TYPES:
        parts = tensor.view(torch.uint8).flatten().split(_CHUNK)
        codes = torch.stack([(part & 127).amax() for part in parts])
        return codes.amax().view(tensor.dtype).item()
    low, high = tensor.aminmax()  # passes NaN on, and is ten times faster than isfinite
    return max(-low.item(), high.item())


def dtype_name(dtype: torch.dtype) -> str:
    """"bfloat16" and so on."""
    return str(dtype).removeprefix("torch.")
