"""The keys of a camera path, and the versioned JSON that workflows save them as.

    {"version": 1, "interpolation": "smooth" or "straight",
     "look": "free", "forward" or "target", "target": [x, y, z], "locked": true,
     "keys": [{"time": 0, "position": [x, y, z], "rotation": [x, y, z, w], "zoom": 1, "ease": "none"}, ...]}

All in the axes of the photograph's camera (OpenCV: x right, y down, z forward). Lengths are in median depths,
so that the same keys fit another photograph.
"""
from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ...cameras.compose import EASES
from ...cameras.rotations import quaternion_from_rotation, rigid, rotation_from_quaternion
from ...files.json_text import parse_json
from ...values import Value, quoted, require

VERSION = 1
INTERPOLATIONS, LOOKS = ("smooth", "straight"), ("free", "forward", "target")
MOST_KEYS = 200
LONGEST_TEXT = 1 << 20  # characters
FARTHEST = 1e6  # median depths
PLACE = "x, y, z in median depths"
ZOOMS = (0.001, 1000.0)
SHORTEST_TIME = 1e-6  # between two keys, as a share of the clip
LEAST_QUATERNION = 1e-3  # length; shorter ones are no rotation that somebody meant
SAME = 1e-6  # how far a locked key 0 may be from the photograph's camera
EXAMPLE = "the help page of the node has an example"
REMEDY = f"draw the path again, or write it by hand ({EXAMPLE})"
WHAT = "The JSON in keys of 'Edit Trajectory'"
FIELDS = ("version", "interpolation", "look", "locked", "keys")
KEY_FIELDS = ("time", "position", "rotation", "zoom", "ease")


@dataclass(frozen=True, eq=False)
class Keys(Value):
    """N cameras that a path leads through, seen from the photograph's camera; lengths in median depths.

    times          [N] float64, shares of the clip: increasing, 0 at the first, 1 at the last
    c2start        [N,4,4] float64, camera to photograph's camera
    zoom           [N] float64, factors of the photograph's focal lengths
    eases          N of EASES, each of the way to the next key
    interpolation  one of INTERPOLATIONS
    look           one of LOOKS: how the camera turns between the keys, see key_motion
    target         [3] float64, what look "target" keeps in the picture
    locked         key 0 is the photograph's camera
    """

    times: Tensor
    c2start: Tensor
    zoom: Tensor
    eases: tuple[str, ...]
    interpolation: str = "smooth"
    look: str = "free"
    target: Tensor | None = None
    locked: bool = True


def standing() -> Keys:
    """The photograph's camera and nothing else."""
    eye = torch.eye(4, dtype=torch.float64)[None]
    return Keys(eye.new_zeros(1), eye, eye.new_ones(1), ("none",))


def keys_from_text(text: str) -> Keys:
    """The keys in a JSON text. Raises ValueError in one sentence for whatever is wrong with it."""
    require(len(text) <= LONGEST_TEXT,
            f"{WHAT} has {len(text)} characters, more than {LONGEST_TEXT}; {REMEDY}.")
    return keys_from_json(parse_json(text, WHAT, REMEDY))


def keys_from_json(data: Any) -> Keys:
    """The keys in a parsed JSON object; ValueError likewise."""
    require(isinstance(data, dict),
            f"{WHAT} is {_shown(data)}, expected an object with {', '.join(FIELDS)}; {REMEDY}.")
    version = data.get("version", VERSION)  # first of all: other versions may have other fields
    require(type(version) is int and version == VERSION,
            f"{WHAT} has the version {_shown(version)}, expected the number {VERSION}; update the pack if a "
            "newer one wrote it, or draw the path again.")
    _check_fields(WHAT, data, FIELDS, ("target",))
    _check_choice("The interpolation of the camera path", data["interpolation"], INTERPOLATIONS)
    _check_choice("The look of the camera path", data["look"], LOOKS)
    require(isinstance(data["locked"], bool),
            f"'locked' of the camera path is {_shown(data['locked'])}, expected true or false.")
    target = data.get("target")
    require(target is not None or data["look"] != "target",
            "The look of the camera path is 'target', and it has none; add \"target\": [x, y, z] in median "
            "depths.")
    entries = data["keys"]
    require(isinstance(entries, list) and 0 < len(entries) <= MOST_KEYS,
            f"The camera path has as keys {_shown(entries)}, expected a list of 1 to {MOST_KEYS}.")
    for index, entry in enumerate(entries):
        _check_key(index, entry)
    times, positions, xyzw, zoom = (torch.tensor([entry[name] for entry in entries], dtype=torch.float64)
                                    for name in ("time", "position", "rotation", "zoom"))
    _check_times(times)
    wxyz = (xyzw / xyzw.norm(dim=1, keepdim=True)).roll(1, dims=1)
    c2start = rigid(rotation_from_quaternion(wxyz, "A camera key"), positions)
    if data["locked"]:
        _check_start(c2start[0], float(zoom[0]))
        c2start[0], zoom[0] = torch.eye(4), 1.0  # to the last digit
    if target is not None:
        target = _numbers("The target of the camera path", target, 3, PLACE)
        target = torch.tensor(target, dtype=torch.float64)
    eases = tuple(entry["ease"] for entry in entries)
    return Keys(times, c2start, zoom, eases, data["interpolation"], data["look"], target, data["locked"])


