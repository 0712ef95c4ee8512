"""Encodes and decodes every key frame on its own with the Wan VAE, so F key frames are F latent frames.

The VAE is given as two functions over raw latents (a KeyFrameVae), so that the same loops serve a
diffusers AutoencoderKLWan and a ComfyUI VAE. Frames are [F,3,H,W] in -1..1, latents [1,16,F,H/8,W/8]
normalised per channel as the Wan transformer expects them.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..model.checkpoint.settings import CONDITION_MODES
from ..values import Value, check_shape, require

if TYPE_CHECKING:
    from diffusers.models.autoencoders.autoencoder_kl_wan import AutoencoderKLWan

OnFrame = Callable[[int, Tensor], None]  # (number done, the last one)

# Per-channel statistics of Wan 2.1 latents, as in the VAE's own config.json.
WAN_MEAN = (-0.7571, -0.7089, -0.9113, 0.1075, -0.1745, 0.9653, -0.1517, 1.5508,
            0.4134, -0.0715, 0.5517, -0.3632, -0.1922, -0.9497, 0.2503, -0.2921)
WAN_STD = (2.8184, 1.4541, 2.3275, 2.6558, 1.2196, 1.7708, 2.6052, 2.0743,
           3.2687, 2.1526, 2.8652, 1.5579, 1.6382, 1.1253, 2.8251, 1.916)


@dataclass(frozen=True, eq=False)
class KeyFrameVae(Value):
    """A Wan VAE as two functions, both over raw (not normalised) latents.

    encode  clip [1,3,T,H,W] in -1..1 -> mode of the latent [1,16,(T-1)/4+1,H/8,W/8]
    decode  latent [1,16,t,h,w] -> clip [1,3,4(t-1)+1,8h,8w]
    """

    encode: Callable[[Tensor], Tensor]
    decode: Callable[[Tensor], Tensor]
    mean: tuple[float, ...] = WAN_MEAN
    std: tuple[float, ...] = WAN_STD


def diffusers_vae(vae: AutoencoderKLWan) -> KeyFrameVae:
    """A diffusers AutoencoderKLWan as a KeyFrameVae; it computes without gradients."""
    no_grad = torch.no_grad()
    return KeyFrameVae(encode=no_grad(lambda clip: vae.encode(clip, return_dict=False)[0].mode()),
                       decode=no_grad(lambda latent: vae.decode(latent, return_dict=False)[0]),
                       mean=tuple(vae.config["latents_mean"]), std=tuple(vae.config["latents_std"]))


def encode_key_frames(vae: KeyFrameVae, frames: Tensor,
                      progress: Callable[[int], None] | None = None) -> Tensor:
    """Latents [1,16,F,h,w] of frames [F,3,H,W] in -1..1, each encoded on its own; progress: called with the
    number done."""
    _check_frames(frames)
    return _each_alone(lambda frame: normalise(vae, vae.encode(frame)), frames[:, :, None].split(1),
                       progress and (lambda done, _: progress(done)))


def decode_key_frames(vae: KeyFrameVae, latent: Tensor,
                      progress: OnFrame | None = None) -> Tensor:
    """Frames [F,3,H,W], clipped to -1..1, of latents [1,16,F,h,w]; progress: called with the number done and
    the last one [1,3,1,H,W]."""
    check_shape("latent", latent, f"1,{len(vae.mean)},F,h,w", "decode one clip of key frames at a time")
    raw = denormalise(vae, latent)
    clip = _each_alone(lambda frame: vae.decode(frame).clamp(-1, 1), raw.split(1, dim=2), progress)
    return clip[0].transpose(0, 1)


def encode_clip(vae: KeyFrameVae, frames: Tensor) -> Tensor:
    """Latent [1,16,(T-1)/4+1,h,w] of frames [T,3,H,W] encoded together as one ordinary video."""
    _check_frames(frames)
    return normalise(vae, vae.encode(frames.transpose(0, 1)[None]))


def encode_condition(vae: KeyFrameVae, image: Tensor, frames: int, mode: str = "first_frame_only") -> Tensor:
    """The model's input besides noise: [1,20,frames,h,w], 4 mask channels (1 in latent frame 0) and 16 of
    latent.

    image [3,H,W] in -1..1. `full_vae` encodes the image followed by mid-grey as one video of 4(frames-1)+1
    frames; `first_frame_only` encodes the image and one mid-grey picture separately and repeats the latter.
    """
    check_shape("image", image, "3,H,W", "give one start image with three channels")
    require(frames >= 1, f"{frames} key frames were asked for, expected at least 1.")
    require(mode in CONDITION_MODES, f"latent_cond_mode is {mode!r}, expected one of "
                                     f"{', '.join(CONDITION_MODES)}.")
    latent = _image_and_grey(vae, image, frames, mode)
    mask = latent.new_zeros(1, 4, *latent.shape[2:])
    mask[:, :, 0] = 1
    return torch.cat([mask, latent], dim=1)


def _image_and_grey(vae: KeyFrameVae, image: Tensor, frames: int, mode: str) -> Tensor:
    """[1,16,frames,h,w] latent of the image [3,H,W] followed by mid-grey."""
    if mode == "full_vae":
        grey = image.new_zeros(4 * (frames - 1), *image.shape)
        return encode_clip(vae, torch.cat([image[None], grey]))
    coded = encode_key_frames(vae, torch.stack([image, torch.zeros_like(image)]))
    return torch.cat([coded[:, :, :1], coded[:, :, 1:].expand(-1, -1, frames - 1, -1, -1)], dim=2)


def normalise(vae: KeyFrameVae, raw: Tensor) -> Tensor:
    """Raw latents [1,16,...] as the transformer expects them."""
    return (raw - _per_channel(vae.mean, raw)) / _per_channel(vae.std, raw)


def denormalise(vae: KeyFrameVae, latent: Tensor) -> Tensor:
    """The inverse of normalise, for latents [1,16,...]."""
    return latent * _per_channel(vae.std, latent) + _per_channel(vae.mean, latent)


def raw_condition(vae: KeyFrameVae, image: Tensor, frames: int, mode: str) -> tuple[Tensor, Tensor]:
    """encode_condition in two parts: mask [1,4,frames,h,w], 1 where given; raw latent [1,16,frames,h,w]."""
    condition = encode_condition(vae, image, frames, mode)
    return condition[:, :4], denormalise(vae, condition[:, 4:])


def encode_raw(vae: KeyFrameVae, frames: Tensor, progress: Callable[[int], None] | None = None) -> Tensor:
    """Raw latent [1,16,F,h,w] of frames [F,3,H,W] in -1..1, each encoded on its own."""
    return denormalise(vae, encode_key_frames(vae, frames, progress))


def check_clip_latent(latent: Tensor) -> None:
    """ValueError unless the latent is that of clips: [B,16,F,h,w]."""
    check_shape("The latent", latent, f"B,{len(WAN_MEAN)},F,h,w",
                "connect that of 'Sample Key Frames'; one without key frames is that of a single picture")


def decode_raw(vae: KeyFrameVae, raw: Tensor, progress: OnFrame | None = None) -> Tensor:
    """Frames [B*F,3,H,W] in -1..1 of raw latents [B,16,F,h,w], clip after clip."""
    check_clip_latent(raw)
    return torch.cat([decode_key_frames(vae, normalise(vae, clip), progress) for clip in raw.split(1)])


def _per_channel(values: tuple[float, ...], like: Tensor) -> Tensor:
    """[1,16,1,1,1], in the type and on the device of `like`."""
    return like.new_tensor(values).view(1, -1, 1, 1, 1)


def _each_alone(code: Callable[[Tensor], Tensor], clips: Iterable[Tensor],
                progress: OnFrame | None) -> Tensor:
    """code() of every one-frame clip [1,C,1,H,W], joined along the frame axis."""
    coded = []
    for clip in clips:
        coded.append(code(clip))
        if progress:
            progress(len(coded), coded[-1])
    return torch.cat(coded, dim=2)


def _check_frames(frames: Tensor) -> None:
    check_shape("frames", frames, "F,3,H,W", "give key frames with three channels")
    height, width = frames.shape[-2:]
    require(height % 8 == 0 and width % 8 == 0,
            f"frames are {width}x{height} pixels, expected multiples of 8 (of 16 for the model); "
            "change the size in 'Camera Trajectory'.")
