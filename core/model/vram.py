"""How much VRAM one step of the model takes in addition to its weights, counted from shapes.

The count is the larger of two moments of a block (self-attention, feed-forward), plus the tensors that are
kept during the sampling. The attention kernel is assumed to be flash, memory-efficient or cuDNN attention,
which store no matrix of scores.
"""

from __future__ import annotations

import torch

from .attention.attention import SLICE
from .attention.correspondence import GROUP, KEY_ROWS
from .attention.receptive_field import ReceptiveField
from .control_values import VAE_STRIDE
from .transformer import WorldStereoTransformer

FLOAT = 4  # bytes
PATCH = 4  # latent cells of a token
PIXELS = PATCH * VAE_STRIDE ** 2  # of a token


def peak_bytes(net: WorldStereoTransformer, batch: int, tokens: int, reference_tokens: int = 0,
               dtype: torch.dtype = torch.bfloat16, portions: int = 1, controlled: bool = True,
               receptive_field: ReceptiveField | None = None) -> int:
    """Most bytes that a forward of `net` takes at once in addition to its parameters, with the step cache.

    batch: clips times prompts. tokens, reference_tokens: of one clip, 16x16 pixels each. dtype: number type
    of the computation. controlled: with the global-geometric memory. receptive_field: of the references,
    None = full.
    """
    each = batch * _dim(net) * dtype.itemsize  # bytes of one token
    video, references = each * tokens, each * reference_tokens
    both, weight = video + references, _copied_weight(net, dtype)
    widening = net.config["ffn_dim"] / _dim(net)
    projection = int(weight / widening)
    if portions == 1:
        hidden, ref_hidden = int(video * widening), int(references * widening)
        attention = 6 * both  # before and after the norm, q, k, v, result
        # before the block, after attention, normed or result; the video first, then the references
        feed = 3 * both + max(2 * hidden + projection + weight, hidden + 2 * weight,
                              2 * ref_hidden + 2 * weight)
    else:
        part = -(-max(tokens, reference_tokens) // portions)
        hidden = int(each * part * widening)
        slices = 3 * batch * _dim(net) * min(part, SLICE) * FLOAT
        attention = 4 * both + 3 * each * part + slices  # of all: before, k, v, result
        feed = 3 * both + each * part + 2 * hidden + 2 * weight
    # of all tokens, whatever the portions: as above, and keys and values once more
    if receptive_field is not None:
        gathered = 0 if receptive_field.matches is None else _gathered(net, batch, dtype)
        attention = 8 * both + gathered
    attention += 2 * projection
    return max(attention, feed) + _kept(net, batch, tokens, reference_tokens, dtype.itemsize, controlled)


def _kept(net: WorldStereoTransformer, batch: int, tokens: int, reference_tokens: int, itemsize: int,
          controlled: bool) -> int:
    """Bytes that are kept during the sampling or the step: inputs, embeddings, rotary tables, one block's
    context."""
    config, branch = net.config, net.controlnet
    context = batch * (3 * (512 + 257) * _dim(net) + 512 * config["text_dim"] + 257 * config["image_dim"])
    latents = PATCH * batch * (tokens * (2 * config["in_channels"] + 8 * config["out_channels"])
                               + reference_tokens * config["in_channels"])
    tables = 2 * FLOAT * (tokens + reference_tokens) * config["attention_head_dim"]
    if not controlled:
        return itemsize * (context + latents) + tables
    width = branch.width
    memory = PATCH * tokens * 2 * config["out_channels"] + 7 * PIXELS * tokens  # moved to the device
    embedded = tokens * (_dim(net) + batch * width)  # mask and rays; the branch's own tokens
    tables += 2 * FLOAT * tokens * width // branch.heads
    return itemsize * (context + latents + memory + embedded) + tables


def _gathered(net: WorldStereoTransformer, batch: int, dtype: torch.dtype) -> int:
    """Bytes of the references' keys and values that are gathered for the groups computed at once, and of what
    hides some of them."""
    return batch * KEY_ROWS * (2 * _dim(net) + GROUP) * dtype.itemsize


def _copied_weight(net: WorldStereoTransformer, dtype: torch.dtype) -> int:
    """Bytes of the copy of the largest weight that is used in another number type than it is stored in. The
    copies of two layers are there at once: ComfyUI's layers keep them for all streams and portions."""
    weight = net.largest_layer.weight
    return 0 if weight.dtype == dtype else weight.numel() * dtype.itemsize


def _dim(net: WorldStereoTransformer) -> int:
    return net.config["num_attention_heads"] * net.config["attention_head_dim"]
