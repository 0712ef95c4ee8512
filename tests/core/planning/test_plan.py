"""Presets by name: what every one of them must do, the collision rule, and the nodes."""
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from worldstereo.core.cameras.compose import EASES, apply_ease
from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.depth.depth import Depth
from worldstereo.core.planning.collision import keep_clear, smallest_distance
from worldstereo.core.planning.plan import plan, shape
from worldstereo.core.planning.presets import moves, official
from worldstereo.core.planning.presets.table import PRESETS, Wish
from worldstereo.core.planning.viewpoint import VIEWPOINTS
from worldstereo.nodes.cameras import CameraTrajectory, PreviewTrajectory

LOOKING_AHEAD = ["orbit", "arc", "spiral", "figure eight", "forward then orbit", "aerial rise",
                 "return to start",
                 "official: view right", "official: view left", "official: up-right aerial", "official: left",
                 "official: right", "official: loop"]
CLOSED = [name for name, preset in PRESETS.items() if preset.shorter is official.shrink_loop]
MOVING = [name for name in PRESETS if name not in ("pan", "static", "look around", "tilt", "roll", "zoom")]


def depth(median=2.0, w2c=None):
    size = (1, 6, 8)
    return Depth(torch.full(size, median), torch.ones(size, dtype=torch.bool),
                 intrinsics_from_fov(60, 8, 6)[None], w2c)


def tilted_start():
    start = moves.pan(2, 33, 12).float()[1:]
    start[:, :3, 3] = torch.tensor([1.1, -2.3, 0.7])
    return start


wishes = st.builds(Wish, st.floats(-170, 170), st.floats(-40, 40), st.floats(-0.8, 0.8), st.floats(0.3, 3),
                   st.floats(-40, 40))


def test_the_nodes_offer_every_choice():
    inputs = CameraTrajectory.INPUT_TYPES()
    assert inputs["required"]["preset"][0] == list(PRESETS) and inputs["optional"]["ease"][0] == list(EASES)
    assert PreviewTrajectory.INPUT_TYPES()["optional"]["viewpoint"][0] == list(VIEWPOINTS)


@given(st.sampled_from([*PRESETS]), wishes, st.integers(1, 30),
       st.sampled_from(["none", "in", "out", "in and out"]))
@settings(max_examples=150, deadline=None)
def test_every_preset_starts_exactly_at_the_start_camera(preset, wish, frames, ease):
    view = depth(1.0, tilted_start())
    path, report = plan(view, preset, frames, 32, 16, wish, ease)
    assert torch.equal(path.w2c[0], view.w2c[0]) and path.frames == frames
    assert torch.equal(path.K[0], moves.start_from(view, moves.static(1), 32, 16).K[0])
    assert f"{preset}: {frames} poses" in report


@given(st.sampled_from(LOOKING_AHEAD), wishes, st.floats(0.05, 50))
@settings(max_examples=80, deadline=None)
def test_the_point_ahead_stays_in_the_centre(preset, wish, median):
    wish = Wish(wish.angle, wish.elevation, wish.distance * median, 1.0, wish.tilt)
    c2start = shape(preset, 12, median, wish)
    to_pivot = torch.tensor([0, 0, median], dtype=torch.float64) - c2start[:, :3, 3]
    assert torch.allclose(to_pivot / to_pivot.norm(dim=1, keepdim=True), c2start[:, :3, 2], atol=1e-9)


@given(st.sampled_from(["orbit", "pan", "arc", "forward then orbit", "look around", "official: left"]),
       wishes)
@settings(max_examples=60, deadline=None)
def test_the_horizon_stays_level_for_a_tilted_start_camera(preset, wish):
    """The camera's x axis has no part along the true vertical."""
    c2start = shape(preset, 9, 1.0, wish)
    tilt = math.radians(wish.tilt)
    vertical = torch.tensor([0, math.cos(tilt), math.sin(tilt)], dtype=torch.float64)
    assert float((vertical @ c2start[:, :3, 0].T).abs().max()) < 1e-9


@pytest.mark.parametrize("preset", [*CLOSED, "look around"])
def test_loops_close(preset):
    c2start = shape(preset, 21, 2.0, Wish(30, 10, 0.5))
    assert torch.allclose(c2start[-1], c2start[0], atol=1e-9)
    assert float((c2start[10] - c2start[0]).abs().max()) > 0.1 or preset in ("figure eight", "look around")
    assert float((c2start[5] - c2start[0]).abs().max()) > 0.1


@pytest.mark.parametrize(("preset", "place"), [
    ("dolly", (0, 0, 0.5)), ("truck", (0.5, 0, 0)), ("pedestal", (0, -0.5, 0)), ("dolly zoom", (0, 0, 0.5)),
    ("aerial rise", (0, -0.5, 0)), ("spiral", (0.5, 0, 0)), ("figure eight", (0, 0, 0)),
    ("static", (0, 0, 0)),
    ("orbit", (2, 0, 2)), ("arc", (1.5, 0, 2)), ("forward then orbit", (1.5, 0, 2)),
    ("return to start", (0, 0, 0))])
