"""The folder of a world: what every finished clip leaves, complete or not at all, with checksums.

    world.json                      the clips in the order they were made in
    clips/<name>.<key>/clip.json    name, seed, settings, versions, and the checksums of the files beside it
                      /frames/      0000.png ...
                      /camera.json  the path, as the official scripts write it
                      /cloud.safetensors, bank/       both memories after the clip, see bank_folder

The key says what a clip was made of (clip_list.clip_keys), so another plan never overwrites one, and the same
finds it. Every folder is whole by itself. Pictures of the bank, and a cloud that did not change, are hard
links to files of the clip before: they take space once, and stay when that clip is deleted. One writes at a
time, see lock.
"""
from __future__ import annotations

import hashlib
import json
import logging
import os
import platform
import re
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from ..cameras.formats.official import read_official, write_official
from ..cameras.trajectory import Trajectory
from ..cloud.point_cloud import PointCloud
from ..files.atomic import ABANDONED
from ..files.paths import inside, relative_path
from ..files.picture import read_picture, write_png
from ..memory.geometric.file import load_cloud, save_cloud
from ..memory.stereo.bank import MemoryBank
from ..values import Value, check_shape, quoted, require
from .bank_folder import CAMERAS, picture_name, read_bank, share, write_bank
from .clip_list import Clip, clip_name
from .lock import lock_world, wait_on

KIND, VERSION = "world clip", 2
WORLD, CLIPS, CLIP, CAMERA = "world.json", "clips", "clip.json", "camera.json"
FRAMES, CLOUD, BANK = "frames", "cloud.safetensors", "bank"
KEY = re.compile(r"[\w-]{1,64}", re.ASCII)
AGAIN = "queue 'Build World' again to make it anew"

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

    def __post_init__(self) -> None:
        check_shape(f"Clip {self.name}", self.frames, f"{self.trajectory.frames},H,W,3",
                    "connect the decoded key frames and the trajectory they were sampled along")
        require(self.frames.dtype == torch.uint8,
                f"Clip {self.name} is {self.frames.dtype}, expected torch.uint8.")


def clip_folder(world: Path, name: str, key: str) -> Path:
    """Where the clip of this name and key is kept; ValueError for others than Clip and KEY allow."""
    require(isinstance(key, str) and KEY.fullmatch(key) is not None,
            f"The key of a clip is {quoted(key)}; use up to 64 letters, digits, - and _, or leave it empty.")
    return inside(world, f"{CLIPS}/{clip_name(name).replace('/', '__')}.{key}", "The clip's folder")


def write_clip(folder: Path, state: ClipState, waiting: Callable[[], None] = wait_on) -> None:
    """Writes the clip and notes it in the world's order. A sound one is left alone; a damaged one is
    replaced.

    waiting: as of lock_world, for the time that another process writes the world.
    """
    world = folder.parent.parent
    with lock_world(world, waiting) as alone:
        order = read_order(world)
        if fault_of(folder) is not None:
            _remove_left_overs(folder, alone)
            _write_folder(folder, state, _sound_clip_before(folder, order))
        if folder.name not in order:
            write_order(world, [*order, folder.name])


def _sound_clip_before(folder: Path, order: Sequence[str]) -> Path | None:
    names = order[:order.index(folder.name)] if folder.name in order else order
    folders = (folder.with_name(name) for name in reversed(names))
    return next((other for other in folders if fault_of(other) is None), None)


def _remove_left_overs(folder: Path, alone: bool) -> None:
    """What killed runs have left of the clip. When others may be at work too, only what is too old to be
    theirs."""
    for left_over in folder.parent.glob(f".{folder.name}.*.part"):
        if alone or time.time() - left_over.stat().st_mtime > ABANDONED:
            shutil.rmtree(left_over)


