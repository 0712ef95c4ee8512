"""Fits one depth map to another in inverse depth, robust when most pixels are wrong. Deterministic."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

# Share of the pixels that must agree for a fit to be accepted; the others may be moved, hidden or invented
# content.
QUORUM = 0.4
AGREEMENT = 0.05  # relative difference of depth up to which two maps show the same surface
SAMPLES = 1 << 14  # pixels that are used; more no longer change the fourth digit
SCORED_SAMPLES, CANDIDATES = 2048, 32  # pixels that start lines are compared on, and lines
ROUNDS = 10
QUANTILE_OF_NORMAL = 0.5244  # the QUORUM quantile of |x| for a standard normal x


@dataclass(frozen=True)
class Fit:
    """1 / aligned depth = scale / depth + shift; how well it fits.

    residual    median of |aligned / seen - 1|; NaN without pixels to compare
    agreement   share of the pixels where that is at most 5 %
    """

    scale: float = 1.0
    shift: float = 0.0
    residual: float = float("nan")
    agreement: float = 0.0


def fit_inverse_depth(depth: Tensor, seen: Tensor, with_shift: bool = False) -> Fit:
    """Fits depth [N] to seen [N], both positive and of the same pixels, N >= 1.

    A start line on which the nearest 40 % of the pixels lie best (least quantile of squares, over lines
    through pairs of evenly spaced pixels) is improved by iteratively reweighted least squares with Tukey's
    biweight. Without shift, one factor is fitted the same way.
    """
    step = -(-len(depth) // SAMPLES)
    x, y = 1 / depth[::step], 1 / seen[::step]
    line = _initial_line(x, y, with_shift)
    for _ in range(ROUNDS):
        line = _reweight_and_solve(x, y, line, with_shift)
    return measure_fit(depth, seen, *line.tolist())


def measure_fit(depth: Tensor, seen: Tensor, scale: float = 1.0, shift: float = 0.0) -> Fit:
    """How well depth [N] with this scale and shift fits seen [N]."""
    difference = (1 / ((scale / depth + shift) * seen).clamp(min=1e-6) - 1).abs()
    return Fit(scale, shift, float(difference.median()), float((difference <= AGREEMENT).float().mean()))


def _initial_line(x: Tensor, y: Tensor, with_shift: bool) -> Tensor:
    """[2] scale and shift: the candidate line with the smallest QUORUM quantile of the relative error."""
    spread = torch.linspace(0, len(x) - 1, min(2 * CANDIDATES, len(x)), device=x.device).long()
    scales = (y / x).sort().values[spread]
    lines = torch.stack([scales, torch.zeros_like(scales)], 1)
    if with_shift and len(x) > 1:
        lines = torch.cat([lines, _lines_through_pairs(x, y)])
    step = -(-len(x) // SCORED_SAMPLES)
    x, y = x[::step], y[::step]
    error = ((lines[:, :1] * x + lines[:, 1:]) / y - 1).abs()
    return lines[error.kthvalue(_quorum_rank(x), dim=1).values.argmin()]


def _lines_through_pairs(x: Tensor, y: Tensor) -> Tensor:
    """[C,2] rising lines through all pairs of pixels that are evenly spaced in the order of x."""
    order = x.argsort()[torch.linspace(0, len(x) - 1, min(CANDIDATES, len(x)), device=x.device).long()]
    first, second = torch.triu_indices(len(order), len(order), 1, device=x.device)
    x, y = x[order], y[order]
    scale = (y[first] - y[second]) / (x[first] - x[second])
    shift = y[first] - scale * x[first]
    rising = (scale > 0) & torch.isfinite(scale)
    return torch.stack([scale, shift], 1)[rising]


def _reweight_and_solve(x: Tensor, y: Tensor, line: Tensor, with_shift: bool) -> Tensor:
    """[2] the next line: weights from the errors of `line` [2], then least squares of the relative error."""
    u, v = x / y, 1 / y
    error = line[0] * u + line[1] * v - 1
    sigma = (error.abs().kthvalue(_quorum_rank(x)).values / QUANTILE_OF_NORMAL).clamp(min=1e-4)
    weight = (1 - (error / (4.685 * sigma)) ** 2).clamp(min=0) ** 2
    uu, uv, vv = (weight * u * u).sum(), (weight * u * v).sum(), (weight * v * v).sum()
    su, sv = (weight * u).sum(), (weight * v).sum()
    determinant = uu * vv - uv * uv
    if not with_shift or determinant <= 1e-6 * uu * vv:  # one depth: shift and scale are the same
        return torch.stack([(su - line[1] * uv) / uu, line[1]])
    return torch.stack([vv * su - uv * sv, uu * sv - uv * su]) / determinant


def _quorum_rank(values: Tensor) -> int:
    return max(1, int(QUORUM * len(values)))
