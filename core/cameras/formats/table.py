"""Every camera file format in one table. Reading, saving, nodes, help pages, README and tests read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..trajectory import Trajectory
from .blender import is_blender, read_blender, write_blender
from .camera_path import is_camera_path, read_camera_path, write_camera_path
from .colmap import is_colmap_text, read_colmap, write_colmap_binary, write_colmap_text
from .gaussian_splatting import is_splat_cameras, read_splat_cameras, write_splat_cameras
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
from .world_play import is_world_play, read_world_play, write_world_play


@dataclass(frozen=True)
class Format:
    """One way to store a trajectory.

    stored      direction of its matrices (w2c or c2w), and its axes
    fits        (object of a JSON file, or a text) -> whether it is this format
    read        (text of the file, or path of a folder's file; hints) -> Trajectory
    write       trajectory -> text of the file, or {file name: content} of a folder
    ending      of the file; empty for a folder
    intrinsics  how they are stored, "no" without
    size        whether it has the size of the pictures
    kept        what comes back when a saved path is loaded again
    note        what else the user should know
    certain     the content alone tells direction and axes, so a path that looks odd is read with a remark
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
    certain: bool = False


EVERYTHING = "everything: poses, intrinsics, size, frame rate, name, unit"
COLMAP_TEXT, COLMAP_BINARY = "COLMAP text", "COLMAP binary"
FORMATS = {
    "camera.json": Format(
        "w2c OpenCV", is_official, read_official, write_official, "json", "pixels", "yes", EVERYTHING,
        "the official format, and the default of this pack. In files without a size (the official "
        "single-image examples) the size is twice the principal point"),
    "cameras.json of a memory bank": Format(
        "w2c OpenCV", is_named_cameras, read_named_cameras, write_named_cameras, "json", "pixels", "guessed",
        "poses, intrinsics, size", "one entry for each frame name; sorted by name"),
    "cameras.json of WorldMirror": Format(
        "c2w OpenCV", is_world_mirror, read_world_mirror, write_world_mirror, "json", "pixels", "guessed",
        "poses, intrinsics; the size when the principal point is in the middle",
        "the same keys as `camera.json`, but camera to world"),
    "transforms.json": Format(
        "c2w OpenGL", is_nerfstudio, read_nerfstudio, write_nerfstudio, "json", "pixels or field of view",
        "yes", "poses, intrinsics, size; picture names are `images/frame_00001.png` and so on",
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
        "fractions of width and height", "no", "poses, intrinsics when the size is given",
        "also the rows of CAMERACTRL_POSES; the first line is a URL"),
    "TUM": Format(
        "c2w OpenCV, no intrinsics", is_tum, read_tum, write_tum, "txt", "no", "no", "poses",
        "`time tx ty tz qx qy qz qw`, or the columns that a header names; times are not used"),
    "Blender": Format(
        "c2w OpenGL, z up", is_blender, read_blender, write_blender, "json", "focal length in mm", "yes",
        EVERYTHING, "written by the script below"),
    "LOAD3D_CAMERA": Format(
        "c2w OpenGL, y up", is_load3d, read_load3d, write_load3d_json, "json", "vertical field of view", "no",
        "poses and vertical field of view; square pixels, principal point in the middle",
        "one camera of ComfyUI's 3D viewer, or a list"),
    "ReCamMaster": Format(
        "c2w Unreal, centimetres, no intrinsics", is_recammaster, read_recammaster, write_recammaster, "json",
        "no", "no", "poses relative to the first; the unit is assumed to be metres",
        "relative to the first pose, in metres"),
    "cameras.json of 3DGS": Format(
        "c2w OpenCV", is_splat_cameras, read_splat_cameras, write_splat_cameras, "json",
        "focal lengths in pixels", "yes", "poses, focal lengths, size; principal point in the middle",
        "Gaussian Splatting's list of its training cameras; sorted by `img_name`", certain=True),
    "camera path of nerfstudio": Format(
        "c2w OpenGL", is_camera_path, read_camera_path, write_camera_path, "json", "vertical field of view",
        "yes",
        "poses, vertical field of view, size, frame rate; square pixels, principal point in the middle",
        "of nerfstudio's viewer (`ns-render camera-path`); the world is that of its training, turned and "
        "scaled as `dataparser_transforms.json` says", certain=True),
    "HY-WorldPlay": Format(
        "c2w OpenCV", is_world_play, read_world_play, write_world_play, "json", "pixels", "guessed",
        "poses, intrinsics; the size when the principal point is in the middle",
        "one entry of `extrinsic` (camera to world) and `K` for each key frame", certain=True),
}


def names_with(**values: str) -> str:
    """The names of the formats with these values, such as intrinsics="no", for sentences."""
    return ", ".join(name for name, row in FORMATS.items()
                     if all(getattr(row, key) == value for key, value in values.items()))
