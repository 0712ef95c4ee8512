"""Finds out what a checkpoint is from names and shapes of its tensors; config.json adds only what these do
not show."""

from __future__ import annotations

import re
from math import prod

from ...values import quoted, require
from ..control_config import ControlConfig

HEAD_DIM, CONTROL_HEAD_DIM = 128, 64  # of all released models; the tensors do not show the number of heads
Shapes = dict[str, tuple[int, ...]]
POSE_MLP = "camera_embedding.0.weight"

# What a checkpoint is made of. The released `camera` and `memory` files lack whole groups, which are the base
# model's.
_GROUPS = {
    "the cross-attention": r"blocks\.\d+\.(attn2|norm2)\.",
    "the feed-forward layers": r"blocks\.\d+\.ffn\.",
    "the self-attention": r"blocks\.\d+\.attn1\.",
    "the embeddings": r"(patch_embedding|condition_embedder)\.",
    "the output head": r"proj_out\.",
}
# Settings that the tensors do not show either, the same in all Wan 2.1 models.
_FIXED = {"qk_norm": "rms_norm_across_heads", "eps": 1e-6, "rope_max_seq_len": 1024,
          "pos_embed_seq_len": None}
# Settings of the official code whose other values change the network; the released models do not use those.
_SUPPORTED = {"mask_downsample": 1, "interp": False, "ref_embedding": False}


def missing_groups(shapes: Shapes) -> tuple[str, ...]:
    """The parts of the network of which there is no tensor at all. ValueError when this is no WorldStereo
    model."""
    require(any(name.startswith("controlnet.") for name in shapes),
            "This is not a WorldStereo model: it has no controlnet.* tensors; "
            "choose worldstereo-memory-dmd, worldstereo-memory or worldstereo-camera.")
    return tuple(group for group, names in _GROUPS.items()
                 if not any(re.match(names, name) for name in shapes))


def variant_of(shapes: Shapes, config: dict, complete: bool) -> str:
    """'camera', 'memory' or 'memory-dmd'.

    Memory models have a pose MLP, unless config.json says that they have none. Then their tensors are those
    of a camera model, and a dmd_* key or update_ref, which only memory models read, is taken for the mark of
    one. That is an assumption: no released model is of this kind, and a camera model that carries both
    settings would be taken for a memory model, which does not run without references.
    Both memory models have the same tensors. The distilled one is recognised by the dmd_* keys of its
    config.json or, where there is none, by being complete: only the distilled model is released that way.
    """
    distilled = any(key.startswith("dmd_") for key in config) if config else complete
    if not any(name.startswith("camera_embedding.") for name in shapes):
        control = _given(config, "controlnet_cfg")
        without_mlp = control.get("main_camera_embedding") is False and (distilled or "update_ref" in control)
        if not without_mlp:
            return "camera"
    return "memory-dmd" if distilled else "memory"


def wan_config(shapes: Shapes, config: dict) -> dict:
    """Arguments of diffusers' WanTransformer3DModel for a complete checkpoint."""
    dim, in_channels, *patch_size = _shape(shapes, "patch_embedding.weight", 5)
    text = _shape(shapes, "condition_embedder.text_embedder.linear_1.weight", 2)
    time = _shape(shapes, "condition_embedder.time_embedder.linear_1.weight", 2)
    image = _shape(shapes, "condition_embedder.image_embedder.norm1.weight", 1)
    image_keys = _shape(shapes, "blocks.0.attn2.add_k_proj.weight", 2)
    detected = {
        "patch_size": patch_size, "in_channels": in_channels, "text_dim": text[1], "freq_dim": time[1],
        "out_channels": _shape(shapes, "proj_out.weight", 2)[0] // prod(patch_size),
        "ffn_dim": _shape(shapes, "blocks.0.ffn.net.0.proj.weight", 2)[0],
        "num_layers": _count(shapes, r"blocks\.(\d+)\."),
        "image_dim": image[0], "added_kv_proj_dim": image_keys[1],
        "cross_attn_norm": "blocks.0.norm2.weight" in shapes,
    }
    given = _given(config, "wan_config")
    heads = _heads(dim, given, "num_attention_heads", HEAD_DIM, "wan_config")
    detected |= {**_FIXED, "num_attention_heads": heads, "attention_head_dim": dim // heads}
    _agree(detected, given, "wan_config")
    return detected


def control_config(shapes: Shapes, config: dict) -> ControlConfig:
    """Sizes of the control branch and the pose embedding."""
    mask_proj = "controlnet.controlnet_mask_embedding.mask_proj.0.weight"
    mid_channels, add_channels = _shape(shapes, mask_proj, 5)[:2]
    ffn_dim, dim = _shape(shapes, "controlnet.controlnet_blocks.0.ffn.0.weight", 2)
    detected = {
        "dim": dim, "ffn_dim": ffn_dim,
                "num_layers": _count(shapes, r"controlnet\.controlnet_blocks\.(\d+)\."),
        "conv_out_dim": _shape(shapes, "controlnet.controlnet_patch_embedding.weight", 5)[0],
        "time_embed_dim": _shape(shapes, "controlnet.controlnet_blocks.0.norm1.linear.weight", 2)[1],
        "add_channels": add_channels, "mid_channels": mid_channels,
    }
    if POSE_MLP in shapes:
        detected |= {"main_camera_embedding": True, "camera_embedding_dim": _shape(shapes, POSE_MLP, 2)[1]}
    given = _given(config, "controlnet_cfg")
    _agree(detected, given, "controlnet_cfg")
    for key, value in _SUPPORTED.items():
        require(given.get(key, value) == value,
                f"config.json has controlnet_cfg.{key} = {quoted(given.get(key))}; "
                f"only {value!r}, which the released models use, is implemented.")
    switches = {key: given.get(key, True) for key in ("update_ref", "main_camera_embedding")}
    for key, value in switches.items():
        require(isinstance(value, bool),
                f"config.json has controlnet_cfg.{key} = {quoted(value)}; expected true or false.")
    heads = _heads(dim, given, "num_heads", CONTROL_HEAD_DIM, "controlnet_cfg")
    return ControlConfig(**{**detected, **switches}, num_heads=heads)


def _shape(shapes: Shapes, name: str, dimensions: int) -> tuple[int, ...]:
    require(name in shapes, f"The checkpoint has no tensor {name}; download or merge it again.")
    shape = shapes[name]
    require(len(shape) == dimensions and min(shape) > 0,
            f"The tensor {name} has the shape {list(shape)}; expected {dimensions} dimensions, none of them "
            "empty.")
    return shape


def _count(shapes: Shapes, pattern: str) -> int:
    return len({match[1] for name in shapes if (match := re.match(pattern, name))})


def _given(config: dict, section: str) -> dict:
    given = config.get(section) or {}
    require(isinstance(given, dict), f"config.json has {section} = {quoted(given)}; expected an object.")
    return {key: value for key, value in given.items() if value is not None}


def _heads(dim: int, given: dict, key: str, head_dim: int, section: str) -> int:
    heads = given.get(key, dim // head_dim)
    require(type(heads) is int and heads > 0 and dim % heads == 0,
            f"{dim} channels cannot be split into {heads!r} attention heads; correct {section}.{key} in "
            "config.json.")
    return heads


def _agree(detected: dict, given: dict, section: str) -> None:
    for key, value in detected.items():
        if key in given and given[key] != value:
            raise ValueError(f"config.json says {section}.{key} = {quoted(given[key])}, but these weights "
                             f"need {value!r}; the two files do not belong together.")
