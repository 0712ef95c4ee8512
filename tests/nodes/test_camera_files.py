"""The nodes that bring camera paths in and out, and how a foreign path is fitted to a clip."""
import json
import math
import os

import numpy as np
import pytest
import torch

from camera_paths import path_of
from worldstereo.core.cameras.formats.official import write_official
from worldstereo.core.cameras.formats.reading import Reading
from worldstereo.core.cameras.formats.save import save_trajectory
from worldstereo.core.cameras.formats.table import FORMATS
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.depth.depth import Depth
from worldstereo.core.planning.fit import fit_trajectory
from worldstereo.core.planning.presets.moves import orbit, pan
from worldstereo.nodes import camera_files
from worldstereo.nodes.camera_files import LoadTrajectory, SaveTrajectory
from worldstereo.nodes.extrinsics import TrajectoryFromExtrinsics, TrajectoryToExtrinsics
from worldstereo.nodes.viewer_camera import TrajectoryFromLoad3D

PLAIN = ("as the format says", 0, 0, 0, 1.0)  # direction, frames, width, height, scale


def photograph():
    """A depth map whose camera has turned and stands elsewhere; median 4."""
    w2c = torch.linalg.inv(pan(2, 30, 10)[1:]).float()
    w2c[:, :3, 3] = torch.tensor([0.1, 0.2, 0.3])
    K = torch.tensor([[[80.0, 0, 40], [0, 80, 30], [0, 0, 1]]])
    return Depth(torch.full((1, 60, 80), 4.0), torch.ones(1, 60, 80, dtype=torch.bool), K, w2c, "m")


# Fitting

def test_official_81_poses_become_21_as_the_official_scripts_pick_them(folders, shared):
    file = shared / "examples" / "photorealistic-indoor-dining_spaces-030" / "camera.json"
    (folders / "input" / "camera.json").write_bytes(file.read_bytes())
    trajectory, report, _ = LoadTrajectory().load("camera.json", "recognise", "as the format says", 21,
                                               0, 0, 1.0)
    assert report == ("camera.json: w2c OpenCV, 81 poses, 1080x720, resampled to 21, "
                      "first pose not the identity\n"
                      "camera.json holds no picture size; 1080x720 is twice its principal point.")
    every_fourth = np.array(json.loads(file.read_text())["extrinsic"])[::4]
    assert np.allclose(trajectory.w2c, every_fourth, atol=1e-6) and trajectory.name == "camera"


def test_fewer_poses_than_frames_are_interpolated_through_all_of_them():
    path = path_of(orbit(5, 3.0, 80))
    trajectory, report = fit_trajectory(Reading(path, "test", []), 21)
    assert trajectory.frames == 21 and "interpolated to 21" in report
    assert torch.allclose(trajectory.w2c[::5], path.w2c, atol=1e-4)


def test_a_path_is_laid_onto_the_photograph():
    path, depth = path_of(orbit(5, 3.0, 40), zoom=1.5), photograph()
    moved, report = fit_trajectory(Reading(path, "test", []), 0, (32, 24), 0.5, depth, in_median_depths=True)
    assert torch.equal(moved.w2c[0], depth.w2c[0]) and moved.unit == "m"
    assert "stretched to 32x24, positions times 2, starting at the photograph's camera" in report
    # the motion stays, twice as far
    relative = moved.w2c.double() @ torch.linalg.inv(moved.w2c[0].double())
    expected = path.w2c.double() @ torch.linalg.inv(path.w2c[0].double())
    expected[:, :3, 3] *= 2
    assert torch.allclose(relative, expected, atol=1e-6)
    assert moved.K[0].tolist() == [[32, 0, 16], [0, 32, 12], [0, 0, 1]]  # the photograph's, stretched
    assert math.isclose(float(moved.K[-1, 0, 0]), 32 * 1.5, rel_tol=1e-6)  # the path's own zoom


def test_wishes_that_cannot_be_met_are_refused():
    with pytest.raises(ValueError, match="connect '?Depth Map to Depth"):
        fit_trajectory(Reading(path_of(orbit(3, 1.0, 9)), "test", []), in_median_depths=True)
    with pytest.raises(ValueError, match="size 832x0 is set by half"):
        fit_trajectory(Reading(path_of(orbit(3, 1.0, 9)), "test", []), size=(832, 0))
    with pytest.raises(ValueError, match="scale of the path is -1"):
        fit_trajectory(Reading(path_of(orbit(3, 1.0, 9)), "test", []), scale=-1.0)


