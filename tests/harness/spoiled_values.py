"""Every value of a workflow or of a JSON file, spoiled in one place as it could come from other nodes."""
from __future__ import annotations

import copy
import dataclasses
import math
import random
from typing import Any

import torch
from torch import Tensor

from hostile_texts import HOSTILE

INTEGERS = [0, 1, -1, 2, 3, 7, 10 ** 6, 2 ** 31, 2 ** 63, -2 ** 63, 10 ** 30]
NUMBERS = [0.0, -0.0, 0.5, -1.0, 1e-30, 1e-6, 1e6, 1e30, 1e308, -1e308, math.nan, math.inf, -math.inf]
JUNK = [None, "x", b"x", math.nan, True, 1.5, -1, 10 ** 400, 1j, [], {}, [1, 2], [None] * 3, {"x": 1},
        [[[[1]]]], "7" * 5000]
DTYPES = [torch.float64, torch.float16, torch.bfloat16, torch.uint8, torch.int64, torch.bool, torch.complex64,
          torch.float8_e4m3fn]
ENTRIES = [math.nan, math.inf, -math.inf, -5.0, 1e30, 3e38, 1e-30, 0.0]
LAYOUTS = {"sparse": Tensor.to_sparse, "on meta": lambda t: t.to("meta"), "as a list": Tensor.tolist,
           "as NumPy": lambda t: t.numpy(), "transposed": lambda t: t.transpose(0, -1),
           "negative": lambda t: -t,
           "times 255": lambda t: t * 255, "with gradient": lambda t: t.clone().requires_grad_(),
           "one too many": lambda t: torch.cat([t, t[:1]]), "the first alone": lambda t: t[:1],
           "flat": Tensor.flatten,
           "none": lambda t: t[:0], "with no batch axis": lambda t: t[0],
           "with a batch axis": lambda t: t[None],
           "cut at the end": lambda t: t[..., :-1], "doubled at the end": lambda t: torch.cat([t, t], -1),
           "narrow": lambda t: t.narrow(min(2, t.ndim - 1), 0, 0), "expanded": lambda t: t[:1].expand_as(t)}


def spoiled(value: Any, rng: random.Random, said: list[str]) -> Any:
    """The value with one thing changed, itself left as it is; what was changed is added to `said` before a
    constructor may refuse it."""
    if rng.random() < 0.05:
        return _noted(rng.choice(JUNK), said)
    if isinstance(value, Tensor):
        return _tensor(value, rng, said)
    if dataclasses.is_dataclass(value):
        name = rng.choice([field.name for field in dataclasses.fields(value)])
        said.append(name)
        return dataclasses.replace(value, **{name: spoiled(getattr(value, name), rng, said)})
    if isinstance(value, dict) and value:
        return _dictionary(value, rng, said)
    if isinstance(value, (list, tuple)) and len(value):
        return _sequence(value, rng, said)
    if isinstance(value, str):
        return _noted(rng.choice(HOSTILE), said)
    if isinstance(value, int) and not isinstance(value, bool):
        return _noted(rng.choice(INTEGERS), said)
    if isinstance(value, float):
        return _noted(rng.choice(NUMBERS), said)
    if hasattr(value, "penultimate_hidden_states"):
        changed = copy.copy(value)
        changed.penultimate_hidden_states = spoiled(value.penultimate_hidden_states, rng, said)
        return changed
    return _noted(rng.choice(JUNK), said)


def _noted(value: Any, said: list[str]) -> Any:
    said.append(f"= {value!r}"[:40])
    return value


def _tensor(tensor: Tensor, rng: random.Random, said: list[str]) -> Any:
    kind = rng.randrange(3)
    if kind == 0:
        dtype = rng.choice(DTYPES)
        said.append(str(dtype))
        return tensor.to(dtype)
    if kind == 1:
        name = rng.choice(list(LAYOUTS))
        said.append(name)
        try:
            return LAYOUTS[name](tensor)
        except (RuntimeError, IndexError):  # it has no axis or type for this
            return None
    entry, changed = rng.choice(ENTRIES), tensor.clone()
    where = rng.choice(["one", "the last frame", "all"])
    said.append(f"{where} {entry}")
    flat = changed.reshape(-1)
    frame = len(flat) // max(1, len(tensor)) if tensor.ndim else 1
    begin = {"one": rng.randrange(max(1, len(flat))), "the last frame": len(flat) - frame, "all": 0}[where]
    try:
        flat[begin:begin + 1 if where == "one" else None] = entry
    except (RuntimeError, OverflowError, ValueError):  # no whole number
        return changed
    return changed


def _dictionary(value: dict, rng: random.Random, said: list[str]) -> dict:
    changed, key = dict(value), rng.choice(list(value))
    said.append(str(key)[:40])
    kind = rng.randrange(8)
    if kind == 0:
        said.append("gone")
        del changed[key]
    elif kind == 1:
        changed[_noted(rng.choice(HOSTILE), said)] = changed.pop(key)
    else:
        changed[key] = spoiled(value[key], rng, said)
    return changed


def _sequence(value: list | tuple, rng: random.Random, said: list[str]) -> list | tuple:
    kind, items = rng.randrange(8), list(value)
    if kind == 0:
        return _noted(type(value)(), said)
    if kind == 1:
        said.append("the last gone")
        return type(value)(items[:-1])
    if kind == 2:
        said.append("the first twice")
        return type(value)(items[:1] + items)
    place = rng.randrange(len(items))
    said.append(f"[{place}]")
    items[place] = spoiled(items[place], rng, said)
    return type(value)(items)


def spoiled_widget(value: Any, kind: Any, options: dict, rng: random.Random, said: list[str]) -> Any:
    """A number at or beyond its limits, or a text; what only asks for much memory is left out."""
    if isinstance(kind, list):
        return _noted(rng.choice([*HOSTILE, None, *kind]), said)
    if kind not in ("INT", "FLOAT") or rng.random() < 0.3:
        return spoiled(value, rng, said)
    low, high = options["min"], options["max"]
    return _noted(rng.choice([low, low - 1, high + 1, *([high] if kind == "FLOAT" or high <= 64 else [])]),
                  said)
