"""What the start image shows stays, and frames of clips add only what it does not show."""
from dataclasses import replace

import pytest
import torch

from synthetic_room import look
from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.depth.depth import Depth
from worldstereo.core.memory.geometric.photo_space import carve_before_photo
from worldstereo.core.memory.geometric.update import Points, UpdateSettings, update

K = intrinsics_from_fov(60, 64, 48)
HALF = 32  # columns of the photograph that are known; the clip's frames know all of them


def wall(distance, color, columns=64):
    """A photograph of one colour of a wall, of which so many columns are known."""
    depth = torch.full((1, 48, 64), distance)
    valid = torch.arange(64).expand(1, 48, 64) < columns
    return torch.tensor(color).expand(1, 48, 64, 3), Depth(torch.where(valid, depth, 0.0), valid, K[None],
                                                           torch.eye(4)[None])


PHOTO = lift(*wall(2.0, (1.0, 0.0, 0.0), HALF), 0)


def fused(keep_photo, distance):
    return update(PHOTO, *wall(distance, (0.0, 1.0, 0.0)), UpdateSettings("none", keep_photo=keep_photo))[0]


def test_points_of_the_photograph_keep_place_and_colour():
    kept, averaged = fused(True, 2.05), fused(False, 2.05)
    photo = kept.clip == 0
    assert torch.equal(kept.points[photo], PHOTO.points) and torch.equal(kept.colors[photo], PHOTO.colors)
    assert (kept.views[photo] == 2).all() and (kept.confidence[photo] > 1.5).all()
    assert (averaged.points[photo][:, 2] > 2.01).all() and (averaged.colors[photo][:, 1] > 0.3).all()
    new = kept.points[kept.clip == 1]
    assert torch.allclose(new[:, 2], torch.tensor(2.05)) and len(new) >= 48 * (64 - HALF) - 48


@pytest.mark.parametrize("distance", [1.5, 2.8])
def test_wrong_depth_adds_nothing_over_the_photograph(distance):
    """Nearer or farther than what the photograph shows there; beside it, the frame is all that is known."""
    added = [fused(keep_photo, distance) for keep_photo in (True, False)]
    new, other = ((cloud.points[cloud.clip == 1] @ K.T) for cloud in added)
    assert not (new[:, 0] / new[:, 2] < HALF - 1).any() and len(new) >= 48 * (64 - HALF - 2)
    assert (other[:, 0] / other[:, 2] < HALF - 1).any()


def test_a_frame_that_sees_through_the_photograph_still_takes_its_points_away():
    cloud = PHOTO
    for _ in range(3):
        cloud, _ = update(cloud, *wall(2.8, (0.0, 1.0, 0.0)), UpdateSettings("none", keep_photo=True))
    assert not (cloud.clip == 0).any()


@pytest.mark.parametrize("start", [torch.eye(4), look([1.0, -0.5, 2.0], 70)])
def test_points_before_what_the_start_camera_sees_lose_all_confidence(start):
    """In any direction, as of a panorama: a shell of points around the camera, and others on other shells."""
    directions = torch.nn.functional.normalize(
        torch.randn(60_000, 3, generator=torch.Generator().manual_seed(0)), dim=1)
    centre = -start[:3, :3].T @ start[:3, 3]
    radius = torch.tensor([2.0, 1.5, 1.98, 2.5])
    shells = (centre + radius[:, None, None] * directions).flatten(0, 1)
    clip = torch.tensor([0, 1, 1, 1], dtype=torch.int32).repeat_interleave(len(directions))
    cloud = PointCloud(shells, torch.zeros_like(shells), start, clip=clip)
    points = Points(cloud.points, cloud.colors, cloud.confidence, cloud.views, cloud.clip, cloud.confidence)
    coarse = K * torch.tensor([0.2, 0.2, 1.0])[:, None]  # cells that the shell fills
    left = carve_before_photo(points, 1, start, coarse).confidence.view(4, -1)
    assert (left[0] == 1).all() and (left[1] == 0).float().mean() > 0.98 and (left[2:] == 1).all()
    others = carve_before_photo(points._replace(clip=2 * clip), 1, start, coarse)
    assert torch.equal(others.confidence, points.confidence)


def test_where_the_photograph_knows_nothing_nothing_is_carved():
    near = replace(PHOTO, points=PHOTO.points * torch.tensor([-1.0, 1, 1]), clip=PHOTO.clip + 1)
    both = PointCloud(torch.cat([PHOTO.points, 0.5 * near.points]), torch.cat([PHOTO.colors, near.colors]),
                      PHOTO.start_w2c, clip=torch.cat([PHOTO.clip, near.clip]))
    points = Points(both.points, both.colors, both.confidence, both.views, both.clip, both.confidence)
    left = carve_before_photo(points, 1, both.start_w2c, K).confidence[len(PHOTO.points):]
    assert (left == 1).float().mean() > 0.9  # all but those at the border
