"""cameras.json of WorldMirror, the official reconstruction: the same words as camera.json, the opposite
direction."""
from __future__ import annotations

import json
from typing import Any

import torch
from torch import Tensor

from ...files.json_text import parse_json
from ...values import quoted, require
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import intrinsics_from, objects_with, poses_from, trajectory_from

NAME = "WorldMirror cameras.json"


def is_world_mirror(data: dict[str, Any]) -> bool:
    """Whether a JSON object is WorldMirror's cameras.json."""
    extrinsics = data.get("extrinsics")
    return isinstance(extrinsics, list) and bool(extrinsics) and isinstance(extrinsics[0], dict)


def read_world_mirror(text: str, hints: Hints = Hints()) -> Trajectory:
    """From WorldMirror's cameras.json: c2w (camera to world), OpenCV axes, K in pixels of the original
    pictures.

    {"num_cameras": F, "extrinsics": [{"camera_id", "matrix" [4][4]}], "intrinsics": [{"camera_id", "matrix"
    [3][3]}]}. Poses stay in the file's order; intrinsics are found by camera_id, a single one serves all.
    There is no size: it is twice the principal point.
    """
    data = parse_json(text, NAME)
    needs = f"{NAME} needs extrinsics and intrinsics, each a list of camera_id and matrix."
    extrinsics = objects_with("matrix", data, "extrinsics", needs)
    intrinsics = objects_with("matrix", data, "intrinsics", needs)
    stated = data.get("num_cameras", len(extrinsics))
    require(stated == len(extrinsics),
            f"{NAME} announces {quoted(stated)} cameras and holds {len(extrinsics)}; it was cut off.")
    K_of = {entry.get("camera_id"): entry["matrix"] for entry in intrinsics}
    ids = [entry.get("camera_id") for entry in extrinsics]
    missing = [camera for camera in ids if camera not in K_of] if len(intrinsics) > 1 else []
    if missing:
        raise ValueError(f"{NAME} holds no intrinsics for camera {quoted(missing[0])}.")
    c2w = poses_from("extrinsics", [entry["matrix"] for entry in extrinsics], hints)
    matrices = [K_of[camera] for camera in ids] if len(intrinsics) > 1 else [intrinsics[0]["matrix"]]
    K = intrinsics_from("intrinsics", matrices, len(c2w))
    return trajectory_from(NAME, torch.linalg.inv(c2w), K, *hints.size_of(NAME, K), hints)


def write_world_mirror(trajectory: Trajectory) -> str:
    """cameras.json for WorldMirror: c2w (camera to world), OpenCV axes, K in pixels; camera_id 0000, 0001 ...

    WorldMirror has no size in its file: the principal point has to be in the middle to get it back.
    """
    def listed(matrices: Tensor) -> list[dict]:
        return [{"camera_id": f"{frame:04}", "matrix": matrix}
                for frame, matrix in enumerate(matrices.tolist())]
    c2w = torch.linalg.inv(trajectory.w2c.double())
    return json.dumps({"num_cameras": trajectory.frames, "extrinsics": listed(c2w),
                       "intrinsics": listed(trajectory.K)})
