"""What one update does to points: confirms, opposes, fills, prunes, thins; what it refuses;
how it is undone."""
import math
from dataclasses import fields, replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from motorcycle import decibels, motorcycle
from synthetic_room import look, see, spoiled
from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.cloud.render.render import render_points
from worldstereo.core.cloud.thinning import thin_by_confidence
from worldstereo.core.depth.depth import Depth, with_cameras_of
from worldstereo.core.memory.geometric.alignment import fit_inverse_depth
from worldstereo.core.memory.geometric.fusion import (
    Points,
    RGBDView,
    fuse_view,
    nearest_inverse,
    points_in_picture,
    z_buffer,
)
from worldstereo.core.memory.geometric.update import UpdateSettings, choose_frames, remove_clip, update

HEIGHT, WIDTH = 48, 80
TENSORS = ("points", "colors", "confidence", "views", "clip")
MEASURED = UpdateSettings(align="none")


def room(*yaws):
    return see(torch.stack([look([0, 0, -1], yaw) for yaw in yaws]), HEIGHT, WIDTH)


def lifted(*yaws):
    """Every pixel of these views as a point."""
    return lift(*room(*yaws), 0, math.inf)


def with_extra(cloud, points, confidence=1.0):
    """The cloud with red points behind the others."""
    points = torch.tensor(points)
    return PointCloud(torch.cat([cloud.points, points]),
                      torch.cat([cloud.colors, torch.tensor([[1.0, 0, 0]]).expand(len(points), 3)]),
                      cloud.start_w2c,
                      confidence=torch.cat([cloud.confidence, torch.full((len(points),), confidence)]))


def noisy(values, seed, share, spread=0.01):
    """Values with relative noise, a share of them replaced by anything."""
    random = torch.Generator().manual_seed(seed)
    values = values * (1 + spread * torch.randn(values.shape, generator=random))
    anything = values * torch.exp(2 * torch.rand(values.shape, generator=random) - 0.7)
    return torch.where(torch.rand(values.shape, generator=random) < share, anything, values)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.floats(-3, 3), st.floats(0, 0.6))
def test_the_scale_is_found_among_wrong_pixels(seed, log_scale, share):
    seen = 1 + 4 * torch.rand(3000, generator=torch.Generator().manual_seed(seed))
    fit = fit_inverse_depth(noisy(seen, seed, share) * math.exp(log_scale), seen)
    assert fit.scale == pytest.approx(math.exp(log_scale), rel=5e-3) and fit.shift == 0
    assert fit.agreement > 0.9 * (1 - share)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 10), st.floats(0, 0.5), st.floats(0, 0.5))
def test_scale_and_shift_are_found_among_wrong_pixels(seed, scale, shift, share):
    seen = 1 + 4 * torch.rand(3000, generator=torch.Generator().manual_seed(seed))
    depth = scale / (1 / noisy(seen, seed, share, 0.003) + shift)
    fit = fit_inverse_depth(depth, seen, with_shift=True)
    assert fit.scale == pytest.approx(scale, rel=0.02) and fit.shift == pytest.approx(-shift, abs=0.01)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("with_shift", [False, True])
def test_a_fit_of_few_or_equal_pixels_is_finite(count, with_shift):
    fit = fit_inverse_depth(torch.full((count,), 4.0), torch.full((count,), 2.0), with_shift)
    assert 1 / (fit.scale / 4 + fit.shift) == pytest.approx(2, rel=1e-3) and fit.residual < 1e-3


def test_the_same_view_confirms_and_adds_nothing():
    cloud = lifted(0)
    grown, report = update(cloud, *room(0))
    frame = report.frames[0]
    assert report.rejected == 0 and frame.fit.scale == pytest.approx(1, abs=1e-4)
    assert frame.fit.residual < 1e-3
    assert frame.confirmed > 0.85 * len(cloud.points) and frame.added == 0  # edges are neither
    assert (grown.views == 2).sum() == (grown.confidence > 1).sum() == frame.confirmed
    assert torch.allclose(grown.points, cloud.points, atol=1e-3)
    assert torch.allclose(grown.colors, cloud.colors, atol=1e-3)


