"""A garden of which everything is known: thin things (a bench of slats, grass, leaves of a hedge and a tree)
before a lawn and a house, under a sky without depth. Everything is a flat card, so rays meet it exactly.
"""
from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from synthetic_room import color, look, spoiled
from worldstereo.core.cameras.pinhole import intrinsics_from_fov, pixel_centres
from worldstereo.core.depth.depth import Depth

GROUND = 1.2  # y of the lawn; y points down, the first camera stands at the origin and looks along z
SKY = 60.0  # depth that an estimator believes the sky to have where it mixes it with what stands before it


def cards(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Cards: centre [N,3], half edges [N,2,3] at right angles, thin [N] bool."""
    random = torch.Generator().manual_seed(seed)

    def between(low: list[float], high: list[float], count: int) -> torch.Tensor:
        low, high = torch.tensor(low), torch.tensor(high)
        return low + (high - low) * torch.rand(count, len(low), generator=random)

    def upright(center: list[float], width: float, height: float) -> tuple:
        return center, [[width / 2, 0, 0], [0, height / 2, 0]]

    solid = [([0, GROUND, 14], [[16, 0, 0], [0, 0, 16]]), upright([-5.5, -0.6, 14], 7, 3.6),
             upright([0.5, 0.75, 5.4], 6, 0.9), upright([4, -0.5, 9], 0.35, 3.4)]
    thin = [upright([-0.2, y, 3.1], 1.8, 0.05) for y in (0.35, 0.5, 0.65)]
    thin += [([-0.2, 0.8, z], [[0.9, 0, 0], [0, 0, 0.05]]) for z in (2.7, 2.85, 3.0)]
    thin += [upright([x, y, z], 0.05, GROUND - y + 0.2) for x in (-1, 0.6)
             for y, z in ((0.9, 2.65), (0.7, 3.1))]
    center, edges = (torch.tensor(values, dtype=torch.float32) for values in zip(*solid, *thin))
    leaves = torch.cat([between([-2.5, 0, 4.6], [3.5, 1.2, 5.3], 160),
                        between([3, -3.2, 8.2], [5, -1.6, 9.8], 50)])
    turn = torch.linalg.qr(torch.randn(len(leaves), 3, 3, generator=random))[0]
    size = torch.where(leaves[:, 2] < 6, 0.07, 0.16)[:, None, None]
    root = between([-2, GROUND, 1.8], [2, GROUND, 4.2], 110)
    blade = between([0.012, 0.06], [0.02, 0.2], len(root))
    angle = math.pi * torch.rand(len(root), generator=random)
    none = torch.zeros(len(root))
    across = torch.stack([angle.cos(), none, angle.sin()], 1) * blade[:, :1]
    up = torch.stack([none, blade[:, 1], none], 1)
    root[:, 1] -= blade[:, 1]
    center = torch.cat([center, leaves, root])
    edges = torch.cat([edges, turn[:, :2] * size, torch.stack([across, up], 1)])
    return center, edges, torch.arange(len(center)) >= len(solid)


def see(w2c: torch.Tensor, height: int, width: int, fov: float = 75.0, seed: int = 0,
        ) -> tuple[torch.Tensor, Depth, torch.Tensor]:
    """Photographs [F,H,W,3] 0..1, exact Depth, not valid in the sky, and where things are thin [F,H,W]."""
    K = intrinsics_from_fov(fov, width, height)
    rays = F.pad(pixel_centres(height, width), (0, 1), value=1.0) @ torch.linalg.inv(K).T
    views = [_cast(pose, rays, *cards(seed)) for pose in w2c]
    images, depth, thin = (torch.stack(values).unflatten(1, (height, width)) for values in zip(*views))
    return images, Depth(depth, depth > 0, K.expand(len(w2c), 3, 3), w2c), thin


def _cast(w2c: torch.Tensor, rays: torch.Tensor, center: torch.Tensor, edges: torch.Tensor,
          thin: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Colours [P,3], depth [P], 0 in the sky, and thin [P] of the nearest card along rays [P,3] of z = 1."""
    rotation = w2c[:3, :3]
    start, ray = -rotation.T @ w2c[:3, 3], rays @ rotation
    normal = torch.linalg.cross(edges[:, 0], edges[:, 1])
    z = ((center - start) * normal).sum(1) / (ray @ normal.T)
    hit = z > 0.05
    for edge in edges.unbind(1):
        along = ((start - center) * edge).sum(1) + z * (ray @ edge.T)
        hit &= along.abs() <= (edge * edge).sum(1)
    z, card = torch.where(hit, z, torch.inf).min(1)
    sky = z.isinf()
    z = torch.where(sky, 0.0, z)
    tint = 0.5 + 0.4 * torch.sin(7.3 * card[:, None] + torch.tensor([0.0, 2, 4]))
    seen = 0.5 * color(start + ray * z[:, None]) + 0.5 * tint
    blue = torch.tensor([0.6, 0.75, 0.95])
    return torch.where(sky[:, None], blue, seen), z, thin[card] & ~sky


def estimated(depth: Depth, seed: int = 0, floaters: float = 0.01, bleeding: int = 1, scale: float = 0.15,
              noise: float = 0.01) -> Depth:
    """Depth of the garden as estimated: see `spoiled`. The outlines against the sky are washed out as well,
    `bleeding` pixels of sky beside them get a depth, and so do specks of 5x5 pixels in the open sky."""
    random = torch.Generator().manual_seed(1000 + seed)
    filled = Depth(torch.where(depth.valid, depth.depth, SKY), torch.ones_like(depth.valid), depth.K,
                   depth.w2c)
    window = 2 * bleeding + 1
    known = F.max_pool2d(depth.valid[:, None].float(), window, 1, bleeding)[:, 0] > 0
    seeds = torch.rand(depth.depth.shape, generator=random) < floaters / 25
    speck = (F.max_pool2d(seeds[:, None].float(), 5, 1, 2)[:, 0] > 0) & ~known
    distance = F.interpolate(2 + 10 * torch.rand(len(depth.depth), 1, 9, 15, generator=random),
                             depth.depth.shape[1:])[:, 0]
    bad = spoiled(filled, seed, noise, scale, floaters, bleeding)
    valid = known | speck
    return Depth(torch.where(valid, torch.where(speck, distance, bad.depth), 0.0), valid, depth.K, depth.w2c)


def paths(frames: int) -> list[torch.Tensor]:
    """Clips from the first camera: to the left, right and up, and forwards in an arc; [frames,4,4] each."""
    steps = [(i + 1) / frames for i in range(frames)]
    return [torch.stack([look_at(place(t)) for t in steps]) for place in (
        lambda t: (-1.2 * t, 0, 0.1 * t), lambda t: (1.2 * t, 0, 0.1 * t), lambda t: (0, -0.9 * t, 0.2 * t),
        lambda t: (0.6 * math.sin(6 * t), -0.2 * t, 0.8 * t))]


def side_path(frames: int = 6) -> torch.Tensor:
    """A path that none of the clips shares, [frames,4,4]."""
    return torch.stack([look_at((1.7 * math.cos(math.pi * i / (frames - 1)),
                                 -0.5 + 0.3 * math.sin(9 * i), 0.3)) for i in range(frames)])


def look_at(position: tuple[float, float, float]) -> torch.Tensor:
    """w2c [4,4] at `position`, looking at the bench."""
    x, y, z = -position[0], 0.3 - position[1], 3.5 - position[2]
    return look(position, math.degrees(math.atan2(x, z)), -math.degrees(math.atan2(y, math.hypot(x, z))))
