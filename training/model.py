"""WorldStereo-Nano: the sizes of the model, and a start from which it has little left to learn.

Outside holes the start copies its render (copy_render.py). Besides, one head of every
block looks at the reference token at the same place of its own key frame: its queries and keys are constant,
and their rotary phases meet when the key lies one picture's width further right, where the references are. A
fraction of what it sees is added to the render. From random weights, such attention appears late or never.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from make_tiny_model import CONTROL, NANO, random_state

from ..core.model import blocks, control_branch, transformer
from ..core.model.attention.rope import THETA, RopeTable, reference_rope_table, rope_table
from ..core.model.control_config import ControlConfig
from ..core.model.transformer import WorldStereoTransformer
from .copy_render import QUIET, TOKEN, copy_render

HEAD_DIM = NANO["attention_head_dim"]
LONGEST = 21  # key frames of a clip
COLUMNS = 24  # tokens across a picture of 384 pixels, the width that it is trained for
SLOWEST = 0.08  # rotary frequencies below this tell neighbours apart too little to be used
CONSTANT, STRENGTH, COPIED = 2.0, 2.0, 0.3
FIXED = ("attn2", "text_embedder", "image_embedder", "norm2.weight", "norm2.bias")  # the ways of prompts


def start_model() -> WorldStereoTransformer:
    """A model that copies its render and faintly its references; `requires_grad` marks what training
    changes."""
    with torch.device("meta"):
        model = WorldStereoTransformer(NANO, ControlConfig(**CONTROL), memory=True)
    model.load_state_dict({name: tensor.float() for name, tensor in random_state(model).items()}, assign=True)
    rays = model.controlnet.controlnet_mask_embedding.mask_proj[0].weight[:, 1:].detach().clone()
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not any(part in name for part in FIXED))
    copy_render(model)
    with torch.no_grad():
        model.controlnet.controlnet_mask_embedding.mask_proj[0].weight[:, 1:] = QUIET * rays
        model.camera_embedding[4].weight.mul_(QUIET)
        for block in model.blocks:
            look_at_same_place(block.attn1)
    leave_prompts_out(model)
    return model


@torch.no_grad()
def look_at_same_place(attention: nn.Module) -> None:
    """Sets head 1 of a block's self-attention."""
    head = slice(HEAD_DIM, 2 * HEAD_DIM)
    for layer, norm, constant in zip(
        (attention.to_q, attention.to_k), (attention.norm_q, attention.norm_k), constant_pair()
    ):
        layer.weight[head] *= 0.02
        layer.bias[head] = CONSTANT * constant
        norm.weight[head] = STRENGTH
    attention.to_v.weight[head] = 0
    attention.to_v.weight[head, :TOKEN] = torch.eye(TOKEN)
    attention.to_v.bias[head] = 0
    attention.to_out[0].weight[:, head] *= QUIET
    attention.to_out[0].weight[TOKEN : 2 * TOKEN, head] += COPIED * torch.eye(TOKEN)


def constant_pair() -> tuple[Tensor, Tensor]:
    """Query and key [HEAD_DIM] whose product, both rotated, is largest when the key lies COLUMNS further
    right in the same row and frame."""
    spatial = 2 * (HEAD_DIM // 6)
    query, key = [], []
    for dim, apart in ((HEAD_DIM - 2 * spatial, 0), (spatial, 0), (spatial, COLUMNS)):
        frequency = THETA ** -(torch.arange(0, dim, 2) / dim)
        on = (frequency > SLOWEST).float()
        query.append(torch.stack([on, 0 * on], 1).flatten())
        key.append(
            torch.stack([on * torch.cos(apart * frequency), -on * torch.sin(apart * frequency)], 1).flatten()
        )
    return torch.cat(query), torch.cat(key)


@torch.no_grad()
def widen(model: nn.Module, columns: int) -> None:
    """Makes a model that looked this many columns away for its references look COLUMNS away: turns the keys
    of head 1 by what the rotary phases change. The model then needs some training at the new width."""
    spatial = 2 * (HEAD_DIM // 6)
    pairs = slice(2 * HEAD_DIM - spatial, 2 * HEAD_DIM)  # of head 1, those of the column
    angle = (COLUMNS - columns) * THETA ** -(torch.arange(0, spatial, 2) / spatial)
    for block in model.blocks:
        layer, size = block.attn1.to_k, block.attn1.norm_k.weight[pairs]
        for values in (layer.weight, layer.bias):
            even, odd = (
                (size.view(-1, *[1] * (values.ndim - 1)) * values[pairs]).unflatten(0, (-1, 2)).unbind(1)
            )
            c, s = (wave(angle).view(-1, *[1] * (values.ndim - 1)) for wave in (torch.cos, torch.sin))
            turned = torch.stack([c * even + s * odd, c * odd - s * even], 1).flatten(0, 1)
            values[pairs] = turned / size.view(-1, *[1] * (values.ndim - 1))


@contextmanager
def key_frames_at(times: Sequence[int]) -> Iterator[None]:
    """Gives the key frames of clips, in this process, these places in time instead of 0, 1, 2 ... So a short
    clip, which is quick to learn from, stands for a long one whose other frames are not there."""

    def of_video(head_dim: int, t: Sequence[int], h: Sequence[int], w: Sequence[int]) -> RopeTable:
        return rope_table(head_dim, [times[i] for i in t], h, w)

    def of_references(head_dim: int, ref_index: Sequence[int], rows: int, columns: int) -> RopeTable:
        return reference_rope_table(head_dim, [times[i + 1] - 1 for i in ref_index], rows, columns)

    try:
        transformer.rope_table = control_branch.rope_table = of_video
        transformer.reference_rope_table = of_references
        yield
    finally:
        transformer.rope_table = control_branch.rope_table = rope_table
        transformer.reference_rope_table = reference_rope_table


def leave_prompts_out(model: WorldStereoTransformer) -> None:
    """Skips, for this process, the work on prompts, of which nothing arrives: `write_model` has zeros in
    its place."""
    model._context = lambda *prompts: None
    blocks.context_keys = lambda *context: None
    blocks.cross_attention = lambda attn, x, *context: torch.zeros_like(x)
