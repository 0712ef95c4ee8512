"""The camera between the keys: through every key, in its time, without swinging, turned as the look says."""
import math

import pytest
import torch

from camera_keys import HALF, data, key
from worldstereo.core.cameras.compose import turns_and_steps
from worldstereo.core.planning.keys.keys import keys_from_json
from worldstereo.core.planning.keys.motion import key_motion


def motion(*keys, frames=21, **changes):
    return key_motion(keys_from_json(data(*keys, **changes)), frames)


def places(*keys, frames=21, **changes):
    return motion(*keys, frames=frames, **changes)[0][:, :3, 3]


def seen(c2start, point):
    """[F,2] where the cameras see a point, as slopes."""
    cam = torch.linalg.inv(c2start) @ torch.tensor([*point, 1.0], dtype=torch.float64)
    return cam[:, :2] / cam[:, 2:3]


@pytest.mark.parametrize("interpolation", ["smooth", "straight"])
def test_the_path_leads_through_every_key_at_its_time(interpolation):
    wanted = keys_from_json(data(interpolation=interpolation))
    c2start, zoom = key_motion(wanted, 21)
    assert torch.allclose(c2start[[0, 10, 20]], wanted.c2start, atol=1e-12)
    assert torch.allclose(zoom[[0, 10, 20]], wanted.zoom, atol=1e-12)
    assert torch.equal(c2start[0], torch.eye(4, dtype=torch.float64)) and float(zoom[0]) == 1


def test_one_key_stands_still():
    c2start, zoom = motion(key(0, (1, 2, 3), (0, HALF, 0, HALF), 2), locked=False, frames=3)
    assert torch.equal(c2start, c2start[:1].expand(3, 4, 4)) and zoom.tolist() == [2, 2, 2]
    assert c2start[0, :3, 3].tolist() == [1, 2, 3]


def test_straight_and_smooth_in_the_middle():
    corner = [key(0), key(0.5, (1, 0, 0)), key(1, (1, 0, 1))]
    assert torch.allclose(places(*corner, frames=5, interpolation="straight")[[1, 3]],
                          torch.tensor([[0.5, 0, 0], [1, 0, 0.5]], dtype=torch.float64), atol=1e-12)
    # the parabola through three points at equal distances
    curve = torch.tensor([[0.625, 0, -0.125], [1.125, 0, 0.375]], dtype=torch.float64)
    assert torch.allclose(places(*corner, frames=5)[[1, 3]], curve, atol=1e-12)


def test_times_change_the_speed_and_not_the_way():
    def way(middle):
        return places(key(0), key(middle, (1, 0, 0)), key(1, (1, 0, 1)), frames=2001)
    early, late = way(0.2), way(0.7)
    assert float(torch.cdist(early, late).amin(1).max()) < 5e-3  # they are sampled this far apart
    assert torch.allclose(early[400], late[1400])


@pytest.mark.parametrize("ease, shares", [
    ("none", [0.25, 0.5, 0.75]), ("in", [1 / 16, 1 / 4, 9 / 16]), ("out", [7 / 16, 3 / 4, 15 / 16]),
    ("in and out", [5 / 32, 1 / 2, 27 / 32])])
def test_eases_of_one_way(ease, shares):
    assert places(key(0, ease=ease), key(1, (1, 0, 0)), frames=5)[1:4, 0].tolist() == pytest.approx(shares)


def test_each_key_has_the_ease_of_the_way_to_the_next():
    x = places(key(0, ease="in and out"), key(0.5, (1, 0, 0), ease="in and out"), key(1, (2, 0, 0)),
               frames=401)[:, 0]
    speed = x.diff()
    assert speed.min() >= 0 and speed[[0, 199, 200, 399]].max() < speed.max() / 50


def test_the_camera_stands_still_between_equal_keys():
    x = places(key(0), key(0.3, (1, 0, 0)), key(0.6, (1, 0, 0)), key(1, (2, 1, 0)), frames=101)
    assert torch.equal(x[30:61], x[30:31].expand(31, 3))
    assert x[:, 0].diff().min() >= 0


def test_it_does_not_move_while_it_turns_or_zooms_on_the_spot():
    right = (0, HALF, 0, HALF)
    c2start, zoom = motion(key(0), key(0.4, (0.5, 0, 0)), key(0.6, (0.5, 0, 0), right),
                           key(0.8, (0.5, 0, 0), right, 2), key(1, (0.5, 0, 0.5), right, 2), frames=51)
    turns, steps = turns_and_steps(c2start)
    assert float(steps[20:40].max()) < 1e-12 and float(steps[:20].min()) > 0 and float(steps[40:].min()) > 0
    assert float(turns[30:].max()) < 1e-7 and torch.rad2deg(turns[20:30].sum()) == pytest.approx(90)
    assert zoom[30] == pytest.approx(1) and zoom[40:].tolist() == pytest.approx([2] * 11)


