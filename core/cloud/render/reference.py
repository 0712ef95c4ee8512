"""The definition of the point picture, pixel by pixel: slow, obvious, and what render.py must equal."""

import torch


def render_points_reference(points, colors, w2c, K, height, width, radius=0.008, points_per_pixel=20, background=0.0):
    """Same arguments and results as render.render_points. Takes H * W * N steps for each frame."""
    frames = [_render_frame(points, colors, *camera, height, width, radius, points_per_pixel, background)
              for camera in zip(w2c, K)]
    return tuple(torch.stack(parts) for parts in zip(*frames))


def _render_frame(points, colors, w2c, K, height, width, radius, points_per_pixel, background):
    cam = points @ w2c[:3, :3].T + w2c[:3, 3]
    in_front = cam[:, 2] > 0
    cam, colors = cam[in_front], colors[in_front]
    cam, order = cam[cam[:, 2].argsort(stable=True)], cam[:, 2].argsort(stable=True)
    colors, half = colors[order], min(height, width) / 2
    ndc = cam @ K.T / cam[:, 2:] / half
    image = torch.full((height, width, 3), float(background))
    mask, depth = torch.ones(height, width), torch.zeros(height, width)
    for row in range(height):
        for column in range(width):
            centre = torch.tensor([column + 0.5, row + 0.5]) / half
            distance = ((ndc[:, :2] - centre) ** 2).sum(1) / radius ** 2
            hits = (distance < 1).nonzero().squeeze(1)[:points_per_pixel]
            if len(hits):
                weight = 1 - distance[hits]
                light = torch.cat([torch.ones(1), (1 - weight).cumprod(0)[:-1]])
                image[row, column] = ((light * weight)[:, None] * colors[hits]).sum(0)
                mask[row, column] = 0
                depth[row, column] = cam[hits[0], 2]
    return image, mask, depth
