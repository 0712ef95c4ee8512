"""Wan's transformer block with an optional second stream of reference tokens (the spatial-stereo memory)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from diffusers.models.transformers.transformer_wan import WanTransformerBlock
from torch import Tensor

from .attention.attention import (
    Attention,
    JointAttention,
    RopeTable,
    Stream,
    apply_in_chunks,
    context_keys,
    cross_attention,
    sdpa,
    self_attention,
    self_attention_in_portions,
)
from .modulation import add_gated, modulate
from .step_cache import Cache, from_cache

TEXT_TOKENS = 512  # the context is [image tokens, text tokens]; the last 512 are text


@dataclass
class ReferenceStream:
    """The reference tokens while they pass through the blocks; all None in a model without them.

    tokens [B,M,C]; rope: the rotary table of their positions; joint: which tokens attend to which, None: all
    to all.
    """

    tokens: Tensor | None = None
    rope: RopeTable | None = None
    joint: JointAttention | None = None


def in_portions(function: Callable[..., Tensor], portions: int, x: Tensor, *more: Tensor) -> Tensor:
    """function(x, *more) of tokens [B,N,C], computed in so many portions, see apply_in_chunks."""
    return apply_in_chunks(function, -(-x.shape[1] // portions), x, *more)


class WorldStereoBlock(WanTransformerBlock):
    """A Wan block, same parameters; references, when given, share its weights and its modulation."""

    def forward(self, x: Tensor, context: Tensor, modulation: Tensor, rope: RopeTable,
                references: Tensor | None = None, ref_rope: RopeTable | None = None,
                attention: Attention = sdpa, joint: JointAttention | None = None, cache: Cache | None = None,
                portions: int = 1) -> tuple[Tensor, Tensor | None]:
        """x [B,N,C], context [B,image+512,C], modulation [B,6,C], references [B,M,C] or None -> (x,
        references).

        joint     which tokens attend to which, None: all to all
        cache     keeps the keys and values of the context: two tensors of its size for each block
        portions  the tokens of each stream are computed in so many portions, which takes less VRAM; with
                  `joint`, self-attention still computes all at once
        """
        modulation = self.scale_shift_table + modulation.float()
        shift_a, scale_a, gate_a, shift_f, scale_f, gate_f = modulation.chunk(6, dim=1)
        keys = from_cache(cache, context_keys, self.attn2, context, TEXT_TOKENS)

        def attend_context(x: Tensor) -> Tensor:
            return x + cross_attention(self.attn2, self.norm2(x.float()).type_as(x), keys, attention)

        def feed_forward(x: Tensor) -> Tensor:
            return add_gated(x, self.ffn(modulate(self.norm3, x, shift_f, scale_f)), gate_f)

        norm = functools.partial(modulate, self.norm1, shift=shift_a, scale=scale_a)
        streams = [(x, rope)] if references is None else [(references, ref_rope), (x, rope)]
        *streamed, x = self._joint_self_attention(norm, streams, gate_a, attention, joint, portions)
        x = in_portions(attend_context, portions, x)
        # the larger stream first: of layers that are cast, one weight is there then, and two afterwards
        x, *streamed = (in_portions(feed_forward, portions, stream) for stream in (x, *streamed))
        return x, streamed[0] if streamed else None

    def _joint_self_attention(self, norm: Callable[[Tensor], Tensor], streams: Sequence[Stream], gate: Tensor,
                              attention: Attention, joint: JointAttention | None,
                              portions: int) -> list[Tensor]:
        if portions > 1 and joint is None:
            seen = self_attention_in_portions(self.attn1, norm, streams, attention, portions)
        else:
            normed = [(norm(x), rope) for x, rope in streams]
            seen = self_attention(self.attn1, normed, attention, joint)
        add = functools.partial(add_gated, gate=gate)
        return [in_portions(add, portions, x, update) for (x, _), update in zip(streams, seen)]