def test_a_frame_without_common_pixels_reports_no_nan():
    _, report = update(lifted(0), *room(180), MEASURED)
    assert report.rejected == 0 and "no pixel to compare" in str(report) and "nan" not in str(report)


def test_a_new_view_fills_what_was_not_seen():
    cloud = lifted(0)
    grown, report = update(cloud, *room(30))
    new = grown.clip == 1
    assert report.clip == 1 and (grown.views[new] == 1).all() and 0.2 < new.sum() / (HEIGHT * WIDTH) < 0.6
    direction = grown.points[new] - torch.tensor([0.0, 0, -1])
    angle = torch.rad2deg(torch.atan2(direction[:, 0], direction[:, 2]))
    assert (angle > 30).float().mean() > 0.9  # the first view ends at 37.5 degrees, its steep edges earlier


@pytest.mark.slow
@settings(max_examples=15, deadline=None, derandomize=True)  # a point may lie on the border by chance
@given(st.integers(0, 10 ** 6), st.floats(0.01, 0.05))
def test_one_point_at_a_time_gives_the_same_judgement(seed, tolerance):
    """What fuse_view does, spelled out for single points."""
    random = torch.Generator().manual_seed(seed)
    height, width, count = 6, 8, 60
    known = torch.rand(height, width, generator=random) > 0.1
    known[:4, :5] = False
    inverse = 0.5 * (1 + 0.02 * torch.randn(height, width, generator=random)) * known
    good = torch.rand(height, width, generator=random) * known
    w2c, K = look([0.3, -0.2, 0.1], 25, 10), intrinsics_from_fov(70, width, height)
    colors = torch.rand(height * width, 3, generator=random)
    nearest = nearest_inverse(inverse)
    unknown = (nearest == 0) & (torch.rand(height, width, generator=random) > 0.2)
    view = RGBDView(torch.stack([known.float(), inverse, good]), nearest, unknown, colors, w2c, K, tolerance,
                    1.8, 1, 300 * torch.rand(height * width, generator=random))
    depth = 2 * (1 + torch.tensor([0, 0.01, 0.2])[torch.randint(0, 3, (count,), generator=random)]
                 * torch.randn(count, generator=random))
    places = torch.rand(count, 2, generator=random) * torch.tensor([width, height])
    pixels = torch.cat([places, torch.ones(count, 1)], 1)
    cam = depth[:, None] * (pixels @ torch.linalg.inv(K).T)
    world = (torch.cat([cam, torch.ones(count, 1)], 1) @ torch.linalg.inv(w2c).T)[:, :3]
    one = torch.ones(count, dtype=torch.int32)
    before = Points(world, torch.rand(count, 3, generator=random), torch.rand(count, generator=random), one,
                    one, 300 * torch.rand(count, generator=random))
    after, covered, opposed, confirmed = fuse_view(before, points_in_picture(world, w2c, K, height, width),
                                                   view)
    expected_covered, expected_opposed = torch.zeros(height, width), torch.zeros(height, width)
    confirmations = 0
    for i in range(count):
        column, row, z = float(pixels[i, 0]), float(pixels[i, 1]), float(depth[i])
        if is_close_call := abs(abs(bilinear(inverse, row, column) * z - 1) - tolerance) < 1e-4:
            confirmations += int(after.views[i]) - 1
        pixel = (int(row), int(column))
        behind = bilinear(inverse, row, column) * z - 1
        sure = bilinear(known.float(), row, column) > 0.999
        quality = bilinear(good, row, column)
        point, color, confidence, views = world[i], before.colors[i], before.confidence[i], 1
        if sure and abs(behind) <= tolerance:
            weight = quality * min(1.0, (1.8 * bilinear(inverse, row, column)) ** 2)
            share = weight / float(confidence + weight)
            new_z = (1 - share) * z + share / bilinear(inverse, row, column)
            point = (torch.linalg.inv(w2c) @ torch.cat([cam[i] / z * new_z, torch.ones(1)]))[:3]
            there = pixel[0] * width + pixel[1]
            old, new = float(before.sharpness[i]) ** 4, float(view.sharpness[there]) ** 4
            color = (old * color + new * view.colors[there]) / (old + new)
            assert float(after.sharpness[i]) == pytest.approx((old + new) ** 0.25, rel=1e-4)
            confidence, views = confidence + weight, 2
        doubt = quality if sure and behind < -2 * tolerance else 0.0
        around = inverse[max(pixel[0] - 1, 0):pixel[0] + 2, max(pixel[1] - 1, 0):pixel[1] + 2].max()
        if unknown[pixel]:
            doubt = 0.5
        if around > 0 and around * z - 1 < -2 * tolerance:
            doubt = 1.0
        if doubt:
            expected_opposed[pixel] = max(expected_opposed[pixel], confidence)
            confidence = (confidence - 0.5 * doubt).clamp(min=0)
        if sure and abs(behind) <= 2 * tolerance:
            expected_covered[pixel] = 1
        if is_close_call:
            continue
        confirmations += views - 1
        assert torch.allclose(after.points[i], point, atol=1e-4)
        assert torch.allclose(after.colors[i], color, atol=1e-4)
        assert float(after.confidence[i]) == pytest.approx(float(confidence), abs=1e-4)
        assert after.views[i] == views
    assert confirmed == confirmations
    assert (covered.view(height, width) != expected_covered.bool()).sum() <= 1
    assert torch.allclose(opposed.view(height, width), expected_opposed, atol=1e-5)


