"""One clip computed by several processes of torch.distributed, each with a device of its own.

    dist.init_process_group()                 # under torchrun
    mesh = clip_mesh("cuda", prompts=2)       # 2: one half of the processes for each prompt of guidance
    latent = sample_key_frames(transformer, ..., mesh=mesh)

Every process has a part of the tokens of each stream (context parallelism). For self-attention they exchange:

- tokens for heads, all to all (Ulysses): each process then has all tokens of some heads, so every receptive
  field and every attention function works as in one process;
- where there are fewer heads than processes: keys and values of all tokens are gathered by every process.

The rest of a block looks at one token at a time. The numbers of tokens and heads need not be multiples of the
number of processes.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
import torch.distributed as dist
from einops import rearrange
from torch import Tensor

from ..values import require
from .attention.attention import QKV, Attention, JointAttention, RopeTable

if TYPE_CHECKING:
    from torch.distributed.device_mesh import DeviceMesh

PROMPTS, TOKENS = "prompts", "tokens"  # the axes of the mesh


def clip_mesh(device_type: str, prompts: int = 1) -> DeviceMesh:
    """All processes of torch.distributed as a mesh [prompts,tokens] for sample_key_frames.

    prompts: 2 = each half of the processes runs one prompt of guidance, which sends the least; 1 = all run
    both, one after the other. ValueError when their number is odd and prompts is 2.
    """
    from torch.distributed.device_mesh import init_device_mesh  # some builds of torch have none

    processes = dist.get_world_size()
    require(prompts in (1, 2) and processes % prompts == 0,
            f"{processes} processes cannot be split for {prompts} prompts; expected 1, or 2 with an even "
            "number of processes.")
    return init_device_mesh(device_type, (prompts, processes // prompts), mesh_dim_names=(PROMPTS, TOKENS))


def group_of(mesh: DeviceMesh | None, axis: str) -> dist.ProcessGroup | None:
    """This process's group along an axis of the mesh, None where it is alone."""
    return None if mesh is None or mesh[axis].size() == 1 else mesh[axis].get_group()


def own_tokens(x: Tensor, group: dist.ProcessGroup | None) -> Tensor:
    """The part [...,n,C] of all tokens [...,N,C] that this process computes; without a group all of them."""
    return x if group is None else x.tensor_split(group.size(), dim=-2)[group.rank()]


def own_rope(rope: RopeTable, group: dist.ProcessGroup | None) -> RopeTable:
    """The rotary table [n,head_dim] of own_tokens."""
    cos, sin = (own_tokens(t, group) for t in rope)
    return cos, sin


@torch.compiler.disable()
def all_tokens(x: Tensor, tokens: int, group: dist.ProcessGroup | None) -> Tensor:
    """All tokens [...,N,C] of the parts x [...,n,C] of the processes; tokens = N."""
    if group is None:
        return x
    sizes = part_sizes(tokens, group.size())
    # gloo takes parts of one size only
    parts = gathered(torch.nn.functional.pad(x, (0, 0, 0, sizes[0] - x.shape[-2])), group)
    return torch.cat([part[..., :size, :] for part, size in zip(parts, sizes)], dim=-2)


def gathered(x: Tensor, group: dist.ProcessGroup) -> Tensor:
    """[P,...] of the tensors x [...], equal in shape, of all P processes."""
    parts = x.new_empty(group.size(), *x.shape)
    dist.all_gather(list(parts), x.contiguous(), group)
    return parts


