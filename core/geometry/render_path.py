"""Renders a point cloud along a camera path: the picture, hole mask and depth that the geometric memory gives."""

import logging
from typing import Callable

import torch

from ..cameras.trajectory import SAME_POSE, Trajectory, pose_errors
from ..pictures import stretch
from ..values import require
from .depth import Depth
from .point_cloud import PointCloud
from .render import render_points

log = logging.getLogger(__name__)


def render_path(cloud: PointCloud, trajectory: Trajectory, radius: float = 0.008, points_per_pixel: int = 20,
                start_image: torch.Tensor | None = None, progress: Callable[[int], None] | None = None,
                ) -> tuple[torch.Tensor, torch.Tensor, Depth]:
    """Image [F,H,W,3] 0..1 (holes mid-grey), mask [F,H,W] (1 = hole) and Depth of the nearest points.

    start_image     [1,H',W',3] 0..1, the photograph of the cloud: stretched to the path's size it becomes frame 0,
                    without holes (official code); the first pose must then be the one it was taken from
    progress        called with the number of finished frames; may raise to stop
    Raises ValueError when the first pose is not the start image's.
    """
    if start_image is not None:
        _check_start(cloud, trajectory)
    if trajectory.unit != cloud.unit:
        log.warning("The trajectory is in %s, the point cloud in %s; they are taken for the same unit.", trajectory.unit,
                    cloud.unit)
    size = (trajectory.height, trajectory.width)
    image, mask, depth = render_points(cloud.points, cloud.colors * 2 - 1, trajectory.w2c, trajectory.K, *size,
                                       radius, points_per_pixel, progress=progress)
    depth = Depth(depth, mask == 0, trajectory.K, trajectory.w2c, trajectory.unit)
    image = (image + 1) / 2
    if start_image is not None:
        image[0] = stretch(start_image.permute(0, 3, 1, 2), *size)[0].permute(1, 2, 0).clamp(0, 1)
        mask[0] = 0
    return image, mask, depth


def _check_start(cloud, trajectory):
    error = float(pose_errors(trajectory.w2c[:1], cloud.start_w2c))
    require(error <= SAME_POSE,
            f"The first pose of the trajectory differs by {error:.3g} from the pose that the start image's points were "
            "lifted from: connect the same Depth from Image to Camera Trajectory and to Point Cloud from Depth, or "
            "disconnect start_image from Render Point Cloud.")
