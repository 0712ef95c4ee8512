"""Which pictures of a set show a view from another side, and how finely depth is told apart with them."""
from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from ...cameras.pinhole import homogeneous, in_picture, pixel_centres, project, resize_intrinsics, unproject

# Angle in degrees between the rays to a point that tells its depth best, and the standard deviations to
# either side: with less, depth is coarse; with more, pictures look different and more of the scene is hidden.
ANGLE, BELOW, ABOVE = 5.0, 3.0, 10.0
LEAST_ANGLE = 0.2  # degrees below which a picture tells nothing about depth
GRID = (5, 7)  # rows and columns of the rays that stand for a picture


class Views(NamedTuple):
    """N pictures of a scene that does not move. The cameras are on the CPU, so that choosing among them never
    waits for the device that the pictures are on.

    grey    [N,h,w] 0..1
    seen    [N,h,w] 1 where the picture shows something, 0 in holes
    w2c     [N,4,4], on the CPU
    K       [N,3,3] pixels of w x h, on the CPU
    """

    grey: Tensor
    seen: Tensor
    w2c: Tensor
    K: Tensor


def shrink_views(views: Views, most: int) -> Views:
    """The views with at most about `most` pixels each, averaged over blocks."""
    height, width = views.grey.shape[1:]
    factor = math.ceil(math.sqrt(height * width / most))
    rows, columns = max(height // factor, 1), max(width // factor, 1)
    if factor <= 1:
        return views
    grey, seen = (F.interpolate(planes[:, None], (rows, columns), mode="area")[:, 0]
                  for planes in (views.grey, views.seen))
    return Views(grey, seen, views.w2c, resize_intrinsics(views.K, (width, height), (columns, rows)))


def homographies(views: Views, target: int, source: int, inverse: Tensor) -> Tensor:
    """[D,3,3] pixels of the target to pixels of the source, for planes z = 1 / inverse [D] of the target's
    camera; all on the CPU."""
    move = views.w2c[source] @ torch.linalg.inv(views.w2c[target])
    move = move[:3, :3] + inverse[:, None, None] * F.pad(move[:3, 3:], (2, 0))
    return views.K[source] @ move @ torch.linalg.inv(views.K[target])


def best_sources(views: Views, target: int, depths: Tensor, count: int,
                 among: int | None = None) -> list[int]:
    """At most `count` of the first `among` views (all when None), best first, to find the target's depth
    with.

    depths  [n] where the scene is expected. What counts is how much of it a view shows under a good angle.
    """
    height, width = views.grey.shape[1:]
    centres = torch.linalg.inv(views.w2c)[:, None, :3, 3]
    world_points = unproject(_grid(views), depths[:, None], views.K[target], views.w2c[target]).flatten(0, 1)
    shown = in_picture(*project(world_points, views.K, views.w2c), height, width)
    from_target, from_source = world_points - centres[target], world_points - centres
    cosine = F.cosine_similarity(from_target.expand_as(from_source), from_source, dim=-1)
    angle = torch.rad2deg(torch.acos(cosine.clamp(-1, 1)))
    away = (angle - ANGLE) / torch.where(angle < ANGLE, BELOW, ABOVE)
    score = (shown * (angle > LEAST_ANGLE) * torch.exp(-away ** 2 / 2)).mean(1)
    best = score[:among].sort(descending=True, stable=True)
    return best.indices[:count][best.values[:count] > 0].tolist()


def largest_move(views: Views, target: int, sources: list[int], low: float, high: float) -> float:
    """Pixels by which the picture of the source with most parallax moves between the inverse depths low and
    high, in the middle of all places."""
    ends = torch.tensor([low, high])
    moves = [ends.new_zeros(())]
    for source in sources:
        x, y, z = (homographies(views, target, source, ends) @ homogeneous(_grid(views)).T).unbind(1)
        place = torch.stack([x, y], 1) / z.clamp(min=1e-3)[:, None]
        moves.append((place[1] - place[0]).norm(dim=0).median())
    return float(torch.stack(moves).max())


def _grid(views: Views) -> Tensor:
    """[n,2] places in a picture, in pixels."""
    return pixel_centres(*GRID) * torch.tensor([views.grey.shape[2] / GRID[1], views.grey.shape[1] / GRID[0]])
