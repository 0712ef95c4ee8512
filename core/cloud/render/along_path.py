"""Renders a point cloud along a camera path: the picture, hole mask and depth that the geometric memory
gives."""
from __future__ import annotations

import logging
from collections.abc import Callable

import torch
from torch import Tensor

from ...cameras.pinhole import in_picture_sizes, resize_intrinsics
from ...cameras.trajectory import SAME_POSE, Trajectory, pose_errors
from ...depth.depth import Depth
from ...picture_fit import fit_intrinsics, fit_photo
from ...pictures import to_frames, to_image
from ...values import require
from ..point_cloud import PointCloud
from .render import POINTS_PER_PIXEL, RADIUS, render_points

SAME_INTRINSICS = 0.01  # largest difference of intrinsics of the same camera, in picture sizes

logger = logging.getLogger(__name__)


def render_path(cloud: PointCloud, trajectory: Trajectory, radius: float = RADIUS,
                points_per_pixel: int = POINTS_PER_PIXEL, start_image: Tensor | None = None,
                progress: Callable[[int, Tensor], None] | None = None,
                device: torch.device | None = None) -> tuple[Tensor, Tensor, Depth]:
    """Renders the cloud from the path's F cameras: image [F,H,W,3] 0..1 (holes mid-grey), mask [F,H,W] (1 =
    hole) and Depth of the nearest points.

    start_image     [1,H',W',3] 0..1, the photograph of the cloud: fitted to the path's size it becomes frame
                    0, without holes where it is (official code); the path must then start at its camera
    progress        called after each frame with the number of finished ones and its picture [H,W,3] 0..1; may
                    raise to stop
    device          where to render, None: where the cloud is; the results are where the cloud is
    Raises ValueError when the first pose or its intrinsics are not the start image's.
    """
    if start_image is not None:
        _check_start(cloud, trajectory, (start_image.shape[2], start_image.shape[1]))
    if trajectory.unit != cloud.unit:
        logger.warning("The trajectory is in %s, the point cloud in %s; they are taken for the same unit.",
                       trajectory.unit, cloud.unit)
    size = (trajectory.height, trajectory.width)
    home = cloud.points.device
    points, colors = (values.to(device or home) for values in (cloud.points, cloud.colors * 2 - 1))
    rendered = render_points(points, colors, trajectory.w2c, trajectory.K, *size, radius, points_per_pixel,
                             progress=progress and (lambda done, frame: progress(done, _picture(frame))))
    image, mask, depth = (frames.to(home) for frames in rendered)
    depth = Depth(depth, mask == 0, trajectory.K, trajectory.w2c, trajectory.unit)
    image = _picture(image)
    if start_image is not None:
        if start_image.shape[1:3] == size:
            image[0], mask[0] = start_image[0].clamp(0, 1), 0
        else:
            start, shown = fit_photo(to_frames(start_image), (size[1], size[0]), trajectory.fit)
            image[0], mask[0] = to_image(start)[0], (~shown).to(mask)
    return image, mask, depth


def _picture(image: Tensor) -> Tensor:
    """Colours in -1..1 as 0..1."""
    return (image + 1) / 2


def _check_start(cloud: PointCloud, trajectory: Trajectory, photo: tuple[int, int]) -> None:
    remedy = ("with which the start image's points were lifted: connect the same 'Depth Map to Depth' to "
              "'Camera Trajectory' and to 'Point Cloud from Depth', or disconnect start_image from "
              "'Render Point Cloud'")
    error = float(pose_errors(trajectory.w2c[:1], cloud.start_w2c))
    require(error <= SAME_POSE,
            f"The first pose of the trajectory differs by {error:.3g} from that {remedy}.")
    if cloud.start_K is not None:
        size = (trajectory.width, trajectory.height)
        K = fit_intrinsics(resize_intrinsics(cloud.start_K, (1, 1), photo), photo, size, trajectory.fit)
        error = float(in_picture_sizes(K - trajectory.K[0], *size).abs().max())
        require(error <= SAME_INTRINSICS, f"The first intrinsics of the trajectory differ by {error:.1%} of "
                                          f"the picture's size from those {remedy}.")
