"""Colours and distances known in every direction: a smooth field on the sphere,
and a room seen from inside."""
from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from worldstereo.core.cameras.pinhole import picture_rays
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.depth.depth import Depth

ROOM_LOW, ROOM_HIGH = (-3.0, -2.0, -1.5), (3.0, 4.0, 1.5)


def field(directions: torch.Tensor) -> torch.Tensor:
    """A smooth colour for every direction, [...,3] in 0..1."""
    x, y, z = (directions / directions.norm(dim=-1, keepdim=True)).unbind(-1)
    return torch.stack([0.5 + 0.2 * x + 0.2 * y * z, 0.5 + 0.5 * torch.sin(7 * y - 5 * z), 0.5 + 0.4 * z * x],
                       -1)


def room(directions: torch.Tensor, low: Sequence[float] = ROOM_LOW, high: Sequence[float] = ROOM_HIGH,
         ) -> torch.Tensor:
    """Distance [...] from the origin to the walls of a box along unit directions."""
    walls = torch.where(directions > 0, torch.tensor(high), torch.tensor(low)) / directions
    return walls.amin(-1)


def world_rays(trajectory: Trajectory) -> torch.Tensor:
    """[F,h,w,3] in the world."""
    return torch.einsum("fhwj,fji->fhwi", picture_rays(trajectory.K, trajectory.height, trajectory.width),
                        trajectory.w2c[:, :3, :3])


def room_depth(trajectory: Trajectory) -> Depth:
    """Exact z-depth of the room in views."""
    rays = world_rays(trajectory)
    depth = room(rays)  # rays have z = 1 in the camera, so their multiple is the depth
    return Depth(depth, torch.ones_like(depth, dtype=torch.bool), trajectory.K, trajectory.w2c)


def everywhere(distance: torch.Tensor) -> torch.Tensor:
    return torch.ones_like(distance, dtype=torch.bool)


def psnr(a: torch.Tensor, b: torch.Tensor) -> float:
    return -10 * math.log10(float(((a - b) ** 2).mean()))
