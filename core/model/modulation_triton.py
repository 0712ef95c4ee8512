"""The two functions of modulation.py as Triton kernels: every token is read and written once.

Imported where Triton is installed, which torch's builds for NVIDIA and AMD cards bring.
"""
# pyright: reportIndexIssue=false
# (what stands in brackets at a call is Triton's number of programs)

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor


def modulate(x: Tensor, shift: Tensor, factor: Tensor, eps: float) -> Tensor:
    """LN(x) * factor + shift of tokens x [B,N,C] in float32; shift and factor [B,1,C]. In x's type."""
    out = torch.empty_like(x)
    batch, tokens, channels = x.shape
    shift, factor = (t.float().expand(batch, 1, channels) for t in (shift, factor))
    _modulate[(tokens, batch)](x, shift, factor, out, *x.stride(), shift.stride(0), shift.stride(2),
                               factor.stride(0), factor.stride(2), *out.stride(), channels, eps,
                               BLOCK=triton.next_power_of_2(channels), num_warps=8)
    return out


def add_gated(x: Tensor, update: Tensor, gate: Tensor) -> Tensor:
    """x + update * gate in float32; x and update [B,N,C], gate [B,1,C]. In x's type."""
    out = torch.empty_like(x)
    batch, tokens, channels = x.shape
    gate = gate.float().expand(batch, 1, channels)
    _add_gated[(tokens, batch)](x, update, gate, out, *x.stride(), *update.stride(), gate.stride(0),
                                gate.stride(2), *out.stride(), channels,
                                BLOCK=triton.next_power_of_2(channels), num_warps=8)
    return out


# A program is one token. Strides are given, so that portions of larger tensors need no copy.


@triton.jit
def _modulate(x, shift, factor, out, x_b, x_n, x_c, shift_b, shift_c, factor_b, factor_c, out_b, out_n, out_c,
              channels, eps, BLOCK: tl.constexpr):
    token, clip = tl.program_id(0).to(tl.int64), tl.program_id(1).to(tl.int64)
    c = tl.arange(0, BLOCK)
    inside = c < channels
    values = tl.load(x + clip * x_b + token * x_n + c * x_c, mask=inside, other=0.0).to(tl.float32)
    centred = tl.where(inside, values - tl.sum(values, 0) / channels, 0.0)
    normed = centred * (1 / tl.sqrt(tl.sum(centred * centred, 0) / channels + eps))
    by = tl.load(factor + clip * factor_b + c * factor_c, mask=inside, other=0.0)
    to = tl.load(shift + clip * shift_b + c * shift_c, mask=inside, other=0.0)
    result = (normed * by + to).to(out.dtype.element_ty)
    tl.store(out + clip * out_b + token * out_n + c * out_c, result, mask=inside)


@triton.jit
def _add_gated(x, update, gate, out, x_b, x_n, x_c, update_b, update_n, update_c, gate_b, gate_c, out_b,
               out_n, out_c, channels, BLOCK: tl.constexpr):
    token, clip = tl.program_id(0).to(tl.int64), tl.program_id(1).to(tl.int64)
    c = tl.arange(0, BLOCK)
    inside = c < channels
    values = tl.load(x + clip * x_b + token * x_n + c * x_c, mask=inside, other=0.0).to(tl.float32)
    more = tl.load(update + clip * update_b + token * update_n + c * update_c, mask=inside, other=0.0)
    by = tl.load(gate + clip * gate_b + c * gate_c, mask=inside, other=0.0)
    result = (values + more.to(tl.float32) * by).to(out.dtype.element_ty)
    tl.store(out + clip * out_b + token * out_n + c * out_c, result, mask=inside)
