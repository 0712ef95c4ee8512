import importlib.util
import logging
import threading

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open

from motorcycle import decibels, motorcycle
from photographed_wall import wall
from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.render import with_torch
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.cloud.render.reference import render_points_reference
from worldstereo.core.cloud.render.render import render_points
from worldstereo.core.cloud.render.with_torch import CPU, GPU, ChunkSizes
from worldstereo.core.planning.presets.moves import orbit, pan, start_from

CASES = ["basic", "edges", "empty", "intrinsics", "larger", "overflow", "portrait", "square_k1", "subpixel"]
NUMBA = pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="numba is not installed")
METHODS = ["torch", pytest.param("numba", marks=NUMBA)]


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", CASES)
def test_equals_the_recorded_official_pictures(shared, case, method):
    with safe_open(shared / "vectors" / f"render_{case}.safetensors", "pt") as file:
        facts, data = file.metadata(), {name: file.get_tensor(name) for name in file.keys()}
    image, mask, depth = render_points(
        data["points"], data["colors"], data["w2c"], data["K"], int(facts["h"]), int(facts["w"]),
        float(facts["radius_ndc"]), int(facts["points_per_pixel"]), method=method)
    assert decibels(image, data["image"], data["mask"] == 0,
                    peak=2) > (60 if case in ("overflow", "square_k1") else 95)
    assert ((image - data["image"]).abs().amax(3) > 1e-3).sum() <= 3
    assert (mask != data["mask"]).sum() <= 2
    recorded = torch.where(data["mask"] == 1, 0.0, data["zbuf0"])
    # A pixel at the very edge of a disc may see it or not, which changes its depth but hardly its colour.
    assert ((depth - recorded).abs() > 1e-5 * recorded.clamp(min=1)).sum() <= 2


def scene(seed, count, spread):
    """Points before, beside and behind a camera, with some equal depths."""
    generator = torch.Generator().manual_seed(seed)
    points = torch.randn(count, 3, generator=generator) * spread
    points[:, 2] = (points[:, 2] * 4).round() / 4 + 1.5
    return points, torch.rand(count, 3, generator=generator) * 2 - 1


def check_against_the_definition(size, cloud, radius, limit, angle, method):
    height, width = size
    K = torch.tensor([[0.8 * width, 0, 0.4 * width], [0, 1.1 * width, 0.55 * height], [0, 0, 1]])
    camera = pan(2, angle).float(), K.repeat(2, 1, 1)
    fast = render_points(*cloud, *camera, height, width, radius, limit, background=0.25, method=method)
    slow = render_points_reference(*cloud, *camera, height, width, radius, limit, background=0.25)
    # Rounding may put a pixel on the other side of a disc's edge; then its picture differs by that disc's
    # faint rim.
    edge = (fast[1] != slow[1]) | ((fast[2] - slow[2]).abs() > 1e-4)
    assert edge.sum() <= 1
    different = ((fast[0] - slow[0]).abs().amax(3) > 1e-3) & ~edge
    assert different.sum() <= 1


SCENES = {"seed": st.integers(0, 10**6), "count": st.integers(1, 150), "limit": st.integers(1, 12),
          "size": st.tuples(st.integers(4, 14), st.integers(4, 14)), "radius": st.floats(0.03, 0.9),
          "spread": st.floats(0.1, 1.5), "angle": st.floats(-60, 60)}


