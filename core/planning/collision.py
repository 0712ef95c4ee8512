"""Shortens a camera path that comes too near to the scene, as the official planner does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..cameras.interpolate import through_poses
from ..values import require

if TYPE_CHECKING:
    from scipy.spatial import KDTree

CHECKED = 80  # places along the path
NEIGHBOURS = 5  # the distance to the scene is the mean over so many points
MOST_TIMES = 3  # a path is shortened


def smallest_distance(median: float) -> float:
    """How near a camera may come to the scene (official code: 0.1, in small scenes a tenth of the median)."""
    return min(0.1, 0.1 * median)


def keep_clear(path: Tensor, points: Tensor, limit: float,
               shorter: Callable[[Tensor, Tensor], Tensor]) -> tuple[Tensor, int, float]:
    """(path, how often it was shortened, its distance to the scene).

    path     [F,4,4] camera to start camera; the start itself is not checked
    points   [N,3] in the axes of the start camera
    limit    distance that must be kept
    shorter  (path, [80] bool, where it is too near) -> shorter path

    Raises ValueError when the path is still too near after three times.
    """
    tree = _tree(points)
    for times in range(MOST_TIMES + 1):
        distances = _distances(path, tree)
        nearest = float(distances.min())
        if nearest >= limit:
            return path, times, nearest
        if times < MOST_TIMES:
            path = shorter(path, distances < limit)
    raise ValueError(f"The path comes within {nearest:.3g} of the scene, even when it is shortened "
                     f"{MOST_TIMES} times ({limit:.3g} is the least): choose another preset, direction or "
                     "distance in 'Camera Trajectory', or disconnect its point cloud.")


def distances_to_scene(path: Tensor, points: Tensor) -> Tensor:
    """[80] float64 how near a path [F,4,4] comes to points [N,3], as keep_clear measures it, evenly along the
    path after its start."""
    return _distances(path, _tree(points))


def _tree(points: Tensor) -> KDTree:
    """Quick to build, for few questions."""
    from scipy.spatial import KDTree

    return KDTree(points.cpu().numpy(), balanced_tree=False, compact_nodes=False)


def _distances(path: Tensor, tree: KDTree) -> Tensor:
    """[80] float64 along the path after its start."""
    after = path[1:] if len(path) > 1 else path
    at = torch.linspace(0, len(after) - 1, CHECKED, dtype=torch.float64)
    places = through_poses(after, at, smooth=False)[:, :3, 3].numpy()
    require(tree.n >= NEIGHBOURS, f"The point cloud has only {tree.n} points; the collision rule needs "
                                  f"{NEIGHBOURS} at least.")
    return torch.from_numpy(tree.query(places, k=NEIGHBOURS)[0]).mean(1)
