"""Camera files that are damaged, of another kind or wrong:
every one is refused in a sentence with the likely cause."""
import json
import math
import struct
import time

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from worldstereo.core.cameras.formats.colmap import read_colmap, write_colmap_binary, write_colmap_text
from worldstereo.core.cameras.formats.hints import Hints
from worldstereo.core.cameras.formats.load3d import read_load3d, viewer_fit, viewer_placement
from worldstereo.core.cameras.formats.plausible import likely_mistake
from worldstereo.core.cameras.formats.real_estate import read_cameractrl_poses
from worldstereo.core.cameras.formats.recognise import read_file, recognise
from worldstereo.core.cameras.formats.table import FORMATS
from worldstereo.core.cameras.formats.tensors import read_extrinsics
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.planning.plan import shape
from worldstereo.core.planning.presets.moves import orbit, pan
from worldstereo.core.planning.presets.table import Wish

K = [[50, 0, 32], [0, 50, 24], [0, 0, 1]]
EYE = np.eye(4).tolist()
SIZED = Hints(64, 48)


def path_of(c2w):
    w2c = torch.linalg.inv(c2w).float()
    w2c[:, 3] = torch.tensor([0.0, 0, 0, 1])
    return Trajectory(w2c, torch.tensor(K).float().repeat(len(w2c), 1, 1), 64, 48)


def refused(tmp_path, content, sentence, hints=SIZED, format=None, name="file"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=sentence):
        read_file(path, format, hints)


def camera_json(poses=EYE, intrinsics=K, **more):
    poses = np.asarray(poses, dtype=float)
    return json.dumps({"extrinsic": poses.reshape(-1, *poses.shape[-2:]).tolist(), "intrinsic": intrinsics,
                       "width": 64, "height": 48, **more})


TURN = orbit(2, 3.0, 40, 20)[1].numpy()


@pytest.mark.parametrize("content, sentence", [
    (camera_json(TURN.T), "pose 0 is transposed.*last row; swap"),
    (camera_json([TURN, TURN * 2 - np.eye(4)]), "pose 1 is no rotation"),
    (camera_json(TURN @ np.diag([2, 2, 2, 1])), "rotation with a scale; divide .* by 2"),
    (camera_json(TURN @ np.diag([1, -1, 1, 1])), "mirrors the world .*wrong axes"),
    (camera_json(TURN + np.eye(4)[3]), "last row that is not 0 0 0 1"),
    (camera_json(TURN[:2]), r"shape \[1, 2, 4\], expected \[F,4,4\]"),
    (camera_json(TURN).replace("1.0]]]", "NaN]]]"), "1 of 16 numbers that are NaN"),
    (camera_json(TURN).replace("1.0]]]", '"x"]]]'), "no regular array of numbers"),
    (camera_json(TURN).replace("1.0]]]", "1.0], [0]]]"), "no regular array of numbers"),
    (camera_json(intrinsics=np.transpose(K).tolist()), "intrinsic is transposed"),
    (camera_json(intrinsics=[[0.8, 0, 0.5], [0, 1, 0.5], [0, 0, 1]]),
     "normalised by the picture's size.*multiply"),
    (camera_json(intrinsics=[K, K]), r"shape \[2, 3, 3\], expected \[3,3\] or \[1,3,3\]"),
    (camera_json(intrinsics=[[-50, 0, 32], [0, 50, 24], [0, 0, 1]]), "focal length of -50 .*positive"),
    (camera_json(intrinsics=[[2, 0, 32], [0, 2, 24], [0, 0, 1]]), "focal length of 2 for pictures of 64x48"),
    (camera_json(intrinsics=[[50, 0, 24], [0, 50, 60], [0, 0, 1]]), "principal point at .24, 60.*swapped"),
    (camera_json(convention="c2w OpenCV"), "convention is 'c2w OpenCV'.*choose the other direction"),
    (camera_json(convention="w2c OpenGL"), "convert the axes"),
    (camera_json(version=2), "version 2, this pack reads version 1"),
    (camera_json(width=0), "pictures of 0x48"),
    (camera_json(width=[]), r"has '\[\]' where a number should be"),
    (camera_json(fps="fast"), "has 'fast' where a number should be"),
    (camera_json(fps=-1), "-1.0 frames per second"),
    ('{"extrinsic": [[[1,', "no JSON, or was cut off"),
    ('{"extrinsic": []}', "holds extrinsic, expected extrinsic"),
    ('{"extrinsic": [], "intrinsic": []}', r"shape \[0\]"),
    ("{}", "holds nothing. Known are camera.json"),
    ('{"c2w": [], "fov": 3}', "holds c2w, fov. Known are"),
    ("[[1, 2], [3, 4]]", "list without names"),
    ("[" * 100_000, "no JSON, or was cut off"),
])
def test_camera_json(tmp_path, content, sentence):
    refused(tmp_path, content, sentence)