def bilinear(plane, row, column):
    """The value between the four pixel centres around a place in pixels; the border goes on as it is."""
    height, width = plane.shape
    row, column = min(max(row - 0.5, 0), height - 1), min(max(column - 0.5, 0), width - 1)
    top, left = min(int(row), height - 2), min(int(column), width - 2)
    down, right = row - top, column - left
    return float((1 - down) * ((1 - right) * plane[top, left] + right * plane[top, left + 1])
                 + down * ((1 - right) * plane[top + 1, left] + right * plane[top + 1, left + 1]))


def test_a_nearer_view_adds_detail():
    """What was seen from afar is too thin for a view from near; the same view again adds nothing more."""
    far, near = (torch.stack([look([0, 0, z], 0)]) for z in (-2.5, 1.0))
    cloud = lift(*see(far, HEIGHT, WIDTH), 0, math.inf)
    frames, depth = see(near, HEIGHT, WIDTH)
    once, report = update(cloud, frames, depth)
    twice, again = update(once, frames, depth)
    assert report.frames[0].added > 0.3 * HEIGHT * WIDTH and again.frames[0].added < 0.01 * HEIGHT * WIDTH


def test_far_and_uneven_depth_weighs_less():
    cloud, (photo, depth) = lifted(100), room(100)
    grown, _ = update(cloud, photo, depth)
    gain = (grown.confidence - cloud.confidence).view(HEIGHT, WIDTH)
    typical, far = float(depth.depth.median()), depth.depth[0] > 1.05 * depth.depth.median()
    assert far.any() and (gain[far] <= (typical / depth.depth[0][far]) ** 2 + 1e-3).all()
    assert (gain[far] > 0).float().mean() > 0.5 and gain.min() >= 0 and 0.9 < gain.max() <= 1


