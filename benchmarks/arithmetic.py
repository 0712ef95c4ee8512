"""Counts what a forward multiplies, by part of the model, and measures how long each part takes."""
from __future__ import annotations

import time
from collections import Counter

import torch
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode

from worldstereo.core.model.attention.correspondence import in_window
from worldstereo.core.model.attention.receptive_field import ReceptiveField

PARTS = ("control branch", "embeddings", "self-attention", "cross-attention", "feed-forward", "head")
REST = "norms, rotary angles, gates, copies"
TEXT_AND_IMAGE = (512, 257)  # keys of cross-attention


class Arithmetic(TorchFunctionMode):
    """Inside `with`: .flops and .seconds by part, of them .attention in the attention function alone, .total
    seconds.

    One multiplication and one addition are 2 FLOPs.

    Linear layers and convolutions belong to a part by the name of their weight, attention by its number of
    keys and heads. The rest of the time is everything that is neither; its arithmetic is not counted. Knows
    nothing of kernels that are not called through torch.nn.functional, such as those of the receptive field
    "correspondence".
    """

    def __init__(self, net: torch.nn.Module):
        super().__init__()
        self.parts = {id(parameter): part_of(name) for name, parameter in net.named_parameters()}
        self.heads = net.config.num_attention_heads
        self.device = next(net.parameters()).device
        self.flops, self.seconds, self.attention = Counter(), Counter(), Counter()

    def __enter__(self):
        self.began = self._now()
        return super().__enter__()

    def __exit__(self, *error):
        super().__exit__(*error)
        self.total = self._now() - self.began
        self.seconds[REST] = self.total - sum(self.seconds.values())

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if function not in (F.linear, F.conv3d, F.scaled_dot_product_attention):
            return function(*args, **kwargs)
        began = self._now()
        out = function(*args, **kwargs)
        part, flops = self._account(function, [*args, *kwargs.values()], out)
        seconds = self._now() - began
        self.seconds[part] += seconds
        self.flops[part] += flops
        if function is F.scaled_dot_product_attention:
            self.attention.update(flops=flops, seconds=seconds)
        return out

    def _account(self, function, args: list, out) -> tuple[str, int]:
        if function is F.scaled_dot_product_attention:
            q, k = args[:2]  # [B,heads,N,head_dim], which diffusers passes by name
            part = "control branch" if q.shape[1] != self.heads else (
                "cross-attention" if k.shape[2] in TEXT_AND_IMAGE else "self-attention")
            return part, 4 * q.numel() * k.shape[2]
        weight = args[1]
        return self.parts[id(weight)], 2 * out.numel() * weight[0].numel()

    def _now(self) -> float:
        if self.device.type == "cuda":
            torch.cuda.synchronize()
            return time.perf_counter()
        return time.process_time()  # of this process alone, which others on the machine do not lengthen


def part_of(name: str) -> str:
    """The part of the model that a parameter belongs to."""
    if name.startswith("controlnet."):
        return "control branch"
    if name.startswith("blocks."):
        names = {"attn1": "self-attention", "attn2": "cross-attention", "ffn": "feed-forward"}
        return names.get(name.split(".")[2], "embeddings")
    return "head" if name.startswith("proj_out") else "embeddings"


def pairs_asked_for(field: ReceptiveField, references: int, tokens: int) -> int:
    """(query, key) pairs of the joint attention under this rule, with so many tokens in each frame and
    reference."""
    frames = len(field.assignment)
    assigned = torch.tensor(field.assignment) >= 0
    # video to video, and what the references see: themselves and the frames that were assigned to them
    common = (frames * tokens) ** 2 + (references + int(assigned.sum())) * tokens ** 2
    if field.matches is None:
        return common + int(assigned.sum()) * tokens ** 2
    size = field.matches.shape[1:3]
    unmatched = (field.matches < 0).all(-1).flatten(1).sum(1)
    near = sum(int(in_window(of_frame.flatten(0, 1), size, field.window).sum()) for of_frame in field.matches)
    return common + int(unmatched[assigned].sum()) * tokens + near
