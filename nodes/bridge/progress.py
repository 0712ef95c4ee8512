"""Progress in the node, a picture of what is made, and the user's wish to cancel."""

from __future__ import annotations

import time
from collections.abc import Callable

import comfy.model_management as mm
import comfy.utils
import latent_preview
from PIL import Image
from torch import Tensor

from ...core.pictures import image_to_bytes

# Time from one picture to the next: so many times what it takes here, and at least so many seconds. With its
# encoding, which takes ComfyUI's server twice as long, pictures cost 2 % at most.
PAUSE, SHORTEST_PAUSE = 150, 0.1


def stop_when_cancelled() -> None:
    """Raises when the user has cancelled the prompt."""
    mm.throw_exception_if_processing_interrupted()


def progress_bar(total: int, picture: Callable[..., Tensor] | None = None) -> Callable[..., None]:
    """A function for the end of each of `total` steps: shows progress in the node and lets the user cancel.

    picture: of what the function is called with, the picture [H,W,3] 0..1 to show in the node.
    """
    bar = comfy.utils.ProgressBar(total)
    next_picture = 0.0

    def step(*done: object) -> None:
        nonlocal next_picture
        stop_when_cancelled()
        shown, begun = None, time.perf_counter()
        if picture is not None and begun >= next_picture:
            pixels = image_to_bytes(picture(*done)).cpu().numpy()
            shown = as_preview(Image.fromarray(pixels))
            now = time.perf_counter()
            next_picture = now + max(SHORTEST_PAUSE, PAUSE * (now - begun))
        bar.update_absolute(bar.current + 1, preview=shown)

    return step


def as_preview(picture: Image.Image) -> tuple[str, Image.Image, int | None]:
    """As ComfyUI's progress bar takes it: shrunk to the size of previews, never enlarged."""
    largest = latent_preview.MAX_PREVIEW_RESOLUTION
    return "JPEG", picture, largest if max(picture.size) > largest else None


def progress_to() -> Callable[[int, int], None]:
    """A function (done, total) for work of an unknown number of steps, likewise."""
    bar = comfy.utils.ProgressBar(100)

    def show(done: int, total: int) -> None:
        stop_when_cancelled()
        bar.update_absolute(done, total)

    return show
