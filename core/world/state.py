"""The folder of a world: what every finished clip leaves, complete or not at all, with checksums.

    world.json                      the clips in the order they were made in
    clips/<name>.<key>/clip.json    name, seed, settings, versions, and the checksums of the files beside it
                      /frames/      0000.png ...
                      /camera.json  the path, as the official scripts write it
                      /cloud.safetensors, bank/       both memories after the clip, see clip_bank

The key says what a clip was made of (plan.clip_keys), so another plan never overwrites one, and the same finds it.
Every folder is whole by itself. Pictures of the bank, and a cloud that did not change, are hard links to files of the
clip before: they take space once, and stay when that clip is deleted.
"""
from __future__ import annotations

import hashlib
import json
import logging
import os
import platform
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from ..cameras.formats.official import read_official, write_official
from ..cameras.trajectory import Trajectory
from ..geometry.point_cloud import PointCloud
from ..memory.bank import MemoryBank
from ..memory.cloud_file import load_cloud, save_cloud
from ..values import Value, check_shape, require
from .clip_bank import picture_name, read_bank, share, write_bank
from .png import read_png, write_png

KIND, VERSION = "world clip", 2
WORLD, CLIPS, CLIP, CAMERA = "world.json", "clips", "clip.json", "camera.json"
FRAMES, CLOUD, BANK = "frames", "cloud.safetensors", "bank"
AGAIN = "queue Build World again to make it anew"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class ClipState(Value):
    """A finished clip and the memories after it.

    frames  [F,H,W,3] uint8
    facts   what JSON can hold: seed, settings, ...
    """

    name: str
    frames: Tensor
    trajectory: Trajectory
    cloud: PointCloud
    bank: MemoryBank
    facts: dict

    def __post_init__(self):
        check_shape(f"Clip {self.name}", self.frames, f"{self.trajectory.frames},H,W,3",
                    "connect the decoded key frames and the trajectory they were sampled along")
        require(self.frames.dtype == torch.uint8, f"Clip {self.name} is {self.frames.dtype}, expected torch.uint8.")


def clip_folder(world: Path, name: str, key: str) -> Path:
    """Where the clip of this name and key is kept."""
    return world / CLIPS / f"{name.replace('/', '__')}.{key}"


def write_clip(folder: Path, state: ClipState) -> None:
    """Writes the clip and notes it in the world's order. A sound one is left alone; a damaged one is replaced."""
    world = folder.parent.parent
    order = read_order(world)
    if complaint(folder) is not None:
        _write_folder(folder, state, _sound_clip_before(folder, order))
    if folder.name not in order:
        write_order(world, [*order, folder.name])


def _sound_clip_before(folder: Path, order: Sequence[str]) -> Path | None:
    names = order[:order.index(folder.name)] if folder.name in order else order
    folders = (folder.with_name(name) for name in reversed(names))
    return next((other for other in folders if complaint(other) is None), None)


