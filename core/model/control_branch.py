"""The control branch: injects the rendered global-geometric memory into the video model."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from diffusers.models.normalization import FP32LayerNorm
from diffusers.models.transformers.transformer_wan import WanAttention
from torch import nn

from .attention.attention import Attention, RopeTable, sdpa, self_attention
from .attention.rope import rope_table, table_on
from .blocks import add_gated, modulate
from .control_config import ControlConfig
from .step_cache import cached

VAE_STRIDE = 8  # pixels per latent cell
GROUP_CHANNELS = 8
CONTROL_CHANNELS = 20  # noisy latent 16 + mask 4: the part of the video input that the branch sees


class ModulatedNorm(nn.Module):
    """LayerNorm modulated by its own projection of the time embedding; returns the gate beside the normed tokens."""

    def __init__(self, dim: int, time_embed_dim: int):
        super().__init__()
        self.linear = nn.Linear(time_embed_dim, 3 * dim)
        self.norm = FP32LayerNorm(dim, eps=1e-5)

    def forward(self, x: torch.Tensor, temb: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        # temb may have rows for further copies of x: with other batch sizes this product has other last digits
        modulation = self.linear(nn.functional.silu(temb))[:len(x)]
        shift, scale, gate = modulation.float().unsqueeze(1).chunk(3, dim=-1)
        return modulate(self.norm, x, shift, scale), gate


class ControlBlock(nn.Module):
    def __init__(self, config: ControlConfig):
        super().__init__()
        dim = config.dim
        self.norm1 = ModulatedNorm(dim, config.time_embed_dim)
        self.self_attn = WanAttention(dim, config.num_heads, dim // config.num_heads, eps=1e-6)
        self.norm2 = ModulatedNorm(dim, config.time_embed_dim)
        self.ffn = nn.Sequential(nn.Linear(dim, config.ffn_dim), nn.GELU("tanh"), nn.Linear(config.ffn_dim, dim))

    def forward(self, x: torch.Tensor, temb: torch.Tensor, rope: RopeTable, attention: Attention = sdpa):
        y, gate = self.norm1(x, temb)
        x = add_gated(x, self_attention(self.self_attn, [(y, rope)], attention)[0], gate)
        y, gate = self.norm2(x, temb)
        return add_gated(x, self.ffn(y), gate)


class GuidanceEmbedding(nn.Module):
    """Hole mask and camera rays at pixel resolution -> one vector per token."""

    def __init__(self, config: ControlConfig, patch_size: tuple[int, int, int]):
        super().__init__()
        pixels, mid = (1, VAE_STRIDE, VAE_STRIDE), config.mid_channels
        self.mask_proj = nn.Sequential(nn.Conv3d(config.add_channels, mid, pixels, pixels),
                                       nn.GroupNorm(mid // GROUP_CHANNELS, mid), nn.SiLU())
        self.mask_zero_proj = nn.Conv3d(mid, config.conv_out_dim, patch_size, patch_size)

    def forward(self, guidance: torch.Tensor) -> torch.Tensor:
        return self.mask_zero_proj(self.mask_proj(guidance))


class ControlBranch(nn.Module):
    """Named `controlnet` in the checkpoints. Sees geometry and time, but no text and no references."""

    def __init__(self, config: ControlConfig, in_channels: int, patch_size: tuple[int, int, int]):
        super().__init__()
        self.heads = config.num_heads
        self.controlnet_patch_embedding = nn.Conv3d(in_channels, config.conv_out_dim, patch_size, patch_size)
        self.controlnet_mask_embedding = GuidanceEmbedding(config, patch_size)
        narrower = config.conv_out_dim != config.dim
        self.proj_in = nn.Linear(config.conv_out_dim, config.dim) if narrower else nn.Identity()
        self.controlnet_blocks = nn.ModuleList(ControlBlock(config) for _ in range(config.num_layers))
        self.proj_out = nn.ModuleList(nn.Linear(config.dim, config.conv_out_dim) for _ in range(config.num_layers))

    def embed(self, video: torch.Tensor, render_latent: torch.Tensor, mask: torch.Tensor, rays: torch.Tensor | None,
              once: dict | None = None) -> torch.Tensor:
        """video [B,36,F,h,w], render_latent [B,16,F,h,w], mask [B or 1,1,F,8h,8w], rays [B or 1,6,F,8h,8w]
        -> [B,C,F,h/2,w/2]."""
        latent = torch.cat([video[:, :CONTROL_CHANNELS], render_latent], dim=1)
        return self.controlnet_patch_embedding(latent) + cached(once, self._embed_guidance, mask, rays, video.dtype)

    def _embed_guidance(self, mask: torch.Tensor, rays: torch.Tensor | None, dtype: torch.dtype) -> torch.Tensor:
        guidance = mask if rays is None else torch.cat([mask, rays], dim=1)
        return self.controlnet_mask_embedding(guidance.to(dtype))

    def forward(self, grid: torch.Tensor, temb: torch.Tensor, attention: Attention = sdpa,
                once: dict | None = None) -> Iterator[torch.Tensor]:
        """Yields one feature [B,N,C] per layer, when asked: twenty at once would fill several gigabytes."""
        x = self.proj_in(grid.flatten(2).transpose(1, 2))
        rope = cached(once, table_on, x.device, rope_table, x.shape[2] // self.heads, *map(range, grid.shape[2:]))
        return self._features(x, temb, rope, attention)  # a generator of its own, which does not hold the grid

    def _features(self, x, temb, rope, attention) -> Iterator[torch.Tensor]:
        for block, proj_out in zip(self.controlnet_blocks, self.proj_out):
            x = block(x, temb, rope, attention)
            yield proj_out(x)
