"""How near a point set comes to the true surface."""

from dataclasses import dataclass

import torch
from scipy.spatial import cKDTree

from ..values import check_finite, check_shape, require
from .cloud_filters import near_together


@dataclass(frozen=True)
class CloudScore:
    """accuracy      mean distance from the points to the true surface, distances beyond the bound counting as it
    completeness  mean distance from the true surface to the points, likewise
    precision     share of the points within the threshold of the true surface
    recall        share of the true surface within the threshold of the points
    f1            harmonic mean of the last two
    """

    accuracy: float
    completeness: float
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-12)


def score(points: torch.Tensor, truth: torch.Tensor, threshold: float, bound: float | None = None) -> CloudScore:
    """Compares points [N,3] with points [M,3] spread over the true surface.

    threshold   distance up to which a point counts as right, in scene units
    bound       larger distances count as this one, so that one stray point cannot rule the mean; 10 thresholds for None
    """
    bound = 10 * threshold if bound is None else bound
    require(0 < threshold <= bound,
            f"The threshold is {threshold} and the bound {bound}; expected 0 < threshold <= bound.")
    there, back = nearest_distance(points, truth, bound), nearest_distance(truth, points, bound)
    return CloudScore(float(there.mean()), float(back.mean()), float((there <= threshold).float().mean()),
                      float((back <= threshold).float().mean()))


def nearest_distance(points: torch.Tensor, others: torch.Tensor, bound: float) -> torch.Tensor:
    """[N] float32 distance from each of [N,3] to the nearest of [M,3], at most `bound`."""
    for name, given in (("Points to score", points), ("True surface", others)):
        check_shape(name, given, "N,3", "give points in scene units")
        check_finite(name, given, "give points in scene units")
    order = near_together(points)
    queries = points.index_select(0, order).cpu().numpy()
    distance = cKDTree(others[near_together(others)].cpu().numpy()).query(queries, distance_upper_bound=bound)[0]
    distance = torch.from_numpy(distance).float().clamp(max=bound).to(points.device)
    return torch.empty_like(distance).index_copy_(0, order, distance)
