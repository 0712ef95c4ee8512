"""Keeps the geometric memory within a number of points."""

import math

import torch

from .cells import cell_keys, is_first

SAMPLED = 16  # cells are counted on every 16th of them
SMALLEST = 1e-6  # cell size to begin with when all points are in one place
ROUNDS = 20


def most_confident(points: torch.Tensor, confidence: torch.Tensor, most: int) -> torch.Tensor:
    """[M] indices, M <= most, in rising order: of points [N,3] the most confident one of each cubic cell.

    The cells are just large enough. All points are kept when they are few enough.
    """
    if len(points) <= most:
        return torch.arange(len(points), device=points.device)
    points = points - points.amin(0)  # the grid starts there, so that one large cell holds everything
    size = _cell_size(points, most)
    while True:
        index = _best_of_each_cell(points, confidence, size)
        if len(index) <= most:
            return index.sort().values
        size *= 1.1


def _cell_size(points, most):
    """A size at which an estimated 90 to 98 % of `most` cells are filled; where there is none, one that is too large.

    Goes by the secant rule on the logarithms, and halves the bracket when that leads out of it.
    """
    size = max(float(points.max()) / most ** 0.5, SMALLEST)
    small, large = 0.0, math.inf
    slope, before = -2.0, None  # surfaces fill cells with size ** -2
    for _ in range(ROUNDS):
        count = _estimated_cells(points, size)
        if 0.9 * most <= count <= 0.98 * most:
            return size
        small, large = (size, large) if count > most else (small, size)
        if before is not None:
            slope = math.log(count / before[1]) / math.log(size / before[0])
        before = size, count
        size *= min(max((0.94 * most / count) ** (1 / min(max(slope, -3.0), -0.5)), 1 / 32), 32)
        if not small < size < large:
            size = (small * large) ** 0.5 if small else large / 2
    return large if large < math.inf else size


def _estimated_cells(points, size):
    """How many cells are filled, by counting every 16th of them; all when these are few."""
    x, y, z = torch.floor(points.T / size).to(torch.int32).unbind(0)
    scattered = (x * 73856093) ^ (y * 19349663) ^ (z * 83492791)  # so that cells side by side are not counted together
    count = len(scattered[(scattered >> 8) & (SAMPLED - 1) == 0].unique())
    return count * SAMPLED if count >= 64 else len(scattered.unique())


def _best_of_each_cell(points, confidence, size):
    key, order = torch.sort(cell_keys(points, size), stable=True)
    cell = is_first(key).cumsum(0) - 1
    ranked = confidence[order]
    best = ranked.new_full((int(cell[-1]) + 1,), -1).scatter_reduce_(0, cell, ranked, "amax")
    winner = ranked == best[cell]
    return order[winner][is_first(cell[winner])]