def _write_folder(folder: Path, state: ClipState, before: Path | None) -> None:
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    known = {path.name: path for path in _listed(before, BANK)} if before else {}
    frames = [f"{FRAMES}/{i:04}.png" for i in range(len(state.frames))]
    for name, frame in zip(frames, state.frames):
        write_png(part / name, frame)
        known[picture_name(frame)] = part / name
    pictures = write_bank(part / BANK, state.bank, known)
    (part / CAMERA).write_text(write_official(state.trajectory), encoding="utf-8")
    save_cloud(state.cloud, part / CLOUD)
    if before and _checksum(before / CLOUD) == _checksum(part / CLOUD):
        share(before / CLOUD, part / CLOUD)
    # what was meant is signed, not what lies there
    files = sorted([*frames, CAMERA, CLOUD, *(f"{BANK}/{name}" for name in pictures)])
    body = {**state.facts, "kind": KIND, "version": VERSION, "name": state.name, "versions": versions(),
            "files": {name: _checksum(part / name) for name in files}}
    body.pop("sha256", None)  # of facts that were read from another clip
    (part / CLIP).write_text(json.dumps({**body, "sha256": _of_json(body)}, indent=1) + "\n",
                             encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    os.rename(part, folder)


def fault_of(folder: Path) -> str | None:
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
        try:
            path = inside(folder, file, f"In {name}/{CLIP} the file")
        except ValueError as error:
            return str(error).rstrip(".")
        if not path.is_file():
            return f"{name}/{file} is missing"
        if _checksum(path) != checksum:
            return f"{name}/{file} is damaged"
    needed = (CAMERA, CLOUD, f"{BANK}/{CAMERAS}", f"{FRAMES}/0000.png")
    missing = [file for file in needed if file not in files]
    return f"{name}/{CLIP} does not list {missing[0]}" if missing else None


def read_clip(folder: Path) -> ClipState:
    """The clip, once its checksums have been compared. ValueError names the file that is missing or
    damaged."""
    facts = read_facts(folder)
    return ClipState(facts["name"], read_frames(folder), read_path(folder), load_cloud(folder / CLOUD),
                     read_bank(folder / BANK), facts)


def read_facts(folder: Path) -> dict:
    """What clip.json holds, of a sound clip."""
    fault = fault_of(folder)
    require(fault is None, f"{fault}; {AGAIN}.")
    return json.loads((folder / CLIP).read_bytes())


def read_frames(folder: Path) -> Tensor:
    """[F,H,W,3] uint8 of a sound clip."""
    return torch.stack([read_picture(picture) for picture in _listed(folder, FRAMES)])


def _listed(folder: Path, part: str) -> list[Path]:
    """The files in a folder of a sound clip that its clip.json lists, in the order of their names."""
    listed = json.loads((folder / CLIP).read_bytes())["files"]
    return [folder / name for name in sorted(listed) if name.startswith(f"{part}/")]


def read_path(folder: Path) -> Trajectory:
    """The camera path of a sound clip."""
    return read_official((folder / CAMERA).read_text(encoding="utf-8"))


def read_order(world: Path) -> list[str]:
    """The names of the clips' folders in the order they were made in; none when there is no world yet."""
    if not (world / WORLD).exists():
        return []
    try:
        order = json.loads((world / WORLD).read_bytes())["clips"]
        require(isinstance(order, list), "no list of names")
        require(all(len(relative_path(name, "The clip").parts) == 1 for name in order), "a name with /")
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


def note_plan(world: Path, folders: Sequence[Path], waiting: Callable[[], None] = wait_on) -> None:
    """Makes these the clips of the world, finished or not. A damaged order is reported and replaced."""
    with lock_world(world, waiting):
        try:
            read_order(world)
        except ValueError as error:
            logger.warning("%s It is written anew.", error)
        write_order(world, [folder.name for folder in folders])


def finished_clips(world: Path) -> list[Path]:
    """The folders of the world's clips that are there, in order. ValueError when there is none."""
    folders = [inside(world, f"{CLIPS}/{name}", "The clip's folder") for name in read_order(world)]
    there = [folder for folder in folders if folder.is_dir()]
    require(len(there) > 0, f"{world.name} holds no finished clip; make one with 'Build World' or 'Save "
                            "World'.")
    return there


def find_clip(world: Path, clip: str) -> Path:
    """The folder of a clip by its name or its folder's, "" = the last one. ValueError when the world has none
    such."""
    folders = finished_clips(world)
    found = [folder for folder in folders
             if clip in ("", folder.name, folder.name.rpartition(".")[0].replace("__", "/"))]
    require(len(found) > 0, f"{world.name} has no finished clip {quoted(clip)}; it has "
                            f"{', '.join(folder.name for folder in folders)}.")
    return found[-1]


def read_world(world: Path) -> tuple[ClipState, Tensor, tuple[Clip, ...], str]:
    """The last finished clip; the frames [N,H,W,3] uint8 and the paths of all; and a report.

    ValueError names a file that is missing or damaged.
    """
    folders = finished_clips(world)
    facts = [read_facts(folder) for folder in folders]
    frames = [read_frames(folder) for folder in folders]
    last = read_clip(folders[-1])
    report = [f"{fact['name']}: {len(clip)} key frames, seed {fact.get('seed', 'unknown')}"
              for fact, clip in zip(facts, frames)]
    clips = tuple(Clip(fact["name"], read_path(folder)) for fact, folder in zip(facts, folders))
    return last, torch.cat(frames), clips, "\n".join([str(last.bank), *report])


def versions() -> dict[str, str]:
    """What the clip was made with."""
    return {"python": platform.python_version(), "torch": torch.__version__}


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _of_json(body: dict) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
