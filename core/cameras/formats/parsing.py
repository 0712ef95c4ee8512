"""Poses and intrinsics as files write them, checked so that the error names the likely cause."""
from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ...values import reason, require
from ..trajectory import LARGEST_SIDE, Trajectory
from .hints import Hints

# OpenGL, Blender and three.js cameras look along -z with y up; OpenCV ones along +z with y down.
FLIP_YZ = torch.diag(torch.tensor([1.0, -1, -1, 1], dtype=torch.float64))
ROTATION_TOLERANCE = 1e-3  # what a file with four decimals is off by
SMALLEST_FOCAL = 0.05  # of the picture's shorter side: 168 degrees of view
LARGEST_SKEW = 1e-4  # focal lengths, as Trajectory allows
FAR = 1000.0  # nearer positions keep their world
SMALLEST_SHARE = 1e-3  # of a step between two poses, that float32 has to resolve


def poses_from(name: str, values: Any, hints: Hints) -> Tensor:
    """[F,4,4] float64 of rigid matrices as 3x4 or 4x4 numbers, inverted when the hints say so.

    Raises ValueError naming the first bad frame and the likely cause: transposed, scaled, mirrored, no
    rotation.
    """
    matrices = number_array(name, values)
    require(matrices.ndim == 3 and len(matrices) > 0 and matrices.shape[1:] in ((3, 4), (4, 4)),
            f"{name} has the shape {list(matrices.shape)}, expected [F,4,4] or [F,3,4]: one matrix for every "
            "pose.")
    if matrices.shape[1] == 3:
        last = matrices.new_tensor([0.0, 0, 0, 1]).expand(len(matrices), 1, 4)
        matrices = torch.cat([matrices, last], dim=1)
    require_rigid(name, matrices)
    return torch.linalg.inv(matrices) if hints.inverted else matrices


