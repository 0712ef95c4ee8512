"""transforms.json of nerfstudio and instant-ngp."""
from __future__ import annotations

import json
import math
from typing import Any

import torch
from torch import Tensor

from ...files.json_text import parse_json
from ...values import quoted, require
from ..pinhole import focal_from_fov
from ..rotations import rigid
from ..trajectory import Trajectory
from .colmap import PINHOLES
from .hints import Hints
from .parsing import (
    FLIP_YZ,
    ROTATION_TOLERANCE,
    first_frame,
    natural_order,
    number_array,
    objects_with,
    one_number,
    pinhole,
    poses_from,
    trajectory_from,
)

NAME = "transforms.json"
DISTORTION = ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6")  # OpenCV's order
HIGHER = ("k4", "k5", "k6")  # OpenCV's in FULL_OPENCV alone


def is_nerfstudio(data: dict[str, Any]) -> bool:
    """Whether a JSON object is a transforms.json."""
    return "transform_matrix" in first_frame(data)


def read_nerfstudio(text: str, hints: Hints = Hints()) -> Trajectory:
    """From transforms.json: c2w (camera to world), OpenGL axes (y up, z backwards), K in pixels.

    fl_x, fl_y, cx, cy, w, h (or camera_angle_x) are given once for all frames or in each. Frames are sorted
    by file_path where all have one, as the trainers do. applied_transform [3][4] and applied_scale, which
    nerfstudio has applied to the poses, are undone. Lens distortion goes to the hints.
    """
    data = parse_json(text, NAME)
    frames = objects_with("transform_matrix", data, "frames",
                          f"{NAME} needs frames, a list of objects with transform_matrix.")
    if all("file_path" in frame for frame in frames):
        frames = sorted(frames, key=lambda frame: natural_order(str(frame["file_path"])))
    for frame in frames:
        _check_model(frame, data)
    hints.lens_distortion(NAME, torch.stack([_distortion(frame, data) for frame in frames]))
    gl = poses_from("transform_matrix", [frame["transform_matrix"] for frame in frames], hints)
    w2c = FLIP_YZ @ torch.linalg.inv(_undo_applied(data, gl))
    sizes = {_size(frame, data) for frame in frames}
    require(len(sizes) == 1, f"{NAME} holds pictures of several sizes; keep those of one size.")
    width, height = _whole_size(*sizes.pop(), hints)
    if any(_value(frames[0], data, key) is None for key in ("w", "h")):
        hints.remark(f"{NAME} holds no picture size; {width}x{height} is taken for it.")
    K = torch.stack([_intrinsics(frame, data, width, height) for frame in frames])
    return trajectory_from(NAME, w2c, K, width, height, hints)


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


def _check_model(frame: dict, data: dict) -> None:
    """ValueError for a lens that is no pinhole with the distortion of OpenCV."""
    model = "is_fisheye" if _value(frame, data, "is_fisheye") else _value(frame, data, "camera_model")
    require(model is None or model in PINHOLES,
            f"{NAME} has pictures of a camera of model {quoted(model)}, expected one of "
            f"{', '.join(PINHOLES)}; undistort them with the program that made the file.")
    higher = [key for key in HIGHER if _value(frame, data, key)]
    require(model == "FULL_OPENCV" or not higher,
            f"{NAME} has {', '.join(higher)}, which among pinhole cameras only the camera_model FULL_OPENCV "
            "has; it may be a fisheye: undistort the pictures with the program that made the file.")


def _distortion(frame: dict, data: dict) -> Tensor:
    """[8] of one frame, see Hints.lens_distortion."""
    numbers = [one_number(NAME, _value(frame, data, key) or 0.0) for key in DISTORTION]
    return torch.tensor(numbers, dtype=torch.float64)


def _size(frame: dict, data: dict) -> tuple[float | None, float | None]:
    """(width, height) as stated, or what focal length and field of view make of it, or twice the principal
    point."""
    return _side(frame, data, "w", "x"), _side(frame, data, "h", "y")


def _side(frame: dict, data: dict, key: str, axis: str) -> float | None:
    stated, focal, angle, centre = (
        None if (value := _value(frame, data, name)) is None else one_number(NAME, value)
        for name in (key, f"fl_{axis}", f"camera_angle_{axis}", f"c{axis}"))
    if stated is None and focal and angle:
        require(0 < angle < math.pi, f"{NAME} has a camera_angle_{axis} of {angle:g} radians, expected one "
                                     "between 0 and pi.")
        return round(2 * focal * math.tan(angle / 2), 3)
    return stated if stated is not None or centre is None else 2 * centre


def _whole_size(width: float | None, height: float | None, hints: Hints) -> tuple[int, int]:
    """(width, height); what the file does not tell has the shape of the hints' size."""
    if width is None or height is None:
        known = " or ".join(f"{side:g}" for side in (width, height) if side is not None)
        shape = hints.size(f"{NAME} tells one side of its pictures, {known} pixels, and" if known else NAME)
        scale = width / shape[0] if width is not None else height / shape[1] if height is not None else 1
        width, height = shape[0] * scale, shape[1] * scale
    return round(width), round(height)


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
    scale = data.get("applied_scale")
    scale = 1.0 if scale is None else one_number("applied_scale", scale)
    require(scale > 0, f"applied_scale is {scale:g}, expected a positive number; export {NAME} again.")
    gl = gl.clone()
    gl[:, :3, 3] /= scale
    if data.get("applied_transform") is None:
        return gl
    applied = number_array("applied_transform", data["applied_transform"])
    require(applied.shape in ((3, 4), (4, 4)),
            f"applied_transform has the shape {list(applied.shape)}, expected [3,4].")
    R = applied[:3, :3]
    size = float(torch.linalg.det(R))
    rotates = torch.allclose(R @ R.T, torch.eye(3, dtype=R.dtype), atol=ROTATION_TOLERANCE) and size > 0
    require(rotates, f"applied_transform is no rotation with a translation (its determinant is {size:.4g}: "
                     f"singular, mirrored, scaled or sheared), so the poses of {NAME} cannot be turned back; "
                     "export it again.")
    return torch.linalg.inv(rigid(R, applied[:3, 3])) @ gl
