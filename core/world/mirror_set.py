"""The memory bank as the folder that WorldMirror, the official reconstruction, takes: images with c2w poses."""
from __future__ import annotations

import json
import re
from pathlib import Path

import torch

from ..export.world_mirror import camera_ids, cameras_json
from ..memory.bank import MemoryBank
from ..new_file import new_path
from ..values import require
from .png import read_png, write_png

CAMERAS, IMAGES = "cameras.json", "images"


def write_mirror_set(folder: Path, bank: MemoryBank) -> None:
    """Writes images/<id>.png and cameras.json to a new folder, which appears complete or not at all."""
    with new_path(folder) as part:
        (part / IMAGES).mkdir(parents=True)
        for name, frame in zip(camera_ids(bank.names), bank.frames):
            write_png(part / IMAGES / f"{name}.png", frame.permute(1, 2, 0))
        (part / CAMERAS).write_text(json.dumps(cameras_json(bank)), encoding="utf-8")


def read_mirror_set(folder: Path) -> MemoryBank:
    """The bank in such a folder; its cameras are turned into world to camera. ValueError names what is missing."""
    require((folder / CAMERAS).is_file(), f"{folder.name} has no {CAMERAS}; choose the folder of a WorldMirror set.")
    data = json.loads((folder / CAMERAS).read_text(encoding="utf-8"))
    c2w, K = ({entry["camera_id"]: torch.tensor(entry["matrix"]) for entry in data[key]}
              for key in ("extrinsics", "intrinsics"))
    require(c2w.keys() == K.keys() and len(c2w) > 0, f"{CAMERAS} of {folder.name} has {len(c2w)} extrinsics and "
                                                     f"{len(K)} intrinsics; expected both for each camera.")
    missing = [name for name in c2w if not (folder / IMAGES / f"{name}.png").is_file()]
    require(not missing, f"{folder.name} has no {IMAGES}/{missing[0] if missing else ''}.png; copy the whole set.")
    frames = [read_png(folder / IMAGES / f"{name}.png") for name in c2w]
    return MemoryBank(tuple(frame.permute(2, 0, 1).contiguous() for frame in frames),
                      torch.linalg.inv(torch.stack(list(c2w.values())).double()).float(), torch.stack(list(K.values())),
                      tuple(map(_frame_name, c2w)))


def _frame_name(camera_id: str) -> str:
    """ "pano-0003" -> "pano_bank/0003", "view0-traj2-0003" -> "view0/traj2/0003"."""
    clip, _, number = re.sub("^pano-", "pano_bank-", camera_id).rpartition("-")
    return f"{clip.replace('-', '/')}/{number}"
