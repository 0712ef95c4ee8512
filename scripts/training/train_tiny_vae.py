#!/usr/bin/env python3
"""Trains the tiny Wan VAE as an autoencoder of single pictures, on a CPU, and puts it into assets/.

    PYTHONPATH=scripts python scripts/training/train_tiny_vae.py STATE [--minutes 22] [--stop-after 5]

Every key frame goes through the VAE alone, so of each temporal kernel only the last step is ever used, and
only that is trained; make_tiny_model.py fills in the rest. Latents get the mean and spread that the Wan
transformer counts on. STATE is a file to go on from; the run is over when all --minutes are spent.
--stop-after ends it earlier.

The VAE in assets/ had 22 minutes of a busy core in three goes: 6 with crops of 96 pixels, 4 as here, 12 for
the decoder alone. A run in one go was not compared with it.
"""
from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from diffusers import AutoencoderKLWan
from diffusers.models.autoencoders.autoencoder_kl_wan import WanCausalConv3d
from torch import Tensor, nn
from torch.nn.functional import conv2d

import tiny_weights
from make_tiny_model import TRAINED_VAE_DIM, UNUSED_IN_VAE
from tiny_vae_start import linear_start
from training_pictures import photographs, picture
from worldstereo.core.sampling.key_frame_vae import WAN_MEAN, WAN_STD

SIZE, BATCH, RATE = 64, 6, 2e-3
# of the run; then the latents stay what they are, and the transformer can be trained on them
ENCODER_SHARE = 0.5
LATENT_NOISE = 0.1  # the transformer will be about as far off; the spread of the latents is 1
SHOW_EVERY = 50  # steps


class Coder(nn.Module):
    """The VAE for single frames [B,3,H,W], with latents [B,16,1,h,w] of mean 0 and spread 1 in every
    channel."""

    def __init__(self):
        super().__init__()
        self.vae = flat(AutoencoderKLWan(base_dim=TRAINED_VAE_DIM))
        self.whiten = nn.BatchNorm3d(len(WAN_MEAN), affine=False, momentum=0.01)

    def encode(self, frames: Tensor) -> Tensor:
        return self.whiten(self.vae.quant_conv(self.vae.encoder(frames[:, :, None]))[:, :len(WAN_MEAN)])

    def decode(self, latent: Tensor) -> Tensor:
        return self.vae.decoder(self.vae.post_quant_conv(latent))[:, :, 0]


def flat(vae: AutoencoderKLWan) -> AutoencoderKLWan:
    """The same network for single frames only: each causal convolution as the plain one that it is for
    them."""
    for conv in (module for module in vae.modules() if isinstance(module, WanCausalConv3d)):
        padding = conv._padding[2], conv._padding[0]
        conv.forward = lambda x, cache=None, conv=conv, padding=padding: conv2d(
            x[:, :, 0], conv.weight[:, :, -1], conv.bias, padding=padding)[:, :, None]
    for name in {name.rpartition(".conv2")[0] for name in vae.state_dict() if UNUSED_IN_VAE.search(name)}:
        vae.get_submodule(name).forward = lambda x, *_, **__: x
    return vae


def train(coder: Coder, file: Path, minutes: float, stop_after: float) -> float:
    """Trains until `minutes` in all or `stop_after` minutes of this run are over; returns the minutes in
    all."""
    trained = [parameter for name, parameter in coder.named_parameters() if is_trained(name)]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=1e-4, betas=(0.9, 0.98))
    spent = restore(file, coder, optimizer)
    batches, began, errors = batches_of_pictures(int(spent * 60)), time.monotonic(), []
    while (run := (time.monotonic() - began) / 60) < min(stop_after, minutes - spent):
        for group in optimizer.param_groups:
            group["lr"] = RATE * rate((spent + run) / minutes)
        if (spent + run) / minutes > ENCODER_SHARE:
            freeze_encoder(coder)
        x = next(batches)
        latent = coder.encode(x)
        out = coder.decode(latent + LATENT_NOISE * torch.randn_like(latent))
        optimizer.zero_grad(set_to_none=True)
        loss(out, x).backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        errors.append((out.detach() - x).square().mean().item())
        if len(errors) % SHOW_EVERY == 0:
            error = sum(errors[-SHOW_EVERY:]) / SHOW_EVERY
            print(f"{spent + run:5.1f} min, {len(errors)} steps: {10 * math.log10(4 / error):.2f} dB",
                  flush=True)
    torch.save({"coder": coder.state_dict(), "optimizer": optimizer.state_dict(), "spent": spent + run}, file)
    return spent + run


