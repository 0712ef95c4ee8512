"""The point renderer, by every way it has on this machine: plain torch, and numba where it is installed."""
from __future__ import annotations

import importlib.util

import torch

from worldstereo.core.cloud.render.render import render_points

from .case import Case

TOLERANCE = 1e-3  # of colours in -1..1; the pixels beyond it are counted
MOST_COLORS, MOST_HOLES, MOST_DEPTHS, FEWEST_DECIBELS = 3, 2, 2, 60


def check_render(case: Case) -> dict:
    computed = {}
    for method in ["torch"] + ["numba"] * bool(importlib.util.find_spec("numba")):
        computed |= {f"{method}: {name}": pair
                     for name, pair in _check(case.inputs, case.meta, method).items()}
    return computed


def _check(data: dict, meta: dict, method: str) -> dict:
    image, mask, depth = render_points(data["points"], data["colors"], data["w2c"], data["K"], int(meta["h"]),
                                       int(meta["w"]), float(meta["radius_ndc"]),
                                       int(meta["points_per_pixel"]), method=method)
    wrong = ((image - data["image"]).abs() > TOLERANCE).any(3)
    hole = mask.bool() != data["mask"].bool()
    # At the very edge of a disc rounding decides whether a pixel sees it; that changes its depth, hardly its
    # colour.
    recorded = torch.where(data["mask"] == 1, 0.0, data["zbuf0"])
    edge = (depth - recorded).abs() > 1e-5 * recorded.clamp(min=1)
    squared = (image - data["image"])[data["mask"] == 0] ** 2
    decibels = float(10 * torch.log10(4 / squared.mean().clamp(min=1e-20)))
    return {"image": (torch.where(wrong[..., None], data["image"], image), data["image"]),
            f"{wrong.sum()} pixels of other colour": (bool(wrong.sum() <= MOST_COLORS), True),
            f"{hole.sum()} pixels of other mask": (bool(hole.sum() <= MOST_HOLES), True),
            f"{edge.sum()} pixels of other depth": (bool((edge & ~hole).sum() <= MOST_DEPTHS), True),
            f"{decibels:.1f} dB": (decibels >= FEWEST_DECIBELS, True)}
