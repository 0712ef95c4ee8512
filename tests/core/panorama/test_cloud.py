"""Point clouds from panoramas: scales of views, edges, the real bank of a station, the nodes."""
import itertools
import json
import logging
import math
from dataclasses import replace

import av
import numpy as np
import pytest
import torch
from PIL import Image

from sphere import ROOM_HIGH, ROOM_LOW, everywhere, field, psnr, room, room_depth, world_rays
from worldstereo.core.cameras.pinhole import distance_to_depth
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.depth.depth import Depth
from worldstereo.core.panorama.cloud import cloud_from_panorama
from worldstereo.core.panorama.sphere import (
    even_pixels,
    panorama_directions,
    panorama_to_views,
    views_to_panorama,
)
from worldstereo.core.panorama.view_depths import align_views, merge_views
from worldstereo.core.panorama.views import (
    bank_directions,
    look_towards,
    polar_directions,
    ring_directions,
    views,
)
from worldstereo.core.planning.presets.moves import orbit, start_from
from worldstereo.nodes.panorama import PanoramaViews, PointCloudFromPanorama


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
    trajectory = views(ring_directions(4) + [(0, 90), (0, -90)], 64, 64, 105, 105)
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
    off = torch.minimum((cloud.points - torch.tensor(ROOM_LOW)).abs(),
                        (cloud.points - torch.tensor(ROOM_HIGH)).abs())
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
    # 4 m is what a depth model makes of 2 and 200
    distance = torch.where(ball, 2.0, torch.where(rim, 4.0, distance))
    cloud = cloud_from_panorama(torch.ones(256, 512, 3), distance, everywhere(distance), contract=math.inf)
    reach = cloud.points.norm(dim=1)
    on_ball, on_floor, far = (reach - 2).abs() < 1e-3, (cloud.points[:, 2] + 1.5).abs() < 1e-3, reach > 199
    assert (on_ball | on_floor | far).all()
    assert on_ball.sum() > 0.8 * (ball & even_pixels(256)).sum()
    # 9 to 1 degrees from the eye
    slanted = (distance > 10) & (distance < 60) & ~ball & ~rim & even_pixels(256)
    assert (on_floor & (reach > 10) & (reach < 60)).sum() > 0.9 * slanted.sum() > 500


@pytest.fixture(scope="module")
def station(shared):
    """The 27 pictures of a real bank at half their size, their cameras,
    and the panorama they make with its holes."""
    folder = shared / "examples/station_panorama/pano_bank/images"
    pictures = [np.array(Image.open(path).convert("RGB").reduce(2)) for path in sorted(folder.glob("*.png"))]
    pictures, trajectory = torch.from_numpy(np.stack(pictures)).float() / 255, views(
        bank_directions(), 416, 240)
    return pictures, trajectory, *views_to_panorama(pictures, trajectory, 720)


def some_of(trajectory, indices):
    return replace(trajectory, w2c=trajectory.w2c[indices], K=trajectory.K[indices])


@pytest.mark.slow
def test_a_real_bank_stitched_and_cut_again(station):
    pictures, trajectory, panorama, mask = station
    some = [0, 4, 13, 26]
    cut = some_of(trajectory, some)
    known = panorama_to_views(mask[..., None], cut)[..., 0] == 0
    again = panorama_to_views(panorama, cut)
    assert known.float().mean() > 0.999
    for index, view in enumerate(some):
        assert psnr(again[index][known[index]], pictures[view][known[index]]) > 31


@pytest.mark.slow
def test_the_cloud_of_a_real_bank_looks_like_the_bank(station):
    pictures, trajectory, panorama, mask = station
    cloud = cloud_from_panorama(panorama, room(panorama_directions(720)), mask == 0)
    # 1.9 pixels, as at full size
    image, hole, _ = render_path(cloud, some_of(trajectory, [5, 24]), radius=0.016)
    known = hole == 0
    assert known.float().mean() > 0.999
    for index, view in enumerate([5, 24]):
        assert psnr(image[index][known[index]], pictures[view][known[index]]) > 26
        # a mirrored world is told
        assert psnr(image[index].flip(1)[known[index]], pictures[view][known[index]]) < 20