def test_what_shows_through_gaps_is_not_visible():
    """A thin near surface before a dense far one: only the near one counts, where there is any of it."""
    K, eye = intrinsics_from_fov(70, WIDTH, HEIGHT), torch.eye(4)
    row, column = torch.meshgrid(torch.arange(HEIGHT) + 0.5, torch.arange(WIDTH) + 0.5, indexing="ij")
    rays = torch.stack([column, row, torch.ones_like(row)], 2) @ torch.linalg.inv(K).T
    near, far = 2 * rays[::2, : WIDTH // 2 : 2].reshape(-1, 3), 4 * rays.reshape(-1, 3)
    depth = z_buffer([points_in_picture(points, eye, K, HEIGHT, WIDTH) for points in (near, far)],
                          HEIGHT, WIDTH)
    left, right = depth[:, : WIDTH // 2 - 1], depth[:, WIDTH // 2 + 1:]
    assert set(left.unique().tolist()) == {2.0, math.inf}
    assert (left == 2).float().mean() == pytest.approx(0.25, abs=0.02)
    assert torch.allclose(right, torch.tensor(4.0))


def test_a_point_in_the_air_goes_and_a_hidden_one_stays():
    cloud = with_extra(lifted(0), [[0.0, -0.2, 0.5], [0, 0, 50]])  # in front of the far wall, and behind it
    same = room(0, 0, 0)
    once, _ = update(cloud, *(room(0)))
    assert once.confidence[-2 - int((once.clip == 1).sum())] == pytest.approx(0.5, abs=0.1)
    grown, report = update(cloud, *same)
    assert report.pruned >= 1
    assert (grown.points == torch.tensor([0.0, 0, 50])).all(1).any()
    assert not (grown.points - torch.tensor([0.0, -0.2, 0.5])).norm(dim=1).lt(0.1).any()
    kept, report = update(cloud, *same, UpdateSettings(prune=False))
    assert report.pruned == 0 and (kept.points - torch.tensor([0.0, -0.2, 0.5])).norm(dim=1).lt(0.1).any()


def test_surer_points_in_front_keep_new_ones_out():
    """A wall that many views agreed on stands against one view that sees through it."""
    photo, depth = room(0)
    wall = replace(lift(photo, replace(depth, depth=torch.full_like(depth.depth, 0.5)), 0, math.inf))
    unsure, sure = (replace(wall, confidence=torch.full_like(wall.confidence, value)) for value in (0.01, 9))
    assert update(unsure, photo, depth, MEASURED)[1].frames[0].added > 0.8 * HEIGHT * WIDTH
    assert update(sure, photo, depth, MEASURED)[1].frames[0].added == 0


def test_specks_of_a_clip_are_judged_by_its_earlier_frames():
    photo, depth = room(0, 4, 8, 12)
    speckled = depth.depth.clone()
    speckled[3, 20:27, 40:47] *= 0.4  # only the last frame has it, so only earlier ones can speak against it
    cloud, report = update(lifted(0, 12), photo, replace(depth, depth=speckled))
    assert report.rejected == 0 and report.pruned > 5
    nearest = (cloud.points - torch.tensor([0.0, 0, -1])).norm(dim=1).min()
    assert nearest > (lifted(0, 4, 8, 12).points - torch.tensor([0.0, 0, -1])).norm(dim=1).min() - 0.05


def test_a_view_of_elsewhere_and_a_view_that_fits_nowhere_are_left_out():
    cloud = lifted(0)
    photo, depth = room(180, 3)
    waves = (3 + 2 * torch.sin(torch.arange(WIDTH) / 12)).expand(HEIGHT, WIDTH)
    wrong = replace(depth, depth=torch.stack([depth.depth[0], waves]))
    same, report = update(cloud, photo, wrong)
    assert [bool(frame.reason) for frame in report.frames] == [True, True] and report.rejected == 2
    assert "the cloud shows only" in report.frames[0].reason
    assert "agree with the cloud" in report.frames[1].reason
    assert all(torch.equal(getattr(same, name), getattr(cloud, name)) for name in TENSORS)
    assert "0 of 2 frames worked in" in str(report) and "left out: the cloud shows only" in str(report)
    trusted, report = update(cloud, photo[:1], room(180)[1], MEASURED)
    assert report.rejected == 0 and len(trusted.points) > 1.5 * len(cloud.points)


def test_nothing_is_random_and_nothing_that_went_in_changes():
    cloud, (photo, depth) = lifted(0), room(10, 20)
    depth = spoiled(depth)
    before = [getattr(cloud, name).clone() for name in TENSORS] + [photo.clone(), depth.depth.clone()]
    one, other = update(cloud, photo, depth)[0], update(cloud, photo, depth)[0]
    after = [getattr(cloud, name) for name in TENSORS] + [photo, depth.depth]
    assert all(torch.equal(*pair) for pair in zip(before, after))
    assert all(torch.equal(getattr(one, name), getattr(other, name)) for name in TENSORS)


def test_a_clip_can_be_taken_out_again():
    cloud = lifted(0)
    first, _ = update(cloud, *room(25))
    second, report = update(first, *room(50))
    assert report.clip == 2 and second.clip.unique().tolist() == [0, 1, 2]
    undone = remove_clip(second, 2)
    assert len(undone.points) == len(first.points) and undone.clip.unique().tolist() == [0, 1]
    middle = remove_clip(second, 1)
    assert middle.clip.unique().tolist() == [0, 2] and update(middle, *room(25))[1].clip == 3
    with pytest.raises(ValueError, match="no points of clip 7; it has those of 0, 1, 2"):
        remove_clip(second, 7)
    with pytest.raises(ValueError, match="All points of the cloud are from clip 0"):
        remove_clip(cloud, 0)


def test_the_limit_keeps_the_most_confident_points():
    cloud = lifted(0)
    surest = torch.arange(len(cloud.points)) % 50 == 0
    cloud = replace(cloud, confidence=torch.where(surest, 5.0, 1.0))
    thin, report = update(cloud, *room(5), UpdateSettings(max_points=1000))
    assert 700 <= len(thin.points) <= 1000 and report.thinned > 0
    kept = (thin.confidence > 4.9).sum() / surest.sum()
    assert kept > 0.9


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 3000), st.integers(1, 4000), st.sampled_from([0, 1, 1e5]),
       st.sampled_from([1e-4, 1, 1e4]))
