"""Cameras of Blender, through a JSON file that a ten-line script in Blender writes or reads (see the help
pages)."""
from __future__ import annotations

import json
from typing import Any

import torch
from torch import Tensor

from ...files.json_text import parse_json
from ...values import quoted, require
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import (
    FLIP_YZ,
    first_frame,
    labels,
    objects_with,
    one_number,
    pinhole,
    poses_from,
    trajectory_from,
)

NAME = "The Blender camera file"
SENSOR = 36.0  # millimetres, Blender's own default
# Blender's world has z up, a trajectory's y down: (x, y, z) there is (x, -z, y) here. A GLB with Y up, as
# Export Point Cloud writes it, arrives in Blender under the same cameras when its start pose is the identity.
WORLD = torch.tensor([[1.0, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1]], dtype=torch.float64)
LENS = ("lens", "sensor_width", "sensor_height", "shift_x", "shift_y", "pixel_aspect")
DEFAULTS = {"sensor_width": SENSOR, "sensor_height": 24.0, "shift_x": 0.0, "shift_y": 0.0,
            "pixel_aspect": 1.0}


def is_blender(data: dict[str, Any]) -> bool:
    """Whether a JSON object is a camera file of Blender."""
    return "matrix_world" in first_frame(data)


def read_blender(text: str, hints: Hints = Hints()) -> Trajectory:
    """From object matrices: c2w (camera to world), OpenGL axes (y up, z backwards), world with z up.

    {"width", "height", "fps", "unit", "frames": [{"matrix_world" [4][4], "lens" mm, "sensor_width" mm,
    "sensor_height" mm, "sensor_fit", "shift_x", "shift_y", "pixel_aspect" (y / x)}]}; the lens may also be
    given once at the top level, for all frames. Only width, height, frames, matrix_world and lens are
    required.
    """
    data = parse_json(text, NAME)
    frames = objects_with("matrix_world", data, "frames", f"{NAME} needs frames, a list of objects with "
                                                          "matrix_world.")
    require("width" in data and "height" in data, f"{NAME} needs width and height, the render size in "
                                                  "pixels.")
    width, height = (round(one_number(NAME, data[key])) for key in ("width", "height"))
    c2w = WORLD @ poses_from("matrix_world", [frame["matrix_world"] for frame in frames], hints) @ FLIP_YZ
    K = torch.stack([_intrinsics({**DEFAULTS, **data, **frame}, width, height) for frame in frames])
    return trajectory_from(NAME, torch.linalg.inv(c2w), K, width, height, hints, **labels(NAME, data))


def write_blender(trajectory: Trajectory) -> str:
    """Object matrices: c2w (camera to world), OpenGL axes (y up, z backwards), world with z up; frames from
    1."""
    c2w = torch.linalg.inv(trajectory.w2c.double())
    matrices = (torch.linalg.inv(WORLD) @ c2w @ FLIP_YZ).tolist()
    width, height = trajectory.width, trajectory.height
    frames = []
    for number, (matrix, K) in enumerate(zip(matrices, trajectory.K.tolist()), start=1):
        (fx, _, cx), (_, fy, cy) = K[:2]
        frames.append({
            "frame": number, "matrix_world": matrix, "lens": fx / width * SENSOR, "sensor_width": SENSOR,
            "sensor_fit": "HORIZONTAL", "pixel_aspect": fx / fy, "shift_x": (width / 2 - cx) / width,
            "shift_y": (cy - height / 2) * fx / fy / width})
    return json.dumps({"width": width, "height": height, "fps": trajectory.fps, "name": trajectory.name,
                       "unit": trajectory.unit, "frames": frames})


def _intrinsics(lens: dict, width: int, height: int) -> Tensor:
    require("lens" in lens, f"{NAME} needs lens, the focal length in millimetres; orthographic cameras have "
                            "none.")
    numbers = [one_number(NAME, lens[key]) for key in LENS]
    focal, sensor_width, sensor_height, shift_x, shift_y, aspect = numbers
    fit = lens.get("sensor_fit", "AUTO")
    require(fit in ("AUTO", "HORIZONTAL", "VERTICAL"),
            f"{NAME} has the sensor_fit {quoted(fit)}, expected AUTO, HORIZONTAL or VERTICAL.")
    require(min(sensor_width, sensor_height, aspect) > 0, f"{NAME} has a sensor or pixel aspect that is not "
                                                          "positive.")
    # The side of the picture that the sensor spans, in widths of a pixel. AUTO uses sensor_width for the
    # longer side.
    vertical = fit == "VERTICAL" or (fit == "AUTO" and width < aspect * height)
    span = aspect * height if vertical else width
    fx = focal / (sensor_height if fit == "VERTICAL" else sensor_width) * span
    # Shifts count in spans; y goes up in Blender.
    numbers = [fx, fx / aspect, width / 2 - shift_x * span, height / 2 + shift_y * span / aspect]
    return pinhole(*torch.tensor(numbers, dtype=torch.float64))
