"""The official example cameras are paths of ours: to 1e-3 of the depth and 0.1 degrees,
where their motion is known."""
import json
import math
import re

import pytest
import torch

from worldstereo.core.cameras.compose import concatenate
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.planning.presets import official as official
from worldstereo.core.planning.presets.moves import orbit, straight

KITCHEN_TILT = 20.0
# half the way between the start and the end of the half circles, by the cosine of the tilt
KITCHEN_MEDIAN = 0.905350
STATION_MEDIAN = 0.80043
SCENES = {
    "kitchen/renders/traj_left": (official.reconstruction_left(21, KITCHEN_MEDIAN, KITCHEN_TILT),
                                  KITCHEN_MEDIAN),
    "kitchen/renders/traj_right": (official.reconstruction_right(21, KITCHEN_MEDIAN, KITCHEN_TILT),
                                   KITCHEN_MEDIAN),
    "kitchen/renders/traj_up": (official.reconstruction_up(21, 1.3 * KITCHEN_MEDIAN, KITCHEN_TILT),
                                KITCHEN_MEDIAN),
    "kitchen/renders/traj_eloop": (official.reconstruction_loop(21, KITCHEN_MEDIAN), KITCHEN_MEDIAN),
    # The planner shortened these two twice, so that the recorded range is 120 * (2/3)^2 degrees.
    "station_panorama/view0/traj0": (
        official.cut_end(official.cut_end(official.view_right(21, STATION_MEDIAN))),
        STATION_MEDIAN),
    "station_panorama/view0/traj1": (
        official.cut_end(official.cut_end(official.view_left(21, STATION_MEDIAN))),
        STATION_MEDIAN),
    "station_panorama/view0/traj2": (official.up_right_aerial(21, STATION_MEDIAN), STATION_MEDIAN),
}


def recorded(shared, name):
    """(poses from camera to start camera [F,4,4] float64, the whole file)"""
    content = json.loads((shared / "examples" / name / "camera.json").read_text())
    w2c = torch.tensor(content["extrinsic"], dtype=torch.float64)
    return w2c[0] @ torch.linalg.inv(w2c), content


def errors(c2start, truth):
    """(largest distance, largest angle in degrees) between the poses of two paths."""
    apart = torch.linalg.matrix_norm(c2start[:, :3, :3] - truth[:, :3, :3]) / 8 ** 0.5
    return float((c2start[:, :3, 3] - truth[:, :3, 3]).norm(dim=1).max()), math.degrees(
        2 * float(apart.max().asin()))


@pytest.mark.parametrize("name", SCENES)
def test_paths_of_the_examples(shared, name):
    path, median = SCENES[name]
    truth, _ = recorded(shared, name)
    assert path.shape == truth.shape
    way, angle = errors(path, truth)
    assert way < 1e-5 * median and angle < 1e-4


# The single images name the turn of each of their two moves of 40 steps. What they do not name was fitted to
# the files: a small shift (x, z; in depths) that the camera has from the first step of a turn on, and the
# goal of the line.
SHIFTS = {"photorealistic-indoor-dining_spaces-030": [(0.0007693, 0.0013104), (0.0021471, 0.0010461)],
          "stylized-outdoor-aquatic_landscape-069": [(0.2335339, 0.9565386), (0.0023547, 0.0017087)]}


def move(text, depth, shift):
    """c2start [41,4,4] of one entry of a motion list, such as rotation_left-phi99.9-theta0 or
    pan_left-7.0."""
    x, z = (depth * part for part in shift)
    turn = re.search(r"phi(-?[\d.]+)-theta(-?[\d.]+)", text)
    if not turn:
        return straight(41, (x, 0.0, z))
    phi, theta = map(float, turn.groups())
    path = orbit(41, depth, -phi, -theta)
    path[1:] = path[1:] @ straight(2, (x, 0.0, z))[1]
    return path


def trajectory(c2start):
    return Trajectory(torch.linalg.inv(c2start).float(), torch.eye(3).repeat(len(c2start), 1, 1), 16, 16)


@pytest.mark.parametrize("name", SHIFTS)
def test_paths_of_the_motion_lists(shared, name):
    truth, content = recorded(shared, name)
    depth = content["extrinsic"][0][2][3]
    moves = [trajectory(move(text, depth, shift)) for text,
             shift in zip(content["motion_list"], SHIFTS[name])]
    way, angle = errors(concatenate(*moves).c2w.double(), truth)
    assert way < 1e-5 * depth and angle < 1e-4


def test_turns_of_the_motion_lists_alone_are_exact(shared):
    """Without the fitted shifts the turns agree just so, and the places to 0.4 % of the depth."""
    name = "photorealistic-indoor-dining_spaces-030"
    truth, content = recorded(shared, name)
    depth = content["extrinsic"][0][2][3]
    moves = [trajectory(move(text, depth, (0.0, 0.0))) for text in content["motion_list"]]
    way, angle = errors(concatenate(*moves).c2w.double(), truth)
    assert way < 4e-3 * depth and angle < 1e-4


def test_the_aerial_rises_first_and_then_goes_right():
    """9 of 20 steps for 45 degrees, 11 for 60, as recorded."""
    path = official.up_right_aerial(21, 1.0)
    assert torch.allclose(path[:10, 0, 3], torch.zeros(10, dtype=torch.float64))
    assert torch.allclose(path[9:, 1, 3], path[9, 1, 3].expand(12))
    assert path[9, 1, 3] == pytest.approx(-math.sin(math.radians(45)))


def test_a_shortened_path_keeps_start_and_number():
    path = official.view_right(21, 2.0)
    short = official.cut_end(path)
    assert short.shape == path.shape and torch.allclose(short[:2], path[:2])
    assert errors(short[-1:], path[13:14])[0] < 1e-12
