"""A photograph of a wall, with its depth."""
from __future__ import annotations

import torch

from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.depth.depth import Depth


def wall() -> tuple[torch.Tensor, Depth]:
    """A wall at depth 2, unknown in one corner, with its photograph, seen by a camera of 16 x 12 pixels."""
    depth, valid = torch.full((1, 12, 16), 2.0), torch.ones(1, 12, 16, dtype=torch.bool)
    depth[:, :4, :4], valid[:, :4, :4] = 0, False
    depth = Depth(depth, valid, intrinsics_from_fov(60, 16, 12)[None])
    photo = torch.rand(1, 12, 16, 3, generator=torch.Generator().manual_seed(0))
    return photo, depth
