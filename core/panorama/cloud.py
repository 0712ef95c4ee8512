"""Point clouds from panoramas with distances."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ..cloud.lift import FEWEST_POINTS, contract_depth
from ..cloud.point_cloud import PointCloud
from ..values import check_finite, require
from .sphere import PAD, check_distance, even_pixels, pad_panorama, panorama_directions
from .view_depths import ViewScales
from .views import look_towards


def cloud_from_panorama(image: Tensor, distance: Tensor, valid: Tensor, edge_tolerance: float = 0.1,
                        contract: float = 8.0, start_w2c: Tensor | None = None, unit: str = "scene units",
                        ) -> PointCloud:
    """Points where a panorama's pixels of known distance are, evenly dense on the sphere (even_pixels).

    image           [H,2H,3] float32, 0..1
    distance, valid [H,2H] float32 and bool
    edge_tolerance  pixels beside a jump of inverse distance by more than this share are left out; inf: none
    contract        distance beyond this many lower medians is drawn in (lift.contract_depth)
    start_w2c       [4,4] the cloud's start, a camera in the centre; None: upright, looking at the front
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
    """[H,2H] largest jump of inverse distance in the 3 x 3 pixels around each one, as a share of its own.

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


def summary(cloud: PointCloud, valid: Tensor, scales: ViewScales | None = None) -> str:
    """How many points a panorama gave, how much of it is known (valid [H,2H]), the scales of its views."""
    known = f"depth known for {100 * float(valid.float().mean()):.1f} % of the panorama"
    return "\n".join([f"{len(cloud.points)} points; {known}", *([] if scales is None else [str(scales)])])
