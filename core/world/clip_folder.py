"""The folder of one finished clip, whole by itself; world_folder says what lies in it."""

from __future__ import annotations

import json
import platform
import re
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from ..cameras.formats.hints import Hints
from ..cameras.formats.official import read_official, write_official
from ..cameras.trajectory import Trajectory
from ..cloud.point_cloud import PointCloud
from ..files.atomic import replace_path
from ..files.json_text import read_json, read_text
from ..files.paths import inside
from ..files.picture import read_picture, write_png
from ..memory.stereo.bank import MemoryBank
from ..values import Value, check_shape, quoted, require
from .bank_folder import picture_name, read_bank, write_bank
from .clip_checksums import (
    BANK,
    CAMERA,
    CLIP,
    CLIPS,
    FRAMES,
    KIND,
    VERSION,
    Shared,
    fault_of,
    sha256_of_file,
    sha256_of_json,
)
from .clip_list import clip_name
from .cloud_folder import CHANGES, CLOUD, read_cloud, write_cloud

KEY = re.compile(r"[\w-]{1,64}", re.ASCII)
AGAIN = "queue 'Build World' again to make it anew"


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


def write_folder(folder: Path, state: ClipState, before: Path | None) -> None:
    """Writes the clip complete or not at all; shares files with the sound clip before it."""
    with replace_path(folder) as part:
        known = {path.name: path for path in _listed(before, BANK)} if before else {}
        frames = [f"{FRAMES}/{i:04}.png" for i in range(len(state.frames))]
        for name, frame in zip(frames, state.frames):
            write_png(part / name, frame)
            known[picture_name(frame)] = part / name
        pictures = write_bank(part / BANK, state.bank, known)
        (part / CAMERA).write_text(write_official(state.trajectory), encoding="utf-8")
        cloud = write_cloud(part, state.cloud, _cloud_files(before) if before else ())
        # what was meant is signed, not what lies there
        _sign(part, state, [*frames, CAMERA, *cloud, *(f"{BANK}/{name}" for name in pictures)])


def _sign(folder: Path, state: ClipState, files: list[str]) -> None:
    """Writes clip.json with the checksums of these files."""
    body = {**state.facts, "kind": KIND, "version": VERSION, "name": state.name, "versions": versions(),
            "files": {name: sha256_of_file(folder / name) for name in sorted(files)}}
    body.pop("sha256", None)  # of facts that were read from another clip
    (folder / CLIP).write_text(json.dumps({**body, "sha256": sha256_of_json(body)}, indent=1) + "\n",
                               encoding="utf-8")


def read_clip(folder: Path, shared: Shared | None = None) -> ClipState:
    """The clip, once its checksums have been compared; shared: see fault_of. ValueError names the file that
    is missing or damaged."""
    facts = read_facts(folder, shared)
    return ClipState(facts["name"], read_frames(folder), read_path(folder), read_cloud(_cloud_files(folder)),
                     read_bank(folder / BANK), facts)


def read_facts(folder: Path, shared: Shared | None = None) -> dict:
    """What clip.json holds, of a sound clip; shared: see fault_of."""
    fault = fault_of(folder, shared)
    require(fault is None, f"{fault}; {AGAIN}.")
    return read_json(folder / CLIP)


def read_frames(folder: Path) -> Tensor:
    """[F,H,W,3] uint8 of a sound clip."""
    frames = [read_picture(picture) for picture in _listed(folder, FRAMES)]
    require(len({frame.shape for frame in frames}) == 1,
            f"The frames of {CLIPS}/{folder.name} are of different sizes; {AGAIN}.")
    return torch.stack(frames)


def read_path(folder: Path) -> Trajectory:
    """The camera path of a sound clip."""
    return read_official(read_text(folder / CAMERA), Hints(keep_world=True))


def bank_size(folder: Path) -> int:
    """How many different pictures the memory bank of a sound clip holds."""
    return len(_listed(folder, BANK)) - 1  # beside them, their cameras


def _cloud_files(folder: Path) -> list[Path]:
    return [folder / CLOUD, *_listed(folder, CHANGES)]


def _listed(folder: Path, part: str) -> list[Path]:
    """The files in a folder of a sound clip that its clip.json lists, in the order of their names."""
    listed = read_json(folder / CLIP)["files"]
    return [folder / name for name in sorted(listed) if name.startswith(f"{part}/")]


def versions() -> dict[str, str]:
    """What the clip was made with."""
    return {"python": platform.python_version(), "torch": torch.__version__}
