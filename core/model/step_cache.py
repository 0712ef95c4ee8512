"""Work that is the same in every step of a sampling, done once."""

from __future__ import annotations

from collections.abc import Callable

import torch


def cached(once: dict | None, function: Callable, *inputs):
    """function(*inputs), or what it gave before for equal inputs.

    once belongs to the caller: new and empty for each sampling, dropped after it. Nothing else remembers anything.
    None = compute every time. The inputs are held too, so they must not change in place; nor may the weights meanwhile.
    """
    return function(*inputs) if once is None else _remembered(once, function, *inputs)


@torch.compiler.disable  # it looks at contents, which a compiled graph cannot
def _remembered(once: dict, function: Callable, *inputs):
    tensors = [value for value in inputs if torch.is_tensor(value)]
    known = once.setdefault((function, *(value for value in inputs if not torch.is_tensor(value))), [])
    for same in (torch.Tensor.is_set_to, _equal):  # contents count: samplers copy the same prompt for every step
        for before, result in known:
            if all(map(same, before, tensors)):
                return result
    known.append((tensors, function(*inputs)))
    return known[-1][1]


def _equal(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a.device == b.device and a.dtype == b.dtype and torch.equal(a, b)
