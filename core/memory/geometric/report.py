"""What an update of the geometric memory did."""
from __future__ import annotations

import math
from dataclasses import dataclass

from .alignment import Fit


@dataclass(frozen=True)
class FrameReport:
    """frame       number of the frame, from 0
    reason      why it was left out; empty when it was fused
    overlap     share of its usable depth pixels that the cloud shows as well
    fit         how its depth was aligned, and how well that fits
    confirmed   number of points it agrees with
    added       number of points it added, before pruning
    """

    frame: int
    reason: str
    overlap: float
    fit: Fit
    confirmed: int = 0
    added: int = 0

    def __str__(self) -> str:
        head = f"frame {self.frame}: overlap {self.overlap:.0%}, "
        if self.reason:
            return f"{head}left out: {self.reason}"
        shift = f", shift {self.fit.shift:.4g}" if self.fit.shift else ""
        nothing_shared = math.isnan(self.fit.residual)
        residual = "no pixel to compare" if nothing_shared else f"residual {self.fit.residual:.2%}"
        return (f"{head}scale {self.fit.scale:.4g}{shift}, {residual}, "
                f"{self.confirmed} points confirmed, {self.added} added")


@dataclass(frozen=True)
class UpdateReport:
    """clip    number under which the clip's points can be removed again
    frames  one report for each frame
    before, after   number of points
    pruned  points removed because their confidence fell to 0
    thinned points removed to stay within the limit
    """

    clip: int
    frames: tuple[FrameReport, ...]
    before: int
    after: int
    pruned: int
    thinned: int

    @property
    def rejected(self) -> int:
        """Number of frames left out."""
        return sum(bool(frame.reason) for frame in self.frames)

    def __str__(self) -> str:
        head = (f"clip {self.clip}: {len(self.frames) - self.rejected} of {len(self.frames)} frames worked "
                f"in, {self.before} -> {self.after} points, {self.pruned} pruned, {self.thinned} thinned out")
        return "\n".join([head, *map(str, self.frames)])
