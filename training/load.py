"""WorldStereo-Nano and its VAE as the pack's library takes them."""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import AutoencoderKLWan
from torch import nn

import make_tiny_model
from train_tiny_vae import flat

from ..core.sampling.key_frame_vae import KeyFrameVae
from .model import start_model


def load_vae(weights: Path) -> KeyFrameVae:
    """The VAE with trained weights (8-bit safetensors); for single frames, several times faster than
    diffusers'."""
    vae = AutoencoderKLWan(base_dim=make_tiny_model.TRAINED_VAE_DIM)
    vae.load_state_dict(
        {name: tensor.float() for name, tensor in make_tiny_model.trained_vae(weights).items()}
    )
    vae = flat(vae).eval()
    no_grad = torch.no_grad()
    return KeyFrameVae(
        encode=no_grad(lambda clip: vae.quant_conv(vae.encoder(clip))[:, :16]),
        decode=no_grad(lambda latent: vae.decoder(vae.post_quant_conv(latent))),
    )


def load_model(state: Path | None) -> nn.Module:
    """The model as a training run keeps it (state.pt), or its start for None; without the ways of prompts."""
    model = start_model()
    if state is not None:
        model.load_state_dict(torch.load(state)["model"])
    return model.eval().requires_grad_(False)
