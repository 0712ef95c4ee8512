"""Every number of a node, checked before the node runs.

ComfyUI compares widgets with their min and max, which NaN passes, and does not look at numbers that come through links.
"""
from __future__ import annotations

import functools
import inspect
import math
from numbers import Real


def with_checked_numbers(node: type, name: str) -> type:
    """The node, whose function first checks its INT and FLOAT inputs by what INPUT_TYPES says of them.

    name: the node as users see it, for the ValueError.
    """
    run = getattr(node, node.FUNCTION)
    parameters = inspect.signature(run)

    @functools.wraps(run)
    def checked(*args, **kwargs):
        given = parameters.bind(*args, **kwargs)
        for key, (kind, limits) in _numbers_of(node).items():
            if key in given.arguments:
                given.arguments[key] = _checked(given.arguments[key], f"{key} of {name}", kind, limits)
        return run(*given.args, **given.kwargs)

    setattr(node, node.FUNCTION, checked)
    return node


@functools.cache
def _numbers_of(node: type) -> dict[str, tuple[str, dict]]:
    """{input: (INT or FLOAT, its options)}"""
    inputs = node.INPUT_TYPES()
    return {key: (entry[0], entry[1]) for group in ("required", "optional") for key, entry in inputs.get(group, {}).items()
            if entry[0] in ("INT", "FLOAT")}


def _checked(value, what: str, kind: str, limits: dict):
    low, high = limits["min"], limits["max"]
    fits = isinstance(value, Real) and math.isfinite(value) and low <= value <= high
    if not fits or (kind == "INT" and value != int(value)):
        shown = f"{value:g}" if isinstance(value, float) else f"{value!r:.40}"
        raise ValueError(f"{what} is {shown}; expected {'a whole number' if kind == 'INT' else 'a number'} from {low:g} "
                         f"to {high:g}.")
    return int(value) if kind == "INT" else float(value)