def _write_folder(folder: Path, state: ClipState, before: Path | None) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left_over in folder.parent.glob(f".{folder.name}.*.part"):  # of a run that was killed
        shutil.rmtree(left_over)
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    known = {path.name: path for path in (before / BANK).glob("*.png")} if before else {}
    for i, frame in enumerate(state.frames):
        path = part / FRAMES / f"{i:04}.png"
        write_png(path, frame)
        known[picture_name(frame)] = path
    write_bank(part / BANK, state.bank, known)
    (part / CAMERA).write_text(write_official(state.trajectory), encoding="utf-8")
    save_cloud(state.cloud, part / CLOUD)
    if before and _checksum(before / CLOUD) == _checksum(part / CLOUD):
        share(before / CLOUD, part / CLOUD)
    files = sorted(path for path in part.rglob("*") if path.is_file())
    body = {"kind": KIND, "version": VERSION, "name": state.name, **state.facts, "versions": versions(),
            "files": {path.relative_to(part).as_posix(): _checksum(path) for path in files}}
    (part / CLIP).write_text(json.dumps({**body, "sha256": _of_json(body)}, indent=1) + "\n", encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    os.rename(part, folder)


def complaint(folder: Path) -> str | None:
    """None when the clip is there and sound; else which file is missing or damaged."""
    name = f"{CLIPS}/{folder.name}"
    if not folder.is_dir():
        return f"{name} is not there"
    try:
        body = json.loads((folder / CLIP).read_bytes())
        stated = body.pop("sha256")
        if body["kind"] != KIND or body["version"] != VERSION or stated != _of_json(body):
            return f"{name}/{CLIP} is damaged, or of another version"
        files = dict(body["files"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return f"{name}/{CLIP} is damaged"
    for file, checksum in files.items():
        if not (folder / file).is_file():
            return f"{name}/{file} is missing"
        if _checksum(folder / file) != checksum:
            return f"{name}/{file} is damaged"
    return None


def read_clip(folder: Path) -> ClipState:
    """The clip, once its checksums have been compared. ValueError names the file that is missing or damaged."""
    facts = read_facts(folder)
    return ClipState(facts["name"], read_frames(folder), read_path(folder), load_cloud(folder / CLOUD),
                     read_bank(folder / BANK), facts)


def read_facts(folder: Path) -> dict:
    """What clip.json holds, of a sound clip."""
    fault = complaint(folder)
    require(fault is None, f"{fault}; {AGAIN}.")
    return json.loads((folder / CLIP).read_bytes())


def read_frames(folder: Path) -> Tensor:
    """[F,H,W,3] uint8 of a sound clip."""
    return torch.stack([read_png(picture) for picture in sorted((folder / FRAMES).glob("*.png"))])


def read_path(folder: Path) -> Trajectory:
    """The camera path of a sound clip."""
    return read_official((folder / CAMERA).read_text(encoding="utf-8"))


def read_order(world: Path) -> list[str]:
    """The names of the clips' folders in the order they were made in; none when there is no world yet."""
    if not (world / WORLD).exists():
        return []
    try:
        order = json.loads((world / WORLD).read_bytes())["clips"]
        require(all(isinstance(name, str) and Path(name).name == name for name in order), "no list of names")
        return order
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{WORLD} of {world.name} is damaged ({error}); delete it and {AGAIN}.") from error


def write_order(world: Path, order: list[str]) -> None:
    """Notes which clips belong to the world, those to come among them."""
    world.mkdir(parents=True, exist_ok=True)
    part = world / f".{WORLD}.{os.getpid()}.part"
    body = {"kind": "world", "version": VERSION, "clips": order}
    part.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    os.replace(part, world / WORLD)


def note_plan(world: Path, folders: Sequence[Path]) -> None:
    """Makes these the clips of the world, finished or not. A damaged order is reported and replaced."""
    try:
        read_order(world)
    except ValueError as error:
        logger.warning("%s It is written anew.", error)
    write_order(world, [folder.name for folder in folders])


def finished(world: Path) -> list[Path]:
    """The folders of the world's clips that are there, in order. ValueError when there is none."""
    folders = [world / CLIPS / name for name in read_order(world)]
    there = [folder for folder in folders if folder.is_dir()]
    require(len(there) > 0, f"{world.name} holds no finished clip; make one with Build World or Save World.")
    return there


def find_clip(world: Path, clip: str) -> Path:
    """The folder of a clip by its name or its folder's, "" = the last one. ValueError when the world has none such."""
    folders = finished(world)
    found = [folder for folder in folders
             if clip in ("", folder.name, folder.name.rpartition(".")[0].replace("__", "/"))]
    require(len(found) > 0, f"{world.name} has no finished clip {clip!r}; it has "
                            f"{', '.join(folder.name for folder in folders)}.")
    return found[-1]


def versions() -> dict[str, str]:
    """What the clip was made with."""
    return {"python": platform.python_version(), "torch": torch.__version__}


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _of_json(body: dict) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
