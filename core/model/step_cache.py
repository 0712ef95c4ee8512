"""A cache for work that is the same in every step of a sampling."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor

Result = TypeVar("Result")
# (function, its inputs that are no tensors) -> [(its tensors, its result)]. It belongs to the caller: new and
# empty for each sampling, dropped after it. There is no other cache.
Cache = dict[tuple, list[tuple[list[Tensor], Any]]]


def from_cache(cache: Cache | None, function: Callable[..., Result], *inputs: object) -> Result:
    """function(*inputs), or its earlier result for equal inputs; without a cache it is computed every time.

    The inputs are kept too, so they must not change in place; nor may the weights while the cache is in use.
    """
    return function(*inputs) if cache is None else _look_up(cache, function, *inputs)


@torch.compiler.disable()  # it looks at contents, which a compiled graph cannot
def _look_up(cache: Cache, function: Callable[..., Result], *inputs: object) -> Result:
    tensors = [value for value in inputs if isinstance(value, Tensor)]
    known = cache.setdefault((function, *(value for value in inputs if not isinstance(value, Tensor))), [])
    for same in (operator.is_, _equal):  # contents count: samplers copy the same prompt for every step
        for before, result in known:
            if all(map(same, before, tensors)):
                return result
    known.append((tensors, function(*inputs)))
    return known[-1][1]


def _equal(a: Tensor, b: Tensor) -> bool:
    return a.device == b.device and a.dtype == b.dtype and a.shape == b.shape and torch.equal(a, b)
