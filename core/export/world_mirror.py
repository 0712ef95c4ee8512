"""The camera file that WorldMirror, the official reconstruction, reads beside the bank's frames."""
from __future__ import annotations

from collections.abc import Sequence

import torch

from ..memory.bank import MemoryBank


def camera_ids(names: Sequence[str]) -> list[str]:
    """File names without ending: "pano-<key>" for frames of a pano_bank, else "<view>-<clip>-<number>"."""
    return ["pano-" + name.rpartition("/")[2] if "/pano_bank/" in f"/{name}" else name.replace("/", "-")
            for name in names]


def frame_numbers(names: Sequence[str]) -> dict[str, str]:
    """The number, four digits, under which WorldMirror returns each bank frame: its place among the sorted ids."""
    ids = camera_ids(names)
    return {name: f"{number:04}" for number, (_, name) in enumerate(sorted(zip(ids, names)))}


def cameras_json(bank: MemoryBank) -> dict:
    """What cameras.json holds: camera-to-world matrices (not w2c) and intrinsics in pixels of the frames."""
    def listed(matrices):
        return [{"camera_id": camera, "matrix": matrix.tolist()}
                for camera, matrix in zip(camera_ids(bank.names), matrices)]
    return {"num_cameras": len(bank), "extrinsics": listed(torch.linalg.inv(bank.w2c)), "intrinsics": listed(bank.K)}
