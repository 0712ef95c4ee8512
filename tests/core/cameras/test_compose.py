"""Paths made of paths: what must hold for any path."""
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from worldstereo.core.cameras import compose
from worldstereo.core.cameras.interpolate import through_poses
from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.depth.depth import Depth
from worldstereo.core.planning.presets.curves import figure_eight, zoom
from worldstereo.core.planning.presets.moves import dolly, orbit, pan, start_from
from worldstereo.nodes.cameras import CombineTrajectories, ResampleTrajectory, ReverseTrajectory

SHAPE = (1, 6, 8)
START = pan(2, 33, 12).float()[1:]
START[:, :3, 3] = torch.tensor([1.1, -2.3, 0.7])
DEPTH = Depth(torch.full(SHAPE, 2.0), torch.ones(SHAPE, dtype=torch.bool),
              intrinsics_from_fov(60, 8, 6)[None], START)


def path(c2start, factors=None, size=(64, 48)):
    return start_from(DEPTH, c2start, *size, zoom=factors)


@st.composite
def paths(draw):
    """A random path of 2..12 key frames through random places with random turns and focal lengths."""
    frames, seed = draw(st.integers(2, 12)), draw(st.integers(0, 10 ** 6))
    random = torch.Generator().manual_seed(seed)
    poses = pan(frames, draw(st.floats(-170, 170)), draw(st.floats(-80, 80)))
    poses[:, :3, 3] = torch.randn(frames, 3, generator=random, dtype=torch.float64) * draw(st.floats(0, 100))
    return path(poses, 1 + torch.rand(frames, generator=random, dtype=torch.float64))


def same(one: Trajectory, other: Trajectory, tolerance=0.0) -> bool:
    return all(torch.allclose(getattr(one, name), getattr(other, name), rtol=0, atol=tolerance)
               for name in ("w2c", "K"))


def steps(trajectory):
    """(lengths, angles in degrees) [F-1] from frame to frame."""
    c2w = trajectory.c2w.double()
    turn = torch.linalg.matrix_norm(c2w[1:, :3, :3] - c2w[:-1, :3, :3]) / 8 ** 0.5
    return c2w[:, :3, 3].diff(dim=0).norm(dim=1), (2 * turn.asin()).rad2deg()


@given(paths())
@settings(max_examples=40, deadline=None)
def test_reversing_twice_changes_nothing(trajectory):
    back = compose.reverse(trajectory)
    assert torch.equal(back.w2c[0], trajectory.w2c[-1]) and torch.equal(back.K[-1], trajectory.K[0])
    assert same(compose.reverse(back), trajectory)


@given(paths())
@settings(max_examples=40, deadline=None)
def test_there_and_back_is_closed_and_a_palindrome(trajectory):
    closed = compose.there_and_back(trajectory)
    assert closed.frames == 2 * trajectory.frames - 1
    assert same(closed, compose.reverse(closed))
    assert torch.equal(closed.w2c[trajectory.frames - 1], trajectory.w2c[-1])


@given(paths(), paths())
@settings(max_examples=40, deadline=None)
def test_a_continued_path_has_no_jump_and_moves_as_before(first, second):
    joined = compose.concatenate(first, second)
    assert joined.frames == first.frames + second.frames - 1
    assert torch.equal(joined.w2c[:first.frames], first.w2c) and torch.equal(joined.K[:first.frames], first.K)
    tail = joined.w2c[first.frames - 1:].double()
    moved = tail @ torch.linalg.inv(tail[0])
    before = second.w2c.double() @ torch.linalg.inv(second.w2c[0].double())
    assert torch.allclose(moved, before, atol=1e-3)
    ratio = joined.K[first.frames - 1:, 0, 0] / joined.K[first.frames - 1, 0, 0]
    assert torch.allclose(ratio, second.K[:, 0, 0] / second.K[0, 0, 0], atol=1e-5)


