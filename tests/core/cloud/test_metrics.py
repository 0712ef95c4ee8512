"""Scores of point clouds, against what can be counted by hand and against every pair."""
import pytest
import torch

from worldstereo.core.cloud.metrics import nearest_distance, score
from worldstereo.core.cloud.point_cloud import PointCloud


def test_a_cloud_that_can_be_counted():
    truth = torch.tensor([[0.0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0]])
    points = torch.tensor([[0.0, 0.1, 0], [1, 0.3, 0], [1, 0, 50]])
    result = score(points, truth, threshold=0.2, bound=0.5)
    assert result.accuracy == pytest.approx((0.1 + 0.3 + 0.5) / 3)
    assert result.completeness == pytest.approx((0.1 + 0.3 + 0.5 + 0.5) / 4)
    assert (result.precision, result.recall) == pytest.approx((1 / 3, 1 / 4))
    assert result.f1 == pytest.approx(2 / 7)
    # F1 is 0 up to 0.1, then 2/7, and from 0.3 on that of 2/3 and 2/4; a step is known to a hundredth of the
    # bound.
    assert result.auc == pytest.approx((0.2 * 2 / 7 + 0.2 * 4 / 7) / 0.5, abs=0.01)


def test_the_right_cloud_has_the_best_score_and_a_far_one_the_worst():
    points = torch.rand(500, 3)
    same = score(points, points[torch.randperm(500)], 0.01)
    assert (same.accuracy, same.completeness, same.precision, same.recall, same.f1) == (0, 0, 1, 1, 1)
    assert same.auc == pytest.approx(1)
    for bound in (0.1, 0.01):  # also when nothing may be farther than what counts as right
        far = score(points, points + 5, 0.01, bound)
        assert (far.precision, far.recall, far.f1, far.auc) == (0, 0, 0, 0)
        assert (far.accuracy, far.completeness) == pytest.approx((bound, bound))


def test_distances_are_those_of_every_pair():
    torch.manual_seed(0)
    points, others = torch.rand(300, 3), torch.rand(200, 3)
    expected = (points[:, None] - others).norm(dim=2).amin(1).clamp(max=0.1)
    assert torch.allclose(nearest_distance(points, others, 0.1), expected, atol=1e-6)


def test_the_node_thins_both_clouds_and_reports():
    from worldstereo.nodes.report import CompareClouds

    def cloud(points):
        return PointCloud(points, torch.zeros(len(points), 3), torch.eye(4))

    dense = torch.cat([torch.zeros(1000, 3), torch.tensor([[1.0, 0, 0]])])
    truth = cloud(torch.tensor([[0.0, 0, 0], [1, 0.9, 0]]))
    (text,) = CompareClouds().compare(cloud(dense), truth, 0.1)["result"]
    assert "precision 99.90%, recall 50.00%" in text
    (text,) = CompareClouds().compare(cloud(dense), truth, 0.1, voxel_size=0.05)["result"]
    assert "precision 50.00%, recall 50.00%, F1 50.00%" in text and "up to 1 m" in text
