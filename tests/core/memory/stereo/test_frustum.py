"""What two cameras have in common."""
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from memory_scene import path, random_path, turned
from worldstereo.core.memory.stereo import frustum

seeds = given(seed=st.integers(0, 10_000))
few = settings(max_examples=20, deadline=None)


def corners_of(cameras, near=0.1, far=10.0):
    return frustum.frustum_corners(cameras.w2c, cameras.K, cameras.width, cameras.height, near, far)


def box(low, high):
    """Corners [1,8,3] of a box along the axes."""
    ends = torch.tensor([low, high])
    return torch.cartesian_prod(ends[:, 0], ends[:, 1], ends[:, 2])[None]


@seeds
@few
def test_corners_lie_on_the_rays_of_the_picture_corners_at_both_distances(seed):
    cameras = random_path(3, seed)
    corners = corners_of(cameras, 0.5, 4.0)
    distance = (corners - cameras.c2w[:, None, :3, 3]).norm(dim=-1)
    torch.testing.assert_close(distance, torch.tensor([0.5] * 4 + [4.0] * 4).expand(3, 8))
    cam_points = corners @ cameras.w2c[:, :3, :3].mT + cameras.w2c[:, None, :3, 3]
    pixels = cam_points @ cameras.K.mT
    wanted = torch.tensor([[0.0, 0], [32, 0], [32, 16], [0, 16]]).repeat(3, 2, 1)
    torch.testing.assert_close(pixels[..., :2] / pixels[..., 2:], wanted, atol=1e-3, rtol=0)


def test_overlap_of_known_boxes():
    boxes = torch.cat([box([0.0, 0, 0], [2.0, 2, 2]), box([1.0, 1, 1], [3.0, 3, 3]),
                       box([2.5, 0, 0], [4.0, 2, 2])])
    wanted = torch.tensor([[1, 1 / 15, 0], [1 / 15, 1, 0.5 / (8 + 6 - 0.5)], [0, 0.5 / (8 + 6 - 0.5), 1]])
    torch.testing.assert_close(frustum.box_overlap(boxes, boxes), wanted, atol=1e-6, rtol=0)


def test_boxes_that_overlap_along_two_axes_only_have_nothing_in_common():
    assert frustum.box_overlap(box([0.0, 0, 0], [1.0, 1, 1]), box([0.0, 0, 2], [1.0, 1, 3])).item() == 0


@seeds
@few
def test_overlap_is_symmetric_between_0_and_1_and_whole_with_itself(seed):
    a, b = corners_of(random_path(4, seed)), corners_of(random_path(5, seed + 1))
    overlap = frustum.box_overlap(a, b)
    torch.testing.assert_close(overlap, frustum.box_overlap(b, a).mT)
    assert 0 <= overlap.min() and overlap.max() <= 1
    torch.testing.assert_close(frustum.box_overlap(a, a).diagonal(), torch.ones(4))


@seeds
@few
def test_overlap_and_angle_stay_when_the_whole_scene_moves(seed):
    cameras, shift = random_path(6, seed), torch.tensor([3.0, -2.0, 1.0])
    moved = cameras.w2c.clone()
    moved[:, :3, 3] -= moved[:, :3, :3] @ shift
    before, after = corners_of(cameras), corners_of(path(moved))
    overlaps = [frustum.box_overlap(corners, corners) for corners in (before, after)]
    torch.testing.assert_close(*overlaps, atol=1e-4, rtol=0)
    torch.testing.assert_close(frustum.viewing_angles(cameras.w2c, cameras.w2c),
                               frustum.viewing_angles(moved, moved), atol=0.05, rtol=0)


@given(a=st.floats(-180, 180), b=st.floats(-180, 180))
@few
def test_angles_are_the_turns_between_cameras(a, b):
    wanted = abs((a - b + 180) % 360 - 180)
    assert frustum.viewing_angles(turned(a)[None], turned(b)[None]).item() == pytest.approx(wanted, abs=0.05)


def test_penalty_begins_beyond_a_right_angle():
    penalty = frustum.angle_penalty(torch.tensor([0.0, 45, 90, 126, 162]))
    torch.testing.assert_close(penalty, torch.tensor([1, 1, 1, math.exp(-1), math.exp(-2)]))


def test_equal_cameras_get_equal_scores_wherever_they_stand_in_the_batch():
    """Ties must be ties, or the first of two equal frames would not win."""
    one, others = random_path(1, 5), random_path(40, 6)
    w2c = others.w2c.clone()
    w2c[[0, 7, 17, 38, 39]] = one.w2c
    corners = corners_of(path(w2c))
    overlap = frustum.box_overlap(corners_of(random_path(3, 8)), corners)[:, [0, 7, 17, 38, 39]]
    angles = frustum.viewing_angles(random_path(3, 8).w2c, w2c)[:, [0, 7, 17, 38, 39]]
    assert (overlap == overlap[:, :1]).all() and (angles == angles[:, :1]).all()


@pytest.mark.parametrize("near, far", [(0.0, 1.0), (1.0, 1.0), (2.0, 1.0), (0.1, math.inf), (math.nan, 1.0)])
def test_distances_that_see_nothing_are_refused(near, far):
    with pytest.raises(ValueError, match="expected 0 < near < far"):
        corners_of(random_path(1, 0), near, far)


def test_far_follows_the_median_depth():
    assert frustum.far_from_depth(2.0) == 16 and frustum.far_from_depth(0.001) == 0.15
    for median in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="expected a positive number"):
            frustum.far_from_depth(median)
