"""The point renderer, by every way it has on this machine: plain torch, and numba where it is installed."""
from __future__ import annotations

import importlib.util
from collections.abc import Sequence

import torch
from torch import Tensor

from worldstereo.core.cloud.render.render import render_points

from .case import Case

TOLERANCE = 1e-3  # of colours in -1..1
FEWEST_DECIBELS = 60
# Normalised device coordinates (the shorter side is 2 long), a few roundings of float32: at a pixel this near
# to the edge of a disc, rounding decides whether it sees the disc.
EDGE = 5e-7


def check_render(case: Case) -> dict:
    computed = {}
    for method in ["torch"] + ["numba"] * bool(importlib.util.find_spec("numba")):
        computed |= {f"{method}: {name}": pair
                     for name, pair in _check(case.inputs, case.meta, method).items()}
    return computed


def _check(data: dict, meta: dict, method: str) -> dict:
    radius = float(meta["radius_ndc"])
    image, mask, depth = _rendered(data, meta, method, radius)
    at_edge = _differ(_rendered(data, meta, method, radius - EDGE),
                      _rendered(data, meta, method, radius + EDGE), TOLERANCE / 2)
    recorded = data["image"], data["mask"], torch.where(data["mask"] == 1, 0.0, data["zbuf0"])
    wrong = _differ((image, mask, depth), recorded, TOLERANCE)
    squared = (image - data["image"])[data["mask"] == 0] ** 2
    decibels = float(10 * torch.log10(4 / squared.mean().clamp(min=1e-20)))
    return {"image": (torch.where(wrong[..., None], data["image"], image), data["image"]),
            f"{(wrong & ~at_edge).sum()} other pixels, and {(wrong & at_edge).sum()} at edges of discs":
                (bool((wrong & ~at_edge).any()), False),
            f"{decibels:.1f} dB": (decibels >= FEWEST_DECIBELS, True)}


def _rendered(data: dict, meta: dict, method: str, radius: float) -> tuple[Tensor, Tensor, Tensor]:
    return render_points(data["points"], data["colors"], data["w2c"], data["K"], int(meta["h"]),
                         int(meta["w"]), radius, int(meta["points_per_pixel"]), method=method)


def _differ(one: Sequence[Tensor], other: Sequence[Tensor], tolerance: float) -> Tensor:
    """[F,H,W] where image, mask or depth of two renders differ."""
    (image, mask, depth), (other_image, other_mask, other_depth) = one, other
    return (((image - other_image).abs() > tolerance).any(3) | (mask.bool() != other_mask.bool())
            | ((depth - other_depth).abs() > 1e-5 * other_depth.clamp(min=1)))