@pytest.mark.slow
@given(**SCENES, sizes=st.sampled_from([CPU, GPU, ChunkSizes(points=7, pairs=90, cells=40)]))
@settings(max_examples=40, deadline=None)
def test_equals_the_definition(seed, count, size, radius, limit, spread, angle, sizes):
    """Also as on a GPU, and in many bands and chunks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(with_torch, "chunk_sizes", lambda device: sizes)
        check_against_the_definition(size, scene(seed, count, spread), radius, limit, angle, "torch")


@pytest.mark.slow
@NUMBA
@given(**SCENES)
@settings(max_examples=40, deadline=None)
def test_equals_the_definition_with_numba(seed, count, size, radius, limit, spread, angle):
    check_against_the_definition(size, scene(seed, count, spread), radius, limit, angle, "numba")


def test_a_large_picture_is_the_same_in_bands_as_in_one_piece(monkeypatch):
    """With more pixels than 15 bits can number, and discs across the borders of the bands."""
    points, colors = scene(1, 20_000, 0.7)
    camera = pan(1, 0).float(), intrinsics_from_fov(60, 300, 250)[None]
    bands = render_points(points, colors, *camera, 250, 300, 0.012, method="torch")
    monkeypatch.setattr(with_torch, "chunk_sizes", lambda device: ChunkSizes(1 << 16, 1 << 19, 1 << 20))
    for mine, whole in zip(bands, render_points(points, colors, *camera, 250, 300, 0.012, method="torch")):
        assert torch.equal(mine, whole)
    assert 0.1 < bands[1].mean() < 0.9


@pytest.mark.slow
@NUMBA
@pytest.mark.parametrize("channels", [1, 4])
def test_numba_and_torch_agree(channels):
    points, colors = scene(2, 20_000, 0.7)
    colors = colors[:, :1].repeat(1, channels)
    camera = pan(3, 30).float(), intrinsics_from_fov(60, 90, 70).repeat(3, 1, 1)
    ours, theirs = (render_points(points, colors, *camera, 70, 90, 0.05, method=way)
                    for way in ("torch", "numba"))
    assert ours[0].shape == (3, 70, 90, channels)
    assert torch.allclose(ours[0], theirs[0], atol=1e-5)
    assert torch.equal(ours[1], theirs[1])
    # equal on most processors; where a matrix product is not fused, the last digit of a depth may differ
    torch.testing.assert_close(ours[2], theirs[2], rtol=3e-7, atol=0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("inference", [False, True])
def test_frames_in_parallel_are_the_same(method, inference):
    points, colors = scene(3, 500, 1)
    camera = pan(5, 40).float(), intrinsics_from_fov(60, 24, 18).repeat(5, 1, 1)
    done = []
    with torch.inference_mode(inference):  # as ComfyUI runs nodes
        one = render_points(points, colors, *camera, 18, 24, 0.1, method=method)
        torch.set_num_threads(3)
        try:
            three = render_points(points, colors, *camera, 18, 24, 0.1, method=method,
                                  progress=lambda number, _: done.append(number))
            assert torch.get_num_threads() == 3
        finally:
            torch.set_num_threads(1)
    assert done == [1, 2, 3, 4, 5]
    assert all(torch.equal(a, b) for a, b in zip(one, three))


def test_interruption_stops_parallel_frames_and_gives_the_threads_back():
    points, colors = scene(3, 500, 1)
    frames, done = 200, []
    camera = pan(frames, 40).float(), intrinsics_from_fov(60, 24, 18).repeat(frames, 1, 1)

    def stop_at_3(number, _):
        done.append(number)
        if number == 3:
            raise KeyboardInterrupt

    torch.set_num_threads(2)
    try:
        with pytest.raises(KeyboardInterrupt):
            render_points(points, colors, *camera, 18, 24, progress=stop_at_3)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(1)
    assert done == [1, 2, 3]
    assert not [thread for thread in threading.enumerate() if "ThreadPoolExecutor" in thread.name]


def one_point(**options):
    """A disc of 2 pixels radius in the middle of the pixel (3, 3) of 8 x 8."""
    K = torch.tensor([[8.0, 0, 3.5], [0, 8, 3.5], [0, 0, 1]])[None]
    points = options.pop("points", torch.tensor([[0.0, 0, 2]]))
    colors = options.pop("colors", torch.tensor([[1.0, -1, 0.5]]).repeat(len(points), 1))
    return render_points(points, colors, torch.eye(4)[None], K, 8, 8, radius=0.5, **options)


def test_a_single_point_fades_towards_its_edge():
    image, mask, depth = one_point(background=0.3)
    assert image[0, 3, 3].tolist() == [1.0, -1.0, 0.5]
    assert torch.allclose(image[0, 3, 4], torch.tensor([1.0, -1, 0.5]) * 0.75)
    assert image[0, 3, 5].tolist() == pytest.approx([0.3] * 3)  # the distance is the radius: not hit
    assert int((1 - mask).sum()) == 9
    assert depth[0, 3, 3] == 2 and depth[0, 0, 0] == 0


def test_nearer_points_hide_farther_ones_and_only_so_many_count():
    points = torch.tensor([[0.02, 0, 5], [0.0, 0, 2], [0.01, 0, 3]])
    colors = torch.eye(3)
    image, _, depth = one_point(points=points, colors=colors, points_per_pixel=2)
    assert image[0, 3, 3].tolist() == pytest.approx([0, 1, 0])
    assert image[0, 3, 4, 0] == 0  # the farthest is the third there
    assert image[0, 3, 4, 1] > image[0, 3, 4, 2] > 0
    assert depth[0, 3, 4] == 2


def test_points_at_and_behind_the_camera_are_not_seen():
    _, mask, _ = one_point(points=torch.tensor([[0.0, 0, 0], [0, 0, -2], [1, 0, 0]]))
    assert mask.all()


@pytest.mark.parametrize("method", METHODS)
def test_a_camera_inside_the_cloud_sees_what_is_in_front(method):
    """Some points lie a thousandth of a millimetre ahead, or are so deep that numbers overflow."""
    points, colors = scene(4, 2000, 0.01)
    points[:, 2] = torch.linspace(-1, 1, 2000) ** 5
    points[::100] *= 1e38
    camera = torch.eye(4)[None], intrinsics_from_fov(60, 16, 12)[None]
    image, mask, depth = render_points(points, colors, *camera, 12, 16, 0.2, method=method)
    assert image.isfinite().all() and image.abs().max() <= 1 and not mask.all()
    assert ((depth > 0) == (mask == 0)).all()


@pytest.mark.parametrize("method", METHODS)
def test_equally_deep_points_keep_the_order_of_the_cloud(method):
    image, _, _ = one_point(points=torch.tensor([[0.0, 0, 2]] * 300),
                            colors=torch.linspace(1, 0, 300)[:, None],
                            points_per_pixel=1, method=method)
    assert image[0, 3, 3].item() == 1


def test_the_way_taken_is_logged(caplog):
    with caplog.at_level(logging.DEBUG):
        one_point(method="torch")
    assert "rendering points with torch on cpu" in caplog.text


@pytest.mark.skipif(importlib.util.find_spec("numba") is not None, reason="numba is installed")
def test_numba_is_refused_where_it_is_not_installed():
    with pytest.raises(ValueError, match="install it or render with torch"):
        one_point(method="numba")


def test_progress_counts_and_gives_frames_and_can_stop():
    points, colors = scene(0, 50, 1)
    camera, done = (pan(4, 10).float(), intrinsics_from_fov(60, 8, 6).repeat(4, 1, 1)), []
    image, _, _ = render_points(points, colors, *camera, 6, 8,
                                progress=lambda number, frame: done.append((number, frame.clone())))
    assert [number for number, _ in done] == [1, 2, 3, 4]
    assert torch.equal(torch.stack([frame for _, frame in done]), image)

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render_points(points, colors, *camera, 6, 8, progress=stop)


@pytest.mark.parametrize("change, sentence", [
    ({"colors": torch.zeros(2, 3)}, "one colour for each point"),
    ({"K": torch.eye(3)[None]}, "one K for each pose"),
    ({"radius": 0.0}, "radius is 0.0"),
    ({"radius": float("nan")}, "radius is nan"),
    ({"radius": 3.0}, "at most 2"),
    ({"points_per_pixel": 0}, "points_per_pixel is 0"),
    ({"points_per_pixel": 40_000}, "1 to 32767"),
    ({"height": 0}, "8x0"),
    ({"points": torch.zeros(0, 3), "colors": torch.zeros(0, 3)}, "Point Cloud from Depth"),
    ({"points": torch.full((5, 3), torch.nan)}, "Cloud to render has 15 of 15"),
    ({"colors": torch.full((5, 3), torch.inf)}, "Cloud colours has 15 of 15"),
    ({"points": torch.zeros(5, 3, dtype=torch.float64)}, "expected torch.float32"),
    ({"w2c": torch.full((2, 4, 4), torch.nan)}, "Camera Trajectory"),
    ({"K": torch.zeros(2, 3, 3)}, "focal length to render is 0 px"),
    ({"method": "cuda"}, "expected auto, torch or numba"),
])
def test_bad_arguments_are_refused(change, sentence):
    arguments = {"points": torch.zeros(5, 3), "colors": torch.zeros(5, 3),
                 "w2c": torch.eye(4).repeat(2, 1, 1),
                 "K": torch.eye(3).repeat(2, 1, 1), "height": 6, "width": 8, **change}
    with pytest.raises(ValueError, match=sentence):
        render_points(**arguments)


# A path through a cloud


def test_frame_0_is_the_photograph_and_the_rest_is_rendered():
    photo, depth = wall()
    cloud = lift(photo, depth)
    path = start_from(depth, pan(3, 60), 32, 24)
    image, mask, seen = render_path(cloud, path, radius=0.15, start_image=photo)
    same = torch.nn.functional.interpolate(image[:1].permute(0, 3, 1, 2), (12, 16),
                                           mode="area").permute(0, 2, 3, 1)
    assert (same - photo).abs().mean() < 0.1
    assert not mask[0].any()
    hole = mask[2] == 1
    assert hole.any() and (image[2][hole] == 0.5).all()
    assert hole[:, -1].all() and not hole[:, 0].any()  # turned right: the new part is on the right
    assert torch.equal(seen.valid[2], ~hole)
    without = render_path(cloud, path, radius=0.15)
    assert torch.equal(without[0][1:], image[1:])
    assert not torch.equal(without[0][0], image[0]) and without[1][0].any()


def test_a_path_that_starts_elsewhere_is_refused():
    photo, depth = wall()
    path = start_from(depth, orbit(3, 2.0, 20), 32, 24)
    elsewhere = type(path)(path.w2c.flip(0), path.K, 32, 24)
    with pytest.raises(ValueError, match="Camera Trajectory"):
        render_path(lift(photo, depth), elsewhere, start_image=photo)
    render_path(lift(photo, depth), elsewhere)  # allowed when no photograph has to fit


def test_the_node_renders_and_reports_every_frame(progress):
    from worldstereo.nodes.point_cloud import RenderPointCloud

    photo, depth = wall()
    path = start_from(depth, pan(3, 60), 32, 24)
    image, mask, seen = RenderPointCloud().render(lift(photo, depth), path, 0.15, 20, photo)
    assert progress == [(1, 3), (2, 3), (3, 3)]
    assert image.shape == (3, 24, 32, 3) and mask.shape == (3, 24, 32) and seen.depth.shape == (3, 24, 32)


def test_the_right_photograph_is_predicted_from_the_left_one():
    scene = motorcycle()
    cloud = lift(scene.left[None], scene.depth)
    height, width, _ = scene.right.shape
    image, mask, _ = render_points(cloud.points, cloud.colors * 2 - 1, scene.right_w2c[None],
                                   scene.right_K[None],
                                   height, width)
    covered = mask[0] == 0
    assert covered.float().mean() > 0.88
    assert decibels((image[0] + 1) / 2, scene.right, covered) > 21
    assert decibels(scene.left, scene.right, covered) < 14  # what doing nothing gives
