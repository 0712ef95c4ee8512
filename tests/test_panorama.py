"""Panoramas: sampling against fields known on the sphere, the official views, depth, and the real bank of a station."""
import itertools
import json
import logging
import math
from dataclasses import replace

import av
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.geometry.depth import Depth
from worldstereo.core.geometry.panorama import (depth_to_distance, distance_to_depth, distance_to_views, even_pixels,
                                                panorama_directions, panorama_to_views, sample_panorama, view_rays,
                                                views_to_panorama)
from worldstereo.core.geometry.panorama_depth import (align_views, cloud_from_panorama, distance_from_moge,
                                                      distance_from_values, merge_views, place)
from worldstereo.core.geometry.panorama_views import bank_directions, look, polar_directions, ring_directions, views
from worldstereo.core.geometry.render_path import render_path
from worldstereo.nodes.panorama import PanoramaViews, PointCloudFromPanorama, ViewsToPanorama

AROUND = ring_directions(4, 10) + [(0, 90), (30, -90), (180, 60), (180, -60)]  # seam and both poles included
CUBE = ring_directions(4) + [(0, 90), (0, -90)]
ROOM_LOW, ROOM_HIGH = (-3.0, -2.0, -1.5), (3.0, 4.0, 1.5)


def field(directions):
    """A smooth colour for every direction, [...,3] in 0..1."""
    x, y, z = (directions / directions.norm(dim=-1, keepdim=True)).unbind(-1)
    return torch.stack([0.5 + 0.2 * x + 0.2 * y * z, 0.5 + 0.5 * torch.sin(7 * y - 5 * z), 0.5 + 0.4 * z * x], -1)


FIELD_128 = field(panorama_directions(128))


def room(directions, low=ROOM_LOW, high=ROOM_HIGH):
    """Distance [...] from the origin to the walls of a box along unit directions."""
    walls = torch.where(directions > 0, torch.tensor(high), torch.tensor(low)) / directions
    return walls.amin(-1)


def world_rays(trajectory):
    """[F,h,w,3] in the world."""
    return torch.einsum("fhwj,fji->fhwi", view_rays(trajectory.K, trajectory.height, trajectory.width),
                        trajectory.w2c[:, :3, :3])


def room_depth(trajectory):
    """Exact z-depth of the room in views."""
    rays = world_rays(trajectory)
    depth = room(rays)  # rays have z = 1 in the camera, so their multiple is the depth
    return Depth(depth, torch.ones_like(depth, dtype=torch.bool), trajectory.K, trajectory.w2c)


def everywhere(distance):
    return torch.ones_like(distance, dtype=torch.bool)


def psnr(a, b):
    return -10 * math.log10(float(((a - b) ** 2).mean()))


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
        sampled = sample_panorama(field(panorama_directions(256)), near)
        assert (sampled - field(near)).abs().max() < 1.2e-3  # 4e-3 and more when the poles' far side is not used


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
        sampled = sample_panorama(panorama, 3 * panorama_directions(40), mode)
        torch.testing.assert_close(sampled, panorama, atol=1e-4, rtol=0)


def test_the_front_looks_along_minus_x_with_y_to_the_right_and_z_up():
    directions = panorama_directions(64)
    close = dict(atol=0.05, rtol=0)
    torch.testing.assert_close(directions[32, 64], torch.tensor([-1.0, 0, 0]), **close)
    torch.testing.assert_close(directions[32, 96], torch.tensor([0.0, 1, 0]), **close)
    torch.testing.assert_close(directions[0, 0], torch.tensor([0.0, 0, 1]), **close)
    assert torch.equal(look(0, 0)[:3, :3], torch.tensor([[0.0, 1, 0], [0, 0, -1], [-1, 0, 0]]))


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
    depth = distance_to_views(distance, everywhere(distance), trajectory).depth
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
        torch.testing.assert_close(trajectory.w2c[index], torch.tensor(cameras[key]["extrinsic"]), atol=1e-7, rtol=0)
        torch.testing.assert_close(trajectory.K[index], torch.tensor(cameras[key]["intrinsic"]), atol=2e-5, rtol=0)


