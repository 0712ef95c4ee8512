"""What the start image sees through: points in front of its surfaces are not there."""
from __future__ import annotations

import math

import torch
from torch import Tensor

from .fusion import Points, nearest_inverse

NEARER = 0.03  # a point is in front of a surface that is farther from the camera by more than this share
CELL = 2.0  # pixels of the clip along the side of a cell, so that the start image has points in each
CELLS = (8, 4096)  # around the camera, fewest and most


def carve_before_photo(points: Points, clip: int, start_w2c: Tensor, K: Tensor) -> Points:
    """Takes all confidence from the points of a clip that lie between the start camera and what it shows.

    What it shows are the points of clip 0, in cells of directions around the camera, whether they are from a
    photograph or from a panorama. K [3,3] of the clip gives the size of the cells. A point counts as in
    front where it is nearer than all of clip 0 in 3x3 cells.
    """
    columns = min(max(round(2 * math.pi * float(K[0, 0]) / CELL), CELLS[0]), CELLS[1])
    own = (points.clip == clip).nonzero().squeeze(1)
    photo = (points.clip == 0).nonzero().squeeze(1)
    cell, inverse = _cells(points.points[photo], start_w2c, columns)
    shown = torch.zeros(columns // 2, columns, device=inverse.device)
    shown.view(-1).scatter_reduce_(0, cell, inverse, "amax")
    nearest = torch.where(shown > 0, nearest_inverse(shown), torch.inf).flatten()
    cell, inverse = _cells(points.points[own], start_w2c, columns)
    before = own[inverse > nearest[cell] * (1 + NEARER)]
    return points._replace(confidence=points.confidence.index_fill(0, before, 0.0))


def _cells(points: Tensor, w2c: Tensor, columns: int) -> tuple[Tensor, Tensor]:
    """Number of the cell of each of points [N,3], by longitude and latitude around the camera w2c [4,4], and
    the inverse of its distance, both [N]."""
    x, y, z = (points @ w2c[:3, :3].T + w2c[:3, 3]).unbind(1)
    across = torch.hypot(x, z)
    column = (torch.atan2(x, z) / (2 * math.pi) + 0.5) * columns
    row = (torch.atan2(y, across) / math.pi + 0.5) * (columns // 2)
    cell = row.long().clamp(max=columns // 2 - 1) * columns + column.long().clamp(max=columns - 1)
    return cell, 1 / torch.hypot(across, y).clamp(min=1e-9)
