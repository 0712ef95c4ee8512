"""The geometric memory on a room of which everything is known, from spoiled depth: wrong scale per frame,
noise, floating specks and washed-out edges. Each part of the method is switched off in turn,
and the room gets worse."""
import math

import pytest
import torch

from synthetic_room import look, see, spoiled, surface_samples
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.metrics import nearest_distance, score
from worldstereo.core.cloud.render.render import render_points
from worldstereo.core.memory.geometric.update import UpdateSettings, update

pytestmark = pytest.mark.slow

HEIGHT, WIDTH, CLIPS, FRAMES = 84, 140, 5, 4
THRESHOLD = 0.05  # the room is 6 wide; a pixel covers 0.03 at 2.5


def poses(clip):
    """A fifth of a walk on a circle, looking across the room and a little up and down."""
    angles = [math.tau * (clip * FRAMES + i + 1) / (CLIPS * FRAMES) for i in range(FRAMES)]
    return torch.stack([look([-1.2 * math.sin(a), 0.15 * math.sin(3 * a), -1.2 * math.cos(a)],
                             math.degrees(a),
                             10 * math.sin(2 * a)) for a in angles])


@pytest.fixture(scope="module")
def start():
    image, depth = see(look([0, 0, -1.2], 0)[None], HEIGHT, WIDTH)
    return lift(image, spoiled(depth, 99, scale=0, floaters=0, bleeding=0), contract=math.inf)


@pytest.fixture(scope="module")
def clips():
    seen = [see(poses(clip), HEIGHT, WIDTH) for clip in range(CLIPS)]
    return [(image, spoiled(depth, seed, floaters=0.02)) for seed, (image, depth) in enumerate(seen)]


@pytest.fixture(scope="module")
def truth():
    return surface_samples(150_000)


@pytest.fixture(scope="module")
def full(start, clips):
    """The cloud after each clip, and the reports."""
    clouds, reports = [start], []
    for clip in clips:
        cloud, report = update(clouds[-1], *clip)
        clouds.append(cloud)
        reports.append(report)
    return clouds, reports


@pytest.fixture(scope="module")
def best(full, truth):
    return score(full[0][-1].points, truth, THRESHOLD), wrong_in_pictures(full[0][-1])


def without(start, clips, truth, **switch):
    for clip in clips:
        start, _ = update(start, *clip, UpdateSettings(**switch))
    return score(start.points, truth, THRESHOLD), wrong_in_pictures(start)


def wrong_in_pictures(cloud):
    """Share of the covered pixels whose depth is wrong by a tenth,
    in renders from where no frame was taken."""
    _, exact = see(torch.stack([look([0.3, 0.1, 0.2], yaw) for yaw in (55, 145, 235, 325)]), HEIGHT, WIDTH)
    *_, depth = render_points(cloud.points, cloud.colors, exact.w2c, exact.K, HEIGHT, WIDTH,
                              radius=3.84 / HEIGHT)
    covered = depth > 0
    assert covered.float().mean() > 0.9
    return float(((depth / exact.depth - 1).abs() > 0.1)[covered].float().mean())


def test_the_room_gets_better_with_every_clip(full, truth):
    clouds, reports = full
    scores = [score(cloud.points, truth, THRESHOLD) for cloud in clouds]
    for before, after in zip(scores, scores[1:]):
        assert after.f1 > before.f1 + 0.02 and after.completeness < before.completeness
    assert scores[-1].precision > 0.92 and scores[-1].accuracy < 0.035 and scores[-1].f1 > 0.73
    assert all(report.rejected == 0 for report in reports)
    assert scores[-1].accuracy < scores[0].accuracy  # what was seen first was seen again and averaged


def test_every_frame_finds_its_scale(full, clips):
    for clip, (report, (_, depth)) in enumerate(zip(full[1], clips)):
        exact = see(poses(clip), HEIGHT, WIDTH)[1]
        for frame in report.frames:
            wrong = (depth.depth[frame.frame] / exact.depth[frame.frame]).median()
            assert frame.fit.scale == pytest.approx(float(wrong), rel=0.03)
            assert frame.fit.residual < 0.02


def test_without_alignment_the_room_falls_apart(start, clips, truth, best):
    (best, best_pictures), (worse, pictures) = best, without(start, clips, truth, align="none")
    assert worse.f1 < best.f1 / 2 and worse.accuracy > 3 * best.accuracy and pictures > 10 * best_pictures


def test_without_confidence_edges_and_specks_stay(start, clips, truth, best):
    (best, best_pictures), (worse, pictures) = best, without(start, clips, truth, weigh=False)
    assert pictures > 1.5 * best_pictures
    assert worse.accuracy > 1.2 * best.accuracy and worse.precision < best.precision - 0.02
    assert worse.f1 < best.f1 - 0.003


def test_without_pruning_specks_stay(start, clips, truth, best):
    (best, best_pictures), (worse, pictures) = best, without(start, clips, truth, prune=False)
    assert pictures > 1.5 * best_pictures
    assert worse.accuracy > 1.15 * best.accuracy and worse.precision < best.precision - 0.008
    assert worse.f1 < best.f1 - 0.002


def test_without_update_the_lifted_views_are_worse(start, clips, truth, best):
    """What simply adding all views would give, even with the scales known."""
    views = [start.points]
    for clip, (image, depth) in enumerate(clips):
        exact = see(poses(clip), HEIGHT, WIDTH)[1]
        factor = (depth.depth / exact.depth).flatten(1).median(1).values[:, None, None]
        known = type(depth)(depth.depth / factor, depth.valid, depth.K, depth.w2c)
        views.append(lift(image, known, contract=math.inf).points)
    assert score(torch.cat(views), truth, THRESHOLD).precision < best[0].precision - 0.05


def test_confidence_tells_good_points_from_bad(full, truth):
    cloud = full[0][-1]
    wrong = nearest_distance(cloud.points, truth, 1.0) > THRESHOLD
    low, middle, high = (wrong[part].float().mean() for part in (
        cloud.confidence < 0.3, (cloud.confidence >= 0.3) & (cloud.confidence < 1), cloud.confidence >= 1))
    assert low > 3 * middle and middle > 1.7 * high and high < 0.05


def test_relative_depth_needs_scale_and_shift(start, clips, truth):
    """Depth with an unknown offset of its inverse, as relative depth models deliver it."""
    image, depth = clips[0]
    shifted = type(depth)(1 / (0.7 / depth.depth + 0.15), depth.valid, depth.K, depth.w2c)
    by_scale, by_both = (update(start, image, shifted, UpdateSettings(align))
                         for align in ("scale", "scale and shift"))
    assert score(by_both[0].points, truth, THRESHOLD).f1 > score(by_scale[0].points, truth,
                                                                 THRESHOLD).f1 + 0.02
    for frame in by_both[1].frames:
        assert frame.fit.shift / frame.fit.scale == pytest.approx(-0.15, abs=0.03)
