"""Reads and writes the memory bank as a folder for WorldMirror, the official reconstruction: images with c2w
poses."""
from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from ..files.atomic import new_path
from ..files.json_text import read_json
from ..files.paths import inside
from ..files.picture import read_picture, write_png
from ..memory.stereo.bank import MemoryBank
from ..values import require

CAMERAS, IMAGES = "cameras.json", "images"


def is_mirror_set(folder: Path) -> bool:
    """Whether the folder holds such a set."""
    return (folder / CAMERAS).is_file() and (folder / IMAGES).is_dir()


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
    data = read_json(cameras)
    c2w, K = ({entry["camera_id"]: torch.tensor(entry["matrix"]) for entry in data[key]}
              for key in ("extrinsics", "intrinsics"))
    require(c2w.keys() == K.keys() and len(c2w) > 0,
            f"{CAMERAS} of {folder.name} has {len(c2w)} extrinsics and {len(K)} intrinsics; expected both "
            "for each camera.")
    pictures = [inside(folder, f"{IMAGES}/{camera}.png", "The picture of a camera_id") for camera in c2w]
    missing = [picture.name for picture in pictures if not picture.is_file()]
    if missing:
        raise ValueError(f"{folder.name} has no {IMAGES}/{missing[0]}; copy the whole set.")
    frames = [read_picture(picture) for picture in pictures]
    return MemoryBank(tuple(frame.permute(2, 0, 1).contiguous() for frame in frames),
                      torch.linalg.inv(torch.stack(list(c2w.values())).double()).float(),
                      torch.stack(list(K.values())), tuple(map(_frame_name, c2w)))


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
