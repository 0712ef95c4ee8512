"""Every number and choice of a node, and what ComfyUI's own sockets bring, checked before the node runs.

ComfyUI compares widgets with their min, max and list, but NaN passes, and so does all that comes through
a link.
"""
from __future__ import annotations

import functools
import inspect
import math
from numbers import Real
from typing import Any

import torch

from ..core.pictures import check_image, check_mask
from ..core.values import quoted, require

CHOICES_SHOWN = 12
MODELS = ("model_name", "base_model")  # the nodes themselves say where a model belongs that is not there


def check_latent_socket(what: str, latent: Any) -> None:
    """Raises ValueError unless it is a LATENT: {"samples": a tensor of floats}."""
    samples = latent.get("samples") if isinstance(latent, dict) else None
    require(isinstance(samples, torch.Tensor) and samples.is_floating_point(),
            f"{what} is no latent with samples of floats; connect that of 'Image to Key Frames' or of a "
            "sampler.")


def check_conditioning(what: str, conditioning: Any) -> None:
    """Raises ValueError unless it is a CONDITIONING: a list of [tokens [B,N,C], options]."""
    sound = isinstance(conditioning, (list, tuple)) and len(conditioning) > 0 and all(
        isinstance(entry, (list, tuple)) and len(entry) == 2 and isinstance(entry[1], dict)
        and isinstance(entry[0], torch.Tensor) and entry[0].ndim == 3 for entry in conditioning)
    require(sound, f"{what} is no conditioning; connect that of 'CLIP Text Encode' or 'Image to Key Frames'.")


CHECKS = {"IMAGE": check_image, "MASK": check_mask, "LATENT": check_latent_socket,
          "CONDITIONING": check_conditioning}


def with_checked_widgets(node: type, name: str) -> type:
    """The node, whose function first checks its INT, FLOAT and COMBO inputs by what INPUT_TYPES says, and
    what comes from the sockets in CHECKS.

    name: the node as users see it, for the ValueError. Choices that its own VALIDATE_INPUTS takes are left to
    it.
    """
    run = getattr(node, node.FUNCTION)
    parameters = inspect.signature(run)

    @functools.wraps(run)
    def checked(*args: Any, **kwargs: Any) -> Any:
        given = parameters.bind(*args, **kwargs)
        for key, (kind, limits) in _widgets_of(node).items():
            if key in given.arguments:
                what, value = f"{key} of '{name}'", given.arguments[key]
                if isinstance(kind, list):
                    if value not in kind:
                        _check_choice(value, what, _read_widgets(node)[key][0])  # files may have come since
                elif kind in CHECKS:
                    if value is not None:  # optional, and nothing is connected
                        CHECKS[kind](what, value)
                else:
                    given.arguments[key] = _checked_number(value, what, kind, limits)
        return run(*given.args, **given.kwargs)

    setattr(node, node.FUNCTION, checked)
    return node


def _read_widgets(node: type) -> dict[str, tuple]:
    """{input: (INT, FLOAT, a key of CHECKS or the list of choices, options)}"""
    inputs = node.INPUT_TYPES()
    own = inspect.signature(node.VALIDATE_INPUTS).parameters if hasattr(node, "VALIDATE_INPUTS") else ()
    entries = {**inputs.get("required", {}), **inputs.get("optional", {})}
    return {key: (entry[0], entry[1]) for key, entry in entries.items()
            if entry[0] in ("INT", "FLOAT") or isinstance(entry[0], str) and entry[0] in CHECKS
            or (isinstance(entry[0], list) and key not in (*own, *MODELS))}


def defaults_of(node: type) -> dict[str, Any]:
    """{input: value} of the node's required widgets, as they are in a new node."""
    return {name: options["default"] if "default" in options else kind[0]
            for name, (kind, options) in node.INPUT_TYPES()["required"].items()
            if "default" in options or isinstance(kind, list) and kind}


_widgets_of = functools.cache(_read_widgets)


def _checked_number(value: Any, what: str, kind: str, limits: dict) -> int | float:
    low, high = limits["min"], limits["max"]
    if not _lies_within(value, low, high) or (kind == "INT" and value != int(value)):
        got = f"{value:g}" if isinstance(value, float) else quoted(value)
        wanted = "a whole number" if kind == "INT" else "a number"
        raise ValueError(f"{what} is {got}; expected {wanted} from {low:g} to {high:g}.")
    return int(value) if kind == "INT" else float(value)


def _lies_within(value: object, low: float, high: float) -> bool:
    return isinstance(value, Real) and math.isfinite(value) and not value < low and value <= high


def _check_choice(value: object, what: str, choices: list[str]) -> None:
    if value not in choices:
        more = f" or {len(choices) - CHOICES_SHOWN} more" if len(choices) > CHOICES_SHOWN else ""
        raise ValueError(f"{what} is {quoted(value)}; expected {', '.join(choices[:CHOICES_SHOWN])}{more}.")
