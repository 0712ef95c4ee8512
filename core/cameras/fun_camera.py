"""Camera rays as Wan Fun Camera takes them: WAN_CAMERA_EMBEDDING."""
from __future__ import annotations

import torch
from torch import Tensor

from ..files.limits import LARGEST_VIDEO
from ..picture_fit import SIDE_STEP
from ..values import require
from .pinhole import pixel_centres, view_rays
from .trajectory import Trajectory

FRAMES_PER_LATENT = 4
MOST_PIXELS = LARGEST_VIDEO // 3  # of all frames; 34 GB of rays, 44 times those of 81 frames of 832x480


def camera_embedding(trajectory: Trajectory, scale: float = 1.0) -> Tensor:
    """Moment and direction (3 + 3) of the ray of every pixel, relative to the first camera: float32
    [1,24,(F+3)/4,height,width].

    Four frames are the channels of a latent frame, channel by channel; the first frame counts four times.
    scale: positions are multiplied by it. Raises ValueError unless F is 4n + 1 and the sides are multiples of
    16.
    """
    frames, width, height = trajectory.frames, trajectory.width, trajectory.height
    require(frames % FRAMES_PER_LATENT == 1,
            f"The trajectory has {frames} poses; Wan Fun Camera takes 4n + 1, one for every frame of the "
            "video, such as 81: set frames in 'Camera Trajectory', or use 'Resample Trajectory'.")
    require(width % SIDE_STEP == 0 and height % SIDE_STEP == 0,
            f"The trajectory is for pictures of {width}x{height}; Wan Fun Camera takes multiples of "
            f"{SIDE_STEP}: set another size where the trajectory is made.")
    pixels = frames * width * height
    require(pixels <= MOST_PIXELS,
            f"The rays of {frames} frames of {width}x{height} take {24 * pixels} bytes, more than the "
            f"{24 * MOST_PIXELS} that are made: take a shorter path, or a smaller size.")
    c2first = (trajectory.w2c[:1].double() @ torch.linalg.inv(trajectory.w2c.double())).float()
    embedding = torch.empty(6, FRAMES_PER_LATENT, (frames + 3) // FRAMES_PER_LATENT, height, width)
    centres = pixel_centres(height, width)
    for place in range(frames + 3):
        frame = max(place - 3, 0)
        rays = view_rays(centres, trajectory.K[frame]) @ c2first[frame, :3, :3].mT
        direction = torch.nn.functional.normalize(rays, dim=-1)
        moment = torch.linalg.cross((c2first[frame, :3, 3] * scale).expand_as(direction), direction)
        both = torch.cat([moment, direction], -1).T.reshape(6, height, width)
        embedding[:, place % FRAMES_PER_LATENT, place // FRAMES_PER_LATENT] = both
    return embedding.flatten(0, 1)[None]
