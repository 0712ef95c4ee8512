"""LOAD3D_CAMERA: the camera of ComfyUI's 3D viewers, one pose or a list of key poses."""
from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ...files.json_text import parse_json
from ...values import quoted, require
from ..pinhole import focal_from_fov, fov_from_focal
from ..rotations import FLIP, quaternion_from_rotation, rigid, rotation_from_quaternion
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import FLIP_YZ, first_camera, number_array, one_number, pinhole, trajectory_from

NAME = "LOAD3D_CAMERA"
VIEWER_SIZE = 5.0  # to which the viewers of 2025 scale the longest side of a model
NOT_DRAWN = ("The 3D viewer has not drawn its model yet, so it has no camera; the first run always ends "
             "here. Look at the model in the viewer, set the camera, and run again.")
VIEWER_FOV = 75.0  # degrees; the viewers of 2025 do not report theirs, this is their initial value


class Placement(NamedTuple):
    """Where a viewer has put the model: viewer = scale * R @ model + offset, in three.js axes."""

    scale: float
    R: Tensor
    offset: Tensor


UNPLACED = Placement(1.0, torch.eye(3, dtype=torch.float64), torch.zeros(3, dtype=torch.float64))


def is_load3d(data: Any) -> bool:
    """Whether a JSON object or list is a LOAD3D_CAMERA."""
    return "position" in data or data == {"keyframes": []} or (
        "position" in (camera := first_camera(data)) and "rotation" not in camera)


def read_load3d(camera: Any, hints: Hints = Hints(), fov: float = VIEWER_FOV,
                placement: Placement = UNPLACED) -> Trajectory:
    """From LOAD3D_CAMERA: c2w (camera to world), three.js axes (y up, z backwards) for camera and world.

    camera is {"position", "target" or "quaternion", "zoom", "cameraType", "fov" (vertical, degrees)}, a list
    of these, {"keyframes": list} or the JSON of one of them; every one gives a pose. x, y, z of the viewer
    become x, -y, -z: a GLB with Y up (Export Point Cloud) holds what its start camera saw, so that is the
    world. The hints give the size; fov is used for cameras without one.
    """
    require(camera is not None, NOT_DRAWN)
    cameras = parse_json(camera, NAME) if isinstance(camera, str) else camera
    if isinstance(cameras, dict):
        cameras = cameras.get("keyframes", [cameras])
    require(isinstance(cameras, Sequence) and len(cameras) > 0 and all(
            isinstance(one, dict) and "position" in one for one in cameras),
            f"{NAME} needs a position and a target or quaternion, or a list of such cameras.")
    width, height = hints.size(NAME)
    poses = torch.stack([_pose(one, placement) for one in cameras])
    w2c = torch.linalg.inv(FLIP_YZ @ poses @ FLIP_YZ)
    focal = torch.tensor([_focal(one, height, fov) for one in cameras], dtype=torch.float64)
    middle = torch.ones_like(focal)
    K = pinhole(focal, focal, width / 2 * middle, height / 2 * middle)
    return trajectory_from(NAME, w2c, K, width, height, hints)


def write_load3d(trajectory: Trajectory) -> list[dict]:
    """A list of LOAD3D_CAMERA: c2w (camera to world), three.js axes (y up, z backwards) for camera and world.

    The target lies 1 ahead; the field of view is the vertical one in degrees, with zoom 1. What a viewer's
    camera cannot have is left out: a principal point off the middle and pixels that are not square.
    """
    c2w = FLIP_YZ @ torch.linalg.inv(trajectory.w2c.double()) @ FLIP_YZ
    fovs = [fov_from_focal(focal, trajectory.height) for focal in trajectory.K[:, 1, 1].tolist()]
    quaternions = quaternion_from_rotation(c2w[:, :3, :3])[:, (1, 2, 3, 0)]
    centres = c2w[:, :3, 3]
    aspect = trajectory.width / trajectory.height
    return [{"position": _named(position), "target": _named(position + direction),
             "quaternion": _named(quaternion), "zoom": 1, "cameraType": "perspective", "fov": fov,
             "aspect": aspect}
            for position, direction, quaternion, fov in zip(centres, -c2w[:, :3, 2], quaternions, fovs)]


def write_load3d_json(trajectory: Trajectory) -> str:
    """The same list as JSON."""
    return json.dumps(write_load3d(trajectory))


