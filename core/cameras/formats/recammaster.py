"""camera_extrinsics.json of ReCamMaster (MultiCamVideo): cameras of Unreal Engine."""
from __future__ import annotations

import json
import re
from typing import Any

import torch
from torch import Tensor

from ...files.json_text import parse_json
from ...values import reason, require
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import natural_order, number_array, poses_from, trajectory_from

NAME = "The ReCamMaster file"
CENTIMETRES = 100.0
# Unreal has x forward, y right, z up; OpenCV x right, y down, z forward.
AXES = torch.tensor([[0.0, 1, 0, 0], [0, 0, -1, 0], [1, 0, 0, 0], [0, 0, 0, 1]], dtype=torch.float64)


def is_recammaster(data: dict[str, Any]) -> bool:
    """Whether a JSON object is a camera_extrinsics.json."""
    return "frame0" in data


def read_recammaster(text: str, hints: Hints = Hints()) -> Trajectory:
    """From camera_extrinsics.json: c2w (camera to world), Unreal axes and centimetres, transposed in its
    strings.

    {"frame0": {"cam01": "[r r r 0] [r r r 0] [r r r 0] [x y z 1]", ...}, ...}; hints.camera chooses cam01,
    cam02 and so on. Poses are relative to the first (world = first camera), in metres: the worlds of these
    files are left-handed and some of their cameras mirrored, which only relative poses are free of, and
    ReCamMaster uses no others. There are no intrinsics and no size; the hints give both.
    """
    unreal = torch.stack([_matrix(matrix, where) for where, matrix in _matrices(text, hints).items()])
    relative = poses_from(NAME, AXES @ torch.linalg.inv(unreal[0]) @ unreal @ AXES.T, hints)
    relative[:, :3, 3] /= CENTIMETRES
    return trajectory_from(NAME, torch.linalg.inv(relative), *hints.intrinsics(NAME, len(relative)), hints,
                           unit="m")


def write_recammaster(trajectory: Trajectory) -> str:
    """camera_extrinsics.json with one camera, cam01: c2w (camera to world), Unreal axes and centimetres,
    transposed.

    The trajectory's unit is taken for metres. Intrinsics and size are not in it.
    """
    c2w = torch.linalg.inv(trajectory.w2c.double())
    c2w[:, :3, 3] *= CENTIMETRES
    unreal = (AXES.T @ c2w @ AXES).mT.tolist()
    return json.dumps({f"frame{frame}": {"cam01": " ".join(f"[{' '.join(map(repr, row))}]" for row in matrix)}
                       for frame, matrix in enumerate(unreal)})


def _matrices(text: str, hints: Hints) -> dict[str, Any]:
    """{where it is in the file: matrix} of the camera that the hints choose, frame by frame."""
    data = parse_json(text, NAME)
    entries = data if isinstance(data, dict) else {}
    frames = sorted((key for key in entries if key.startswith("frame")), key=natural_order)
    require(len(frames) > 0 and all(isinstance(data[frame], dict) for frame in frames),
            f"{NAME} needs frame0, frame1, ..., each an object with cam01.")
    camera = f"cam{hints.camera:02}"
    present = sorted(data[frames[0]], key=natural_order)
    lacking = [frame for frame in frames if camera not in data[frame]]
    if lacking:
        raise ValueError(f"{NAME} holds no {camera} in {lacking[0]}; it has {', '.join(present)}.")
    if len(present) > 1:
        hints.remark(f"{NAME} holds {len(present)} cameras ({present[0]} to {present[-1]}); {camera} is "
                     "read.")
    return {f"{NAME}, {frame}, {camera}": data[frame][camera] for frame in frames}


def _matrix(text: str, name: str) -> Tensor:
    """c2w [4,4] of "[..] [..] [..] [..]", whose rows are the columns of the matrix."""
    rows = re.findall(r"\[([^\]]*)\]", text) if isinstance(text, str) else []
    require(len(rows) == 4 and all(len(row.split()) == 4 for row in rows),
            f"{name} is {str(text)[:60]!r}, expected four brackets of four numbers.")
    try:
        matrix = number_array(name, [[float(number) for number in row.split()] for row in rows]).T
    except ValueError as error:
        raise ValueError(f"{name} holds something that is no finite number ({reason(error)}).") from error
    require(abs(float(torch.linalg.det(matrix))) > 0.5, f"{name} is no rotation: its matrix cannot be "
                                                        "inverted.")
    return matrix.contiguous()
