"""The cameras of a path as pyramids: their corners, and coloured points of their edges for 3D viewers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from ..cameras.pinhole import picture_corners, view_rays
from ..cameras.trajectory import Trajectory
from ..cloud.point_cloud import PointCloud

PATH_COLORS = ((52, 211, 110), (250, 204, 60), (248, 76, 66))  # start, middle, end
SHOWN_BETWEEN = 6  # frusta drawn between the first and the last
CENTRE = 0  # corner of a frustum; 1 to 4: the picture's, clockwise from top left, 5: the tip above it
EDGES = [(0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (2, 3), (3, 4), (4, 1), (1, 5), (2, 5)]
DOTS = 60  # points of an edge
SIZE = 0.12  # of a frustum in a cloud, in units of the scene's scale


def frusta_of(trajectory: Trajectory, cameras: Tensor, depth: float) -> Tensor:
    """[F,6,3] camera centre, picture corners at this depth (clockwise from top left) and the tip of "up".

    cameras [F,4,4] float32, from camera to the axes that the result is in.
    """
    w, h = trajectory.width, trajectory.height
    corners = view_rays(torch.cat([picture_corners(w, h), torch.tensor([[w / 2, -0.22 * h]])]),
                        trajectory.K) * depth
    local = torch.cat([torch.zeros(len(corners), 1, 3), corners], 1)
    return local @ cameras[:, :3, :3].mT + cameras[:, None, :3, 3]


def shown(frames: int) -> list[int]:
    """The frames whose cameras are drawn: the first, the last and some between."""
    return np.unique(np.linspace(0, frames - 1, SHOWN_BETWEEN + 2).round().astype(int)).tolist()


def color_at(share: float) -> tuple[int, ...]:
    """Colour 0..255 of the path at share 0..1 of its way."""
    position = share * (len(PATH_COLORS) - 1)
    index = min(int(position), len(PATH_COLORS) - 2)
    weight = position - index
    return tuple(round(a + (b - a) * weight) for a, b in zip(PATH_COLORS[index], PATH_COLORS[index + 1]))


def scene_scale(centres: Tensor, ahead: Tensor | None) -> float:
    """The length that decides how large cameras are drawn: median depth of the scene, else the path's extent.

    centres [F,3] of the cameras; ahead [N] depths of the cloud's points in the first camera, or None.
    """
    ahead = ahead[ahead > 0] if ahead is not None else torch.empty(0)
    if len(ahead):
        return float(ahead.median())
    return 2 * float((centres - centres[0]).norm(dim=1).max()) or 1.0


def with_cameras(trajectory: Trajectory, cloud: PointCloud | None) -> PointCloud:
    """The cloud (or nothing) and the path's cameras as dotted pyramids, from green at the start to red."""
    start = trajectory.w2c[0].cpu()
    ahead = None if cloud is None else cloud.points.cpu() @ start[2, :3] + start[2, 3]
    cameras = trajectory.c2w.cpu()
    frusta = frusta_of(trajectory, cameras, SIZE * scene_scale(cameras[:, :3, 3], ahead))
    along = torch.linspace(0, 1, DOTS)[:, None]
    last = max(trajectory.frames - 1, 1)
    parts = [(_dots(frusta[index], along), color_at(index / last)) for index in shown(trajectory.frames)]
    for index in range(trajectory.frames - 1):  # the way itself
        parts.append((torch.lerp(frusta[index, CENTRE], frusta[index + 1, CENTRE], along),
                      color_at(index / last)))
    points = torch.cat([dots for dots, _ in parts])
    colors = torch.cat([(torch.tensor(color) / 255).expand(len(dots), 3) for dots, color in parts])
    if cloud is None:
        return PointCloud(points, colors, start, trajectory.unit)
    return _joined(cloud, points, colors)


def _dots(frustum: Tensor, along: Tensor) -> Tensor:
    """[N,3] points of all edges of one frustum [6,3], at these shares [DOTS,1] of each edge."""
    return torch.cat([torch.lerp(frustum[one], frustum[other], along) for one, other in EDGES])


def _joined(cloud: PointCloud, points: Tensor, colors: Tensor) -> PointCloud:
    joined = PointCloud(points, colors, cloud.start_w2c.cpu(), cloud.unit)
    names = ("points", "colors", "confidence", "views", "clip")
    return replace(cloud, start_w2c=joined.start_w2c, sharpness=None,
                   **{name: torch.cat([getattr(cloud, name).cpu(), getattr(joined, name)]) for name in names})
