"""Comparison of recorded and computed values."""
from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Comparison:
    """The largest error of a file (relative where the tolerance is), where it is, and what failed."""

    largest: float
    largest_at: str
    count: int
    failures: tuple[str, ...]


def compare_all(expected: dict[str, Tensor], computed: dict, tolerance: float, relative: bool) -> Comparison:
    """Every recorded output against the computed one; (got, expected) pairs in `computed` are compared as
    well."""
    pairs = {name: value for name, value in computed.items() if isinstance(value, tuple)}
    pairs |= {name: (computed[name], value) for name, value in expected.items() if name in computed}
    failures = [f"the checker does not know out/{name}" for name in expected if name not in computed]
    if not pairs:
        failures.append("nothing to compare")
    errors = {}
    for name, (got, wanted) in pairs.items():
        errors[name] = _error(got, wanted, relative)
        allowed = tolerance if isinstance(wanted, Tensor) and wanted.is_floating_point() else 0
        if not errors[name] <= allowed:
            failures.append(f"{name}: error {errors[name]:.3g}")
    largest_at = max(errors, key=errors.get, default="")
    return Comparison(errors.get(largest_at, math.inf), largest_at, len(pairs), tuple(failures))


def _error(got: object, wanted: object, relative: bool) -> float:
    """Largest difference of two tensors (infinite for another shape or NaN); of anything else, 0 if equal."""
    if not isinstance(wanted, Tensor):
        return 0.0 if got == wanted else math.inf
    if not isinstance(got, Tensor) or got.shape != wanted.shape:
        return math.inf
    if wanted.numel() == 0:
        return 0.0
    difference = float((got.double() - wanted.double()).abs().max())
    scale = float(wanted.double().abs().max()) if relative and wanted.is_floating_point() else 0.0
    return math.inf if math.isnan(difference) else difference / (scale or 1.0)