def viewer_fit(points: Tensor) -> Placement:
    """The placement of a model in the viewers of 2025, which do not report it: the longest side becomes 5,
    and the model is on the floor in the middle. points [N,3] are those of the start camera (x right, y down,
    z forward)."""
    model = points.double() * FLIP.to(points)
    low, high = model.amin(0), model.amax(0)
    longest = float((high - low).max())
    require(longest > 0, "The point cloud has no extent, so the viewer's scale is not known; connect the "
                         "cloud that the viewer shows.")
    scale = VIEWER_SIZE / longest
    middle = (low + high) / 2
    return Placement(scale, UNPLACED.R, -scale * torch.stack([middle[0], low[1], middle[2]]))


def viewer_placement(model_3d_info: Any) -> Placement:
    """From LOAD3D_MODEL_INFO, {"position", "quaternion", "scale"} or a list that begins with it."""
    info = model_3d_info[0] if isinstance(model_3d_info, Sequence) and model_3d_info else model_3d_info
    if not isinstance(info, dict):
        raise ValueError(NOT_DRAWN)
    scale = _vector("scale", info.get("scale", {"x": 1, "y": 1, "z": 1}), "xyz")
    require(bool((scale > 0).all()) and float(scale.max() - scale.min()) <= 1e-4 * float(scale.max()),
            f"The viewer has scaled the model by {scale.tolist()}; only equal, positive scales keep the "
            "scene's shape.")
    quaternion = _vector("quaternion", info.get("quaternion", {"x": 0, "y": 0, "z": 0, "w": 1}), "wxyz")
    return Placement(float(scale[0]), rotation_from_quaternion(quaternion, "LOAD3D_MODEL_INFO"),
                     _vector("position", info.get("position", {"x": 0, "y": 0, "z": 0}), "xyz"))


def _pose(camera: dict, placement: Placement) -> Tensor:
    """c2w [4,4] in the model's world."""
    kind = camera.get("cameraType", "perspective")
    require(kind == "perspective", f"{NAME} is {quoted(kind)}; switch the viewer to perspective.")
    position = _vector("position", camera["position"], "xyz")
    if camera.get("quaternion"):
        R = rotation_from_quaternion(_vector("quaternion", camera["quaternion"], "wxyz"), NAME)
    else:
        require("target" in camera, f"{NAME} has neither target nor quaternion; it needs one of them.")
        R = _look_at(position, _vector("target", camera["target"], "xyz"))
    return rigid(placement.R.T @ R, placement.R.T @ (position - placement.offset) / placement.scale)


def _look_at(position: Tensor, target: Tensor) -> Tensor:
    """Rotation [3,3] of a three.js camera: -z towards the target, x level."""
    back = position - target
    require(float(back.norm()) > 0, f"{NAME} has its target at its own position; move one of them.")
    back = back / back.norm()
    if float(back[[0, 2]].norm()) == 0:  # straight up or down, where "level" means nothing: as three.js
        back = torch.nn.functional.normalize(back + back.new_tensor([0, 0, 1e-4]), dim=0)
    right = torch.nn.functional.normalize(torch.linalg.cross(back.new_tensor([0.0, 1, 0]), back), dim=0)
    return torch.stack([right, torch.linalg.cross(back, right), back], dim=1)


def _focal(camera: dict, height: int, fov: float) -> float:
    angle, zoom = one_number(NAME, camera.get("fov") or fov), one_number(NAME, camera.get("zoom") or 1)
    require(0 < angle < 180 and zoom > 0, f"{NAME} has a field of view of {angle:g} degrees and a zoom of "
                                          f"{zoom:g}; the one must lie between 0 and 180, the other be "
                                          "positive.")
    return zoom * focal_from_fov(angle, height, "vertical")


def _vector(name: str, value: Any, axes: str) -> Tensor:
    """[3] or [4] of {"x", "y", "z"} or of a list in the order x, y, z, w."""
    if isinstance(value, dict) and set(axes) <= value.keys():
        return number_array(f"{NAME} {name}", [value[axis] for axis in axes])
    require(isinstance(value, Sequence) and len(value) == len(axes), f"{NAME} has no {', '.join(axes)} in "
                                                                     f"its {name}.")
    array = number_array(f"{NAME} {name}", value)
    return array.roll(1) if axes == "wxyz" else array


def _named(vector: Tensor) -> dict[str, float]:
    return dict(zip("xyzw", vector.tolist()))
