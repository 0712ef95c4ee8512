"""Depths of views that look out of one centre: aligned with each other, merged into a panorama's distances.

Depth models judge every view by itself, so the same wall comes out near in one view and far in the next. One
factor per view removes most of that: logarithms of distance then differ by a constant, and the constants that
fit best where views overlap are a small linear least-squares problem.
"""
from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ..cameras.pinhole import depth_to_distance
from ..cameras.trajectory import Trajectory
from ..depth.depth import Depth, with_cameras_of
from ..values import Value, require
from .sphere import check_centred, even_pixels, panorama_directions, sample_view

logger = logging.getLogger(__name__)

# Views whose common part is smaller than this share of the smaller one do not say how they compare.
SMALLEST_OVERLAP = 0.02
# A larger disagreement after scaling (as a share of the distance) is not a matter of scale any more.
LARGE_RESIDUAL = 0.1


@dataclass(frozen=True, eq=False)
class ViewScales(Value):
    """Factors that make the depths of F views agree.

    scale       [F] float32, depth * scale agrees with the other views; the geometric mean of the scales is 1
    overlap     [F] share of the view's known part that another view knows too
    residual    [F] median disagreement with other views that is left, as a share of the distance
    """

    scale: Tensor
    overlap: Tensor
    residual: Tensor

    def __str__(self) -> str:
        rows = enumerate(zip(self.scale, 100 * self.overlap, 100 * self.residual))
        return "\n".join(f"view {index:3d}: scale {scale:.4f}, overlap {overlap:.0f} %, residual "
                         f"{residual:.2f} %"
                         for index, (scale, overlap, residual) in rows)


def place(depth: Depth, views: Trajectory) -> Depth:
    """The same depth maps seen by the views of a panorama instead of their own cameras.

    Raises ValueError when a view is moved, the counts differ or the maps have another shape than the views.
    """
    check_centred(views)
    depth = with_cameras_of(depth, views)
    ratio = depth.width * views.height / (depth.height * views.width)
    require(abs(ratio - 1) < 0.02,
            f"The depth maps are {depth.width}x{depth.height}, the views {views.width}x{views.height} "
            "pixels, which is another shape; make the depths from the uncropped views.")
    return depth


def align_views(depth: Depth, height: int = 128) -> ViewScales:
    """Scales that make the depths of views from one centre agree, compared on a panorama of this height.

    Each pair of overlapping views gives the median of its log differences, which does not mind depth edges;
    the scales are the least-squares solution of all pairs, weighted with the size of the overlap. Raises
    ValueError when some views do not overlap the rest.
    """
    logs, seen = _logs_on_sphere(depth, height)
    count = seen.sum(1)
    if not (count > 0).all():
        raise ValueError(f"The depth of view {int(count.argmin())} has no known pixel; leave it out.")
    common = seen.float() @ seen.float().T
    enough = common >= SMALLEST_OVERLAP * torch.minimum(count, count[:, None])
    common = torch.where(enough, common, 0.0).fill_diagonal_(0)
    _check_connected(common)
    scale = _solve(common, _differences(logs, seen, common))
    residual = _residuals(logs + scale[:, None], seen, common)
    if residual.max() > LARGE_RESIDUAL:
        logger.warning("The depths of view %d disagree with the other views by %.0f %% after scaling; are "
                       "they depths, and not inverse ones, of these views?", int(residual.argmax()),
                       100 * residual.max())
    again = (seen & (seen.sum(0) > 1)).sum(1) / count
    return ViewScales(scale.exp(), again, residual)


def _logs_on_sphere(depth: Depth, height: int) -> tuple[Tensor, Tensor]:
    """Log distance [F,P] and bool [F,P] where it is known, of every view in P even directions of the
    sphere."""
    directions = panorama_directions(height, depth.depth.device)[even_pixels(height, depth.depth.device)]
    logs, known = zip(*(_log_distance(depth, index, directions)[:2] for index in range(len(depth.depth))))
    return torch.stack(logs), torch.stack(known)


def _log_distance(depth: Depth, index: int, directions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Log distance, where it is known and its weight, all [...], of one view in directions [...,3]."""
    valid = depth.valid[index]
    distance = depth_to_distance(depth.depth[index], depth.K[index])
    picture = torch.stack([distance.masked_fill(~valid, 1).log(), valid.to(distance.dtype)], -1)
    # nearest: between a near and a far pixel there is nothing
    seen, share, values = sample_view(picture, directions, depth.w2c[index], depth.K[index], "nearest")
    logs, weight = (distance.new_zeros(seen.shape) for _ in range(2))
    logs[seen], weight[seen] = values[:, 0], share * values[:, 1]
    return logs, weight > 0, weight


def _check_connected(common: Tensor) -> None:
    """ValueError unless every view is reached from view 0 over pairs whose common [F,F] is not 0."""
    reached = torch.arange(len(common), device=common.device) == 0
    for _ in range(len(common)):
        reached |= (common[reached] > 0).any(0)
    alone = (~reached).nonzero().squeeze(1).tolist()
    require(not alone, f"The known parts of the views {alone} overlap those of view 0, also by way of "
                       f"others, by less than {100 * SMALLEST_OVERLAP:.0f} %, so their scales cannot be "
                       "told; add views in between.")


def _differences(logs: Tensor, seen: Tensor, common: Tensor) -> Tensor:
    """[F,F] median of the log distance of view a minus that of view b, where their common [F,F] is not 0."""
    difference = torch.zeros_like(common)
    for a, b in common.triu().nonzero().tolist():
        both = seen[a] & seen[b]
        difference[a, b] = (logs[a, both] - logs[b, both]).median()
    return difference - difference.T


def _solve(weight: Tensor, difference: Tensor) -> Tensor:
    """Log scales [F] of mean 0 that minimise the sum of weight * (difference_ab + s_a - s_b)^2 over all
    pairs."""
    device = weight.device
    weight, difference = weight.cpu().double(), difference.cpu().double()  # a few numbers; MPS has no float64
    laplacian = torch.diag(weight.sum(1)) - weight
    right = -(weight * difference).sum(1)
    return (torch.linalg.pinv(laplacian, hermitian=True) @ right).float().to(device)


def _residuals(logs: Tensor, seen: Tensor, common: Tensor) -> Tensor:
    """[F] median over a view's overlaps of the absolute log difference; 0 for a view alone."""
    residual = logs.new_zeros(len(logs))
    for a, others in enumerate(common > 0):
        apart = (logs[a] - logs[others]).abs()[seen[a] & seen[others]]
        residual[a] = apart.median() if len(apart) else 0.0
    return residual


def merge_views(depth: Depth, scales: ViewScales, height: int,
                progress: Callable[[int], None] | None = None) -> tuple[Tensor, Tensor]:
    """Distance [H,2H] and where it is known of the panorama of this height that the scaled depths of views
    make up.

    Overlapping views are averaged in log distance, with weights that fade to their borders.
    progress    called with the number of finished views; may raise to stop
    """
    directions = panorama_directions(height, depth.depth.device)
    total = weight = directions.new_zeros(directions.shape[:2])
    for index, scale in enumerate(scales.scale):
        logs, _, share = _log_distance(depth, index, directions)
        total, weight = total + share * (logs + scale.log()), weight + share
        if progress is not None:
            progress(index + 1)
    valid = weight > 0
    return torch.where(valid, (total / weight.masked_fill(~valid, 1)).exp(), 0.0), valid
