"""Camera files as other programs read them and write them: COLMAP, trimesh, SciPy, the official scripts."""
import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from camera_paths import W2C, is_the_pose, trajectories
from worldstereo.core.cameras.formats.colmap import write_colmap_binary, write_colmap_text
from worldstereo.core.cameras.formats.nerfstudio import write_nerfstudio
from worldstereo.core.cameras.formats.official import write_official
from worldstereo.core.cameras.formats.recognise import read_file
from worldstereo.core.cameras.formats.tum import write_tum


@pytest.mark.parametrize("write", [write_colmap_text, write_colmap_binary])
@given(trajectory=trajectories())
@settings(max_examples=15, deadline=None)
def test_colmap_itself_projects_points_to_the_same_pixels(tmp_path_factory, write, trajectory):
    pycolmap = pytest.importorskip("pycolmap")
    folder = tmp_path_factory.mktemp("model")
    for name, part in write(trajectory).items():
        (folder / name).write_bytes(part if isinstance(part, bytes) else part.encode())
    model = pycolmap.Reconstruction(folder)
    images = sorted(model.images.values(), key=lambda image: image.name)
    assert len(images) == trajectory.frames
    for image, w2c, intrinsics in zip(images, trajectory.w2c.double(), trajectory.K.double()):
        assert (image.camera.width, image.camera.height) == (trajectory.width, trajectory.height)
        # in the camera's own axes; nearer points are lost in the rounding of far positions
        ahead = torch.tensor([0.3, -0.2, 1.0, 0], dtype=torch.float64) * (1 + float(w2c[:3, 3].norm()))
        ahead[3] = 1
        pixel = (intrinsics @ ahead[:3])[:2] / ahead[2]
        world = (torch.linalg.inv(w2c) @ ahead)[:3].numpy()
        assert np.allclose(image.project_point(world), pixel, atol=0.01)


@pytest.mark.parametrize("ending", ["txt", "bin"])
def test_what_colmap_itself_writes_is_read(tmp_path, ending):
    pycolmap = pytest.importorskip("pycolmap")
    model = pycolmap.Reconstruction()
    camera = pycolmap.Camera(model="SIMPLE_RADIAL", width=64, height=48, params=[50, 30, 20, 0], camera_id=4)
    model.add_camera_with_trivial_rig(camera)
    for number in (2, 1):
        image = pycolmap.Image(name=f"{number}.png", camera_id=4, image_id=number,
                               points2D=[pycolmap.Point2D([3.0, number]) for _ in range(3)])
        pose = pycolmap.Rigid3d(np.array(W2C if number == 1 else np.eye(4))[:3])
        model.add_image_with_trivial_frame(image, pose)
    (model.write_text if ending == "txt" else model.write_binary)(tmp_path)
    trajectory = read_file(tmp_path / f"images.{ending}").trajectory
    assert trajectory.frames == 2
    assert is_the_pose(trajectory, [[50, 0, 30], [0, 50, 20], [0, 0, 1]])


@given(trajectories(plain=True))
@settings(max_examples=15, deadline=None)
def test_trimesh_sees_along_the_same_rays_through_transforms_json(trajectory):
    trimesh = pytest.importorskip("trimesh")
    frame = json.loads(write_nerfstudio(trajectory.resized(32, 24)))["frames"][0]
    camera = trimesh.scene.Camera(resolution=(32, 24), focal=(frame["fl_x"], frame["fl_y"]))
    scene = trimesh.Scene(camera=camera, camera_transform=np.array(frame["transform_matrix"]))
    origins, directions, pixels = scene.camera_rays()
    small = trajectory.resized(32, 24)
    c2w = small.c2w[0].double().numpy()
    # trimesh counts the rows of its pictures from below
    centres = np.stack([pixels[:, 0] + 0.5, 24 - (pixels[:, 1] + 0.5), np.ones(len(pixels))], axis=1)
    expected = centres @ np.linalg.inv(small.K[0].double().numpy()).T @ c2w[:3, :3].T
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert np.allclose(origins, c2w[:3, 3], atol=1e-4 * (1 + np.abs(c2w).max()))
    assert np.allclose(directions, expected, atol=1e-5)


@given(trajectories())
@settings(max_examples=15, deadline=None)
def test_scipy_reads_the_same_turns_out_of_tum_and_colmap(trajectory):
    from scipy.spatial.transform import Rotation
    tum = np.array([line.split() for line in write_tum(trajectory).splitlines()[1:]], dtype=float)
    assert np.allclose(Rotation.from_quat(tum[:, 4:8]).as_matrix(), trajectory.c2w[:, :3, :3], atol=1e-5)
    lines = write_colmap_text(trajectory)["images.txt"].splitlines()[2::2]
    wxyz = np.array([line.split()[1:5] for line in lines], dtype=float)
    assert np.allclose(Rotation.from_quat(wxyz[:, [1, 2, 3, 0]]).as_matrix(), trajectory.w2c[:, :3, :3],
                       atol=1e-5)


def official_files(shared):
    return sorted((shared / "examples").rglob("camera.json"))


def test_official_files_are_read_to_the_last_bit(shared):
    for file in official_files(shared):
        reading = read_file(file)
        data = json.loads(file.read_text())
        assert reading.stored == "camera.json: w2c OpenCV"
        assert torch.equal(reading.trajectory.w2c,
                           torch.tensor(data["extrinsic"], dtype=torch.float64).float())
        assert torch.equal(reading.trajectory.K, torch.tensor(data["intrinsic"], dtype=torch.float64).float())
        again = json.loads(write_official(reading.trajectory))
        # what the official scripts read
        for key in data.keys() & {"extrinsic", "intrinsic", "width", "height"}:
            assert np.allclose(again[key], data[key], atol=1e-6)


def test_official_memory_bank_is_read_in_order(shared):
    file = shared / "examples" / "station_panorama" / "pano_bank" / "cameras.json"
    data = json.loads(file.read_text())
    trajectory = read_file(file).trajectory
    assert trajectory.frames == len(data)
    assert np.allclose(trajectory.w2c, [data[name]["extrinsic"] for name in sorted(data)], atol=1e-6)
