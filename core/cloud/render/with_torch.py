"""Projects and blends points with plain torch operations, on any device.

The picture is cut into bands of rows, the points of a band are walked in chunks from front to back. In a chunk one
stable sort of the (pixel, point) pairs by pixel gives every pixel its points in depth order; then the first points of
all pixels are blended at once, then the second ones, and so on.

On a CPU time goes into memory traffic. Bands are so low that a pixel's number fits in 16 bits, which halves the work
of sorting, and chunks so small that they stay in the caches. A GPU takes the picture as one band.
"""

from dataclasses import dataclass

import torch

from .raster import Raster, Visible


@dataclass(frozen=True)
class Sizes:
    """How much is done at once: points projected, pairs in a chunk, and numbers for the pixels of a band."""

    points: int
    pairs: int
    cells: int


CPU = Sizes(1 << 16, 1 << 19, 1 << 15)  # from so many cells on, torch sorts integers by radix
GPU = Sizes(1 << 22, 1 << 24, 1 << 30)


def sizes(device: torch.device) -> Sizes:
    return CPU if device.type == "cpu" else GPU


def color_layout(colors: torch.Tensor) -> torch.Tensor:
    """Colours as blend_points wants them: [C,N], since single values are gathered faster than rows of three."""
    return colors.T.contiguous()


def project_to_ndc(homogeneous: torch.Tensor, w2c: torch.Tensor, lens: torch.Tensor, ends: tuple[float, float]):
    """x, y, z and index [M] of the points [4,N] in front of the camera and nearer than `ends` to the middle."""
    blocks, block = [], sizes(w2c.device).points
    for start in range(0, homogeneous.shape[1], block):
        view = _product(w2c[:3], homogeneous[:, start:start + block])
        z = view[2]
        x, y = _product(lens, view) / z
        seen = ((z > 0) & (x.abs() < ends[0]) & (y.abs() < ends[1])).nonzero().squeeze(1)
        blocks.append([values.index_select(0, seen) for values in (x, y, z)] + [seen + start])
    return tuple(map(torch.cat, zip(*blocks)))


def _product(matrix, columns):
    """matrix @ columns; term by term on GPUs, where matrix products may be set to round to 10 bits (TF32)."""
    if sizes(columns.device) is CPU:
        return matrix @ columns
    return sum(matrix[:, k:k + 1] * columns[k] for k in range(len(columns)))


