"""Spacing and surface normal of a point from its nearest neighbours."""
from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from ..values import require
from .voxels import check_points, spatial_order

CHUNK = 1 << 16  # points at a time: 30 MB
MOST_SPACINGS = 10  # median spacings: a stray point is no larger than that
LEAST_SPACING = 1e-7  # scene units; points in one place have no spacing


def surface_normals(points: Tensor, towards: Tensor,
                    progress: Callable[[int, int], None] = lambda done, total: None) -> Tensor:
    """The unit normals [N,3] float32 of spacing_and_normals, facing `towards` [3]."""
    normals = spacing_and_normals(points, progress)[1]
    away = ((towards - points) * normals).sum(1, keepdim=True) < 0
    return torch.where(away, -normals, normals)


def spacing_and_normals(points: Tensor,
                        progress: Callable[[int, int], None] = lambda done, total: None,
                        ) -> tuple[Tensor, Tensor]:
    """How far apart points [N,3] are, and the unit normals of the surface through them, which face either
    side: [N] and [N,3] float32.

    The spacing is the root mean square distance to the 3 nearest neighbours, with which 3D Gaussian splatting
    starts, and at most ten times the median of all, so that stray points do not become huge splats. A normal
    is that of the least-squares plane through the point and its 12 nearest neighbours. Raises ValueError for
    fewer than 4 points.
    """
    check_points(points)
    require(len(points) >= 4, f"The cloud has {len(points)} points; splats and normals need at least 4.")
    apart, normals = points.new_empty(len(points)), torch.empty_like(points)
    for index, distance, others in _nearest_neighbours(points, min(13, len(points)), progress):
        apart[index] = (distance[:, 1:4] ** 2).mean(1).sqrt()
        offsets = points[others] - points[index, None]
        offsets = offsets - offsets.mean(1, keepdim=True)
        normals[index] = torch.linalg.eigh(offsets.mT @ offsets)[1][:, :, 0]
    return apart.clamp(LEAST_SPACING, max(MOST_SPACINGS * float(apart.median()), LEAST_SPACING)), normals


def _nearest_neighbours(points: Tensor, count: int, progress: Callable[[int, int], None],
                        ) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Indices [M], distances [M,count] and indices of the neighbours [M,count], each point its own first."""
    from scipy.spatial import KDTree

    order = spatial_order(points)
    array = points[order].numpy()
    tree = KDTree(array)
    for begin in range(0, len(points), CHUNK):
        index = order[begin:begin + CHUNK]
        distance, place = tree.query(array[begin:begin + CHUNK], count, workers=torch.get_num_threads())
        yield index, torch.from_numpy(distance).float(), order[torch.from_numpy(place)]
        progress(begin + len(index), len(points))