def test_a_format_without_size_and_intrinsics_takes_those_of_the_photograph(folders):
    (folders / "input" / "slam.txt").write_text("0 0 0 0 0 0 0 1\n1 0 0 1 0 0 0 1\n")
    trajectory, report, _ = LoadTrajectory().load("slam.txt", "recognise", *PLAIN, depth=photograph())
    assert (trajectory.width, trajectory.height) == (80, 60)
    assert torch.equal(trajectory.K[1], photograph().K[0]) and "taken to be the photograph's" in report
    wide, report, _ = LoadTrajectory().load("slam.txt", "TUM", "as the format says", 0, 64, 48, 1.0,
                                         horizontal_fov=90.0)
    assert float(wide.K[0, 0, 0]) == pytest.approx(32) and "90 degrees wide" in report
    assert wide.c2w[1, 2, 3] == 1


def test_the_user_tells_where_w_is(folders):
    (folders / "input" / "mocap.txt").write_text("0 0 0 0 1 0 0 0\n1 0 0 1 1 0 0 0\n")
    for quaternions, up in (("x y z w", -1), ("w x y z", 1)):
        path, _, _ = LoadTrajectory().load("mocap.txt", "TUM", "as the format says", 0, 64, 48, 1.0,
                                           quaternions=quaternions)
        assert path.c2w[0, 1, 1] == up


# Files

@pytest.mark.parametrize("format", FORMATS)
def test_saved_paths_are_loaded_again_and_never_overwritten(folders, format):
    path = path_of(orbit(5, 3.0, 40))
    first, second = (SaveTrajectory().save(path, "cameras/test", format)["result"][0] for _ in range(2))
    ending = FORMATS[format].ending and "." + FORMATS[format].ending
    assert (first, second) == (f"cameras/test_00001_{ending}", f"cameras/test_00002_{ending}")
    saved = folders / "output" / first
    file = saved if ending else next(saved.glob("images.*"))
    listed = file.relative_to(folders / "output").as_posix() + " [output]"
    assert listed in camera_files._camera_files() and LoadTrajectory.VALIDATE_INPUTS(listed) is True
    again, report, _ = LoadTrajectory().load(listed, "recognise", "as the format says", 0, 64, 48, 1.0)
    assert report.startswith(f"{format}: ") and torch.allclose(again.w2c, path.w2c, atol=1e-5)
    assert not [name for _, _, names in os.walk(folders) for name in names if name.endswith(".part")]


@pytest.mark.parametrize("format", ["camera.json", "COLMAP text"])
def test_a_crash_leaves_nothing(tmp_path, format, monkeypatch):
    def crash(*_):
        raise OSError("disk full")
    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(ValueError, match="cannot be written .*disk full"):
        save_trajectory(path_of(orbit(3, 3.0, 40)), tmp_path / "name", format)
    assert list(tmp_path.iterdir()) == []


def test_what_exists_is_not_overwritten(tmp_path):
    (tmp_path / "name").mkdir()
    with pytest.raises(ValueError, match="name exists already and is not overwritten"):
        save_trajectory(path_of(orbit(3, 3.0, 40)), tmp_path / "name", "COLMAP text")


def test_names_are_confined_to_comfyuis_folders(folders):
    with pytest.raises(ValueError, match="leads out of ComfyUI's output folder"):
        SaveTrajectory().save(path_of(orbit(3, 3.0, 40)), "../outside", "camera.json")
    (folders / "secret.json").write_text(write_official(path_of(orbit(3, 3.0, 40))))
    assert "lies outside" in LoadTrajectory.VALIDATE_INPUTS("../secret.json")
    assert "does not exist" in LoadTrajectory.VALIDATE_INPUTS("gone.json")
    with pytest.raises(ValueError, match="lies outside"):
        LoadTrajectory().load("../secret.json", "recognise", *PLAIN)


def test_the_list_shows_models_once_and_a_changed_file_is_loaded_again(folders):
    for name in ("a/images.bin", "a/cameras.bin", "a/images.txt", "b.json", "c.txt", "d.png"):
        (folders / "input" / name).parent.mkdir(exist_ok=True)
        (folders / "input" / name).write_text("x")
    assert camera_files._camera_files() == ["a/images.bin", "a/images.txt", "b.json", "c.txt"]
    before = LoadTrajectory.IS_CHANGED("b.json", frames=21)
    (folders / "input" / "b.json").write_text("longer")
    assert LoadTrajectory.IS_CHANGED("b.json", frames=21) != before


def test_the_node_offers_every_format_there_is(folders):
    assert SaveTrajectory.INPUT_TYPES()["required"]["format"][0] == list(FORMATS)
    assert LoadTrajectory.INPUT_TYPES()["required"]["format"][0] == ["recognise", *FORMATS]


# Sockets

