"""Projects and composites points with plain torch operations, on any device.

The picture is cut into bands of rows, the points of a band are processed in chunks from front to back. In a
chunk one stable sort of the (pixel, point) pairs by pixel gives every pixel its points in depth order; then
the first points of all pixels are composited at once, then the second ones, and so on.

On a CPU memory traffic takes most of the time. Bands are so low that a pixel's number fits in 16 bits, which
halves the work of sorting, and chunks so small that they stay in the caches. A GPU takes the picture as one
band.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ...cameras.pinhole import matmul_exact
from .raster import Raster, Splats


@dataclass(frozen=True)
class ChunkSizes:
    """How much is done at once: points projected, pairs in a chunk, and numbers for the pixels of a band."""

    points: int
    pairs: int
    cells: int


CPU = ChunkSizes(1 << 16, 1 << 19, 1 << 15)  # from so many cells on, torch sorts integers by radix
GPU = ChunkSizes(1 << 22, 1 << 24, 1 << 30)


class Canvas(NamedTuple):
    """What is composited so far: color [C,cells], transmittance, depth and count [cells] of a band.

    Cell 1 + n is pixel n of the band. Cell 0 takes the pairs that do not touch.
    """

    color: Tensor
    transmittance: Tensor
    depth: Tensor
    count: Tensor


def chunk_sizes(device: torch.device) -> ChunkSizes:
    """The sizes for a kind of device."""
    return CPU if device.type == "cpu" else GPU


def pack_colors(colors: Tensor) -> Tensor:
    """Colours [N,C] as composite wants them: [C,N], because single values are gathered faster than rows."""
    return colors.T.contiguous()


def project_to_ndc(homogeneous: Tensor, w2c: Tensor, intrinsics: Tensor, bounds: tuple[float, float],
                   ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Projects points [4,N]: x, y (normalised device coordinates), z (depth) and index [M] of those in front
    of the camera w2c [4,4] and within the bounds. intrinsics [2,3] as ndc_intrinsics gives them."""
    blocks, block = [], chunk_sizes(w2c.device).points
    for start in range(0, homogeneous.shape[1], block):
        cam_points = matmul_exact(w2c[:3], homogeneous[:, start:start + block])
        z = cam_points[2]
        x, y = matmul_exact(intrinsics, cam_points) / z
        seen = ((z > 0) & (x.abs() < bounds[0]) & (y.abs() < bounds[1])).nonzero().squeeze(1)
        blocks.append([values.index_select(0, seen) for values in (x, y, z)] + [seen + start])
    x, y, z, index = map(torch.cat, zip(*blocks))
    return x, y, z, index


