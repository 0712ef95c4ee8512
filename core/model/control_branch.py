"""The control branch: injects the rendered global-geometric memory into the video model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch
from diffusers.models.normalization import FP32LayerNorm
from diffusers.models.transformers.transformer_wan import WanAttention
from einops import rearrange
from torch import Tensor, nn

from .attention.attention import Attention, JointAttention, RopeTable, sdpa, self_attention
from .attention.rope import rope_table, table_on
from .control_config import ControlConfig
from .control_values import VAE_STRIDE, GeometricControl
from .modulation import add_gated, modulate
from .parallel import own_rope, own_tokens, shared_attention
from .step_cache import Cache, from_cache

if TYPE_CHECKING:
    from torch.distributed import ProcessGroup

GROUP_CHANNELS = 8
CONTROL_CHANNELS = 20  # noisy latent 16 + mask 4: the part of the video input that the branch sees


class ModulatedNorm(nn.Module):
    """LayerNorm modulated by its own projection of the time embedding."""

    def __init__(self, dim: int, time_embed_dim: int):
        super().__init__()
        self.linear = nn.Linear(time_embed_dim, 3 * dim)
        self.norm = FP32LayerNorm(dim, eps=1e-5)

    def forward(self, x: Tensor, temb: Tensor) -> tuple[Tensor, Tensor]:
        """Tokens x [B,N,C], time embedding [B or more,T] -> normed tokens [B,N,C] and gate [B,1,C]."""
        # temb may have rows for further copies of x: with other batch sizes this product has other last
        # digits
        modulation = self.linear(nn.functional.silu(temb))[:len(x)]
        shift, scale, gate = modulation.float().unsqueeze(1).chunk(3, dim=-1)
        return modulate(self.norm, x, shift, scale), gate


class ControlBlock(nn.Module):
    """Self-attention and feed-forward, both modulated by the time embedding."""

    def __init__(self, config: ControlConfig):
        super().__init__()
        dim = config.dim
        self.norm1 = ModulatedNorm(dim, config.time_embed_dim)
        self.self_attn = WanAttention(dim, config.num_heads, dim // config.num_heads, eps=1e-6)
        self.norm2 = ModulatedNorm(dim, config.time_embed_dim)
        self.ffn = nn.Sequential(nn.Linear(dim, config.ffn_dim), nn.GELU("tanh"),
                                 nn.Linear(config.ffn_dim, dim))

    def forward(self, x: Tensor, temb: Tensor, rope: RopeTable, attention: Attention = sdpa,
                joint: JointAttention | None = None) -> Tensor:
        """Tokens x [B,N,C] -> the same shape; temb: see ModulatedNorm, joint: see self_attention."""
        y, gate = self.norm1(x, temb)
        x = add_gated(x, self_attention(self.self_attn, [(y, rope)], attention, joint)[0], gate)
        y, gate = self.norm2(x, temb)
        return add_gated(x, self.ffn(y), gate)


class MaskEmbedding(nn.Module):
    """Hole mask and camera rays at pixel resolution -> one vector per token."""

    def __init__(self, config: ControlConfig, patch_size: tuple[int, int, int]):
        super().__init__()
        pixels, mid = (1, VAE_STRIDE, VAE_STRIDE), config.mid_channels
        self.mask_proj = nn.Sequential(nn.Conv3d(config.add_channels, mid, pixels, pixels),
                                       nn.GroupNorm(mid // GROUP_CHANNELS, mid), nn.SiLU())
        self.mask_zero_proj = nn.Conv3d(mid, config.conv_out_dim, patch_size, patch_size)

    def forward(self, mask_and_rays: Tensor) -> Tensor:
        """[1,7,F,8h,8w] -> [1,C,F,h/2,w/2]."""
        return self.mask_zero_proj(self.mask_proj(mask_and_rays))


class ControlBranch(nn.Module):
    """Named `controlnet` in the checkpoints. Its inputs are geometry and time, no text and no references.

    So the prompts of classifier-free guidance (CFG) share it: of a batch that holds the same clip once for
    each prompt it computes the first copy only (`copies`), and its features are added to all (add_feature).
    """

    def __init__(self, config: ControlConfig, in_channels: int, patch_size: tuple[int, int, int]):
        super().__init__()
        self.width, self.heads = config.dim, config.num_heads
        self.controlnet_patch_embedding = nn.Conv3d(in_channels, config.conv_out_dim, patch_size, patch_size)
        self.controlnet_mask_embedding = MaskEmbedding(config, patch_size)
        narrower = config.conv_out_dim != config.dim
        self.proj_in = nn.Linear(config.conv_out_dim, config.dim) if narrower else nn.Identity()
        self.controlnet_blocks = nn.ModuleList(ControlBlock(config) for _ in range(config.num_layers))
        self.proj_out = nn.ModuleList(nn.Linear(config.dim,
                                                config.conv_out_dim) for _ in range(config.num_layers))

    def features(self, video: Tensor, control: GeometricControl, temb: Tensor, copies: int = 1,
                 attention: Attention = sdpa, cache: Cache | None = None,
                 tables: Cache | None = None, group: ProcessGroup | None = None) -> Iterator[Tensor]:
        """For each control layer a feature [B/copies,N,C] of the model input `video` [B,36,F,h,w], see
        forward."""
        grid = self.embed(video, control, cache, tables)[:len(video) // copies]
        return self(grid, temb, attention, tables, group)

    def embed(self, video: Tensor, control: GeometricControl, cache: Cache | None = None,
              tables: Cache | None = None) -> Tensor:
        """Model input [B,36,F,h,w] and memory of the clip -> input of the blocks, [B,C,F,h/2,w/2]."""
        render_latent = from_cache(tables, Tensor.to, control.render_latent, video.device, video.dtype)
        render_latent = render_latent.expand(len(video), -1, -1, -1, -1)
        latent = torch.cat([video[:, :CONTROL_CHANNELS], render_latent], dim=1)
        mask_and_rays = from_cache(cache, self._embed_mask, control.mask, control.pluecker,
                                   video.device, video.dtype)
        return self.controlnet_patch_embedding(latent) + mask_and_rays

    def _embed_mask(self, mask: Tensor, pluecker: Tensor | None, device: torch.device,
                    dtype: torch.dtype) -> Tensor:
        """[1,C,F,h/2,w/2] of hole mask and camera rays."""
        parts = [mask] if pluecker is None else [mask, pluecker]
        return self.controlnet_mask_embedding(torch.cat([part.to(device, dtype) for part in parts], dim=1))

    def forward(self, grid: Tensor, temb: Tensor, attention: Attention = sdpa,
                tables: Cache | None = None, group: ProcessGroup | None = None) -> Iterator[Tensor]:
        """Grid [B,C,F,h/2,w/2] of embed, time embedding [B or more,T] -> one feature [B,N,C] for each layer,
        of the tokens of this process.

        Each feature is computed when the caller takes it: twenty at once would take several gigabytes.
        """
        x = self.proj_in(rearrange(grid, "b c f h w -> b (f h w) c"))
        rope = from_cache(tables, table_on, x.device, rope_table, x.shape[2] // self.heads,
                      *map(range, grid.shape[2:]))
        joint = shared_attention(group, [x.shape[1]])
        # a generator of its own, which does not hold the grid
        return self._run_blocks(own_tokens(x, group), temb, own_rope(rope, group), attention, joint)

    def _run_blocks(self, x: Tensor, temb: Tensor, rope: RopeTable, attention: Attention,
                    joint: JointAttention | None) -> Iterator[Tensor]:
        for block, proj_out in zip(self.controlnet_blocks, self.proj_out):
            x = block(x, temb, rope, attention, joint)
            yield proj_out(x)


def add_feature(x: Tensor, feature: Tensor | None, strength: float, copies: int) -> Tensor:
    """x [copies*B,N,C] + strength * feature [B,N,C] of the control branch; None = it has no layer here."""
    if feature is None:
        return x
    weighted = feature if strength == 1 else strength * feature
    added = rearrange(x, "(copies b) n c -> copies b n c", copies=copies) + weighted
    return rearrange(added, "copies b n c -> (copies b) n c")
