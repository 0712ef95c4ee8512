"""Tiny random models of the real structure for tests."""
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from diffusers import UniPCMultistepScheduler

    from worldstereo.core.model.control_values import GeometricControl, StereoControl
    from worldstereo.core.model.transformer import WorldStereoTransformer

WAN = dict(patch_size=[1, 2, 2], num_attention_heads=2, attention_head_dim=24, in_channels=36,
           out_channels=16,
           text_dim=32, freq_dim=16, ffn_dim=64, num_layers=3, cross_attn_norm=True,
           qk_norm="rms_norm_across_heads",
           eps=1e-6, image_dim=20, added_kv_proj_dim=48, rope_max_seq_len=1024, pos_embed_seq_len=None)
CONTROL = dict(dim=32, ffn_dim=48, num_heads=2, num_layers=2, conv_out_dim=48, time_embed_dim=48,
               mid_channels=16)
FRAMES, HEIGHT, WIDTH = 3, 64, 96
LATENT = (1, 16, FRAMES, HEIGHT // 8, WIDTH // 8)


def transformer(memory: bool, seed: int = 0, heads: int = 2, **control: object) -> WorldStereoTransformer:
    """A random WorldStereoTransformer, every weight non-zero, so that no ignored input can pass unnoticed."""
    from worldstereo.core.model.control_config import ControlConfig
    from worldstereo.core.model.transformer import WorldStereoTransformer

    generator = torch.Generator().manual_seed(seed)
    wan = {**WAN, "num_attention_heads": heads, "attention_head_dim": CONTROL["conv_out_dim"] // heads}
    branch = ControlConfig(**{**CONTROL, "num_heads": heads}, **control)
    net = WorldStereoTransformer(wan, branch, memory).eval()
    for parameter in net.parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        parameter.data = noise / max(parameter[0].numel(), 1) ** 0.5 if parameter.ndim > 1 else 0.2 * noise
    for name, parameter in net.named_parameters():
        if ".norm" in name and name.endswith("weight") and parameter.ndim == 1:
            parameter.data += 1
    return net


def with_one_block(net: WorldStereoTransformer) -> WorldStereoTransformer:
    """The network with one block of each kind, for tests that trace it: every block takes seconds."""
    net.blocks, net.controlnet.controlnet_blocks = net.blocks[:1], net.controlnet.controlnet_blocks[:1]
    return net


def controls(seed: int = 1, references: int = 2,
             size: tuple[int, int, int] = LATENT[2:]) -> tuple[GeometricControl, StereoControl]:
    """Random memories for a clip whose latent has that size (key frames, rows, columns)."""
    from worldstereo.core.model.control_values import GeometricControl, StereoControl, reference_input

    g = torch.Generator().manual_seed(seed)
    frames, h, w = size
    geometric = GeometricControl(torch.randn(1, 16, *size, generator=g),
                                 (torch.rand(1, 1, frames, 8 * h, 8 * w, generator=g) > 0.5).float(),
                                 torch.randn(1, 6, frames, 8 * h, 8 * w, generator=g))
    stereo = StereoControl(reference_input(torch.randn(1, 16, references, h, w, generator=g)),
                           tuple(i % (frames - 1) for i in range(references)),
                           torch.randn(1, frames, 7, generator=g), torch.randn(1, references, 7, generator=g))
    return geometric, stereo


def inputs(memory: bool = True, batch: int = 1, references: int = 2,
           size: tuple[int, int, int] = LATENT[2:]) -> dict:
    """Arguments of the transformer's forward for such a clip."""
    g = torch.Generator().manual_seed(2)
    video = torch.randn(batch, 36, *size, generator=g)
    geometric, stereo = controls(references=references, size=size)
    return dict(hidden_states=video, timestep=torch.full((batch,), 500.0),
                encoder_hidden_states=torch.randn(batch, 512, WAN["text_dim"], generator=g),
                encoder_hidden_states_image=torch.randn(batch, 257, WAN["image_dim"], generator=g),
                geometric=geometric, stereo=stereo if memory else None)


def clip(seed: int = 3) -> tuple[torch.Tensor, ...]:
    """Noise, condition, text, image and negative text of one clip."""
    from worldstereo.core.sampling.pipeline import initial_noise

    g = torch.Generator().manual_seed(seed)
    noise = initial_noise(FRAMES, HEIGHT, WIDTH, g)
    text, image, negative = (torch.randn(1, n, c, generator=g) for n, c in (
        (512, WAN["text_dim"]), (257, WAN["image_dim"]), (512, WAN["text_dim"])))
    return noise, torch.randn(1, 20, *LATENT[2:], generator=g), text, image, negative


def sample(model: Callable, schedule: torch.Tensor | UniPCMultistepScheduler, stereo: bool = True,
           **options: object,
           ) -> torch.Tensor:
    from worldstereo.core.sampling.pipeline import sample_key_frames

    noise, condition, text, image, negative = clip()
    geometric, references = controls()
    return sample_key_frames(model, schedule, noise, condition, text, image,
                             options.pop("geometric", geometric),
                             references if stereo else None, negative_text=negative, **options)
