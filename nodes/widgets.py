"""Every number and choice of a node, and what comes through its sockets, checked before the node runs.

ComfyUI compares widgets with their min, max and list, but NaN passes, and so does all that comes through
a link: other nodes may hand on anything.
"""
from __future__ import annotations

import functools
import inspect
from numbers import Real
from typing import Any

import torch

from ..core.cameras.trajectory import Trajectory
from ..core.cloud.point_cloud import PointCloud
from ..core.depth.depth import Depth
from ..core.memory.stereo.bank import MemoryBank
from ..core.memory.stereo.references import References
from ..core.pictures import check_image, check_mask
from ..core.surface.make import ColoredMesh
from ..core.values import check_dense, check_finite, check_shape, quoted, require
from ..core.world.clip_list import Clip

CHOICES_SHOWN = 12
PREPARED = ("concat_latent_image", "concat_mask")  # what stock nodes and ours add to a prompt
PACKET = ("depth", "image", "intrinsics", "extrinsics", "mask", "sky", "confidence", "normal")
MODELS = ("model_name", "base_model")  # the nodes themselves say where a model belongs that is not there


def check_latent_socket(what: str, latent: Any) -> None:
    """Raises ValueError unless it is a LATENT: {"samples": a tensor of floats}."""
    samples = latent.get("samples") if isinstance(latent, dict) else None
    require(isinstance(samples, torch.Tensor) and samples.is_floating_point(),
            f"{what} is no latent with samples of floats; connect that of 'Image to Key Frames' or of a "
            "sampler.")
    require(latent["samples"].numel() > 0,
            f"{what} is empty: its samples have the shape {list(latent['samples'].shape)}; connect that of "
            "'Image to Key Frames' or of a sampler.")
    check_finite(what, latent["samples"], "sample it again, in another precision or with other settings")
    require(latent["samples"].ndim in (4, 5),
            f"{what} has the shape {list(latent['samples'].shape)}, expected [batch, channels, frames, "
            "height, width]; connect that of 'Image to Key Frames' or of a sampler.")


def check_conditioning(what: str, conditioning: Any) -> None:
    """Raises ValueError unless it is a CONDITIONING: a list of [tokens [B,N,C], options]."""
    sound = isinstance(conditioning, (list, tuple)) and len(conditioning) > 0 and all(
        isinstance(entry, (list, tuple)) and len(entry) == 2 and isinstance(entry[1], dict)
        and isinstance(entry[0], torch.Tensor) and entry[0].ndim == 3 for entry in conditioning)
    require(sound, f"{what} is no conditioning; connect that of 'CLIP Text Encode' or 'Image to Key Frames'.")
    for tokens, options in conditioning:
        check_finite(f"The text of {what}", tokens, "encode the prompt again")
        for name in PREPARED:
            tensor, remedy = options.get(name), "take it from 'Image to Key Frames'"
            require(tensor is None or isinstance(tensor, torch.Tensor) and tensor.is_floating_point(),
                    f"The {name} of {what} is no tensor of floats; {remedy}.")
            if tensor is not None:
                check_finite(f"The {name} of {what}", tensor, remedy)
                check_shape(f"The {name} of {what}", tensor, "B,C,F,H,W", remedy)


def check_geometry(what: str, packet: Any) -> None:
    """Raises ValueError unless it is a packet of ComfyUI's depth nodes: {name: tensor or None, ...}."""
    remedy = "connect that of ComfyUI's own depth node"
    require(isinstance(packet, dict), f"{what} is a {type(packet).__name__}, expected a geometry; {remedy}.")
    for name in PACKET:
        entry = packet.get(name)
        require(entry is None or isinstance(entry, torch.Tensor),
                f"{what} has as {name} a {type(entry).__name__}, expected a tensor; {remedy}.")
        if entry is not None:
            check_dense(f"{name} in {what}", entry, remedy)


def check_clips(what: str, clips: Any) -> None:
    """Raises ValueError unless it is a list of clips."""
    require(isinstance(clips, (list, tuple)) and all(isinstance(clip, Clip) for clip in clips),
            f"{what} is no list of clips; connect that of 'Add Trajectory to List' or of 'Load World'.")


def check_type(kind: type, expected: str, what: str, value: Any) -> None:
    """Raises ValueError unless it is of this type; expected: the type in words."""
    require(isinstance(value, kind),
            f"{what} is a {type(value).__name__}, expected {expected}; connect a node "
                                     "that makes one.")


CHECKS = {"IMAGE": check_image, "MASK": check_mask, "LATENT": check_latent_socket,
          "CONDITIONING": check_conditioning,
          "MOGE_GEOMETRY": check_geometry, "DA3_GEOMETRY": check_geometry,
          "WSKIT_TRAJECTORY_LIST": check_clips,
          **{kind: functools.partial(check_type, *expected) for kind, expected in {
              "WSKIT_TRAJECTORY": (Trajectory, "a trajectory"), "WSKIT_DEPTH": (Depth, "depth"),
              "WSKIT_POINT_CLOUD": (PointCloud, "a point cloud"),
              "WSKIT_MEMORY_BANK": (MemoryBank, "a memory bank"),
              "WSKIT_REFERENCES": (References, "references"), "WSKIT_MESH": (ColoredMesh, "a mesh"),
              "STRING": (str, "a text")}.items()}}


def with_checked_widgets(node: type, name: str) -> type:
    """The node, whose function first checks its INT, FLOAT and COMBO inputs by what INPUT_TYPES says, what
    comes from the sockets in CHECKS, and that something comes from those of them that are required.

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
                        check_choice(value, what, _read_widgets(node)[key][0])  # files may have come since
                elif kind in CHECKS:
                    if value is not None:  # optional, and nothing is connected
                        CHECKS[kind](what, value)
                else:
                    given.arguments[key] = checked_number(value, what, kind, limits)
        for key in _required_by(node):
            require(given.arguments.get(key) is not None,
                    f"{key} of '{name}' is empty, because the node before it made nothing; connect another.")
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


@functools.cache
def _required_by(node: type) -> tuple[str, ...]:
    """Its required inputs of the sockets in CHECKS."""
    required = node.INPUT_TYPES()["required"]
    return tuple(key for key, (kind, _) in _widgets_of(node).items()
                 if key in required and isinstance(kind, str) and kind in CHECKS)


def checked_number(value: Any, what: str, kind: str, limits: dict) -> int | float:
    low, high = limits["min"], limits["max"]
    if not _lies_within(value, low, high) or (kind == "INT" and value != int(value)):
        got = f"{value:g}" if isinstance(value, float) else quoted(value)
        wanted = "a whole number" if kind == "INT" else "a number"
        raise ValueError(f"{what} is {got}; expected {wanted} from {low:g} to {high:g}.")
    return int(value) if kind == "INT" else float(value)


def _lies_within(value: object, low: float, high: float) -> bool:
    return isinstance(value, Real) and not value < low and value <= high


def check_choice(value: object, what: str, choices: list[str]) -> None:
    if value not in choices:
        more = f" or {len(choices) - CHOICES_SHOWN} more" if len(choices) > CHOICES_SHOWN else ""
        raise ValueError(f"{what} is {quoted(value)}; expected {', '.join(choices[:CHOICES_SHOWN])}{more}.")