def freeze_encoder(coder: Coder) -> None:
    coder.whiten.eval()
    for part in (coder.vae.encoder, coder.vae.quant_conv):
        part.requires_grad_(False)


def is_trained(name: str) -> bool:
    return "time_conv" not in name and not any(name.startswith(f"vae.{block}") for block in UNUSED_BLOCKS)


def rate(done: float) -> float:
    """Learning rate over the run, 0..1: a short rise, then a cosine."""
    return min(1, done * 30 + 0.02) * (0.01 + 0.99 * (0.5 + 0.5 * math.cos(math.pi * min(done, 1))))


def restore(file: Path, network: nn.Module, optimizer: torch.optim.Optimizer) -> float:
    """Minutes that were spent before."""
    if not file.exists():
        return 0.0
    state = torch.load(file)
    network.load_state_dict(state["coder"])
    optimizer.load_state_dict(state["optimizer"])
    return state["spent"]


def batches_of_pictures(seed: int) -> Iterator[Tensor]:
    generator, pictures = torch.Generator().manual_seed(seed), photographs()
    while True:
        yield batch_of_pictures(pictures, generator, BATCH)


def batch_of_pictures(pictures: list[Tensor], generator: torch.Generator, count: int) -> Tensor:
    return torch.stack([picture(pictures, SIZE, 0.15, 0.35, generator) for _ in range(count)])


def loss(out: Tensor, x: Tensor) -> Tensor:
    edges = sum((out.diff(dim=d) - x.diff(dim=d)).abs().mean() for d in (2, 3))
    return (out - x).abs().mean() + 0.5 * edges + 2 * (out - x).square().mean()


def shipped(coder: Coder) -> dict[str, Tensor]:
    """The trained tensors, kernels without their unused temporal steps; the whitening becomes part of the 1x1
    layers.

    Raw latents get WAN_MEAN and WAN_STD, so that they are of mean 0 and spread 1 once normalised.
    """
    state = {name.removeprefix("vae."): tensor for name, tensor in coder.state_dict().items()
             if name.startswith("vae.") and is_trained(name)}
    state = {name: tensor[:, :, -1] if tensor.ndim == 5 and tensor.shape[2] > 1 else tensor
             for name, tensor in state.items()}
    mean, std = torch.tensor(WAN_MEAN), torch.tensor(WAN_STD)
    gain = std / (coder.whiten.running_var + coder.whiten.eps).sqrt()
    weight, bias = state["quant_conv.weight"], state["quant_conv.bias"]
    shape, silent = (-1, 1, 1, 1, 1), torch.zeros_like  # nobody reads the variance of the latents
    into = gain.view(shape) * weight[:16]
    state["quant_conv.weight"] = torch.cat([into, silent(into)])
    state["quant_conv.bias"] = torch.cat([gain * (bias[:16] - coder.whiten.running_mean) + mean,
                                          silent(mean)])
    weight = state["post_quant_conv.weight"] / std.view(1, -1, 1, 1, 1)
    state["post_quant_conv.bias"] = state["post_quant_conv.bias"] - weight.flatten(1) @ mean
    state["post_quant_conv.weight"] = weight
    return state


UNUSED_BLOCKS = tuple({name.rpartition(".conv2")[0] for name in AutoencoderKLWan(base_dim=4).state_dict()
                       if UNUSED_IN_VAE.search(name)})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("state", type=Path, help="where the run is kept, to go on with it")
    parser.add_argument("--minutes", type=float, default=22, help="of training in all")
    parser.add_argument("--stop-after", type=float, default=math.inf, help="minutes of this run")
    args = parser.parse_args()
    torch.manual_seed(0)
    coder = Coder()
    linear_start(coder.vae, batch_of_pictures(photographs(), torch.Generator().manual_seed(0), 32))
    spent = train(coder, args.state, args.minutes, args.stop_after)
    if spent >= args.minutes:
        tiny_weights.write("vae", shipped(coder))
        print(f"{tiny_weights.ASSET} after {spent:.1f} minutes")


if __name__ == "__main__":
    main()