def world_mirror(**changes):
    entry = {"camera_id": "a", "matrix": EYE}
    return json.dumps({"num_cameras": 1, "extrinsics": [entry],
                       "intrinsics": [{"camera_id": "a", "matrix": K}],
                       **changes})


TWO = [{"camera_id": name, "matrix": EYE} for name in "ab"]
TWO_K = [{"camera_id": name, "matrix": K} for name in "ac"]


@pytest.mark.parametrize("content, sentence", [
    (world_mirror(num_cameras=3), "announces 3 cameras and holds 1; it was cut off"),
    (world_mirror(intrinsics=[]), "needs extrinsics and intrinsics"),
    (world_mirror(extrinsics=TWO, intrinsics=TWO_K, num_cameras=2), "no intrinsics for camera 'b'"),
    (json.dumps({"0001": {"extrinsic": EYE}}), "lacks extrinsic or intrinsic"),
    (json.dumps({"frames": [{"transform_matrix": EYE}], "w": 64, "h": 48}),
     "neither fl_x nor camera_angle_x"),
    (json.dumps({"frames": [{"transform_matrix": EYE}, {}], "fl_x": 50}),
     "list of objects with transform_matrix"),
    (json.dumps({"frames": [{"transform_matrix": EYE, "w": w} for w in (8, 9)], "h": 8, "fl_x": 9}),
     "several sizes"),
    (json.dumps({"frames": [{"transform_matrix": EYE}], "fl_x": 50, "w": 64, "h": 48,
                 "applied_transform": [[1]]}),
     r"applied_transform has the shape \[1, 1\]"),
    (json.dumps({"frames": [{"transform_matrix": EYE}], "fl_x": "wide", "w": 64, "h": 48}),
     "has 'wide' where a"),
    (json.dumps({"frames": [{"matrix_world": EYE, "lens": 50}]}), "needs width and height, the render size"),
    (json.dumps({"frames": [{"matrix_world": EYE}], "width": 8, "height": 8}), "needs lens"),
    (json.dumps({"frames": [{"matrix_world": EYE, "lens": 50, "sensor_fit": "FULL"}], "width": 8,
                 "height": 8}),
     "sensor_fit 'FULL'"),
    (json.dumps({"frames": [{"matrix_world": EYE, "lens": 50, "sensor_width": 0}], "width": 8, "height": 8}),
     "not positive"),
    (json.dumps({"frames": [{"matrix_world": (3 * np.eye(4)).tolist(), "lens": 50}], "width": 8,
                 "height": 8}),
     "last row|scale"),
    (json.dumps({"frame0": {"cam02": "[1 0 0 0] [0 1 0 0] [0 0 1 0] [0 0 0 1]"}}),
     "no cam01 in frame0; it has cam02"),
    (json.dumps({"frame0": {"cam01": "[1 0 0 0] [0 1 0 0]"}}), "expected four brackets of four numbers"),
    (json.dumps({"frame0": {"cam01": "[1 0 0 0] [0 1 0 0] [0 0 1 0] [0 0 0 x]"}}), "no finite number"),
    (json.dumps({"frame0": {"cam01": "[1 0 0 0] [0 0 0 0] [0 0 1 0] [0 0 0 1]"}}), "no rotation"),
    (json.dumps({"frame0": 3}), "needs frame0, frame1"),
    (json.dumps({"position": {"x": 1}, "target": {}}), "no x, y, z in its position"),
    (json.dumps([{"position": [0, 0, 0]}]), "neither target nor quaternion"),
    (json.dumps([{"position": [0, 0, 0], "target": [0, 0, 0]}]), "target at its own position"),
    (json.dumps([{"position": [0, 0, 0], "target": [0, 0, 1], "cameraType": "orthographic"}]),
     "is 'orthographic'; switch the viewer"),
    (json.dumps([{"position": [0, 0, 0], "target": [0, 0, 1], "fov": 200}]), "field of view of 200"),
    (json.dumps([{"position": [0, 0, 0], "quaternion": [0, 0, 0, 7]}]), "quaternion of length 7"),
    (json.dumps({"keyframes": []}), "needs a position and a target"),
])
def test_other_json(tmp_path, content, sentence):
    refused(tmp_path, content, sentence)


ROW = "0 0.8 1 0.5 0.5 0 0 1 0 0 0 0 1 0 0 0 0 1 0"


