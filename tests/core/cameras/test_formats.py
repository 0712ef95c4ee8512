"""Camera files: the pose of camera_paths in every format, worked out by hand, and round trips."""
import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from camera_paths import C2W, C2W_GL, SIZE, W2C, K, hand_pose, is_the_pose, trajectories
from worldstereo.core.cameras.formats.blender import read_blender, write_blender
from worldstereo.core.cameras.formats.colmap import read_colmap, write_colmap_text
from worldstereo.core.cameras.formats.hints import Hints
from worldstereo.core.cameras.formats.load3d import read_load3d, viewer_fit, viewer_placement, write_load3d
from worldstereo.core.cameras.formats.nerfstudio import read_nerfstudio, write_nerfstudio
from worldstereo.core.cameras.formats.official import read_named_cameras, read_official, write_official
from worldstereo.core.cameras.formats.real_estate import (
    read_cameractrl_poses,
    read_real_estate,
    write_cameractrl_poses,
    write_real_estate,
)
from worldstereo.core.cameras.formats.recammaster import read_recammaster
from worldstereo.core.cameras.formats.recognise import read_file, recognise
from worldstereo.core.cameras.formats.table import FORMATS
from worldstereo.core.cameras.formats.tensors import read_extrinsics, write_extrinsics
from worldstereo.core.cameras.formats.tum import read_tum, write_tum
from worldstereo.core.cameras.formats.world_mirror import read_world_mirror

HALF = math.sqrt(0.5)
ROW = [50 / 64, 60 / 48, 30 / 64, 20 / 48, 0, 0, 0, 0, -1, 3, 0, 1, 0, -2, 1, 0, 0, -1]
SIZELESS = Hints(*SIZE)


# By hand

def test_the_pose_puts_what_is_ahead_ahead():
    ahead, right, below = ([2.0, 2, 3, 1], [1.0, 2, 2, 1], [1.0, 3, 3, 1])
    for point, seen in ((ahead, [0, 0, 1]), (right, [1, 0, 0]), (below, [0, 1, 0])):
        assert (torch.tensor(W2C, dtype=torch.float32) @ torch.tensor(point))[:3].tolist() == seen


def test_camera_json():
    data = {"extrinsic": [W2C], "intrinsic": [K], "width": 64, "height": 48}
    assert is_the_pose(read_official(json.dumps(data)))
    assert is_the_pose(read_official(json.dumps({**data, "intrinsic": K, "motion_list": ["left"],
                                                 "rotation_deg": 3})))
    written = json.loads(write_official(hand_pose()))
    assert {key: written[key] for key in data} == data
    assert written["convention"] == "w2c OpenCV" and written["version"] == 1


def test_camera_json_of_camera_to_world_matrices_when_the_user_says_so():
    data = {"extrinsic": [C2W], "intrinsic": [K], "width": 64, "height": 48}
    assert is_the_pose(read_official(json.dumps(data), Hints(inverted=True)))


def test_memory_bank_sorts_numbers_as_numbers():
    other = {"extrinsic": np.eye(4).tolist(), "intrinsic": K}
    data = {"view/10": {"extrinsic": W2C, "intrinsic": K}, "view/9": other, "width": 64, "height": 48}
    assert is_the_pose(read_named_cameras(json.dumps(data)), frame=1)


def test_world_mirror_finds_intrinsics_by_camera():
    wide = [[9, 0, 30], [0, 9, 20], [0, 0, 1]]
    data = {"num_cameras": 2, "extrinsics": [{"camera_id": "a", "matrix": C2W},
                                             {"camera_id": "b", "matrix": C2W}],
            "intrinsics": [{"camera_id": "b", "matrix": wide}, {"camera_id": "a", "matrix": K}]}
    trajectory = read_world_mirror(json.dumps(data))
    assert is_the_pose(trajectory, size=(60, 40))
    assert is_the_pose(trajectory, wide, size=(60, 40), frame=1)


