"""Depth of a photograph from renders of its own point cloud along known paths: what fits most of them best."""
import torch
from torch.nn.functional import avg_pool2d, grid_sample, interpolate

LEVELS = 96


def small(frames, height, width):
    """[F,H,W,C] -> [F,C,height,width], averaged."""
    return interpolate(frames.permute(0, 3, 1, 2).float(), (height, width), mode="area")


def sweep(photo, clips, start, near, far):
    """(depth [h,w], error [h,w]) of photo [3,h,w] 0..1 seen from the first pose of the path `start`.

    clips   (render [F,3,h,w] 0..1, mask [F,h,w] 1 = hole, w2c [F,4,4], K [3,3]), in the photograph's size
    For each inverse depth, the photograph's pixels are looked up in every render; holes do not count.
    """
    height, width = photo.shape[1:]
    v, u = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    rays = torch.stack([u, v, torch.ones_like(u)], -1) @ torch.linalg.inv(clips[0][3]).T
    c2w = torch.linalg.inv(start.double()).float()
    costs, levels = [], 1 / torch.linspace(1 / far, 1 / near, LEVELS)
    for depth in levels:
        points = (rays * depth) @ c2w[:3, :3].T + c2w[:3, 3]
        costs.append(_cost(photo, points, clips))
    cost, best = torch.stack(costs).min(0)
    return levels[best], cost


def _cost(photo, points, clips):
    total = torch.zeros(photo.shape[1:])
    count = torch.zeros(photo.shape[1:])
    for render, mask, w2c, K in clips:
        cam = points @ w2c[:, None, :3, :3].mT + w2c[:, None, None, :3, 3]
        pixel = cam @ K.T
        size = torch.tensor([photo.shape[2], photo.shape[1]])
        grid = pixel[..., :2] / pixel[..., 2:].clamp(min=1e-6) / size * 2 - 1
        seen = grid_sample(render, grid, align_corners=False)
        hole = grid_sample(mask[:, None], grid, align_corners=False, padding_mode="border")[:, 0]
        inside = ((grid.abs() < 1).all(-1) & (cam[..., 2] > 0) & (hole < 0.2)).float()
        error = avg_pool2d((seen - photo).abs().mean(1, keepdim=True), 5, 1, 2)[:, 0].clamp(max=0.3)
        total += (error * inside).sum(0)
        count += inside.sum(0)
    return torch.where(count >= 3, total / count.clamp(min=1), 1.0)
