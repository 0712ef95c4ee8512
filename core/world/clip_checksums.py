"""What clip.json says of a clip's files, and whether they are still so."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TypeAlias

from ..files.json_text import read_json
from ..files.paths import inside
from .bank_folder import CAMERAS
from .cloud_folder import CHANGES, CLOUD

KIND, VERSION = "world clip", 3
VERSIONS = (2, VERSION)  # 2 had no changes of clouds
CLIPS, CLIP, CAMERA = "clips", "clip.json", "camera.json"
FRAMES, BANK = "frames", "bank"

Shared: TypeAlias = set[tuple[int | str, ...]]  # device, inode, size, time and SHA-256 of files


def fault_of(folder: Path, shared: Shared | None = None) -> str | None:
    """None when the clip is there and sound; else which file is missing or damaged.

    shared: of several clips that are looked at one after the other, the hard links that were found sound,
    which are not read once more; those of this clip are added.
    """
    shared = set() if shared is None else shared
    name = f"{CLIPS}/{folder.name}"
    if not folder.is_dir():
        return f"{name} is not there"
    try:
        body = read_json(inside(folder, CLIP, "It"))
        stated = body.pop("sha256")
        if body["kind"] != KIND or body["version"] not in VERSIONS or stated != sha256_of_json(body):
            return f"{name}/{CLIP} is damaged, or of another version"
        files = dict(body["files"])
        if not isinstance(body["name"], str):
            return f"{name}/{CLIP} is damaged: its name is no text"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return f"{name}/{CLIP} is damaged"
    try:
        links = _hard_links(folder)
    except OSError as error:
        return f"{name} cannot be read ({error.strerror})"
    for file, checksum in files.items():
        link = (*links[file], str(checksum)) if file in links else ()
        if link in shared:
            continue
        fault = _fault_of_file(folder, file, checksum)
        if fault:
            return fault
        if link:
            shared.add(link)
    needed = (CAMERA, CLOUD, f"{BANK}/{CAMERAS}", f"{FRAMES}/0000.png")
    missing = [file for file in needed if file not in files]
    return f"{name}/{CLIP} does not list {missing[0]}" if missing else None


def _hard_links(folder: Path) -> dict[str, tuple[int, int, int, int]]:
    """{name: device, inode, size, time} of a clip's files that have other names, too; none on Windows, where
    a listing does not say so."""
    found = {}
    for part in ("", f"{FRAMES}/", f"{BANK}/", f"{CHANGES}/"):
        path = folder / part
        if path.is_dir() and not path.is_symlink():
            with os.scandir(path) as entries:
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    if entry.is_file(follow_symlinks=False) and status.st_nlink > 1:
                        found[part + entry.name] = (status.st_dev, status.st_ino, status.st_size,
                                                    status.st_mtime_ns)
    return found


def _fault_of_file(folder: Path, file: str, checksum: str) -> str | None:
    name = f"{CLIPS}/{folder.name}"
    try:
        path = inside(folder, file, f"In {name}/{CLIP} the file")
    except ValueError as error:
        return str(error).rstrip(".")
    if not path.is_file():
        return f"{name}/{file} is missing"
    try:
        return None if sha256_of_file(path) == checksum else f"{name}/{file} is damaged"
    except OSError as error:
        return f"{name}/{file} cannot be read ({error.strerror})"


def sha256_of_file(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sha256_of_json(body: dict) -> str:
    """SHA-256 of what JSON holds, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
