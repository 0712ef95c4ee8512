import json
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open

from worldstereo.core.cloud.lift import contract_depth, edge_smoothness, lift
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.depth.depth import Depth
from worldstereo.core.planning.presets.moves import pan


def view(depth, valid=None, w2c=None):
    height, width = depth.shape[1:]
    valid = torch.ones_like(depth, dtype=torch.bool) if valid is None else valid
    K = torch.tensor([[9.0, 0, 5], [0, 11, 3], [0, 0, 1]]).repeat(len(depth), 1, 1)
    return Depth(torch.where(valid, depth, 0.0), valid, K, w2c), torch.rand(len(depth), height, width, 3)


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_points_fall_back_on_the_pixels_that_they_come_from(seed):
    torch.manual_seed(seed)
    w2c = pan(2, 50, 20).float()
    w2c[:, :3, 3] = torch.randn(2, 3)
    depth, photos = view(torch.rand(2, 6, 8) + 1, torch.rand(2, 6, 8) > 0.3, w2c)
    cloud = lift(photos, depth, edge_threshold=0)
    known = depth.valid.nonzero()
    cam = (w2c[known[:, 0], :3, :3] @ cloud.points[:, :, None])[..., 0] + w2c[known[:, 0], :3, 3]
    pixels = (depth.K[known[:, 0]] @ cam[:, :, None])[..., 0]
    assert torch.allclose(cam[:, 2], depth.depth[depth.valid], atol=1e-5)
    assert torch.allclose(pixels[:, :2] / pixels[:, 2:], known[:, [2, 1]] + 0.5, atol=1e-3)
    assert torch.equal(cloud.colors, photos[depth.valid])
    assert torch.equal(cloud.start_w2c, w2c[0])


def test_far_depth_is_drawn_in():
    depth = torch.tensor([[1.0, 1, 1, 8, 16, 1e9]])
    drawn = contract_depth(depth, torch.ones_like(depth, dtype=torch.bool))
    assert drawn[0].tolist() == pytest.approx([1, 1, 1, 8, 12, 16], rel=1e-4)
    assert torch.equal(contract_depth(depth, depth > 0, torch.inf), depth)


def step(edge=8, size=16):
    depth = torch.ones(size, size)
    depth[:, edge:] = 3
    return depth


def test_pixels_on_a_depth_edge_are_left_out():
    dropped = edge_smoothness(step(), torch.ones(16, 16, dtype=torch.bool)) < 0.35
    assert dropped[:, 7:9].all() and dropped.sum() == 32


def test_an_unknown_pixel_neither_hides_an_edge_nor_makes_one():
    valid = torch.ones(16, 16, dtype=torch.bool)
    valid[3, 2] = valid[10, 8] = False
    dropped = (edge_smoothness(torch.where(valid, step(), 0.0), valid) < 0.35) & valid
    expected = torch.zeros(16, 16, dtype=torch.bool)
    expected[:, 7:9] = True
    assert torch.equal(dropped, expected & valid)


def test_edges_are_sobels_over_the_known_neighbours():
    generator = torch.Generator().manual_seed(0)
    depth, valid = 1 + torch.rand(9, 11, generator=generator), torch.rand(9, 11, generator=generator) > 0.3
    disparity = 1 / (depth + 1e-7)
    low, high = disparity[valid].min(), disparity[valid].max()
    disparity = (disparity - low) / (high - low + 1e-6)
    sobel, expected = ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)), torch.empty(9, 11)
    for row in range(9):
        for column in range(11):
            across = down = 0.0
            for i in range(3):
                for j in range(3):
                    place = min(max(row + i - 1, 0), 8), min(max(column + j - 1, 0), 10)
                    step = float(disparity[place] - disparity[row, column]) if valid[place] else 0.0
                    across, down = across + sobel[i][j] * step, down + sobel[j][i] * step
            expected[row, column] = math.exp(-10 * math.hypot(across, down))
    smoothness = edge_smoothness(torch.where(valid, depth, 0.0), valid)
    torch.testing.assert_close(smoothness[valid], expected[valid], atol=1e-5, rtol=0)


def test_equals_the_recorded_official_points_where_all_depth_is_known(shared):
    with safe_open(shared / "vectors" / "points3d_a.safetensors", "pt") as file:
        cases = [case["i"] for case in json.loads(file.metadata()["case"])["config"]
                 if "masked" not in case["mode"]]
        for i in cases:
            depth = file.get_tensor(f"in/{i}.depth")[0]
            photo = file.get_tensor(f"in/{i}.image").permute(0, 2, 3, 1)
            K, w2c = file.get_tensor(f"in/{i}.K")[:1], file.get_tensor(f"in/{i}.w2cs")[:1]
            cloud = lift((photo + 1) / 2, Depth(depth, depth > 0, K, w2c))
            assert torch.allclose(cloud.points, file.get_tensor(f"out/{i}.points"), rtol=1e-5, atol=1e-5)
            assert torch.allclose(cloud.colors * 2 - 1, file.get_tensor(f"out/{i}.colors"), atol=1e-6)
    assert len(cases) == 3


def test_sizes_that_do_not_agree_are_refused():
    depth, _ = view(torch.ones(1, 6, 8))
    with pytest.raises(ValueError, match="image is 1x12x16 and the depth map 1x6x8.*scale the image"):
        lift(torch.zeros(1, 12, 16, 3), depth)


def test_progress_counts_maps_and_can_stop():
    depth, photo = view(torch.ones(3, 6, 8))
    done = []
    lift(photo, depth, progress=done.append)
    assert done == [1, 2, 3]

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lift(photo, depth, progress=stop)


def test_a_picture_with_nan_is_named():
    depth, photo = view(torch.ones(1, 6, 8))
    photo[0, 2, 2] = torch.nan
    with pytest.raises(ValueError, match="The photograph has 3 of 144 entries that are NaN"):
        lift(photo, depth)


def test_too_few_points_are_refused():
    valid = torch.zeros(1, 6, 8, dtype=torch.bool)
    valid[0, 0] = True
    depth, photo = view(torch.ones(1, 6, 8), valid)
    with pytest.raises(ValueError, match="Only 8 of 48 pixels.*edge_threshold"):
        lift(photo, depth, 0)


@pytest.mark.parametrize("points, colors, sentence", [
    (torch.zeros(4, 3), torch.zeros(3, 3), "4 points and 3 colours"),
    (torch.zeros(4, 3), torch.full((4, 3), 2.0), "expected 0..1"),
    (torch.full((4, 3), torch.nan), torch.zeros(4, 3), "12 of 12 entries that are NaN"),
    (torch.zeros(0, 3), torch.zeros(0, 3), "shape"),
])
def test_a_bad_cloud_is_refused(points, colors, sentence):
    with pytest.raises(ValueError, match=sentence):
        PointCloud(points, colors, torch.eye(4))


def test_the_node_lifts_a_picture_with_alpha(comfy):
    from worldstereo.nodes.point_cloud import PointCloudFromDepth

    depth, photo = view(torch.ones(1, 6, 8))
    (cloud,) = PointCloudFromDepth().lift(torch.cat([photo, torch.ones(1, 6, 8, 1)], 3), depth, 0.35)
    assert len(cloud.points) == 48 and torch.equal(cloud.colors, photo[0].reshape(-1, 3))
