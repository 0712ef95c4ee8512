"""TUM trajectory files, as SLAM programs write them."""
from __future__ import annotations

import torch

from ..rotations import quaternion_from_rotation, rigid, rotation_from_quaternion
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import number_rows, trajectory_from

NAME = "The TUM file"


def is_tum(rows: list[list[str]]) -> bool:
    """Whether the first lines of a text, as fields, are those of a TUM file."""
    return len(rows[0]) == 8 or len(rows[0][0].split(",")) == 8


def read_tum(text: str, hints: Hints = Hints()) -> Trajectory:
    """From a TUM file: c2w (camera to world), OpenCV axes; lines of time tx ty tz qx qy qz qw.

    It holds no intrinsics and no size; the hints give both. Times are not used: every line is one key frame.
    """
    rows = number_rows(NAME, text, [8])
    c2w = rigid(rotation_from_quaternion(rows[:, (7, 4, 5, 6)], NAME), rows[:, 1:4])
    w2c = c2w if hints.inverted else torch.linalg.inv(c2w)
    return trajectory_from(NAME, w2c, *hints.intrinsics(NAME, len(rows)))


def write_tum(trajectory: Trajectory) -> str:
    """A TUM file: c2w (camera to world), OpenCV axes; time in seconds. Intrinsics and size are not in it."""
    c2w = torch.linalg.inv(trajectory.w2c.double())
    wxyz = quaternion_from_rotation(c2w[:, :3, :3])
    rows = torch.cat([c2w[:, :3, 3], wxyz[:, (1, 2, 3, 0)]], dim=1).tolist()
    lines = [" ".join(map(repr, [frame / trajectory.fps, *row])) for frame, row in enumerate(rows)]
    return "\n".join(["# time tx ty tz qx qy qz qw (camera to world)", *lines, ""])
