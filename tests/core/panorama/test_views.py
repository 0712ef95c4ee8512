"""Panoramas to views and back, against fields and rooms that are known in every direction,
and the official views."""
import json
import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sphere import everywhere, field, room, room_depth, world_rays
from worldstereo.core.cameras.pinhole import depth_to_distance, distance_to_depth
from worldstereo.core.panorama.cloud import cloud_from_panorama
from worldstereo.core.panorama.distance import distance_from_moge, distance_from_values
from worldstereo.core.panorama.sphere import (
    distance_to_views,
    even_pixels,
    pad_panorama,
    panorama_directions,
    panorama_to_views,
    sample_panorama,
    views_to_panorama,
)
from worldstereo.core.panorama.view_depths import align_views, place
from worldstereo.core.panorama.views import (
    bank_directions,
    look_towards,
    polar_directions,
    ring_directions,
    views,
)
from worldstereo.nodes.panorama import PanoramaViews, PointCloudFromPanorama, ViewsToPanorama

AROUND = ring_directions(4, 10) + [(0, 90), (30, -90), (180, 60), (180, -60)]  # seam and both poles included
CUBE = ring_directions(4) + [(0, 90), (0, -90)]
FIELD_128 = field(panorama_directions(128))


def test_views_show_the_field_also_at_seam_and_poles():
    trajectory = views(AROUND, 320, 176, 90, 60)
    for height, bar in ((1024, 1.5e-4), (256, 2e-3)):  # bilinear: a fourth of the height, 16 times the error
        pictures = panorama_to_views(field(panorama_directions(height)), trajectory)
        assert (pictures - field(world_rays(trajectory))).abs().max() < bar


def test_within_half_a_pixel_of_the_poles():
    turn = torch.linspace(-math.pi, math.pi, 50)
    step = 0.3 * math.pi / 256
    for up in (1.0, -1.0):
        near = torch.stack([step * turn.cos(), step * turn.sin(), torch.full((50,), up)], -1)
        sampled = sample_panorama(pad_panorama(field(panorama_directions(256))), near)
        # 4e-3 and more when the poles' far side is not used
        assert (sampled - field(near)).abs().max() < 1.2e-3


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.floats(20, 140), st.floats(20, 140), st.floats(-8, 8))
def test_any_camera_sees_the_field(seed, horizontal_fov, vertical_fov, off_centre):
    camera = views([(0, 0)], 24, 18, horizontal_fov, vertical_fov)
    q, _ = torch.linalg.qr(torch.randn(3, 3, generator=torch.Generator().manual_seed(seed)))
    w2c, K = camera.w2c.clone(), camera.K.clone()
    w2c[0, :3, :3] = q * torch.linalg.det(q)
    K[0, :2, 2] += off_centre
    camera = replace(camera, w2c=w2c, K=K)
    n = max(1, round(128 / math.pi / float((K[0, 0, 0] + K[0, 1, 1]) / 2)))  # samples along a side of a pixel
    fine = field(world_rays(camera.resized(24 * n, 18 * n))).permute(0, 3, 1, 2)
    expected = torch.nn.functional.avg_pool2d(fine, n).permute(0, 2, 3, 1)
    assert (panorama_to_views(FIELD_128, camera) - expected).abs().max() < 4e-3


def test_a_turned_panorama_is_seen_by_turned_cameras():
    panorama = torch.rand(32, 64, 3, generator=torch.Generator().manual_seed(0))
    turned = panorama_to_views(panorama.roll(11, 1), views([(30 + 11 * 360 / 64, 80)], 60, 60, 100, 100))
    expected = panorama_to_views(panorama, views([(30, 80)], 60, 60, 100, 100))
    torch.testing.assert_close(turned, expected, atol=2e-3, rtol=0)


def test_pixel_centres_get_the_pixels_own_values():
    panorama = torch.rand(40, 80, 2, generator=torch.Generator().manual_seed(0))
    for mode in ("bilinear", "nearest"):
        sampled = sample_panorama(pad_panorama(panorama), 3 * panorama_directions(40), mode)
        torch.testing.assert_close(sampled, panorama, atol=1e-4, rtol=0)


