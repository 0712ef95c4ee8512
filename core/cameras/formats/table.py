"""Every camera file format in one table. Reading, saving, nodes, help pages, README and tests read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..trajectory import Trajectory
from .blender import is_blender, read_blender, write_blender
from .colmap import is_colmap_text, read_colmap, write_colmap_binary, write_colmap_text
from .hints import Hints
from .load3d import is_load3d, read_load3d, write_load3d_json
from .nerfstudio import is_nerfstudio, read_nerfstudio, write_nerfstudio
from .official import (
    is_named_cameras,
    is_official,
    read_named_cameras,
    read_official,
    write_named_cameras,
    write_official,
)
from .real_estate import is_real_estate, read_real_estate, write_real_estate
from .recammaster import is_recammaster, read_recammaster, write_recammaster
from .tum import is_tum, read_tum, write_tum
from .world_mirror import is_world_mirror, read_world_mirror, write_world_mirror


@dataclass(frozen=True)
class Format:
    """One way to store a trajectory.

    stored      which way its matrices go, and its axes
    fits        (object of a JSON file, or fields of a text file's first lines) -> whether it is this format
    read        (text of the file, or path of a folder's file; hints) -> Trajectory
    write       trajectory -> text of the file, or {file name: content} of a folder
    ending      of the file; empty for a folder
    intrinsics  how it has them, "no" without
    size        whether it has the size of the pictures
    kept        what comes back when a saved path is loaded again
    note        what else its user should know
    """

    stored: str
    fits: Callable[[Any], bool]
    read: Callable[[Any, Hints], Trajectory]
    write: Callable[[Trajectory], str | Mapping[str, str | bytes]]
    ending: str
    intrinsics: str
    size: str
    kept: str
    note: str = ""


EVERYTHING = "everything: poses, intrinsics, size, pace, name, unit"
COLMAP_TEXT, COLMAP_BINARY = "COLMAP text", "COLMAP binary"
FORMATS = {
    "camera.json": Format(
        "w2c OpenCV", is_official, read_official, write_official, "json", "pixels", "yes", EVERYTHING,
        "the official format, and how this pack saves. Without a size (the official single-image examples) "
        "it is twice the principal point"),
    "cameras.json of a memory bank": Format(
        "w2c OpenCV", is_named_cameras, read_named_cameras, write_named_cameras, "json", "pixels", "guessed",
        "poses, intrinsics, size", "one entry for each frame name; sorted by name"),
    "cameras.json of WorldMirror": Format(
        "c2w OpenCV", is_world_mirror, read_world_mirror, write_world_mirror, "json", "pixels", "guessed",
        "poses, intrinsics; the size when the principal point is in the middle",
        "the same words as `camera.json`, the opposite direction"),
    "transforms.json": Format(
        "c2w OpenGL", is_nerfstudio, read_nerfstudio, write_nerfstudio, "json", "pixels or angle", "yes",
        "poses, intrinsics, size; picture names are `images/frame_00001.png` and so on",
        "nerfstudio, instant-ngp. `applied_transform` and `applied_scale` are undone; sorted by `file_path`"),
    COLMAP_TEXT: Format(
        "w2c OpenCV", is_colmap_text, read_colmap, write_colmap_text, "", "pixels", "yes",
        "poses, intrinsics, size; a folder with an empty list of points",
        "`images.txt` with `cameras.txt`; sorted by picture name"),
    COLMAP_BINARY: Format(  # recognised by its names
        "w2c OpenCV", lambda content: False, read_colmap, write_colmap_binary, "", "pixels", "yes",
        "poses, intrinsics, size; a folder with an empty list of points", "`images.bin` with `cameras.bin`"),
    "RealEstate10K": Format(
        "w2c OpenCV, normalised intrinsics", is_real_estate, read_real_estate, write_real_estate, "txt",
        "shares of width and height", "no", "poses, intrinsics when the size is given",
        "also the rows of CAMERACTRL_POSES; the first line is an address"),
    "TUM": Format(
        "c2w OpenCV, no intrinsics", is_tum, read_tum, write_tum, "txt", "no", "no", "poses",
        "`time tx ty tz qx qy qz qw`; times are not used"),
    "Blender": Format(
        "c2w OpenGL, z up", is_blender, read_blender, write_blender, "json", "lens in mm", "yes", EVERYTHING,
        "by the script below"),
    "LOAD3D_CAMERA": Format(
        "c2w OpenGL, y up", is_load3d, read_load3d, write_load3d_json, "json", "vertical angle", "no",
        "poses and vertical field of view; square pixels, principal point in the middle",
        "one camera of ComfyUI's 3D viewer, or a list"),
    "ReCamMaster": Format(
        "c2w Unreal, centimetres, no intrinsics", is_recammaster, read_recammaster, write_recammaster, "json",
        "no", "no", "poses relative to the first; the unit is taken for metres",
        "relative to the first pose, in metres"),
}


def names_with(**values: str) -> str:
    """The names of the formats with these values, such as intrinsics="no", for sentences."""
    return ", ".join(name for name, row in FORMATS.items()
                     if all(getattr(row, key) == value for key, value in values.items()))
