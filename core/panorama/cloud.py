"""Point clouds from panoramas: from the panorama's own distances, or from depths of views that look out of
its centre.

Depth models judge every view by itself, so the same wall comes out near in one view and far in the next. One
factor per view removes most of that: logarithms of distance then differ by a constant, and the constants that
fit best where views overlap are a small linear least-squares problem.
"""
from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from ..cameras.pinhole import depth_to_distance
from ..cameras.trajectory import Trajectory
from ..cloud.lift import FEWEST_POINTS, contract_depth
from ..cloud.point_cloud import PointCloud
from ..depth.depth import Depth, with_cameras_of
from ..values import Value, check_finite, require
from .sphere import (
    PAD,
    check_centred,
    check_distance,
    check_panorama,
    even_pixels,
    pad_panorama,
    panorama_directions,
    sample_view,
)
from .views import look_towards

logger = logging.getLogger(__name__)

# Views whose common part is smaller than this share of the smaller one do not say how they compare.
SMALLEST_OVERLAP = 0.02
# A larger disagreement after scaling (as a share of the distance) is not a matter of scale any more.
LARGE_RESIDUAL = 0.1


def distance_from_values(values: Tensor, scale: float = 1.0) -> tuple[Tensor, Tensor]:
    """Distance [H,2H] = values * scale and where it is known; NaN, infinity and 0 mean unknown.

    Raises ValueError for negative values, for pictures that are not 2:1 and when nothing is known.
    """
    check_panorama("The panorama's depth", values)
    require(scale > 0,
            f"The depth scale is {scale}; it must be positive (unit of distance per stored value).")
    valid = torch.isfinite(values) & (values != 0)
    negative = int((values[valid] < 0).sum())
    require(negative == 0, f"The panorama's depth has {negative} negative values; give distances from its "
                           "centre, with 0, NaN or infinity where they are unknown.")
    distance = torch.where(valid, values.float() * scale, 0.0)
    check_distance(distance, valid)
    return distance, valid


def distance_from_moge(geometry: dict) -> tuple[Tensor, Tensor]:
    """Distance [H,2H] and where it is known of a panorama packet MOGE_GEOMETRY of ComfyUI's MoGe Panorama
    Inference.

    Such a packet has distances as "depth" [1,H,2H], a "mask" and, other than that of a photograph, no
    "intrinsics".
    """
    require(geometry.get("depth") is not None,
            "The MoGe geometry holds no depth; connect MoGe Panorama Inference.")
    require(geometry.get("intrinsics") is None,
            "The MoGe geometry is that of a photograph (it has intrinsics), not of a panorama; connect MoGe "
            "Panorama Inference.")
    depth = geometry["depth"].float().cpu()
    require(depth.ndim == 3 and len(depth) == 1,
            f"The MoGe geometry has depth of shape {list(depth.shape)}; one panorama has [1,H,W].")
    mask = geometry.get("mask")
    require(mask is None or mask.shape == depth.shape, "The MoGe geometry's mask and depth differ in size; "
                                                       "connect MoGe Panorama Inference.")
    return distance_from_values(depth[0] if mask is None else torch.where(mask[0].cpu() > 0, depth[0], 0.0))


def cloud_from_panorama(image: Tensor, distance: Tensor, valid: Tensor, edge_tolerance: float = 0.1,
                        contract: float = 8.0, start_w2c: Tensor | None = None, unit: str = "scene units",
                        ) -> PointCloud:
    """Points where a panorama's pixels of known distance are, evenly dense on the sphere (even_pixels).

    image           [H,2H,3] float32, 0..1
    distance, valid [H,2H] float32 and bool
    edge_tolerance  pixels beside a jump of inverse distance by more than this share are left out; inf keeps
                    all
    contract        distance beyond this many lower medians is drawn in (lift.contract_depth)
    start_w2c       [4,4] the cloud's start, a camera in the centre; the upright one that looks at the front
                    when None
    The world is the panorama's (z up, front -x).
    Raises ValueError for pictures that do not agree, unusable distances and fewer than 9 points.
    """
    check_distance(distance, valid)
    require(image.shape == (*distance.shape, 3),
            f"The panorama is {image.shape[1]}x{image.shape[0]} and its depth "
            f"{distance.shape[1]}x{distance.shape[0]} pixels; they must agree: scale the panorama to the "
            "size of the depth.")
    check_finite("The panorama", image, "connect the picture, not its depth, to panorama")
    smooth = distance_jumps(distance, valid) <= edge_tolerance
    keep = valid & smooth & even_pixels(len(distance), distance.device)
    distance = contract_depth(distance, valid, contract)
    points = panorama_directions(len(distance), distance.device)[keep] * distance[keep][:, None]
    require(len(points) >= FEWEST_POINTS, f"Only {len(points)} of {distance.numel()} pixels are left as "
                                          "points; raise edge_tolerance, or give a depth with more valid "
                                          "pixels.")
    return PointCloud(points, image[keep].clamp(0, 1), look_towards(0, 0) if start_w2c is None else start_w2c,
                      unit)


def distance_jumps(distance: Tensor, valid: Tensor) -> Tensor:
    """[H,2H] the largest jump of inverse distance beside each pixel (in its 3 x 3 pixels), as a share of its
    own.

    A jump is a second difference along a row or column: the inverse distance of a plane is smooth at any
    slant, so a floor stays whole up to the horizon, where a test of distances alone (official code: their
    range) breaks it up.
    """
    inverse = torch.where(valid, 1 / distance, 0.0)
    planes = pad_panorama(torch.stack([inverse, valid.to(inverse.dtype)], -1))
    around, known = planes.unbind(-1)
    jump = torch.zeros_like(around)
    jump[1:-1] = (around[2:] + around[:-2] - 2 * around[1:-1]).abs() * known[2:] * known[:-2]
    across = (around[:, 2:] + around[:, :-2] - 2 * around[:, 1:-1]).abs() * known[:, 2:] * known[:, :-2]
    jump[:, 1:-1] = torch.maximum(jump[:, 1:-1], across)
    share = jump * known / around.masked_fill(known == 0, 1)
    return F.max_pool2d(share[None], 3, 1)[0, PAD - 1:1 - PAD, PAD - 1:1 - PAD]


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


def summary(cloud: PointCloud, valid: Tensor, scales: ViewScales | None = None) -> str:
    """How many points a panorama gave, how much of it is known (valid [H,2H]), the scales of its views."""
    known = f"depth known for {100 * float(valid.float().mean()):.1f} % of the panorama"
    return "\n".join([f"{len(cloud.points)} points; {known}", *([] if scales is None else [str(scales)])])


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
    difference = torch.zeros_like(common)
    for a, b in common.triu().nonzero().tolist():
        both = seen[a] & seen[b]
        difference[a, b] = (logs[a, both] - logs[b, both]).median()
    scale = _solve(common, difference - difference.T)
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
