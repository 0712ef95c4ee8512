#!/usr/bin/env python3
"""Writes a tiny WorldStereo model and a tiny Wan VAE of the real structure, with random weights.

    python scripts/make_tiny_model.py [--models DIR] [--variant memory-dmd]

They show the path through the nodes in seconds on a CPU; being untrained, they make noise instead of pictures.
"""
from __future__ import annotations

import argparse
import json
import zlib
from pathlib import Path

import torch
from safetensors.torch import save_file
from worldstereo.core.model.config import ControlConfig
from worldstereo.core.model.transformer import WorldStereoTransformer
from worldstereo.core.model.vae_names import vae_state_to_original

UNTRAINED = "Untrained: random weights that show the path, not the quality."
METADATA = {"note": UNTRAINED}  # one entry only: safetensors writes several in a random order
VARIANTS = ("memory-dmd", "memory", "camera")
WIDTH = 256
WAN = {"patch_size": [1, 2, 2], "num_attention_heads": WIDTH // 128, "attention_head_dim": 128, "in_channels": 36,
       "out_channels": 16, "text_dim": 4096, "freq_dim": 256, "ffn_dim": 512, "num_layers": 2, "cross_attn_norm": True,
       "qk_norm": "rms_norm_across_heads", "eps": 1e-6, "image_dim": 1280, "added_kv_proj_dim": WIDTH,
       "rope_max_seq_len": 1024, "pos_embed_seq_len": None}
CONTROL = {"conv_out_dim": WIDTH, "dim": 128, "ffn_dim": 256, "num_heads": 2, "num_layers": 2, "time_embed_dim": WIDTH,
           "add_channels": 7, "mid_channels": 32, "camera_embedding_dim": 7, "update_ref": True}
FEW_STEP = {"dmd_start_steps": 250, "dmd_end_steps": 1000, "dmd_steps": 4, "gen_shift": 5.0}
VAE_DIM = 4
# Scales of the last weights of both halves, so that latents and pictures have about the spread of the real VAE's.
VAE_GAIN = {"encoder.conv_out.weight": 5.0, "decoder.conv_out.weight": 2.0}


def write_model(models: Path, variant: str = "memory-dmd") -> Path:
    """Writes config.json and model.safetensors to DIR/diffusion_models/worldstereo-tiny[-variant], which is returned.

    The files are the same, byte for byte, on every run; the variants share the weights that they have in common.
    """
    suffix = "" if variant == "memory-dmd" else f"-{variant}"
    folder = models / "diffusion_models" / f"worldstereo-tiny{suffix}"
    folder.mkdir(parents=True, exist_ok=True)
    with torch.device("meta"):
        empty = WorldStereoTransformer(WAN, ControlConfig(**CONTROL), memory=variant != "camera")
    save_file(_random_state(empty), folder / "model.safetensors", METADATA)
    config = {"note": UNTRAINED, "nframe": 21, "latent_cond_mode": "first_frame_only", "negative_prompt": "",
              "controlnet_cfg": CONTROL, **(FEW_STEP if variant == "memory-dmd" else {})}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    return folder


def write_vae(models: Path) -> Path:
    """Writes DIR/vae/worldstereo-tiny-vae.safetensors, in the layout that ComfyUI's stock VAE loader knows."""
    from diffusers import AutoencoderKLWan

    with torch.device("meta"):
        empty = AutoencoderKLWan(base_dim=VAE_DIM)
    state = vae_state_to_original(_random_state(empty, VAE_GAIN))
    file = models / "vae" / "worldstereo-tiny-vae.safetensors"
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(state, file, METADATA)
    return file


def _random_state(module: torch.nn.Module, gain: dict[str, float] | None = None) -> dict[str, torch.Tensor]:
    return {name: _random_tensor(name, tensor.shape, (gain or {}).get(name, 1.0))
            for name, tensor in module.state_dict().items()}


def _random_tensor(name: str, shape: torch.Size, gain: float) -> torch.Tensor:
    """Keeps the size of what passes through: norms near 1, biases near 0, the rest scaled by the inputs they sum over.

    Layers that start at zero in training are random as well; a branch that is not wired up would not show otherwise.
    """
    noise = torch.randn(shape, generator=torch.Generator().manual_seed(zlib.crc32(name.encode())))
    is_vector = shape.numel() == shape[0]
    if is_vector:
        noise = 0.1 * noise + (0.0 if name.endswith("bias") else 1.0)
    else:
        noise = gain * noise / shape[1:].numel() ** 0.5
    return noise.to(torch.bfloat16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", type=Path, default=Path("models"), help="ComfyUI's models folder (./models)")
    parser.add_argument("--variant", choices=VARIANTS, default=VARIANTS[0])
    args = parser.parse_args()
    for path in (write_model(args.models, args.variant), write_vae(args.models)):
        print(path)
    print(UNTRAINED)


if __name__ == "__main__":
    main()
