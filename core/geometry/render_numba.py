"""Blends visible points in one loop, compiled by numba for the CPU (about a second, once in a process).

What render_torch.py does in bulk is said here directly: point after point, nearest first, on every pixel it covers.
"""

from functools import lru_cache

import numba
import numpy as np
import torch

from .render_visible import Raster, Visible


def color_layout(colors: torch.Tensor) -> torch.Tensor:
    """Colours as blend_points wants them: [N,C]."""
    return colors.contiguous()


def blend_points(seen: Visible, colors: torch.Tensor, raster: Raster, image: torch.Tensor, depth: torch.Tensor,
                 ) -> torch.Tensor:
    """Fills image [H,W,C] and depth [H,W] and returns the holes, bool [H,W]."""
    x, y, z, column, row, index = seen
    colors = colors.index_select(0, index)  # memory is read in order in the loop, which halves its time
    light = torch.ones_like(depth)
    count = torch.zeros_like(depth, dtype=torch.int32)
    arrays = (tensor.numpy() for tensor in (x, y, z, column, row, colors, raster.columns, raster.rows,
                                            image, light, depth, count))
    _kernel(colors.shape[1])(*arrays, raster.reach, np.float32(raster.radius ** 2), raster.limit)
    return count == 0


@lru_cache
def _kernel(channels):
    """The loop for so many colour channels: a constant, so that the innermost loop is unrolled."""

    # error_model="numpy" divides as the processor does, without a test for zero; nogil lets frames run in parallel
    # threads; numba looks for negative indices unless they are unsigned.
    @numba.njit(error_model="numpy", nogil=True)
    def blend(x, y, z, column, row, colors, columns, rows, image, light, depth, count, reach, radius2, limit):
        width = image.shape[1]
        image, light, depth, count = image.reshape(-1, channels), light.ravel(), depth.ravel(), count.ravel()
        for i in range(len(x)):
            for r in range(row[i], row[i] + reach):
                dy = rows[np.uint64(r + reach)] - y[i]
                for c in range(column[i], column[i] + reach):
                    dx = columns[np.uint64(c + reach)] - x[i]
                    distance = dx * dx + dy * dy
                    if distance < radius2:  # so the pixel lies in the picture
                        pixel = np.uint64(r * width + c)
                        if count[pixel] < limit:
                            visible = light[pixel] * (np.float32(1) - distance / radius2)
                            for channel in range(channels):
                                image[pixel, channel] += visible * colors[i, channel]
                            light[pixel] -= visible
                            if count[pixel] == 0:
                                depth[pixel] = z[i]
                            count[pixel] += 1

    return blend