@pytest.mark.parametrize("content, sentence, hints", [
    ("", "is empty", SIZED),
    ("# nothing\n\n", "is empty", SIZED),
    ("hello\nworld\n", "lines have 1 columns.*RealEstate10K, TUM", SIZED),
    ("1 2 3 4 5 6 7 8 9 10 11 12\n" * 2, "12 columns", SIZED),
    (f"https://\n{ROW}\n{ROW[:20]}\n", "line 3 has 7 columns, expected 19; the file may be cut off", SIZED),
    (f"https://\n{ROW}\n", "no picture size; set width and height", Hints()),
    (f"https://\n{ROW.replace('0.5', '320')}\n", "intrinsics are in pixels; divide", SIZED),
    (f"https://\n{ROW.replace('0.5', 'nan')}\n", "NaN or infinite", SIZED),
    (f"https://\n{ROW.replace('0.5', 'half')}\n", "no number", SIZED),
    ("0 1 2 3 0 0 0 1\n0 1 2 3 0\n", "line 2 has 5 columns", SIZED),
    ("0 1 2 3 0 0 0 1\n", "no picture size", Hints()),
    ("0 1 2 3 4 5 6 7\n", "quaternion of length 11.*another order", SIZED),
    (b"\x80\x81\x82" * 30, "no text in UTF-8", SIZED),
    (b"a\0b\0c", "binary COLMAP model has to be called images.bin", SIZED),
])
def test_text_files(tmp_path, content, sentence, hints):
    refused(tmp_path, content, sentence, hints)


def test_the_choice_of_a_wrong_format_is_told(tmp_path):
    refused(tmp_path, camera_json(), "line 1 has|columns", format="TUM")
    refused(tmp_path, "0 1 2 3 0 0 0 1\n", "no JSON", format="transforms.json")
    refused(tmp_path, camera_json(), "needs frames", format="Blender")
    refused(tmp_path, camera_json(), "not part of a COLMAP model", format="COLMAP text")


def test_every_error_names_the_file(tmp_path):
    data = json.loads(camera_json(around()))
    data["extrinsic"][2][0][0] += 0.5
    refused(tmp_path, json.dumps(data), "^walk.json: extrinsic, pose 2 is no rotation", name="walk.json")
    refused(tmp_path, camera_json(torch.linalg.inv(around() @ GL)), "^orbit.json: This was read as",
            name="orbit.json")
    refused(tmp_path, "", "^empty.txt is empty", name="empty.txt")


def test_utf_16_and_byte_order_marks_are_read(tmp_path):
    for encoding in ("utf-16", "utf-8-sig"):
        (tmp_path / "file").write_bytes(camera_json().encode(encoding))
        assert read_file(tmp_path / "file").trajectory.frames == 1


def test_transforms_without_a_size(tmp_path):
    refused(tmp_path, json.dumps({"frames": [{"transform_matrix": EYE}], "fl_x": 50}),
            "set width and height", Hints())


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ValueError, match="no file .*/gone.json"):
        read_file(tmp_path / "gone.json")


def test_a_file_too_large_to_be_one(tmp_path):
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(2**29)
    with pytest.raises(ValueError, match="536870912 bytes.*choose a camera file"):
        read_file(tmp_path / "large.json")


@pytest.mark.slow
def test_many_lines_are_read_in_seconds(tmp_path):
    (tmp_path / "file.txt").write_text("0.5 1 2 3 0 0 0 1\n" * 200_000)
    began = time.monotonic()
    assert read_file(tmp_path / "file.txt", None, SIZED).trajectory.frames == 200_000
    assert time.monotonic() - began < 24  # every line compared with every other would take hours


GARBAGE = [b"", b"null", b"{}", b"nan", b"-", b'"', b" 7 ", b"1e400", b"\xff", b"[]"]