def test_the_front_looks_along_minus_x_with_y_to_the_right_and_z_up():
    directions = panorama_directions(64)
    close = dict(atol=0.05, rtol=0)
    torch.testing.assert_close(directions[32, 64], torch.tensor([-1.0, 0, 0]), **close)
    torch.testing.assert_close(directions[32, 96], torch.tensor([0.0, 1, 0]), **close)
    torch.testing.assert_close(directions[0, 0], torch.tensor([0.0, 0, 1]), **close)
    assert torch.equal(look_towards(0, 0)[:3, :3], torch.tensor([[0.0, 1, 0], [0, 0, -1], [-1, 0, 0]]))


def test_a_finer_panorama_is_averaged_not_skipped():
    stripes = torch.zeros(512, 1024, 1)
    stripes[:, ::2] = 1
    assert (panorama_to_views(stripes, views([(0, 0)], 24, 16, 60, 45)) - 0.5).abs().max() < 0.2


def test_views_make_a_panorama_and_the_panorama_the_views():
    trajectory = views(CUBE, 128, 128, 90, 90)
    pictures = field(world_rays(trajectory))
    panorama, mask = views_to_panorama(pictures, trajectory, 128)
    assert mask.max() == 0
    # half a pixel at the cube's edges is extrapolated
    assert (panorama - field(panorama_directions(128))).abs().max() < 6e-3
    assert (panorama_to_views(panorama, trajectory) - pictures).abs().max() < 8e-3


def test_where_no_view_looks_is_a_hole():
    _, mask = views_to_panorama(torch.ones(1, 60, 60, 3), views([(0, 0)], 60, 60, 90, 90), 64)
    share = (even_pixels(64) * mask).sum() / even_pixels(64).sum()
    assert abs(float(share) - 5 / 6) < 0.01 and mask[32, 64] == 0  # one of six faces of a cube is seen


def test_distance_and_depth():
    trajectory = views([(0, 0)], 90, 60, 90, 60)
    depth = room_depth(trajectory).depth
    distance = depth_to_distance(depth, trajectory.K)
    torch.testing.assert_close(distance, depth * world_rays(trajectory).norm(dim=-1))
    torch.testing.assert_close(distance_to_depth(distance, trajectory.K), depth)
    assert abs(float(distance.max() / depth.max()) - 1) > 0.1


def test_depth_of_views_of_a_room():
    trajectory = views(AROUND, 120, 90, 90, 75)
    distance = room(panorama_directions(512))
    done = []
    depth = distance_to_views(distance, everywhere(distance), trajectory, progress=done.append).depth
    assert done == list(range(1, trajectory.frames + 1))
    error = (depth / room_depth(trajectory).depth - 1).abs()
    assert error.max() < 0.01 and error.median() < 1e-4


@pytest.mark.parametrize("mode", ["bilinear", "nearest"])
def test_unknown_distance_takes_no_part(mode):
    distance = torch.full((64, 128), 5.0)
    valid = torch.rand(64, 128, generator=torch.Generator().manual_seed(0)) > 0.3
    trajectory = views([(0, 0), (0, 90)], 60, 60, 90, 90)
    depth = distance_to_views(torch.where(valid, distance, math.nan), valid, trajectory, mode)
    reach = depth_to_distance(depth.depth, depth.K)[depth.valid]
    torch.testing.assert_close(reach, torch.full_like(reach, 5.0))
    assert 0.5 < depth.valid.float().mean() < 0.9


def test_the_official_views(shared):
    cameras = json.loads((shared / "examples/station_panorama/pano_bank/cameras.json").read_text())
    trajectory = views(bank_directions())
    assert sorted(cameras) == [f"{index:04d}" for index in range(27)]
    for index, key in enumerate(sorted(cameras)):
        torch.testing.assert_close(trajectory.w2c[index], torch.tensor(cameras[key]["extrinsic"]),
                                   atol=1e-7, rtol=0)
        torch.testing.assert_close(trajectory.K[index], torch.tensor(cameras[key]["intrinsic"]),
                                   atol=2e-5, rtol=0)


def test_bank_and_polar_views_see_everything():
    both = views(bank_directions() + polar_directions(), 104, 60)
    _, mask = views_to_panorama(torch.ones(43, 60, 104, 1), both, 90)
    assert mask.max() == 0


BANK = views(ring_directions(3), 60, 40)
MOVED = replace(BANK, w2c=torch.tensor([[1, 0, 0, 0.1], [0, 1, 0, 0], [0, 0, 1, 0],
                                        [0, 0, 0, 1]]).repeat(3, 1, 1))