def test_transforms_json():
    frame = {"file_path": "images/1.png", "transform_matrix": C2W_GL}
    lens = {"fl_x": 50, "fl_y": 60, "cx": 30, "cy": 20, "w": 64, "h": 48}
    assert is_the_pose(read_nerfstudio(json.dumps({**lens, "frames": [frame]})))
    assert is_the_pose(read_nerfstudio(json.dumps({"frames": [{**lens, **frame}]})))
    written = json.loads(write_nerfstudio(hand_pose()))
    assert written["frames"][0]["transform_matrix"] == C2W_GL


def test_transforms_json_before_nerfstudio_turned_and_scaled_it():
    # nerfstudio makes (x, z, -y) of the world's (x, y, z), and here twice as large
    moved = [[0, 0, -1, 2], [-1, 0, 0, 6], [0, 1, 0, -4], [0, 0, 0, 1]]
    data = {"fl_x": 50, "fl_y": 60, "cx": 30, "cy": 20, "w": 64, "h": 48,
            "frames": [{"transform_matrix": moved}],
            "applied_transform": [[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0]], "applied_scale": 2}
    assert is_the_pose(read_nerfstudio(json.dumps(data)))


def test_transforms_json_without_a_size_has_it_from_the_principal_point_or_the_user():
    frames = [{"transform_matrix": C2W_GL}]
    lens = {"fl_x": 50, "fl_y": 60, "cx": 30, "cy": 20}
    assert is_the_pose(read_nerfstudio(json.dumps({**lens, "frames": frames}), SIZELESS), size=(60, 40))
    angle = {"camera_angle_x": math.radians(90), "frames": frames}
    assert is_the_pose(read_nerfstudio(json.dumps(angle), SIZELESS), [[32, 0, 32], [0, 32, 24], [0, 0, 1]])


def test_transforms_json_of_an_angle_and_in_the_order_of_the_pictures():
    other = np.eye(4).tolist()
    frames = [{"file_path": "r_10.png", "transform_matrix": other},
              {"file_path": "r_9.png", "transform_matrix": C2W_GL}]
    data = {"camera_angle_x": math.radians(90), "w": 64, "h": 48, "frames": frames}
    assert is_the_pose(read_nerfstudio(json.dumps(data)), [[32, 0, 32], [0, 32, 24], [0, 0, 1]])


def colmap_text(folder, model="PINHOLE", parameters="50 60 30 20"):
    (folder / "cameras.txt").write_text(f"# by hand\n7 {model} 64 48 {parameters}\n")
    (folder / "images.txt").write_text(f"# by hand\n3 1 0 0 0 0 0 0 7 b 10.png\n10 10 -1\n"
                                       f"1 {HALF} 0 {-HALF} 0 3 -2 -1 7 b 9.png\n\n")
    return folder / "images.txt"


def test_colmap_text(tmp_path):
    trajectory = read_colmap(colmap_text(tmp_path))
    assert trajectory.frames == 2 and is_the_pose(trajectory)
    assert is_the_pose(read_colmap(tmp_path))


@pytest.mark.parametrize(("model", "parameters", "distortion"), [
    ("OPENCV", "50 60 30 20 0.1 0.2 0.3 0.4", [0.1, 0.2, 0.3, 0.4, 0, 0, 0, 0]),
    ("SIMPLE_RADIAL", "55 30 20 0.1", [0.1, 0, 0, 0, 0, 0, 0, 0]),
    ("FULL_OPENCV", "50 60 30 20 1 2 3 4 5 6 7 8", [1, 2, 3, 4, 5, 6, 7, 8])])
def test_colmap_lens_distortion_is_handed_on_and_said(tmp_path, model, parameters, distortion):
    reading = read_file(colmap_text(tmp_path, model, parameters))
    assert reading.distortion.tolist() == [distortion] * 2 and "distortion" in reading.remarks[0]
    assert read_file(colmap_text(tmp_path)).distortion is None


