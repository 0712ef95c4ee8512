#!/usr/bin/env python3
"""Trains the tiny memory-dmd transformer on a CPU to copy its render and to fill the holes, into assets/.

    PYTHONPATH=scripts python scripts/training/train_tiny_model.py STATE [--minutes 21] [--stop-after 5]

Flow matching at the distilled model's noise levels, with the inputs of a real run: noisy latents, start
image, render with grey holes, hole mask, references. Targets are the pictures without holes. Prompts, camera
rays and poses are left out: their weights stay zero. Needs the trained VAE (train_tiny_vae.py). STATE is a
file to go on from; the run is over when all --minutes are spent. --stop-after ends it earlier.

The model in assets/ had 21 minutes of a busy core in three goes, 1,030 steps; in the first two holes counted
0.4 of the rest. A run in one go was not compared with it.
"""
from __future__ import annotations

import argparse
import math
import random
import re
import time
from pathlib import Path

import torch
from diffusers import AutoencoderKLWan
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

import make_tiny_model
import tiny_weights
from tiny_model_start import copy_render
from train_tiny_vae import flat, rate
from training_pictures import clip, photographs
from worldstereo.core.model import blocks
from worldstereo.core.model.control_values import GeometricControl, StereoControl, reference_input
from worldstereo.core.model.transformer import WorldStereoTransformer
from worldstereo.core.sampling.key_frame_vae import WAN_MEAN, WAN_STD
from worldstereo.core.sampling.schedule import few_step_sigmas

