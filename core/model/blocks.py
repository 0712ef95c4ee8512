"""Wan's transformer block with an optional second stream of reference tokens (the spatial-stereo memory)."""

from __future__ import annotations

import functools
from collections.abc import Callable

import torch
from diffusers.models.transformers.transformer_wan import WanTransformerBlock

from .attention.attention import (
    Attention,
    JointAttention,
    RopeTable,
    Stream,
    context_keys,
    cross_attention,
    piecewise,
    sdpa,
    self_attention,
    self_attention_in_portions,
)
from .step_cache import cached

TEXT_TOKENS = 512  # the context is [image tokens, text tokens]; the last 512 are text


def modulate(norm, x: torch.Tensor, shift: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """LN(x) * (1 + scale) + shift in float32, returned in x's type."""
    return norm(x.float()).mul_(1 + scale).add_(shift).type_as(x)


def add_gated(x: torch.Tensor, update: torch.Tensor, gate: torch.Tensor) -> torch.Tensor:
    """x + update * gate in float32, returned in x's type."""
    return (update * gate).add_(x).type_as(x)


def in_portions(function: Callable, portions: int, x: torch.Tensor, *more: torch.Tensor) -> torch.Tensor:
    return piecewise(function, -(-x.shape[1] // portions), x, *more)


class WorldStereoBlock(WanTransformerBlock):
    """A Wan block, same parameters; references, when given, share its weights and its modulation."""

    def forward(self, x: torch.Tensor, context: torch.Tensor, modulation: torch.Tensor, rope: RopeTable,
                references: torch.Tensor | None = None, ref_rope: RopeTable | None = None, attention: Attention = sdpa,
                joint: JointAttention | None = None, once: dict | None = None, portions: int = 1):
        """x [B,N,C], context [B,image+512,C], modulation [B,6,C], references [B,M,C] or None -> (x, references).

        joint: which tokens see which, None = all see all.
        once keeps the keys and values of the context: two tensors of its size for each block.
        portions: the tokens of each stream are worked on in so many portions, which takes less memory; with `joint`,
        self-attention still works on all of them.
        """
        modulation = self.scale_shift_table + modulation.float()
        shift_a, scale_a, gate_a, shift_f, scale_f, gate_f = modulation.chunk(6, dim=1)
        keys = cached(once, context_keys, self.attn2, context, TEXT_TOKENS)

        def attend_context(x):
            return x + cross_attention(self.attn2, self.norm2(x.float()).type_as(x), keys, attention)

        def feed_forward(x):
            return add_gated(x, self.ffn(modulate(self.norm3, x, shift_f, scale_f)), gate_f)

        norm = functools.partial(modulate, self.norm1, shift=shift_a, scale=scale_a)
        streams = [(x, rope)] if references is None else [(references, ref_rope), (x, rope)]
        *references, x = self._joint_self_attention(norm, streams, gate_a, attention, joint, portions)
        x = in_portions(attend_context, portions, x)
        *references, x = (in_portions(feed_forward, portions, stream) for stream in (*references, x))
        return x, references[0] if references else None

    def _joint_self_attention(self, norm, streams: list[Stream], gate, attention, joint,
                              portions) -> list[torch.Tensor]:
        if portions > 1 and joint is None:
            seen = self_attention_in_portions(self.attn1, norm, streams, attention, portions)
        else:
            normed = [(norm(x), rope) for x, rope in streams]
            seen = self_attention(self.attn1, normed, attention, joint)
        add = functools.partial(add_gated, gate=gate)
        return [in_portions(add, portions, x, update) for (x, _), update in zip(streams, seen)]