def test_lens_distortion_of_transforms_json_is_handed_on():
    frame = {"transform_matrix": C2W_GL}
    lens = {"fl_x": 50, "w": 64, "h": 48, "k1": 0.1, "k2": 0.2, "k3": 0.3, "p1": 0.4, "p2": 0.5}
    said, found = [], []
    hints = Hints(remark=said.append, distortion=found.append)
    read_nerfstudio(json.dumps({**lens, "frames": [{**frame, "k1": 0.6}, frame]}), hints)
    assert found[0].tolist() == [[0.6, 0.2, 0.4, 0.5, 0.3, 0, 0, 0], [0.1, 0.2, 0.4, 0.5, 0.3, 0, 0, 0]]
    read_nerfstudio(json.dumps({**lens, "camera_model": "FULL_OPENCV", "k6": 0.7, "frames": [frame]}), hints)
    assert found[1].tolist() == [[0.1, 0.2, 0.4, 0.5, 0.3, 0, 0, 0.7]]


def test_colmap_writes_the_quaternion_of_world_to_camera(tmp_path):
    line = write_colmap_text(hand_pose())["images.txt"].splitlines()[2].split()
    assert np.allclose([float(number) for number in line[1:8]], [HALF, 0, -HALF, 0, 3, -2, -1])


def test_real_estate():
    row = " ".join(map(str, [0, *ROW]))
    assert is_the_pose(read_real_estate(f"https://some.where/video\n{row}\n", SIZELESS))
    assert is_the_pose(read_real_estate(row, SIZELESS))  # without the address
    assert is_the_pose(read_cameractrl_poses([[0, *ROW]], SIZELESS))
    assert np.allclose(write_cameractrl_poses(hand_pose()), [[0, *ROW]])
    assert write_real_estate(hand_pose()).splitlines()[0] == "https://"


def test_tum_puts_w_last():
    trajectory = read_tum(f"# time\n12.5 1 2 3 0 {HALF} 0 {HALF}\n", SIZELESS)
    focal = 32 / math.tan(math.radians(30))
    assert is_the_pose(trajectory, [[focal, 0, 32], [0, focal, 24], [0, 0, 1]])
    assert np.allclose([float(number) for number in write_tum(hand_pose()).splitlines()[1].split()],
                       [0, 1, 2, 3, 0, HALF, 0, HALF])


def test_blender():
    # (x, y, z) is (x, z, -y) in Blender; columns: right is -y there, up z, back -x
    matrix = [[0, 0, -1, 1], [-1, 0, 0, 3], [0, 1, 0, -2], [0, 0, 0, 1]]
    # a sensor 36 wide: 28.125 / 36 * 64 = 50. Pixels are 5/6 as high as wide: 50 / (5/6) = 60.
    lens = {"lens": 28.125, "pixel_aspect": 5 / 6, "shift_x": 2 / 64, "shift_y": -4 * (5 / 6) / 64}
    trajectory = read_blender(json.dumps({"width": 64, "height": 48,
                                          "frames": [{"matrix_world": matrix, **lens}]}))
    assert is_the_pose(trajectory)
    frame = json.loads(write_blender(hand_pose()))["frames"][0]
    assert np.allclose(frame["matrix_world"], matrix)
    assert all(abs(frame[key] - lens[key]) < 1e-6 for key in lens)


@pytest.mark.parametrize("fit, size, focal", [
    ("AUTO", (64, 48), 64), ("AUTO", (48, 64), 64), ("HORIZONTAL", (48, 64), 48),
    ("VERTICAL", (64, 48), 48 * 36 / 24)])
def test_blender_sensor_fits_the_side_that_blender_chooses(fit, size, focal):
    frame = {"matrix_world": np.eye(4).tolist(), "lens": 36, "sensor_fit": fit}
    trajectory = read_blender(json.dumps({"width": size[0], "height": size[1], "frames": [frame]}))
    assert float(trajectory.K[0, 0, 0]) == float(trajectory.K[0, 1, 1]) == focal


