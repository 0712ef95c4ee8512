"""Projects and blends points in two loops that numba compiles for the CPU (about two seconds, once in a process).

What with_torch.py does in bulk is said here directly: point after point, nearest first, on every pixel it covers.
Loops are compiled with error_model="numpy" to divide as the processor does, without a test for zero, and with nogil to
let frames run in parallel threads.
"""

from functools import lru_cache

import numba
import numpy as np
import torch

from .raster import Raster, Visible


def color_layout(colors: torch.Tensor) -> torch.Tensor:
    """Colours as blend_points wants them: [N,C]."""
    return colors.contiguous()


def project_to_ndc(homogeneous: torch.Tensor, w2c: torch.Tensor, lens: torch.Tensor, ends: tuple[float, float]):
    """As in with_torch.py."""
    count = homogeneous.shape[1]
    position, index = homogeneous.new_empty(3, count), torch.empty(count, dtype=torch.int64)
    arrays = (tensor.numpy() for tensor in (homogeneous, w2c, lens, position, index))
    found = _project_to_ndc(*arrays, *map(np.float32, ends))
    return *position[:, :found], index[:found]


# Products and sums may be fused, as matrix products do it: so both ways of rendering round alike.
@numba.njit(error_model="numpy", nogil=True, fastmath={"contract"})
def _project_to_ndc(points, w2c, lens, position, index, end_x, end_y):
    found = 0
    for i in range(len(index)):
        a, b, c = points[0, i], points[1, i], points[2, i]
        z = w2c[2, 2] * c + (w2c[2, 1] * b + w2c[2, 0] * a) + w2c[2, 3]
        x = w2c[0, 2] * c + (w2c[0, 1] * b + w2c[0, 0] * a) + w2c[0, 3]
        y = w2c[1, 2] * c + (w2c[1, 1] * b + w2c[1, 0] * a) + w2c[1, 3]
        x, y = (lens[0, 2] * z + lens[0, 0] * x) / z, (lens[1, 2] * z + lens[1, 1] * y) / z
        if z > 0 and abs(x) < end_x and abs(y) < end_y:
            position[0, found], position[1, found], position[2, found], index[found] = x, y, z, i
            found += 1
    return found


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

    # Indices are made unsigned, because numba looks for negative ones otherwise.
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