# (key frames, height, width), the shapes that are trained in turn
SHAPES = ((5, 128, 192), (8, 96, 144), (4, 160, 240), (5, 192, 128), (2, 256, 384), (7, 112, 112))
DRAWS = 2  # noise levels per clip and step
NEW_EVERY = 6  # steps; the others take a clip that was made before
RATE = 1e-3
SHOW_EVERY = 20
# What is left as the seeded generator made it: the ways of prompts and camera poses.
FIXED = re.compile(r"attn2|camera_embedding|text_embedder|image_embedder|norm2\.(weight|bias)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("state", type=Path, help="where the run is kept, to go on with it")
    parser.add_argument("--minutes", type=float, default=21, help="of training in all")
    parser.add_argument("--stop-after", type=float, default=math.inf, help="minutes of this run")
    args = parser.parse_args()
    model = start_model()
    spent = train(model, args.state, args.minutes, args.stop_after)
    if spent >= args.minutes:
        tiny_weights.write("transformer", {n: p for n, p in model.named_parameters() if p.requires_grad})
        print(f"{tiny_weights.ASSET} after {spent:.1f} minutes")


def start_model() -> WorldStereoTransformer:
    """The seeded random model, started as a copy of its render, and what training changes marked by
    requires_grad."""
    empty = make_tiny_model.empty_model("memory-dmd")
    state = make_tiny_model.silenced(make_tiny_model.random_state(empty))
    empty.load_state_dict({name: tensor.float() for name, tensor in state.items()}, assign=True)
    for name, parameter in empty.named_parameters():
        parameter.requires_grad_(not FIXED.search(name))
    copy_render(empty)
    leave_prompts_out(empty)
    return empty


def leave_prompts_out(model: WorldStereoTransformer) -> None:
    """Skips, for this process, the work on prompts, of which nothing arrives: the last layer there is
    zero."""
    model._context = lambda *prompts: None
    blocks.context_keys = lambda *context: None
    blocks.cross_attention = lambda attn, x, *context: torch.zeros_like(x)


def train(model: WorldStereoTransformer, file: Path, minutes: float, stop_after: float) -> float:
    """Trains until `minutes` in all or `stop_after` minutes of this run are over; returns the minutes in
    all."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=1e-4, betas=(0.9, 0.98))
    spent, steps = 0.0, 0
    if file.exists():
        state = torch.load(file)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        spent, steps = state["spent"], state["steps"]
    generator = torch.Generator().manual_seed(steps)
    torch.manual_seed(steps)
    random.seed(steps)
    encode, pictures, bank, began, errors = encoder(), photographs(), [], time.monotonic(), []
    while (run := (time.monotonic() - began) / 60) < min(stop_after, minutes - spent):
        for group in optimizer.param_groups:
            group["lr"] = RATE * rate((spent + run) / minutes)
        if steps % NEW_EVERY == 0 or not bank:
            shape = SHAPES[steps // NEW_EVERY % len(SHAPES)]
            bank.append(example(encode, pictures, *shape, generator))
        loss, error = step(model, *(bank[-1] if steps % NEW_EVERY == 0 else random.choice(bank)))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        steps += 1
        errors.append(error)
        if steps % SHOW_EVERY == 0:
            known, unknown = (sum(values) / len(values) for values in zip(*errors[-SHOW_EVERY:]))
            print(f"{spent + run:.1f} min, {steps} steps: squared error {known:.4f}, in holes {unknown:.4f}",
                  flush=True)
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "spent": spent + run,
             "steps": steps}
    torch.save(state, file)
    return spent + run


def step(model, inputs: dict, clean: Tensor, holes: Tensor) -> tuple[Tensor, tuple[float, float]]:
    """Loss of the velocity; mean squared errors of the clean latent where the render shows something, and in
    holes."""
    sigmas = few_step_sigmas(4)[:4]
    sigma = torch.where(torch.rand(DRAWS) < 0.7,
                        sigmas[torch.tensor([0, 1, 2, 3, 3])[torch.randint(5, (DRAWS,))]],
                        0.05 + 0.95 * torch.rand(DRAWS))
    noise, level = torch.randn(DRAWS, *clean.shape[1:]), sigma.view(-1, 1, 1, 1, 1)
    noisy = (1 - level) * clean + level * noise
    video = torch.cat([noisy, inputs["condition"].expand(DRAWS, -1, -1, -1, -1)], dim=1)
    velocity = model(video, 1000 * sigma, torch.zeros(DRAWS, 512, 1), None, inputs["geometric"],
                     inputs["stereo"])
    error = (velocity - (noise - clean)).square()
    weight = (1 + holes).expand_as(error)
    off = (error * level ** 2).detach()
    shares = (1 - holes, holes)
    return (weight * error).mean(), tuple(((off * s).sum() / (s.expand_as(off).sum() + 1e-9)).item()
                                          for s in shares)


@torch.no_grad()
def example(encode, pictures, frames: int, height: int, width: int, generator) -> tuple[dict, Tensor, Tensor]:
    """Inputs of the transformer for one clip, its clean latent [1,16,F,h,w], and the share of holes
    [1,1,F,h,w]."""
    references = 1 + int(torch.randint(3, (), generator=generator))
    truth, mask, views = clip(pictures, frames, height, width, references, generator)
    coded = encode(torch.cat([truth, truth * (1 - mask), views, torch.zeros_like(truth[:1])]))
    clean, render, references, grey = coded.split([frames, frames, references, 1], dim=2)
    given = torch.cat([clean[:, :, :1], grey.expand(-1, -1, frames - 1, -1, -1)], dim=2)
    is_given = torch.zeros_like(given[:, :4])
    is_given[:, :, 0] = 1
    index = torch.randint(frames - 1, (references.shape[2],), generator=generator).tolist()
    rays = torch.zeros(1, 6, frames, height, width)
    inputs = {"condition": torch.cat([is_given, given], dim=1),
              "geometric": GeometricControl(render, mask.transpose(0, 1)[None], rays),
              "stereo": StereoControl(reference_input(references), tuple(index), None, None)}
    return inputs, clean, avg_pool2d(mask, 8).transpose(0, 1)[None]


def encoder():
    """frames [F,3,H,W] -> normalised latents [1,16,F,h,w], with the trained VAE; each frame alone, all at
    once."""
    vae = AutoencoderKLWan(base_dim=make_tiny_model.TRAINED_VAE_DIM)
    vae.load_state_dict({name: tensor.float() for name, tensor in make_tiny_model.trained_vae().items()})
    vae = flat(vae).eval()
    mean, std = (torch.tensor(values).view(1, -1, 1, 1, 1) for values in (WAN_MEAN, WAN_STD))
    return lambda frames: ((vae.quant_conv(vae.encoder(frames[:, :, None]))[:, :len(WAN_MEAN)] - mean) / std
                           ).squeeze(2).transpose(0, 1)[None]


if __name__ == "__main__":
    main()
