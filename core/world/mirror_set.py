"""The memory bank as the folder that WorldMirror, the official reconstruction, takes: images with c2w poses."""
from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ..export.world_mirror import camera_ids, cameras_json
from ..memory.bank import MemoryBank
from ..values import require

CAMERAS, IMAGES = "cameras.json", "images"


def write_mirror_set(folder: Path, bank: MemoryBank) -> None:
    """Writes images/<id>.png and cameras.json to a new folder, which appears complete or not at all."""
    require(not folder.exists(),
            f"{folder.name} exists already and is not overwritten; choose another filename prefix.")
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        (part / IMAGES).mkdir(parents=True)
        for name, frame in zip(camera_ids(bank.names), bank.frames):
            Image.fromarray(frame.permute(1, 2, 0).cpu().numpy()).save(part / IMAGES / f"{name}.png")
        (part / CAMERAS).write_text(json.dumps(cameras_json(bank)), encoding="utf-8")
        os.rename(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


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
    frames = [torch.from_numpy(np.array(Image.open(folder / IMAGES / f"{name}.png").convert("RGB"))) for name in c2w]
    return MemoryBank(tuple(frame.permute(2, 0, 1).contiguous() for frame in frames),
                      torch.linalg.inv(torch.stack(list(c2w.values())).double()).float(), torch.stack(list(K.values())),
                      tuple(map(_frame_name, c2w)))


def _frame_name(camera_id: str) -> str:
    """ "pano-0003" -> "pano_bank/0003", "view0-traj2-0003" -> "view0/traj2/0003"."""
    clip, _, number = re.sub("^pano-", "pano_bank-", camera_id).rpartition("-")
    return f"{clip.replace('-', '/')}/{number}"