@pytest.mark.slow
@pytest.mark.parametrize("format", FORMATS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_happens_to_a_file_it_is_read_or_refused_in_a_sentence(tmp_path_factory, format, data):
    content = FORMATS[format].write(path_of(orbit(3, 2.0, 30)))
    names = {"file": content} if isinstance(content, str) else content
    folder = tmp_path_factory.mktemp("damaged")
    for name, part in names.items():
        part = part if isinstance(part, bytes) else part.encode()
        start, length = data.draw(st.integers(0, len(part))), data.draw(st.integers(0, 40))
        garbage = data.draw(st.sampled_from(GARBAGE))
        (folder / name).write_bytes(part[:start] + garbage + part[start + length:])
    path = folder / next(name for name in names if name == "file" or name.startswith("images"))
    for chosen in (None, format):
        try:
            assert read_file(path, chosen, SIZED).trajectory.frames > 0
        except ValueError as error:
            assert " " in str(error) and len(str(error)) > 20


# COLMAP models

def model(folder, write=write_colmap_text):
    for name, part in write(path_of(orbit(3, 2.0, 30))).items():
        (folder / name).write_bytes(part if isinstance(part, bytes) else part.encode())
    return folder / ("images.txt" if write is write_colmap_text else "images.bin")


def changed(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize("name, old, new, sentence", [
    ("cameras.txt", "1 PINHOLE", "1 FISHEYE", "model FISHEYE, expected one of SIMPLE_PINHOLE"),
    ("cameras.txt", "1 PINHOLE", "2 PINHOLE", "images of camera 1, which is not among"),
    ("cameras.txt", " 24.0", "", "line of 7 fields|3 parameters"),
    ("cameras.txt", " 24.0", " here", "no number"),
    ("cameras.txt", "64 48", "0 48", "pictures of 0x48"),
    ("images.txt", "1 frame_00001.png\n\n", "1 frame_00001.png\n1 2 -1\n3 4 -1\n", "line of 3 fields"),
    ("images.txt", "1 1.0", "1 9.0", "quaternion of length 9"),
    ("images.txt", "1 1.0", "1 nan", "NaN"),
])
def test_colmap_text(tmp_path, name, old, new, sentence):
    path = model(tmp_path)
    changed(tmp_path / name, old, new)
    with pytest.raises(ValueError, match=sentence):
        read_file(path)


def test_colmap_pictures_of_two_sizes(tmp_path):
    path = model(tmp_path)
    with (tmp_path / "cameras.txt").open("a") as file:
        file.write("2 PINHOLE 99 48 50 50 32 24\n")
    changed(path, "1 frame_00002.png", "2 frame_00002.png")
    with pytest.raises(ValueError, match="2 sizes"):
        read_file(path)


def test_colmap_without_its_other_half(tmp_path):
    path = model(tmp_path)
    with pytest.raises(ValueError, match="no poses; choose images.txt"):
        read_file(tmp_path / "cameras.txt")
    (tmp_path / "cameras.txt").unlink()
    with pytest.raises(ValueError, match="cameras.txt is missing"):
        read_file(path)
    path.write_text("# nothing\n")
    with pytest.raises(ValueError, match="is empty"):
        read_file(path)


def test_colmap_binary_cut_off_anywhere(tmp_path):
    path = model(tmp_path, write_colmap_binary)
    assert recognise(path) == recognise(tmp_path) == "COLMAP binary"
    for file in (path, tmp_path / "cameras.bin"):
        whole = file.read_bytes()
        for length in range(0, len(whole), 5):
            file.write_bytes(whole[:length])
            with pytest.raises(ValueError, match="ends too early"):
                read_file(path)
        file.write_bytes(whole)
    assert read_file(path).trajectory.frames == 3
    with pytest.raises(ValueError, match="holds no poses; choose images.bin"):
        read_file(tmp_path / "cameras.bin")


def test_colmap_cameras_that_are_no_pinholes(tmp_path):
    path = model(tmp_path, write_colmap_binary)
    cameras = tmp_path / "cameras.bin"
    for number, sentence in ((5, "model OPENCV_FISHEYE.*image_undistorter"), (77, "unknown model 77")):
        cameras.write_bytes(struct.pack("<QiiQQ8d", 1, 1, number, 64, 48, *[50.0] * 8))
        with pytest.raises(ValueError, match=sentence):
            read_file(path)


def test_colmap_names_of_pictures(tmp_path):
    with pytest.raises(ValueError, match="2 picture names for 3 poses"):
        write_colmap_text(path_of(orbit(3, 2.0, 30)), ["a", "b"])
    with pytest.raises(ValueError, match="without spaces"):
        write_colmap_binary(path_of(orbit(1, 2.0, 30)), ["a b.png"])


# Values of other nodes

@pytest.mark.parametrize("extrinsics, intrinsics, sentence", [
    (torch.eye(3), torch.eye(3), r"EXTRINSICS has the shape \[1, 3, 3\]"),
    (torch.eye(4).expand(2, 2, 4, 4), torch.tensor(K), r"shape \[2, 2, 4, 4\], expected one matrix"),
    (torch.full((2, 4, 4), torch.nan), torch.tensor(K), "32 of 32 numbers that are NaN"),
    (torch.eye(4), torch.eye(3), "INTRINSICS is normalised"),
    (torch.eye(4), torch.tensor(K).T, "INTRINSICS is transposed"),
    ("none", torch.tensor(K), "no regular array"),
])
def test_tensors(extrinsics, intrinsics, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_extrinsics(extrinsics, intrinsics)


def test_cameractrl_poses_of_another_length():
    with pytest.raises(ValueError, match=r"shape \[1, 3\], expected \[F,19\]"):
        read_cameractrl_poses([[1, 2, 3]], SIZED)


def test_placements_that_no_path_survives():
    with pytest.raises(ValueError, match="no extent"):
        viewer_fit(torch.zeros(3, 3))
    with pytest.raises(ValueError, match="scaled the model by"):
        viewer_placement({"scale": {"x": 1, "y": 2, "z": 1}})
    with pytest.raises(ValueError, match="needs a position"):
        read_load3d([], SIZED)


def test_a_viewer_that_has_not_drawn_yet():
    """What camera_info and model_3d_info are in the run that shows the model for the first time."""
    for convert in (lambda: viewer_placement([]), lambda: read_load3d(None, SIZED)):
        with pytest.raises(ValueError, match="has not drawn its model yet.*first run always ends here"):
            convert()


# What is rigid but makes no sense

GL = torch.diag(torch.tensor([1.0, -1, -1, 1], dtype=torch.float64))
AROUND_ORIGIN = torch.eye(4, dtype=torch.float64)
AROUND_ORIGIN[2, 3] = -3  # an orbit of radius 3 then has the world's origin in its middle


def around(frames=9, angle=90.0):
    return AROUND_ORIGIN @ orbit(frames, 3.0, angle)


@pytest.mark.parametrize("matrices, mistake", [
    (torch.linalg.inv(around()), None),
    (torch.linalg.inv(orbit(9, 3.0, 90)), None),
    (torch.linalg.inv(pan(9, 90)), None),
    (torch.linalg.inv(AROUND_ORIGIN @ pan(9, 90)), None),
    (torch.linalg.inv(around(2)), None),
    (torch.linalg.inv(around(9, 5.0)), None),
    (torch.linalg.inv(around() @ GL), "OpenGL"),
    (around(), "go the other way"),
])
def test_direction_and_axes_of_a_path_around_a_point(matrices, mistake):
    found = likely_mistake(matrices.float())
    assert found is None if mistake is None else mistake in found


def test_no_preset_is_doubted(comfy):
    from worldstereo.nodes.cameras import CameraTrajectory

    presets = CameraTrajectory.INPUT_TYPES()["required"]["preset"][0]
    for wish in (Wish(70.0, 20.0, 0.5, 1.5), Wish(-360.0, 0.0, -0.3)):
        for preset in presets:
            w2c = torch.linalg.inv(shape(preset, torch.linspace(0, 1, 21, dtype=torch.float64), 3.0, wish))
            assert likely_mistake(w2c) is None, preset
            w2c[:, 2, 3] += 3  # the official scripts put the world's origin at the median depth
            assert likely_mistake(w2c) is None, preset


def test_a_doubtful_file_is_refused_until_the_user_decides(tmp_path):
    path = tmp_path / "camera.json"
    path.write_text(camera_json(around()))
    sentence = "read as camera.json: w2c OpenCV, 9 poses, 64x48, but .*choose the format yourself"
    with pytest.raises(ValueError, match=sentence):
        read_file(path)
    assert "Is it right?" in read_file(path, "camera.json").remarks[0]
    inverted = read_file(path, None, Hints(inverted=True))
    assert inverted.remarks == [] and inverted.report == "camera.json: w2c OpenCV, inverted, 9 poses, 64x48"
    path.write_text(camera_json(torch.linalg.inv(around() @ GL)))
    with pytest.raises(ValueError, match="OpenGL"):
        read_file(path)


def test_no_official_file_is_doubted(shared):
    for file in sorted((shared / "examples").rglob("camera*.json")):
        assert all("holds no picture size" in remark for remark in read_file(file).remarks)


def test_every_format_is_written_for_a_path_that_turns_around(tmp_path):
    """Half turns are where quaternions lose their sign."""
    path = path_of(orbit(5, 3.0, 360))
    assert all(FORMATS[format].write(path) for format in FORMATS)
    assert math.isclose(float(path.w2c[2, 0, 0]), -1, abs_tol=1e-6)
    (tmp_path / "tum.txt").write_text(FORMATS["TUM"].write(path))
    assert torch.allclose(read_file(tmp_path / "tum.txt", None, SIZED).trajectory.w2c, path.w2c, atol=1e-5)
    for name, part in write_colmap_text(path).items():
        (tmp_path / name).write_text(part)
    assert torch.allclose(read_colmap(tmp_path).w2c, path.w2c, atol=1e-5)
