"""ComfyUI's VAE for key frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import comfy.ldm.wan.vae
from torch import Tensor

from ...core.sampling.key_frame_vae import KeyFrameVae
from ...core.values import check_finite
from .out_of_memory import advice_when_out_of_memory, vae_advice

if TYPE_CHECKING:
    from comfy.sd import VAE


REMEDY = "give it another picture or latent, or run ComfyUI with --fp32-vae"


def key_frame_vae(vae: VAE) -> KeyFrameVae:
    """ComfyUI's Wan VAE as the two functions the library loops over; refuses other VAEs."""
    network = getattr(vae, "first_stage_model", None)
    # others have 16 channels too (HunyuanVideo, Cosmos)
    if not isinstance(network, comfy.ldm.wan.vae.WanVAE):
        raise ValueError(f"This VAE is a {type(network).__name__} with "
                         f"{getattr(vae, 'latent_channels', '?')} latent channels; load the Wan 2.1 VAE (16 "
                         "channels, video) with 'Load VAE'.")

    def encode(clip: Tensor) -> Tensor:
        with advice_when_out_of_memory(lambda: vae_advice("encoded", clip.shape[4], clip.shape[3])):
            latent: Any = vae.encode((clip[0].permute(1, 2, 3, 0) + 1) / 2)
            check_finite("What the VAE encoded", latent, REMEDY)
            return latent.float()

    def decode(latent: Tensor) -> Tensor:
        with advice_when_out_of_memory(lambda: vae_advice("decoded", latent.shape[4] * 8,
                                                          latent.shape[3] * 8)):
            frames = vae.decode(latent).reshape(-1, latent.shape[3] * 8, latent.shape[4] * 8, 3)
        check_finite("What the VAE decoded", frames, REMEDY)
        return frames.permute(3, 0, 1, 2)[None].float() * 2 - 1

    return KeyFrameVae(encode, decode)
