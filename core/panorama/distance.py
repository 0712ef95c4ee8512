"""Distances from the centre of a panorama, as other nodes give them."""

from __future__ import annotations

import torch
from torch import Tensor

from ..values import require
from .sphere import check_distance, check_panorama


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
            "The MoGe geometry holds no depth; connect 'MoGe Panorama Inference'.")
    require(geometry.get("intrinsics") is None,
            "The MoGe geometry is that of a photograph (it has intrinsics), not of a panorama; connect "
            "'MoGe Panorama Inference'.")
    depth = geometry["depth"].float().cpu()
    require(depth.ndim == 3 and len(depth) == 1,
            f"The MoGe geometry has depth of shape {list(depth.shape)}; one panorama has [1,H,W].")
    mask = geometry.get("mask")
    require(mask is None or mask.shape == depth.shape, "The MoGe geometry's mask and depth differ in size; "
                                                       "connect 'MoGe Panorama Inference'.")
    return distance_from_values(depth[0] if mask is None else torch.where(mask[0].cpu() > 0, depth[0], 0.0))
