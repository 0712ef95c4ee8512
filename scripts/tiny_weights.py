"""The trained weights of WorldStereo-Nano and its VAE, small enough for the repository: whole numbers of 8
bits with a scale per row, small ones in bfloat16.

assets/nano.safetensors holds only what training changes, as "transformer.NAME" and "vae.NAME"; the
rest of both networks comes from make_tiny_model.py's seeded generator, or is zero.
"""
from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

ASSET = Path(__file__).resolve().parent.parent / "assets" / "nano.safetensors"
SCALE = ".scale"
SMALL = 60_000  # numbers; rounding a few rows with large and small ones to 8 bits costs more than it saves
TRAINED = ("WorldStereo-Nano: a small model of the same architecture, trained on two CPU cores for clips 384 "
           "pixels wide; not WorldStereo's quality.")


def read(network: str, file: Path = ASSET) -> dict[str, Tensor]:
    """The trained tensors of "transformer" or "vae", float32, by the networks' own names (diffusers' for the
    VAE)."""
    stored = {name.removeprefix(f"{network}."): tensor for name, tensor in load_file(file).items()
              if name.startswith(f"{network}.")}
    return {name: _whole(tensor, stored.get(name + SCALE)) for name, tensor in stored.items()
            if not name.endswith(SCALE)}


def write(network: str, state: dict[str, Tensor], file: Path = ASSET) -> None:
    """Puts the trained tensors of one network into the file and leaves those of the other as they are."""
    kept = load_file(file) if file.exists() else {}
    kept = {name: tensor for name, tensor in kept.items() if not name.startswith(f"{network}.")}
    for name, tensor in state.items():
        kept |= {f"{network}.{key}": value for key, value in _packed(name, tensor.detach().float()).items()}
    save_file(kept, file, {"note": TRAINED})


def _packed(name: str, tensor: Tensor) -> dict[str, Tensor]:
    """Large matrices and kernels in 8 bits; the others in bfloat16."""
    if tensor.numel() < SMALL or name.endswith("scale_shift_table"):
        return {name: tensor.to(torch.bfloat16)}
    rows = tensor.flatten(1)
    scale = rows.abs().amax(1, keepdim=True).clamp(min=1e-12) / 127
    return {name: (rows / scale).round().to(torch.int8).view_as(tensor), name + SCALE: scale[:, 0].clone()}


def _whole(tensor: Tensor, scale: Tensor | None) -> Tensor:
    return tensor.float() if scale is None else tensor.float() * scale.view(-1, *[1] * (tensor.ndim - 1))