@pytest.mark.slow
def test_the_cloud_of_a_real_bank_moves_as_the_official_pictures_do(station, shared):
    """The scene is a corridor: with its walls as depth,
    the cloud is seen as the official cloud from moved cameras."""
    pictures, _, panorama, mask = station
    # fitted to the pictures
    corridor = room(panorama_directions(720), (-4.62, -0.776, -0.623), (6.0, 0.813, 0.829))
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


def test_node_makes_the_same_cloud_from_each_kind_of_depth(comfy):
    panorama = field(panorama_directions(90))[None]
    distance = room(panorama_directions(90))
    trajectory = views(bank_directions() + polar_directions(), 208, 120)
    packet = {"depth": distance[None], "mask": everywhere(distance)[None], "image": panorama}
    lift = PointCloudFromPanorama().lift
    from_moge, depth, report = lift(panorama, 1.0, 0.1, moge_geometry=packet)
    assert torch.equal(depth.w2c[0], from_moge.start_w2c)
    assert torch.equal(from_moge.start_w2c, look_towards(0, 0))
    torch.testing.assert_close(depth.depth, room_depth(views([(0, 0)])).depth, rtol=0.05, atol=0)
    from_picture, _, _ = lift(panorama, 2.0, 0.1,
                              depth_image=distance[None, ..., None].repeat(1, 1, 1, 3) / 2)
    assert torch.equal(from_moge.points, from_picture.points) and "100.0 %" in report
    # as from a depth model: no poses
    unplaced = replace(room_depth(trajectory), w2c=torch.eye(4).repeat(43, 1, 1))
    from_views, depth, report = lift(panorama, 1.0, 0.1, view_depths=unplaced, trajectory=trajectory)
    assert depth.depth.shape == (43, 120, 208) and from_views.unit == depth.unit == "m"
    reach = from_views.points.norm(dim=1)
    error = (reach / room(from_views.points / reach[:, None]) - 1).abs()
    assert error.median() < 5e-3 and report.count("overlap") == 43
    with pytest.raises(ValueError, match="0 depths are connected"):
        lift(panorama, 1.0, 0.1)
    with pytest.raises(ValueError, match="connect the trajectory of 'Panorama to Views'"):
        lift(panorama, 1.0, 0.1, view_depths=unplaced)


def test_a_path_planned_in_the_panorama_starts_with_its_view(comfy):
    panorama = field(panorama_directions(180))[None]
    pictures, start = PanoramaViews().cut(panorama, "ring", 104, 60, 120.0, 90.0, 1, 120.0, 0.0)
    packet = {"depth": room(panorama_directions(180))[None], "intrinsics": None}
    cloud, depth, _ = PointCloudFromPanorama().lift(panorama, 1.0, 0.1, moge_geometry=packet,
                                                    trajectory=start)
    path = start_from(depth, orbit(3, depth.median, 20), 104, 60)
    image, hole, _ = render_path(cloud, path, radius=0.06, start_image=pictures)
    assert torch.equal(image[0], pictures[0]) and hole.mean() < 0.01
    moved = path.c2w[2, :3, 3]  # the colours lie on the walls: what a moved camera sees is known
    rays = world_rays(path)[2]
    walls = torch.where(rays > 0, torch.tensor(ROOM_HIGH) - moved, torch.tensor(ROOM_LOW) - moved) / rays
    expected = field(moved + rays * walls.amin(-1)[..., None])
    assert psnr(image[2], expected) > 30 > psnr(image[0], expected)


def test_masked_pixels_of_a_packet_are_holes(comfy):
    distance = torch.ones(1, 64, 128)
    mask = torch.ones_like(distance, dtype=torch.bool)
    mask[:, :32] = False
    looks_right = views(ring_directions(1, 90), 64, 48)
    cloud, depth, report = PointCloudFromPanorama().lift(torch.zeros(1, 64, 128, 3), 1.0, 0.1,
                                                         trajectory=looks_right,
                                                         moge_geometry={"depth": distance, "mask": mask})
    assert cloud.points[:, 2].max() < 0 and "50.0 %" in report
    assert torch.equal(cloud.start_w2c, looks_right.w2c[0])
    assert not depth.valid[0, :24].any() and depth.valid[0, 24:].all()
