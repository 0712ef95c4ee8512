"""Key frames in the places of a longer render."""
import pytest
import torch

from worldstereo.core.key_frames import with_key_frames
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
