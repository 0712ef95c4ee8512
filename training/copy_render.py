"""A start for WorldStereo-Nano from which little is left to learn: outside holes it copies its render.

The velocity of flow matching is (noisy - clean) / sigma. Of the 256 channels of a token, the first 64 (16
latent channels x 2 x 2) carry the noisy latent, the next 64 the render, which the control branch brings; the
rest are constants that keep the last norm from hiding how large those are. The head takes the difference,
times 1 / sigma.
"""

from __future__ import annotations

import re

import torch
from torch import Tensor, nn

TOKEN = 64  # latent values of a token
STEADY = 4.0
QUIET = 0.05
LEAST_SIGMA = 0.3


@torch.no_grad()
def copy_render(model: nn.Module) -> None:
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            rest(name, parameter)
    embed_latent(model.patch_embedding, 0)
    model.patch_embedding.bias[2 * TOKEN :] = STEADY * torch.tensor([1.0, -1.0]).repeat(TOKEN)
    control = model.controlnet
    embed_latent(control.controlnet_patch_embedding, 20)
    control.controlnet_mask_embedding.mask_zero_proj.weight[:TOKEN] = 0
    through(control.proj_in.weight, 0)
    control.proj_out[0].weight[: 2 * TOKEN] = 0
    control.proj_out[1].weight.mul_(QUIET)
    control.proj_out[1].weight[TOKEN : 2 * TOKEN] = 0
    control.proj_out[1].weight[TOKEN : 2 * TOKEN, :TOKEN] = torch.eye(TOKEN)
    head(model)
    time(model.condition_embedder)


def rest(name: str, weight: Tensor) -> None:
    """Gates open, modulation at rest, attention and feed-forward quiet, no camera rays."""
    if re.search(r"time_proj\.|norm[12]\.linear\.weight", name):
        weight.mul_(QUIET if weight.ndim > 1 else 0)
    elif re.search(r"norm[12]\.linear\.bias", name):
        weight.zero_()[-len(weight) // 3 :] = 1
    elif name.endswith("scale_shift_table"):
        weight.zero_()
        weight[:, 2::3] = 1  # the gates of a block; the head has none
    elif re.search(r"to_out\.0\.weight|ffn\.(net\.)?2\.weight", name):
        weight.mul_(QUIET)
    elif name.endswith("mask_proj.0.weight"):
        weight[:, 1:] = 0
        weight.mul_(7**0.5)
    elif name.endswith("bias") and "time_embedder" not in name and "mask_proj.1" not in name:
        weight.zero_()


def embed_latent(conv: nn.Conv3d, first: int) -> None:
    """The 16 channels from `first` on, in squares of 2x2, to the first 64 channels of a token, in the head's
    order."""
    conv.weight.mul_(QUIET)
    conv.weight[:TOKEN] = 0
    for i in range(TOKEN):
        square, channel = divmod(i, 16)
        conv.weight[i, first + channel, 0, square // 2, square % 2] = 1


def through(weight: Tensor, to: int) -> None:
    """The first 64 inputs to the outputs from `to` on, which get nothing else."""
    weight[to : to + TOKEN] = 0
    weight[to : to + TOKEN, :TOKEN] = torch.eye(TOKEN)


def head(model: nn.Module) -> None:
    spread = ((2 * TOKEN + 2 * TOKEN * STEADY**2) / (4 * TOKEN)) ** 0.5
    model.proj_out.weight.zero_()
    model.proj_out.weight[:, :TOKEN] = spread * torch.eye(TOKEN)
    model.proj_out.weight[:, TOKEN : 2 * TOKEN] = -spread * torch.eye(TOKEN)


def time(embedder: nn.Module) -> None:
    """Least squares for the last layer of the time embedding."""
    sigmas = torch.linspace(LEAST_SIGMA, 1, 100)
    first, last = embedder.time_embedder.linear_1, embedder.time_embedder.linear_2
    inner = torch.nn.functional.silu(first(embedder.timesteps_proj(1000 * sigmas))).double()
    square = inner.T @ inner + 1e-6 * torch.eye(inner.shape[1])
    last.weight.copy_(
        torch.linalg.solve(square, inner.T @ (1 / sigmas.double() - 1)).float().expand_as(last.weight)
    )
    last.bias.zero_()