def test_a_blender_camera_as_it_is_created_looks_down():
    trajectory = read_blender(json.dumps({"width": 8, "height": 8, "frames": [
        {"matrix_world": np.eye(4).tolist(), "lens": 50}]}))
    assert trajectory.w2c[0, 2, :3].tolist() == [0, 1, 0]  # the world's down


def test_extrinsics_of_three_rows():
    w2c, intrinsics = torch.tensor([W2C])[:, :3].float(), torch.tensor(K).float()
    assert is_the_pose(read_extrinsics(w2c, intrinsics, size=SIZE))
    assert is_the_pose(read_extrinsics(w2c[None], intrinsics[None]), size=(60, 40))
    assert is_the_pose(read_extrinsics(torch.tensor(C2W), intrinsics, Hints(inverted=True), SIZE))
    extrinsics, intrinsics = write_extrinsics(hand_pose())
    assert extrinsics.tolist() == [W2C] and intrinsics.tolist() == [K]


VIEWER = {"position": {"x": 1, "y": -2, "z": -3}, "target": {"x": 5, "y": -2, "z": -3}, "zoom": 2, "fov": 90,
          "cameraType": "perspective"}


def test_load3d_camera():
    # (x, y, z) is (x, -y, -z) in the viewer; 24 pixels above the middle at 45 degrees, twice as many with
    # zoom 2
    expected = [[48, 0, 32], [0, 48, 24], [0, 0, 1]]
    turned = {**VIEWER, "quaternion": {"x": 0, "y": -HALF, "z": 0, "w": HALF},
              "target": {"x": 9, "y": 9, "z": 9}}
    for camera in (VIEWER, json.dumps(VIEWER), [VIEWER], {"keyframes": [turned]}):
        assert is_the_pose(read_load3d(camera, SIZELESS), expected)
    written, = write_load3d(read_load3d(VIEWER, SIZELESS))
    assert written["position"] == VIEWER["position"]
    assert written["quaternion"] == pytest.approx(turned["quaternion"])
    assert written["fov"] == pytest.approx(2 * math.degrees(math.atan(0.5)))


def test_load3d_straight_down_keeps_the_screens_top_where_three_js_has_it():
    down = {**VIEWER, "position": {"x": 0, "y": 5, "z": 0}, "target": {"x": 0, "y": 0, "z": 0}}
    w2c = read_load3d(down, SIZELESS).w2c[0]
    assert torch.allclose(w2c[2, :3], torch.tensor([0.0, 1, 0]), atol=1e-3)  # looks down
    assert torch.allclose(w2c[0, :3], torch.tensor([1.0, 0, 0]), atol=1e-6)


def test_what_the_viewer_did_to_the_model_is_undone():
    # In the viewer's axes the cloud runs from (-2, -3, -4) to (8, 1, 0): scaled by 5/10, its middle is (3, .,
    # -2), its floor is at -3. A camera at the model's (1, -2, -3) is shown at 0.5 * (1-3, -2+3, -3+2).
    cloud = torch.tensor([[-2.0, 3, 4], [8.0, -1, 0]])
    shown = {**VIEWER, "position": {"x": -1, "y": 0.5, "z": -0.5}, "target": {"x": 0, "y": 0.5, "z": -0.5}}
    expected = [[48, 0, 32], [0, 48, 24], [0, 0, 1]]
    assert is_the_pose(read_load3d(shown, SIZELESS, placement=viewer_fit(cloud)), expected)
    info = [{"position": {"x": -1.5, "y": 1.5, "z": 1}, "scale": {"x": 0.5, "y": 0.5, "z": 0.5}}]
    assert is_the_pose(read_load3d(shown, SIZELESS, placement=viewer_placement(info)), expected)


def test_a_model_turned_in_the_viewer_is_turned_back():
    # A quarter turn to the left about the viewer's y takes x to -z and z to x.
    info = {"quaternion": {"x": 0, "y": HALF, "z": 0, "w": HALF}}
    shown = {**VIEWER, "position": {"x": -3, "y": -2, "z": -1}, "target": {"x": -3, "y": -2, "z": -5}}
    assert is_the_pose(read_load3d(shown, SIZELESS, placement=viewer_placement(info)),
                       [[48, 0, 32], [0, 48, 24], [0, 0, 1]])


