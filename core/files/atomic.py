"""Writes files and folders atomically: they appear complete or not at all, and never replace others."""
from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..values import require

ABANDONED = 3600  # seconds after which an unfinished file must be that of an interrupted run


@contextmanager
def new_path(path: Path) -> Iterator[Path]:
    """Gives a hidden path in the same folder, to be written as a file or made as a folder; at the end of the
    block it is renamed to path.

    When the block raises, nothing remains. Unfinished files of an interrupted run are removed after an hour,
    by the next call for the same folder. Raises ValueError when path exists, also when it appears meanwhile.
    """
    _require_free(path)
    _remove_abandoned(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        _take_name(temporary, path)
    finally:
        _remove(temporary)


def _require_free(path: Path) -> None:
    require(not path.exists(), f"{path.name} exists already and is not overwritten; choose another filename "
                               "prefix.")


def _take_name(temporary: Path, path: Path) -> None:
    for file in [temporary] if temporary.is_file() else temporary.rglob("*"):
        if file.is_file():
            with open(file, "r+b") as written:
                # else the name could be there after a power cut and the content not
                os.fsync(written.fileno())
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
