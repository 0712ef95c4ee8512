"""A clip and references in the synthetic room, and the matches of tokens that exact depth gives."""
from __future__ import annotations

import torch

import synthetic_room as room
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.memory.stereo.correspondence import TOKEN
from worldstereo.core.memory.stereo.references import References

HEIGHT, WIDTH = 192, 320
ROWS, COLUMNS = HEIGHT // TOKEN, WIDTH // TOKEN
TARGETS = [room.look((-0.6 + 0.3 * i, 0.1, -1.6), 5 - 4 * i) for i in range(4)]
REFERENCES = [room.look((-0.9, 0.0, -1.8), 12), room.look((0.8, 0.1, -1.2), -15, 4),
              room.look((0, 0, 0), 180)]


def scene(unit: str = "m") -> tuple[PointCloud, Trajectory, References]:
    """Cloud lifted from pictures of the room, clip, references."""
    poses = torch.stack(TARGETS[::3] + REFERENCES)
    images, depth = room.see(poses, HEIGHT, WIDTH)
    cloud = lift(images, depth)
    K = depth.K[:1]
    clip = Trajectory(torch.stack(TARGETS), K.repeat(len(TARGETS), 1, 1), WIDTH, HEIGHT, unit=unit)
    frames = images[2:].permute(0, 3, 1, 2) * 2 - 1
    return cloud, clip, References(frames, depth.w2c[2:], K.repeat(len(REFERENCES), 1, 1), (0, 1, 2))


def true_matches(clip: Trajectory, references: References) -> tuple[torch.Tensor, torch.Tensor]:
    """What `correspondences` should find, from exact depth at the middle of each token: position in the
    reference in tokens [F,rows,columns,N,2] (row, column) and whether the point is visible there."""
    _, depth = room.see(clip.w2c, HEIGHT, WIDTH)
    row, column = torch.meshgrid(torch.arange(ROWS), torch.arange(COLUMNS), indexing="ij")
    u, v = TOKEN * (column + 0.5), TOKEN * (row + 0.5)
    rays = torch.stack([u, v, torch.ones_like(u)], -1) @ torch.linalg.inv(clip.K[0]).T
    positions, visible = [], []
    for f in range(clip.frames):
        c2w = clip.c2w[f]
        direction = rays @ c2w[:3, :3].T
        start = c2w[:3, 3]
        z, _ = room._cast(clip.w2c[f], rays)
        points = start + direction * z[..., None]
        for w2c in references.w2c:
            cam = points @ w2c[:3, :3].T + w2c[:3, 3]
            uv = cam @ clip.K[0].T / cam[..., 2:]
            position = uv[..., [1, 0]] / TOKEN
            inside = (cam[..., 2] > 0) & (position >= 0).all(-1) & (
                position < torch.tensor([ROWS, COLUMNS])).all(-1)
            seen_z, _ = room._cast(w2c, cam / cam[..., 2:])
            positions.append(position)
            visible.append(inside & (cam[..., 2] < seen_z * 1.01))
    shape = (clip.frames, len(references.w2c), ROWS, COLUMNS)
    return (torch.stack(positions).view(*shape, 2).permute(0, 2, 3, 1, 4),
            torch.stack(visible).view(shape).permute(0, 2, 3, 1))
