"""A camera path: one pose and one set of intrinsics for every key frame."""
from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from ..picture_fit import FITS, STRETCH, fit_intrinsics
from ..values import ADDED_LATER, Value, check_finite, check_shape, check_unit, quoted, require
from .pinhole import fov_from_focal, resize_intrinsics

LARGEST_SIDE = 1 << 16  # pixels of a picture; so is the largest JPEG's
SAME_POSE = 1e-3  # largest error of two matrices of the same pose, see pose_errors


@dataclass(frozen=True, eq=False)
class Trajectory(Value):
    """Camera path of F key frames in OpenCV axes (x right, y down, z forward).

    w2c     [F,4,4] float32, world to camera
    K       [F,3,3] float32, pixels of width x height; pixel j covers [j, j+1), so its centre is j + 0.5
    fps     key frames per second when the path is shown as a video
    name    what to call the path in file names and reports
    unit    unit of the translations, the same as that of the depth the path was planned in
    fit     how its photograph becomes a picture of width x height, as K says: one of FITS

    Raises ValueError for wrong shapes, non-finite numbers, poses that are not rigid and unusable intrinsics.
    """

    w2c: Tensor
    K: Tensor
    width: int
    height: int
    fps: float = 16.0
    name: str = ""
    unit: str = "scene units"
    fit: str = field(default=STRETCH, metadata=ADDED_LATER)

    def __post_init__(self) -> None:
        check_poses("Trajectory w2c", self.w2c)
        check_intrinsics("Trajectory K", self.K, self.frames)
        require(all(isinstance(side, int) and 0 < side <= LARGEST_SIDE for side in (self.width, self.height)),
                f"Trajectory is for pictures of {quoted(self.width)}x{quoted(self.height)} pixels; expected "
                f"whole numbers from 1 to {LARGEST_SIDE}.")
        require(isinstance(self.fps, (int, float)) and 0 < self.fps < math.inf,
                f"Trajectory has {quoted(self.fps)} frames per second; expected a positive number.")
        require(isinstance(self.name, str),
                f"The name of a trajectory is {quoted(self.name)}; expected a text.")
        check_unit("Trajectory", self.unit)
        require(self.fit in FITS, f"The fit of a trajectory is {quoted(self.fit)}; expected one of "
                                  f"{', '.join(FITS)}.")

    @property
    def frames(self) -> int:
        """Number of key frames F."""
        return self.w2c.shape[0]

    @property
    def c2w(self) -> Tensor:
        """[F,4,4] camera to world; the last column holds the camera centres."""
        return torch.linalg.inv(self.w2c)

    @property
    def horizontal_fov(self) -> float:
        """Degrees that the first frame shows from left to right."""
        return fov_from_focal(float(self.K[0, 0, 0]), self.width)

    def fitted(self, width: int, height: int, fit: str) -> Trajectory:
        """The same path for pictures cut, padded or stretched to width x height."""
        K = fit_intrinsics(self.K, (self.width, self.height), (width, height), fit)
        return replace(self, K=K, width=width, height=height, fit=fit)

    def resized(self, width: int, height: int) -> Trajectory:
        """The same path for pictures stretched to width x height."""
        K = resize_intrinsics(self.K, (self.width, self.height), (width, height))
        return replace(self, K=K, width=width, height=height)


def same_pose(w2c: Tensor, pose: Tensor) -> bool:
    """Whether two w2c matrices [4,4] are those of one camera."""
    return float(pose_errors(w2c[None], pose)) <= SAME_POSE


def pose_errors(w2c: Tensor, pose: Tensor) -> Tensor:
    """How far the poses w2c [N,4,4] are from pose [4,4]: [N], the largest difference of the matrices;
    translations count relative to their length when that is above 1."""
    apart = (w2c - pose).abs()
    size = pose[:3, 3].norm().clamp(min=1)
    return torch.maximum(apart[:, :3, :3].amax((1, 2)), apart[:, :3, 3].amax(1) / size)


def check_poses(name: str, w2c: Tensor) -> None:
    """Raises ValueError unless w2c [F,4,4] float32 holds rigid transforms (rotation and translation, no
    scale)."""
    remedy = "give one world-to-camera 4x4 matrix in OpenCV axes for every key frame"
    check_shape(name, w2c, "F,4,4", remedy)
    check_finite(name, w2c, remedy)
    require(w2c.dtype == torch.float32, f"{name} is {w2c.dtype}, expected torch.float32.")
    require(torch.equal(w2c[:, 3], w2c.new_tensor([0.0, 0, 0, 1]).expand(len(w2c), 4)),
            f"{name} has a last row that is not 0 0 0 1; {remedy} (not transposed).")
    R = w2c[:, :3, :3]
    error = (R @ R.mT - torch.eye(3, device=R.device)).abs().amax((1, 2))
    # Files with four decimals are still good; a scaled, sheared or mirrored matrix is far off.
    bad = (error > 1e-3) | (torch.linalg.det(R) < 0)
    if bad.any():
        raise ValueError(f"{name} of frame {int(bad.nonzero()[0])} is no rotation (off by "
                         f"{float(error.max()):.3g}, or mirrored); {remedy}.")


def check_intrinsics(name: str, K: Tensor, frames: int) -> None:
    """Raises ValueError unless K [frames,3,3] float32 in pixels has positive focal lengths, no skew and the
    last row 0 0 1."""
    remedy = "set the field of view or fx, fy, cx, cy (pixels) in 'Depth Map to Depth'"
    check_shape(name, K, f"{frames},3,3", remedy)
    check_finite(name, K, remedy)
    require(K.dtype == torch.float32, f"{name} is {K.dtype}, expected torch.float32.")
    focal = torch.minimum(K[:, 0, 0], K[:, 1, 1])
    if not (focal > 0).all():
        raise ValueError(f"{name} has a focal length of {float(focal.min()):.4g} pixels; {remedy}.")
    require(torch.equal(K[:, 2], K.new_tensor([0.0, 0, 1]).expand(len(K), 3)),
            f"{name} has a last row that is not 0 0 1; {remedy}.")
    # Rendering leaves skew out. A ten-thousandth of the focal length is less than a tenth of a pixel at the
    # border.
    skew = K[:, (0, 1), (1, 0)].abs().amax(1) / focal
    if not (skew <= 1e-4).all():
        raise ValueError(f"{name} has skewed pixels (K[0,1] or K[1,0] is {float(skew.max()):.2g} focal "
                         f"lengths, expected 0); {remedy}.")
