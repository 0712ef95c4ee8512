"""Which format a camera file has, told by its content; the file as a Trajectory, and what was done to it in
words."""
from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from ...values import require
from ..trajectory import Trajectory
from .blender import read_blender, write_blender
from .colmap import read_colmap, write_colmap_binary, write_colmap_text
from .hints import Hints
from .load3d import read_load3d, write_load3d_json
from .nerfstudio import read_nerfstudio, write_nerfstudio
from .official import read_named_cameras, read_official, write_named_cameras, write_official
from .reading import Reading
from .real_estate import read_real_estate, write_real_estate
from .recammaster import read_recammaster, write_recammaster
from .tum import read_tum, write_tum
from .world_mirror import read_world_mirror, write_world_mirror

LARGEST_FILE = 256  # MiB; 81 poses are 0.1


class Format(NamedTuple):
    """One way to store a trajectory.

    stored      which way its matrices go, and its axes
    read        (text of the file, or its path for COLMAP; hints) -> Trajectory
    write       trajectory -> text of the file, or {file name: content} of a folder
    ending      of the file; empty for a folder
    """

    stored: str
    read: Callable[[Any, Hints], Trajectory]
    write: Callable[[Trajectory], str | Mapping[str, str | bytes]]
    ending: str


CAMERA_JSON = "camera.json"
MEMORY_BANK, WORLD_MIRROR = "cameras.json of a memory bank", "cameras.json of WorldMirror"
TRANSFORMS, COLMAP_TEXT, COLMAP_BINARY = "transforms.json", "COLMAP text", "COLMAP binary"
REAL_ESTATE, TUM, BLENDER = "RealEstate10K", "TUM", "Blender"
LOAD3D, RECAMMASTER = "LOAD3D_CAMERA", "ReCamMaster"
FORMATS = {
    CAMERA_JSON: Format("w2c OpenCV", read_official, write_official, "json"),
    MEMORY_BANK: Format("w2c OpenCV", read_named_cameras, write_named_cameras, "json"),
    WORLD_MIRROR: Format("c2w OpenCV", read_world_mirror, write_world_mirror, "json"),
    TRANSFORMS: Format("c2w OpenGL", read_nerfstudio, write_nerfstudio, "json"),
    COLMAP_TEXT: Format("w2c OpenCV", read_colmap, write_colmap_text, ""),
    COLMAP_BINARY: Format("w2c OpenCV", read_colmap, write_colmap_binary, ""),
    REAL_ESTATE: Format("w2c OpenCV, normalised intrinsics", read_real_estate, write_real_estate, "txt"),
    TUM: Format("c2w OpenCV, no intrinsics", read_tum, write_tum, "txt"),
    BLENDER: Format("c2w OpenGL, z up", read_blender, write_blender, "json"),
    LOAD3D: Format("c2w OpenGL, y up", read_load3d, write_load3d_json, "json"),
    RECAMMASTER: Format("c2w Unreal, centimetres, no "
                        "intrinsics", read_recammaster, write_recammaster, "json"),
}


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
    source = path if format in (COLMAP_TEXT, COLMAP_BINARY) else _text(path)
    trajectory = _read(FORMATS[format].read, source, format, hints)
    trajectory = replace(trajectory, name=trajectory.name or path.stem)
    stored = f"{format}: {FORMATS[format].stored}{', inverted' if hints.inverted else ''}"
    reading = Reading(trajectory, stored, remarks, *distortion)
    return reading.checked(doubtful=stated is None and not hints.inverted)


def recognise(path: Path) -> str:
    """The name in FORMATS of a file or COLMAP folder. Raises ValueError saying what the file looks like
    instead."""
    if path.is_dir():
        return COLMAP_BINARY if (path / "images.bin").is_file() else COLMAP_TEXT
    if path.suffix == ".bin":
        require("images" in path.name, f"{path.name} holds no poses; choose images.bin of the COLMAP model.")
        return COLMAP_BINARY
    text = _text(path)
    if text.lstrip()[:1] in ("{", "["):
        return _recognise_json(path.name, text)
    return _recognise_lines(path.name, text)


def _read(read: Callable[[Any, Hints], Trajectory], source: Path | str, format: str,
          hints: Hints) -> Trajectory:
    """Calls a reader; what it cannot make out of a field becomes a sentence."""
    try:
        return read(source, hints)
    except (TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError(f"This is no valid {format} file ({type(error).__name__}: {error}); export it "
                         "again, or choose another format.") from error


def _text(path: Path) -> str:
    require(path.is_file(), f"There is no file {path.name}; choose one in ComfyUI's input folder.")
    megabytes = path.stat().st_size / 2**20
    require(megabytes <= LARGEST_FILE,
            f"{path.name} has {megabytes:.0f} MiB, more than {LARGEST_FILE}; is it a camera file?")
    data = path.read_bytes()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is no text in UTF-8 ({error.reason} at byte {error.start}); "
                         "save it as such.") from error
    require("\0" not in text, f"{path.name} is no text file; a binary COLMAP model has to be called "
                              "images.bin.")
    return text


def _recognise_json(name: str, text: str) -> str:
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{name} is no JSON, or was cut off ({error}); export it again.") from error
    if isinstance(data, list) or "keyframes" in data or "position" in data:
        if isinstance(data, list) and not (data and isinstance(data[0], dict) and "position" in data[0]):
            raise ValueError(f"{name} holds a list without names, which does not say what it is; use "
                             "camera.json.")
        return LOAD3D
    frames = data.get("frames")
    first = frames[0] if isinstance(frames, list) and frames and isinstance(frames[0], dict) else {}
    extrinsics = data.get("extrinsics")
    inner = [value for value in data.values() if isinstance(value, dict)]
    is_mirror = isinstance(extrinsics, list) and extrinsics[:1] and isinstance(extrinsics[0], dict)
    tests = ((TRANSFORMS, "transform_matrix" in first), (BLENDER, "matrix_world" in first),
             (WORLD_MIRROR, is_mirror),
             (CAMERA_JSON, "extrinsic" in data or "extrinsics" in data), (RECAMMASTER, "frame0" in data),
             (MEMORY_BANK, bool(inner) and "extrinsic" in inner[0]))
    for format, fits in tests:
        if fits:
            return format
    raise ValueError(f"{name} is no camera file that is known here: it holds {_listed(list(data))}. "
                     f"Known are {', '.join(FORMATS)}.")


def _recognise_lines(name: str, text: str) -> str:
    lines = [line.split() for line in text[:100_000].splitlines()
             if line.strip() and not line.startswith("#")][:3]
    require(len(lines) > 0, f"{name} is empty.")
    if len(lines[0]) >= 10 and not _is_number(lines[0][9]):
        return COLMAP_TEXT
    require(not (len(lines[0]) >= 7 and lines[0][1].isupper()),
            f"{name} holds no poses; choose images.txt of the COLMAP model.")
    columns = [len(line) for line in lines]
    if 19 in columns[:2]:  # the first line may be an address
        return REAL_ESTATE
    if columns[0] == 8 or len(lines[0][0].split(",")) == 8:
        return TUM
    raise ValueError(f"{name} is no camera file that is known here: its lines have "
                     f"{_listed(sorted(set(columns)))} columns, RealEstate10K has 19, TUM 8, images.txt of "
                     "COLMAP 10. It may be cut off.")


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _listed(names: Sequence) -> str:
    shown = ", ".join(str(name)[:40] for name in names[:8])
    return (shown or "nothing") + (", ..." if len(names) > 8 else "")