def test_extrinsics_there_and_back():
    path = path_of(orbit(5, 3.0, 40))
    again, report = TrajectoryFromExtrinsics().convert(*TrajectoryToExtrinsics().convert(path), *PLAIN)
    assert torch.equal(again.w2c, path.w2c) and torch.equal(again.K, path.K)
    assert report.startswith("EXTRINSICS: w2c OpenCV, 5 poses, 64x48\n")
    assert "twice its principal point" in report
    inverted = ("the other way round", 0, 0, 0, 1.0)
    again, report = TrajectoryFromExtrinsics().convert(path.c2w, path.K, *inverted,
                                                       image=torch.zeros(1, 100, 99, 3))
    assert torch.allclose(again.w2c, path.w2c, atol=1e-6) and (again.width, again.height) == (99, 100)


def camera(x, y, z, target):
    return {"position": {"x": x, "y": y, "z": z}, "target": dict(zip("xyz", target)), "zoom": 1,
            "cameraType": "perspective"}


def test_from_the_photograph_to_the_camera_in_the_viewer():
    depth = photograph()
    key = camera(0.5, -0.5, -1, (0.5, -0.5, -9))  # 0.5 right, 0.5 down, 1 ahead, looking ahead
    path, report = TrajectoryFromLoad3D().convert(key, 9, 64, 48, 75.0, depth)
    assert path.frames == 9 and torch.equal(path.w2c[0], depth.w2c[0]) and path.unit == "m"
    expected = torch.tensor([[1.0, 0, 0, -0.5], [0, 1, 0, -0.5], [0, 0, 1, -1]])
    assert torch.allclose((path.w2c[-1] @ torch.linalg.inv(depth.w2c[0]))[:3], expected, atol=1e-6)
    assert (path.K == torch.tensor([[64.0, 0, 32], [0, 64, 24], [0, 0, 1]])).all()
    assert report.endswith("interpolated to 9")


def test_a_cloud_that_was_exported_upright_is_seen_from_its_start_camera():
    """The GLB stands as the start camera saw it, wherever that is in the world."""
    depth = photograph()
    points = torch.rand(50, 3, generator=torch.Generator().manual_seed(0)) * 5
    cloud = PointCloud(points, torch.zeros(50, 3), depth.w2c[0])
    seen = (points @ depth.w2c[0, :3, :3].T + depth.w2c[0, :3, 3]) * torch.tensor([1, -1, -1])
    scale = 5 / float((seen.amax(0) - seen.amin(0)).max())
    low, middle = seen.amin(0) * scale, (seen.amin(0) + seen.amax(0)) / 2 * scale
    shown = camera(*(-float(value) for value in (middle[0], low[1], middle[2])),
                   (-float(middle[0]), -float(low[1]), -float(middle[2]) - 9))
    start = camera(0, 0, 0, (0, 0, -9))  # the start camera in the GLB's coordinates
    for key, extra in ((start, {"depth": depth}), (shown, {"point_cloud": cloud})):
        path, _ = TrajectoryFromLoad3D().convert(key, 2, 64, 48, 75.0, **extra)
        assert torch.allclose(path.w2c[-1], depth.w2c[0], atol=1e-5)


def test_key_cameras_of_the_viewer_become_a_path_through_them():
    keys = [camera(0, 0, 0, (0, 0, -1)), camera(1, 0, 0, (1, 0, -1)), camera(2, 0, 0, (2, 0, -1))]
    path, _ = TrajectoryFromLoad3D().convert({"keyframes": keys}, 5, 64, 48, 90.0)
    assert torch.allclose(path.c2w[:, 0, 3], torch.linspace(0, 2, 5), atol=1e-3)
    assert float(path.K[0, 0, 0]) == 24
    still, report = TrajectoryFromLoad3D().convert(keys[0], 5, 64, 48, 90.0)
    assert torch.equal(still.w2c, torch.eye(4).repeat(5, 1, 1)) and report.endswith("standing still for 5")


def test_the_viewers_scale_is_undone_by_its_own_word_or_by_the_cloud():
    points = torch.tensor([[0.0, 0, 0], [10, -2, 4]])  # in the viewer half as large, from (-2.5, 0, -1) on
    cloud = PointCloud(points, torch.zeros(2, 3), torch.eye(4))
    shown = camera(-2.5, 0, 1, (-2.5, 0, -9))
    info = [{"position": {"x": -2.5, "y": 0, "z": 1}, "quaternion": {"x": 0, "y": 0, "z": 0, "w": 1},
             "scale": {"x": 0.5, "y": 0.5, "z": 0.5}}]
    for extra in ({"point_cloud": cloud}, {"model_3d_info": info}):
        path, _ = TrajectoryFromLoad3D().convert(shown, 2, 64, 48, 75.0, **extra)
        assert torch.allclose(path.w2c[0], torch.eye(4), atol=1e-6)
