"""Wan's tensors under two naming schemes: diffusers (WorldStereo's checkpoints) and native (ComfyUI, LoRA
files)."""

from __future__ import annotations

import re

# Names outside the blocks, diffusers -> native. A name stands for the tensor itself or for the module that
# holds it.
_MODEL = {
    "condition_embedder.text_embedder.linear_1": "text_embedding.0",
    "condition_embedder.text_embedder.linear_2": "text_embedding.2",
    "condition_embedder.time_embedder.linear_1": "time_embedding.0",
    "condition_embedder.time_embedder.linear_2": "time_embedding.2",
    "condition_embedder.time_proj": "time_projection.1",
    "condition_embedder.image_embedder.norm1": "img_emb.proj.0",
    "condition_embedder.image_embedder.ff.net.0.proj": "img_emb.proj.1",
    "condition_embedder.image_embedder.ff.net.2": "img_emb.proj.3",
    "condition_embedder.image_embedder.norm2": "img_emb.proj.4",
    "condition_embedder.image_embedder.pos_embed": "img_emb.emb_pos",
    "scale_shift_table": "head.modulation",
    "proj_out": "head.head",
}
_ATTENTION = {"to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "o", "norm_q": "norm_q", "norm_k": "norm_k"}
_IMAGE_ATTENTION = {"add_k_proj": "k_img", "add_v_proj": "v_img", "norm_added_k": "norm_k_img"}
# Names after "blocks.N.". Of the three norms only the one before the cross-attention has weights.
_BLOCK = {
    **{f"attn1.{ours}": f"self_attn.{native}" for ours, native in _ATTENTION.items()},
    **{f"attn2.{ours}": f"cross_attn.{native}" for ours,
       native in {**_ATTENTION, **_IMAGE_ATTENTION}.items()},
    "norm2": "norm3",
    "ffn.net.0.proj": "ffn.0",
    "ffn.net.2": "ffn.2",
    "scale_shift_table": "modulation",
}


def native_name(diffusers_name: str) -> str:
    """`blocks.3.attn1.to_q.weight` -> `blocks.3.self_attn.q.weight`; other names
    (`controlnet...`) stay the same."""
    return _rename(diffusers_name, _MODEL, _BLOCK)


def diffusers_name(native_name: str) -> str:
    """The inverse of `native_name`."""
    return _rename(native_name, _inverse(_MODEL), _inverse(_BLOCK))


def _inverse(table: dict[str, str]) -> dict[str, str]:
    return {new: old for old, new in table.items()}


def _rename(name: str, model: dict[str, str], block: dict[str, str]) -> str:
    prefix = "".join(re.findall(r"^blocks\.\d+\.", name))
    rest = name[len(prefix):]
    for old, new in (block if prefix else model).items():
        if rest == old or rest.startswith(f"{old}."):
            return prefix + new + rest[len(old):]
    return name
