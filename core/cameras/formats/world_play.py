"""Camera trajectories of HY-WorldPlay."""
from __future__ import annotations

import json
from typing import Any

import torch

from ...files.json_text import parse_json
from ...values import require
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import intrinsics_from, natural_order, poses_from, trajectory_from

NAME = "The HY-WorldPlay file"


def is_world_play(data: dict[str, Any]) -> bool:
    """Whether a JSON object is a trajectory of HY-WorldPlay."""
    first = next(iter(data.values()), None)
    return isinstance(first, dict) and {"extrinsic", "K"} <= first.keys()


def read_world_play(text: str, hints: Hints = Hints()) -> Trajectory:
    """From {"0": {"extrinsic" [4][4], "K" [3][3]}, ...}: c2w (camera to world), OpenCV axes, K in pixels.

    There is no size: it is twice the principal point.
    """
    data = parse_json(text, NAME)
    require(isinstance(data, dict) and len(data) > 0 and all(
            isinstance(entry, dict) and {"extrinsic", "K"} <= entry.keys() for entry in data.values()),
            f"{NAME} needs extrinsic and K for every pose, under 0, 1 and so on.")
    entries = [data[name] for name in sorted(data, key=natural_order)]
    c2w = poses_from("extrinsic", [entry["extrinsic"] for entry in entries], hints)
    K = intrinsics_from("K", [entry["K"] for entry in entries], len(c2w))
    return trajectory_from(NAME, torch.linalg.inv(c2w), K, *hints.size_of(NAME, K), hints)


def write_world_play(trajectory: Trajectory) -> str:
    """{"0": {"extrinsic", "K"}, ...}: c2w (camera to world), OpenCV axes, K in pixels; no size."""
    c2w = torch.linalg.inv(trajectory.w2c.double()).tolist()
    return json.dumps({str(frame): {"extrinsic": matrix, "K": K}
                       for frame, (matrix, K) in enumerate(zip(c2w, trajectory.K.tolist()))})