@given(paths(), st.integers(1, 60), st.sampled_from(compose.EASES), st.booleans())
@settings(max_examples=60, deadline=None)
def test_resampling_keeps_the_ends_exactly(trajectory, frames, ease, smooth):
    again = compose.resample(trajectory, frames, ease, smooth)
    assert again.frames == frames
    assert torch.equal(again.w2c[0], trajectory.w2c[0]) and torch.equal(again.K[0], trajectory.K[0])
    if frames > 1:
        assert torch.equal(again.w2c[-1], trajectory.w2c[-1]) and torch.equal(again.K[-1], trajectory.K[-1])


@given(st.integers(0, 10 ** 6), st.integers(2, 12), st.floats(1e-3, 1e3), st.integers(3, 30), st.booleans())
@settings(max_examples=40, deadline=None)
def test_resampling_gives_constant_speed(seed, given_frames, size, frames, smooth):
    """Measured along a fine copy, because between distant frames the camera does not go straight."""
    random = torch.Generator().manual_seed(seed)
    places, turns = dolly(given_frames, 0.0), pan(torch.rand(given_frames, generator=random), 170, 60)
    places[:, :3, 3] = torch.randn(given_frames, 3, generator=random, dtype=torch.float64) * size
    for poses, which in ((places, 0), (turns, 1)):
        way = steps(compose.resample(path(poses), 100 * (frames - 1) + 1, smooth=smooth))[which]
        between = way.reshape(frames - 1, 100).sum(1)
        assert float(between.max() / between.min()) < 1.05


@given(paths(), st.integers(1, 5), st.booleans())
@settings(max_examples=40, deadline=None)
def test_resampling_in_time_meets_every_pose_exactly(trajectory, between, smooth):
    again = compose.resample_in_time(trajectory, between * (trajectory.frames - 1) + 1, smooth)
    assert torch.equal(again.w2c[::between], trajectory.w2c) and torch.equal(again.K[::between], trajectory.K)


def test_resampling_in_time_keeps_pauses_and_speed():
    """Three poses that stand still, then a straight way at an even speed; lines, not splines."""
    poses = dolly(5, 4.0)
    poses[:3] = poses[0]
    again = compose.resample_in_time(path(poses), 9, smooth=False)
    moved = steps(again)[0]
    assert moved[:4].abs().max() < 1e-6
    torch.testing.assert_close(moved[4:], torch.tensor([1.5, 1.5, 0.5, 0.5], dtype=torch.float64))


def test_a_single_pose_stays_in_time():
    again = compose.resample_in_time(path(dolly(1, 1.0)), 3)
    assert torch.equal(again.w2c, again.w2c[:1].expand(3, 4, 4)) and again.K.shape == (3, 3, 3)


def test_frames_that_were_bunched_are_spread():
    share = torch.linspace(0, 1, 30, dtype=torch.float64) ** 3
    lengths, angles = steps(compose.resample(path(orbit(share, 2.0, 50)), 11))
    assert lengths.max() / lengths.min() < 1.001 and angles.max() / angles.min() < 1.001
    assert angles.mean() == pytest.approx(5, abs=1e-3)


def test_way_and_turn_share_the_frames():
    """As many frames for the turn as for the way, when the turn is more than a radian."""
    joined = compose.concatenate(path(dolly(40, 3.0)), path(pan(5, 90)))
    lengths, angles = steps(compose.resample(joined, 21, smooth=False))
    assert int((lengths > 1e-4).sum()) == 10 and int((angles > 1e-2).sum()) == 10


def test_a_pause_is_dropped_and_a_still_camera_stays():
    still = path(dolly(3, 0.0))
    paused = compose.concatenate(compose.concatenate(path(dolly(5, 1.0)), still), path(dolly(5, 1.0)))
    lengths, _ = steps(compose.resample(paused, 5))
    assert lengths.tolist() == pytest.approx([0.5] * 4, abs=1e-4)
    assert torch.equal(compose.resample(still, 7).w2c, still.w2c[:1].repeat(7, 1, 1))


def test_a_zoom_is_spread_too():
    zoomed = compose.resample(path(dolly(9, 0.0), zoom(9, 4.0)), 3)
    assert zoomed.K[1, 0, 0] / zoomed.K[0, 0, 0] == pytest.approx(2, rel=1e-3)


