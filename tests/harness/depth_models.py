"""Tiny random depth networks of transformers' own classes."""
from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from transformers import BaseImageProcessor, PreTrainedModel


def depth_anything(kind: Literal["metric", "relative"]) -> tuple[PreTrainedModel, BaseImageProcessor]:
    from transformers import (
        DepthAnythingConfig,
        DepthAnythingForDepthEstimation,
        Dinov2Config,
        DPTImageProcessor,
    )

    vit = Dinov2Config(hidden_size=8, num_hidden_layers=4, num_attention_heads=2, mlp_ratio=2, image_size=28,
                       patch_size=14, out_indices=[1, 2, 3, 4], reshape_hidden_states=False)
    network = DepthAnythingForDepthEstimation(DepthAnythingConfig(
        backbone_config=vit, reassemble_hidden_size=8, neck_hidden_sizes=[4, 8, 8, 8], fusion_hidden_size=8,
        head_hidden_size=4, depth_estimation_type=kind, max_depth=20 if kind == "metric" else 1))
    if kind == "relative":
        network.head.conv3.bias.data += 1
    return network, DPTImageProcessor(size={"height": 28, "width": 28}, keep_aspect_ratio=True,
                                      ensure_multiple_of=14)
