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
    from skimage.measure import marching_cubes

    parts = torch.div(volume.blocks, CHUNK, rounding_mode="floor").unique(dim=0)
    keys = pack(volume.blocks)
    vertices, faces, count = [], [], 0
    for done, part in enumerate(parts):
        distance, seen = _dense(volume, keys, part * CHUNK)
        cubes = _all_corners(seen)
        inside = cubes & _crossed(distance, STEEPEST * 3**0.5 * volume.voxel / volume.truncation)
        if inside.any():
            found, triangles, _, _ = marching_cubes(distance.numpy(), 0.0, mask=inside.numpy())
            place = found.astype(np.float64) + (part * CHUNK * SIDE).numpy()
            vertices.append(place)
            faces.append(triangles.astype(np.int64) + count)
            count += len(found)
        if progress is not None:
            progress(done + 1, len(parts))
    require(
        count > 0,
        "The depth maps have no surface that a mesh could be made of; give a larger voxel size, "
        "or depth that agrees between the views.",
    )
    return _weld(np.concatenate(vertices), np.concatenate(faces), volume.voxel)


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


def _corners(samples: Tensor) -> list[Tensor]:
    """The eight samples of each cube, where marching_cubes expects its mask: at the cube's last corner."""
    low, high = slice(None, -1), slice(1, None)
    return [samples[a, b, c] for a in (low, high) for b in (low, high) for c in (low, high)]


def _all_corners(seen: Tensor) -> Tensor:
    cubes = torch.zeros_like(seen)
    cubes[1:, 1:, 1:] = torch.stack(_corners(seen)).all(0)
    return cubes


def _crossed(distance: Tensor, most: float) -> Tensor:
    """Cubes with samples on both sides of the surface that differ by at most so much. Behind the outline of a
    thing, samples that are hidden by it lie beside ones that are in free space: that is no surface."""
    corners = torch.stack(_corners(distance))
    low, high = corners.aminmax(dim=0)
    cubes = torch.zeros_like(distance, dtype=torch.bool)
    cubes[1:, 1:, 1:] = (low < 0) & (high >= 0) & (high - low <= most)
    return cubes


def _weld(vertices: np.ndarray, faces: np.ndarray, voxel: float) -> Mesh:
    """Joins the vertices of neighbouring parts, which lie on the same edges of cubes; drops what is left of
    triangles that had no area."""
    places, first, inverse = np.unique(
        np.round(vertices * 4096).astype(np.int64), axis=0, return_index=True, return_inverse=True
    )
    faces = inverse.reshape(-1)[faces]
    faces = faces[(faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 2] != faces[:, 0])]
    return Mesh(torch.from_numpy((vertices[first] * voxel).astype(np.float32)), torch.from_numpy(faces))
