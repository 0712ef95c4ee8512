"""Progress in the node, and the user's wish to cancel."""

from __future__ import annotations

from collections.abc import Callable

import comfy.model_management as mm
import comfy.utils


def stop_when_cancelled() -> None:
    """Raises when the user has cancelled the prompt."""
    mm.throw_exception_if_processing_interrupted()


def progress_bar(total: int) -> Callable[..., None]:
    """A function for the end of each of `total` steps: shows progress in the node and lets the user
    cancel."""
    bar = comfy.utils.ProgressBar(total)

    def step(*_: object) -> None:
        stop_when_cancelled()
        bar.update(1)

    return step


def progress_to() -> Callable[[int, int], None]:
    """A function (done, total) for work of an unknown number of steps, likewise."""
    bar = comfy.utils.ProgressBar(100)

    def show(done: int, total: int) -> None:
        stop_when_cancelled()
        bar.update_absolute(done, total)

    return show
