"""Writes files and folders atomically: they appear complete or not at all, and never replace others."""
from __future__ import annotations

import errno
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from ..values import require

ABANDONED = 3600  # seconds after which an unfinished file must be that of an interrupted run

OTHER_OUTPUT = "choose another output folder (--output-directory)"
OTHER_MODELS = "name another models folder in extra_model_paths.yaml"
_FULL, _CLOSED = "free space on the disk, or {}", "allow ComfyUI to write there, or {}"
_IN_THE_WAY = "a file lies where a folder belongs; rename it, or choose another name"
_REMEDIES = {errno.ENOSPC: _FULL, errno.EDQUOT: _FULL, errno.EFBIG: _FULL,
             errno.EROFS: _CLOSED, errno.EACCES: _CLOSED, errno.EPERM: _CLOSED,
             errno.ENOTDIR: _IN_THE_WAY, errno.EEXIST: _IN_THE_WAY,
             errno.ENAMETOOLONG: "choose a shorter name"}


@contextmanager
def writable(path: Path, elsewhere: str = OTHER_OUTPUT) -> Iterator[None]:
    """Turns an OSError of the block, which writes path, into a ValueError with the file and the remedy.

    What the block reads from other files has to raise ValueError itself. elsewhere: how the user chooses
    another folder.
    """
    try:
        yield
    except InterruptedError:
        raise
    except (OSError, SafetensorError) as error:
        # safetensors tells the number only in its text
        told = re.search(r"os error (\d+)", str(error))
        number = error.errno if isinstance(error, OSError) else int(told[1]) if told else None
        remedy = _REMEDIES.get(number or 0, "check the disk and its folder").format(elsewhere)
        raise ValueError(f"{path.name} cannot be written ({error}); {remedy}.") from error


@contextmanager
def new_path(path: Path) -> Iterator[Path]:
    """Gives a hidden path in the same folder, to be written as a file or made as a folder; at the end of the
    block it is renamed to path.

    When the block raises, nothing remains. Unfinished files of an interrupted run are removed after an hour,
    by the next call for the same folder. Raises ValueError when path exists, also when it appears meanwhile.
    """
    with writable(path):
        _require_free(path)
        _remove_abandoned(path.parent)
        with _temporary(path) as temporary:
            yield temporary
            _take_name(temporary, path)


@contextmanager
def replace_path(path: Path) -> Iterator[Path]:
    """As new_path, but takes the place of what is there."""
    with writable(path), _temporary(path) as temporary:
        yield temporary
        put_in_place(temporary, path)


def put_in_place(part: Path, path: Path) -> None:
    """Renames part, a whole file or folder on the same disk, to path and replaces what is there; OSError when
    that fails."""
    _store(part)
    if path.is_dir():
        shutil.rmtree(path)
    os.replace(part, path)


def is_disk_fault(error: Exception) -> bool:
    """Whether the disk or a folder is the cause, for which writable knows a remedy; not a network."""
    return isinstance(error, OSError) and error.errno in _REMEDIES


@contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
    finally:
        _remove(temporary)


def _require_free(path: Path) -> None:
    require(not path.exists(), f"{path.name} exists already and is not overwritten; choose another filename "
                               "prefix.")


def _store(temporary: Path) -> None:
    for file in [temporary] if temporary.is_file() else temporary.rglob("*"):
        if file.is_file():
            with open(file, "r+b") as written:
                # else the name could be there after a power cut and the content not
                os.fsync(written.fileno())


def _take_name(temporary: Path, path: Path) -> None:
    _store(temporary)
    try:
        os.link(temporary, path)  # unlike a rename it fails when the name is taken
    except OSError:  # also for folders and on file systems without links
        _require_free(path)
        os.rename(temporary, path)


def _remove_abandoned(folder: Path) -> None:
    for part in folder.glob(".*.part"):
        if re.search(r"\.\d+\.part$", part.name) and time.time() - part.stat().st_mtime > ABANDONED:
            _remove(part)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
