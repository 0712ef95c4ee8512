"""The definition of the render, pixel by pixel: slow and obvious. render.py must give the same result."""
from __future__ import annotations

import torch
from torch import Tensor

from ...cameras.pinhole import world_to_camera
from .render import POINTS_PER_PIXEL, RADIUS


def render_points_reference(points: Tensor, colors: Tensor, w2c: Tensor, K: Tensor, height: int, width: int,
                            radius: float = RADIUS, points_per_pixel: int = POINTS_PER_PIXEL,
                            background: float = 0.0) -> tuple[Tensor, ...]:
    """Renders points [N,3] with colours [N,3] from F cameras: same arguments and results as
    render.render_points.

    Takes H * W * N steps for each frame.
    """
    frames = [_render_frame(points, colors, *camera, height, width, radius, points_per_pixel, background)
              for camera in zip(w2c, K)]
    return tuple(torch.stack(parts) for parts in zip(*frames))


def _render_frame(points: Tensor, colors: Tensor, w2c: Tensor, K: Tensor, height: int, width: int,
                  radius: float, points_per_pixel: int, background: float) -> tuple[Tensor, Tensor, Tensor]:
    cam_points = world_to_camera(points, w2c)
    in_front = cam_points[:, 2] > 0
    cam_points, colors = cam_points[in_front], colors[in_front]
    order = cam_points[:, 2].argsort(stable=True)
    cam_points, colors = cam_points[order], colors[order]
    half = min(height, width) / 2
    ndc = cam_points @ K.T / cam_points[:, 2:] / half
    image = torch.full((height, width, 3), float(background))
    mask, depth = torch.ones(height, width), torch.zeros(height, width)
    for row in range(height):
        for column in range(width):
            centre = torch.tensor([column + 0.5, row + 0.5]) / half
            distance = ((ndc[:, :2] - centre) ** 2).sum(1) / radius ** 2
            hits = (distance < 1).nonzero().squeeze(1)[:points_per_pixel]
            if len(hits):
                alpha = 1 - distance[hits]
                transmittance = torch.cat([torch.ones(1), (1 - alpha).cumprod(0)[:-1]])
                image[row, column] = ((transmittance * alpha)[:, None] * colors[hits]).sum(0)
                mask[row, column] = 0
                depth[row, column] = cam_points[hits[0], 2]
    return image, mask, depth
