"""A furnished room of which everything is known: colour and depth from any pose, and points on its surfaces.

The room is the box |x| < 3, |y| < 1.5, |z| < 3 (y down) with spheres in it; walls and spheres carry smooth
patterns. `spoiled` turns its exact depth into what depth estimators deliver.
"""
from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F

from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.depth.depth import Depth

HALF = torch.tensor([3.0, 1.5, 3.0])
CENTERS = torch.tensor([[-1.6, 0.8, 1.7], [0.2, 1.0, 2.2], [1.7, 0.6, 0.9], [-2.1, 0.2, -1.2],
                        [1.2, 0.9, -1.9],
                        [0.3, -0.7, 1.6]])
RADII = torch.tensor([0.7, 0.5, 0.8, 0.6, 0.6, 0.35])


def look(position: Sequence[float], yaw: float, pitch: float = 0.0) -> torch.Tensor:
    """w2c [4,4] of a camera at `position` looking along +z,
    turned to the right by yaw and up by pitch (degrees)."""
    y, p = math.radians(yaw), math.radians(pitch)
    turn = torch.tensor([[math.cos(y), 0, -math.sin(y)], [0, 1, 0], [math.sin(y), 0, math.cos(y)]])
    nod = torch.tensor([[1, 0, 0], [0, math.cos(p), math.sin(p)], [0, -math.sin(p), math.cos(p)]])
    w2c = torch.eye(4)
    w2c[:3, :3] = nod @ turn
    w2c[:3, 3] = -w2c[:3, :3] @ torch.as_tensor(position, dtype=torch.float32)
    return w2c


def see(w2c: torch.Tensor, height: int, width: int, fov: float = 75.0) -> tuple[torch.Tensor, Depth]:
    """Photographs [F,H,W,3] 0..1 and exact Depth from poses w2c [F,4,4] inside the room."""
    return see_with(intrinsics_from_fov(fov, width, height), w2c, height, width)


def see_with(K: torch.Tensor, w2c: torch.Tensor, height: int, width: int) -> tuple[torch.Tensor, Depth]:
    """The same with intrinsics K [3,3]."""
    row, column = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    rays = torch.stack([column, row, torch.ones_like(row)], 2) @ torch.linalg.inv(K).T
    depth, images = zip(*(_cast(pose, rays) for pose in w2c))
    depth = torch.stack(depth)
    return torch.stack(images), Depth(depth, depth > 0, K.expand(len(w2c), 3, 3), w2c)


def _cast(w2c: torch.Tensor, rays: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Depth [H,W] and colours [H,W,3] along camera rays of z = 1:
    the nearest of the spheres and the walls behind."""
    rotation = w2c[:3, :3]
    start, ray = -rotation.T @ w2c[:3, 3], rays @ rotation
    walls = ((torch.copysign(HALF, ray) - start) / ray).amin(-1)
    towards = start - CENTERS
    a, b = (ray * ray).sum(-1, keepdim=True), ray @ towards.T
    root = b * b - a * ((towards * towards).sum(1) - RADII ** 2)
    near = torch.where(root > 0, (-b - root.clamp(min=0).sqrt()) / a, torch.inf)
    depth = torch.minimum(walls, torch.where(near > 0, near, torch.inf).amin(-1))
    return depth, color(start + ray * depth[..., None])


def color(world_points: torch.Tensor) -> torch.Tensor:
    """Colours [...,3] of surface points [...,3], which differ everywhere and change over about half a
    unit."""
    waves = world_points @ torch.tensor([[5.0, 1, 2], [-2, 6, 1], [1, -3, 5]]) + torch.tensor([0.0, 1, 2])
    return 0.5 + 0.4 * torch.sin(waves)


def surface_samples(count: int, seed: int = 0) -> torch.Tensor:
    """[count,3] points spread evenly over walls and spheres."""
    random = torch.Generator().manual_seed(seed)
    faces = 4 * torch.stack([HALF[1] * HALF[2], HALF[2] * HALF[0], HALF[0] * HALF[1]]).repeat_interleave(2)
    which = torch.multinomial(torch.cat([faces, 4 * math.pi * RADII ** 2]), count, True, generator=random)
    points = (2 * torch.rand(count, 3, generator=random) - 1) * HALF
    axis, sign = which // 2, which % 2 * 2.0 - 1
    wall = which < 6
    points[wall, axis[wall]] = sign[wall] * HALF[axis[wall]]
    sphere = which[~wall] - 6
    direction = F.normalize(torch.randn(len(sphere), 3, generator=random), dim=1)
    points[~wall] = CENTERS[sphere] + RADII[sphere, None] * direction
    return points


def distance_to_surface(points: torch.Tensor) -> torch.Tensor:
    """[N] distance of points [N,3] inside or near the room to its nearest wall or sphere."""
    outside = (points.abs() - HALF).clamp(min=0).norm(dim=1)
    walls = torch.where(outside > 0, outside, (HALF - points.abs()).amin(1))
    balls = ((points[:, None] - CENTERS).norm(dim=2) - RADII).abs().amin(1)
    return torch.minimum(walls, balls)


def spoiled(depth: Depth, seed: int = 0, noise: float = 0.01, scale: float = 0.15, floaters: float = 0.003,
            bleeding: int = 2) -> Depth:
    """Depth as estimated: smooth and pixel noise, a wrong scale per frame, floating specks and washed-out
    edges.

    noise       relative standard deviation of the smooth noise; that of the pixel noise is a quarter
    scale       the factors of the frames lie within exp(-scale) .. exp(scale)
    floaters    share of the picture under specks of 5x5 pixels at 0.3 to 0.8 of the true depth
    bleeding    pixels to each side over which depth is averaged across edges
    """
    random = torch.Generator().manual_seed(seed)
    maps = depth.depth[:, None]
    frames, _, height, width = maps.shape
    if bleeding:
        window = 2 * bleeding + 1
        mean = F.avg_pool2d(F.pad(maps, [bleeding] * 4, mode="replicate"), window, 1)
        spread = (F.max_pool2d(maps, window, 1, bleeding) + F.max_pool2d(-maps, window, 1, bleeding)) / maps
        maps = torch.where(spread > 0.25, mean, maps)
    wave = F.interpolate(torch.randn(frames, 1, 5, 7, generator=random), (height, width), mode="bicubic")
    maps = maps * (1 + noise * wave + noise / 4 * torch.randn(maps.shape, generator=random))
    seeds = (torch.rand(maps.shape, generator=random) < floaters / 25).float()
    nearer = 0.3 + 0.5 * torch.rand(maps.shape, generator=random)
    speck = F.max_pool2d(seeds * nearer, 5, 1, 2)
    maps = torch.where(speck > 0, maps * speck, maps)
    factor = torch.exp(scale * (2 * torch.rand(frames, 1, 1, generator=random) - 1))
    return Depth(maps[:, 0].clamp(min=1e-3) * factor, depth.valid, depth.K, depth.w2c, depth.unit)
