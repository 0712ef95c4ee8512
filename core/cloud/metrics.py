"""The error of a point set against the true surface (precision, recall, F1: Knapitsch et al. 2017, Tanks and
Temples)."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..values import check_finite, check_shape, require
from .point_cloud import PointCloud
from .thinning import thin_cloud
from .voxels import spatial_order

CURVE = 100  # thresholds at which the F1 curve is known


@dataclass(frozen=True)
class CloudScore:
    """accuracy      mean distance from the points to the true surface; larger ones count as the bound
    completeness  mean distance from the true surface to the points, likewise
    precision     share of the points within the threshold of the true surface
    recall        share of the true surface within the threshold of the points
    f1            harmonic mean of the last two
    auc           mean of f1 over all thresholds from 0 to the bound: the area under its curve, 1 when all is
                  exact
    """

    accuracy: float
    completeness: float
    precision: float
    recall: float
    auc: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return _harmonic_mean(self.precision, self.recall)


def score(points: Tensor, truth: Tensor, threshold: float, bound: float | None = None) -> CloudScore:
    """Compares points [N,3] with truth [M,3], points that are spread over the true surface.

    threshold   distance up to which a point counts as correct, in scene units
    bound       larger distances count as this one, so that one stray point cannot dominate the mean; 10
                thresholds for None
    """
    bound = 10 * threshold if bound is None else bound
    require(0 < threshold <= bound,
            f"The threshold is {threshold} and the bound {bound}; expected 0 < threshold <= bound.")
    beyond = bound * 1.001  # so that what lies beyond the bound is not taken to lie at it
    to_truth, to_points = nearest_distance(points, truth, beyond), nearest_distance(truth, points, beyond)
    curve = torch.linspace(0, bound, CURVE + 1)
    shares = zip(_share_within(to_truth, curve), _share_within(to_points, curve))
    f1 = [_harmonic_mean(*pair) for pair in shares]
    auc = (sum(f1) - (f1[0] + f1[-1]) / 2) / CURVE  # trapezoids
    distances = (to_truth, to_points)
    accuracy, completeness = (float(distance.clamp(max=bound).mean()) for distance in distances)
    precision, recall = (_share_within(distance, torch.tensor([threshold]))[0] for distance in distances)
    return CloudScore(accuracy, completeness, precision, recall, auc)


def compare_clouds(cloud: PointCloud, true_cloud: PointCloud, threshold: float, bound: float | None = None,
                   voxel_size: float = 0.0) -> str:
    """The report of score for two clouds in one world.

    bound       as of score
    voxel_size  edge of the voxels of which one point each is compared, in scene units; 0: all points
    """
    bound = 10 * threshold if bound is None else bound
    points, truth = (thin_cloud(each, voxel_size).points for each in (cloud, true_cloud))
    return report(score(points, truth.to(points.device), threshold, bound), threshold, bound, true_cloud.unit)


def _share_within(distance: Tensor, thresholds: Tensor) -> list[float]:
    return (torch.searchsorted(distance.sort().values.cpu(), thresholds, right=True) / len(distance)).tolist()


def _harmonic_mean(one: float, other: float) -> float:
    return 2 * one * other / max(one + other, 1e-12)


def nearest_distance(points: Tensor, others: Tensor, bound: float) -> Tensor:
    """[N] float32 distance from each of points [N,3] to the nearest of others [M,3], at most `bound`."""
    from scipy.spatial import KDTree

    for name, given in (("Points to score", points), ("True surface", others)):
        check_shape(name, given, "N,3", "give points in scene units")
        check_finite(name, given, "give points in scene units")
    order = spatial_order(points)
    queries = points.index_select(0, order).cpu().numpy()
    tree = KDTree(others[spatial_order(others)].cpu().numpy())
    distance = tree.query(queries, distance_upper_bound=bound)[0]
    distance = torch.from_numpy(distance).float().clamp(max=bound).to(points.device)
    return torch.empty_like(distance).index_copy_(0, order, distance)


def report(score: CloudScore, threshold: float, bound: float, unit: str) -> str:
    """The score in words and numbers, one line each."""
    return "\n".join([
        f"accuracy: {score.accuracy:.6g} {unit} mean distance to the true cloud (at most {bound:g} each)",
        f"completeness: {score.completeness:.6g} {unit} mean distance from the true cloud",
        f"within {threshold:g} {unit}: precision {score.precision:.2%}, recall {score.recall:.2%}, F1 "
        f"{score.f1:.2%}",
        f"AUC: {score.auc:.2%} of the F1 curve up to {bound:g} {unit}"])
