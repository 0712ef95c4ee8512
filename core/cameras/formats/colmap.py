"""COLMAP sparse models: cameras and images, as text or binary (https://colmap.github.io/format.html)."""
from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import torch

from ...files.json_text import read_text
from ...files.limits import check_file
from ...files.paths import inside
from ...values import reason, require
from ..rotations import quaternion_from_rotation, rigid, rotation_from_quaternion
from ..trajectory import Trajectory
from .hints import Hints
from .parsing import (
    first_rows,
    is_number,
    natural_order,
    number_array,
    pinhole,
    require_rigid,
    trajectory_from,
)

NAME = "The COLMAP model"
PINHOLE = 1
# COLMAP's number and name of a camera model, and where its fx, fy, cx, cy are; distortion follows them.
MODELS = {0: ("SIMPLE_PINHOLE", (0, 0, 1, 2)), 1: ("PINHOLE", (0, 1, 2, 3)),
          2: ("SIMPLE_RADIAL", (0, 0, 1, 2)), 3: ("RADIAL", (0, 0, 1, 2)),
          4: ("OPENCV", (0, 1, 2, 3)), 6: ("FULL_OPENCV", (0, 1, 2, 3))}
OTHER_MODELS = {5: "OPENCV_FISHEYE", 7: "FOV", 8: "SIMPLE_RADIAL_FISHEYE", 9: "RADIAL_FISHEYE",
                10: "THIN_PRISM_FISHEYE", 11: "RAD_TAN_THIN_PRISM_FISHEYE", 12: "SIMPLE_DIVISION",
                13: "DIVISION", 14: "SIMPLE_FISHEYE", 15: "FISHEYE", 16: "EUCM", 17: "EQUIRECTANGULAR"}
MODEL_NAMES = {number: name for number, (name, _) in MODELS.items()} | OTHER_MODELS
PINHOLES = {name: number for number, (name, _) in MODELS.items()}
PARAMETERS = {0: 3, 1: 4, 2: 4, 3: 5, 4: 8, 5: 8, 6: 12, 7: 5, 8: 4, 9: 5, 10: 12, 11: 16, 12: 4, 13: 5,
              14: 3, 15: 4, 16: 6, 17: 2}


class Camera(NamedTuple):
    """One lens of a COLMAP model: the name of its camera model, picture size in pixels, parameters."""

    model: str
    width: int
    height: int
    parameters: list[float]


class Image(NamedTuple):
    """One pose of a COLMAP model: w2c as quaternion (w,x,y,z) and translation."""

    name: str
    camera: int
    pose: list[float]


def is_colmap_text(text: str) -> bool:
    """Whether a text is images.txt."""
    fields = first_rows(text)[0]
    numeric_name = len(fields) == 10 and fields[0].isdigit() and fields[8].isdigit()
    return len(fields) >= 10 and (numeric_name or not is_number(fields[9]))


def read_colmap(path: str | Path, hints: Hints = Hints()) -> Trajectory:
    """From images.txt or images.bin with its cameras beside it: w2c (world to camera), OpenCV axes, K in
    pixels.

    path is the images file or its folder (binary first). Images come in the order of their names. A pixel's
    centre is at + 0.5, as in Trajectory. Points are not read; lens distortion goes to the hints. Raises
    ValueError for camera models that are not a pinhole with distortion, for pictures of several sizes and for
    files that are cut off.
    """
    images_path, cameras_path = _model_files(Path(path))
    if images_path.suffix == ".bin":
        cameras, images = _binary_cameras(cameras_path), _binary_images(images_path)
    else:
        cameras, images = _text_cameras(cameras_path), _text_images(images_path)
    return _trajectory(cameras, sorted(images, key=lambda image: natural_order(image.name)), hints)


def _model_files(path: Path) -> tuple[Path, Path]:
    """(images, cameras) of the model in a folder, or of the one that an images file belongs to."""
    if path.is_dir():
        path = path / ("images.bin" if (path / "images.bin").is_file() else "images.txt")
    require(path.suffix in (".txt", ".bin") and "images" in path.name,
            f"{path.name} is not part of a COLMAP model; choose its images.txt or images.bin.")
    # also images (1).txt, as uploads name them
    cameras = inside(path.parent, path.name.replace("images", "cameras"), "The other file of the COLMAP "
                                                                          "model")
    for file in (path, cameras):
        require(file.is_file(), f"{file.name} is missing; a COLMAP model is {path.name} and {cameras.name} "
                                "in one folder.")
    return path, cameras


