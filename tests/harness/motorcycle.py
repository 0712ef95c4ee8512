"""scikit-image's motorcycle: a real photograph with depth and a second photograph from a known place."""

from typing import NamedTuple

import torch

from worldstereo.core.depth.depth import Depth, depth_from_values

# its calibration counts pixels from their centres
FOCAL, CENTRE_X, CENTRE_Y = 994.978, 311.193 + 0.5, 254.877 + 0.5
OFFSET, BASELINE = 31.086, 0.193001  # of the right camera: pixels, metres


class Motorcycle(NamedTuple):
    left: torch.Tensor  # [500,741,3] 0..1
    right: torch.Tensor
    depth: Depth  # of the left photograph, metres
    right_w2c: torch.Tensor
    right_K: torch.Tensor


def motorcycle() -> Motorcycle:
    from skimage.data import stereo_motorcycle

    left, right, disparity = stereo_motorcycle()
    values = torch.from_numpy(FOCAL * BASELINE / (disparity + OFFSET))[None]
    K = torch.tensor([[FOCAL, 0, CENTRE_X], [0, FOCAL, CENTRE_Y], [0, 0, 1]])
    right_w2c, right_K = torch.eye(4), K.clone()
    right_w2c[0, 3] = -BASELINE
    right_K[0, 2] += OFFSET
    return Motorcycle(torch.from_numpy(left) / 255, torch.from_numpy(right) / 255,
                      depth_from_values(values, 1.0, K),
                      right_w2c, right_K)


def decibels(picture: torch.Tensor, truth: torch.Tensor, where: torch.Tensor, peak: float = 1.0) -> float:
    """PSNR over the pixels of the mask."""
    return float(10 * torch.log10(peak ** 2 / ((picture - truth)[where] ** 2).mean()))
