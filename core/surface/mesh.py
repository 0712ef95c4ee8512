"""Triangles of a distance function, cleaned: marching cubes of scikit-image, pieces, holes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..values import require
from .volume import SIDE, Volume, pack

CHUNK = 8  # blocks along the edge of the part that marching cubes gets at once
PLACES = 4096  # along the edge of a cube, in which vertices are told apart
LEAST_WEIGHT = 1e-4  # samples that were seen less surely count as not seen
STEEPEST = 2.5  # times the slope of a true distance, by which samples of one cube may differ


@dataclass(frozen=True)
class Mesh:
    """vertices   [V,3] float32, world coordinates
    faces      [F,3] int64, counter-clockwise as seen from the free space
    """

    vertices: Tensor
    faces: Tensor


def surface(volume: Volume, progress: Callable[[int, int], None] | None = None) -> Mesh:
    """The triangles where the distance is 0, open where a corner of a cube was not seen.

    progress   called with (parts done, parts in all); may raise to stop
    Raises ValueError when there is no surface.
    """
    parts = torch.div(volume.blocks, CHUNK, rounding_mode="floor").unique(dim=0)
    keys = pack(volume.blocks)
    vertices, faces, count = [], [], 0
    for done, part in enumerate(parts):
        distance, seen = _dense(volume, keys, part * CHUNK)
        cubes = _crossed(distance, seen, STEEPEST * 3**0.5 * volume.voxel / volume.truncation)
        found, triangles = _triangles(distance, cubes)
        if len(found):
            vertices.append(found.astype(np.float64) + (part * CHUNK * SIDE).numpy())
            faces.append(triangles + count)
            count += len(found)
        if progress is not None:
            progress(done + 1, len(parts))
    require(count > 0, "The depth maps have no surface that a mesh could be made of; give a larger voxel "
                       "size, or depth that agrees between the views.")
    return _weld(np.concatenate(vertices), np.concatenate(faces), volume.voxel)


def _triangles(distance: Tensor, cubes: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Vertices [V,3] and faces [F,3] in the cubes; none where the surface only touches samples."""
    from skimage.measure import marching_cubes

    nothing = np.zeros((0, 3)), np.zeros((0, 3), np.int64)
    if not cubes.any():
        return nothing
    try:
        vertices, faces, _, _ = marching_cubes(distance.numpy(), 0.0, mask=cubes.numpy())
    except RuntimeError:  # what it calls no surface
        return nothing
    return _joined(vertices, faces)


def _dense(volume: Volume, keys: Tensor, start: Tensor) -> tuple[Tensor, Tensor]:
    """Distances [S,S,S] and whether they were seen, of CHUNK^3 blocks from the block `start` on, and the
    first samples of the blocks behind."""
    count = CHUNK + 1
    wanted = torch.cartesian_prod(*(torch.arange(count),) * 3) + start
    key = pack(wanted)
    index = torch.searchsorted(keys, key).clamp(max=len(keys) - 1)
    there = keys[index] == key
    distance = torch.ones(count**3, SIDE**3)
    weight = torch.zeros(count**3, SIDE**3)
    distance[there], weight[there] = volume.distance[index[there]], volume.weight[index[there]]

    def unfolded(values: Tensor) -> Tensor:
        cells = values.view(count, count, count, SIDE, SIDE, SIDE).permute(0, 3, 1, 4, 2, 5)
        size = CHUNK * SIDE + 1
        return cells.reshape(count * SIDE, count * SIDE, count * SIDE)[:size, :size, :size].contiguous()

    seen = unfolded(weight) > LEAST_WEIGHT
    return unfolded(distance), seen


def _over_cubes(reduce: Callable[[Tensor, Tensor], Tensor], samples: Tensor) -> Tensor:
    """[S-1,S-1,S-1] reduction of the eight samples of each cube."""
    for axis in range(3):
        size = samples.shape[axis] - 1
        samples = reduce(samples.narrow(axis, 0, size), samples.narrow(axis, 1, size))
    return samples


def _crossed(distance: Tensor, seen: Tensor, most: float) -> Tensor:
    """[S,S,S] cubes, each at its last corner, as marching_cubes wants its mask: all corners were seen, lie on
    both sides of the surface and differ by at most so much. Behind the outline of a thing, samples that are
    hidden by it lie beside ones that are in free space: that is no surface."""
    low, high = _over_cubes(torch.minimum, distance), _over_cubes(torch.maximum, distance)
    cubes = torch.zeros_like(seen)
    cubes[1:, 1:, 1:] = _over_cubes(torch.logical_and, seen) & (low < 0) & (high >= 0) & (high - low <= most)
    return cubes


def _joined(vertices: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Makes one of vertices in one place: a surface that runs through samples has many there."""
    key = np.round(vertices * PLACES).astype(np.int64) @ np.array([1 << 40, 1 << 20, 1])
    _, first, same = np.unique(key, return_index=True, return_inverse=True)
    return vertices[first], same.reshape(-1)[faces]


def _weld(vertices: np.ndarray, faces: np.ndarray, voxel: float) -> Mesh:
    """Joins the vertices between neighbouring parts, which both have; drops triangles without an area."""
    on_border = np.flatnonzero((vertices % (CHUNK * SIDE) == 0).any(axis=1))
    _, first, same = np.unique(np.round(vertices[on_border] * PLACES).astype(np.int64), axis=0,
                               return_index=True, return_inverse=True)
    number = np.arange(len(vertices))
    number[on_border] = on_border[first][same.reshape(-1)]
    kept, faces = np.unique(number[faces], return_inverse=True)
    faces = faces.reshape(-1, 3)
    faces = faces[(faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])]
    return Mesh(torch.from_numpy((vertices[kept] * voxel).astype(np.float32)), torch.from_numpy(faces))
