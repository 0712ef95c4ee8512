"""Attention that also returns the logarithm of its softmax's denominator, with which results can be merged.

Torch has no public function for it that runs everywhere. Its fused kernels return it, but under private
names that may change. So each is tried on a small problem first, and used only if its result is correct.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import Tensor

logger = logging.getLogger(__name__)

# (q [B,N,heads,d], k and v [B,M,heads,d]) -> attention [B,N,heads,d] and log-sum-exp of the scaled scores
# [B,N,heads], float32. With a fourth argument, hidden [B,N,M], the keys that each query does not see.
Kernel = Callable[..., tuple[Tensor, Tensor]]
# one of torch's: (q [B,heads,N,d], k and v [B,heads,M,d], bias [B,heads,N,M] that is added to the scaled
# scores, or None) -> attention [B,heads,N,d], log-sum-exp, and more
Fused = Callable[[Tensor, Tensor, Tensor, Tensor | None], Sequence[Tensor]]
SCORES = 1 << 26  # scores that the fallback holds at once
# The bias of a hidden key. It leaves no weight and fits into float16; some kernels make NaN of rows of -inf.
HIDDEN = -3e4
ROW = 16  # entries; kernels want the rows of a bias to begin at multiples of it
MOST = 80.0  # largest score of the probe; one that was rounded to bfloat16 is off by up to 0.25 there


def cudnn(q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None) -> Sequence[Tensor]:
    return torch.ops.aten._scaled_dot_product_cudnn_attention(q, k, v, bias, compute_log_sumexp=True)


def flash(q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None) -> Sequence[Tensor]:
    assert bias is None
    return torch.ops.aten._scaled_dot_product_flash_attention(q, k, v)


def efficient(q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None) -> Sequence[Tensor]:
    return torch.ops.aten._scaled_dot_product_efficient_attention(q, k, v, bias, compute_log_sumexp=True)


def flash_for_cpu(q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None) -> Sequence[Tensor]:
    return torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(q, k, v, attn_mask=bias)


# device type -> those to try, the fastest first
FUSED: dict[str, tuple[Fused, ...]] = {"cpu": (flash_for_cpu,), "cuda": (cudnn, flash, efficient)}
# The same with hidden keys. cuDNN comes last: it takes long to prepare for every new number of keys.
FUSED_HIDING: dict[str, tuple[Fused, ...]] = {"cpu": (flash_for_cpu,), "cuda": (efficient, cudnn)}


@functools.cache
def kernel_for(head_dim: int, device: torch.device, dtype: torch.dtype, hiding: bool = False) -> Kernel:
    """The first fused kernel that works for such tensors, or else the fallback; the log says which.

    hiding: whether it has to take hidden keys.
    """
    table = FUSED_HIDING if hiding else FUSED
    return first_correct(table.get(device.type, ()), head_dim, device, dtype, hiding)


def first_correct(candidates: Sequence[Fused], head_dim: int, device: torch.device, dtype: torch.dtype,
                  hiding: bool) -> Kernel:
    """kernel_for from these candidates."""
    task = (f"attention with log-sum-exp{' and hidden keys' if hiding else ''} on {device} in {dtype}, "
            f"{head_dim} channels a head")
    *qkv, hidden = _probe(head_dim, dtype)
    expected = in_blocks(*(t.double() for t in qkv), hidden=hidden if hiding else None)
    on_device = [t.to(device) for t in (*qkv, hidden)][:4 if hiding else 3]
    for fused in candidates:
        kernel = as_kernel(fused)
        try:
            correct = _is_close(kernel(*on_device), expected, dtype)
        except torch.cuda.OutOfMemoryError:
            raise  # says nothing about the kernel
        # unknown to this torch, with other arguments or results there, or not for this device or type
        except (AttributeError, RuntimeError, TypeError, ValueError) as error:
            logger.debug("%s: %s", fused.__name__, error)
            continue
        if correct:
            logger.info("The kernel for %s is %s.", task, fused.__name__)
            return kernel
        logger.warning("%s of torch %s is wrong for %s; it is not used.", fused.__name__, torch.__version__,
                       task)
    logger.warning("No kernel of torch %s can do %s; a slower way is used.", torch.__version__, task)
    return in_blocks


def _probe(head_dim: int, dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """q, k, v and hidden keys on the CPU, with scores up to MOST and sizes that fill no kernel's blocks.

    Some queries do not see the first 520 keys, more than a block.
    """
    queries, keys, heads = 40, 600, 2

    def wave(count: int, step: float) -> Tensor:
        return (torch.arange(count * heads * head_dim) * step).sin().view(1, count, heads, head_dim)

    k, v = wave(keys, 0.37), wave(keys, 0.61)
    q = k[:, -queries:] + 0.1 * wave(queries, 0.53)
    most = torch.einsum("bqhd,bkhd->bqhk", q, k).amax() * head_dim ** -0.5
    hidden = torch.zeros(1, queries, keys, dtype=torch.bool)
    hidden[:, ::3, :520] = True
    hidden[:, 1::3, 7::5] = True
    q, k = (t * (MOST / most) ** 0.5 for t in (q, k))
    return q.to(dtype), k.to(dtype), v.to(dtype), hidden


def _is_close(got: Sequence[Tensor], expected: Sequence[Tensor], dtype: torch.dtype) -> bool:
    """Attention within two roundings of its type, log-sum-exp within 1e-3."""
    bounds = (1e-4 + 2 * torch.finfo(dtype).eps, 1e-3)
    return all(torch.allclose(a.cpu().double(), b, rtol=0, atol=bound)
               for a, b, bound in zip(got, expected, bounds))


def as_kernel(fused: Fused) -> Kernel:
    """One of torch's functions with the model's order of axes."""
    def kernel(q: Tensor, k: Tensor, v: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
        q, k, v = (rearrange(t, "b n h d -> b h n d") for t in (q, k, v))
        bias = None if hidden is None else _bias(hidden, q.dtype)[:, None].expand(-1, q.shape[1], -1, -1)
        out, lse, *_ = fused(q, k, v, bias)
        lse = lse.reshape(*q.shape[:2], -1)[..., :q.shape[2]]  # some pad it, some give it a fourth axis
        return rearrange(out, "b h n d -> b n h d"), rearrange(lse, "b h n -> b n h")
    kernel.__name__ = fused.__name__
    return kernel


def _bias(hidden: Tensor, dtype: torch.dtype) -> Tensor:
    """HIDDEN where keys are hidden [B,N,M], else 0."""
    keys = hidden.shape[-1]
    return F.pad(hidden, (0, -keys % ROW)).to(dtype).mul_(HIDDEN)[..., :keys]


def in_blocks(q: Tensor, k: Tensor, v: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """The fallback, a Kernel: the definition, for some of the queries q [B,N,heads,d] at a time."""
    exact = torch.promote_types(q.dtype, torch.float32)  # of scores and weights
    out, lse = torch.empty_like(q), q.new_empty(q.shape[:3], dtype=exact)
    k, v = k.to(exact), v.to(exact)
    block = max(1, SCORES // (q.shape[0] * q.shape[2] * k.shape[1]))
    for start in range(0, q.shape[1], block):
        part = slice(start, start + block)
        scores = torch.einsum("bqhd,bkhd->bqhk", q[:, part].to(exact), k) * q.shape[-1] ** -0.5
        if hidden is not None:
            scores.masked_fill_(hidden[:, part, None], -torch.inf)
        lse[:, part] = scores.logsumexp(-1)
        out[:, part] = torch.einsum("bqhk,bkhd->bqhd", scores.softmax(-1), v)
    return out, lse
