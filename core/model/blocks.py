"""Wan's transformer block with an optional second stream of reference tokens (the spatial-stereo memory)."""

from __future__ import annotations

import torch
from diffusers.models.transformers.transformer_wan import WanTransformerBlock

from .attention import (Attention, JointAttention, RopeTable, context_keys, cross_attention, joint_self_attention,
                        sdpa, self_attention)
from .once import cached

TEXT_TOKENS = 512  # the context is [image tokens, text tokens]; the last 512 are text


def modulate(norm, x: torch.Tensor, shift: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """LN(x) * (1 + scale) + shift in float32, returned in x's type."""
    return (norm(x.float()) * (1 + scale) + shift).type_as(x)


def add_gated(x: torch.Tensor, update: torch.Tensor, gate: torch.Tensor) -> torch.Tensor:
    return (x.float() + update.float() * gate).type_as(x)


class WorldStereoBlock(WanTransformerBlock):
    """A Wan block, same parameters; references, when given, share its weights and its modulation."""

    def forward(self, x: torch.Tensor, context: torch.Tensor, modulation: torch.Tensor, rope: RopeTable,
                references: torch.Tensor | None = None, ref_rope: RopeTable | None = None, attention: Attention = sdpa,
                joint: JointAttention | None = None, once: dict | None = None):
        """x [B,N,C], context [B,image+512,C], modulation [B,6,C], references [B,M,C] or None -> (x, references).

        joint: which tokens see which, None = all see all.
        once keeps the keys and values of the context: two tensors of its size for each block.
        """
        modulation = self.scale_shift_table + modulation.float()
        shift_a, scale_a, gate_a, shift_f, scale_f, gate_f = modulation.chunk(6, dim=1)

        y = modulate(self.norm1, x, shift_a, scale_a)
        if references is None:
            out = self_attention(self.attn1, y, rope, attention)
        else:
            r = modulate(self.norm1, references, shift_a, scale_a)
            out, out_references = joint_self_attention(self.attn1, y, r, rope, ref_rope, attention, joint)
            references = add_gated(references, out_references, gate_a)
        x = add_gated(x, out, gate_a)

        y = self.norm2(x.float()).type_as(x)
        x = x + cross_attention(self.attn2, y, cached(once, context_keys, self.attn2, context, TEXT_TOKENS), attention)

        x = add_gated(x, self.ffn(modulate(self.norm3, x, shift_f, scale_f)), gate_f)
        if references is not None:
            references = add_gated(references, self.ffn(modulate(self.norm3, references, shift_f, scale_f)), gate_f)
        return x, references
