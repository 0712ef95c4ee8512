from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.depth.depth import Depth
from worldstereo.core.pictures import image_to_bytes
from worldstereo.core.planning.frusta import with_cameras
from worldstereo.core.planning.presets.moves import dolly, orbit, pan, start_from, truck
from worldstereo.core.planning.preview import draw_trajectory
from worldstereo.nodes.cameras import PreviewTrajectory

SHAPE = (1, 6, 8)
DEPTH = Depth(torch.full(SHAPE, 2.0), torch.ones(SHAPE, dtype=torch.bool),
              intrinsics_from_fov(60, 8, 6)[None])
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


def test_a_turn_elsewhere_is_described_as_at_the_origin():
    path = start_from(DEPTH, pan(9, 30), 64, 48)
    away = path.w2c[5].clone()
    away[:3, 3] = torch.tensor([-13.0, 27, 9])
    moved = replace(path, w2c=path.w2c @ away)
    captions = [draw_trajectory(each, None, 320, 240)[:32] for each in (path, moved)]
    assert torch.equal(*captions)  # "moves 2e-06 m" is rounding


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


@pytest.mark.parametrize(("viewpoint", "right"), [("top", True), ("side", False)])
def test_from_above_a_truck_is_seen_at_full_length(viewpoint, right):
    """From the side it goes straight at the viewer or away; a way forward is seen the other way round."""
    shares = []
    for path in (truck(7, 1.5), dolly(7, 1.5)):
        picture = draw_trajectory(start_from(DEPTH, path, 64, 48), wall(), 480, 320, viewpoint)
        (green, _), (red, _) = where(picture, (52.0, 211, 110)), where(picture, (248.0, 76, 66))
        shares.append(abs(red - green))
    assert (shares[0] > shares[1]) == right and max(shares) > 0.08


def test_from_above_forward_is_up():
    picture = draw_trajectory(start_from(DEPTH, dolly(7, 1.0), 64, 48), wall(), 480, 320, "top")
    rows = [((picture - torch.tensor(color) / 255).abs() < 0.06).all(2).nonzero()[:, 0].float().mean()
            for color in ((52.0, 211, 110), (248.0, 76, 66))]
    assert rows[1] < rows[0] - 20


def test_an_unknown_viewpoint_is_refused():
    with pytest.raises(ValueError, match="three-quarter, top, side"):
        draw_trajectory(start_from(DEPTH, dolly(2, 1.0), 64, 48), None, 64, 64, "below")


def test_cameras_as_points_of_the_cloud():
    path = start_from(DEPTH, orbit(9, 2.0, 40), 64, 48)
    scene = wall()
    together = with_cameras(path, scene)
    assert torch.equal(together.points[:len(scene.points)], scene.points)
    added = together.points[len(scene.points):]
    for centre in path.c2w[[0, -1], :3, 3]:
        assert float((added - centre).norm(dim=1).min()) < 1e-5
    colors = together.colors[len(scene.points):]
    first = (added - path.c2w[0, :3, 3]).norm(dim=1).argmin()
    assert (colors[first] * 255).round().tolist() == [52, 211, 110]
    # Everything lies within the pyramids: never farther from the path than their corners.
    apart = torch.cdist(added, path.c2w[:, :3, 3]).min(1).values
    assert float(apart.max()) < 0.25 * 2


def test_cameras_alone_and_with_a_camera_that_stands():
    path = start_from(DEPTH, pan(1, 0), 64, 48)
    alone = with_cameras(path, None)
    assert len(alone.points) > 100 and alone.unit == path.unit
    assert torch.equal(alone.start_w2c, path.w2c[0])


def test_the_node_shows_and_gives_the_picture_and_gives_the_cloud(folders):
    path = start_from(DEPTH, orbit(5, 2.0, 25), 64, 48)
    made = PreviewTrajectory().draw(path, 160, 128, wall(), "top")
    picture, cloud = made["result"]
    assert picture.shape == (1, 128, 160, 3) and len(cloud.points) > len(wall().points)
    shown, = made["ui"]["images"]
    assert shown["type"] == "temp"
    pixels = np.asarray(Image.open(folders / "temp" / shown["subfolder"] / shown["filename"]))
    assert np.array_equal(pixels, image_to_bytes(picture)[0])
    alone, _ = PreviewTrajectory().draw(path, 160, 128)["result"]
    assert torch.equal(alone[0], draw_trajectory(path, None, 160, 128))
