"""TUM trajectory files, as SLAM programs write them."""
from __future__ import annotations

import re

import torch

from ..rotations import quaternion_from_rotation, rigid, rotation_from_quaternion
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import first_rows, is_number, number_rows, trajectory_from

NAME = "The TUM file"
COLUMNS = 8
XYZ_WXYZ, XYZ_XYZW = (1, 2, 3, 4, 5, 6, 7), (1, 2, 3, 7, 4, 5, 6)
# Names such as qw, q_RS_w, quat_w, rotation.w and tx, p_RS_R_x, position.x, x.
QUATERNION = re.compile(r"(?:q|.*quat|.*rot|.*orient).*([wxyz])")
POSITION = re.compile(r"(?:t|p|.*pos|.*trans).*([xyz])|([xyz])")


def is_tum(text: str) -> bool:
    """Whether a text is a TUM file, or names the columns of a pose in a header."""
    return named_columns(text) is not None or len(_fields(" ".join(first_rows(text)[0]))) == COLUMNS


def read_tum(text: str, hints: Hints = Hints()) -> Trajectory:
    """From a TUM file: c2w (camera to world), OpenCV axes; lines of time tx ty tz qx qy qz qw.

    A header that names the columns (as EuRoC and TUM-VI write it) tells their order; without one the hints
    say whether qw is first. It holds no intrinsics and no size; the hints give both. Times are not used:
    every line is one key frame.
    """
    named = named_columns(text)
    if named is None:
        rows = number_rows(NAME, text, [COLUMNS])[:, XYZ_WXYZ if hints.w_first else XYZ_XYZW]
    else:
        header, columns = named
        if has_other_order(text):
            hints.remark(f"{NAME} names its columns in an order of its own, which is kept to; such poses are "
                         "often those of a tracked body, not of its camera.")
        rows = number_rows(NAME, text.replace(header, "", 1), [len(_fields(header))])[:, columns]
    c2w = rigid(rotation_from_quaternion(rows[:, 3:], NAME), rows[:, :3])
    w2c = c2w if hints.inverted else torch.linalg.inv(c2w)
    return trajectory_from(NAME, w2c, *hints.intrinsics(NAME, len(rows)), hints)


def named_columns(text: str) -> tuple[str, list[int]] | None:
    """(header, columns of tx ty tz qw qx qy qz) when a line before the first numbers names these columns."""
    for line in text[:100_000].splitlines():
        names = _fields(line)
        if names and all(map(is_number, names)):
            return None
        found: dict[str, int] = {}
        for column, name in enumerate(names):
            if match := QUATERNION.fullmatch(name):
                found.setdefault(f"q{match[1]}", column)
            elif match := POSITION.fullmatch(name):
                found.setdefault(f"t{match[1] or match[2]}", column)
        if len(found) == 7:
            return line, [found[key] for key in ("tx", "ty", "tz", "qw", "qx", "qy", "qz")]
    return None


def has_other_order(text: str) -> bool:
    """Whether a header names the columns in another order than TUM's, as files of a tracked body do."""
    named = named_columns(text)
    return named is not None and tuple(named[1]) != XYZ_XYZW


def write_tum(trajectory: Trajectory) -> str:
    """A TUM file: c2w (camera to world), OpenCV axes; time in seconds. Intrinsics and size are not in it."""
    c2w = torch.linalg.inv(trajectory.w2c.double())
    wxyz = quaternion_from_rotation(c2w[:, :3, :3])
    rows = torch.cat([c2w[:, :3, 3], wxyz[:, (1, 2, 3, 0)]], dim=1).tolist()
    lines = [" ".join(map(repr, [frame / trajectory.fps, *row])) for frame, row in enumerate(rows)]
    return "\n".join(["# time tx ty tz qx qy qz qw (camera to world)", *lines, ""])


def _fields(line: str) -> list[str]:
    """Names or numbers of a line, without units in brackets and what marks a comment."""
    line = re.sub(r"\[[^\]]*\]|\([^)]*\)", "", line.lower()).strip("# \t,;")
    return [field for field in re.split(r"[\s,;]+", line) if field]
