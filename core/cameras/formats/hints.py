"""What the user knows about a camera file that the file does not say, or says wrongly."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import Tensor

from ...values import require
from ..pinhole import intrinsics_from_fov, resize_intrinsics

if TYPE_CHECKING:
    from ...depth.depth import Depth  # which itself needs cameras

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hints:
    """Replaces what a format does not store.

    width, height   pixels of the pictures; 0 = those of the file, or else of the depth
    horizontal_fov  degrees, for formats without intrinsics when there is no depth
    depth           of the photograph that the path is for; its size and intrinsics replace missing ones
    camera          which camera of a file with several, counted from 1
    inverted        the file's matrices have the other direction than its format says (c2w for w2c, or the
                    reverse)
    w_first         quaternions are w x y z in a TUM file that does not name its columns
    keep_world      poses stay in the file's world however far away it is, for other files that share it
    remark          is called with one sentence for everything in the file that is ignored or guessed
    distortion      is called with the lens distortion of the pictures, see lens_distortion
    """

    width: int = 0
    height: int = 0
    horizontal_fov: float = 60.0
    depth: Depth | None = None
    camera: int = 1
    inverted: bool = False
    w_first: bool = False
    keep_world: bool = False
    remark: Callable[[str], None] = logger.warning
    distortion: Callable[[Tensor], object] = lambda distortion: None

    def size(self, name: str) -> tuple[int, int]:
        """(width, height) for formats without a size; ValueError when they are not known."""
        if not self.width and not self.height and self.depth is not None:
            return self.depth.width, self.depth.height
        require(self.width > 0 and self.height > 0,
                f"{name} holds no picture size; set width and height to that of the pictures, in pixels.")
        return self.width, self.height

    def intrinsics(self, name: str, frames: int) -> tuple[Tensor, int, int]:
        """(K [frames,3,3], width, height) for formats without intrinsics."""
        width, height = self.size(name)
        if self.depth is None:
            K = intrinsics_from_fov(self.horizontal_fov, width, height)
            source = f"{self.horizontal_fov:g} degrees wide"
        else:
            size = (self.depth.width, self.depth.height)
            K = resize_intrinsics(self.depth.K[0].cpu(), size, (width, height))
            source = "the photograph's"
        self.remark(f"{name} holds no intrinsics; its view is taken to be {source}.")
        return K.repeat(frames, 1, 1), width, height

    def lens_distortion(self, name: str, distortion: Tensor) -> None:
        """Passes on the lens distortion [F,8] of every pose: k1, k2, p1, p2, k3, k4, k5, k6 of OpenCV; zero
        is none."""
        if distortion.any():
            self.remark(f"{name} has lens distortion, which a path cannot hold: connect the pictures to "
                        "image of 'Load Trajectory', to have it taken out of them.")
            self.distortion(distortion)

    def size_of(self, name: str, K: Tensor) -> tuple[int, int]:
        """(width, height) of pictures whose principal point is in the middle, for pixel intrinsics without a
        size."""
        width, height = (round(2 * float(K[0, i, 2])) for i in (0, 1))
        require(width > 0 and height > 0, f"{name} holds no picture size, and its principal point "
                                          f"({width / 2:g}, {height / 2:g}) does not tell it; write width "
                                          "and height into the file.")
        self.remark(f"{name} holds no picture size; {width}x{height} is twice its principal point.")
        return width, height