def number_array(name: str, values: Any) -> Tensor:
    """float64 tensor of nested lists of finite numbers."""
    try:
        array = values.double() if isinstance(values, Tensor) else torch.tensor(values, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:
        raise ValueError(f"{name} is no regular array of numbers ({reason(error)}).") from error
    bad = int((~torch.isfinite(array)).sum())
    require(bad == 0, f"{name} has {bad} of {array.numel()} numbers that are NaN or infinite; export the "
                      "file again.")
    return array


def one_number(name: str, value: Any) -> float:
    """A finite number out of a file; ValueError for anything else."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    require(math.isfinite(number), f"{name} has {str(value)[:40]!r} where a number should be.")
    return number


def labels(name: str, data: dict) -> dict[str, Any]:
    """The fps, name, unit and fit of a trajectory, as far as an object of a file has them."""
    found = {key: str(data[key]) for key in ("name", "unit", "fit") if key in data}
    return {**found, "fps": one_number(name, data["fps"])} if "fps" in data else found

NOT_RIGID = (  # as require_rigid looks for them
    "is transposed: its translation is in the last row; swap rows and columns",
    "has a last row that is not 0 0 0 1, so it is no pose",
    "is a rotation with a scale; divide its upper left 3x3 part by {scale:.4g}, or apply the object's scale "
    "before exporting",
    "is no rotation: its upper left 3x3 part is not orthonormal (wrong order of the numbers?)",
    "mirrors the world (determinant -1): wrong axes; flip one axis, or choose the format that the file has "
    "really")


def require_rigid(name: str, matrices: Tensor) -> None:
    """Raises ValueError with the likely cause unless matrices [F,4,4] are rotations with translations."""
    last_row = matrices.new_tensor([0.0, 0, 0, 1])
    off = (matrices[:, 3] - last_row).abs().amax(1) > 1e-6
    transposed = off & ((matrices[:, :, 3] - last_row).abs().amax(1) <= 1e-6)
    R = matrices[:, :3, :3]
    gram = R @ R.mT
    skew = (gram - torch.eye(3, dtype=R.dtype)).abs().amax((1, 2)) > ROTATION_TOLERANCE
    size = gram.diagonal(dim1=1, dim2=2).mean(1, keepdim=True)[..., None]
    even = (gram - size * torch.eye(3, dtype=R.dtype)).abs() <= ROTATION_TOLERANCE * size
    scaled = skew & even.all(2).all(1)
    mirrored = ~skew & (torch.linalg.det(R) < 0)
    for bad, cause in zip((transposed, off, scaled, skew, mirrored), NOT_RIGID):
        if bad.any():
            frame = int(bad.nonzero()[0])
            scale = float(size[frame].sqrt())
            raise ValueError(f"{name}, pose {frame} {cause.format(scale=scale)}.")


def intrinsics_from(name: str, values: Any, frames: int) -> Tensor:
    """K [frames,3,3] float64 in pixels of one 3x3 matrix for all poses, or one for each."""
    K = number_array(name, values)
    if K.ndim == 2:
        K = K[None]
    require(K.ndim == 3 and K.shape[1:] == (3, 3) and len(K) in (1, frames),
            f"{name} has the shape {list(K.shape)}, expected [3,3] or [{frames},3,3]: as many as there are "
            "poses.")
    last_row = K.new_tensor([0.0, 0, 1])
    row_is_last, column_is_last = (torch.equal(part, last_row.expand(len(K), 3))
                                   for part in (K[:, 2], K[:, :, 2]))
    require(row_is_last or not column_is_last,
            f"{name} is transposed: its principal point is in the last row; swap rows and columns.")
    require(float(K[:, :2, 2].abs().max()) > 2,
            f"{name} is normalised by the picture's size (focal length {float(K[0, 0, 0]):.4g}, principal "
            f"point {float(K[0, 0, 2]):.4g}, {float(K[0, 1, 2]):.4g}); multiply its rows by width and height "
            "in pixels.")
    for pose, (row, second, last) in enumerate(K.tolist()):
        skew, focal = max(abs(row[1]), abs(second[0])), min(row[0], second[1])
        require(skew <= LARGEST_SKEW * abs(focal),
                f"{name}, pose {pose} has skewed pixels (a skew of {skew:.4g}, expected 0); rectify the "
                "pictures in the program that made the file, or write 0 there if it is noise of calibration.")
        require(last == [0.0, 0.0, 1.0], f"{name}, pose {pose} has the last row {last}, expected 0 0 1; "
                                         "divide the matrix by its last entry, or export it again.")
    return K.expand(frames, 3, 3)


def pinhole(fx: Tensor, fy: Tensor, cx: Tensor, cy: Tensor) -> Tensor:
    """K [F,3,3] of four tensors [F]."""
    zero, one = torch.zeros_like(fx), torch.ones_like(fx)
    return torch.stack([fx, zero, cx, zero, fy, cy, zero, zero, one], dim=-1).unflatten(-1, (3, 3))


def trajectory_from(name: str, w2c: Tensor, K: Tensor, width: int, height: int, hints: Hints, /,
                    **facts: Any) -> Trajectory:
    """The Trajectory of checked poses w2c [F,4,4] float64 and K [F,3,3] in pixels; ValueError when the
    intrinsics cannot belong to a picture of that size. Poses too far away for float32 become relative to the
    first."""
    require(0 < min(width, height) and max(width, height) <= LARGEST_SIDE,
            f"{name} has pictures of {width:.6g}x{height:.6g} pixels; both must be positive, and "
            f"{LARGEST_SIDE} at most.")
    focal = K[:, (0, 1), (0, 1)] / K.new_tensor([width, height])
    if not (focal > 0).all() or not (focal.amax(1) > SMALLEST_FOCAL).all():
        raise ValueError(
            f"{name} has a focal length of {float(K[:, (0, 1), (0, 1)].min()):.4g} for pictures of "
            f"{width}x{height} pixels; intrinsics have to be positive and in pixels of these pictures, not "
            "normalised.")
    cx, cy = K[:, 0, 2], K[:, 1, 2]
    inside = ((cx > 0) & (cx < width) & (cy > 0) & (cy < height)).all()
    require(bool(inside), f"{name} has its principal point at ({float(cx[0]):.4g}, {float(cy[0]):.4g}), "
                          f"outside its pictures of {width}x{height} pixels; width and height may be "
                          "swapped, or of others.")
    w2c = _near(name, w2c, hints).clone()
    w2c[:, 3] = w2c.new_tensor([0.0, 0, 0, 1])  # exactly, as Trajectory wants it, also after inversions
    return Trajectory(w2c.float(), K.float().contiguous(), width, height, **facts)


def _near(name: str, w2c: Tensor, hints: Hints) -> Tensor:
    """Poses [F,4,4] float64, relative to the first where float32 cannot hold their steps, as on maps."""
    centres = torch.linalg.inv(w2c)[:, :3, 3]
    far = float(centres.norm(dim=1).max())
    step = float(centres.diff(dim=0).norm(dim=1).mean()) if len(centres) > 1 else 0.0
    rounding = far * torch.finfo(torch.float32).eps / 2
    if hints.keep_world or far <= FAR or rounding <= SMALLEST_SHARE * (step or 1.0):
        return w2c
    hints.remark(f"{name} has cameras {far:.6g} units away from its origin, too far for float32 to tell them "
                 "apart; the poses are relative to the first one.")
    return w2c @ torch.linalg.inv(w2c[0])


def first_rows(text: str) -> list[list[str]]:
    """The fields of the first three lines of a text that are neither empty nor comments."""
    lines = (line.split() for line in text[:100_000].splitlines())
    return [line for line in lines if line and not line[0].startswith("#")][:3]


def objects_with(needed: str, data: Any, key: str, message: str) -> list[dict]:
    """The list under this key of a JSON object, if all in it are objects that have `needed`; else
    ValueError(message)."""
    found = data.get(key) if isinstance(data, dict) else None
    if isinstance(found, list) and found:
        if all(isinstance(entry, dict) and needed in entry for entry in found):
            return found
    raise ValueError(message)


def number_rows(name: str, text: str, columns: Sequence[int]) -> Tensor:
    """[rows, columns] float64 of white-space or comma separated lines; # starts a comment, empty lines do not
    count.

    Raises ValueError naming the line that has another number of columns than the allowed ones, or no numbers.
    """
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        fields = re.split(r"[\s,;]+", line.partition("#")[0].strip(" \t,;"))
        if fields == [""]:
            continue
        wanted = {len(rows[0])} if rows else set(columns)
        require(len(fields) in wanted, f"{name}, line {number} has {len(fields)} columns, expected "
                                       f"{' or '.join(map(str, sorted(wanted)))}; the file may be cut off.")
        rows.append(_numbers(f"{name}, line {number}", fields))
    require(len(rows) > 0, f"{name} holds no poses.")
    return number_array(name, rows)


def _numbers(where: str, fields: list[str]) -> list[float]:
    try:
        return [float(field) for field in fields]
    except ValueError as error:
        raise ValueError(f"{where} holds something that is no number ({reason(error)}).") from error


def natural_order(name: str) -> list:
    """Sort key that puts frame_10 behind frame_2."""
    return [int(part) if place % 2 else part for place, part in enumerate(re.split(r"(\d+)", name))]


def first_camera(data: Any) -> dict[str, Any]:
    """The first object of a JSON list, or of the list `keyframes` of a JSON object; empty without one."""
    cameras = data.get("keyframes") if isinstance(data, dict) else data
    return cameras[0] if isinstance(cameras, list) and cameras and isinstance(cameras[0], dict) else {}


def is_number(field: str) -> bool:
    """Whether a field of a text is a number."""
    try:
        float(field)
    except ValueError:
        return False
    return True


def first_frame(data: dict[str, Any]) -> dict[str, Any]:
    """The first object in the list `frames` of a JSON object, empty when there is none."""
    frames = data.get("frames")
    return frames[0] if isinstance(frames, list) and frames and isinstance(frames[0], dict) else {}
