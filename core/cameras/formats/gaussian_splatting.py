"""cameras.json that trainings of Gaussian splats (3DGS) write beside their point clouds."""
from __future__ import annotations

import json
from typing import Any

import torch

from ...files.json_text import parse_json
from ...values import require
from ..rotations import rigid
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import (
    first_camera,
    natural_order,
    number_array,
    one_number,
    pinhole,
    poses_from,
    trajectory_from,
)

NAME = "cameras.json of 3DGS"
NEEDED = ("position", "rotation", "fx", "fy", "width", "height")


def is_splat_cameras(data: dict[str, Any]) -> bool:
    """Whether a JSON list, as {"keyframes": list}, is a cameras.json of 3DGS."""
    return {"position", "rotation"} <= first_camera(data).keys()


def read_splat_cameras(text: str, hints: Hints = Hints()) -> Trajectory:
    """From cameras.json of 3DGS: c2w (camera to world), OpenCV axes, focal lengths in pixels.

    [{"img_name", "width", "height", "position" [3], "rotation" [3][3], "fx", "fy"}, ...]. The principal point
    is in the middle. Cameras are sorted by img_name where all have one: the file has those kept for tests
    first.
    """
    cameras = parse_json(text, NAME)
    require(isinstance(cameras, list) and len(cameras) > 0 and all(
            isinstance(camera, dict) and camera.keys() >= set(NEEDED) for camera in cameras),
            f"{NAME} has to be a list of objects with {', '.join(NEEDED)}.")
    if all("img_name" in camera for camera in cameras):
        cameras = sorted(cameras, key=lambda camera: natural_order(str(camera["img_name"])))
    sizes = {tuple(round(one_number(NAME, camera[key])) for key in ("width", "height")) for camera in cameras}
    require(len(sizes) == 1, f"{NAME} holds pictures of {len(sizes)} sizes; keep those of one size.")
    width, height = sizes.pop()
    R, centres = (number_array(key, [camera[key] for camera in cameras]) for key in ("rotation", "position"))
    require(R.shape[1:] == (3, 3) and centres.shape[1:] == (3,),
            f"{NAME} has rotations of the shape {list(R.shape[1:])} and positions of "
            f"{list(centres.shape[1:])}, expected [3,3] and [3].")
    c2w = poses_from("rotation", rigid(R, centres), hints)
    fx, fy = torch.tensor([[one_number(NAME, camera[key]) for camera in cameras] for key in ("fx", "fy")],
                          dtype=torch.float64)
    K = pinhole(fx, fy, torch.full_like(fx, width / 2), torch.full_like(fx, height / 2))
    return trajectory_from(NAME, torch.linalg.inv(c2w), K, width, height, hints)


def write_splat_cameras(trajectory: Trajectory) -> str:
    """cameras.json of 3DGS: c2w (camera to world), OpenCV axes, focal lengths in pixels.

    The principal point has to be in the middle to come back; img_name is frame_00001 and so on.
    """
    c2w = torch.linalg.inv(trajectory.w2c.double())
    return json.dumps([
        {"id": frame, "img_name": f"frame_{frame + 1:05}", "width": trajectory.width,
         "height": trajectory.height, "position": position, "rotation": R, "fx": K[0][0], "fy": K[1][1]}
        for frame, (position, R, K) in enumerate(zip(c2w[:, :3, 3].tolist(), c2w[:, :3, :3].tolist(),
                                                     trajectory.K.tolist()))])
