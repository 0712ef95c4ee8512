"""Trains the key-frame VAE, from a linear start or from weights.

    PYTHONPATH=scripts python -m worldstereo.training.vae STATE --photos DIR --clips DIR --weights FILE

The encoder learns for the first part of the run and is then left alone, so that a transformer can be trained
on its latents while the decoder goes on. With `--sampled`, a folder of `sampled.py`, the decoder also learns
from latents that the transformer made, whose errors it then smooths away. STATE is a file; it is written
every few minutes, and the run goes on from it. `--measure FILE...` prints the PSNR of photographs that were
not trained on.
"""

from __future__ import annotations

import argparse
import copy
import math
import os
import time
from pathlib import Path

import torch
from torch import Tensor, nn

import make_tiny_model
import tiny_weights

from ..core.sampling.key_frame_vae import WAN_MEAN, WAN_STD
from .cache import HELD_OUT_CLIPS, read
from .photos import photographs, read_picture
from .pictures import picture
from .vae_network import Coder, freeze_encoder, is_trained, shipped
from .vae_start import linear_start

SIZE, CELLS = 96, 12  # pixels of a crop, and cells of its latent
BATCH, SAMPLED, RATE = 6, 4, 1e-3  # crops of pictures and of sampled latents in a step
LATENT_NOISE = 0.05
AVERAGE = 0.998  # of the weights that are kept
SAVE_EVERY, SHOW_EVERY = 120.0, 100  # seconds, steps

# latent [16,F,h,w] that the transformer made, and the true frames [F,3,H,W] of its clip
Sampled = tuple[Tensor, Tensor]


def coder(weights: Path = tiny_weights.ASSET) -> Coder:
    """The VAE with weights of `write`."""
    network = Coder()
    own = network.vae.state_dict()
    for name, tensor in make_tiny_model.trained_vae(weights).items():
        own[name].copy_(tensor)
    for name, tensor in tiny_weights.read("vae", weights).items():
        own[name].copy_(tensor if own[name].shape == tensor.shape else _as_last_step(own[name], tensor))
    mean, std = torch.tensor(WAN_MEAN), torch.tensor(WAN_STD)
    network.whiten.running_mean.copy_(mean)
    network.whiten.running_var.copy_(std.square())
    weight = own["post_quant_conv.weight"]
    own["post_quant_conv.bias"].add_(weight.flatten(1) @ mean)
    weight.mul_(std.view(1, -1, 1, 1, 1))
    return network


def _as_last_step(like: Tensor, kernel: Tensor) -> Tensor:
    return torch.cat([torch.zeros_like(like[:, :, 1:]), kernel[:, :, None]], dim=2)


def train(
    network: Coder,
    file: Path,
    pictures: list[Tensor],
    minutes: float,
    encoder_minutes: float,
    sampled: list[Sampled] | None = None,
) -> Coder:
    """Trains until `minutes` are spent in all; returns the averaged network."""
    trained = [p for name, p in network.named_parameters() if is_trained(name)]
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=1e-4, betas=(0.9, 0.98))
    average, spent, steps, errors = copy.deepcopy(network.state_dict()), 0.0, 0, []
    if file.exists():
        state = torch.load(file)
        network.load_state_dict(state["coder"])
        optimizer.load_state_dict(state["optimizer"])
        average, spent, steps = state["average"], state["spent"], state["steps"]
    if spent >= encoder_minutes:
        freeze_encoder(network.eval())
    generator = torch.Generator().manual_seed(steps)
    last = saved = time.monotonic()
    while spent < minutes:
        now = time.monotonic()
        spent, last = spent + (now - last) / 60, now
        if spent > encoder_minutes and network.training:
            network.load_state_dict(average)
            freeze_encoder(network.eval())
        for group in optimizer.param_groups:
            group["lr"] = (
                RATE * min(1, (steps + 1) / 100) * (0.02 + 0.49 * (1 + math.cos(math.pi * spent / minutes)))
            )
        x = torch.stack([_picture(pictures, generator) for _ in range(BATCH)])
        out = _decoded(network, _noisy(_latent(network, x)))
        loss = _loss(out, x)
        if sampled:
            latent, truth = _crops(sampled, generator)
            loss = 0.5 * loss + _loss(_decoded(network, latent), truth)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        steps += 1
        for name, tensor in network.state_dict().items():
            if tensor.is_floating_point():
                average[name].lerp_(tensor, 1 - min(AVERAGE, steps / (steps + 10)))
        errors.append((out.detach() - x).square().mean().item())
        if steps % SHOW_EVERY == 0:
            error = sum(errors[-SHOW_EVERY:]) / len(errors[-SHOW_EVERY:])
            print(f"{spent:6.2f} min, {steps} steps: {10 * math.log10(4 / error):.2f} dB", flush=True)
        if now - saved > SAVE_EVERY or spent >= minutes:
            saved, part = now, file.with_suffix(".part")
            torch.save(
                {
                    "coder": network.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "average": average,
                    "spent": spent,
                    "steps": steps,
                },
                part,
            )
            os.replace(part, file)
    network.load_state_dict(average)
    return network


def _latent(network: Coder, x: Tensor) -> Tensor:
    """Latents of frames [B,3,H,W], made of mean 0 and spread 1 by running statistics: those of a small batch
    would take its colour away."""
    with torch.autocast(x.device.type, torch.bfloat16):
        raw = network.vae.quant_conv(network.vae.encoder(x[:, :, None]))[:, : len(WAN_MEAN)].float()
    if network.training:
        network.whiten(raw.detach())
    network.whiten.eval()
    latent = network.whiten(raw)
    network.whiten.train(network.training)
    return latent


