"""RealEstate10K text files, and the same rows as the value CAMERACTRL_POSES of several node packs."""
from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ...values import require
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import first_rows, number_array, number_rows, pinhole, poses_from, trajectory_from

NAME = "The RealEstate10K file"
COLUMNS = 19  # time, fx, fy, cx, cy, 0, 0, then 3x4 row by row
MICROSECONDS = 1_000_000


def is_real_estate(text: str) -> bool:
    """Whether a text is a RealEstate10K file."""
    return COLUMNS in map(len, first_rows(text)[:2])  # the first line may be an address


def read_real_estate(text: str, hints: Hints = Hints()) -> Trajectory:
    """From a RealEstate10K text file: w2c (world to camera), OpenCV axes, fx and cx as shares of the width,
    fy and cy of the height. The first line is an address and is skipped; the size of the pictures has to be
    in the hints."""
    first, _, rest = text.partition("\n")
    rows = number_rows(NAME, text if _is_numbers(first) else "\n" + rest, [COLUMNS])
    return _from_rows(NAME, rows, hints)


def read_cameractrl_poses(poses: Sequence[Sequence[float]], hints: Hints = Hints()) -> Trajectory:
    """From CAMERACTRL_POSES, a list of rows as in RealEstate10K: w2c (world to camera), OpenCV axes,
    normalised K."""
    rows = number_array("CAMERACTRL_POSES", poses)
    require(rows.ndim == 2 and len(rows) > 0 and rows.shape[1] == COLUMNS,
            f"CAMERACTRL_POSES has the shape {list(rows.shape)}, expected [F,{COLUMNS}]: time, fx, fy, cx, "
            "cy, 0, 0 and the 12 numbers of a 3x4 world-to-camera matrix.")
    return _from_rows("CAMERACTRL_POSES", rows, hints)


def write_real_estate(trajectory: Trajectory) -> str:
    """A RealEstate10K text file: w2c (world to camera), OpenCV axes, K normalised; the time in
    microseconds."""
    lines = [" ".join([str(round(frame * MICROSECONDS / trajectory.fps)),
                       *(f"{value:.9g}" for value in row[1:])])
             for frame, row in enumerate(write_cameractrl_poses(trajectory))]
    return "\n".join(["https://", *lines, ""])  # readers skip the first line


def write_cameractrl_poses(trajectory: Trajectory) -> list[list[float]]:
    """CAMERACTRL_POSES: rows of frame number, fx, fy, cx, cy (normalised), 0, 0 and w2c 3x4, OpenCV axes."""
    frames, size = trajectory.frames, trajectory.K.new_tensor([trajectory.width, trajectory.height]).double()
    K = trajectory.K.double()
    focal, centre = K[:, (0, 1), (0, 1)] / size, K[:, :2, 2] / size
    number = torch.arange(frames, dtype=torch.float64)[:, None]
    return torch.cat([number, focal, centre, torch.zeros(frames, 2, dtype=torch.float64),
                      trajectory.w2c[:, :3].double().flatten(1)], dim=1).tolist()


def _is_numbers(line: str) -> bool:
    return len(line.split()) == COLUMNS


def _from_rows(name: str, rows: Tensor, hints: Hints) -> Trajectory:
    require(float(rows[:, 3:5].abs().max()) <= 2,
            f"{name} has its principal point at {float(rows[0, 3]):.4g}, {float(rows[0, 4]):.4g}, so its "
            "intrinsics are in pixels; divide fx, cx by the width and fy, cy by the height.")
    width, height = hints.size(name)
    fx, fy, cx, cy = (rows[:, 1:5] * rows.new_tensor([width, height, width, height])).T
    w2c = poses_from(name, rows[:, 7:].unflatten(1, (3, 4)), hints)
    return trajectory_from(name, w2c, pinhole(fx, fy, cx, cy), width, height, hints)
