"""What the time embedding does to the tokens of a block: norm, scale and shift before a layer, gate after it.

In float32, as in training. Spelled out, each operation reads and writes all tokens: 36 bytes an element in
half precision for `modulate`, 22 for `add_gated`. Where Triton runs, each is one kernel: 4 and 6 bytes.
"""

from __future__ import annotations

import functools
import importlib.util
import logging
from types import ModuleType

import torch
from torch import Tensor, nn

logger = logging.getLogger(__name__)

HALF = (torch.bfloat16, torch.float16)
LARGEST = 1 << 14  # channels of a token that one Triton program holds


def modulate(norm: nn.LayerNorm, x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """LN(x) * (1 + scale) + shift in float32, returned in x's type; x [B,N,C], shift and scale [B,1,C]."""
    # weights of a norm may have to be moved or patched first
    kernels = _kernels_for(x) if norm.weight is None else None
    return (kernels.modulate(x, shift, 1 + scale.float(), norm.eps) if kernels
            else modulate_reference(norm, x, shift, scale))


def add_gated(x: Tensor, update: Tensor, gate: Tensor) -> Tensor:
    """x + update * gate in float32, returned in x's type; x and update [B,N,C], gate [B,1,C]."""
    kernels = _kernels_for(x)
    return kernels.add_gated(x, update, gate) if kernels else add_gated_reference(x, update, gate)


def modulate_reference(norm: nn.LayerNorm, x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """The same as modulate, spelled out."""
    return norm(x.float()).mul_(1 + scale).add_(shift).type_as(x)


def add_gated_reference(x: Tensor, update: Tensor, gate: Tensor) -> Tensor:
    """The same as add_gated, spelled out."""
    return (update * gate).add_(x).type_as(x)


def _kernels_for(x: Tensor) -> ModuleType | None:
    """modulation_triton for such tokens [B,N,C]; None where it does not run or is not the better way.

    float32 keeps the digits of the spelled-out way; compilers make such kernels themselves; these have no
    gradients.
    """
    if (not x.is_cuda or x.dtype not in HALF or x.shape[-1] > LARGEST or torch.is_grad_enabled()
            or torch.compiler.is_compiling()):
        return None
    return _working_kernels(x.device, x.dtype)


@functools.cache
def _working_kernels(device: torch.device, dtype: torch.dtype) -> ModuleType | None:
    """modulation_triton if it can be compiled for this device and is right on a small problem, else None with
    a log message."""
    if not importlib.util.find_spec("triton"):
        return None
    try:
        from . import modulation_triton as kernels

        if agree(kernels, device, dtype):
            return kernels
        error = "their results differ"
    # without a C compiler, on cards that it does not know ...: there are many kinds, and none may stop a clip
    except Exception as failure:
        error = failure
    logger.warning("Triton's kernels cannot be used on %s, torch's are used instead, slower: %s", device,
                   error)
    return None


def agree(kernels: ModuleType, device: torch.device, dtype: torch.dtype, tokens: int = 3,
          channels: int = 384) -> bool:
    """Whether modulation_triton differs by no more than rounding from the spelled-out way."""
    x, update, modulation = (torch.arange(1, 2 * n * channels + 1, device=device).view(2, n, channels).sin()
                             for n in (tokens, tokens, 3))
    x, update = (3 * x).to(dtype), update.to(dtype)
    shift, scale, gate = modulation.chunk(3, dim=1)
    norm = nn.LayerNorm(channels, eps=1e-6, elementwise_affine=False)
    pairs = ((kernels.modulate(x, shift, 1 + scale, norm.eps), modulate_reference(norm, x, shift, scale)),
             (kernels.add_gated(x, update, gate), add_gated_reference(x, update, gate)))
    step = torch.finfo(dtype).eps
    return all(torch.allclose(got.float(), expected.float(), rtol=step, atol=step / 8)
               for got, expected in pairs)
