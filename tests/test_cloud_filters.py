"""Outlier removal, voxel thinning and depth ranks; the recorded outputs of the official code are in test_parity."""
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from worldstereo.core.cloud.voxels import (
    depth_percentile,
    spatial_order,
    statistical_inliers,
    voxel_downsample,
    voxel_representatives,
)


def cloud(seed, count):
    return torch.rand(count, 3, generator=torch.Generator().manual_seed(seed)) * 4 - 2


def test_a_lonely_point_is_an_outlier():
    points = torch.cat([cloud(0, 500), torch.tensor([[9.0, 9, 9]])])
    inlier = statistical_inliers(points)
    assert not inlier[-1] and inlier.sum() >= 470
    order = torch.randperm(501, generator=torch.Generator().manual_seed(1))
    assert torch.equal(statistical_inliers(points[order]), inlier[order])


@pytest.mark.parametrize("count", [1, 2, 5])
def test_tiny_clouds_keep_their_points(count):
    assert statistical_inliers(cloud(0, count)).all()
    index, _ = voxel_downsample(cloud(0, count), 10)
    assert index.tolist() == list(range(count))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 300), st.floats(0.01, 3))
def test_one_point_per_voxel(seed, count, size):
    points = cloud(seed, count)
    index = voxel_representatives(points, size)
    cells = [tuple(cell) for cell in torch.floor(points / size).int().tolist()]
    first = {cell: cells.index(cell) for cell in set(cells)}
    assert sorted(index.tolist()) == sorted(first.values())


def test_search_comes_near_the_target():
    points = torch.rand(20000, 3, generator=torch.Generator().manual_seed(0)) * torch.tensor([1, 1, 1e-3])
    index, size = voxel_downsample(points, 12000)
    assert abs(len(index) - 12000) <= 2400
    assert torch.equal(index, voxel_representatives(points, size))


def test_percentile_counts_equal_depths_together():
    depth, valid = torch.tensor([[1.0, 2, 2, 9], [3, 7, 7, 7]]), torch.tensor([[1, 1, 1, 0], [1, 0, 0, 0]]).bool()
    assert depth_percentile(depth, valid).tolist() == [[25, 75, 75, 0], [100, 0, 0, 0]]
    assert not depth_percentile(depth, torch.zeros_like(valid)).any()


def test_near_together_is_an_order():
    assert sorted(spatial_order(cloud(3, 1000)).tolist()) == list(range(1000))


@pytest.mark.parametrize("call, message", [
    (lambda: statistical_inliers(torch.zeros(4, 2)), r"shape \[4, 2\], expected \[N,3\]"),
    (lambda: statistical_inliers(torch.zeros(0, 3)), r"expected \[N,3\]"),
    (lambda: statistical_inliers(torch.tensor([[0, 0, float("nan")]])), "1 of 3 entries that are NaN"),
    (lambda: voxel_representatives(torch.zeros(4, 3), 0.0), "voxel size is 0.0"),
    (lambda: statistical_inliers(torch.zeros(4, 3), 0), "at least 1")])
def test_bad_input_is_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
