"""The one attention call of the model, and the projections around it."""

from __future__ import annotations

import functools
from typing import Callable

import torch
import torch.nn.functional as F

# (q, k, v, heads) with q [B,N,C] and k, v [B,M,C], C = heads * head_dim -> [B,N,C]; the form of ComfyUI's too.
Attention = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, int], torch.Tensor]
RopeTable = tuple[torch.Tensor, torch.Tensor]
# (q, k, v of the references, q, k, v of the video, heads, attention) -> attention of the references, of the video
JointAttention = Callable[..., tuple[torch.Tensor, torch.Tensor]]


def sdpa(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, heads: int) -> torch.Tensor:
    """Torch's scaled dot product attention over [B,N,C] tensors."""
    q, k, v = (t.unflatten(2, (heads, -1)).transpose(1, 2) for t in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)


def rotate(x: torch.Tensor, rope: RopeTable, heads: int) -> torch.Tensor:
    """Rotates adjacent channel pairs of x [B,N,C] by the table's angles (cos, sin [N,head_dim], each value twice)."""
    cos, sin = (t[:, ::2].unsqueeze(1) for t in rope)  # [N,1,head_dim/2]
    even, odd = x.unflatten(2, (heads, -1, 2)).unbind(-1)  # [B,N,heads,head_dim/2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(2).type_as(x)


def project_qkv(attn, x: torch.Tensor, rope: RopeTable) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Self-attention q, k, v of x; q and k are normed over all heads together, then rotated."""
    q, k = attn.norm_q(attn.to_q(x)), attn.norm_k(attn.to_k(x))
    return rotate(q, rope, attn.heads), rotate(k, rope, attn.heads), attn.to_v(x)


def self_attention(attn, x: torch.Tensor, rope: RopeTable, attention: Attention) -> torch.Tensor:
    return attn.to_out[0](attention(*project_qkv(attn, x, rope), attn.heads))


def joint_self_attention(attn, x, references, rope: RopeTable, ref_rope: RopeTable, attention: Attention,
                         joint: JointAttention | None = None):
    """One softmax over reference and video tokens together, with shared weights.

    x [B,N,C], references [B,M,C] -> both streams' attention results, same shapes. Every token sees every token, unless
    `joint` has other rules.
    """
    streams = project_qkv(attn, references, ref_rope), project_qkv(attn, x, rope)
    if joint is not None:
        out_references, out_x = map(attn.to_out[0], joint(*streams, attn.heads, attention))
        return out_x, out_references
    out = attn.to_out[0](attention(*(torch.cat(pair, dim=1) for pair in zip(*streams)), attn.heads))
    out_references, out_x = out.split([references.shape[1], x.shape[1]], dim=1)
    return out_x, out_references


def context_keys(attn, context: torch.Tensor, text_tokens: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Keys and values of the text, the last tokens of context [B,M,C], and of the image tokens before it, if any."""
    image, text = context[:, :-text_tokens], context[:, -text_tokens:]
    keys = [(attn.norm_k(attn.to_k(text)), attn.to_v(text))]
    if image.shape[1]:
        keys.append((attn.norm_added_k(attn.add_k_proj(image)), attn.add_v_proj(image)))
    return keys


def cross_attention(attn, x: torch.Tensor, keys: list[tuple[torch.Tensor, torch.Tensor]], attention: Attention):
    """Independent attentions of the same queries to text and image tokens; their sum goes through `to_out`."""
    q = attn.norm_q(attn.to_q(x))
    return attn.to_out[0](functools.reduce(torch.add, (attention(q, k, v, attn.heads) for k, v in keys)))
