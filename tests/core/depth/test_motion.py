"""Depth from camera motion, in a room whose depth is known exactly."""
from dataclasses import replace

import pytest
import torch

from filmed_room import film, orbit, sideways
from synthetic_room import look, surface_samples
from world_clips import PAN, expanded
from worldstereo.core.cameras.pinhole import pixel_centres
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.metrics import nearest_distance
from worldstereo.core.depth.motion.motion import depth_from_motion
from worldstereo.core.depth.motion.plane_sweep import (
    CONTRAST,
    LARGE_STEP,
    SMALL_STEP,
    semi_global,
    sweep,
    warp,
    window_mean,
)
from worldstereo.core.depth.motion.views import Views, best_sources, homographies, largest_move, shrink_views
from worldstereo.core.memory.geometric.update import UpdateSettings, update
from worldstereo.core.world.clip_list import Clip
from worldstereo.nodes.depth_from_motion import DepthFromMotion
from worldstereo.nodes.world_graph import MOTION

pytestmark = pytest.mark.slow

HEIGHT, WIDTH, FRAMES = 72, 120, 7
COARSE = (13, 17)  # detail that pictures this small can show


@pytest.fixture(scope="module")
def clip():
    images, depth, path = film(orbit(30, FRAMES), HEIGHT, WIDTH, COARSE)
    return images, replace(depth, unit="ft"), replace(path, unit="ft")


@pytest.fixture(scope="module")
def found(clip):
    images, _, path = clip
    return depth_from_motion(images, path)


def errors(depth, exact):
    return (depth.depth / exact.depth - 1).abs()[depth.valid]


def test_depth_of_a_room_is_found_at_its_true_scale(clip, found):
    depth, confidence, report = found
    wrong = errors(depth, clip[1])
    assert depth.valid.float().mean() > 0.75 and wrong.median() < 0.006
    assert (wrong > 0.05).float().mean() < 0.12
    assert torch.equal(depth.K, clip[2].K) and torch.equal(depth.w2c, clip[2].w2c) and depth.unit == "ft"
    assert torch.equal(confidence > 0, depth.valid) and confidence.max() <= 1
    assert f"known in {depth.valid.float().mean():.0%} of the pixels, in ft" in report


def test_confidence_tells_good_depth_from_bad(clip, found):
    depth, confidence, _ = found
    wrong, sure = errors(depth, clip[1]) > 0.05, confidence[depth.valid] > 0.9
    assert sure.any() and wrong[sure].float().mean() < 0.6 * wrong[~sure].float().mean()


def test_the_path_gives_the_scale(clip, found):
    images, _, path = clip
    far = path.w2c.clone()
    far[:, :3, 3] *= 100
    scaled = depth_from_motion(images, replace(path, w2c=far))[0]
    both = scaled.valid & found[0].valid
    assert both.sum() > 0.98 * found[0].valid.sum()
    assert (scaled.depth / found[0].depth)[both].median() == pytest.approx(100, rel=1e-3)


def test_what_the_frames_do_not_agree_on_and_holes_are_left_out(clip):
    images, exact, path = clip
    images, holes = images.clone(), torch.zeros(FRAMES, HEIGHT, WIDTH)
    noise = torch.rand(FRAMES, 24, 24, 3, generator=torch.Generator().manual_seed(0))
    images[:, 20:44, 30:54] = noise
    holes[3, 40:55, 65:90] = 1
    images[3, 40:55, 65:90] = 0.5
    depth, _, _ = depth_from_motion(images, path, holes)
    assert not depth.valid[3, 40:55, 65:90].any()
    assert depth.valid[:, 22:42, 32:52].float().mean() < 0.1
    assert errors(depth, exact).median() < 0.01


def test_one_frame_with_references_has_depth_and_given_limits_are_kept(clip):
    images, exact, path = clip
    one, rest = [3], [0, 1, 2, 4, 5, 6]

    def path_of(frames):
        return replace(path, w2c=path.w2c[frames], K=path.K[frames])

    larger = torch.nn.functional.interpolate(images[rest].permute(0, 3, 1, 2),
                                             scale_factor=2).permute(0, 2, 3, 1)
    depth, _, _ = depth_from_motion(images[one], path_of(one), near=1.0, far=5.5,
                                    others=(larger, path_of(rest), None))
    wrong = (depth.depth[0] / exact.depth[3] - 1).abs()[depth.valid[0]]
    assert depth.valid.float().mean() > 0.6 and wrong.median() < 0.02
    assert 0.9 < depth.depth[depth.valid].min() and depth.depth[depth.valid].max() < 6.5


