"""camera.json of the official WorldStereo scripts, in which this pack saves trajectories too, and
cameras.json of their memory banks."""
from __future__ import annotations

import json
from typing import Any

from torch import Tensor

from ...files.json_text import parse_json
from ...values import quoted, reason, require
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import (
    intrinsics_from,
    labels,
    natural_order,
    one_number,
    poses_from,
    trajectory_from,
)
from .world_mirror import is_world_mirror

NAME = "camera.json"
CONVENTION = "w2c OpenCV"
VERSION = 1


def is_official(data: dict[str, Any]) -> bool:
    """Whether a JSON object is a camera.json."""
    return ("extrinsic" in data or "extrinsics" in data) and not is_world_mirror(data)


def read_official(text: str, hints: Hints = Hints()) -> Trajectory:
    """From camera.json: w2c (world to camera), OpenCV axes, K in pixels.

    {"extrinsic": [F][4][4], "intrinsic": [F][3][3] or [3][3], "width", "height"}; the official files of
    single images have no size, which is then twice the principal point. "fps", "name", "unit" and "fit" are
    read where they are, other keys ("motion_list", "type", ...) are ignored. Plural keys, as some memory
    banks write them, are the same.
    """
    data = parse_json(text, NAME)
    require(isinstance(data, dict), f"{NAME} holds a {type(data).__name__}, expected an object with "
                                    "extrinsic.")
    extrinsic, intrinsic = (data.get(key, data.get(key + "s")) for key in ("extrinsic", "intrinsic"))
    require(extrinsic is not None and intrinsic is not None,
            f"{NAME} holds {reason(', '.join(data)) or 'nothing'}, expected extrinsic (w2c) and intrinsic "
            "(pixels).")
    convention = data.get("convention", CONVENTION)
    require(convention == CONVENTION or (hints.inverted and "c2w" in str(convention)),
            f"{NAME} says that its convention is {quoted(convention)}, expected {CONVENTION!r}; when "
            "camera-to-world matrices are given, choose the other direction; otherwise convert the axes.")
    require(data.get("version", VERSION) == VERSION,
            f"{NAME} is of version {quoted(data.get('version'))}, this pack reads version {VERSION}: update "
            "the pack.")
    w2c = poses_from("extrinsic", extrinsic, hints)
    K = intrinsics_from("intrinsic", intrinsic, len(w2c))
    return trajectory_from(NAME, w2c, K, *_size(NAME, data, K, hints), hints, **labels(NAME, data))


def write_official(trajectory: Trajectory) -> str:
    """camera.json: w2c (world to camera), OpenCV axes, K in pixels. The official scripts read it as it is."""
    return json.dumps({
        "extrinsic": trajectory.w2c.tolist(), "intrinsic": trajectory.K.tolist(),
        "width": trajectory.width, "height": trajectory.height, "convention": CONVENTION, "version": VERSION,
        "fps": trajectory.fps, "name": trajectory.name, "unit": trajectory.unit,
        "fit": trajectory.fit})


def is_named_cameras(data: dict[str, Any]) -> bool:
    """Whether a JSON object is the cameras.json of a memory bank."""
    entries = [value for value in data.values() if isinstance(value, dict)]
    return bool(entries) and "extrinsic" in entries[0] and "K" not in entries[0]


def read_named_cameras(text: str, hints: Hints = Hints()) -> Trajectory:
    """From the official memory banks' cameras.json: w2c (world to camera), OpenCV axes, K in pixels.

    {name: {"extrinsic": [4][4], "intrinsic": [3][3]}, ...}, optionally with "width" and "height" at the same
    level. Poses are sorted by name, numbers in names by value.
    """
    data = parse_json(text, NAME)
    require(isinstance(data, dict), f"cameras.json holds a {type(data).__name__}, expected an object of "
                                    "cameras.")
    names = sorted((key for key, value in data.items() if isinstance(value, dict)), key=natural_order)
    require(len(names) > 0 and all({"extrinsic", "intrinsic"} <= data[name].keys() for name in names),
            "cameras.json lacks extrinsic or intrinsic for one of its cameras; export it again.")
    w2c = poses_from("extrinsic", [data[name]["extrinsic"] for name in names], hints)
    K = intrinsics_from("intrinsic", [data[name]["intrinsic"] for name in names], len(w2c))
    return trajectory_from("cameras.json", w2c, K, *_size("cameras.json", data, K, hints), hints)


def write_named_cameras(trajectory: Trajectory) -> str:
    """cameras.json of the official memory banks: w2c (world to camera), OpenCV axes, K in pixels; names 0000,
    0001 and so on."""
    cameras = {f"{frame:04}": {"intrinsic": K, "extrinsic": w2c}
               for frame, (w2c, K) in enumerate(zip(trajectory.w2c.tolist(), trajectory.K.tolist()))}
    return json.dumps({**cameras, "width": trajectory.width, "height": trajectory.height})


def _size(name: str, data: dict, K: Tensor, hints: Hints) -> tuple[int, int]:
    if data.get("width") is None or data.get("height") is None:
        return hints.size_of(name, K)
    return round(one_number(name, data["width"])), round(one_number(name, data["height"]))