def test_bank_and_polar_views_see_everything():
    both = views(bank_directions() + polar_directions(), 104, 60)
    _, mask = views_to_panorama(torch.ones(43, 60, 104, 1), both, 90)
    assert mask.max() == 0


def test_scales_of_views_are_found_and_the_room_comes_back():
    trajectory = views(bank_directions(), 104, 60)
    exact = room_depth(trajectory)
    factor = torch.exp(torch.randn(27, generator=torch.Generator().manual_seed(0)) * 0.4)
    wrong = replace(exact, depth=exact.depth * factor[:, None, None])
    wrong.valid[5, :, :52] = False  # half a view unknown
    scales = align_views(wrong)
    found = scales.scale * factor
    assert (found / found.mean() - 1).abs().max() < 2e-3
    assert scales.residual.max() < 0.02 and scales.overlap.min() > 0.9
    distance, valid = merge_views(wrong, scales, 128)
    error = (distance / found.mean() / room(panorama_directions(128)) - 1).abs()[valid]
    assert error.median() < 5e-3 and error.quantile(0.99) < 0.05
    assert "view  26: scale" in str(scales)


def test_unknown_depth_of_views_takes_no_part():
    trajectory = views(CUBE, 64, 64, 105, 105)
    distance = torch.full((6, 64, 64), 5.0)
    valid = torch.rand(6, 64, 64, generator=torch.Generator().manual_seed(0)) > 0.5
    depth = distance_to_depth(distance, trajectory.K) * valid
    partly = Depth(depth, valid, trajectory.K, trajectory.w2c)
    merged, known = merge_views(partly, align_views(partly), 64)
    torch.testing.assert_close(merged[known], torch.full_like(merged[known], 5.0), rtol=0.03, atol=0)
    assert 0.4 < known.float().mean() < 0.9


def test_scales_do_not_mind_a_view_with_a_wrong_part():
    trajectory = views(ring_directions(6), 64, 64, 100, 100)
    wrong = room_depth(trajectory)
    wrong.depth[2, 20:44, :20] *= 3
    assert (align_views(wrong).scale - 1).abs().max() < 0.02


def test_large_disagreement_is_logged(caplog):
    trajectory = views(ring_directions(6), 64, 64, 100, 100)
    exact = room_depth(trajectory)
    with caplog.at_level(logging.WARNING):
        align_views(replace(exact, depth=1 / exact.depth))
    assert "after scaling" in caplog.text


def test_cloud_lies_on_the_walls_evenly():
    distance = room(panorama_directions(128))
    cloud = cloud_from_panorama(field(panorama_directions(128)), distance, everywhere(distance))
    assert len(cloud.points) > 0.98 * even_pixels(128).sum()  # a room has no depth edges
    off = torch.minimum((cloud.points - torch.tensor(ROOM_LOW)).abs(), (cloud.points - torch.tensor(ROOM_HIGH)).abs())
    assert off.amin(1).max() < 1e-4
    torch.testing.assert_close(cloud.colors, field(cloud.points), atol=1e-5, rtol=0)
    up = cloud.points[:, 2] / cloud.points.norm(dim=1)
    # on an evenly covered sphere every slice of equal height holds equally many points
    assert torch.histc(up, 8, -1, 1).sub(len(up) / 8).abs().max() < 0.1 * len(up) / 8


