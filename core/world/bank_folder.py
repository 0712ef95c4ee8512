"""Saves the memory bank in the folder of a clip; a frame that several clips share takes space once.

    bank/cameras.safetensors    cameras, names, unit, and the picture of each frame
        /<digest>.png           named by its pixels; a hard link where a file with these pixels is there
                                already
"""
from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

from torch import Tensor

from ..files.paths import inside
from ..files.picture import read_picture, write_png
from ..files.state import read_state, write_state
from ..memory.stereo.bank import MemoryBank
from ..memory.stereo.file import names_and_unit
from .clip_list import digest

KIND, VERSION = "bank of a clip", 1
CAMERAS = "cameras.safetensors"

logger = logging.getLogger(__name__)


def write_bank(folder: Path, bank: MemoryBank, known: dict[str, Path]) -> set[str]:
    """Writes the bank to a new folder and gives the names of its files; `known` are files that are there
    already, by picture_name of their pixels."""
    folder.mkdir()
    pictures = [frame.permute(1, 2, 0) for frame in bank.frames]
    files = [picture_name(pixels) for pixels in pictures]
    for name, pixels in dict(zip(files, pictures)).items():
        if name in known:
            share(known[name], folder / name)
        else:
            write_png(folder / name, pixels)
    facts = {"names": bank.names, "unit": bank.unit, "files": files}
    write_state(folder / CAMERAS, KIND, VERSION, {"w2c": bank.w2c, "K": bank.K}, facts)
    return {CAMERAS, *files}


def read_bank(folder: Path) -> MemoryBank:
    """The bank in a folder of write_bank whose checksums have been compared."""
    tensors, facts = read_state(folder / CAMERAS, KIND, VERSION, "make the clip anew")
    listed, missing = facts.get("files"), {"w2c", "K"} - tensors.keys()
    if not isinstance(listed, list) or missing:
        raise ValueError(f"{CAMERAS} lacks its cameras, or the list of its pictures; make the clip anew.")
    files = [inside(folder, file, f"In {CAMERAS} the picture") for file in listed]
    frames = tuple(read_picture(file).permute(2, 0, 1).contiguous() for file in files)
    return MemoryBank(frames, tensors["w2c"], tensors["K"], *names_and_unit(CAMERAS, facts))


def picture_name(pixels: Tensor) -> str:
    """File name of a picture [H,W,3] uint8: other pixels, another name."""
    return f"{digest(pixels)[:32]}.png"


def share(there: Path, path: Path) -> None:
    """Makes `path` a second name of the file `there`, which takes no space; a copy where hard links are
    impossible."""
    path.unlink(missing_ok=True)
    try:
        os.link(there, path)
    except OSError as error:
        logger.info("%s is stored once more: no hard links here (%s).", path.name, error)
        shutil.copyfile(there, path)
