"""What the nearest neighbours of a point tell about the surface it lies on: spacing and normal."""

from collections.abc import Callable, Iterator

import torch

from ..values import check_finite, check_shape, require
from .cells import near_together

CHUNK = 1 << 16  # points at a time: 30 MB
LARGEST = 10  # median spacings: a stray point is no larger than that
SMALLEST = 1e-7  # scene units; points in one place have no spacing


def spacing(points: torch.Tensor, progress: Callable[[int, int], None] = lambda done, total: None) -> torch.Tensor:
    """[N] float32, root of the mean squared distance from each of [N,3] to its 3 nearest others, as 3D Gaussian
    splatting begins with; at most ten times the median of all, so that stray points make no balloons."""
    _check(points, 4)
    result = points.new_empty(len(points))
    for index, distance, _ in _neighbourhoods(points, 4, progress):
        result[index] = (distance[:, 1:] ** 2).mean(1).sqrt()
    return result.clamp(SMALLEST, max(LARGEST * float(result.median()), SMALLEST))


def surface_normals(points: torch.Tensor, towards: torch.Tensor,
                    progress: Callable[[int, int], None] = lambda done, total: None) -> torch.Tensor:
    """[N,3] float32 unit normals of the planes through each of [N,3] and its 12 nearest others (least squares), turned
    to the side of `towards` [3], a place from which the surface is seen, such as the camera's."""
    _check(points, 4)
    result = torch.empty_like(points)
    for index, _, others in _neighbourhoods(points, min(13, len(points)), progress):
        offsets = points[others] - points[index, None]
        offsets = offsets - offsets.mean(1, keepdim=True)
        normal = torch.linalg.eigh(offsets.mT @ offsets)[1][:, :, 0]
        away = ((towards - points[index]) * normal).sum(1, keepdim=True) < 0
        result[index] = torch.where(away, -normal, normal)
    return result


def _neighbourhoods(points, count, progress) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """(indices [M], distances [M,count], indices of the neighbours [M,count]) of all points, each its own first one."""
    from scipy.spatial import cKDTree

    order = near_together(points)
    array = points[order].numpy()
    tree = cKDTree(array)
    for begin in range(0, len(points), CHUNK):
        index = order[begin:begin + CHUNK]
        distance, place = tree.query(array[begin:begin + CHUNK], count, workers=torch.get_num_threads())
        yield index, torch.from_numpy(distance).float(), order[torch.from_numpy(place)]
        progress(begin + len(index), len(points))


def _check(points, least):
    check_shape("Point set", points, "N,3", "make it with Point Cloud from Depth")
    check_finite("Point set", points, "make it with Point Cloud from Depth")
    require(len(points) >= least, f"The cloud has {len(points)} points; splats and normals need at least {least}.")