def test_depth_edges_are_left_out_but_a_slanted_floor_stays():
    directions = panorama_directions(256)
    distance = (1.5 / -directions[..., 2].clamp(max=-1e-3)).clamp(max=200)
    ball = directions @ torch.tensor([-0.995, 0.0, -0.0998]) > 0.95
    rim = (torch.nn.functional.max_pool2d(ball[None].float(), 3, 1, 1)[0] > 0) & ~ball
    distance = torch.where(ball, 2.0, torch.where(rim, 4.0, distance))  # 4 m is what a depth model makes of 2 and 200
    cloud = cloud_from_panorama(torch.ones(256, 512, 3), distance, everywhere(distance), contract=math.inf)
    reach = cloud.points.norm(dim=1)
    on_ball, on_floor, far = (reach - 2).abs() < 1e-3, (cloud.points[:, 2] + 1.5).abs() < 1e-3, reach > 199
    assert (on_ball | on_floor | far).all()
    assert on_ball.sum() > 0.8 * (ball & even_pixels(256)).sum()
    slanted = (distance > 10) & (distance < 60) & ~ball & ~rim & even_pixels(256)  # 9 to 1 degrees from the eye
    assert (on_floor & (reach > 10) & (reach < 60)).sum() > 0.9 * slanted.sum() > 500


@pytest.fixture(scope="module")
def station(shared):
    """The 27 pictures of a real bank at half their size, their cameras, and the panorama they make with its holes."""
    folder = shared / "examples/station_panorama/pano_bank/images"
    pictures = [np.array(Image.open(path).convert("RGB").reduce(2)) for path in sorted(folder.glob("*.png"))]
    pictures, trajectory = torch.from_numpy(np.stack(pictures)).float() / 255, views(bank_directions(), 416, 240)
    return pictures, trajectory, *views_to_panorama(pictures, trajectory, 720)


def some_of(trajectory, indices):
    return replace(trajectory, w2c=trajectory.w2c[indices], K=trajectory.K[indices])


def test_a_real_bank_stitched_and_cut_again(station):
    pictures, trajectory, panorama, mask = station
    some = [0, 4, 13, 26]
    cut = some_of(trajectory, some)
    known = panorama_to_views(mask[..., None], cut)[..., 0] == 0
    again = panorama_to_views(panorama, cut)
    assert known.float().mean() > 0.999
    for index, view in enumerate(some):
        assert psnr(again[index][known[index]], pictures[view][known[index]]) > 31


def test_the_cloud_of_a_real_bank_looks_like_the_bank(station):
    pictures, trajectory, panorama, mask = station
    cloud = cloud_from_panorama(panorama, room(panorama_directions(720)), mask == 0)
    image, hole, _ = render_path(cloud, some_of(trajectory, [5, 24]), radius=0.016)  # 1.9 pixels, as at full size
    known = hole == 0
    assert known.float().mean() > 0.999
    for index, view in enumerate([5, 24]):
        assert psnr(image[index][known[index]], pictures[view][known[index]]) > 26
        assert psnr(image[index].flip(1)[known[index]], pictures[view][known[index]]) < 20  # a mirrored world is told


def test_the_cloud_of_a_real_bank_moves_as_the_official_pictures_do(station, shared):
    """The scene is a corridor: with its walls as depth, the cloud is seen as the official cloud from moved cameras."""
    pictures, _, panorama, mask = station
    corridor = room(panorama_directions(720), (-4.62, -0.776, -0.623), (6.0, 0.813, 0.829))  # fitted to the pictures
    cloud = cloud_from_panorama(panorama, corridor, mask == 0)
    for path, frame in (("traj0", 12), ("traj1", 12), ("traj2", 12)):
        folder = shared / "examples/station_panorama/view0" / path
        camera = json.loads((folder / "camera.json").read_text())
        pose, K = (torch.tensor(camera[name][frame])[None] for name in ("extrinsic", "intrinsic"))
        moved = Trajectory(pose, K, camera["width"], camera["height"]).resized(416, 240)
        image, hole, _ = render_path(cloud, moved, radius=0.016)
        official = half_size_frame(folder / "render.mp4", frame)
        known = (hole[0] == 0) & (half_size_frame(folder / "render_mask.mp4", frame)[..., 0] < 0.1)
        assert psnr(image[0][known], official[known]) > 22.5
        assert psnr(pictures[0][known], official[known]) < 19  # had the camera stayed


def half_size_frame(path, index):
    with av.open(path) as video:
        frame = next(itertools.islice(video.decode(video=0), index, None)).to_image().reduce(2)
    return torch.from_numpy(np.array(frame)).float() / 255


