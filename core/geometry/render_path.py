"""Renders a point cloud along a camera path: the picture, hole mask and depth that the geometric memory gives."""

from typing import Callable

import torch
import torch.nn.functional as F

from ..cameras.trajectory import Trajectory
from ..values import require
from .depth import Depth
from .point_cloud import PointCloud
from .render import render_points


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
    size = (trajectory.height, trajectory.width)
    image, mask, depth = render_points(cloud.points, cloud.colors * 2 - 1, trajectory.w2c, trajectory.K, *size,
                                       radius, points_per_pixel, progress=progress)
    depth = Depth(depth, mask == 0, trajectory.K, trajectory.w2c, trajectory.unit)
    image = (image + 1) / 2
    if start_image is not None:
        image[0] = _stretched(start_image, size)
        mask[0] = 0
    return image, mask, depth


def _check_start(cloud, trajectory):
    error = float((trajectory.w2c[0] - cloud.start_w2c).abs().max())
    require(error < 1e-3,
            f"The first pose of the trajectory differs by {error:.3g} from the pose that the start image's points were "
            "lifted from: connect the same Depth from Image to Camera Trajectory and to Point Cloud from Depth, or "
            "disconnect start_image from Render Point Cloud.")


def _stretched(image, size):
    planes = image.permute(0, 3, 1, 2)
    if planes.shape[2:] != size:
        planes = F.interpolate(planes, size, mode="bicubic", antialias=True).clamp(0, 1)
    return planes[0].permute(1, 2, 0)
