"""transforms.json of nerfstudio and instant-ngp."""
from __future__ import annotations

import json
import math
from typing import Any

import torch
from torch import Tensor

from ...values import require
from ..pinhole import focal_from_fov
from ..rotations import rigid
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import (
    FLIP_YZ,
    first_frame,
    natural_order,
    number_array,
    objects_with,
    one_number,
    pinhole,
    poses_from,
    read_json,
    trajectory_from,
)

NAME = "transforms.json"
DISTORTION = ("k1", "k2", "p1", "p2", "k3")  # k4 is not that of OpenCV


def is_nerfstudio(data: dict[str, Any]) -> bool:
    """Whether a JSON object is a transforms.json."""
    return "transform_matrix" in first_frame(data)


def read_nerfstudio(text: str, hints: Hints = Hints()) -> Trajectory:
    """From transforms.json: c2w (camera to world), OpenGL axes (y up, z backwards), K in pixels.

    fl_x, fl_y, cx, cy, w, h (or camera_angle_x) are given once for all frames or in each. Frames are sorted
    by file_path where all have one, as the trainers do. applied_transform [3][4] and applied_scale, which
    nerfstudio has applied to the poses, are undone. Lens distortion goes to the hints.
    """
    data = read_json(NAME, text)
    frames = objects_with("transform_matrix", data, "frames",
                          f"{NAME} needs frames, a list of objects with transform_matrix.")
    if all("file_path" in frame for frame in frames):
        frames = sorted(frames, key=lambda frame: natural_order(str(frame["file_path"])))
    if any(_value(frame, data, "k4") or "FISHEYE" in str(_value(frame, data, "camera_model"))
           for frame in frames):
        hints.remark(f"{NAME} has lenses of another kind than OpenCV's, whose distortion is ignored; "
                     "undistort the pictures with the program that made it.")
    else:
        hints.lens_distortion(NAME, torch.stack([_distortion(frame, data) for frame in frames]))
    gl = poses_from("transform_matrix", [frame["transform_matrix"] for frame in frames], hints)
    w2c = FLIP_YZ @ torch.linalg.inv(_undo_applied(data, gl))
    sizes = {tuple(_value(frame, data, key) for key in ("w", "h")) for frame in frames}
    require(len(sizes) == 1, f"{NAME} holds pictures of several sizes; keep those of one size.")
    width, height = sizes.pop()
    if width is None or height is None:
        width, height = _guessed_size(frames[0], data, hints)
    width, height = (round(one_number(NAME, side)) for side in (width, height))
    K = torch.stack([_intrinsics(frame, data, width, height) for frame in frames])
    return trajectory_from(NAME, w2c, K, width, height)


def write_nerfstudio(trajectory: Trajectory) -> str:
    """transforms.json: c2w (camera to world), OpenGL axes (y up, z backwards), K in pixels in every frame.

    The world stays the trajectory's (no applied_transform). file_path is images/frame_00001.png and so on,
    the names that nerfstudio gives to frames.
    """
    c2w = torch.linalg.inv(trajectory.w2c.double()) @ FLIP_YZ
    frames = [{"file_path": f"images/frame_{number:05}.png", "fl_x": K[0][0], "fl_y": K[1][1], "cx": K[0][2],
               "cy": K[1][2], "transform_matrix": matrix}
              for number, (matrix, K) in enumerate(zip(c2w.tolist(), trajectory.K.tolist()), start=1)]
    return json.dumps({"camera_model": "OPENCV", "w": trajectory.width, "h": trajectory.height,
                       "frames": frames})


def _value(frame: dict, data: dict, key: str) -> Any:
    return frame.get(key, data.get(key))


def _distortion(frame: dict, data: dict) -> Tensor:
    """[8] of one frame, see Hints.lens_distortion."""
    numbers = [one_number(NAME, _value(frame, data, key) or 0.0) for key in DISTORTION]
    return torch.tensor([*numbers, 0.0, 0.0, 0.0], dtype=torch.float64)


def _guessed_size(frame: dict, data: dict, hints: Hints) -> tuple[float, float]:
    """Twice the principal point; without one (a file with a field of view) the size of the hints."""
    cx, cy = (_value(frame, data, key) for key in ("cx", "cy"))
    if cx is None or cy is None:
        return hints.size(NAME)
    hints.remark(f"{NAME} holds no picture size; it is taken as twice the principal point.")
    return 2 * one_number(NAME, cx), 2 * one_number(NAME, cy)


def _intrinsics(frame: dict, data: dict, width: int, height: int) -> Tensor:
    def number(key: str, otherwise: float) -> float:
        value = _value(frame, data, key)
        return otherwise if value is None else one_number(NAME, value)

    def focal(axis: str, side: int, otherwise: float) -> float:
        angle = number(f"camera_angle_{axis}", 0)
        return number(f"fl_{axis}", focal_from_fov(math.degrees(angle), side) if angle else otherwise)

    fx = focal("x", width, 0.0)
    fy = focal("y", height, fx)
    require(fx > 0, f"{NAME} has neither fl_x nor camera_angle_x; it needs one of them.")
    numbers = [fx, fy, number("cx", width / 2), number("cy", height / 2)]
    return pinhole(*torch.tensor(numbers, dtype=torch.float64))


def _undo_applied(data: dict, gl: Tensor) -> Tensor:
    """c2w before applied_transform (a rotation with translation) and applied_scale were done to the file's
    poses."""
    gl = gl.clone()
    gl[:, :3, 3] /= one_number(NAME, data.get("applied_scale") or 1)
    if data.get("applied_transform") is None:
        return gl
    applied = number_array("applied_transform", data["applied_transform"])
    require(applied.shape in ((3, 4), (4, 4)),
            f"applied_transform has the shape {list(applied.shape)}, expected [3,4].")
    return torch.linalg.inv(rigid(applied[:3, :3], applied[:3, 3])) @ gl
