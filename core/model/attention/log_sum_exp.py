"""Attention that also returns the logarithm of its softmax's denominator, with which results can be merged.

Torch has no public function for it that runs everywhere. Its fused kernels return it, but under private
names that may change. So each is tried on a small problem first, and used only if its result is correct.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import torch
from einops import rearrange
from torch import Tensor

logger = logging.getLogger(__name__)

# q [B,N,heads,d], k and v [B,M,heads,d] -> attention [B,N,heads,d] and log-sum-exp of the scaled scores
# [B,N,heads]
Kernel = Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]
SCORES = 1 << 26  # scores that the fallback holds at once

FUSED = {
    "cpu": (lambda q, k, v: torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(q, k, v),),
    "cuda": (lambda q, k, v: torch.ops.aten._scaled_dot_product_flash_attention(q, k, v),
             lambda q, k, v: torch.ops.aten._scaled_dot_product_efficient_attention(q, k, v, None, True)),
}


def kernel_for(head_dim: int, device: torch.device, dtype: torch.dtype) -> Kernel:
    """The first fused kernel that works for such tensors, or else the fallback, with a log message."""
    probe = torch.arange(2 * 32 * head_dim, device=device).view(1, 32, 2, head_dim).sin().to(dtype)
    expected = in_blocks(probe, probe, probe)
    for fused in FUSED.get(device.type, ()):
        kernel = _with_heads_first(fused)
        try:
            got = kernel(probe, probe, probe)
        # unknown to this torch, or not for this device or type
        except (AttributeError, RuntimeError) as error:
            logger.debug("%s", error)
            continue
        if all(torch.allclose(a.float(), b.float(), atol=0.02) for a, b in zip(got, expected)):
            return kernel
    logger.warning("No attention kernel of torch %s returns its log-sum-exp on %s; a slower way is used.",
                   torch.__version__, device)
    return in_blocks


def _with_heads_first(fused: Callable[[Tensor, Tensor, Tensor], Sequence[Tensor]]) -> Kernel:
    """A Kernel of torch's function over [B,heads,N,d]."""
    def kernel(q: Tensor, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        out, lse, *_ = fused(*(rearrange(t, "b n h d -> b h n d") for t in (q, k, v)))
        lse = lse[..., :q.shape[1]]  # some pad it
        return rearrange(out, "b h n d -> b n h d"), rearrange(lse, "b h n -> b n h")
    return kernel


def in_blocks(q: Tensor, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    """The fallback, a Kernel: the definition, for some of the queries q [B,N,heads,d] at a time."""
    out, lse = torch.empty_like(q), q.new_empty(q.shape[:3], dtype=torch.float32)
    block = max(1, SCORES // (q.shape[0] * q.shape[2] * k.shape[1]))
    for start in range(0, q.shape[1], block):
        part = slice(start, start + block)
        scores = torch.einsum("bqhd,bkhd->bqhk", q[:, part], k).float() * q.shape[-1] ** -0.5
        lse[:, part] = scores.logsumexp(-1)
        weights = (scores - lse[:, part, :, None]).exp().to(v.dtype)
        out[:, part] = torch.einsum("bqhk,bkhd->bqhd", weights, v)
    return out, lse
