"""Sockets and widgets that several nodes have: types, defaults, limits, tooltips."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeAlias

from ..core.cloud.render.along_path import render_path
from ..core.memory.stereo.retrieval import MOST_REFERENCES
from ..core.model.checkpoint.settings import Settings
from ..core.picture_fit import FITS

Socket: TypeAlias = tuple[Any, dict[str, Any]]  # type or choices, and options; as ComfyUI wants them
Inputs: TypeAlias = dict[str, Any]  # what INPUT_TYPES returns: {"required": {name: Socket}, "optional": ...}
Output: TypeAlias = dict[str, Any]  # of nodes that show something: {"ui": ..., "result": the outputs}

KEY_FRAMES, WIDTH, HEIGHT = Settings.nframe, 832, 480  # of a clip, as the models were trained
LARGEST = 8192  # pixels along a side
MOST_FRAMES = 10000  # of a path that comes in
WIDEST_FOV = 170.0  # degrees

MODEL: Socket = ("MODEL", {"tooltip": "From Load WorldStereo Model, with or without other patches."})
VAE: Socket = ("VAE", {"tooltip": "Wan 2.1 VAE, from Load VAE."})
BANK: Socket = ("WSKIT_MEMORY_BANK", {"tooltip":
    "The frames so far, from New Memory Bank or Update Memory Bank; this bank stays as it is."})
CLIP_PATH: Socket = ("WSKIT_TRAJECTORY", {"tooltip":
    "The clip's camera path; use the same one for render, memories and key frames."})
FRAMES: Socket = ("INT", {"default": KEY_FRAMES, "min": 1, "max": 1000, "tooltip":
    f"Number of key frames; the released models were trained with {KEY_FRAMES}."})
STEPS: Socket = ("INT", {"default": 0, "min": 0, "max": 1000, "tooltip":
    "Sampling steps; 0 = the variant's own (4 or 40)."})
GUIDANCE: Socket = ("FLOAT", {"default": 0.0, "min": 0.0, "max": 30.0, "step": 0.1, "tooltip":
    "Classifier-free guidance; 0 = the variant's own (1 or 5). Unless it is 1, every step runs twice."})


def default_of(function: Callable, argument: str) -> Any:
    """What a function of core takes for an argument that is not given: the default of its widget, too."""
    return inspect.signature(function).parameters[argument].default


def with_options(socket: Socket, **options: Any) -> Socket:
    """The same socket with more or other options."""
    return socket[0], {**socket[1], **options}


RADIUS: Socket = ("FLOAT", {
    "default": default_of(render_path, "radius"), "min": 0.0005, "max": 0.5, "step": 0.0005,
    "tooltip": "Radius of a rendered point, in halves of the picture's shorter side. The model was trained "
               f"with {default_of(render_path, 'radius')} (1.9 pixels at 480); small pictures or thin clouds "
               "need more, 0.016 at 256."})
# Nodes take "stretch" when it is not given: graphs from before it was a choice stay what they were.
FIT: Socket = ([*FITS], {"tooltip":
    "How the photograph gets the size of the clip; the intrinsics follow. crop: its middle, at the clip's "
    "aspect; pad: all of it, with grey borders, which are holes; stretch: all of it, distorted."})
REFERENCES: Socket = ("INT", {"default": MOST_REFERENCES, "min": 1, "max": 64, "tooltip":
    f"Most references. Each costs as much as a key frame; the models were released with {MOST_REFERENCES}."})


def seed(tooltip: str, **options: Any) -> Socket:
    return ("INT", {"default": 1024, "min": 0, "max": 2 ** 64 - 1, "tooltip": tooltip, **options})


def side(name: str, default: int, tooltip: str, low: int = 16, high: int = LARGEST, step: int = 16,
         **options: Any) -> Socket:
    """Width or height in pixels; name: with a capital letter, the beginning of the tooltip."""
    return ("INT", {"default": default, "min": low, "max": high, "step": step, "tooltip": f"{name} {tooltip}",
                    **options})


def degrees(default: float, low: float, high: float, tooltip: str, step: float = 0.01,
            **options: Any) -> Socket:
    """An angle or a field of view."""
    return ("FLOAT", {"default": default, "min": low, "max": high, "step": step, "tooltip": tooltip,
                      **options})


def fraction(default: float, tooltip: str, **options: Any) -> Socket:
    """A number from 0 to 1."""
    return ("FLOAT", {"default": default, "min": 0.0, "max": 1.0, "step": 0.01, "tooltip": tooltip,
                      **options})


def factor(tooltip: str, step: float = 0.001, default: float = 1.0, **options: Any) -> Socket:
    """What lengths or depths are multiplied by."""
    return ("FLOAT", {"default": default, "min": 1e-6, "max": 1e6, "step": step, "round": 1e-6,
                      "tooltip": tooltip, **options})


def most_points(default: int, tooltip: str = "Thins the cloud evenly to at most this many points.") -> Socket:
    return ("INT", {"default": default, "min": 0, "max": 100_000_000, "tooltip": f"{tooltip} 0 keeps all."})


def edge(tooltip: str, step: float = 0.0001, **options: Any) -> Socket:
    """Edge of the cubes that a cloud is thinned in; 0 thins nothing."""
    return ("FLOAT", {"default": 0.0, "min": 0.0, "max": 1000.0, "step": step, "tooltip": tooltip, **options})


def file_prefix(default: str) -> Socket:
    return ("STRING", {"default": default, "tooltip":
                       "Folder and start of the file name below output/; a number is added."})


def folder_prefix(default: str) -> Socket:
    return ("STRING", {"default": default, "tooltip":
                       "Folder name below output/; a number is added. Nothing is overwritten."})


def stored(names: list[str], what: str = "A file", **options: Any) -> Socket:
    """A choice of files or folders that lie in ComfyUI's input and output folders."""
    return (names, {**options, "tooltip": f"{what} in the input folder, or in the output folder (marked "
                                          "[output])."})