def test_where_the_presets_end(preset, place):
    end = shape(preset, 21, 2.0, Wish(90, 0, 0.5))[-1]
    assert end[:3, 3].tolist() == pytest.approx(place, abs=1e-9)


def test_signs_of_turns():
    """Where the camera looks, and where its right side points."""
    assert shape("tilt", 2, 1.0, Wish(30))[-1, :3, 2].tolist() == pytest.approx([0, -0.5, math.sqrt(0.75)])
    # goes down
    assert shape("roll", 2, 1.0, Wish(30))[-1, :3, 0].tolist() == pytest.approx([math.sqrt(0.75), 0.5, 0])
    around = shape("look around", 9, 1.0, Wish(30))
    assert around[2, 0, 2] == pytest.approx(0.5) and around[6, 0, 2] == pytest.approx(-0.5)


def test_pedestal_of_a_tilted_camera_rises_along_the_vertical():
    end = shape("pedestal", 2, 1.0, Wish(distance=1, tilt=30))[-1]
    assert end[:3, 3].tolist() == pytest.approx([0, -math.sqrt(0.75), -0.5])


def test_forward_then_orbit_keeps_one_speed():
    c2start = shape("forward then orbit", 401, 2.0, Wish(60, 0, 1.0))
    lengths = c2start[:, :3, 3].diff(dim=0).norm(dim=1)
    corner = int(lengths.argmin())  # one step goes round it
    assert abs(float(lengths[corner + 1:].mean() / lengths[:corner].mean()) - 1) < 1e-3
    assert float(lengths.sum()) == pytest.approx(1 + math.radians(60), rel=1e-3)


def test_zoom_and_dolly_zoom():
    path, _ = plan(depth(), "zoom", 5, 32, 16, Wish(zoom=4.0))
    assert (path.K[:, 0, 0] / path.K[0, 0, 0]).tolist() == pytest.approx([1, 2 ** 0.5, 2, 8 ** 0.5, 4])
    path, _ = plan(depth(2.0), "dolly zoom", 5, 32, 16, Wish(distance=1.0))
    at_pivot = torch.tensor([0.3, 0.2, 2.0, 1])
    pixels = torch.stack([K @ (w2c @ at_pivot)[:3] for K, w2c in zip(path.K, path.w2c)])
    pixels = pixels / pixels[:, 2:]
    assert torch.allclose(pixels, pixels[:1].expand(5, 3), atol=1e-4)


def test_impossible_wishes_are_refused():
    with pytest.raises(ValueError, match="below 1 median depth"):
        shape("arc", 5, 1.0, Wish(distance=1.0))
    with pytest.raises(ValueError, match="would look down by 95"):
        shape("orbit", 5, 1.0, Wish(elevation=60, tilt=35))
    with pytest.raises(ValueError, match="no camera preset 'swoop'"):
        shape("swoop", 5, 1.0, Wish())
    with pytest.raises(ValueError, match="must be positive"):
        plan(depth(), "zoom", 5, 32, 16, Wish(zoom=0.0))


# The collision rule

def wall(z=None, x=None, unit="m"):
    """Points 0.05 apart on a plane."""
    grid = torch.arange(-3, 3, 0.05)
    first, second = (part.flatten() for part in torch.meshgrid(grid, grid, indexing="ij"))
    fixed = torch.full_like(first, z if z is not None else x)
    points = torch.stack([first, second, fixed] if z is not None else [fixed, first, second], 1)
    return PointCloud(points, torch.zeros_like(points), torch.eye(4), unit)


def test_the_limit_is_the_official_one():
    assert smallest_distance(10.0) == 0.1 and smallest_distance(0.5) == pytest.approx(0.05)


@pytest.mark.parametrize("preset", MOVING)
def test_a_clear_path_stays_as_it_is(preset):
    wish = Wish(30, 10, 0.3)
    path, report = plan(depth(2.0), preset, 21, 32, 16, wish, cloud=wall(z=50.0))
    free, _ = plan(depth(2.0), preset, 21, 32, 16, wish)
    assert torch.equal(path.w2c, free.w2c) and "shortened" not in report and "keeps" in report


def test_a_dolly_into_a_wall_stops_before_it(caplog):
    """1.5 goes through the wall at 1.2, two thirds of 19 poses leave 0.62 of it."""
    path, report = plan(depth(2.0), "dolly", 21, 32, 16, Wish(distance=1.5), cloud=wall(z=1.2))
    assert path.c2w[-1, 2, 3] == pytest.approx(1.5 * (1 + 12 * 1) / 20, abs=1e-6)
    assert "shortened 1 time" in report and "too near" in caplog.text
    assert float(path.c2w[:, 2, 3].max()) < 1.2 - 0.1


