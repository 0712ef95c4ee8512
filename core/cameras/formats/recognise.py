"""Which format a camera file has, told by its content; the file as a Trajectory, and what was done to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...files.json_text import parse_json, read_text
from ...values import reason, require
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import first_camera, first_rows
from .reading import Reading
from .table import COLMAP_BINARY, COLMAP_TEXT, FORMATS
from .tum import has_other_order

REMEDY = "choose a camera file; a binary COLMAP model has to be called images.bin"


def read_file(path: Path, format: str | None = None, hints: Hints = Hints()) -> Reading:
    """The trajectory of a camera file with all its poses; format None is recognised by content.

    Raises ValueError, which names the file, for what is no camera file or, when the format was recognised,
    does not make sense.
    """
    try:
        return _reading(path, format, hints)
    except ValueError as error:
        if path.name in str(error):
            raise
        raise ValueError(f"{path.name}: {error}") from error


def _reading(path: Path, format: str | None, hints: Hints) -> Reading:
    remarks, distortion = [], []
    hints = replace(hints, remark=remarks.append, distortion=distortion.append)
    stated, format = format, format or recognise(path)
    source = read_text(path, REMEDY) if FORMATS[format].ending else path
    trajectory = _read(FORMATS[format].read, source, format, hints)
    trajectory = replace(trajectory, name=trajectory.name or path.stem)
    stored = f"{format}: {FORMATS[format].stored}{', inverted' if hints.inverted else ''}"
    reading = Reading(trajectory, stored, remarks, *distortion)
    # A tracked body need not look at what it goes around.
    of_body = isinstance(source, str) and has_other_order(source)
    certain = stated is not None or hints.inverted or of_body or FORMATS[format].certain
    return reading.checked(doubtful=not certain)


def recognise(path: Path) -> str:
    """The name in table.FORMATS of a file or COLMAP folder.

    Raises ValueError, which says what the file looks like instead.
    """
    if path.is_dir():
        return COLMAP_BINARY if (path / "images.bin").is_file() else COLMAP_TEXT
    if path.suffix == ".bin":
        require("images" in path.name, f"{path.name} holds no poses; choose images.bin of the COLMAP model.")
        return COLMAP_BINARY
    text = read_text(path, REMEDY)
    if text.lstrip()[:1] in ("{", "["):
        return _recognise_json(path.name, text)
    return _recognise_lines(path.name, text)


def _read(read: Callable[[Any, Hints], Trajectory], source: str | Path, format: str,
          hints: Hints) -> Trajectory:
    """Calls a reader; what it cannot make out of a field becomes a sentence."""
    try:
        return read(source, hints)
    except (TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError) as error:
        raise ValueError(f"This is no valid {format} file ({type(error).__name__}: {error}); export it "
                         "again, or choose another format.") from error


def _recognise_json(name: str, text: str) -> str:
    data = parse_json(text, name)
    require(isinstance(data, dict) or bool(first_camera(data)),
            f"{name} holds a list without names, which does not say what it is; use camera.json.")
    data = data if isinstance(data, dict) else {"keyframes": data}  # a list of cameras is short for that
    found = _fitting(data, in_json=True)
    if found is None:
        raise ValueError(f"{name} is no camera file that is known here: it holds {_listed(list(data))}. "
                         f"Known are {', '.join(FORMATS)}.")
    return found


def _recognise_lines(name: str, text: str) -> str:
    lines = first_rows(text)
    require(len(lines) > 0, f"{name} is empty.")
    require(not (len(lines[0]) >= 7 and lines[0][1].isupper()),
            f"{name} holds no poses; choose images.txt of the COLMAP model.")
    found = _fitting(text, in_json=False)
    if found is None:
        raise ValueError(f"{name} is no camera file that is known here: its lines have "
                         f"{_listed(sorted(set(map(len, lines))))} columns. It may be cut off. "
                         f"Known are {', '.join(FORMATS)}.")
    return found


def _fitting(content: Any, in_json: bool) -> str | None:
    """The first format that fits the content of a JSON or a text file."""
    rows = {name: row for name, row in FORMATS.items() if (row.ending == "json") == in_json}
    return next((name for name, row in rows.items() if row.fits(content)), None)


def _listed(names: Sequence) -> str:
    shown = ", ".join(str(name)[:20] for name in names[:8])
    return (reason(shown) or "nothing") + (", ..." if len(names) > 8 else "")
