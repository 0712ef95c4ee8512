"""The folder of a world: what every finished clip leaves, complete or not at all, with checksums.

    world.json                      the clips in the order they were made in
    clips/<name>.<key>/clip.json    name, seed, settings, versions, and the checksums of the files beside it
                      /frames/      0000.png ...
                      /camera.json  the path, as the official scripts write it
                      /cloud.safetensors, changes/, bank/
                                    both memories after the clip, see cloud_folder and bank_folder

The key says what a clip was made of (clip_list.clip_keys), so another plan never overwrites one, and the same
finds it. Every folder is whole by itself. Pictures of the bank, and what a cloud has in common with that of
the clip before, are hard links to files of that clip: they take space once, and stay when it is deleted. One
writes at a time, see lock.
"""
from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from ..files.atomic import ABANDONED, replace_path, writable
from ..files.json_text import read_json
from ..files.paths import inside, relative_path
from ..values import quoted, require
from .clip_checksums import CLIP, CLIPS, VERSION, Shared, fault_of
from .clip_folder import ClipState, bank_size, read_clip, read_facts, read_frames, read_path, write_folder
from .clip_list import Clip
from .lock import lock_world, wait_on

WORLD = "world.json"

logger = logging.getLogger(__name__)


def write_clip(folder: Path, state: ClipState, waiting: Callable[[], None] = wait_on) -> str:
    """Writes the clip and notes it in the world's order. A sound one is left alone; a damaged one is
    replaced. Gives what the user should know of world.json, "" when that is sound.

    waiting: as of lock_world, for the time that another process writes the world.
    """
    world = folder.parent.parent
    with writable(folder), lock_world(world, waiting) as alone:
        stored, remark = read_order(world)
        order = stored
        if fault_of(folder) is None:
            require(_clip_in(folder) == state.name,
                    f"{CLIPS}/{folder.name} holds the clip {quoted(_clip_in(folder))} already, so "
                    f"{quoted(state.name)} cannot be kept there; give one of them another name or key.")
        else:
            _remove_left_overs(folder, alone)
            write_folder(folder, state, _sound_clip_before(folder, order))
        if folder.name not in order:
            order = [*order, folder.name]
        if remark or order != stored:
            write_order(world, order)
    return remark


def _clip_in(folder: Path) -> str:
    """The name of the clip in a folder, which "a/b" and "a__b" share; of a damaged one, what its folder's
    says."""
    try:
        return json.loads(inside(folder, CLIP, "It").read_bytes())["name"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return folder.name.rpartition(".")[0].replace("__", "/")


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


def read_order(world: Path) -> tuple[list[str], str]:
    """The names of the clips' folders in the order they were made in; none when there is no world yet.

    Where world.json is missing or damaged, all sound clips, also those that an earlier plan left out, and a
    remark, which is logged, too. Their memory banks tell the order, because they grow clip by clip; the times
    of writing do not, because a repaired clip is younger than those after it.
    """
    order = _stored_order(world)
    if order is not None or _is_new(world):
        return order or [], ""
    shared: Shared = set()
    sound = [folder for folder in _clips_there(world) if fault_of(folder, shared) is None]
    sound.sort(key=lambda folder: (bank_size(folder), (folder / CLIP).stat().st_mtime_ns, folder.name))
    order = [folder.name for folder in sound]
    remark = (f"{WORLD} of {world.name} is missing or damaged: all sound clips in {CLIPS}/ are taken, in the "
              f"order of their memory banks ({', '.join(order) or 'none'}); delete the folders of those "
              "that do not belong to the world, or queue 'Build World' again.")
    logger.warning("%s", remark)
    return order, remark


def _is_new(world: Path) -> bool:
    return not (_clips_there(world) or (world / WORLD).exists())


def _clips_there(world: Path) -> list[Path]:
    return [folder for folder in (world / CLIPS).glob("[!.]*") if not folder.is_symlink()]


def _stored_order(world: Path) -> list[str] | None:
    """What world.json holds; None when it is missing or damaged."""
    try:
        order = read_json(world / WORLD)["clips"]
        require(isinstance(order, list), "no list of names")
        require(all(len(relative_path(name, "The clip").parts) == 1 for name in order), "a name with /")
        return order
    except (ValueError, KeyError, TypeError):
        return None


def write_order(world: Path, order: list[str]) -> None:
    """Notes which clips belong to the world, those to come among them."""
    body = {"kind": "world", "version": VERSION, "clips": order}
    with writable(world):
        world.mkdir(parents=True, exist_ok=True)
    with replace_path(world / WORLD) as part:
        part.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")


def note_plan(world: Path, folders: Sequence[Path], waiting: Callable[[], None] = wait_on) -> str:
    """Makes these the clips of the world, finished or not. Gives what the user should know of the world.json
    before, "" when that was sound."""
    with writable(world), lock_world(world, waiting):
        known = _stored_order(world) is not None or _is_new(world)
        write_order(world, [folder.name for folder in folders])
    remark = "" if known else (f"{WORLD} of {world.name} was missing or damaged; it now lists the "
                               f"{len(folders)} clips of this plan.")
    if remark:
        logger.warning("%s", remark)
    return remark


def finished_clips(world: Path) -> list[Path]:
    """The folders of the world's clips that are there, in order. ValueError when there is none."""
    return _finished(world, read_order(world)[0])


def _finished(world: Path, order: Sequence[str]) -> list[Path]:
    folders = [inside(world, f"{CLIPS}/{name}", "The clip's folder") for name in order]
    there = [folder for folder in folders if folder.is_dir()]
    require(len(there) > 0, f"{world.name} holds no finished clip; make one with 'Build World' or 'Save "
                            "World'.")
    return there


def find_clip(world: Path, clip: str) -> Path:
    """The folder of a clip by its name or its folder's, "" = the last one. ValueError when the world has none
    such."""
    folders = finished_clips(world)
    found = [folder for folder in folders
             if clip in ("", folder.name, _clip_in(folder))]
    require(len(found) > 0, f"{world.name} has no finished clip {quoted(clip)}; it has "
                            f"{', '.join(folder.name for folder in folders)}.")
    return found[-1]


def read_world(world: Path) -> tuple[ClipState, Tensor, tuple[Clip, ...], str]:
    """The last finished clip; the frames [N,H,W,3] uint8 and the paths of all; and a report.

    ValueError names a file that is missing or damaged.
    """
    order, remark = read_order(world)
    folders = _finished(world, order)
    shared: Shared = set()
    facts = [read_facts(folder, shared) for folder in folders[:-1]]
    frames = [read_frames(folder) for folder in folders[:-1]]
    last = read_clip(folders[-1], shared)
    facts, frames = [*facts, last.facts], [*frames, last.frames]
    report = [f"{fact['name']}: {len(clip)} key frames, seed {fact.get('seed', 'unknown')}"
              for fact, clip in zip(facts, frames)]
    clips = tuple(Clip(fact["name"], read_path(folder)) for fact, folder in zip(facts, folders))
    return last, torch.cat(frames), clips, "\n".join([*filter(None, [remark]), str(last.bank), *report])