def write_colmap_text(trajectory: Trajectory, names: list[str] | None = None) -> dict[str, str]:
    """cameras.txt, images.txt, points3D.txt (empty): w2c (world to camera), OpenCV axes, PINHOLE in pixels.

    names are the file names of the pictures, else frame_00001.png and so on. One camera for each different K.
    """
    cameras, images = _numbered(trajectory, names)
    size = f"{trajectory.width} {trajectory.height}"
    lines = [f"{number} PINHOLE {size} {_joined(parameters)}\n" for parameters, number in cameras.items()]
    # The second line of an image holds its 2D points: none.
    poses = [f"{number} {_joined(pose)} {camera} "
             f"{name}\n\n" for number, (name, camera, pose) in enumerate(images, 1)]
    return {"cameras.txt": "# CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[] (fx, fy, cx, cy)\n" + "".join(lines),
            "images.txt": "# IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME\n"
                          "# POINTS2D[] as (X, Y, POINT3D_ID)\n" + "".join(poses),
            "points3D.txt": "# POINT3D_ID, X, Y, Z, R, G, B, ERROR, TRACK[] as (IMAGE_ID, POINT2D_IDX)\n"}


def write_colmap_binary(trajectory: Trajectory, names: list[str] | None = None) -> dict[str, bytes]:
    """cameras.bin, images.bin, points3D.bin (empty): w2c (world to camera), OpenCV axes, PINHOLE in
    pixels."""
    cameras, images = _numbered(trajectory, names)
    size = (trajectory.width, trajectory.height)
    camera_records = [struct.pack("<iiQQ4d", number, PINHOLE, *size, *parameters)
                      for parameters, number in cameras.items()]
    no_points = struct.pack("<Q", 0)
    image_records = [struct.pack("<i7di", number, *pose, camera) + name.encode() + b"\0" + no_points
                     for number, (name, camera, pose) in enumerate(images, 1)]
    return {"cameras.bin": struct.pack("<Q", len(cameras)) + b"".join(camera_records),
            "images.bin": struct.pack("<Q", len(images)) + b"".join(image_records),
            "points3D.bin": struct.pack("<Q", 0)}


def _numbered(trajectory: Trajectory, names: list[str] | None,
              ) -> tuple[dict[tuple[float, ...], int], list[Image]]:
    """({(fx, fy, cx, cy): camera number}, images) of a trajectory; numbers begin at 1."""
    names = names or [f"frame_{frame:05}.png" for frame in range(1, trajectory.frames + 1)]
    are_names = len(set(names)) == len(names) and not any(" " in name for name in names)
    require(len(names) == trajectory.frames and are_names,
            f"{len(names)} picture names for {trajectory.frames} poses; each needs one of its own, without "
            "spaces.")
    lenses = [(K[0][0], K[1][1], K[0][2], K[1][2]) for K in trajectory.K.tolist()]
    cameras = {lens: number for number, lens in enumerate(dict.fromkeys(lenses), start=1)}
    w2c = trajectory.w2c.double()
    poses = torch.cat([quaternion_from_rotation(w2c[:, :3, :3]), w2c[:, :3, 3]], dim=1).tolist()
    return cameras, [Image(name, cameras[lens], pose) for name, lens, pose in zip(names, lenses, poses)]


def _joined(numbers: Iterable[float]) -> str:
    return " ".join(map(repr, numbers))


def _trajectory(cameras: dict[int, Camera], images: list[Image], hints: Hints) -> Trajectory:
    require(len(images) > 0, f"{NAME} holds no registered images.")
    unknown = {image.camera for image in images} - cameras.keys()
    require(not unknown, f"{NAME} has images of camera {min(unknown, default=0)}, which is not among its "
                         "cameras.")
    used = [cameras[image.camera] for image in images]
    width, height = _common_size(used)
    # Where fx, fy, cx, cy are; what follows is in OpenCV's order, from k1 on.
    places = [MODELS[PINHOLES[camera.model]][1] for camera in used]
    bent = [camera.parameters[max(place) + 1:] for camera, place in zip(used, places)]
    distortion = [[*numbers, *[0.0] * (8 - len(numbers))] for numbers in bent]
    hints.lens_distortion(NAME, number_array("cameras", distortion))
    poses = number_array("images", [image.pose for image in images])
    w2c = rigid(rotation_from_quaternion(poses[:, :4], NAME), poses[:, 4:])
    require_rigid("images", w2c)
    if hints.inverted:
        w2c = torch.linalg.inv(w2c)
    lenses = [[camera.parameters[index] for index in place] for camera, place in zip(used, places)]
    return trajectory_from(NAME, w2c, pinhole(*number_array("cameras", lenses).T), width, height, hints)


