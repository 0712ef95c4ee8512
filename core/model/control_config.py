"""Sizes of the control branch, which are not in diffusers' own configuration."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ControlConfig:
    """Control branch of the released models (`controlnet_cfg` in their config.json).

    `num_heads` and `update_ref` do not show in the weights; the defaults are those of the released models.
    """

    dim: int = 1024
    ffn_dim: int = 4096
    num_heads: int = 16
    num_layers: int = 20
    conv_out_dim: int = 5120
    time_embed_dim: int = 5120
    add_channels: int = 7  # hole mask 1 + Pluecker rays 6
    mid_channels: int = 256
    main_camera_embedding: bool = True  # whether a memory model has the pose MLP
    camera_embedding_dim: int = 7  # quaternion 4 + translation 3
    update_ref: bool = True
