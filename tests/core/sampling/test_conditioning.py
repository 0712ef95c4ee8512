"""Sizes, frame picks, clip order, conditioning tensors, CLIP's picture."""
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from worldstereo.core.key_frames import even_frames, even_parts, frames_to_keep
from worldstereo.core.model.checkpoint.settings import SCALE_MAP
from worldstereo.core.pictures import resize_frames
from worldstereo.core.sampling.clip_image import clip_preprocess
from worldstereo.core.sampling.conditioning import nearest_bucket, render_video
from worldstereo.core.world.clip_list import trajectory_order


@given(st.sampled_from(SCALE_MAP), st.integers(1, 9))
def test_a_picture_of_a_buckets_shape_gets_that_bucket(bucket, factor):
    assert nearest_bucket(bucket[0] * factor, bucket[1] * factor, SCALE_MAP) == bucket


def test_the_first_of_two_equally_near_buckets_wins():
    assert nearest_bucket(10, 10, [(12, 10), (8, 10)]) == (12, 10)
    with pytest.raises(ValueError, match="scale_map"):
        nearest_bucket(10, 10, [])


@given(st.integers(2, 200), st.integers(2, 200))
def test_picks_are_ordered_and_keep_both_ends(total, count):
    picks = even_frames(total, count)
    assert picks == sorted(set(picks)) and picks[0] == 0 and picks[-1] == total - 1
    assert len(picks) == min(total, count)


@given(st.integers(0, 200), st.integers(1, 50))
def test_parts_sum_up_and_hardly_differ(total, parts):
    split = even_parts(total, parts)
    assert sum(split) == total and len(split) == parts and split == sorted(split)
    assert split[-1] - split[0] <= 1


def test_frames_for_the_bank():
    assert frames_to_keep(81, 8) == [10, 20, 30, 40, 50, 60, 70, 80]
    assert frames_to_keep(21, 8) == [3, 6, 9, 12, 14, 16, 18, 20]
    with pytest.raises(ValueError, match="cannot keep 8 of 8 frames"):
        frames_to_keep(8, 8)


def test_clips_come_after_what_they_build_on():
    clips = ["wonder_0/traj0", "view1/traj0", "view-0/traj1", "view-0/traj2", "reconstruct_0/traj1",
             "target_0/traj1",
             "reconstruct_0/traj0", "view2/traj2", "notes"]
    assert trajectory_order(clips, ["view2"]) == [
        "view_0/traj2", "view_0/traj1", "view1/traj0", "target_0/traj1", "reconstruct_0/traj0",
        "wonder_0/traj0",
        "reconstruct_0/traj1"]


def test_targets_and_wonders_may_have_any_number_of_trajectories():
    clips = [f"{view}/{name}" for view in ("wonder_0", "target", "target-a", "view0", "reconstruct_0")
             for name in ("traj10", "traj2", "traj0", "traj_up", "notes", "trajectory/traj0")]
    several = ["traj0", "traj10", "traj2", "traj_up"]
    assert trajectory_order(clips) == [
        "view0/traj2", "view0/traj0", *(f"target/{name}" for name in several),
        *(f"target_a/{name}" for name in several), "reconstruct_0/traj0",
        *(f"wonder_0/{name}" for name in several)]


def test_frames_of_the_right_size_are_untouched():
    frames = torch.rand(2, 3, 6, 8)
    assert torch.equal(resize_frames(frames, 6, 8), frames)
    torch.testing.assert_close(resize_frames(torch.full((2, 3, 6, 8), 0.3), 9, 5),
                               torch.full((2, 3, 9, 5), 0.3))


def test_the_start_frame_replaces_the_first_render_and_the_rest_is_clipped():
    start = torch.rand(3, 8, 8)
    edge = torch.ones(2, 3, 4, 4)
    edge[:, :, :, :2] = -1
    video = render_video(edge, start)
    assert torch.equal(video[0], start) and video.shape == (2, 3, 8, 8) and video.abs().max() == 1
    assert resize_frames(edge, 8, 8).abs().max() > 1


def test_clip_picture_with_and_without_division():
    picture = Image.effect_noise((300, 200), 60)
    official, sane = (clip_preprocess(picture, official=official) for official in (True, False))
    assert official.shape == sane.shape == (1, 3, 224, 224)
    assert official.max() > 300 and sane.abs().max() < 3
    with pytest.raises(ValueError, match="crop"):
        clip_preprocess(picture, official=False, resize=64)


@pytest.mark.parametrize("call", [lambda: resize_frames(torch.zeros(3, 6, 8), 6, 8),
                                  lambda: render_video(torch.zeros(2, 3, 4, 4), torch.zeros(1, 3, 4, 4))])
def test_wrong_shapes_are_named(call):
    with pytest.raises(ValueError, match="shape"):
        call()
