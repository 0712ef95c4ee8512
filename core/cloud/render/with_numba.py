"""Projects and composites points in two loops that numba compiles for the CPU (about two seconds, once in a
process).

The same computation as with_torch.py, as plain loops: point after point, nearest first, on every pixel it
covers. Loops are compiled with error_model="numpy" to divide as the processor does, without a test for zero,
and with nogil to let frames run in parallel threads.
"""
from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numba
import numpy as np
import torch
from torch import Tensor

from .raster import Raster, Splats


def pack_colors(colors: Tensor) -> Tensor:
    """Colours [N,C] as composite wants them: [N,C]."""
    return colors.contiguous()


def project_to_ndc(homogeneous: Tensor, w2c: Tensor, intrinsics: Tensor, bounds: tuple[float, float],
                   ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """x, y, z and index [M] of points [4,N], as in with_torch.py."""
    count = homogeneous.shape[1]
    position, index = homogeneous.new_empty(3, count), torch.empty(count, dtype=torch.int64)
    found = _project_to_ndc(homogeneous.numpy(), w2c.numpy(), intrinsics.numpy(), position.numpy(),
                            index.numpy(), np.float32(bounds[0]), np.float32(bounds[1]))
    x, y, z = position[:, :found]
    return x, y, z, index[:found]


# Products and sums may be fused, as matrix products do it: so both ways of rendering round alike.
@numba.njit(error_model="numpy", nogil=True, fastmath={"contract"})
def _project_to_ndc(points: np.ndarray, w2c: np.ndarray, K: np.ndarray, position: np.ndarray,
                    index: np.ndarray, end_x: np.float32, end_y: np.float32) -> int:
    found = 0
    for i in range(len(index)):
        a, b, c = points[0, i], points[1, i], points[2, i]
        z = w2c[2, 2] * c + (w2c[2, 1] * b + w2c[2, 0] * a) + w2c[2, 3]
        x = w2c[0, 2] * c + (w2c[0, 1] * b + w2c[0, 0] * a) + w2c[0, 3]
        y = w2c[1, 2] * c + (w2c[1, 1] * b + w2c[1, 0] * a) + w2c[1, 3]
        x, y = (K[0, 2] * z + K[0, 0] * x) / z, (K[1, 2] * z + K[1, 1] * y) / z
        if z > 0 and abs(x) < end_x and abs(y) < end_y:
            position[0, found], position[1, found], position[2, found], index[found] = x, y, z, i
            found += 1
    return found


def composite(splats: Splats, colors: Tensor, raster: Raster, image: Tensor, depth: Tensor) -> Tensor:
    """Composites splats front to back, with the colours [N,C] of the cloud.

    Fills image [H,W,C] and depth [H,W] and returns the holes, bool [H,W].
    """
    x, y, z, column, row, index = splats
    colors = colors.index_select(0, index)  # memory is read in order in the loop, which halves its time
    transmittance = torch.ones_like(depth)
    count = torch.zeros_like(depth, dtype=torch.int32)
    arrays = (tensor.numpy() for tensor in (x, y, z, column, row, colors, raster.columns, raster.rows,
                                            image, transmittance, depth, count))
    composite_splats = _compile_composite(colors.shape[1])
    composite_splats(*arrays, raster.footprint, np.float32(raster.radius ** 2), raster.limit)
    return count == 0


@lru_cache
def _compile_composite(channels: int) -> Callable[..., None]:
    """The loop for so many colour channels: a constant, so that the innermost loop is unrolled."""

    # Indices are made unsigned, because numba looks for negative ones otherwise.
    @numba.njit(error_model="numpy", nogil=True)
    def composite_splats(x: np.ndarray, y: np.ndarray, z: np.ndarray, column: np.ndarray, row: np.ndarray,
                         colors: np.ndarray, columns: np.ndarray, rows: np.ndarray, image: np.ndarray,
                         transmittance: np.ndarray, depth: np.ndarray, count: np.ndarray, footprint: int,
                         radius2: np.float32, limit: int) -> None:
        width = image.shape[1]
        image, transmittance = image.reshape(-1, channels), transmittance.ravel()
        depth, count = depth.ravel(), count.ravel()
        for i in range(len(x)):
            for r in range(row[i], row[i] + footprint):
                dy = rows[np.uint64(r + footprint)] - y[i]
                for c in range(column[i], column[i] + footprint):
                    dx = columns[np.uint64(c + footprint)] - x[i]
                    distance = dx * dx + dy * dy
                    if distance < radius2:  # so the pixel lies in the picture
                        pixel = np.uint64(r * width + c)
                        if count[pixel] < limit:
                            weight = transmittance[pixel] * (np.float32(1) - distance / radius2)
                            for channel in range(channels):
                                image[pixel, channel] += weight * colors[i, channel]
                            transmittance[pixel] -= weight
                            if count[pixel] == 0:
                                depth[pixel] = z[i]
                            count[pixel] += 1

    return composite_splats
