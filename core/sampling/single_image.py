"""Makes the memories of a first clip from one photograph with depth."""
from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor

from ..cameras.trajectory import Trajectory
from ..cloud.lift import lift
from ..cloud.point_cloud import PointCloud
from ..cloud.render.along_path import render_path
from ..depth.depth import Depth
from ..memory.stereo.references import References, start_frame_reference
from ..picture_fit import fit_photo
from ..pictures import to_frames, to_image
from .conditioning import render_video


class SingleImage(NamedTuple):
    """cloud: the photograph's point cloud; render [F,3,H,W] in -1..1, frame 0 is the photograph; mask
    [F,H,W], 1 = hole, none in frame 0; references: the photograph alone. For geometric_control and
    stereo_control of the same trajectory."""

    cloud: PointCloud
    render: Tensor
    mask: Tensor
    references: References


def single_image_memories(photo: Tensor, depth: Depth, trajectory: Trajectory, radius: float = 0.008,
                          points_per_pixel: int = 20, official: bool = False,
                          progress: Callable[[int, Tensor], None] | None = None) -> SingleImage:
    """Unprojects the photograph [3,h,w] in -1..1, of the size of its depth map, and renders it along the
    path.

    official    finds depth edges as the official code (see lift) and cuts the rendered frames to 8 bits, as
                its video file does; the file's lossy compression is left out
    progress    called after each rendered frame with their number and its picture [h,w,3] 0..1; may raise to
                stop
    Raises ValueError when sizes do not agree or the path does not start at the photograph's camera.
    """
    image = to_image(photo[None])
    cloud = lift(image, depth, official=official)
    image, mask, _ = render_path(cloud, trajectory, radius, points_per_pixel, image, progress)
    render = cut_to_8_bits(to_frames(image)) if official else to_frames(image)
    start = fit_photo(photo[None], (trajectory.width, trajectory.height), trajectory.fit)[0][0]
    return SingleImage(cloud, render_video(render, start), mask, start_frame_reference(start, trajectory))


def cut_to_8_bits(frames: Tensor) -> Tensor:
    """Frames [F,3,H,W] in -1..1 as they come back from whole numbers 0..255, rounded down."""
    return ((frames + 1) / 2 * 255).clamp(0, 255).floor() / 255 * 2 - 1
