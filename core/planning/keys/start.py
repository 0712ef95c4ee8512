"""The camera that keys count from, and paths to and from it."""
from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from ...cameras.pinhole import in_picture, project
from ...cameras.trajectory import Trajectory
from ...cloud.point_cloud import PointCloud
from ...depth.depth import Depth
from ...picture_fit import Size, fit_intrinsics, photo_intrinsics
from ...values import require
from .fit import fit_keys
from .keys import FARTHEST, ZOOMS, Keys
from .motion import key_motion

SIDE = 1 << 20  # height of a photograph whose aspect alone is known
SAME = 1e-5  # how far the first pose of a path, in float32, may be from the start camera to be the same


class Start(NamedTuple):
    """The photograph's camera.

    w2c     [4,4] float64
    K       [3,3] float64 in pixels of the photograph
    photo   its width and height
    median  median depth, in the unit
    unit    of lengths in the world
    """

    w2c: Tensor
    K: Tensor
    photo: Size
    median: float
    unit: str


def start_of(depth: Depth | None, cloud: PointCloud | None, trajectory: Trajectory | None) -> Start:
    """The camera of the depth, else of the cloud, else the first of the trajectory. The median depth is that
    of the depth, else of the points that this camera sees, else 1. Raises ValueError for different units, and
    when there is no camera."""
    given = [value for value in (depth, cloud, trajectory) if value is not None]
    require(bool(given), "'Edit Trajectory' has no camera to start from: connect the depth of the "
                         "photograph, its point cloud or a trajectory.")
    units = dict.fromkeys(value.unit for value in given)
    require(len(units) == 1, f"What is connected to 'Edit Trajectory' counts in {' and in '.join(units)}; "
                             "make the point cloud and the trajectory from the same depth.")
    if depth is not None:
        w2c, K, photo = depth.w2c[0], depth.K[0], (depth.width, depth.height)
    elif cloud is not None and cloud.start_K is not None:
        # in picture sizes; the aspect follows from square pixels
        photo = round(SIDE * float(cloud.start_K[1, 1] / cloud.start_K[0, 0])), SIDE
        w2c, K = cloud.start_w2c, cloud.start_K * cloud.start_K.new_tensor([*photo, 1.0])[:, None]
    else:
        require(trajectory is not None, "The point cloud does not tell with which lens its photograph was "
                                        "taken; connect the depth or a trajectory to 'Edit Trajectory' too.")
        assert trajectory is not None
        K, photo = trajectory.K[0], (trajectory.width, trajectory.height)
        w2c = trajectory.w2c[0] if cloud is None else cloud.start_w2c
    median = _seen_median(cloud, w2c, K, photo) if depth is None else depth.median
    return Start(w2c.double().cpu(), K.double().cpu(), photo, median, given[0].unit)


def _seen_median(cloud: PointCloud | None, w2c: Tensor, K: Tensor, photo: Size) -> float:
    """Lower median of the depths of the points that the camera sees; 1 when it sees none."""
    if cloud is None:
        return 1.0
    pixels, depth = project(cloud.points, K.to(cloud.points), w2c.to(cloud.points))
    seen = depth[in_picture(pixels, depth, photo[1], photo[0])]
    return float(seen.median()) if len(seen) else 1.0


def trajectory_of_keys(keys: Keys, start: Start, frames: int, size: Size, fit: str) -> Trajectory:
    """The path of the keys in the world; fit: how the photograph becomes a picture of this size."""
    c2start, zoom = key_motion(keys, frames)
    c2start[:, :3, 3] *= start.median
    w2c = torch.linalg.inv(c2start) @ start.w2c
    w2c[:, 3] = w2c.new_tensor([0.0, 0, 0, 1])
    K = fit_intrinsics(start.K, start.photo, size, fit).repeat(frames, 1, 1)
    K[:, [0, 1], [0, 1]] *= zoom[:, None]
    return Trajectory(w2c.float(), K.float(), *size, name="drawn", unit=start.unit, fit=fit)


def refitted(trajectory: Trajectory, start: Start, size: Size, fit: str) -> Trajectory:
    """The same path for pictures that show the photograph in another way."""
    if (trajectory.width, trajectory.height, trajectory.fit) == (*size, fit):
        return trajectory
    K = fit_intrinsics(_photo_K(trajectory, start), start.photo, size, fit)
    return replace(trajectory, K=K, width=size[0], height=size[1], fit=fit)


def _photo_K(trajectory: Trajectory, start: Start) -> Tensor:
    """[F,3,3] K of the path in pixels of the photograph."""
    return photo_intrinsics(trajectory.K, start.photo, (trajectory.width, trajectory.height), trajectory.fit)


def keys_of_trajectory(trajectory: Trajectory, start: Start) -> Keys | None:
    """A few keys whose path follows the trajectory, seen from the start camera; None when it leads farther
    away, or zooms more, than keys can."""
    c2start = start.w2c @ torch.linalg.inv(trajectory.w2c.double().cpu())
    c2start[:, :3, 3] /= start.median
    zoom = _photo_K(trajectory, start)[:, 0, 0].double().cpu() / start.K[0, 0]
    far, nearest, largest = (float(value) for value in (c2start[:, :3, 3].abs().max(), *zoom.aminmax()))
    if far > FARTHEST or nearest < ZOOMS[0] or largest > ZOOMS[1]:
        return None
    eye = torch.eye(4, dtype=torch.float64)
    if float((c2start[0] - eye).abs().max()) <= SAME and abs(float(zoom[0]) - 1) <= SAME:
        c2start[0], zoom[0] = eye, 1.0
    return fit_keys(c2start, zoom)[0]
