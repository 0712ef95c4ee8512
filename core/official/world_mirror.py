"""Reads and writes the memory bank as a folder for WorldMirror, the official reconstruction: images with c2w
poses."""
from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..cameras.formats.hints import Hints
from ..cameras.formats.parsing import intrinsics_from, objects_with, poses_from
from ..cameras.formats.world_mirror import is_world_mirror
from ..files.atomic import new_path
from ..files.json_text import read_json_object
from ..files.paths import inside
from ..files.picture import read_picture, write_png
from ..memory.stereo.bank import MemoryBank
from ..values import require

CAMERAS, IMAGES = "cameras.json", "images"
REMEDY = "choose the folder of a WorldMirror set, or copy it again"


def is_mirror_set(folder: Path) -> bool:
    """Whether the folder holds such a set; a pano_bank has the same files, with other cameras."""
    if not (folder / CAMERAS).is_file() or not (folder / IMAGES).is_dir():
        return False
    written = (folder / CAMERAS).stat()
    return _is_mirror_set(folder, written.st_mtime_ns, written.st_size)


@lru_cache(1000)
def _is_mirror_set(folder: Path, *written: int) -> bool:
    """Reads cameras.json once for each time that it was written: nodes list many folders, and often."""
    try:
        return is_world_mirror(read_json_object(inside(folder, CAMERAS, "The file"), REMEDY))
    except ValueError:
        return False


def write_mirror_set(folder: Path, bank: MemoryBank) -> None:
    """Writes images/<id>.png and cameras.json to a new folder, which appears complete or not at all."""
    ids = camera_ids(bank.names)
    twice = next((name for name, camera in zip(bank.names, ids) if ids.count(camera) > 1), None)
    require(twice is None, f"Several frames of the memory bank, {twice} among them, would get one file name; "
                           "give their clips other names.")
    with new_path(folder) as part:
        (part / IMAGES).mkdir(parents=True)
        for camera, frame in zip(ids, bank.frames):
            picture = inside(part, f"{IMAGES}/{camera}.png", "The file of a memory bank frame")
            write_png(picture, frame.permute(1, 2, 0))
        (part / CAMERAS).write_text(json.dumps(cameras_json(bank)), encoding="utf-8")


def read_mirror_set(folder: Path) -> MemoryBank:
    """The bank in such a folder, its cameras as world to camera. ValueError names what is missing."""
    cameras = inside(folder, CAMERAS, "The file")
    require(cameras.is_file(), f"{folder.name} has no {CAMERAS}; choose the folder of a WorldMirror set.")
    data = read_json_object(cameras, REMEDY)
    require(is_world_mirror(data), f"{CAMERAS} of {folder.name} is not of a WorldMirror set; load a "
                                   "pano_bank with 'Load Official Scene', which takes the folder around it.")
    c2w, K = (_matrices(folder, data, key) for key in ("extrinsics", "intrinsics"))
    require(c2w.keys() == K.keys() and len(c2w) > 0,
            f"{CAMERAS} of {folder.name} has {len(c2w)} extrinsics and {len(K)} intrinsics; expected both "
            "for each camera.")
    pictures = [inside(folder, f"{IMAGES}/{camera}.png", "The picture of a camera_id") for camera in c2w]
    missing = [picture.name for picture in pictures if not picture.is_file()]
    if missing:
        raise ValueError(f"{folder.name} has no {IMAGES}/{missing[0]}; copy the whole set.")
    frames = [read_picture(picture) for picture in pictures]
    w2c = torch.linalg.inv(poses_from("extrinsics", list(c2w.values()), Hints()))
    w2c[:, 3] = w2c.new_tensor([0.0, 0, 0, 1])  # exactly
    intrinsics = intrinsics_from("intrinsics", [K[camera] for camera in c2w], len(c2w))
    return MemoryBank(tuple(frame.permute(2, 0, 1).contiguous() for frame in frames), w2c.float(),
                      intrinsics.float(), tuple(map(_frame_name, c2w)))


def _matrices(folder: Path, data: dict, key: str) -> dict[str, Any]:
    """The matrices under a key by camera_id, unchecked."""
    message = f"{CAMERAS} of {folder.name} needs {key}, a list of camera_id (a text) and matrix; {REMEDY}."
    entries = objects_with("matrix", data, key, message)
    require(all(isinstance(entry.get("camera_id"), str) for entry in entries), message)
    return {entry["camera_id"]: entry["matrix"] for entry in entries}


def _frame_name(camera_id: str) -> str:
    """ "pano-0003" -> "pano_bank/0003", "view0-traj2-0003" -> "view0/traj2/0003"."""
    clip, _, number = re.sub("^pano-", "pano_bank-", camera_id).rpartition("-")
    return f"{clip.replace('-', '/')}/{number}"


def camera_ids(names: Sequence[str]) -> list[str]:
    """File names without ending: "pano-<key>" for frames of a pano_bank, else "<view>-<clip>-<number>"."""
    return ["pano-" + name.rpartition("/")[2] if "/pano_bank/" in f"/{name}" else name.replace("/", "-")
            for name in names]


def cameras_json(bank: MemoryBank) -> dict:
    """What cameras.json holds: camera-to-world matrices (not w2c) and intrinsics in pixels of the frames."""
    def listed(matrices: Tensor) -> list[dict]:
        return [{"camera_id": camera, "matrix": matrix.tolist()}
                for camera, matrix in zip(camera_ids(bank.names), matrices)]
    return {"num_cameras": len(bank), "extrinsics": listed(torch.linalg.inv(bank.w2c)),
            "intrinsics": listed(bank.K)}