def test_thinning_keeps_within_the_limit(seed, count, most, flat, size):
    random = torch.Generator().manual_seed(seed)
    points = torch.randn(count, 3, generator=random) * torch.tensor([1, 1, flat]) * size
    index = thin_by_confidence(points, torch.rand(count, generator=random), most)
    assert 0 < len(index) <= most and len(index.unique()) == len(index)
    assert len(index) == count or count > most


def test_frames_are_chosen_and_placed():
    photo, depth = room(*range(21))
    trajectory = Trajectory(depth.w2c.flip(0), depth.K * torch.tensor([2.0, 3, 1])[:, None], WIDTH * 2,
                            HEIGHT * 3)
    moved = with_cameras_of(depth, trajectory)
    assert torch.equal(moved.w2c, trajectory.w2c) and torch.allclose(moved.K, depth.K)
    frames, few = choose_frames(photo, depth, 8)
    kept = [3, 6, 9, 12, 14, 16, 18, 20]
    assert torch.equal(frames, photo[kept]) and torch.equal(few.w2c, depth.w2c[kept])
    assert choose_frames(photo, depth, 0)[1] is depth and len(choose_frames(photo, depth, 99)[0]) == 20
    assert len(choose_frames(photo[:1], room(0)[1], 8)[0]) == 1
    with pytest.raises(ValueError, match="21 depth maps and 20 poses"):
        with_cameras_of(depth, Trajectory(depth.w2c[:20], depth.K[:20], WIDTH, HEIGHT))


def test_a_clip_without_its_cameras_is_told(caplog):
    photo, depth = room(0, 20)
    update(lifted(0), photo, replace(depth, w2c=depth.w2c[:1].repeat(2, 1, 1)))
    assert "All 2 frames have the same camera" in caplog.text


def test_progress_and_interruption():
    done = []
    update(lifted(0), *room(5, 180, 10), progress=done.append)
    assert done == [1, 2, 3]

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update(lifted(0), *room(5, 10), progress=stop)


@pytest.mark.parametrize("change, message", [
    (lambda photo, depth: (photo[:, :-1], depth), r"frames have the shape \[1, 47, 80, 3\]"),
    (lambda photo, depth: (photo.repeat(2, 1, 1, 1), depth), r"frames have the shape \[2, 48, 80, 3\]"),
    (lambda photo, depth: (photo[0], depth), r"frames have the shape \[48, 80, 3\]"),
    (lambda photo, depth: (photo.where(photo < 0.5, torch.nan), depth), "NaN or infinite"),
    (lambda photo, depth: (photo, depth, UpdateSettings(align="best")),
     "Alignment is 'best'; use one of scale"),
    (lambda photo, depth: (photo, replace(depth, unit="mm"), MEASURED),
     "depth is in mm, the point cloud in m"),
    (lambda photo, depth: (photo, depth, UpdateSettings(max_points=0)), "max_points is 0"),
    (lambda photo, depth: (photo, replace(depth, depth=-depth.depth)), "zero or negative where it is valid"),
    (lambda photo, depth: (photo, replace(depth, depth=depth.depth * torch.inf)), "NaN or infinite")])