def _common_size(cameras: list[Camera]) -> tuple[int, int]:
    """(width, height) of their pictures; ValueError when they differ, or a camera is no pinhole."""
    for camera in cameras:
        require(camera.model in PINHOLES,
                f"{NAME} has pictures of a camera of model {camera.model}, expected one of "
                f"{', '.join(PINHOLES)}; undistort them with colmap image_undistorter.")
        count = PARAMETERS[PINHOLES[camera.model]]
        require(len(camera.parameters) == count,
                f"{NAME} has {len(camera.parameters)} parameters for a camera of model {camera.model}, "
                f"expected {count}.")
    sizes = {(camera.width, camera.height) for camera in cameras}
    require(len(sizes) == 1, f"{NAME} has pictures of {len(sizes)} sizes; keep the images of one size.")
    return sizes.pop()


def _text_cameras(path: Path) -> dict[int, Camera]:
    cameras = {}
    for fields in (line.split() for line in _lines(path) if line):
        require(len(fields) >= 5, f"{path.name} has a line of {len(fields)} fields, expected 5 or more: cut "
                                  "off.")
        number, width, height, *parameters = _numbers(path, [fields[0], *fields[2:]])
        cameras[int(number)] = Camera(fields[1], int(width), int(height), parameters)
    return cameras


def _text_images(path: Path) -> list[Image]:
    """The line of an image is followed by one of its 2D points, three numbers for each, empty or missing."""
    images, points_may_follow = [], False
    for line in _lines(path):
        fields = line.split()
        are_points = points_may_follow and len(fields) % 3 == 0 and all(map(is_number, fields[:12]))
        points_may_follow = not are_points and bool(fields)
        if are_points or not fields:
            continue
        require(len(fields) > 9, f"{path.name} has a line of {len(fields)} fields where an image should be, "
                                 "expected ten or more, then a line of its 2D points; it may be cut off.")
        images.append(Image(" ".join(fields[9:]), int(_numbers(path, fields[8:9])[0]),
                            _numbers(path, fields[1:8])))
    return images


def _lines(path: Path) -> list[str]:
    """All lines but comments, without blanks around them."""
    lines = (line.strip() for line in read_text(path).split("\n"))
    return [line for line in lines if not line.startswith("#")]


def _numbers(path: Path, fields: list[str]) -> list[float]:
    try:
        numbers = [float(field) for field in fields]
    except ValueError as error:
        raise ValueError(f"{path.name} holds something that is no number ({reason(error)}).") from error
    require(all(map(math.isfinite, numbers)),
            f"{path.name} holds numbers that are NaN or infinite; export it again.")
    return numbers


def _binary_cameras(path: Path) -> dict[int, Camera]:
    check_file(path)
    data, cameras = path.read_bytes(), {}
    try:
        (count,), place = struct.unpack_from("<Q", data), 8
        for _ in range(count):
            number, model, width, height = struct.unpack_from("<iiQQ", data, place)
            require(model in PARAMETERS, f"{path.name} has a camera of the unknown model {model}: damaged, "
                                         "or newer.")
            parameters = struct.unpack_from(f"<{PARAMETERS[model]}d", data, place + 24)
            cameras[number] = Camera(MODEL_NAMES[model], width, height, list(parameters))
            place += 24 + 8 * len(parameters)
    except struct.error as error:
        raise ValueError(f"{path.name} ends too early ({reason(error)}); copy it again.") from error
    return cameras


def _binary_images(path: Path) -> list[Image]:
    check_file(path)
    data, images = path.read_bytes(), []
    try:
        (count,), place = struct.unpack_from("<Q", data), 8
        for _ in range(count):
            _, *pose, camera = struct.unpack_from("<i7di", data, place)
            end = data.index(b"\0", place + 64)
            (points,) = struct.unpack_from("<Q", data, end + 1)
            images.append(Image(data[place + 64:end].decode("utf-8", "replace"), camera, pose))
            place = end + 9 + 24 * points  # a 2D point is x, y and the number of its 3D point
        require(place <= len(data), f"{path.name} ends within the points of its last image; copy it again.")
    except (struct.error, ValueError) as error:
        raise ValueError(f"{path.name} ends too early ({reason(error)}); copy it again.") from error
    return images
