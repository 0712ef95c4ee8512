"""Typed look-ups in the JSON of a GLB.

Sentences of errors begin with a verb; read_glb puts the file's name before them.
"""
from __future__ import annotations

from typing import Any

import numpy as np

from ....values import quoted, require

WORDS = {int: "a whole number of 32 bits", bool: "true or false", str: "a text", list: "a list",
         dict: "an object"}


def item(document: dict, kind: str, index: int) -> dict:
    """document[kind][index], as glTF refers to things."""
    items = get(document, kind, list, [])
    check(type(index) is int and 0 <= index < len(items), f"there is no {kind}[{quoted(index)}]")
    check(isinstance(items[index], dict), f"{kind}[{index}] is no object")
    return items[index]


def get(thing: dict, key: str, kind: type, default: Any = None) -> Any:
    """thing[key], which is of the kind, or the default; whole numbers are those that sizes can be."""
    value = thing.get(key, default)
    if type(value) is not kind or kind is int and not 0 <= value < 1 << 32:
        check(False, f"{key} is {quoted(value)}, expected {WORDS[kind]}")
    return value


def numbers(thing: dict, key: str, default: list[float]) -> np.ndarray:
    """float64 of thing[key], as many as in the default."""
    values = get(thing, key, list, default)
    check(len(values) == len(default) and all(type(value) in (int, float) for value in values),
          f"{key} is no list of {len(default)} numbers")
    return np.array(values, np.float64)


def check(condition: bool, fault: str) -> None:
    """ValueError that calls the file damaged, unless the condition holds."""
    require(condition, f"is damaged: {fault}; export it again.")
