"""The Wan 2.1 VAE under two naming schemes: diffusers' AutoencoderKLWan and the original one of ComfyUI's
files."""

from __future__ import annotations

import torch

# diffusers -> original, all of them beginnings of names. The architecture is fixed: four stages, two residual
# blocks each in the encoder, three in the decoder; the original numbers all blocks of a half in one row.
_ENDS = {
    "quant_conv.": "conv1.", "post_quant_conv.": "conv2.",
    **{f"{half}.{ours}.": f"{half}.{original}." for half in ("encoder", "decoder")
       for ours, original in {"conv_in": "conv1", "norm_out": "head.0", "conv_out": "head.2"}.items()},
}
_BLOCKS = {
    **{f"{half}.mid_block.{ours}.": f"{half}.middle.{original}." for half in ("encoder", "decoder")
       for original, ours in enumerate(("resnets.0", "attentions.0", "resnets.1"))},
    **{f"encoder.down_blocks.{i}.": f"encoder.downsamples.{i}." for i in range(11)},
    **{f"decoder.up_blocks.{stage}.{ours}.": f"decoder.upsamples.{4 * stage + i}." for stage in range(4)
       for i, ours in enumerate(("resnets.0", "resnets.1", "resnets.2", "upsamplers.0"))},
}
_RESIDUAL_LAYERS = {"norm1.": "residual.0.", "conv1.": "residual.2.", "norm2.": "residual.3.",
                    "conv2.": "residual.6.", "conv_shortcut.": "shortcut."}


def vae_state_to_original(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """State dict of AutoencoderKLWan -> the same tensors under the original names. ValueError on a foreign
    name."""
    return {_rename(name, _ENDS, _BLOCKS, _RESIDUAL_LAYERS): tensor for name, tensor in state.items()}


def vae_state_to_diffusers(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The inverse of `vae_state_to_original`."""
    tables = [{new: old for old, new in table.items()} for table in (_ENDS, _BLOCKS, _RESIDUAL_LAYERS)]
    return {_rename(name, *tables): tensor for name, tensor in state.items()}


def _rename(name: str, ends: dict[str, str], blocks: dict[str, str], layers: dict[str, str]) -> str:
    for old, new in ends.items():
        if name.startswith(old):
            return new + name[len(old):]
    for old, new in blocks.items():
        if name.startswith(old):
            rest = name[len(old):]
            layer = next((layer for layer in layers if rest.startswith(layer)), "")
            return new + layers.get(layer, "") + rest[len(layer):]
    raise ValueError(f"The tensor {name} does not belong to a Wan 2.1 VAE; give a Wan 2.1 VAE file.")
