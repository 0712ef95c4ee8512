"""WorldStereo-Nano and its VAE as the pack's library takes them, and one small file of both.

PYTHONPATH=scripts python -m worldstereo.training.load RUN/state.pt vae.safetensors FILE
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import nn

import tiny_weights

from ..core.sampling.key_frame_vae import KeyFrameVae
from .model import start_model
from .vae_network import load_flat


def load_vae(weights: Path) -> KeyFrameVae:
    """The VAE with trained weights (8-bit safetensors); for single frames, several times faster than
    diffusers'."""
    vae = load_flat(weights)
    no_grad = torch.no_grad()
    return KeyFrameVae(
        encode=no_grad(lambda clip: vae.quant_conv(vae.encoder(clip))[:, :16]),
        decode=no_grad(lambda latent: vae.decoder(vae.post_quant_conv(latent))),
    )


def load_model(weights: Path | None) -> nn.Module:
    """The model without the ways of prompts: as a training run keeps it (state.pt), as `ship` wrote it
    (safetensors), or its start for None."""
    model = start_model()
    if weights is not None:
        stored = (
            tiny_weights.read("transformer", weights)
            if weights.suffix == ".safetensors"
            else torch.load(weights)["mean"]
        )
        model.load_state_dict(stored, strict=weights.suffix != ".safetensors")
    return model.eval().requires_grad_(False)


def ship(state: Path, vae: Path, file: Path) -> None:
    """Puts what training changed in the model of a run, and the VAE of `vae`, into one file of 8-bit
    weights."""
    tiny_weights.write("vae", tiny_weights.read("vae", vae), file)
    trained = {name for name, parameter in start_model().named_parameters() if parameter.requires_grad}
    stored = torch.load(state)["mean"]
    tiny_weights.write("transformer", {name: stored[name] for name in sorted(trained)}, file)


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes a run's model and a VAE as one small file.")
    parser.add_argument("state", type=Path, help="state.pt of the run")
    parser.add_argument("vae", type=Path, help="weights that worldstereo.training.vae wrote")
    parser.add_argument("file", type=Path, help="safetensors to write")
    args = parser.parse_args()
    ship(args.state, args.vae, args.file)


if __name__ == "__main__":
    main()
