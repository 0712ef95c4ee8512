"""What hangs in empty space goes: before the sky, on depth edges, around thin things; and these stay."""
from dataclasses import replace

import pytest
import torch

import garden
from space_score import in_empty_space, surface_found
from synthetic_room import look, see
from worldstereo.core.cameras.pinhole import pixel_centres, unproject
from worldstereo.core.cloud.lift import lift
from worldstereo.core.depth.depth import Depth
from worldstereo.core.memory.geometric.fusion import FOREGROUND_QUALITY, depth_quality
from worldstereo.core.memory.geometric.update import UpdateSettings, update

HEIGHT, WIDTH = 48, 80
MEASURED = UpdateSettings("none")
EYE = torch.tensor([0.0, 0, -1])


def room(*yaws):
    return see(torch.stack([look(EYE, yaw) for yaw in yaws]), HEIGHT, WIDTH)


def with_hole(depth, part=(slice(0, 20), slice(20, 60))):
    """Depth without what stands in a part of every picture, like sky."""
    valid = depth.valid.clone()
    valid[(slice(None), *part)] = False
    return replace(depth, depth=depth.depth * valid, valid=valid)


def only(depth, frames):
    """The maps of these frames [indices]."""
    return replace(depth, depth=depth.depth[frames], valid=depth.valid[frames], K=depth.K[frames],
                   w2c=depth.w2c[frames])


def with_speck(depth, frame, rows, columns, value):
    changed, valid = depth.depth.clone(), depth.valid.clone()
    changed[frame, rows, columns], valid[frame, rows, columns] = value, True
    return replace(depth, depth=changed, valid=valid)


def nearest(cloud, clip=1):
    return float((cloud.points[cloud.clip == clip] - EYE).norm(dim=1).min())


def test_a_speck_in_the_sky_that_other_frames_do_not_see_goes():
    photo, depth = room(0, 0.5, 1, 1.5, 2)  # four frames take as much confidence as one can give
    open_sky = with_hole(depth)
    start = lift(photo[:1], only(open_sky, [0]))
    speckled = with_speck(open_sky, 1, slice(6, 11), slice(38, 43), 0.8)
    alone = update(start, photo[1:2], only(speckled, [1]), MEASURED)[0]
    assert nearest(alone) < 1  # nothing speaks against it
    cloud, report = update(start, photo, speckled, MEASURED)
    assert report.rejected == 0 and report.pruned >= 20
    assert not (cloud.clip == 1).any() or nearest(cloud) > 1.5


def test_older_points_stay_where_a_frame_knows_no_depth():
    photo, depth = room(0, 1, 2)
    start = lift(photo[:1], only(depth, [0]))
    cloud, _ = update(start, photo, with_hole(depth), MEASURED)
    assert (cloud.clip == 0).sum() == len(start.points)


def stripes(frames=3):
    """Frames along one line before a wall with posts of 4 pixels, a jump at every side of them."""
    w2c = torch.stack([look([0.01 * i, 0, 0], 0) for i in range(frames)])
    photo, depth = see(w2c, HEIGHT, WIDTH)
    columns = torch.arange(WIDTH) % 5
    return photo, replace(depth, depth=torch.where(columns < 1, 2.0, 2.8).expand_as(depth.depth).clone())


def test_points_before_both_sides_of_an_edge_lose_confidence():
    """Where depth jumps everywhere no pixel has an even surface, but what is nearer than all is in the
    air."""
    photo, depth = stripes()
    assert (depth_quality(depth.depth[0], depth.valid[0]) > FOREGROUND_QUALITY).float().mean() < 0.5
    speck = lift(photo[:1], with_speck(only(depth, [0]), 0, slice(20, 25), slice(38, 43), 1.0), 0)
    near = (speck.points[:, 2] < 1.5).sum()
    cloud, report = update(speck, photo, depth, MEASURED)
    assert near == 25 and report.pruned >= 25 and not (cloud.points[:, 2] < 1.5).any()


