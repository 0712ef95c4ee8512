"""Options of a forward of the transformer that change its time and its VRAM, not its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import Tensor

from .attention.attention import Attention, RopeTable, sdpa
from .step_cache import Cache

if TYPE_CHECKING:
    from torch.distributed import ProcessGroup  # some builds of torch have none

# (tokens [B,N,C], context [B,M,C], modulation [B,6,C], rotary table) -> tokens
RunBlock = Callable[[Tensor, Tensor, Tensor, RopeTable], Tensor]
# (block number, what runs the block, and its four arguments) -> tokens
BlockHook = Callable[[int, RunBlock, Tensor, Tensor, Tensor, RopeTable], Tensor]


@dataclass(frozen=True)
class RunOptions:
    """attention   the function that computes attention
    block_hook  called instead of every block, which it may call; None = the block alone
    copies      the batch holds the same clips (noise, mask, timestep, memories) that many times with other
                prompts, as with classifier-free guidance (CFG): the control branch then runs on the first
                copy only
    cache       a dictionary of the caller that keeps results which do not change between steps, see
                step_cache.py; None = nothing is kept
    tables      likewise, for what depends on sizes and memories alone, not on weights: rotary tables, token
                groups and the memories on the device; for runs in which weights change between steps
    keep_keys   keep the keys and values of the prompt in every block too: at full size 630 MB for each
                prompt, and their weights are not read again
    portions    the blocks compute their tokens in so many portions, one after the other, which takes less
                VRAM
    group       the processes that share the tokens of the clip, see parallel.py; None = this one alone
    """

    attention: Attention = sdpa
    block_hook: BlockHook | None = None
    copies: int = 1
    cache: Cache | None = None
    tables: Cache | None = None
    keep_keys: bool = False
    portions: int = 1
    group: ProcessGroup | None = None