@pytest.mark.parametrize("call, says", [
    (lambda: panorama_to_views(torch.zeros(64, 100, 3), BANK), "100x64"),
    (lambda: panorama_to_views(torch.zeros(64, 128, 3), MOVED), "0.1 scene units away"),
    (lambda: views_to_panorama(torch.zeros(3, 30, 60, 3), BANK, 64), "3x30x60"),
    (lambda: views_to_panorama(torch.zeros(2, 40, 60, 3), BANK, 64), "2x40x60"),
    (lambda: views([(0, 0)], 60, 40, 180), "field of view is 180"),
    (lambda: views([]), "at least one direction"),
    (lambda: distance_from_values(torch.full((64, 128), -1.0)), "8192 negative values"),
    (lambda: distance_from_values(torch.full((64, 128), math.nan)), "no known pixel"),
    (lambda: distance_from_values(torch.ones(64, 128), 0), "scale is 0"),
    (lambda: distance_from_values(torch.ones(64, 64)), "64x64"),
    (lambda: distance_from_moge({"image": torch.zeros(1, 64, 128, 3)}), "holds no depth"),
    (lambda: distance_from_moge({"depth": torch.ones(1, 64, 128), "intrinsics": torch.eye(3)}), "photograph"),
    (lambda: distance_from_moge({"depth": torch.ones(2, 64, 128)}), r"shape \[2, 64, 128\]"),
    (lambda: distance_to_views(torch.full((64, 128), math.inf), torch.ones(64, 128) > 0, BANK), "infinite"),
    (lambda: cloud_from_panorama(torch.zeros(32, 64, 3), torch.ones(64, 128), torch.ones(64, 128) > 0),
     "64x32"),
    (lambda: cloud_from_panorama(torch.zeros(64, 128, 3), torch.ones(64, 128), torch.zeros(64, 64) > 0),
     "valid mask"),
    (lambda: place(room_depth(views(ring_directions(2), 60, 40)), BANK), "2 depth maps and 3 poses"),
    (lambda: place(room_depth(views(ring_directions(3), 40, 40)), BANK), "40x40"),
    (lambda: align_views(room_depth(views(ring_directions(3), 60, 40, 90, 60))), r"views \[1, 2\] overlap"),
])
def test_bad_input_is_told_in_one_sentence(call, says):
    with pytest.raises(ValueError, match=says) as error:
        call()
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


def test_nodes_from_panorama_to_views_and_back(comfy):
    panorama = field(panorama_directions(180))[None]
    pictures, trajectory = PanoramaViews().cut(panorama, "bank (27)", 208, 120, 120.0, 90.0, 4, 0.0, 0.0)
    assert pictures.shape == (27, 120, 208, 3) and trajectory.name == "pano_bank"
    assert PanoramaViews().cut(panorama, "polar (16)", 64, 48, 120.0, 90.0, 4, 0.0, 0.0)[1].frames == 16
    assert PanoramaViews().cut(panorama, "ring", 64, 48, 60.0, 50.0, 5, 20.0,
                               -10.0)[0].shape == (5, 48, 64, 3)
    back, mask = ViewsToPanorama().stitch(pictures, trajectory, 180)
    assert (back - panorama)[mask == 0].abs().max() < 0.02 and back.shape == panorama.shape


@pytest.mark.parametrize("image", [torch.full((1, 16, 32, 3), math.nan), torch.rand(1, 16, 32, 1)])
def test_nodes_refuse_pixels_that_are_no_colours(comfy, image):
    sentence = "The picture (has .* NaN|is an image of .*expected .count, height, width, 3 or 4.)"
    _, cameras = PanoramaViews().cut(torch.rand(1, 16, 32, 3), "ring", 16, 16, 90, 90, 2, 0, 0)
    with pytest.raises(ValueError, match=sentence):
        PanoramaViews().cut(image, "ring", 16, 16, 90, 90, 2, 0, 0)
    with pytest.raises(ValueError, match=sentence):
        ViewsToPanorama().stitch(image[:, :, :16].repeat(2, 1, 1, 1), cameras, 16)
    with pytest.raises(ValueError, match=sentence):
        PointCloudFromPanorama().lift(image, 1.0, 0.1, depth_image=torch.ones(1, 16, 32, 3))


def test_unknown_depth_of_a_panorama_may_be_nan(comfy):
    depth = torch.ones(1, 16, 32, 3)
    depth[:, :4] = math.nan
    cloud, _, report = PointCloudFromPanorama().lift(torch.rand(1, 16, 32, 3), 1.0, 0.1, depth_image=depth)
    assert len(cloud.points) > 100 and "75.0 %" in report
