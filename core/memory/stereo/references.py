"""The earlier frames that the spatial-stereo memory gives the model for one clip."""
from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ...cameras.trajectory import Trajectory, check_intrinsics, check_poses
from ...values import Value, check_shape, quoted, require


@dataclass(frozen=True, eq=False)
class References(Value):
    """N retrieved frames and the key frames they were retrieved for.

    frames     [N,3,H,W] in -1..1
    w2c, K     [N,4,4], [N,3,3], as in Trajectory and in the same world
    ref_index  N numbers counted over the clip's frames AFTER the first: reference n belongs to key frame
               ref_index[n] + 1
    assignment for each frame after the first, the number of its reference, -1 = none; None without retrieval
    unit       of the translations, as in Trajectory
    """

    frames: Tensor
    w2c: Tensor
    K: Tensor
    ref_index: tuple[int, ...]
    assignment: tuple[int, ...] | None = None
    unit: str = "scene units"

    def __post_init__(self) -> None:
        check_shape("reference "
                    "frames", self.frames, "N,3,H,W", "give one picture with three channels per reference")
        count = len(self.frames)
        check_poses("reference w2c", self.w2c)
        check_intrinsics("reference K", self.K, count)
        require(len(self.w2c) == count == len(self.ref_index),
                f"{count} reference frames came with {len(self.w2c)} poses and {len(self.ref_index)} "
                "indices; expected one each.")
        for name, numbers, low in (("ref_index", self.ref_index, 0),
                                   ("assignment", self.assignment or (), -1)):
            is_list = isinstance(numbers, (tuple, list))
            require(is_list and all(isinstance(n, int) and n >= low for n in numbers),
                    f"The {name} of {count} references is {quoted(numbers)}, expected whole numbers from "
                    f"{low} up.")
        require(all(n < count for n in self.assignment or ()),
                f"The assignment of {count} references is {quoted(self.assignment)}, expected numbers from "
                f"-1 to {count - 1}.")

    def reference_per_frame(self, frames: int) -> tuple[int, ...]:
        """The number of the reference for each of a clip's `frames`; -1 = none, as always for the first.

        Without an assignment, a frame has the reference that belongs to it, or else that of the frame before.
        Raises ValueError when references were chosen for a clip of another length.
        """
        if self.assignment is not None:
            require(len(self.assignment) == frames - 1,
                    f"The references were assigned to {len(self.assignment) + 1} key frames, the clip has "
                    f"{frames}: retrieve the references for this trajectory.")
            return (-1, *self.assignment)
        own = {index + 1: n for n, index in reversed([*enumerate(self.ref_index)])}
        numbers = [-1]
        for frame in range(1, frames):
            numbers.append(own.get(frame, numbers[-1]))
        return tuple(numbers)


def start_frame_reference(image: Tensor, trajectory: Trajectory) -> References:
    """The start image [3,H,W] as the only reference: at the path's first camera, for the second key frame."""
    return References(image[None], trajectory.w2c[:1], trajectory.K[:1], (0,), unit=trajectory.unit)