@pytest.mark.parametrize("preset", CLOSED)
def test_a_loop_that_hits_becomes_smaller_and_still_closes(preset):
    """Its rightmost place is at the wall."""
    wish = Wish(distance=0.6)
    side = float(shape(preset, 21, 2.0, wish)[:, 0, 3].max())
    path, report = plan(depth(2.0), preset, 21, 32, 16, wish, cloud=wall(x=side))
    assert "shortened 1 time" in report
    assert float(path.c2w[:, 0, 3].max()) == pytest.approx(side * 2 / 3, abs=1e-5)
    assert torch.allclose(path.w2c[-1], path.w2c[0], atol=1e-5)


def test_the_aerial_gives_up_only_the_part_that_hits():
    """A wall on the right: the way up stays 45 degrees, the turn becomes 40."""
    side = float(official.up_right_aerial(21, 2.0)[-1, 0, 3])
    path, report = plan(depth(2.0), "official: up-right aerial", 21, 32, 16, Wish(), cloud=wall(x=side))
    assert "shortened 1 time" in report
    assert torch.allclose(path.c2w, official.up_right_aerial(21, 2.0, 45, 40).float(), atol=1e-5)


def test_a_shortened_aerial_keeps_its_pace():
    share = apply_ease(moves.progress(21), "in")
    side = float(official.up_right_aerial(share, 2.0)[-1, 0, 3])
    path, report = plan(depth(2.0), "official: up-right aerial", 21, 32, 16, Wish(), "in", wall(x=side))
    assert "shortened 1 time" in report
    assert torch.allclose(path.c2w, official.up_right_aerial(share, 2.0, 45, 40).float(), atol=1e-5)


def test_what_cannot_be_kept_clear_is_refused():
    with pytest.raises(ValueError, match="shortened 3 times.*Camera Trajectory"):
        plan(depth(2.0), "dolly", 21, 32, 16, Wish(distance=1.5), cloud=wall(z=0.1))
    with pytest.raises(ValueError, match="counts in feet"):
        plan(depth(2.0), "dolly", 21, 32, 16, Wish(distance=1.5), cloud=wall(z=0.1, unit="feet"))
    with pytest.raises(ValueError, match="only 3 points"):
        keep_clear(moves.dolly(3, 1.0), torch.rand(3, 3), 0.1, None)


def test_the_cloud_is_seen_from_the_start_camera():
    """The same wall in a world that is turned and moved."""
    start = tilted_start()
    cloud = wall(z=1.2)
    to_world = torch.linalg.inv(start[0])
    moved = PointCloud(cloud.points @ to_world[:3, :3].T + to_world[:3, 3], cloud.colors, start[0])
    _, report = plan(depth(2.0), "dolly", 21, 32, 16, Wish(distance=1.5), cloud=cloud)
    _, report_moved = plan(depth(2.0, start), "dolly", 21, 32, 16, Wish(distance=1.5), cloud=moved)
    assert "shortened 1 time" in report and report.split(";")[1] == report_moved.split(";")[1]


def test_the_report_states_the_first_pose():
    assert "first pose identity" in plan(depth(), "orbit", 5, 32, 16, Wish(20))[1]
    report = plan(depth(w2c=tilted_start()), "orbit", 5, 32, 16, Wish(20))[1]
    centre = torch.linalg.inv(tilted_start())[0, :3, 3].tolist()
    assert f"first pose at ({centre[0]:.3g}, {centre[1]:.3g}, {centre[2]:.3g})" in report


# The node

def test_old_workflows_give_the_same_path():
    """Eight inputs in their old order; the first three presets were the only ones."""
    for preset, expected in (("orbit", moves.orbit(5, 3.0, 90, 10)), ("dolly", moves.dolly(5, 1.5)),
                             ("pan", moves.pan(5, 90, 10))):
        path, _ = CameraTrajectory().plan(depth(3.0), preset, 5, 64, 32, 90, 10, 0.5)
        assert torch.equal(path.w2c, torch.linalg.inv(expected).float()) and path.name == preset
    assert list(CameraTrajectory.INPUT_TYPES()["required"]) == [
        "depth", "preset", "frames", "width", "height", "angle", "elevation", "distance"]
    assert [*PRESETS][:3] == ["orbit", "dolly", "pan"]


def test_distance_in_medians_or_in_the_unit_of_the_depth():
    ends = [CameraTrajectory().plan(depth(3.0), "truck", 5, 64, 32, 0, 0, 0.5,
                                    distance_in=counted)[0].c2w[-1, 0, 3]
            for counted in ("median depths", "units of the depth")]
    assert ends == pytest.approx([1.5, 0.5])
