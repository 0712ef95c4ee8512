"""The camera that looks at a path: from behind and above, from straight above, or from the side."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from ..cameras.pinhole import focal_from_fov, intrinsics_from_fov, project
from .drawing import OVERSAMPLING

CAPTION = 38  # pixels at the upper and at the lower edge
# Degrees right of straight behind (of two the one that shows the path longer), of looking down, and of the
# field of view, which is narrow where the picture should be as flat as a plan.
VIEWPOINTS = {"three-quarter": ((-30.0, 30.0), 26.0, 38.0), "top": ((0.0,), 90.0, 10.0),
              "side": ((90.0, -90.0), 0.0, 10.0)}


class View(NamedTuple):
    """Camera of the picture: w2c [4,4] from the axes of the first camera, focal length, size in pixels."""

    w2c: Tensor
    focal: float
    width: int
    height: int

    @property
    def K(self) -> Tensor:
        """[3,3] in pixels."""
        return intrinsics_from_fov(0, self.width, self.height, fx=self.focal)

    def pixels(self, points: Tensor) -> Tensor:
        """[...,2] of points [...,3]."""
        return project(points, self.K, self.w2c)[0]

    def distance(self, point: Tensor) -> float:
        """Distance of a point [3] along the viewing axis."""
        return float(self.w2c[2, :3] @ point + self.w2c[2, 3])


def best_view(viewpoint: str, content: Tensor, frusta: Tensor, width: int, height: int) -> View:
    """Of the sides of the viewpoint the one from which the path of frusta [F,6,3] looks longer; the content
    [N,3] fits in."""
    sides, down, field = VIEWPOINTS[viewpoint]
    focal = focal_from_fov(field, width)
    views = [_view_from(side, down, content, focal, width, height) for side in sides]
    return max(views, key=lambda view: float(view.pixels(frusta[[0, -1], 1:5].mean(1)).diff(dim=0).norm()))


def _view_from(side: float, down: float, content: Tensor, focal: float, width: int, height: int) -> View:
    """Looks at the content from `side` degrees right of straight behind, `down` degrees below the horizon."""
    yaw, pitch = math.radians(-side), math.radians(down)
    forward = torch.tensor([math.sin(yaw) * math.cos(pitch), math.sin(pitch),
                            math.cos(yaw) * math.cos(pitch)])
    right = torch.tensor([math.cos(yaw), 0, -math.sin(yaw)])
    R = torch.stack([right, torch.linalg.cross(forward, right), forward])
    seen = content @ R.T
    # Share of the picture that the content may fill: room is left for the captions.
    tall = min(0.82, 1 - 2 * CAPTION * OVERSAMPLING / height)
    slope = seen.new_tensor([0.94 * width / 2 / focal, tall * height / 2 / focal])
    middle = (seen.amax(0) + seen.amin(0)) / 2
    for _ in range(8):  # where to look depends on how near the eye is, and the other way round
        away = seen - middle
        near = float((away[:, :2].abs() / slope - away[:, 2:]).max())
        spread = away[:, :2] / (away[:, 2:] + near)
        middle[:2] += (spread.amax(0) + spread.amin(0)) / 2 * near
    w2c = torch.eye(4)
    w2c[:3, :3], w2c[:3, 3] = R, -middle
    w2c[2, 3] += near
    return View(w2c, focal, width, height)