BANK = views(ring_directions(3), 60, 40)
MOVED = replace(BANK, w2c=torch.tensor([[1, 0, 0, 0.1], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]).repeat(3, 1, 1))


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
    (lambda: distance_from_moge({"image": torch.zeros(1, 64, 128, 3)}), "holds image but no depth"),
    (lambda: distance_from_moge({"depth": torch.ones(1, 64, 128), "intrinsics": torch.eye(3)}), "photograph"),
    (lambda: distance_from_moge({"depth": torch.ones(2, 64, 128)}), r"shape \[2, 64, 128\]"),
    (lambda: distance_to_views(torch.full((64, 128), math.inf), torch.ones(64, 128) > 0, BANK), "infinite"),
    (lambda: cloud_from_panorama(torch.zeros(32, 64, 3), torch.ones(64, 128), torch.ones(64, 128) > 0), "64x32"),
    (lambda: cloud_from_panorama(torch.zeros(64, 128, 3), torch.ones(64, 128), torch.zeros(64, 64) > 0), "valid mask"),
    (lambda: place(room_depth(views(ring_directions(2), 60, 40)), BANK), "2 depth maps for 3 views"),
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
    assert PanoramaViews().cut(panorama, "ring", 64, 48, 60.0, 50.0, 5, 20.0, -10.0)[0].shape == (5, 48, 64, 3)
    back, mask = ViewsToPanorama().stitch(pictures, trajectory, 180)
    assert (back - panorama)[mask == 0].abs().max() < 0.02 and back.shape == panorama.shape


def test_node_makes_the_same_cloud_from_each_kind_of_depth(comfy):
    panorama = field(panorama_directions(90))[None]
    distance = room(panorama_directions(90))
    trajectory = views(bank_directions() + polar_directions(), 208, 120)
    packet = {"depth": distance[None], "mask": everywhere(distance)[None], "image": panorama}
    lift = PointCloudFromPanorama().lift
    from_moge, depth, report = lift(panorama, 1.0, 0.1, moge_geometry=packet)
    assert torch.equal(depth.w2c[0], from_moge.start_w2c) and torch.equal(from_moge.start_w2c, look(0, 0))
    torch.testing.assert_close(depth.depth, room_depth(views([(0, 0)])).depth, rtol=0.05, atol=0)
    from_picture, _, _ = lift(panorama, 2.0, 0.1, depth_image=distance[None, ..., None].repeat(1, 1, 1, 3) / 2)
    assert torch.equal(from_moge.points, from_picture.points) and "100.0 %" in report
    unplaced = replace(room_depth(trajectory), w2c=torch.eye(4).repeat(43, 1, 1))  # as from a depth model: no poses
    from_views, depth, report = lift(panorama, 1.0, 0.1, view_depths=unplaced, trajectory=trajectory)
    assert depth.depth.shape == (43, 120, 208) and from_views.unit == depth.unit == "m"
    reach = from_views.points.norm(dim=1)
    error = (reach / room(from_views.points / reach[:, None]) - 1).abs()
    assert error.median() < 5e-3 and report.count("overlap") == 43
    with pytest.raises(ValueError, match="0 depths are connected"):
        lift(panorama, 1.0, 0.1)
    with pytest.raises(ValueError, match="needs the trajectory"):
        lift(panorama, 1.0, 0.1, view_depths=unplaced)


def test_masked_pixels_of_a_packet_are_holes(comfy):
    distance = torch.ones(1, 64, 128)
    mask = torch.ones_like(distance, dtype=torch.bool)
    mask[:, :32] = False
    looks_right = views(ring_directions(1, 90), 64, 48)
    cloud, depth, report = PointCloudFromPanorama().lift(torch.zeros(1, 64, 128, 3), 1.0, 0.1, trajectory=looks_right,
                                                         moge_geometry={"depth": distance, "mask": mask})
    assert cloud.points[:, 2].max() < 0 and "50.0 %" in report
    assert torch.equal(cloud.start_w2c, looks_right.w2c[0])
    assert not depth.valid[0, :24].any() and depth.valid[0, 24:].all()
