"""Pictures of lenses with distortion, against COLMAP's own cameras."""
import json
import sys

import numpy as np
import pycolmap
import pytest
import torch

from worldstereo.core.cameras.formats.recognise import read_file
from worldstereo.core.cameras.undistort import undistort_pictures
from worldstereo.core.depth.depth import depth_from_values
from worldstereo.nodes.camera_files import LoadTrajectory

WIDTH, HEIGHT = 160, 120
LENSES = {"SIMPLE_RADIAL": [110, 82, 57, -0.1], "RADIAL": [110, 82, 57, -0.1, 0.02],
          "OPENCV": [110, 115, 82, 57, 0.15, -0.05, 0.01, -0.02],
          "FULL_OPENCV": [110, 115, 82, 57, -0.1, 0.05, 0.01, -0.02, 0.01, 0.02, 0.01, 0.01]}


def scene(rays):
    """Colours [...,3] of what is seen along rays [...,2] at z = 1; smooth."""
    x, y = rays[..., 0], rays[..., 1]
    waves = np.sin(7 * x + 2 * y), np.cos(5 * y), np.sin(6 * x * y)
    return 0.5 + 0.4 * np.stack(waves, -1)


def pixel_centres(width=WIDTH, height=HEIGHT):
    return np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), -1)


def seen_through(model, parameters):
    lens = pycolmap.Camera(model=model, width=WIDTH, height=HEIGHT, params=parameters)
    return scene(lens.cam_from_img(pixel_centres().reshape(-1, 2)).reshape(HEIGHT, WIDTH, 2))


def model_in(folder, model, parameters, poses=5):
    folder.mkdir(exist_ok=True)
    (folder / "cameras.txt").write_text(f"1 {model} {WIDTH} {HEIGHT} {' '.join(map(str, parameters))}\n")
    (folder / "images.txt").write_text("".join(f"{i} 1 0 0 0 {i} 0 0 1 {i}.png\n\n" for i in range(poses)))
    return folder / "images.txt"


@pytest.mark.parametrize("model", LENSES)
@pytest.mark.parametrize("smaller", [1, 2])
def test_straight_pictures_show_the_scene_as_their_intrinsics_say(tmp_path, model, smaller):
    picture = torch.from_numpy(seen_through(model, LENSES[model])).float()
    if smaller > 1:
        picture = picture.unflatten(0, (-1, 2)).unflatten(2, (-1, 2)).mean((1, 3))
    read = read_file(model_in(tmp_path, model, LENSES[model], 1))
    reading, straight = undistort_pictures(read, picture[None])
    assert (reading.trajectory.width, reading.trajectory.height) == (WIDTH, HEIGHT)
    K = reading.trajectory.resized(WIDTH // smaller, HEIGHT // smaller).K[0].numpy()
    rays = (pixel_centres(WIDTH // smaller, HEIGHT // smaller) - K[:2, 2]) / K[(0, 1), (0, 1)]
    error = np.abs(straight[0].numpy() - scene(rays))
    assert error.mean() < 5e-4 * smaller ** 2 and error.max() < 0.02 * smaller ** 2
    still_bent = np.abs(picture.numpy() - scene(rays)).mean()
    assert still_bent > 20 * error.mean()
    assert reading.distortion is None and "taken out of 1" in reading.remarks[-1]


def test_the_node_keeps_the_pictures_of_the_key_frames(folders):
    model_in(folders / "input", "OPENCV", LENSES["OPENCV"])
    image = torch.linspace(0, 1, 5)[:, None, None, None].expand(5, HEIGHT, WIDTH, 3)
    load, plain = LoadTrajectory().load, ("images.txt", "recognise", "as the format says")
    trajectory, report, kept = load(*plain, 3, 320, 240, 1.0, image=image)
    assert trajectory.frames == 3 and trajectory.width == 320 and "taken out of 3 pictures" in report
    assert kept[:, 60, 80, 0].tolist() == [0, 0.5, 1] and kept.shape[1:3] == (HEIGHT, WIDTH)
    bent, report, nothing = load(*plain, 3, 320, 240, 1.0)
    assert nothing is None and "connect the pictures" in report and not torch.equal(bent.K, trajectory.K)
    assert bent.K[0, 0, 0] == 220 and torch.equal(bent.w2c, trajectory.w2c)
    with pytest.raises(ValueError, match="set frames to 5 at most"):
        load(*plain, 8, 0, 0, 1.0, image=image)
    with pytest.raises(ValueError, match="one picture for each pose"):
        load(*plain, 3, 0, 0, 1.0, image=image[:4])
    with pytest.raises(ValueError, match="disconnect one"):
        load(*plain, 3, 0, 0, 1.0, depth=depth_from_values(torch.ones(1, 4, 6), 1.0, torch.eye(3)),
             image=image)


def test_pictures_without_distortion_stay_as_they_are_and_need_no_opencv(tmp_path, monkeypatch):
    reading = read_file(model_in(tmp_path, "PINHOLE", [110, 115, 82, 57], 2))
    bent = read_file(model_in(tmp_path, "OPENCV", LENSES["OPENCV"], 2))
    image = torch.rand(2, HEIGHT, WIDTH, 3)
    monkeypatch.setitem(sys.modules, "cv2", None)
    same, straight = undistort_pictures(reading, image)
    assert same is reading and torch.equal(straight, image)
    with pytest.raises(ValueError, match="needs OpenCV"):
        undistort_pictures(bent, image)


@pytest.mark.parametrize("k1", [1e6, -1e6, 1e300, -1e300])
def test_absurd_distortion_is_a_sentence(tmp_path, k1):
    frames = [{"transform_matrix": np.eye(4).tolist()}]
    lens = {"fl_x": 100, "w": WIDTH, "h": HEIGHT, "k1": k1, "frames": frames}
    (tmp_path / "transforms.json").write_text(json.dumps(lens))
    with pytest.raises(ValueError, match="so strong"):
        undistort_pictures(read_file(tmp_path / "transforms.json"), torch.rand(1, HEIGHT, WIDTH, 3))