def keys_to_json(keys: Keys) -> dict[str, Any]:
    """The JSON object of the keys, as keys_from_json reads it."""
    xyzw = quaternion_from_rotation(keys.c2start[:, :3, :3]).roll(-1, dims=1)
    columns = (keys.times, keys.c2start[:, :3, 3], xyzw, keys.zoom)
    rows = zip(*(column.tolist() for column in columns), keys.eases)
    entries = [{"time": time, "position": position, "rotation": rotation, "zoom": zoom, "ease": ease}
               for time, position, rotation, zoom, ease in rows]
    target = {} if keys.target is None else {"target": keys.target.tolist()}
    return {"version": VERSION, "interpolation": keys.interpolation, "look": keys.look, **target,
            "locked": keys.locked, "keys": entries}


def _check_start(c2start: Tensor, zoom: float) -> None:
    apart = max(float((c2start - torch.eye(4)).abs().max()), abs(zoom - 1))
    require(apart <= SAME,
            "Key 0 of the camera path is locked to the photograph's camera, but stands elsewhere; give it "
            "the position [0, 0, 0], the rotation [0, 0, 0, 1] and zoom 1, or set \"locked\": false.")


def _check_key(index: int, entry: Any) -> None:
    name = f"Key {index} of the camera path"
    require(isinstance(entry, dict),
            f"{name} is {_shown(entry)}, expected an object with {', '.join(KEY_FIELDS)}.")
    _check_fields(name, entry, KEY_FIELDS)
    _numbers(f"The position of key {index}", entry["position"], 3, PLACE)
    quaternion = _numbers(f"The rotation of key {index}", entry["rotation"], 4, "the quaternion x, y, z, w")
    require(math.hypot(*quaternion) >= LEAST_QUATERNION,
            f"The rotation of key {index} is {_shown(quaternion)}, which is no quaternion x, y, z, w of "
            "length 1; [0, 0, 0, 1] does not turn the camera.")
    require(_is_number(entry["zoom"]) and ZOOMS[0] <= entry["zoom"] <= ZOOMS[1],
            f"The zoom of key {index} is {_shown(entry['zoom'])}, expected a factor from {ZOOMS[0]:g} to "
            f"{ZOOMS[1]:g}; 1 keeps the photograph's focal length.")
    require(_is_number(entry["time"]) and 0 <= entry["time"] <= 1,
            f"The time of key {index} is {_shown(entry['time'])}, expected a share of the clip, 0 at its "
            "beginning and 1 at its end.")
    _check_choice(f"The ease of key {index}", entry["ease"], EASES)


def _check_times(times: Tensor) -> None:
    require(float(times[0]) == 0, f"The first key of the camera path is at time {float(times[0]):g}; it has "
                                  "to be at 0.")
    if len(times) == 1:
        return
    require(float(times[-1]) == 1, f"The last key of the camera path is at time {float(times[-1]):g}; it has "
                                   "to be at 1, the end of the clip.")
    late = (times.diff() < SHORTEST_TIME).nonzero().flatten().tolist()
    if late:
        raise ValueError(f"Key {late[0] + 1} of the camera path is at time {float(times[late[0] + 1]):g}, "
                         f"and the key before it at {float(times[late[0]]):g}; the times have to increase.")


def _check_fields(name: str, data: Mapping, needed: tuple[str, ...], allowed: tuple[str, ...] = ()) -> None:
    missing = [field for field in needed if field not in data]
    require(not missing, f"{name} lacks {', '.join(missing)}; expected {', '.join(needed)} ({EXAMPLE}).")
    unknown = [field for field in data if field not in (*needed, *allowed)]
    if unknown:
        raise ValueError(f"{name} has an unknown field {quoted(unknown[0])}; expected {', '.join(needed)}.")


def _check_choice(name: str, value: Any, choices: Collection[str]) -> None:
    require(isinstance(value, str) and value in choices,
            f"{name} is {_shown(value)}, expected one of {', '.join(choices)}.")


def _numbers(name: str, value: Any, count: int, meaning: str) -> list[float]:
    fits = isinstance(value, list) and len(value) == count and all(
        _is_number(number) and abs(number) <= FARTHEST for number in value)
    require(fits, f"{name} is {_shown(value)}, expected {count} numbers, {meaning}, up to {FARTHEST:g}.")
    return value


def _is_number(value: Any) -> bool:
    """Of any size, whole or not; NaN is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value


def _shown(value: Any) -> str:
    """What JSON holds, for a message; it may be nested deeper than repr goes."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list) and (len(value) > 4 or any(isinstance(part, (dict, list)) for part in value)):
        return f"a list of {len(value)}"
    return "nothing (null)" if value is None else quoted(value)
