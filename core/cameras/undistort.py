"""Removes lens distortion from pictures: they become those of pinhole cameras."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from ..files.opencv import opencv
from ..key_frames import even_frames
from ..values import check_shape, require
from .formats.reading import Reading

PURPOSE = "Taking lens distortion out of pictures"
TOO_STRONG = ("The lens distortion is so strong that no pinhole camera sees the pictures; undistort them "
              "with the program that made the file.")


def undistort_pictures(reading: Reading, images: Tensor, frames: int = 0) -> tuple[Reading, Tensor]:
    """(reading of pinhole cameras, their pictures) of a file's cameras and their pictures.

    images  [F,H,W,3], one for each pose of the file, of any size
    frames  fewer than F: pictures of so many evenly spaced poses come out, as fit_trajectory keeps them; 0 =
            all
    Raises ValueError for another number of pictures, and for a distortion that no pinhole camera can see.
    """
    path = reading.trajectory
    check_shape("The image", images, f"{path.frames},H,W,3",
                "connect one picture for each pose of the file, in its order")
    require(frames <= path.frames,
            f"{frames} key frames out of {path.frames} poses would be interpolated, and there are no "
            f"pictures in between; set frames to {path.frames} at most, or 0.")
    kept = even_frames(path.frames, frames or path.frames)
    if reading.distortion is None:
        return reading, images[kept]
    height, width = images.shape[1:3]
    K = path.resized(width, height).K
    straight_K = straight_intrinsics(K, reading.distortion, width, height)
    images = undistort(images[kept], K[kept], reading.distortion[kept], straight_K[kept])
    path = replace(path, K=straight_K, width=width, height=height).resized(path.width, path.height)
    remarks = [*reading.remarks, f"Lens distortion is taken out of {len(images)} pictures; the intrinsics "
                                 "fit them."]
    return reading._replace(trajectory=path, distortion=None, remarks=remarks), images


def straight_intrinsics(K: Tensor, distortion: Tensor, width: int, height: int) -> Tensor:
    """K [F,3,3] float32 of pinhole cameras that see as much of the pictures as they can without an empty
    border.

    K           [F,3,3] of the lenses, in pixels of width x height
    distortion  [F,8] of the lenses: k1, k2, p1, p2, k3, k4, k5, k6 of OpenCV
    """
    cv2 = opencv(PURPOSE)
    size = (width, height)
    straight = np.stack([cv2.getOptimalNewCameraMatrix(*_lens(*lens), size, 0.0, size)[0]
                         for lens in zip(K, distortion)])
    straight[:, :2, 2] += 0.5
    straight_K = torch.from_numpy(straight).float()
    require(bool(straight_K.isfinite().all()), TOO_STRONG)
    return straight_K


def undistort(images: Tensor, K: Tensor, distortion: Tensor, straight_K: Tensor) -> Tensor:
    """Pictures [F,H,W,3] float32 as pinhole cameras with straight_K [F,3,3] see them; bilinear.

    images      [F,H,W,3] of lenses with K [F,3,3] and distortion [F,8] as in straight_intrinsics
    """
    cv2 = opencv(PURPOSE)
    height, width = images.shape[1:3]
    straight = []
    for image, lens_K, coefficients, new_K in zip(images, K, distortion, straight_K):
        maps = cv2.initUndistortRectifyMap(*_lens(lens_K, coefficients), None, _whole_on_centres(new_K),
                                           (width, height), cv2.CV_32FC1)
        require(np.isfinite(maps).all() and not _folds(*maps), TOO_STRONG)
        pixels = np.ascontiguousarray(image.float().cpu().numpy())
        straight.append(cv2.remap(pixels, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    return torch.from_numpy(np.stack(straight))


def _folds(u: np.ndarray, v: np.ndarray) -> bool:
    """Whether places [H,W] do not all lie right of and below their neighbours'."""
    return not ((np.diff(u, axis=1) > 0).all() and (np.diff(v, axis=0) > 0).all())


def _lens(K: Tensor, distortion: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """K [3,3] and distortion [8] as OpenCV takes them."""
    return _whole_on_centres(K), distortion.double().numpy()


def _whole_on_centres(K: Tensor) -> np.ndarray:
    """K [3,3] for pixels whose centres have whole numbers, as OpenCV has them."""
    shifted = K.double().cpu().numpy().copy()
    shifted[:2, 2] -= 0.5
    return shifted
