"""The key-frame VAE for single frames: what is trained of it, and its weights as the repository keeps them.

Every key frame goes through the VAE alone, so of each temporal kernel only the last step is ever used, and
only that is trained; make_tiny_model.py fills in the rest. Latents get the mean and spread that the Wan
transformer counts on.
"""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import AutoencoderKLWan
from diffusers.models.autoencoders.autoencoder_kl_wan import WanCausalConv3d
from torch import Tensor, nn
from torch.nn.functional import conv2d

from make_tiny_model import TRAINED_VAE_DIM, UNUSED_IN_VAE, trained_vae

from ..core.sampling.key_frame_vae import WAN_MEAN, WAN_STD


class Coder(nn.Module):
    """The VAE for single frames [B,3,H,W], with latents [B,16,1,h,w] of mean 0 and spread 1 in every
    channel."""

    def __init__(self):
        super().__init__()
        self.vae = flat(AutoencoderKLWan(base_dim=TRAINED_VAE_DIM))
        self.whiten = nn.BatchNorm3d(len(WAN_MEAN), affine=False, momentum=0.01)

    def encode(self, frames: Tensor) -> Tensor:
        return self.whiten(self.vae.quant_conv(self.vae.encoder(frames[:, :, None]))[:, : len(WAN_MEAN)])

    def decode(self, latent: Tensor) -> Tensor:
        return self.vae.decoder(self.vae.post_quant_conv(latent))[:, :, 0]


def flat(vae: AutoencoderKLWan) -> AutoencoderKLWan:
    """The same network for single frames only: each causal convolution as the plain one that it is for
    them."""
    for conv in (module for module in vae.modules() if isinstance(module, WanCausalConv3d)):
        padding = conv._padding[2], conv._padding[0]
        conv.forward = lambda x, cache=None, conv=conv, padding=padding: conv2d(
            x[:, :, 0], conv.weight[:, :, -1], conv.bias, padding=padding
        )[:, :, None]
    for name in {name.rpartition(".conv2")[0] for name in vae.state_dict() if UNUSED_IN_VAE.search(name)}:
        vae.get_submodule(name).forward = lambda x, *_, **__: x
    return vae


def load_flat(weights: Path) -> AutoencoderKLWan:
    """The trained VAE for single frames, from 8-bit weights."""
    vae = AutoencoderKLWan(base_dim=TRAINED_VAE_DIM)
    vae.load_state_dict({name: tensor.float() for name, tensor in trained_vae(weights).items()})
    return flat(vae).eval()


def freeze_encoder(coder: Coder) -> None:
    coder.whiten.eval()
    for part in (coder.vae.encoder, coder.vae.quant_conv):
        part.requires_grad_(False)


def is_trained(name: str) -> bool:
    return "time_conv" not in name and not any(name.startswith(f"vae.{block}.") for block in UNUSED_BLOCKS)


def shipped(coder: Coder) -> dict[str, Tensor]:
    """The trained tensors, kernels without their unused temporal steps; the whitening becomes part of the 1x1
    layers.

    Raw latents get WAN_MEAN and WAN_STD, so that they are of mean 0 and spread 1 once normalised.
    """
    state = {
        name.removeprefix("vae."): tensor
        for name, tensor in coder.state_dict().items()
        if name.startswith("vae.") and is_trained(name)
    }
    state = {
        name: tensor[:, :, -1] if tensor.ndim == 5 and tensor.shape[2] > 1 else tensor
        for name, tensor in state.items()
    }
    mean, std = torch.tensor(WAN_MEAN), torch.tensor(WAN_STD)
    gain = std / (coder.whiten.running_var + coder.whiten.eps).sqrt()
    weight, bias = state["quant_conv.weight"], state["quant_conv.bias"]
    shape, silent = (-1, 1, 1, 1, 1), torch.zeros_like  # nobody reads the variance of the latents
    into = gain.view(shape) * weight[:16]
    state["quant_conv.weight"] = torch.cat([into, silent(into)])
    state["quant_conv.bias"] = torch.cat(
        [gain * (bias[:16] - coder.whiten.running_mean) + mean, silent(mean)]
    )
    weight = state["post_quant_conv.weight"] / std.view(1, -1, 1, 1, 1)
    state["post_quant_conv.bias"] = state["post_quant_conv.bias"] - weight.flatten(1) @ mean
    state["post_quant_conv.weight"] = weight
    return state


UNUSED_BLOCKS = tuple(
    {
        name.rpartition(".conv2")[0]
        for name in AutoencoderKLWan(base_dim=4).state_dict()
        if UNUSED_IN_VAE.search(name)
    }
)
