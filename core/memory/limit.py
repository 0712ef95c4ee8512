"""Keeps the geometric memory within a number of points."""

import torch

from ..geometry.cloud_filters import cell_keys, is_first

SAMPLED = 16  # cells are counted on every 16th of them


def most_confident(points: torch.Tensor, confidence: torch.Tensor, most: int) -> torch.Tensor:
    """[M] indices, M <= most, in rising order: of points [N,3] the most confident one of each cubic cell.

    The cells are just large enough. All points are kept when they are few enough.
    """
    if len(points) <= most:
        return torch.arange(len(points), device=points.device)
    size = _cell_size(points, most)
    while True:
        index = _best_of_each_cell(points, confidence, size)
        if len(index) <= most:
            return index.sort().values
        size *= 1.05


def _cell_size(points, most):
    """The size at which an estimated 85 to 95 % of `most` cells are filled. Surfaces fill cells with size ** -2."""
    size = max(float((points.amax(0) - points.amin(0)).max()) / most ** 0.5, 1e-6)
    for _ in range(12):
        count = _estimated_cells(points, size)
        if 0.85 * most <= count <= 0.95 * most:
            break
        size *= (count / (0.9 * most)) ** 0.5
    return size


def _estimated_cells(points, size):
    key = cell_keys(points, size)
    scattered = (key * 0x9E3779B97F4A7C1 >> 32) % SAMPLED  # neighbouring cells must not be counted together
    return max(1, len(key[scattered == 0].unique())) * SAMPLED


def _best_of_each_cell(points, confidence, size):
    key, order = torch.sort(cell_keys(points, size), stable=True)
    cell = is_first(key).cumsum(0) - 1
    ranked = confidence[order]
    best = ranked.new_full((int(cell[-1]) + 1,), -1).scatter_reduce_(0, cell, ranked, "amax")
    winner = ranked == best[cell]
    return order[winner][is_first(cell[winner])]
