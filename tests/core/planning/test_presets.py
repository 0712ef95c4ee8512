import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.depth.depth import Depth
from worldstereo.core.planning.presets.moves import dolly, orbit, pan, start_from

angles = st.floats(-180, 180)
elevations = st.floats(-80, 80)
depths = st.floats(0.01, 1000)


def depth(median=2.0, w2c=None):
    shape = (1, 6, 8)
    valid = torch.ones(shape, dtype=torch.bool)
    return Depth(torch.full(shape, median), valid, intrinsics_from_fov(60, 8, 6)[None], w2c)


def picture_x_y(trajectory, point):
    """[F,2] where a point of the start camera's axes is seen, relative to the principal point."""
    cam = trajectory.w2c @ torch.tensor([*point, 1.0])
    return cam[:, :2] / cam[:, 2:3]


@given(angles, elevations, depths, st.integers(2, 30))
@settings(max_examples=60, deadline=None)
def test_every_path_starts_exactly_at_the_start_camera(angle, elevation, away, frames):
    start = pan(2, 33, 12).float()[1]
    start[:3, 3] = torch.tensor([1.1, -2.3, 0.7])
    view = depth(away, start[None])
    for c2start in (orbit(frames, away, angle, elevation), dolly(frames, away),
                    pan(frames, angle, elevation)):
        path = start_from(view, c2start, 32, 16)
        assert torch.equal(path.w2c[0], start)
        assert path.frames == frames


@given(angles, elevations, depths, st.integers(2, 30))
@settings(max_examples=60, deadline=None)
def test_an_orbit_keeps_its_distance_and_looks_at_the_pivot(angle, elevation, away, frames):
    c2start = orbit(frames, away, angle, elevation)
    pivot = torch.tensor([0, 0, away], dtype=torch.float64)
    to_pivot = pivot - c2start[:, :3, 3]
    assert torch.allclose(to_pivot.norm(dim=1), torch.full((frames,), away, dtype=torch.float64))
    assert torch.allclose(to_pivot / away, c2start[:, :3, 2], atol=1e-9)
    # horizon stays level
    assert torch.allclose(c2start[:, 1, 0], torch.zeros(frames, dtype=torch.float64), atol=1e-12)


def test_an_orbit_is_even_in_angle():
    c2start = orbit(5, 2.0, 40)
    turned = torch.rad2deg(torch.atan2(-c2start[:, 0, 2], c2start[:, 2, 2]))
    assert torch.allclose(turned, torch.tensor([0.0, 10, 20, 30, 40], dtype=torch.float64))


def test_a_positive_orbit_goes_right_and_near_things_move_left():
    path = start_from(depth(2.0), orbit(3, 2.0, 20), 32, 16)
    assert path.c2w[-1, 0, 3] == pytest.approx(2 * math.sin(math.radians(20)), abs=1e-6)
    near, far = picture_x_y(path, (0, 0, 1)), picture_x_y(path, (0, 0, 4))
    assert near[-1, 0] < 0 < far[-1, 0]


def test_a_positive_elevation_raises_the_orbit():
    end = orbit(3, 2.0, 0, 30)[-1]
    assert end[1, 3] == pytest.approx(-1.0)  # y points down
    assert end[1, 2] == pytest.approx(0.5)  # and the camera looks down


def test_a_positive_dolly_goes_forward():
    end = dolly(4, 1.5)[-1]
    assert end[:3, 3].tolist() == [0, 0, 1.5]
    assert torch.equal(end[:3, :3], torch.eye(3, dtype=torch.float64))


def test_a_positive_pan_turns_right_on_the_spot_and_the_picture_moves_left():
    path = start_from(depth(), pan(3, 30), 32, 16)
    assert torch.equal(path.w2c[:, :3, 3], torch.zeros(3, 3))
    assert picture_x_y(path, (0, 0, 5))[-1, 0] == pytest.approx(-math.tan(math.radians(30)), abs=1e-6)


def test_a_positive_pan_elevation_looks_up():
    end = pan(3, 0, 30)[-1]
    assert end[:3, 2].tolist() == pytest.approx([0, -0.5, math.sqrt(0.75)])


def test_intrinsics_follow_the_picture_size():
    path = start_from(depth(), pan(2, 10), 16, 24)
    expected = intrinsics_from_fov(60, 8, 6) * torch.tensor([2.0, 4, 1])[:, None]
    assert torch.allclose(path.K, expected.expand(2, 3, 3))


def test_impossible_paths_are_refused():
    with pytest.raises(ValueError, match="90 degrees"):
        orbit(3, 1.0, 0, 90)
    with pytest.raises(ValueError, match="0 key frames"):
        dolly(0, 1.0)


def test_the_node_plans_in_multiples_of_the_median_depth(comfy):
    from worldstereo.nodes.cameras import CameraTrajectory

    path, _ = CameraTrajectory().plan(depth(3.0), "dolly", 5, 64, 32, 0, 0, 0.5)
    assert path.c2w[-1, 2, 3] == pytest.approx(1.5)
    path, _ = CameraTrajectory().plan(depth(3.0), "orbit", 5, 64, 32, 90, 0, 0)
    assert path.c2w[-1, :3, 3].tolist() == pytest.approx([3, 0, 3], abs=1e-5)
    assert (path.width, path.height, path.unit, path.name) == (64, 32, "m", "orbit")