def test_bad_input_is_a_sentence(change, message):
    with pytest.raises(ValueError, match=message):
        update(lifted(0), *change(*room(5)))


def test_depth_without_a_known_pixel_is_left_out():
    photo, depth = room(5)
    nothing = replace(depth, depth=torch.zeros_like(depth.depth), valid=torch.zeros_like(depth.valid))
    for align in ("scale", "none"):
        same, report = update(lifted(0), photo, nothing, UpdateSettings(align))
        assert report.rejected == 1 and "no pixel of known, even depth" in report.frames[0].reason
        assert same.clip.max() == 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10 ** 6), st.integers(1, 400), st.integers(1, 3), st.sampled_from([1e-3, 1.0, 1e3]),
       st.sampled_from(["scale", "scale and shift", "none"]), st.tuples(*[st.booleans()] * 4),
       st.floats(0, 1))
def test_any_cloud_and_any_view_give_a_sound_cloud(seed, count, frames, size, align, switches, holes):
    """Also with the camera inside the points, depth without any likeness to the cloud, and single points."""
    random = torch.Generator().manual_seed(seed)
    points = torch.randn(count, 3, generator=random) * size
    cloud = PointCloud(points, torch.rand(count, 3, generator=random), torch.eye(4))
    q, _ = torch.linalg.qr(torch.randn(frames, 3, 3, generator=random))
    w2c = torch.eye(4).repeat(frames, 1, 1)
    w2c[:, :3, :3] = q * torch.linalg.det(q)[:, None, None]
    w2c[:, :3, 3] = torch.randn(frames, 3, generator=random) * size
    valid = torch.rand(frames, 9, 12, generator=random) >= holes
    depth = torch.exp(torch.randn(frames, 9, 12, generator=random) * 0.1) * size * valid
    depth = Depth(depth, valid, intrinsics_from_fov(70, 12, 9).expand(frames, 3, 3), w2c)
    try:
        grown, report = update(cloud, torch.rand(frames, 9, 12, 3, generator=random), depth,
                               UpdateSettings(align, *switches[:3], max_points=300, keep_photo=switches[3]))
    except ValueError as error:
        assert "see through every point" in str(error)
        return
    assert len(grown.points) == report.after <= 300
    assert report.after == report.before + sum(f.added
                                               for f in report.frames) - report.pruned - report.thinned
    assert grown.clip.max() <= report.clip and (grown.views >= 1).all()
    assert str(report).count("\n") == frames and {field.name for field in fields(PointCloud)} >= set(TENSORS)


@pytest.mark.slow
def test_a_second_real_photograph_improves_the_picture():
    """Motorcycle: the left photograph's points, then the right photograph with its depth wrong by a factor.
    The depth is that of the left one seen from the right, so only alignment,
    colour and holes are at stake."""
    scene = motorcycle()
    first, everything = lift(scene.left[None], scene.depth), lift(scene.left[None], scene.depth, 0)
    camera = (scene.right_w2c[None], scene.right_K[None], *scene.right.shape[:2])
    *_, depth = render_points(everything.points, everything.colors, *camera, radius=3 / len(scene.right))
    depth = Depth(depth * 1.37, depth > 0, scene.right_K[None], scene.right_w2c[None])
    both, report = update(first, scene.right[None], depth)
    assert report.frames[0].fit.scale == pytest.approx(1.37, rel=5e-3)
    (before, hole, _), (after, fewer, _) = (render_points(cloud.points, cloud.colors, *camera)
                                            for cloud in (first, both))
    covered = hole[0] == 0
    assert decibels(after[0], scene.right, covered) > decibels(before[0], scene.right, covered) + 0.7
    assert fewer.mean() < 0.6 * hole.mean()