def test_near_keys_far_apart_in_time_do_not_make_it_swing():
    x = places(key(0), key(0.05, (1, 0, 0)), key(0.95, (1.01, 0, 0)), key(1, (2, 0, 0)), frames=401)[:, 0]
    assert x.diff().min() >= 0 and float(x[20:380].min()) > 0.99 and float(x[20:380].max()) < 1.02


def test_a_target_stays_where_key_0_sees_it():
    keys = [key(0), key(0.5, (0.5, -0.2, 0.1), (0.3, 0, 0, 1)), key(1, (0.3, 0.3, 0.5))]
    c2start, _ = motion(*keys, look="target", target=[0.2, 0.1, 2])
    assert torch.allclose(seen(c2start, (0.2, 0.1, 2)), torch.tensor([0.1, 0.05], dtype=torch.float64))
    assert torch.equal(c2start[0], torch.eye(4, dtype=torch.float64))
    assert torch.allclose(c2start[10, :3, 3], torch.tensor([0.5, -0.2, 0.1], dtype=torch.float64))


def test_around_a_target_in_the_centre_it_is_an_orbit():
    circle = [key(i / 4, (math.sin(0.2 * i), 0, 1 - math.cos(0.2 * i))) for i in range(5)]
    c2start, _ = motion(*circle, look="target", target=[0, 0, 1])
    assert torch.allclose(c2start[:, 1, 0], torch.zeros(21, dtype=torch.float64), atol=1e-12)  # level
    turned = torch.atan2(-c2start[:, 0, 2], c2start[:, 2, 2])
    assert torch.allclose(turned, torch.linspace(0, 0.8, 21, dtype=torch.float64), atol=2e-3)


@pytest.mark.parametrize("interpolation", ["smooth", "straight"])
def test_forward_turns_as_much_as_the_path(interpolation):
    circle = [key(i / 24, (math.sin(0.1 * i), 0, 1 - math.cos(0.1 * i))) for i in range(25)]
    c2start, _ = motion(*circle, look="forward", frames=25, interpolation=interpolation)
    turned = torch.atan2(-c2start[:, 0, 2], c2start[:, 2, 2])  # to the left, as the path
    if interpolation == "straight":  # in corners half of the corner
        turned = turned[1:-1] - turned[1]
    assert torch.allclose(turned, 0.1 * torch.arange(len(turned)).double(), atol=2e-3)


def test_forward_of_a_camera_that_looks_elsewhere_keeps_the_angle():
    """A passenger who looks out to the right."""
    right = (0, HALF, 0, HALF)
    c2start, _ = motion(key(0, rotation=right), key(0.5, (0, 0, 1), right), key(1, (1, 0, 2)), frames=201,
                        look="forward", locked=False)
    assert torch.allclose(c2start[0, :3, 2], torch.tensor([1.0, 0, 0], dtype=torch.float64), atol=1e-12)
    ahead = c2start[:, :3, 3].diff(dim=0)[[0, 199]]
    across = (c2start[[0, 200], :3, :3].mT @ (ahead / ahead.norm(dim=1, keepdim=True))[:, :, None])[:, :, 0]
    assert torch.allclose(across[0], across[1], atol=0.02)
    assert float(across[0, 0]) < -0.9  # the way leads to the camera's left


def test_forward_of_a_camera_that_only_zooms_does_not_turn():
    c2start, zoom = motion(key(0), key(1, zoom=3), look="forward")
    assert torch.equal(c2start, torch.eye(4, dtype=torch.float64).expand(21, 4, 4))
    assert torch.allclose(zoom, 3 ** torch.linspace(0, 1, 21, dtype=torch.float64))


@pytest.mark.parametrize("look", ["forward", "target"])
def test_straight_up_there_is_no_upright(look):
    with pytest.raises(ValueError, match="of the clip .* straight up or down"):
        motion(key(0), key(1, (0, -1, 0)), look=look, target=[0, 1, 0])


def test_the_camera_in_its_target_is_refused():
    with pytest.raises(ValueError, match="At 100% of the clip .* look at its target from within it"):
        motion(key(0), key(1, (0, 0, 1)), look="target", target=[0, 0, 1], frames=3)


def test_rotations_of_later_keys_count_for_a_free_look_only():
    turned = [key(0), key(1, (1, 0, 0), (0, HALF, 0, HALF))]
    ends = {look: motion(*turned, look=look, target=[0, 0, 100])[0][-1, 2, 2].item()
            for look in ("free", "forward", "target")}
    assert ends["free"] == pytest.approx(0, abs=1e-12) and ends["forward"] == pytest.approx(1)
    assert ends["target"] == pytest.approx(1, abs=1e-3)