def blend_points(seen: Visible, planes: torch.Tensor, raster: Raster, image: torch.Tensor, depth: torch.Tensor,
                 ) -> torch.Tensor:
    """Fills image [H,W,C] and depth [H,W] and returns the holes, bool [H,W]."""
    rows = min(raster.height, max(1, (sizes(image.device).cells - 1) // raster.width))
    hole = torch.empty(depth.shape, dtype=torch.bool, device=depth.device)
    for top, part in zip(range(0, raster.height, rows), _bands(seen.row, rows, raster)):
        here = slice(top, top + rows)
        color, nearest, count = _blend_band(seen, part, planes, raster, top, min(rows, raster.height - top))
        image[here], depth[here], hole[here] = color.permute(1, 2, 0), nearest, count == 0
    return hole


def _bands(row, rows, raster):
    """For each band of rows, which points touch it, nearest first."""
    count = -(-raster.height // rows)
    if count == 1:
        return [torch.arange(len(row), device=row.device)]
    first = row.clamp(min=0) // rows
    last = (row + (raster.reach - 1)).clamp(max=raster.height - 1) // rows
    most = (raster.reach - 2) // rows + 2  # bands that a disc can touch
    band = first[:, None] + torch.arange(most, dtype=torch.int32, device=row.device)
    band = torch.where(band <= last[:, None], band, count).to(torch.int16).flatten()
    point = _quotient(torch.sort(band, stable=True).indices, most)
    return point.split(torch.bincount(band, minlength=count + 1).tolist())[:count]


def _quotient(values, divisor):
    """values // divisor; by a shift where possible, since processors divide integers several times slower."""
    bits = divisor.bit_length() - 1
    return values >> bits if divisor == 1 << bits else values // divisor


def _blend_band(seen, part, planes, raster, top, rows):
    """Colours [C,rows,W], depth and number of points [rows,W] of the rows from `top` on."""
    pixels = rows * raster.width
    cells = max(pixels + 1, CPU.cells)
    light = planes.new_ones(cells)
    count = torch.zeros_like(light, dtype=torch.int64)
    canvas = planes.new_zeros(len(planes), cells), light, torch.zeros_like(light), count
    # Cell 0 takes the pairs that do not touch; it and the cells after the last pixel are full from the start.
    count[0] = count[pixels + 1:] = raster.limit
    centers = torch.full_like(raster.rows, torch.inf)
    inside = slice(top + raster.reach, top + rows + raster.reach)
    centers[inside] = raster.rows[inside]
    chunk = max(1, sizes(light.device).pairs // raster.reach ** 2)
    for points in part.split(chunk):
        near = Visible(*(values.index_select(0, points) for values in seen))
        cell, weight = _pairs(near, raster, centers, top, torch.int16 if cells <= 1 << 15 else torch.int32)
        _blend(canvas, cell, weight, near.z, planes.index_select(1, near.index), raster)
        if len(points) == chunk and bool((count >= raster.limit).all()):
            break
    color, _, depth, count = (layer[..., 1:pixels + 1].unflatten(-1, (rows, raster.width)) for layer in canvas)
    return color, depth, count


def _pairs(near, raster, centers, top, dtype):
    """Cells and weights of all pairs of P points and the pixels of the squares around them, [P * reach * reach].

    The cell is 1 + the number of the pixel in the band, or 0 where the disc does not cover the pixel.
    """
    reach, count = raster.reach, len(near.x)
    step = torch.arange(reach, dtype=torch.int32, device=near.x.device)[:, None]
    x, y = (table.index_select(0, (first + reach + step).flatten()).view(reach, count) for table, first in
            ((raster.columns, near.column), (centers, near.row)))
    x -= near.x
    y -= near.y
    distance = (x * x)[None] + (y * y)[:, None]  # [reach rows, reach columns, P]
    # In 16 bits these numbers may wrap around where the disc does not cover the pixel; they become 0 all the same.
    corner = ((near.row - top) * raster.width + near.column + 1).to(dtype)
    cell = corner + (step * raster.width + step.T).to(dtype)[..., None]
    cell *= distance < raster.radius ** 2
    weight = 1 - distance.div_(raster.radius ** 2)
    return tuple(values.view(reach ** 2, count).T.flatten() for values in (cell, weight))


def _blend(canvas, cell, weight, z, colors, raster):
    """Blends the pairs of one chunk behind what is on the canvas (color, light, depth, count), in place."""
    color, light, depth, count = canvas
    length = torch.bincount(cell, minlength=len(count))
    order = torch.sort(cell, stable=True).indices
    start = length.cumsum(0) - length
    # Cells with many points first: then the cells that still have a point in layer n are the first ones.
    length = torch.minimum(length, raster.limit - count)
    missing, busy = torch.sort((raster.limit - length).to(torch.int16), stable=True)
    alive = torch.bincount(missing, minlength=raster.limit + 1)[:-1].cumsum(0).flip(0).tolist()
    busy = busy[:alive[0]]
    start, shine, new = (values.index_select(0, busy) for values in (start, light, count == 0))
    sums = [plane.index_select(0, busy) for plane in color]
    for layer, n in enumerate(alive):
        if n == 0:
            break
        pair = order.index_select(0, start[:n] + layer)
        point = _quotient(pair, raster.reach ** 2)
        if layer == 0:
            depth.index_copy_(0, busy, torch.where(new, z.index_select(0, point), depth.index_select(0, busy)))
        share = weight.index_select(0, pair)
        visible = shine[:n] * share
        for total, plane in zip(sums, colors):
            total[:n].addcmul_(visible, plane.index_select(0, point))
        shine[:n] *= 1 - share
    for layer, values in zip((*color, light), (*sums, shine)):
        layer.index_copy_(0, busy, values)
    count += length