def test_recammaster():
    # Unreal: x forward, y right, z up, centimetres. Forward 3 m, right 1 m, down 2 m; then it looks along y.
    still = "[1 0 0 0] [0 1 0 0] [0 0 1 0] [0 0 0 1] "
    frames = {"frame0": "[1 0 0 0] [0 1 0 0] [0 0 1 0] [100 200 300 1]", "frame10": still,
              "frame2": "[0 1 0 0] [-1 0 0 0] [0 0 1 0] [400 300 100 1]"}
    data = {frame: {"cam01": still, "cam02": matrix} for frame, matrix in frames.items()}
    trajectory = read_recammaster(json.dumps(data), Hints(*SIZE, camera=2))
    focal = 32 / math.tan(math.radians(30))
    assert torch.equal(trajectory.w2c[0], torch.eye(4)) and trajectory.unit == "m"
    assert is_the_pose(trajectory, [[focal, 0, 32], [0, focal, 24], [0, 0, 1]], frame=1)


def test_recammaster_mirrored_cameras_move_as_they_should():
    # Some cameras of the published files are mirrored as a whole; only the way from frame to frame counts.
    mirror = np.diag([-1, 1, 1, 1])
    frames = np.array([np.eye(4), [[0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 1, 0], [300, 100, -200, 1]]]) @ mirror
    text = json.dumps({f"frame{i}": {"cam01": " ".join(f"[{' '.join(map(str, row))}]" for row in matrix)}
                       for i, matrix in enumerate(frames)})
    assert torch.allclose(read_recammaster(text, SIZELESS).w2c[1], torch.tensor(W2C).float(), atol=1e-6)


# There and back

POSES_ALONE = {"TUM", "ReCamMaster"}
PLAIN = {"cameras.json of WorldMirror", "LOAD3D_CAMERA", "cameras.json of 3DGS", "camera path of nerfstudio",
         "HY-WorldPlay", *POSES_ALONE}
EVERYTHING = {"camera.json", "Blender"}


def stored(folder, trajectory, format):
    content = FORMATS[format].write(trajectory)
    if isinstance(content, str):
        (folder / "file").write_text(content)
        return folder / "file"
    for name, part in content.items():
        (folder / name).write_bytes(part if isinstance(part, bytes) else part.encode())
    return folder / f"images.{'bin' if 'images.bin' in content else 'txt'}"


@pytest.mark.parametrize("format", FORMATS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_what_is_written_is_read_again(tmp_path_factory, format, data):
    trajectory = data.draw(trajectories(plain=format in PLAIN))
    path = stored(tmp_path_factory.mktemp("cameras"), trajectory, format)
    assert recognise(path) == format
    size = (trajectory.width, trajectory.height)
    again = read_file(path, format, Hints(*size)).trajectory
    expected = trajectory.w2c.double()
    if format == "ReCamMaster":  # relative to the first pose
        expected = expected @ torch.linalg.inv(expected[0])
    reach = 1 + float(trajectory.c2w[:, :3, 3].abs().max())
    assert float((again.w2c - expected).abs().max()) <= 2e-6 * reach
    assert (again.width, again.height) == size
    if format not in POSES_ALONE:
        assert torch.allclose(again.K, trajectory.K, rtol=2e-6, atol=0)
    if format in EVERYTHING:
        assert (again.fps, again.name, again.unit) == (trajectory.fps, trajectory.name, trajectory.unit)


@given(trajectories())
@settings(max_examples=40, deadline=None)
def test_camera_json_keeps_every_bit(trajectory):
    again = read_official(write_official(trajectory))
    assert torch.equal(again.w2c, trajectory.w2c) and torch.equal(again.K, trajectory.K)
