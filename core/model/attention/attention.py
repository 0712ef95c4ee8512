"""The one attention call of the model, and the projections around it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from diffusers.models.transformers.transformer_wan import WanAttention
from einops import rearrange
from torch import Tensor, nn

# (q, k, v, heads) with q [B,N,C] and k, v [B,M,C], C = heads * head_dim -> [B,N,C]; ComfyUI's attention has
# the same form.
Attention = Callable[[Tensor, Tensor, Tensor, int], Tensor]
RopeTable = tuple[Tensor, Tensor]
Stream = tuple[Tensor, RopeTable]  # tokens [B,N,C] and the rotary table of their positions
QKV = tuple[Tensor, Tensor, Tensor]  # queries, keys and values of one stream, all [B,N,C]
# (QKV of each stream, the references first, heads=, attention=) -> attention of each stream, [B,N,C]
JointAttention = Callable[..., Sequence[Tensor]]
KeysAndValues = tuple[Tensor, Tensor]  # both [B,M,C]
SLICE = 4096  # tokens


def sdpa(q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
    """Torch's scaled dot product attention over [B,N,C] tensors."""
    q, k, v = (rearrange(t, "b n (h d) -> b h n d", h=heads) for t in (q, k, v))
    return rearrange(F.scaled_dot_product_attention(q, k, v), "b h n d -> b n (h d)")


def rotate(x: Tensor, rope: RopeTable, heads: int) -> Tensor:
    """Rotates adjacent channel pairs of x [B,N,C] by the table's angles (cos, sin [N,head_dim], each value
    twice)."""
    # Half precision needs a float32 copy anyway, in which the rotation is one complex product instead of six
    # passes. Compilers fuse the six passes and do not support complex numbers; some devices do not either.
    if x.dtype == torch.float32 or torch.compiler.is_compiling() or x.device.type not in ("cpu", "cuda"):
        return rotate_pairs(x, rope, heads)
    cos, sin = (t[:, ::2] for t in rope)
    pairs = torch.view_as_complex(rearrange(x.float(), "b n (h d two) -> b n h d two", h=heads, two=2))
    turned = torch.view_as_real(pairs.mul_(torch.complex(cos, sin).unsqueeze(1)))
    return rearrange(turned, "b n h d two -> b n (h d two)").type_as(x)


def rotate_pairs(x: Tensor, rope: RopeTable, heads: int) -> Tensor:
    """The same as `rotate` for x [B,N,C], spelled out."""
    cos, sin = (t[:, ::2].unsqueeze(1) for t in rope)  # [N,1,head_dim/2]
    even, odd = rearrange(x, "b n (h d two) -> two b n h d", h=heads, two=2)
    turned = torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1)
    return rearrange(turned, "b n h d two -> b n (h d two)").type_as(x)


def apply_in_chunks(function: Callable[..., Tensor], tokens: int, x: Tensor, *more: Tensor) -> Tensor:
    """function(x, *more), computed for so many tokens of [...,N,C] tensors at a time, which makes its
    temporaries smaller.

    The function must compute every token independently, and return x's shape and type.
    """
    if x.shape[-2] <= tokens:
        return function(x, *more)
    out = torch.empty_like(x)
    for into, *parts in zip(*(t.split(tokens, dim=-2) for t in (out, x, *more))):
        into.copy_(function(*parts))
    return out


def in_slices(function: Callable[..., Tensor], x: Tensor, *more: Tensor) -> Tensor:
    """apply_in_chunks for x [...,N,C], except under compilers.

    Compiled code makes no such temporaries, and would need a kernel for each number of slices.
    """
    return function(x, *more) if torch.compiler.is_compiling() else apply_in_chunks(function, SLICE, x, *more)


def norm_and_rotate(norm: nn.Module, x: Tensor, rope: RopeTable, heads: int) -> Tensor:
    """Normalises queries or keys [B,N,C] over all heads together, then rotates them by their table.

    In slices, because both make float32 copies of their input.
    """
    return in_slices(lambda x, cos, sin: rotate(norm(x), (cos, sin), heads), x, *rope)


def self_attention(attn: WanAttention, streams: Sequence[Stream], attention: Attention,
                   joint: JointAttention | None = None) -> list[Tensor]:
    """One softmax over the tokens of all streams together, with shared weights.

    streams: normalised tokens [B,N,C] and their rotary table, the references first -> attention results, same
    shapes. Every token attends to every token, unless `joint` has other rules.
    """
    def queries() -> list[Tensor]:
        return [norm_and_rotate(attn.norm_q, attn.to_q(x), rope, attn.heads) for x, rope in streams]

    def keys() -> list[Tensor]:
        return [norm_and_rotate(attn.norm_k, attn.to_k(x), rope, attn.heads) for x, rope in streams]

    def values() -> list[Tensor]:
        return [attn.to_v(x) for x, _ in streams]

    if joint:
        of_streams = joint(*zip(queries(), keys(), values()), heads=attn.heads, attention=attention)
        return [attn.to_out[0](out) for out in of_streams]
    q, k, v = (torch.cat(make(), dim=1) for make in (queries, keys, values))
    out = attention(q, k, v, attn.heads)
    del q, k, v
    return list(attn.to_out[0](out).split([x.shape[1] for x, _ in streams], dim=1))


def self_attention_in_portions(attn: WanAttention, norm: Callable[[Tensor], Tensor],
                               streams: Sequence[Stream],
                               attention: Attention, portions: int) -> list[Tensor]:
    """self_attention of streams of tokens [B,N,C] before `norm`, each computed in so many portions.

    Besides the result only keys and values exist for all tokens at once; every token is normalised twice.
    """
    parts = [part for x, rope in streams for part in zip(*(t.chunk(portions, dim=-2) for t in (x, *rope)))]
    like, sizes = streams[0][0], [x.shape[1] for x, *_ in parts]
    k, v, out = (like.new_empty(len(like), sum(sizes), like.shape[2]) for _ in range(3))
    for (x, cos, sin), k_part, v_part in zip(parts, k.split(sizes, 1), v.split(sizes, 1)):
        x = norm(x)
        k_part.copy_(norm_and_rotate(attn.norm_k, attn.to_k(x), (cos, sin), attn.heads))
        v_part.copy_(attn.to_v(x))
    for (x, cos, sin), into in zip(parts, out.split(sizes, 1)):
        q = norm_and_rotate(attn.norm_q, attn.to_q(norm(x)), (cos, sin), attn.heads)
        into.copy_(attn.to_out[0](attention(q, k, v, attn.heads)))
    return list(out.split([x.shape[1] for x, _ in streams], dim=1))


def context_keys(attn: WanAttention, context: Tensor, text_tokens: int) -> list[KeysAndValues]:
    """Keys and values of the text, the last tokens of context [B,M,C], and of the image tokens before it, if
    any."""
    image, text = context[:, :-text_tokens], context[:, -text_tokens:]
    keys = [(attn.norm_k(attn.to_k(text)), attn.to_v(text))]
    if image.shape[1] and attn.norm_added_k and attn.add_k_proj and attn.add_v_proj:
        keys.append((attn.norm_added_k(attn.add_k_proj(image)), attn.add_v_proj(image)))
    return keys


def cross_attention(attn: WanAttention, x: Tensor, keys: Sequence[KeysAndValues],
                    attention: Attention) -> Tensor:
    """Normalised tokens x [B,N,C] -> [B,N,C]: their attentions to text and to image, summed, through
    `to_out`."""
    q = in_slices(attn.norm_q, attn.to_q(x))
    return attn.to_out[0](functools.reduce(torch.add, (attention(q, k, v, attn.heads) for k, v in keys)))
