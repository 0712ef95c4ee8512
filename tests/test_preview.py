import pytest
import torch
from worldstereo.core.cameras.presets import dolly, orbit, pan, start_from
from worldstereo.core.cameras.preview import draw_trajectory
from worldstereo.core.geometry.depth import Depth, intrinsics_from_fov
from worldstereo.core.geometry.point_cloud import PointCloud

SHAPE = (1, 6, 8)
DEPTH = Depth(torch.full(SHAPE, 2.0), torch.ones(SHAPE, dtype=torch.bool), intrinsics_from_fov(60, 8, 6)[None])
PATHS = {"orbit": orbit(7, 2.0, 30), "dolly": dolly(7, 0.8), "pan": pan(7, 30), "one frame": pan(1, 0),
         "far": dolly(7, -80.0), "around": orbit(30, 2.0, 360)}


def where(picture, color):
    """Mean column of the pixels of this colour (0..1), and how many there are."""
    close = ((picture - torch.tensor(color) / 255).abs() < 0.06).all(2)
    return float(close.nonzero()[:, 1].float().mean()), int(close.sum())


def wall():
    grid = torch.linspace(-1, 1, 60)
    y, x = torch.meshgrid(grid, grid, indexing="ij")
    points = torch.stack([x, y, torch.full_like(x, 2)], -1).reshape(-1, 3)
    return PointCloud(points, torch.tensor([0.1, 0.2, 0.9]).expand(len(points), 3), torch.eye(4))


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("cloud", [None, wall()], ids=["path alone", "with cloud"])
def test_first_camera_is_green_and_last_is_red(name, cloud):
    picture = draw_trajectory(start_from(DEPTH, PATHS[name], 64, 48), cloud, 320, 240)
    assert picture.shape == (240, 320, 3) and picture.min() >= 0 and picture.max() <= 1
    (_, green), (_, red) = where(picture, (52.0, 211, 110)), where(picture, (248.0, 76, 66))
    assert green > 20
    assert red > 20 or name == "one frame"


@pytest.mark.parametrize("angle", [25, -25])
def test_the_cameras_are_drawn_on_the_side_to_which_the_path_goes(angle):
    picture = draw_trajectory(start_from(DEPTH, orbit(7, 2.0, angle), 64, 48), wall(), 480, 320)
    (green, _), (red, _) = where(picture, (52.0, 211, 110)), where(picture, (248.0, 76, 66))
    assert (red > green) == (angle > 0)


def test_the_cloud_is_in_the_picture():
    path = start_from(DEPTH, orbit(7, 2.0, 25), 64, 48)
    blue = [int((picture[..., 2] > picture[..., 0] + 0.4).sum())
            for picture in (draw_trajectory(path, wall(), 320, 240), draw_trajectory(path, None, 320, 240))]
    assert blue[0] > 1000 and blue[1] == 0
