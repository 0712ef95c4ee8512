"""Renders coloured points the way the video model was trained to see them. Plain torch: CPU, CUDA and MPS.

A point is a disc of `radius` in normalised device coordinates, in which the shorter side of the picture is 2 long.
It covers the pixels whose centre is nearer than that to its projection, with weight 1 - distance^2 / radius^2. Of each
pixel the nearest `points_per_pixel` points count, blended front to back: sum of weight * colour * product of
(1 - weight) of the nearer ones. Thin cover is not normalised, it fades to 0, which is mid-grey for colours in -1..1.
(Official code: the point renderer of PyTorch3D with alpha compositing; render_reference.py spells it out.)

The speed comes from the order of work: points are sorted by depth once and walked in chunks from front to back.
In a chunk one stable sort of the (pixel, point) pairs by pixel gives every pixel its points in depth order.
"""

import math
from typing import Callable

import torch

from ..values import check_shape, require

# Pairs per chunk: small enough for the CPU's caches, large enough to fill a GPU.
CPU_PAIRS = 1 << 18
GPU_PAIRS = 1 << 24


def render_points(points: torch.Tensor, colors: torch.Tensor, w2c: torch.Tensor, K: torch.Tensor,
                  height: int, width: int, radius: float = 0.008, points_per_pixel: int = 20,
                  background: float = 0.0, progress: Callable[[int], None] | None = None,
                  ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Pictures of a point cloud from F cameras.

    points      [N,3] float32, world
    colors      [N,C] float32; C = 3 and -1..1 for the video model
    w2c         [F,4,4] float32, world to camera, OpenCV axes
    K           [F,3,3] float32, pixels of width x height, pixel j covers [j, j+1)
    background  colour of pixels without any point
    progress    called with the number of finished frames after each frame; may raise to stop

    Returns image [F,H,W,C], mask [F,H,W] float (1 = hole: no point) and depth [F,H,W] (z of the nearest point, 0 in
    holes). Points at or behind the camera plane are not seen. Equally deep points keep the order of the cloud.
    """
    _check(points, colors, w2c, K, height, width, radius, points_per_pixel)
    frames = []
    for index in range(len(w2c)):
        frames.append(_render_frame(points, colors, w2c[index], K[index], height, width,
                                    radius * min(height, width) / 2, points_per_pixel, background))
        if progress is not None:
            progress(index + 1)
    image, mask, depth = (torch.stack(parts) for parts in zip(*frames))
    return image, mask, depth


def _check(points, colors, w2c, K, height, width, radius, points_per_pixel):
    check_shape("Cloud to render", points, "N,3", "make it with Point Cloud from Depth")
    check_shape("Cloud colours", colors, f"{len(points)},C", "give one colour for each point")
    check_shape("Poses to render", w2c, "F,4,4", "make the path with Camera Trajectory")
    check_shape("Intrinsics to render", K, f"{len(w2c)},3,3", "give one K for each pose")
    require(height > 0 and width > 0, f"The render size is {width}x{height}; both must be positive.")
    require(radius > 0, f"The point radius is {radius}; it must be positive (the model was trained with 0.008).")
    require(points_per_pixel > 0, f"points_per_pixel is {points_per_pixel}; it must be at least 1.")


def _render_frame(points, colors, w2c, K, height, width, radius, limit, background):
    """One frame; radius in pixels. Works on a canvas with a border as wide as a disc, so that no disc is cut off."""
    uv, z, index = _visible_points(points, w2c, K, height, width, radius)
    reach = math.floor(2 * radius) + 1  # most pixels that a disc covers along one axis
    border = reach + 1
    canvas_width = width + 2 * border
    size = canvas_width * (height + 2 * border)
    canvas = (colors.new_zeros(size, colors.shape[1]), colors.new_ones(size), colors.new_zeros(size),
              torch.zeros(size, dtype=torch.int32, device=colors.device))
    chunk = max(1, (CPU_PAIRS if points.device.type == "cpu" else GPU_PAIRS) // reach ** 2)
    for start in range(0, len(z), chunk):
        part = slice(start, start + chunk)
        pixel, point, weight = _covered_pixels(uv[part] + border, radius, reach, canvas_width)
        _blend(canvas, pixel, point, weight, colors.index_select(0, index[part]), z[part], limit)
    color, _, depth, count = (layer.unflatten(0, (-1, canvas_width))[border:-border, border:-border]
                              for layer in canvas)
    hole = count == 0
    return torch.where(hole[..., None], background, color), hole.to(colors.dtype), depth.clone()


def _visible_points(points, w2c, K, height, width, radius):
    """Projections uv [M,2] in pixels, z [M] and indices [M] of the points that can touch the picture, nearest first."""
    cam = points @ w2c[:3, :3].T + w2c[:3, 3]
    z = cam[:, 2]
    uv = (cam @ K[:2].T) / z[:, None]
    size = uv.new_tensor([width, height])
    seen = (z > 0) & (uv > -radius).all(1) & (uv < size + radius).all(1)
    index = seen.nonzero().squeeze(1)
    z, order = torch.sort(z.index_select(0, index), stable=True)
    index = index.index_select(0, order)
    return uv.index_select(0, index), z, index


def _covered_pixels(uv, radius, reach, canvas_width):
    """All (pixel, point) pairs of discs at uv [P,2]: pixel on the canvas, point in 0..P-1 and weight, by point."""
    first = torch.floor(uv - radius - 0.5) + 1
    offset = first[:, None] + torch.arange(reach, device=uv.device, dtype=uv.dtype)[:, None]  # [P,reach,2]
    squared = (offset + 0.5 - uv[:, None]) ** 2 / radius ** 2
    distance = (squared[:, :, None, 1] + squared[:, None, :, 0]).flatten()  # [P * reach rows * reach columns]
    pair = (distance < 1).nonzero().squeeze(1)
    point = pair // reach ** 2
    cell = pair - point * reach ** 2
    column, row = first.to(torch.int32).unbind(1)
    start = row * canvas_width + column
    step = torch.arange(reach ** 2, device=uv.device)
    step = (step // reach * canvas_width + step % reach).to(torch.int32)
    return start.index_select(0, point) + step.index_select(0, cell), point, 1 - distance.index_select(0, pair)


def _blend(canvas, pixel, point, weight, colors, z, limit):
    """Blends the pairs of one chunk behind what is on the canvas (color, transmittance, depth, count), in place."""
    count = canvas[3]
    free = (count.index_select(0, pixel) < limit).nonzero().squeeze(1)
    pixel, order = torch.sort(pixel.index_select(0, free), stable=True)
    pair = free.index_select(0, order)
    pixel, length = torch.unique_consecutive(pixel, return_counts=True)
    if len(pixel) == 0:
        return
    start = length.cumsum(0) - length
    # Pixels with many points first: then the pixels that still have a point in layer n are the first ones.
    length, order = torch.sort(torch.minimum(length, limit - count.index_select(0, pixel)), descending=True)
    pixel, start = pixel.index_select(0, order), start.index_select(0, order)
    color, light, depth, seen = (layer.index_select(0, pixel) for layer in canvas)
    nearest = z.index_select(0, point.index_select(0, pair.index_select(0, start)))
    depth = torch.where(seen == 0, nearest, depth)
    alive = torch.bincount(length).flip(0).cumsum(0).flip(0)[1:].tolist()
    for layer, n in enumerate(alive):
        now = pair.index_select(0, start[:n] + layer)
        share = weight.index_select(0, now)
        color[:n] += (light[:n] * share)[:, None] * colors.index_select(0, point.index_select(0, now))
        light[:n] *= 1 - share
    for layer, value in zip(canvas, (color, light, depth, seen + length)):
        layer.index_copy_(0, pixel.long(), value.to(layer.dtype))