def composite(splats: Splats, packed_colors: Tensor, raster: Raster, image: Tensor, depth: Tensor) -> Tensor:
    """Composites splats front to back, with the colours [C,N] of the cloud.

    Fills image [H,W,C] and depth [H,W] and returns the holes, bool [H,W].
    """
    rows = min(raster.height, max(1, (chunk_sizes(image.device).cells - 1) // raster.width))
    hole = torch.empty(depth.shape, dtype=torch.bool, device=depth.device)
    for top, members in zip(range(0, raster.height, rows), _split_into_bands(splats.row, rows, raster)):
        band = slice(top, top + rows)
        canvas = _composite_band(splats, members, packed_colors, raster, top, min(rows, raster.height - top))
        image[band], depth[band], hole[band] = canvas.color.permute(1, 2, 0), canvas.depth, canvas.count == 0
    return hole


def _split_into_bands(row: Tensor, rows: int, raster: Raster) -> Sequence[Tensor]:
    """For each band of rows the points that touch it, nearest first; row [M] is a point's first row."""
    count = -(-raster.height // rows)
    if count == 1:
        return [torch.arange(len(row), device=row.device)]
    first = row.clamp(min=0) // rows
    last = (row + (raster.footprint - 1)).clamp(max=raster.height - 1) // rows
    most = (raster.footprint - 2) // rows + 2  # bands that a disc can touch
    band = first[:, None] + torch.arange(most, dtype=torch.int32, device=row.device)
    band = torch.where(band <= last[:, None], band, count).to(torch.int16).flatten()
    point = _floor_divide(torch.sort(band, stable=True).indices, most)
    return point.split(torch.bincount(band, minlength=count + 1).tolist())[:count]


def _floor_divide(values: Tensor, divisor: int) -> Tensor:
    """values // divisor; by a shift where possible, since processors divide integers several times slower."""
    bits = divisor.bit_length() - 1
    return values >> bits if divisor == 1 << bits else values // divisor


def _composite_band(splats: Splats, members: Tensor, packed_colors: Tensor, raster: Raster, top: int,
                    rows: int) -> Canvas:
    """The canvas of the rows from `top` on, cut to their pixels: color [C,rows,W], the others [rows,W]."""
    pixels = rows * raster.width
    cells = max(pixels + 1, CPU.cells)
    transmittance = packed_colors.new_ones(cells)
    canvas = Canvas(packed_colors.new_zeros(len(packed_colors), cells), transmittance,
                    torch.zeros_like(transmittance), torch.zeros_like(transmittance, dtype=torch.int64))
    # Cell 0 and the cells after the last pixel are full from the start.
    canvas.count[0] = canvas.count[pixels + 1:] = raster.limit
    row_centres = torch.full_like(raster.rows, torch.inf)
    inside = slice(top + raster.footprint, top + rows + raster.footprint)
    row_centres[inside] = raster.rows[inside]
    chunk = max(1, chunk_sizes(transmittance.device).pairs // raster.footprint ** 2)
    dtype = torch.int16 if cells <= 1 << 15 else torch.int32
    for points in members.split(chunk):
        near = Splats(*(values.index_select(0, points) for values in splats))
        cell, alpha = _point_pixel_pairs(near, raster, row_centres, top, dtype)
        _composite_pairs(canvas, cell, alpha, near.z, packed_colors.index_select(1, near.index), raster)
        if len(points) == chunk and bool((canvas.count >= raster.limit).all()):
            break
    return Canvas(*(layer[..., 1:pixels + 1].unflatten(-1, (rows, raster.width)) for layer in canvas))


def _point_pixel_pairs(near: Splats, raster: Raster, row_centres: Tensor, top: int,
                       dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Cells and alphas [P * footprint ** 2]: all pairs of P points and the pixels of the squares around them.

    The cell is 1 + the number of the pixel in the band, or 0 where the disc does not cover the pixel.
    """
    footprint, count = raster.footprint, len(near.x)
    step = torch.arange(footprint, dtype=torch.int32, device=near.x.device)[:, None]
    x, y = (centres.index_select(0, (first + footprint + step).flatten()).view(footprint, count)
            for centres, first in ((raster.columns, near.column), (row_centres, near.row)))
    x -= near.x
    y -= near.y
    distance = (x * x)[None] + (y * y)[:, None]  # [rows, columns, P] of the footprint
    # In 16 bits these numbers may wrap around where the disc does not cover the pixel; they become 0 all the
    # same.
    corner = ((near.row - top) * raster.width + near.column + 1).to(dtype)
    cell = corner + (step * raster.width + step.T).to(dtype)[..., None]
    cell *= distance < raster.radius ** 2
    alpha = 1 - distance.div_(raster.radius ** 2)
    cell, alpha = (values.view(footprint ** 2, count).T.flatten() for values in (cell, alpha))
    return cell, alpha


def _composite_pairs(canvas: Canvas, cell: Tensor, alpha: Tensor, z: Tensor, colors: Tensor,
                     raster: Raster) -> None:
    """Composites the pairs of one chunk behind what is on the canvas, in place."""
    length = torch.bincount(cell, minlength=len(canvas.count))
    order = torch.sort(cell, stable=True).indices
    start = length.cumsum(0) - length
    # Cells with many points first: then the cells that still have a point in layer n are the first ones.
    length = torch.minimum(length, raster.limit - canvas.count)
    missing, busy = torch.sort((raster.limit - length).to(torch.int16), stable=True)
    alive = torch.bincount(missing, minlength=raster.limit + 1)[:-1].cumsum(0).flip(0).tolist()
    busy = busy[:alive[0]]
    start, transmittance, new = (
        values.index_select(0, busy) for values in (start, canvas.transmittance, canvas.count == 0))
    sums = [plane.index_select(0, busy) for plane in canvas.color]
    for layer, n in enumerate(alive):
        if n == 0:
            break
        pair = order.index_select(0, start[:n] + layer)
        point = _floor_divide(pair, raster.footprint ** 2)
        if layer == 0:
            nearest = torch.where(new, z.index_select(0, point), canvas.depth.index_select(0, busy))
            canvas.depth.index_copy_(0, busy, nearest)
        covered = alpha.index_select(0, pair)
        weight = transmittance[:n] * covered
        for total, plane in zip(sums, colors):
            total[:n].addcmul_(weight, plane.index_select(0, point))
        transmittance[:n] *= 1 - covered
    for layer, values in zip((*canvas.color, canvas.transmittance), (*sums, transmittance)):
        layer.index_copy_(0, busy, values)
    canvas.count.add_(length)
