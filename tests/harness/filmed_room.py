"""The synthetic room as a camera films it: detail on its surfaces, strong in places and faint in others."""
from __future__ import annotations

import math

import torch

from synthetic_room import look, see
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.depth.depth import Depth

FAINT = 0.2  # strength of the detail where it is faintest


def film(w2c: torch.Tensor, height: int, width: int, frequencies: tuple[float, ...] = (4, 10, 25, 50),
         ) -> tuple[torch.Tensor, Depth, Trajectory]:
    """Pictures [F,height,width,3] 0..1, exact Depth and Trajectory of poses [F,4,4] in the room.

    frequencies     of the detail, in radians for each unit of length; half as strong from one to the next but
    one
    """
    images, depth = see(w2c, height, width)
    row, column = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    rays = torch.stack([column, row, torch.ones_like(row)], 2) @ torch.linalg.inv(depth.K[0]).T
    for i, c2w in enumerate(torch.linalg.inv(w2c)):
        points = rays * depth.depth[i, ..., None] @ c2w[:3, :3].T + c2w[:3, 3]
        images[i] = (0.6 * images[i] + 0.2 + 0.4 * _detail(points, frequencies)[..., None]).clamp(0, 1)
    return images, depth, Trajectory(w2c, depth.K, width, height)


def _detail(points: torch.Tensor, frequencies: tuple[float, ...]) -> torch.Tensor:
    """[...] about -1..1 at surface points [...,3]."""
    random = torch.Generator().manual_seed(0)
    total = torch.zeros(points.shape[:-1])
    for octave, frequency in enumerate(frequencies):
        waves = frequency * torch.randn(3, 8, generator=random)
        phases = math.tau * torch.rand(8, generator=random)
        total += 0.5 * 0.7 ** octave * torch.sin(points @ waves + phases).mean(-1)
    strength = torch.sigmoid(4 * torch.sin(points @ torch.tensor([1.1, 0.7, 0.9])))
    return total * (FAINT + (1 - FAINT) * strength)


def orbit(degrees: float, count: int) -> torch.Tensor:
    """w2c [count,4,4] around a point in the room, from left to right."""
    angles = torch.linspace(-degrees / 2, degrees / 2, count).deg2rad().tolist()
    return torch.stack([look([1.5 * math.sin(a), 0.1, 1 - 1.5 * math.cos(a)], -math.degrees(a))
                        for a in angles])


def sideways(count: int) -> torch.Tensor:
    return torch.stack([look([1.56 * i / (count - 1) - 0.8, 0, -2], 0) for i in range(count)])


def forwards(count: int) -> torch.Tensor:
    return torch.stack([look([0.2 * i / (count - 1), 0, 1.44 * i / (count - 1) - 2], 24 * i / (count - 1))
                        for i in range(count)])
