"""What the sections of gpu_check.py share."""

from __future__ import annotations

from collections.abc import Callable

import torch

from model_gpu import Run, seconds_of
from tables import Cell, Table

GOALS = "Goals"


def goal(wanted: str, got: Cell, met: bool | None) -> Table:
    """One line of the list of goals at the head of the report; met None = not measured."""
    return Table(GOALS, ("goal", "measured", "met"), [(wanted, got, met)])


def type_name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def best_seconds(run: Run, work: Callable[[], object], runs: int = 10) -> float:
    """Seconds of the fastest of some runs after two to warm up."""
    return min([seconds_of(run, work) for _ in range(runs + 2)][2:])


def relative_error(got: torch.Tensor, expected: torch.Tensor) -> float:
    """Relative error of all entries together."""
    return float((got.double() - expected.double()).norm() / expected.double().norm())
