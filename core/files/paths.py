"""Checks texts that become paths, from a workflow or from inside a file: all go through relative_path."""
from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

from ..values import quoted, require

# bytes of UTF-8; file systems take 255, and a file that is being written has a longer name
LONGEST_PART = 180
LONGEST = 1000  # characters
ALPHABET = (f"letters, digits, blanks and signs other than < > : \" | ? *, in parts of up to {LONGEST_PART} "
            f"bytes separated by /, {LONGEST} characters in all; no part begins with a dot or blank, or ends "
            "with one")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# names that Windows reserves for devices
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def relative_path(text: str, what: str, outside: str = "leads out of its folder") -> PurePosixPath:
    r"""A text as a relative path with / between its parts; \ counts as /, as workflows from Windows have it.

    what        begins the error message: "The world"
    outside     continues it when the text leads out of its folder
    Raises ValueError for a text with other characters than ALPHABET.
    """
    require(isinstance(text, str), f"{what} is a {type(text).__name__}, expected a text.")
    parts = text.replace("\\", "/").split("/")
    require(parts[0] != "" and ".." not in parts and parts != ["."],
            f"{what} {quoted(text)} {outside}; use a name without .. and without a leading slash.")
    fault = "is too long" if len(text) > LONGEST else next(filter(None, map(_fault, parts)), None)
    require(fault is None, f"{what} {quoted(text)} {fault}; use {ALPHABET}.")
    return PurePosixPath(*parts)


def _fault(part: str) -> str | None:
    if not part:
        return "has an empty part"
    if not part.isprintable() or _FORBIDDEN.search(part):
        return "has a character that file names cannot have everywhere"
    if part[0] in ". " or part[-1] in ". ":
        return "has a part that begins or ends with a dot or blank"
    if len(part.encode()) > LONGEST_PART:
        return "has a part that is too long"
    return "has a part that Windows takes for a device" if _DEVICES.fullmatch(part) else None


def inside(folder: Path, text: str, what: str, outside: str | None = None) -> Path:
    """folder / text, which lies in the folder whatever links there are on the way; it need not exist.

    Raises ValueError, as of relative_path, for all else.
    """
    outside = outside or f"leads out of {folder.name}"
    path = folder / relative_path(text, what, outside)
    require(not leads_out(path, folder),
            f"{what} {quoted(text)} {outside} through a link; put the files themselves there.")
    return path


def leads_out(path: Path, folder: Path) -> bool:
    """Whether the path, with all links followed, lies outside the folder."""
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def check_model_links(files: list[Path], folder: Path) -> None:
    """ValueError for a link among the files of a model folder that leads out of it.

    Hugging Face's cache is allowed: there a model's folder, snapshots/<revision>, links to files in blobs
    beside it.
    """
    home = Path(os.path.realpath(folder))
    home = home.parents[1] if home.parent.name == "snapshots" else home
    for file in files:
        require(not leads_out(file, home),
                f"{file.name} in {folder.name} is a link that leads out of the folder; put the file itself "
                "there, or make the whole folder a link.")