def _noisy(latent: Tensor) -> Tensor:
    return latent + LATENT_NOISE * torch.randn_like(latent)


def _decoded(network: Coder, latent: Tensor) -> Tensor:
    with torch.autocast(latent.device.type, torch.bfloat16):
        return network.decode(latent).float()


def _picture(pictures: list[Tensor], generator: torch.Generator) -> Tensor:
    return picture(pictures, SIZE, 0.12, 0.25, generator)


def _crops(sampled: list[Sampled], generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Latents [SAMPLED,16,1,CELLS,CELLS] of random frames after the first, and the true pictures
    [SAMPLED,3,SIZE,SIZE]."""
    latents, pictures = [], []
    for _ in range(SAMPLED):
        latent, frames = sampled[_below(len(sampled), generator)]
        frame = 1 + _below(latent.shape[1] - 1, generator)
        top, left = (_below(size - CELLS + 1, generator) for size in latent.shape[2:])
        y, x = 8 * top, 8 * left
        latents.append(latent[:, frame : frame + 1, top : top + CELLS, left : left + CELLS])
        pictures.append(frames[frame, :, y : y + SIZE, x : x + SIZE])
    return torch.stack(latents), torch.stack(pictures)


def _below(count: int, generator: torch.Generator) -> int:
    return int(torch.randint(count, (), generator=generator))


def _loss(out: Tensor, x: Tensor) -> Tensor:
    edges = sum((out.diff(dim=d) - x.diff(dim=d)).abs().mean() for d in (2, 3))
    return 0.5 * (out - x).abs().mean() + 0.25 * edges + 6 * (out - x).square().mean()


@torch.no_grad()
def write(network: Coder, file: Path, frames: Tensor) -> None:
    """Writes the weights in 8 bits. Rounded weights of the encoder move all latents by a constant, and those
    of the decoder all colours; the biases behind them take that away, as measured on frames [B,3,H,W]."""
    network.eval()
    latent = network.encode(frames)
    wanted = network.decode(latent)
    tiny_weights.write("vae", shipped(network), file)
    moved = (coder(file).eval().encode(frames) - latent).mean((0, 2, 3, 4))
    network.vae.post_quant_conv.bias -= network.vae.post_quant_conv.weight.flatten(1) @ moved
    tiny_weights.write("vae", shipped(network), file)
    rounded = coder(file).eval()
    network.vae.decoder.conv_out.bias -= (rounded.decode(rounded.encode(frames)) - wanted).mean((0, 2, 3))
    tiny_weights.write("vae", shipped(network), file)


@torch.no_grad()
def psnr(network: Coder, picture: Tensor) -> float:
    """Of the middle of a picture [3,H,W], 384x256 of it, decoded from its latent, in dB: clipped to -1..1."""
    network.eval()
    height, width = (min(most, size // 8 * 8) for most, size in zip((256, 384), picture.shape[1:]))
    top, left = (picture.shape[1] - height) // 2, (picture.shape[2] - width) // 2
    picture = picture[None, :, top : top + height, left : left + width]
    out = network.decode(network.encode(picture)).clamp(-1, 1)
    return 10 * math.log10(4 / (out - picture).square().mean().item())


def read_sampled(folder: Path, clips: Path) -> list[Sampled]:
    """Latents that sampled.py wrote, of frames that a crop fits into, with the true frames of their clips."""
    latents = {file: torch.load(file).float() for file in sorted(folder.glob("*.pt"))}
    return [
        (latent, read(clips / file.name).truth)
        for file, latent in latents.items()
        if min(latent.shape[2:]) >= CELLS
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("state", type=Path, help="where the run is kept, to go on with it")
    parser.add_argument("--start", type=Path, help="weights to start from, instead of linear ones")
    parser.add_argument("--photos", type=Path, help="folder of further photographs")
    parser.add_argument(
        "--clips", type=Path, help="folder that worldstereo.training.cache filled; frames to learn from"
    )
    parser.add_argument("--sampled", type=Path, help="folder that worldstereo.training.sampled filled")
    parser.add_argument("--minutes", type=float, default=80, help="of training in all; 0: only measure")
    parser.add_argument("--encoder-minutes", type=float, default=40, help="of these with the encoder")
    parser.add_argument(
        "--measure", type=Path, nargs="*", default=[], help="photographs that were not trained on"
    )
    parser.add_argument("--weights", type=Path, help="where to write the weights, as safetensors in 8 bits")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    pictures, generator = photographs(args.photos), torch.Generator().manual_seed(0)
    for file in sorted(args.clips.glob("*.pt"))[HELD_OUT_CLIPS:] if args.clips else []:
        pictures += [*read(file).truth[[0, -1]]]
    some = torch.stack([_picture(pictures, generator) for _ in range(64)])
    if args.start:
        network = coder(args.start)
    else:
        network = Coder()
        linear_start(network.vae, some[:32])
    sampled = read_sampled(args.sampled, args.clips) if args.sampled else None
    network = train(network, args.state, pictures, args.minutes, args.encoder_minutes, sampled)
    if args.weights:
        write(network, args.weights, some)
        network = coder(args.weights)
    for file in args.measure:
        print(f"{file.name}: {psnr(network, read_picture(file)):.2f} dB")


if __name__ == "__main__":
    main()
