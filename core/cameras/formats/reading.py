"""What came out of a camera file or socket, and what to tell the user about it."""
from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from ...values import require
from ..trajectory import Trajectory
from .plausible import likely_mistake


class Reading(NamedTuple):
    """A trajectory as it was stored.

    stored      the format, which way its matrices go, and its axes
    remarks     one sentence for everything that was ignored or guessed
    distortion  [F,8] float64 of the lenses: k1, k2, p1, p2, k3, k4, k5, k6 of OpenCV; None = the pictures
                have none
    """

    trajectory: Trajectory
    stored: str
    remarks: list[str]
    distortion: Tensor | None = None

    @property
    def report(self) -> str:
        """Format, number of poses and picture size in words."""
        path = self.trajectory
        return f"{self.stored}, {path.frames} poses, {path.width}x{path.height}"

    def checked(self, doubtful: bool) -> Reading:
        """Itself, with a remark when the poses make no sense; ValueError when the format is doubtful as
        well."""
        mistake = likely_mistake(self.trajectory.w2c)
        if mistake is None:
            return self
        require(not doubtful, f"This was read as {self.report}, but {mistake}. Choose another format or "
                              "direction; when the path is right, choose the format yourself.")
        return self._replace(remarks=[*self.remarks, f"Is it right? {mistake[0].upper()}{mistake[1:]}."])