def part_sizes(count: int, parts: int) -> list[int]:
    """Sizes of the parts into which tensor_split cuts so many entries; the first is the largest."""
    return [(count + parts - 1 - i) // parts for i in range(parts)]


def shared_attention(group: dist.ProcessGroup | None, tokens: Sequence[int],
                     joint: JointAttention | None = None) -> JointAttention | None:
    """`joint` for streams of which each process has own_tokens; tokens: how many each stream has in all."""
    return joint if group is None else functools.partial(_attend, group, tokens, joint)


@torch.compiler.disable()
def _attend(group: dist.ProcessGroup, tokens: Sequence[int], joint: JointAttention | None, *streams: QKV,
            heads: int, attention: Attention) -> list[Tensor]:
    """A JointAttention of the streams' parts [B,n,C]."""
    if heads >= group.size():
        return _attend_by_heads(group, tokens, joint or _all_to_all, streams, heads, attention)
    require(joint is None,
            f"{group.size()} processes share {heads} heads, which the receptive field cannot: use at most "
            f"{heads} processes for a clip, or 'full' in 'Apply Spatial-Stereo Memory'.")
    return _attend_to_gathered(group, tokens, streams, heads, attention)


def _all_to_all(*streams: QKV, heads: int, attention: Attention) -> list[Tensor]:
    """The JointAttention of streams [B,N,C] in which every token attends to every token."""
    q, k, v = (torch.cat(parts, dim=1) for parts in zip(*streams))
    return list(attention(q, k, v, heads).split([q.shape[1] for q, *_ in streams], dim=1))


def _attend_by_heads(group: dist.ProcessGroup, tokens: Sequence[int], joint: JointAttention,
                     streams: Sequence[QKV], heads: int, attention: Attention) -> list[Tensor]:
    rank, own_heads = group.rank(), part_sizes(heads, group.size())
    sizes = list(zip(*(part_sizes(count, group.size()) for count in tokens)))  # of each process, by stream
    # queries, keys and values [3,B,n,heads,d] of both streams travel together
    packed = torch.stack([torch.cat(parts, dim=1) for parts in zip(*streams)])
    packed = rearrange(packed, "qkv b n (h d) -> qkv b n h d", h=heads)
    lead, d = packed.shape[:2], packed.shape[-1]
    received = _exchange(packed.split(own_heads, dim=3),
                         [torch.Size((*lead, sum(size), own_heads[rank], d)) for size in sizes], group)
    by_stream = zip(*(part.split(size, dim=2) for part, size in zip(received, sizes)))
    whole = [rearrange(torch.cat(parts, dim=2), "qkv b n h d -> qkv b n (h d)") for parts in by_stream]
    del packed, received
    seen = joint(*((q, k, v) for q, k, v in whole), heads=own_heads[rank], attention=attention)
    seen = [rearrange(out, "b n (h d) -> b n h d", d=d) for out in seen]
    parts = [torch.cat(part, dim=1) for part in zip(*(out.tensor_split(group.size(), dim=1) for out in seen))]
    mine = parts[rank].shape[:2]
    received = _exchange(parts, [torch.Size((*mine, count, d)) for count in own_heads], group)
    return list(rearrange(torch.cat(received, dim=2), "b n h d -> b n (h d)").split(sizes[rank], dim=1))


def _exchange(parts: Sequence[Tensor], shapes: Sequence[torch.Size],
              group: dist.ProcessGroup) -> list[Tensor]:
    """Sends each process its part; returns what each of them sent, of these shapes."""
    sent, sizes = torch.cat([part.flatten() for part in parts]), [shape.numel() for shape in shapes]
    received = sent.new_empty(sum(sizes))
    dist.all_to_all_single(received, sent, sizes, [part.numel() for part in parts], group)
    return [part.view(shape) for part, shape in zip(received.split(sizes), shapes)]


def _attend_to_gathered(group: dist.ProcessGroup, tokens: Sequence[int], streams: Sequence[QKV], heads: int,
                        attention: Attention) -> list[Tensor]:
    k, v = (torch.cat([all_tokens(stream[i], count, group) for stream, count in zip(streams, tokens)], dim=1)
            for i in (1, 2))
    q = torch.cat([q for q, *_ in streams], dim=1)
    return list(attention(q, k, v, heads).split([q.shape[1] for q, *_ in streams], dim=1))
