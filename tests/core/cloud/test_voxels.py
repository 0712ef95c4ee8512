"""Points in voxels; the recorded outputs of the official code are in tests/parity."""
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from worldstereo.core.cloud.voxels import spatial_order, voxel_representatives


def cloud(seed, count):
    return torch.rand(count, 3, generator=torch.Generator().manual_seed(seed)) * 4 - 2


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 300), st.floats(0.01, 3))
def test_one_point_per_voxel(seed, count, size):
    points = cloud(seed, count)
    index = voxel_representatives(points, size)
    cells = [tuple(cell) for cell in torch.floor(points / size).int().tolist()]
    first = {cell: cells.index(cell) for cell in set(cells)}
    assert sorted(index.tolist()) == sorted(first.values())


def test_spatial_order_is_an_order():
    assert sorted(spatial_order(cloud(3, 1000)).tolist()) == list(range(1000))


@pytest.mark.parametrize("call, message", [
    (lambda: voxel_representatives(torch.zeros(4, 2), 1.0), r"shape \[4, 2\], expected \[N,3\]"),
    (lambda: voxel_representatives(torch.zeros(0, 3), 1.0), r"expected \[N,3\]"),
    (lambda: voxel_representatives(torch.tensor([[0, 0, float("nan")]]), 1.0), "1 of 3 entries that are NaN"),
    (lambda: voxel_representatives(torch.zeros(4, 3), 0.0), "voxel size is 0.0")])
def test_bad_input_is_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
