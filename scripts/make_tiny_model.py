#!/usr/bin/env python3
"""Writes WorldStereo-Nano and its VAE, or tiny models with random weights: all of the real structure, and for
a CPU.

    python scripts/make_tiny_model.py [--models DIR] [--variant memory-dmd] [--untrained]

Nano is a memory-dmd model, trained as training/README.md says: it knows clips that are 384 pixels wide, and
no prompts. The other variants have random weights and make noise instead of pictures.
"""
from __future__ import annotations

import argparse
import json
import re
import zlib
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

import tiny_weights
from vae_names import vae_state_to_original
from worldstereo.core.model.control_config import ControlConfig
from worldstereo.core.model.transformer import WorldStereoTransformer

UNTRAINED = "Untrained: random weights that show the path, not the quality."
VARIANTS = ("memory-dmd", "memory", "camera")
WIDTH = 256
WAN = {"patch_size": [1, 2, 2], "num_attention_heads": WIDTH // 128, "attention_head_dim": 128,
       "in_channels": 36,
       "out_channels": 16, "text_dim": 4096, "freq_dim": 256, "ffn_dim": 512, "num_layers": 2,
       "cross_attn_norm": True,
       "qk_norm": "rms_norm_across_heads", "eps": 1e-6, "image_dim": 1280, "added_kv_proj_dim": WIDTH,
       "rope_max_seq_len": 1024, "pos_embed_seq_len": None}
CONTROL = {"conv_out_dim": WIDTH, "dim": 128, "ffn_dim": 256, "num_heads": 2, "num_layers": 2,
           "time_embed_dim": WIDTH,
           "add_channels": 7, "mid_channels": 32, "camera_embedding_dim": 7, "update_ref": True}