def test_holes_of_references_make_nothing_sure(clip):
    images, exact, path = clip
    one, rest = [3], [1, 2, 4, 5]

    def path_of(frames):
        return replace(path, w2c=path.w2c[frames], K=path.K[frames])

    others, holes = images[rest].clone(), torch.zeros(4, HEIGHT, WIDTH)
    others[:, :, 40:80] = images[3, :, 40:80]  # the same picture from everywhere, as if it were far away
    holes[:, :, 40:80] = 1
    depth, confidence, _ = depth_from_motion(images[one], path_of(one), others=(others, path_of(rest), holes))
    misled = ((depth.depth / exact.depth[one] - 1).abs() > 0.1) & (confidence > 0.9)
    assert misled[:, :, 40:80].float().mean() < 0.05


def test_a_still_picture_along_a_path_is_infinitely_far_and_no_error():
    path = film(sideways(5), HEIGHT, WIDTH, COARSE)[2]
    still = torch.rand(1, HEIGHT, WIDTH, 3, generator=torch.Generator().manual_seed(0)).expand(5, -1, -1, -1)
    depth, _, report = depth_from_motion(still, path, near=0.1)
    assert "to infinity" in report and (depth.depth[depth.valid] > 50).all()


def test_large_frames_are_searched_small_and_enlarged_within_surfaces(clip, monkeypatch):
    monkeypatch.setattr("worldstereo.core.depth.motion.motion.WORK", HEIGHT * WIDTH // 4)
    images, exact, path = clip
    depth, _, report = depth_from_motion(images, path)
    assert depth.depth.shape == exact.depth.shape and "searched at 60x36" in report
    wrong = errors(depth, exact)
    assert wrong.median() < 0.02 and not ((depth.depth < 0.2) & depth.valid).any()


def test_progress_comes_after_each_frame_and_can_stop(clip):
    images, _, path = clip
    done = []

    def stop(frame):
        done.append(frame)
        if frame == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        depth_from_motion(images, path, progress=stop)
    assert done == [1, 2]


def turning():
    return torch.stack([look([0.5, 0, -1], 5.0 * i) for i in range(3)])


@pytest.mark.parametrize("change, sentence", [
    (lambda i, p: (i[:1], replace(p, w2c=p.w2c[:1], K=p.K[:1])), "There is one frame.*reference_images"),
    (lambda i, p: (i[:3], replace(p, w2c=turning(), K=p.K[:3])),
     "only rotate, so there is no parallax: use 'Estimate Depth'"),
    (lambda i, p: (i[:3], p), r"frames are \[3, 72, 120, 3\] and their trajectory has 7 poses"),
    (lambda i, p: (i, p, torch.zeros(FRAMES, 10, 10)),
     r"mask is \[7, 10, 10\] and the frames \[7, 72, 120\]"),
    (lambda i, p: (i, p, None, 3.0, 2.0), "near is 3 and far 2; near must be smaller"),
    (lambda i, p: (i * torch.nan, p), "NaN or infinite; decode the clip again"),
    (lambda i, p: (i[:1], replace(p, w2c=p.w2c[:1], K=p.K[:1]), None, 0.0, 0.0, 0.1, (i, replace(
        p, w2c=p.w2c[:2], K=p.K[:2]), None)), "The reference images are .* and their trajectory has 2 poses"),
    (lambda i, p: (i, p, None, 0.0, 0.0, 0.1, (i, p, torch.zeros(2, HEIGHT, WIDTH))),
     r"reference_mask is \[2, 72, 120\] and the reference images \[7, 72, 120\]"),
])
def test_what_cannot_work_is_a_sentence(clip, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        depth_from_motion(*change(clip[0], clip[2]))


def views_of(w2c, height=HEIGHT, width=WIDTH):
    images, _, path = film(w2c, height, width, COARSE)
    return Views(images.mean(-1), torch.ones(images.shape[:3]), w2c, path.K)


def test_a_homography_leads_where_the_points_of_the_plane_are_seen():
    views, inverse = views_of(orbit(20, 2)), torch.tensor([0.0, 0.25, 0.5])
    places = pixel_centres(3, 4).T * 10
    for H, one in zip(homographies(views, 0, 1, inverse), inverse):
        rays = torch.linalg.inv(views.K[0]) @ torch.cat([places, torch.ones(1, 12)])
        camera = rays * min(1 / float(one), 1e6) if one else rays * 1e6
        move = views.w2c[1] @ torch.linalg.inv(views.w2c[0])
        expected = views.K[1] @ (move[:3, :3] @ camera + move[:3, 3:])
        seen = H @ torch.cat([places, torch.ones(1, 12)])
        assert torch.allclose(seen[:2] / seen[2], expected[:2] / expected[2], atol=2e-3)


def test_planes_are_warped_as_kornia_warps_them():
    """kornia puts whole numbers on pixel centres, and takes homographies the other way round."""
    from kornia.geometry.transform import warp_perspective

    w2c = orbit(30, FRAMES)
    grey = torch.rand(FRAMES, 24, 40, generator=torch.Generator().manual_seed(0))
    K = torch.tensor([[35.0, 0, 21], [0, 33, 11], [0, 0, 1]]).expand(FRAMES, 3, 3)
    views = Views(grey, torch.ones_like(grey), w2c, K)
    H = homographies(views, 0, 1, torch.tensor([0.0, 0.2, 0.5]))
    half = torch.tensor([[1.0, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    source = views.grey[1].expand(3, 1, 24, 40)
    expected = warp_perspective(source, torch.linalg.inv(torch.linalg.inv(half) @ H @ half), (24, 40))
    torch.testing.assert_close(warp(source[:1], H)[0], expected[:, 0], atol=2e-4, rtol=0)
    assert expected.count_nonzero() > expected.numel() / 2


def test_the_window_mean_is_the_mean_of_the_window():
    planes = torch.rand(3, 9, 11)
    padded = torch.nn.functional.pad(planes[:, None], [2] * 4, mode="replicate")
    assert torch.allclose(window_mean(planes), torch.nn.functional.avg_pool2d(padded, 5, 1)[:, 0], atol=1e-5)


def slow_path(costs, jumps):
    """The costs [n,D] of the cheapest paths along a line, one plane at a time; jumps [n-1]."""
    paths = [costs[0]]
    for cost, jump in zip(costs[1:], jumps):
        before, least = paths[-1], min(paths[-1])
        paths.append([cost[d] - least + min([before[d], least + max(jump, SMALL_STEP)] + [
            before[e] + SMALL_STEP for e in (d - 1, d + 1) if 0 <= e < len(cost)]) for d in range(len(cost))])
    return torch.tensor(paths)


def test_semi_global_matching_is_the_sum_of_four_paths():
    random = torch.Generator().manual_seed(1)
    cost, grey = torch.rand(4, 5, 6, generator=random), torch.rand(5, 6, generator=random)
    expected = torch.zeros_like(cost)
    for lines, picture, total in ((cost.permute(2, 1, 0), grey.T, expected.permute(2, 1, 0)),
                                  (cost.permute(1, 2, 0), grey, expected.permute(1, 2, 0))):
        jumps = LARGE_STEP / (1 + (picture.diff(dim=1 if lines.shape[0] == len(picture) else 0)
                                   / CONTRAST) ** 2)
        for line in range(len(lines)):
            costs = lines[line].tolist()
            total[line] += slow_path(costs, jumps[line].tolist())
            total[line] += slow_path(costs[::-1], jumps[line].tolist()[::-1]).flip(0)
    assert torch.allclose(semi_global(cost, grey), expected, atol=1e-5)


def test_sources_are_chosen_by_angle_and_overlap():
    poses = torch.cat([orbit(20, 11), turning(), look([0, 0, -1], 180)[None]])
    views = views_of(poses, 18, 30)
    depths = torch.tensor([1.5])
    best = best_sources(views, 5, depths, 20)
    # Two degrees a step at the middle, less at the sides of the picture; the last view looks away.
    assert set(best[:4]) <= {1, 2, 3, 7, 8, 9} and not {5, 14} & set(best)
    assert best_sources(views, 11, depths, 20, among=11) and 12 not in best_sources(views, 11, depths, 20)
    assert best_sources(views, 5, depths, 20, among=3)[0] == 2
    assert largest_move(views, 5, [2], 0.2, 0.8) < largest_move(views, 5, [0], 0.2, 0.8)
    assert largest_move(views, 5, [], 0.2, 0.8) == 0


def test_a_sweep_with_one_source_finds_what_both_pictures_show():
    images, exact, path = film(orbit(10, 2), HEIGHT, WIDTH, COARSE)
    views = Views(images.mean(-1), torch.ones(2, HEIGHT, WIDTH), path.w2c, path.K)
    inverse, fit = sweep(views, 0, [1], torch.linspace(0.15, 1.0, 24))
    wrong = (inverse * exact.depth[0] - 1).abs()[fit > 0.9]
    assert (fit > 0.9).float().mean() > 0.5 and wrong.median() < 0.02


def test_small_views_keep_their_rays():
    views = views_of(orbit(10, 2), 36, 60)
    little = shrink_views(views, 36 * 60 // 4)
    assert little.grey.shape == (2, 18, 30) and shrink_views(views, 36 * 60) is views
    assert torch.allclose(little.K[0] @ torch.tensor([0.3, 0.2, 1]) * 2,
                          views.K[0] @ torch.tensor([0.3, 0.2, 1])
                          + torch.tensor([0, 0, 1.0]))
    assert little.grey[0, 0, 0] == pytest.approx(float(views.grey[0, :2, :2].mean()), abs=1e-6)


def test_the_node_gives_what_the_library_gives(comfy, clip, found):
    images, _, path = clip
    depth, confidence, report = DepthFromMotion().find(images, path, 0.0, 0.0, 0.1)
    assert torch.equal(depth.depth, found[0].depth) and torch.equal(confidence, found[1])
    assert report == found[2]
    with pytest.raises(ValueError, match="reference_images and reference_trajectory together"):
        DepthFromMotion().find(images, path, 0.0, 0.0, 0.1, reference_images=images)
    with pytest.raises(ValueError, match="takes reference_mask only with both"):
        DepthFromMotion().find(images, path, 0.0, 0.0, 0.1, reference_mask=torch.zeros(1, HEIGHT, WIDTH))


def test_build_world_finds_depth_from_each_clips_own_motion(comfy, tmp_path):
    nodes, made = expanded(tmp_path, (Clip("a", PAN),), cloud_update=MOTION)
    motion, update = nodes["WSKitDepthFromMotion"][0], nodes["WSKitUpdateGeometricMemory"][0]
    assert made[update["depth"][0]]["class_type"] == "WSKitDepthFromMotion" and update["align"] == "none"
    assert motion["images"] == update["frames"] and motion["trajectory"] == update["trajectory"]


def test_the_geometric_memory_grows_by_a_clip(clip, found):
    images, exact, _ = clip
    start = lift(images[:1], replace(exact, depth=exact.depth[:1], valid=exact.valid[:1], K=exact.K[:1],
                                     w2c=exact.w2c[:1]))
    grown, report = update(start, images, found[0], UpdateSettings("none"))
    assert len(grown.points) > 1.1 * len(start.points)
    distance = nearest_distance(grown.points[grown.clip == report.clip], surface_samples(100_000), 1.0)
    assert distance.median() < 0.05


def test_a_clip_that_contradicts_its_cameras_adds_next_to_nothing(clip):
    images, exact, path = clip
    noise = torch.rand(images.shape, generator=torch.Generator().manual_seed(0))
    depth, _, _ = depth_from_motion(noise, path)
    assert depth.valid.float().mean() < 0.01
    start = lift(images[:1], replace(exact, depth=exact.depth[:1], valid=exact.valid[:1], K=exact.K[:1],
                                     w2c=exact.w2c[:1]))
    grown, _ = update(start, noise, depth, UpdateSettings("none"))
    assert len(grown.points) < 1.05 * len(start.points)
    unknown = replace(depth, depth=torch.zeros_like(depth.depth), valid=torch.zeros_like(depth.valid))
    assert len(update(start, noise, unknown, UpdateSettings("none"))[0].points) == len(start.points)
