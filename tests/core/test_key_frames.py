"""Key frames in the places of a longer render."""
import pytest
import torch

from synthetic_room import look, see
from worldstereo.core.cameras.compose import resample_in_time
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.depth.depth import Depth
from worldstereo.core.key_frames import with_key_frames
from worldstereo.core.memory.geometric.update import UpdateSettings, update
from worldstereo.nodes.point_cloud import KnownKeyFrames

SIZE = (16, 32, 3)


def render_and_mask(frames):
    return torch.full((frames, *SIZE), 0.5), torch.ones(frames, *SIZE[:2])


@pytest.mark.parametrize("total,count,places", [(81, 21, range(0, 81, 4)), (9, 3, (0, 4, 8)), (7, 2, (0, 6)),
                                                (5, 5, range(5))])
def test_key_frames_lie_evenly_from_the_first_frame_to_the_last(total, count, places):
    (render, mask), key_frames = render_and_mask(total), torch.rand(count, *SIZE)
    video, known = KnownKeyFrames().put(render, mask, key_frames)
    others = [frame for frame in range(total) if frame not in places]
    assert torch.equal(video[list(places)], key_frames) and known[list(places)].eq(0).all()
    assert video[others].eq(0.5).all() and known[others].eq(1).all()
    assert render.eq(0.5).all() and mask.eq(1).all()


@pytest.mark.parametrize("total,count", [(80, 21), (3, 5)])
def test_other_numbers_of_frames_are_refused(total, count):
    with pytest.raises(ValueError, match=f"{count} key frames .* {4 * (count - 1) + 1} frames"):
        with_key_frames(*render_and_mask(total), torch.rand(count, *SIZE))


def test_a_single_key_frame_is_refused():
    with pytest.raises(ValueError, match="at least two"):
        with_key_frames(*render_and_mask(9), torch.rand(1, *SIZE))


def test_other_sizes_are_refused():
    render, mask = render_and_mask(5)
    with pytest.raises(ValueError, match="along the path of the key frames"):
        with_key_frames(render, mask, torch.rand(2, 8, 32, 3))
    with pytest.raises(ValueError, match="the same 'Render Point Cloud'"):
        with_key_frames(render, mask[1:], torch.rand(2, *SIZE))


@pytest.mark.slow
def test_the_cloud_of_the_key_frames_shows_the_frames_between():
    """Without a model: true key frames of a room, fused and rendered along four times as many poses."""
    width, height = 144, 96
    pictures, depth = see(torch.stack([look([0.1 * i, 0, -1], 3.0 * i) for i in range(6)]), height, width)
    first = Depth(depth.depth[:1], depth.valid[:1], depth.K[:1], depth.w2c[:1], depth.unit)
    cloud, _ = update(lift(pictures[:1], first), pictures, depth, UpdateSettings("none"))
    path = resample_in_time(Trajectory(depth.w2c, depth.K, width, height, unit=depth.unit), 21)
    truth, _ = see(path.w2c, height, width)
    render, mask, _ = render_path(cloud, path, 0.03, 20, None)
    assert mask.mean((1, 2)).max() < 0.005
    assert (render - truth).square().mean() < 10 ** -2.6  # 26 dB; found: 27.2
    # with the key frames put in, the picture changes by more towards them than from them
    video, _ = with_key_frames(render, mask, pictures)
    steps, even = ((frames[1:] - frames[:-1]).abs().mean((1, 2, 3)) for frames in (video, render))
    assert steps.std() > 3 * even.std()
