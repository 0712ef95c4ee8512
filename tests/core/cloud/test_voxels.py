"""Points in voxels; the recorded outputs of the official code are in tests/parity."""
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from worldstereo.core.cloud.thinning import most_confident_per_voxel
from worldstereo.core.cloud.voxels import spatial_order


def cloud(seed, count):
    return torch.rand(count, 3, generator=torch.Generator().manual_seed(seed)) * 4 - 2


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 300), st.floats(0.01, 3))
def test_the_first_of_equal_points_in_each_voxel(seed, count, size):
    points = cloud(seed, count)
    index = most_confident_per_voxel(points, torch.ones(count), size)
    cells = [tuple(cell) for cell in torch.floor(points / size).int().tolist()]
    first = {cell: cells.index(cell) for cell in set(cells)}
    assert sorted(index.tolist()) == sorted(first.values())


def test_spatial_order_is_an_order():
    assert sorted(spatial_order(cloud(3, 1000)).tolist()) == list(range(1000))