@pytest.mark.parametrize(("ease", "first", "last"), [("in", 0.1, 1.9), ("out", 1.9, 0.1),
                                                     ("in and out", 0.28, 0.28)])
def test_easing_starts_or_ends_slowly(ease, first, last):
    lengths, _ = steps(compose.resample(path(dolly(21, 1.0)), 11, ease))
    mean = lengths.mean()
    assert float(lengths[0] / mean) == pytest.approx(first, abs=0.01)
    assert float(lengths[-1] / mean) == pytest.approx(last, abs=0.01)


def test_paths_that_stay_where_they_are_jump_with_a_warning(caplog):
    first, second = path(dolly(4, 1.0)), path(pan(3, 20))
    joined = compose.concatenate(first, second, continued=False)
    assert joined.frames == 7 and torch.equal(joined.w2c[4:], second.w2c)
    assert "jumps" in caplog.text
    caplog.clear()
    assert compose.concatenate(first, compose.reverse(first), continued=False).frames == 7
    assert not caplog.text


def test_the_second_path_takes_the_size_of_the_first():
    joined = compose.concatenate(path(dolly(4, 1.0)), path(pan(3, 20), size=(32, 48)))
    assert (joined.width, joined.height) == (64, 48)
    assert torch.allclose(joined.K, joined.K[:1])


def test_different_units_and_impossible_counts_are_refused():
    one = path(dolly(4, 1.0))
    with pytest.raises(ValueError, match="same depth"):
        compose.concatenate(one, Trajectory(one.w2c, one.K, 64, 48, unit="scene units"))
    with pytest.raises(ValueError, match="0 key frames"):
        compose.resample(one, 0)
    with pytest.raises(ValueError, match="in and out"):
        compose.apply_ease(torch.zeros(1), "bounce")


@pytest.mark.parametrize("curve", [lambda count: orbit(count, 2.0, 120, 40),
                                   lambda count: figure_eight(count, 2.0, 0.5)],
                         ids=["orbit", "eight"])
def test_smooth_paths_between_key_poses_come_near_the_true_curve(curve):
    """Known in five times as many poses, straight lines are 25 times as near,
    cubic splines several hundred times."""
    def errors(count, smooth):
        at = torch.linspace(0, count - 1, 8 * (count - 1) + 1, dtype=torch.float64)
        error = (through_poses(curve(count), at, smooth=smooth) - curve(len(at))).abs()
        assert float(error[::8].max()) < 1e-9  # the key poses themselves
        return float(error[:, :3, 3].max()), float(error[:, :3, :3].max())

    (few, _), (many, turned) = errors(9, True), errors(41, True)
    (few_straight, _), (many_straight, turned_straight) = errors(9, False), errors(41, False)
    assert few / many > 300 and few_straight / many_straight < 30
    assert many < 0.01 * many_straight and turned < turned_straight < 2e-3


def test_straight_interpolation_turns_evenly():
    halfway = through_poses(pan(2, 80), torch.tensor([0.5]), smooth=False)[0]
    assert math.degrees(math.atan2(halfway[0, 2], halfway[2, 2])) == pytest.approx(40)


def test_the_nodes():
    first, second = path(dolly(4, 1.0)), path(pan(3, 20))
    joined, report = CombineTrajectories().combine(first, second, "continue where the first ends")
    assert same(joined, compose.concatenate(first, second))
    assert report.startswith("6 poses, length 1 m, rotation 20")
    assert CombineTrajectories().combine(first, second, "keep all poses")[0].frames == 7
    assert same(ReverseTrajectory().reverse(first, "backwards")[0], compose.reverse(first))
    assert ReverseTrajectory().reverse(first, "there and back")[0].frames == 7
    again, report = ResampleTrajectory().resample(joined, 21, "in", "straight")
    assert same(again, compose.resample(joined, 21, "in", smooth=False)) and report.startswith("21 poses")
    in_time, _ = ResampleTrajectory().resample(joined, 11, "as given", "smooth")
    assert same(in_time, compose.resample_in_time(joined, 11))
