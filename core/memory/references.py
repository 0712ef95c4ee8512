"""Earlier frames that the spatial-stereo memory hands to the model for one clip."""

from dataclasses import dataclass

import torch

from ..cameras.trajectory import Trajectory, check_intrinsics, check_poses
from ..values import Value, check_shape, require


@dataclass(frozen=True, eq=False)
class References(Value):
    """N retrieved frames and the key frames they were retrieved for.

    frames     [N,3,H,W] in -1..1
    w2c, K     [N,4,4], [N,3,3], as in Trajectory and in the same world
    ref_index  N numbers counted over the clip's frames AFTER the first: reference n belongs to key frame ref_index[n] + 1
    """

    frames: torch.Tensor
    w2c: torch.Tensor
    K: torch.Tensor
    ref_index: tuple[int, ...]

    def __post_init__(self):
        check_shape("reference frames", self.frames, "N,3,H,W", "give one picture with three channels per reference")
        count = len(self.frames)
        check_poses("reference w2c", self.w2c)
        check_intrinsics("reference K", self.K, count)
        require(len(self.w2c) == count == len(self.ref_index),
                f"{count} reference frames came with {len(self.w2c)} poses and {len(self.ref_index)} indices; expected one each.")


def start_frame_reference(image: torch.Tensor, trajectory: Trajectory) -> References:
    """The start image [3,H,W] as the only reference, seen from the path's first camera, for the second key frame."""
    return References(image[None], trajectory.w2c[:1], trajectory.K[:1], (0,))