# WorldStereo-Nano: more and smaller heads, which config.json tells, because the tensors do not
NANO_HEADS = 4
NANO = {**WAN, "num_attention_heads": NANO_HEADS, "attention_head_dim": WIDTH // NANO_HEADS, "num_layers": 4}
FEW_STEP = {"dmd_start_steps": 250, "dmd_end_steps": 1000, "dmd_steps": 4, "gen_shift": 5.0}
VAE_DIM, TRAINED_VAE_DIM = 4, 24
# Scales of the last weights of both halves, so that latents and pictures have about the spread of the real
# VAE's.
VAE_GAIN = {"encoder.conv_out.weight": 5.0, "decoder.conv_out.weight": 2.0}
# In the trained pair these are zero: what prompts add, and residual blocks of the VAE at the finer sizes,
# which cost more at this width than they give.
SILENT = "attn2.to_out.0"
UNUSED_IN_VAE = re.compile(r"(encoder\.down_blocks\.[014]"
                           r"|decoder\.up_blocks\.(2\.resnets\.2|3\.resnets\.[12]))\.conv2")


def write_model(models: Path, variant: str = "memory-dmd", trained: bool = False) -> Path:
    """Writes config.json and model.safetensors to DIR/diffusion_models/worldstereo-nano, or
    worldstereo-tiny-VARIANT for other variants, which is returned. Untrained, a tiny random model takes the
    place of Nano.

    The files are the same, byte for byte, on every run; the untrained variants share the weights that they
    have in common. ValueError when a variant other than memory-dmd shall be trained.
    """
    if trained and variant != VARIANTS[0]:
        raise ValueError(f"Only {VARIANTS[0]} was trained, not {variant}; write it untrained.")
    name = "worldstereo-nano" if variant == VARIANTS[0] else f"worldstereo-tiny-{variant}"
    folder = models / "diffusion_models" / name
    folder.mkdir(parents=True, exist_ok=True)
    if trained:
        state = without_prompts(random_state(empty_model(variant, NANO)))
        state |= _as_stored(tiny_weights.read("transformer"))
    else:
        state = random_state(empty_model(variant))
    note = tiny_weights.TRAINED if trained else UNTRAINED
    _save(state, folder / "model.safetensors", note)
    config = {"note": note, "nframe": 21, "latent_cond_mode": "first_frame_only", "negative_prompt": "",
              "prompt_free": True, "controlnet_cfg": CONTROL, **(FEW_STEP if variant == VARIANTS[0] else {}),
              **({"wan_config": {"num_attention_heads": NANO_HEADS}} if trained else {})}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    return folder


def write_vae(models: Path, trained: bool = False) -> Path:
    """Writes DIR/vae/worldstereo-nano-vae.safetensors, in the layout that ComfyUI's stock VAE loader
    knows."""
    state = trained_vae() if trained else random_state(empty_vae(VAE_DIM), VAE_GAIN)
    file = models / "vae" / "worldstereo-nano-vae.safetensors"
    file.parent.mkdir(parents=True, exist_ok=True)
    _save(vae_state_to_original(state), file, tiny_weights.TRAINED if trained else UNTRAINED)
    return file


def empty_model(variant: str, wan: dict = WAN) -> WorldStereoTransformer:
    with torch.device("meta"):
        return WorldStereoTransformer(wan, ControlConfig(**CONTROL), memory=variant != "camera")


def empty_vae(base_dim: int) -> torch.nn.Module:
    from diffusers import AutoencoderKLWan

    with torch.device("meta"):
        return AutoencoderKLWan(base_dim=base_dim)


def without_prompts(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The transformer's state with zeros in what prompts add, so that a stock model computes what was
    trained."""
    return state | {name: torch.zeros_like(tensor) for name, tensor in state.items() if SILENT in name}


def trained_vae(weights: Path = tiny_weights.ASSET) -> dict[str, Tensor]:
    """Every picture of a clip is coded by itself: all but the last step of the temporal kernels is zero.

    In a clip that is coded as a whole, a latent frame is that of the last of its four pictures, and decodes
    to four equal ones.
    """
    state, trained = random_state(empty_vae(TRAINED_VAE_DIM)), tiny_weights.read("vae", weights)
    state |= {name: torch.zeros_like(tensor) for name, tensor in state.items() if UNUSED_IN_VAE.search(name)}
    for name, tensor in state.items():
        if "time_conv" in name:
            tensor.zero_()
            if tensor.ndim == 5:
                tensor[:, :, -1, 0, 0] = torch.eye(tensor.shape[1]).repeat(tensor.shape[0] // tensor.shape[1],
                                                                           1)
        elif name in trained and tensor.ndim == 5 and tensor.shape[2] > 1:
            trained[name] = torch.cat([torch.zeros_like(tensor[:, :, 1:]), trained[name][:, :, None]], dim=2)
    return state | _as_stored(trained)


def _as_stored(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.to(torch.bfloat16) for name, tensor in state.items()}


def _save(state: dict[str, Tensor], file: Path, note: str) -> None:
    save_file(state, file, {"note": note})  # one entry only: safetensors writes several in a random order


def random_state(module: torch.nn.Module, gain: dict[str, float] | None = None) -> dict[str, Tensor]:
    """bfloat16 tensors under the names and of the shapes of the module, whatever it holds."""
    return {name: _random_tensor(name, tensor.shape, (gain or {}).get(name, 1.0))
            for name, tensor in module.state_dict().items()}


def _random_tensor(name: str, shape: torch.Size, gain: float) -> torch.Tensor:
    """Keeps the size of what passes through: norms near 1, biases near 0, the rest scaled by the inputs they
    sum over.

    Layers that start at zero in training are random as well; a branch that is not wired up would not show
    otherwise.
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
    parser.add_argument("--models", type=Path, default=Path("models"),
                        help="ComfyUI's models folder (./models)")
    parser.add_argument("--variant", choices=VARIANTS, default=VARIANTS[0])
    parser.add_argument("--untrained", action="store_true",
                        help="random weights for memory-dmd and the VAE, too")
    args = parser.parse_args()
    trained = args.variant == VARIANTS[0] and not args.untrained
    for path in (write_model(args.models, args.variant, trained), write_vae(args.models, not args.untrained)):
        print(path)
    print(tiny_weights.TRAINED if trained else UNTRAINED)


if __name__ == "__main__":
    main()