def test_thin_things_are_added_when_a_second_frame_sees_them():
    photo, depth = stripes()
    wall = replace(depth, depth=torch.full_like(depth.depth, 2.8))
    start = lift(photo[:1], only(wall, [0]))

    def thin(frames):
        return int((update(start, photo[frames], only(depth, frames), MEASURED)[0].points[:, 2] < 2.2).sum())

    assert thin([0]) == 0
    assert thin([0, 0]) > 0.9 * HEIGHT * WIDTH / 5


def test_the_near_side_of_an_edge_is_hardly_trusted_and_its_far_side_not_at_all():
    depth = torch.full((5, 8), 2.0)
    depth[:, 4:] = 4
    quality = depth_quality(depth, depth > 0)[2]
    assert quality[:3].tolist() == [1] * 3 and quality[5:].tolist() == [1] * 3
    assert quality[3] == pytest.approx(FOREGROUND_QUALITY) and quality[4] == 0


@pytest.mark.slow
def test_space_around_thin_things_is_left_empty():
    """When edges and sky opposed nothing, 18.6 % of the points hung in empty space; 62.3 % of the surface and
    21.4 % of the thin things were found. benchmarks/space.py has larger pictures."""
    clips = [garden.see(path, 60, 100)[:2] for path in garden.paths(4)]
    image, depth, _ = garden.see(torch.eye(4)[None], 60, 100)
    _, truth, thin = garden.see(garden.side_path(4), 120, 200)
    cloud = lift(image, garden.estimated(depth, 9, scale=0))
    for i, (frames, depth) in enumerate(clips):
        cloud, report = update(cloud, frames, garden.estimated(depth, i))
        assert report.rejected == 0
    wrong = in_empty_space(cloud.points, truth, ~truth.valid)
    found = surface_found(cloud.points[~wrong], truth)
    assert wrong.float().mean() < 0.15
    assert found[truth.valid].float().mean() > 0.62 and found[thin].float().mean() > 0.22


def window(depth, sky=None):
    """Depth [1,4,6] of a camera at the origin, and its sky."""
    depth = torch.as_tensor(depth).expand(1, 4, 6).clone()
    sky = torch.zeros(1, 4, 6, dtype=torch.bool) if sky is None else sky
    K = torch.tensor([[[3.0, 0, 3], [0, 3, 2], [0, 0, 1]]])
    return Depth(torch.where(sky, 0.0, depth), ~sky & (depth > 0), K), sky


def test_points_before_the_true_surface_or_in_the_sky_are_in_empty_space():
    sky = torch.zeros(1, 4, 6, dtype=torch.bool)
    sky[:, :2] = True
    below = [[0.5, 0.5, 2], [0.5, 0.5, 1.95], [0.5, 0.5, 1.8], [0.5, 0.5, 9]]
    above, unseen = [[0.5, -0.9, 2], [0.5, -40, 90]], [[0.5, 0.5, -1], [9, 0.5, 1]]
    points = torch.tensor(below + above + unseen)
    expected = [False, False, True, False, True, True, False, False]
    assert in_empty_space(points, *window(2.0, sky)).tolist() == expected
    unknown = window(0.0)
    assert not in_empty_space(points, *unknown).any()


def test_beside_a_thin_thing_the_nearest_of_four_pixels_counts():
    depth = torch.full((4, 6), 4.0)
    depth[:, 2] = 2
    points = torch.tensor([[-1 / 3, 0, 2.0], [-1.1, 0, 2], [0.9, 0, 2]])  # in the third column and beside it
    assert in_empty_space(points, *window(depth)).tolist() == [False, True, True]


def test_a_surface_is_found_within_a_part_of_its_depth():
    truth, _ = window(2.0)
    at = unproject(pixel_centres(4, 6), truth.depth.flatten(), truth.K[0], truth.w2c[0])
    assert surface_found(at, truth).all()
    near = surface_found(at[:1] + torch.tensor([0, 0, 0.03]), truth, 0.02)
    assert near.sum() == 1 and near[0, 0, 0]
    assert not surface_found(at[:1] + torch.tensor([0, 0, 0.05]), truth, 0.02).any()
