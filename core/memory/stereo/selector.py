"""Selects a few of many frames: far apart in camera and content, and preferably sharp.

The official code runs this when more frames were retrieved than the model takes. It computes with numpy,
partly in float32 and partly in float64; so does this module, because its decisions have to be the same.
"""
from __future__ import annotations

import numpy as np
from torch import Tensor
from torch.nn.functional import normalize

from ...cameras.rotations import quaternion_from_rotation
from ...values import require

CAMERA_WEIGHT, IMAGE_WEIGHT = 0.3, 0.7
START_BIAS = QUALITY_BIAS = 0.1
TINY = 1e-8
# 0.114 R + 0.587 G + 0.299 B in 32768ths: the official code hands RGB pictures to a function that expects
# BGR.
GREY_WEIGHTS = (3735, 19235, 9798)


def combine_features(w2c: Tensor, image_features: np.ndarray) -> np.ndarray:
    """[N,7+C] float64 from w2c [N,4,4] and image features [N,C], both standardised and weighted."""
    return np.concatenate([CAMERA_WEIGHT * standardise(camera_features(w2c)),
                           IMAGE_WEIGHT * standardise(image_features)], axis=1)


def camera_features(w2c: Tensor) -> np.ndarray:
    """[N,7] float64: camera centre, then the quaternion (x,y,z,w), w >= 0, of the w2c rotation."""
    poses = w2c.numpy()
    centres = np.stack([-pose[:3, :3].T @ pose[:3, 3] for pose in poses])
    wxyz = normalize(quaternion_from_rotation(w2c[:, :3, :3].double()), dim=-1).numpy()
    return np.concatenate([centres, wxyz[:, 1:], wxyz[:, :1]], axis=1)


def standardise(features: np.ndarray) -> np.ndarray:
    """Features [N,C] with mean 0 and deviation 1 in every column."""
    return (features - features.mean(0)) / (features.std(0) + TINY)


def picture_quality(frames: Tensor) -> np.ndarray:
    """[N] float64 for uint8 frames [N,3,H,W]: high for sharp, varied, contrasty pictures."""
    return np.array([_grey_quality(grey_picture(frame.numpy())) for frame in frames])


def grey_picture(frame: np.ndarray) -> np.ndarray:
    """uint8 [H,W] from uint8 [3,H,W], to the bit as OpenCV makes it."""
    red, green, blue = (weight * channel.astype(np.int32) for weight, channel in zip(GREY_WEIGHTS, frame))
    return ((red + green + blue + 2**14) >> 15).astype(np.uint8)


def _grey_quality(grey: np.ndarray) -> float:
    counts = np.bincount(grey.ravel(), minlength=256).astype(np.float32)
    shares = counts / np.float32(grey.size) + np.float32(1e-10)
    entropy = -float((shares * np.log2(shares)).sum())
    return 0.4 * np.log1p(_laplacian(grey).var()) + 0.3 * entropy + 0.3 * grey.std() / 128


def _laplacian(grey: np.ndarray) -> np.ndarray:
    """int16 [H,W]: the four neighbours less four times the pixel; the border mirrors without the edge."""
    p = np.pad(grey.astype(np.int16), 1, mode="reflect")
    return p[:-2, 1:-1] + p[2:, 1:-1] + p[1:-1, :-2] + p[1:-1, 2:] - 4 * p[1:-1, 1:-1]


def farthest_point_sampling(features: np.ndarray, quality: np.ndarray, count: int,
                            bias: float = QUALITY_BIAS) -> list[int]:
    """Chooses `count` rows of features [N,C]: the most typical one, then always the one farthest from all
    chosen ones.

    `bias` tells how much quality [N] counts. Raises ValueError for none or more than there are.
    """
    require(1 <= count <= len(features), f"cannot choose {count} of {len(features)} frames.")
    quality = (quality - quality.min()) / (quality.max() - quality.min() + TINY)
    typical = -np.linalg.norm(features - features.mean(0), axis=1) + START_BIAS * quality
    chosen, distance = [int(typical.argmax())], np.full(len(features), np.inf)
    while len(chosen) < count:
        distance = np.minimum(distance, np.linalg.norm(features - features[chosen[-1]], axis=1))
        gain = distance * (1 + bias * (quality - 0.5))
        gain[chosen] = -np.inf
        chosen.append(int(gain.argmax()))
    return chosen
