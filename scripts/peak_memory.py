"""The most memory that tensors take at once while some code runs, counted instead of measured.

On torch's meta device this is exact for sizes that no machine at hand could hold. What a kernel allocates
inside is not seen (workspaces of matrix products: some 10 MB on a GPU), nor what an allocator wastes by
rounding and fragments.
"""
from __future__ import annotations

import weakref

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter


class PeakMemory(TorchDispatchMode):
    """Counts the storages that operations allocate while it is active; `known` tensors existed before.

    now, peak: bytes; at_peak: sizes [bytes] of the storages that were alive then, largest first.
    """

    def __init__(self, known=()):
        super().__init__()
        self.now = self.peak = 0
        self.at_peak, self._alive, self._known = [], {}, {id(t.untyped_storage()): t for t in known}

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for tensor in tree_iter(result):
            if torch.is_tensor(tensor):
                self._count(tensor.untyped_storage())
        return result

    def _count(self, storage) -> None:
        key, size = id(storage), storage.nbytes()
        if key in self._alive or key in self._known or not size:
            return
        self._alive[key] = size
        self.now += size
        weakref.finalize(storage, self._forget, key)
        if self.now > self.peak:
            self.peak, self.at_peak = self.now, sorted(self._alive.values(), reverse=True)

    def _forget(self, key) -> None:
        self.now -= self._alive.pop(key, 0)


def fused_attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, heads: int) -> torch.Tensor:
    """Allocates what flash, memory-efficient and cuDNN attention allocate: the result and its
    log-sum-exps."""
    q.new_empty(q.shape[0], heads, q.shape[1], dtype=torch.float32)
    return torch.empty_like(q)
