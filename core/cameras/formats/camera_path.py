"""Camera paths of nerfstudio's viewer, which ns-render films."""
from __future__ import annotations

import json
from typing import Any

import torch

from ...files.json_text import parse_json
from ...values import quoted, require
from ..pinhole import focal_from_fov, fov_from_focal
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import (
    FLIP_YZ,
    number_array,
    objects_with,
    one_number,
    pinhole,
    poses_from,
    trajectory_from,
)

NAME = "The camera path of nerfstudio"
PERSPECTIVE = "perspective"


def is_camera_path(data: dict[str, Any]) -> bool:
    """Whether a JSON object is a camera path of nerfstudio."""
    return "camera_path" in data


def read_camera_path(text: str, hints: Hints = Hints()) -> Trajectory:
    """From a camera path: c2w (camera to world), OpenGL axes (y up, z backwards).

    {"camera_type": "perspective", "render_width", "render_height", "fps", "camera_path": [
    {"camera_to_world" [16] row by row, "fov" (vertical, degrees)}, ...]}. Its keyframes are not used. Raises
    ValueError for other kinds of cameras.
    """
    data = parse_json(text, NAME)
    needs = f"{NAME} needs camera_path, a list of objects with camera_to_world and fov."
    frames = objects_with("fov", data, "camera_path", needs)
    objects_with("camera_to_world", data, "camera_path", needs)
    kind = data.get("camera_type", PERSPECTIVE)
    require(kind == PERSPECTIVE, f"{NAME} is of the camera_type {quoted(kind)}, expected {PERSPECTIVE!r}; "
                                 "choose that in nerfstudio's viewer and export it again.")
    require("render_width" in data and "render_height" in data,
            f"{NAME} needs render_width and render_height, the size in pixels.")
    width, height = (round(one_number(NAME, data[key])) for key in ("render_width", "render_height"))
    require(height > 0, f"{NAME} has a render_height of {height}; it must be positive.")
    matrices = number_array("camera_to_world", [frame["camera_to_world"] for frame in frames])
    require(matrices[0].numel() == 16, f"{NAME} has matrices of {matrices[0].numel()} numbers, expected 16.")
    gl = poses_from("camera_to_world", matrices.reshape(-1, 4, 4), hints)
    fovs = [one_number(NAME, frame["fov"]) for frame in frames]
    require(all(0 < fov < 180 for fov in fovs),
            f"{NAME} has a fov of {min(fovs):g} to {max(fovs):g} degrees, expected one between 0 and 180.")
    focal = torch.tensor([focal_from_fov(fov, height, "vertical") for fov in fovs], dtype=torch.float64)
    K = pinhole(focal, focal, torch.full_like(focal, width / 2), torch.full_like(focal, height / 2))
    fps = {"fps": one_number(NAME, data["fps"])} if "fps" in data else {}
    return trajectory_from(NAME, FLIP_YZ @ torch.linalg.inv(gl), K, width, height, hints, **fps)


def write_camera_path(trajectory: Trajectory) -> str:
    """A camera path: c2w (camera to world), OpenGL axes (y up, z backwards), vertical field of view.

    Pixels that are not square and a principal point off the middle are left out.
    """
    c2w = (torch.linalg.inv(trajectory.w2c.double()) @ FLIP_YZ).flatten(1).tolist()
    width, height, fps = trajectory.width, trajectory.height, trajectory.fps
    path = [{"camera_to_world": matrix, "fov": fov_from_focal(focal, height), "aspect": width / height}
            for matrix, focal in zip(c2w, trajectory.K[:, 1, 1].tolist())]
    return json.dumps({"camera_type": PERSPECTIVE, "render_height": height, "render_width": width, "fps": fps,
                       "seconds": len(path) / fps, "is_cycle": False, "crop": None, "camera_path": path})
