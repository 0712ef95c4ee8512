"""Lifting: the official edge test with its oddity, and the default that unknown and wrong pixels cannot
switch off."""

import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from motorcycle import decibels, motorcycle
from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import edge_smoothness, lift
from worldstereo.core.cloud.render.render import render_points
from worldstereo.core.depth.depth import Depth, depth_from_values
from worldstereo.core.planning.presets.moves import orbit, pan, start_from
from worldstereo.core.sampling.single_image import cut_to_8_bits, single_image_memories

SIZE = 64


def step() -> torch.Tensor:
    """A wall at 1 m beside one at 3 m."""
    depth = torch.ones(SIZE, SIZE)
    depth[:, SIZE // 2:] = 3
    return depth


def left_out(depth, valid, official=False):
    return (edge_smoothness(torch.where(valid, depth, 0.0), valid, official) < 0.35) & valid


ALL = torch.ones(SIZE, SIZE, dtype=torch.bool)
EDGE = torch.zeros(SIZE, SIZE, dtype=torch.bool)
EDGE[:, SIZE // 2 - 1:SIZE // 2 + 1] = True


def test_one_unknown_pixel_switches_the_official_edge_test_off():
    valid = ALL.clone()
    valid[10, 10] = False
    assert torch.equal(left_out(step(), ALL, official=True), EDGE)
    beside = torch.zeros_like(ALL)
    beside[9:12, 9:12] = True
    assert torch.equal(left_out(step(), valid, official=True), beside & valid)
    assert torch.equal(left_out(step(), valid), EDGE)


def test_the_outline_of_the_sky_is_left_out_and_that_of_a_gap_is_not():
    valid, depth = ALL.clone(), torch.ones(SIZE, SIZE)
    valid[:20, 10:50] = valid[40:50, 30:50] = False
    outline = torch.zeros_like(ALL)
    outline[:21, 9:51] = True
    assert torch.equal(left_out(depth, valid), outline & valid)
    photo, K = torch.zeros(1, SIZE, SIZE, 3), intrinsics_from_fov(60, SIZE, SIZE)[None]
    known = Depth(torch.where(valid, depth, 0.0)[None], valid[None], K)
    assert len(lift(photo, known, 0).points) == valid.sum()
    assert len(lift(photo, known).points) == (valid & ~outline).sum()


@pytest.mark.parametrize("wrong", [1e-3, 0.01, 1e6])
def test_one_wrong_pixel_does_not_hide_the_edges(wrong):
    depth = step()
    depth[10, 10] = wrong
    dropped = left_out(depth, ALL)
    dropped[9:12, 9:12] = False  # it makes an edge of its own
    assert torch.equal(dropped, EDGE)
    if wrong < 1:  # far wrong pixels have no disparity and harm nobody
        assert not left_out(depth, ALL, official=True)[EDGE].any()


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_both_agree_on_small_maps_without_unknown_pixels(seed):
    depth = torch.rand(20, 20, generator=torch.Generator().manual_seed(seed)) * 3 + 0.5
    valid = torch.ones_like(depth, dtype=torch.bool)
    assert torch.allclose(edge_smoothness(depth, valid), edge_smoothness(depth, valid, True), atol=1e-5)


@pytest.mark.slow
def test_unknown_depth_of_the_motorcycle_does_not_hide_its_edges():
    """7 % of this real map are unknown; the right photograph says which lifting is better."""
    scene = motorcycle()
    depth, valid = scene.depth.depth[0], scene.depth.valid[0]
    filled = depth.clone()
    filled[~valid] = depth[valid].median()
    edges = (edge_smoothness(filled, torch.ones_like(valid)) < 0.35) & valid
    known_on_both_sides = edges & (torch.nn.functional.avg_pool2d(valid[None, None].float(), 3, 1, 1)[0, 0]
                                   > 0.99)
    found = [float(left_out(depth, valid, official)[known_on_both_sides].float().mean())
             for official in (False, True)]
    assert found[0] > 0.95 and found[1] < 0.05
    loss = []
    for official in (False, True):
        cloud = lift(scene.left[None], scene.depth, official=official)
        image, mask, _ = render_points(cloud.points, cloud.colors * 2 - 1, scene.right_w2c[None],
                                       scene.right_K[None],
                                       *scene.right.shape[:2])
        loss.append(decibels((image[0] + 1) / 2, scene.right, mask[0] == 0))
    assert loss[0] > 21 and loss[0] > loss[1]


def test_the_node_has_the_official_setting_last(comfy):
    from worldstereo.nodes.depth import DepthFromImage
    from worldstereo.nodes.point_cloud import PointCloudFromDepth

    assert list(PointCloudFromDepth.INPUT_TYPES()["required"]) == ["image", "depth", "edge_threshold"]
    # saved graphs hold widgets by position
    assert list(DepthFromImage.INPUT_TYPES()["required"])[-1] == "unit"
    values = torch.where(ALL, step(), 0.0)
    values[10, 10] = 0
    depth = depth_from_values(values[None], 1.0, intrinsics_from_fov(60, SIZE, SIZE))
    photo = torch.rand(1, SIZE, SIZE, 3)
    for official, left in ((False, SIZE ** 2 - 1 - 2 * SIZE), (True, SIZE ** 2 - 9)):
        (cloud,) = PointCloudFromDepth().lift(photo, depth, 0.35, official=official)
        assert len(cloud.points) == left
    assert torch.equal(PointCloudFromDepth().lift(photo, depth, 0.35)[0].points, lift(photo, depth).points)


# What a depth map's numbers mean

VALUES = torch.tensor([[[1.0, 2, 4], [0, torch.inf, torch.nan]]])
K = intrinsics_from_fov(60, 3, 2)


@pytest.mark.parametrize("kind, expected, unit", [
    ("metric", [2, 4, 8], "ft"), ("relative", [2, 4, 8], "scene units"),
    ("inverse metric", [2, 1, 0.5], "ft"), ("inverse relative", [2, 1, 0.5], "scene units")])
def test_kinds_of_depth(caplog, kind, expected, unit):
    depth = depth_from_values(VALUES, 2.0, K, "ft", kind)
    assert depth.depth[0, 0].tolist() == expected and depth.unit == unit
    assert depth.valid.tolist() == [[[True] * 3, [False] * 3]]
    assert ("right only up to one unknown factor" in caplog.text) == kind.endswith("relative")
    assert ("not in ft" in caplog.text) == kind.endswith("relative")
    assert ("infinitely far" in caplog.text) == (kind == "inverse relative")


def test_disparity_of_the_motorcycle_is_inverse_metric_depth():
    from motorcycle import BASELINE, FOCAL

    scene = motorcycle()
    disparity = torch.where(scene.depth.valid, FOCAL * BASELINE / scene.depth.depth, torch.inf)
    depth = depth_from_values(disparity, FOCAL * BASELINE, scene.depth.K, kind="inverse metric")
    assert torch.equal(depth.valid, scene.depth.valid)
    assert torch.allclose(depth.depth, scene.depth.depth, rtol=1e-5)


def test_a_mask_says_where_depth_is_known(comfy):
    from worldstereo.nodes.depth import DepthFromImage

    image, mask = torch.full((2, 4, 6, 3), 0.5), torch.ones(1, 4, 6)
    mask[:, :, :2] = 0
    (depth,) = DepthFromImage().convert(image, 2.0, 60, 0, 0, 0, 0, "m", "metric", mask)
    assert torch.equal(depth.valid, mask.bool().expand(2, 4, 6)) and (depth.depth[depth.valid] == 1).all()
    with pytest.raises(ValueError, match=r"valid mask is \[1, 4, 6\] and the depth map \[2, 4, 5\]"):
        DepthFromImage().convert(image[:, :, :5], 2.0, 60, 0, 0, 0, 0, "m", "metric", mask)
    with pytest.raises(ValueError, match="no positive finite value"):
        DepthFromImage().convert(image, 2.0, 60, 0, 0, 0, 0, "m", "metric", torch.zeros(2, 4, 6))


@pytest.mark.parametrize("make, sentence", [
    (lambda: depth_from_values(VALUES, 1.0, K, kind="disparity"), "'disparity', expected one of metric"),
    (lambda: depth_from_values(-VALUES, 1.0, K), "no positive finite value"),
    (lambda: depth_from_values(VALUES * torch.nan, 1.0, K, kind="inverse metric"),
     "no positive finite value"),
    (lambda: depth_from_values(VALUES, 1.0, torch.zeros(3, 3)), "focal length of 0 pixels"),
    (lambda: depth_from_values(VALUES, 1.0, K * torch.nan), "NaN or infinite"),
    (lambda: depth_from_values(VALUES, 1.0, K, w2c=torch.eye(4).repeat(2, 1, 1)), "1 maps and 2 poses"),
])
def test_bad_numbers_are_refused(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_negative_values_are_counted(caplog):
    depth_from_values(torch.tensor([[[1.0, -2, torch.nan]]]), 1.0, K)
    assert "2 of 3 depth values are negative or NaN" in caplog.text


@pytest.mark.parametrize("values, kind, warned", [
    (torch.arange(1, 49) / 255, "metric", "256 steps.*inverse relative"),
    (torch.arange(1, 49) / 255, "inverse relative",
     "256 steps at most .8 bits., so surfaces will have terraces.\n"),
    (torch.arange(1000, 1048) / 65535, "metric", None), (torch.arange(1, 49), "metric", None)])
def test_pictures_of_8_bits_are_noticed(caplog, values, kind, warned):
    depth_from_values(values.float().view(1, 6, 8), 10.0, intrinsics_from_fov(60, 8, 6), kind=kind)
    assert re.search(warned, caplog.text) if warned else not caplog.text


# The single-image path

def photo_with_depth():
    depth = torch.where(ALL, step(), 0.0)[None, :48]
    photo = torch.rand(3, 48, SIZE, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return photo, Depth(depth, depth > 0, intrinsics_from_fov(60, SIZE, 48)[None])


@pytest.mark.slow
def test_the_memories_of_a_single_image():
    photo, depth = photo_with_depth()
    path = start_from(depth, pan(3, 40), SIZE, 48)
    made = single_image_memories(photo, depth, path, radius=0.05)
    assert torch.equal(made.render[0], photo) and torch.equal(made.references.frames, photo[None])
    assert not made.mask[0].any() and made.mask[2].any()
    assert (made.render[2].permute(1, 2, 0)[made.mask[2] == 1] == 0).all()
    assert made.references.ref_index == (0,) and torch.equal(made.references.w2c, path.w2c[:1])
    official = single_image_memories(photo, depth, path, radius=0.05, official=True)
    assert torch.equal(official.render[0], photo)
    levels = (official.render[1:] + 1) * 127.5
    assert torch.allclose(levels, levels.round(), atol=1e-3)
    assert (made.render[1:] - official.render[1:]).min() > -1e-6  # cut, not rounded
    assert (made.render[1:] - official.render[1:]).max() < 1 / 127.4


def test_the_memories_of_a_clip_of_another_size():
    photo, depth = photo_with_depth()
    path = start_from(depth, pan(2, 10), 32, 32)
    made = single_image_memories(photo, depth, path, radius=0.05)
    assert made.render.shape == (2, 3, 32, 32) and made.references.frames.shape == (1, 3, 32, 32)
    assert torch.equal(made.render[0], made.references.frames[0])


def test_a_single_image_that_does_not_fit_is_refused():
    photo, depth = photo_with_depth()
    path = start_from(depth, orbit(3, 2.0, 20), SIZE, 48)
    with pytest.raises(ValueError, match="image is 1x40x64 and the depth map 1x48x64"):
        single_image_memories(photo[:, :40], depth, path)
    with pytest.raises(ValueError, match="first pose"):
        single_image_memories(photo, depth, Trajectory(path.w2c.flip(0), path.K, SIZE, 48))


def test_frames_are_cut_to_8_bits():
    frames = torch.tensor([-1.0, 0, 1, 1.5, -2, 2 * 10 / 255 - 1 + 1e-3])
    assert torch.allclose((cut_to_8_bits(frames) + 1) * 127.5, torch.tensor([0.0, 127, 255, 255, 0, 10]),
                          atol=1e-4)
