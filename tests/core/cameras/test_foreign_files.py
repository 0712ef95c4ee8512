"""Camera files of other programs that are unusual, and what is said of those that cannot be read."""
import json
import math
import struct

import numpy as np
import pytest
import torch

from camera_paths import C2W, path_of
from worldstereo.core.cameras.formats.colmap import read_colmap, write_colmap_text
from worldstereo.core.cameras.formats.hints import Hints
from worldstereo.core.cameras.formats.recognise import read_file
from worldstereo.core.cameras.formats.table import FORMATS
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.files.json_text import read_text
from worldstereo.core.planning.presets.moves import orbit, truck

EYE = np.eye(4).tolist()
K = [[50, 0, 32], [0, 50, 24], [0, 0, 1]]
SIZED = Hints(64, 48)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


def stored(folder, content, name="file"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def as_json(folder, data):
    return stored(folder, json.dumps(data))


def transforms(**changes):
    return {"fl_x": 50, "w": 64, "h": 48, "frames": [{"transform_matrix": EYE}], **changes}


# transforms.json

@pytest.mark.parametrize("changes, name", [
    *[({"camera_model": model}, model) for model in (
        "EQUIRECTANGULAR", "OPENCV_FISHEYE", "FISHEYE624", "OMNIDIRECTIONALSTEREO_L", "ORTHOPHOTO")],
    ({"camera_model": 3}, "model 3"), ({"is_fisheye": True}, "is_fisheye"), ({"k4": 0.1}, "k4"),
    ({"camera_model": "OPENCV", "k5": 0.1}, "k5"),
    ({"frames": [{"transform_matrix": EYE, "camera_model": "OPENCV_FISHEYE"}]}, "OPENCV_FISHEYE")])
def test_lenses_that_are_no_pinholes_are_refused_by_name(tmp_path, changes, name):
    with pytest.raises(ValueError, match=f"{name}.*undistort"):
        read_file(as_json(tmp_path, transforms(**changes)))


@pytest.mark.parametrize("model", [None, "OPENCV", "PINHOLE", "SIMPLE_PINHOLE", "FULL_OPENCV"])
def test_pinholes_are_read_by_any_name(tmp_path, model):
    data = transforms(camera_model=model, is_fisheye=False, k1=0, k4=0.0)
    assert read_file(as_json(tmp_path, data)).distortion is None


def test_the_size_follows_from_focal_length_and_field_of_view(tmp_path):
    angles = {"fl_x": 1600.0, "camera_angle_x": 2 * math.atan(0.6), "w": None, "h": None}
    path = as_json(tmp_path, transforms(**angles))
    with pytest.raises(ValueError, match="1920 pixels.*set width and height"):
        read_file(path)
    trajectory = read_file(path, None, Hints(960, 540)).trajectory
    assert (trajectory.width, trajectory.height) == (1920, 1080)
    assert trajectory.horizontal_fov == pytest.approx(math.degrees(2 * math.atan(0.6)), abs=1e-4)
    path = as_json(tmp_path, transforms(**angles, fl_y=1600.0, camera_angle_y=2 * math.atan(0.3)))
    trajectory = read_file(path).trajectory
    assert (trajectory.width, trajectory.height) == (1920, 960)
    trajectory = read_file(as_json(tmp_path, transforms(**{**angles, "h": 1000}))).trajectory
    assert (trajectory.width, trajectory.height) == (1920, 1000)


@pytest.mark.parametrize("changes, name", [
    ({"applied_transform": np.zeros((3, 4)).tolist()}, "applied_transform .*determinant is 0"),
    ({"applied_transform": np.diag([1.0, 1, -1, 1]).tolist()}, "applied_transform .*mirrored"),
    ({"applied_transform": np.diag([2.0, 2, 2, 1]).tolist()}, "applied_transform .*scaled"),
    ({"applied_transform": [[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]}, "applied_transform .*sheared"),
    ({"applied_transform": 1}, "applied_transform has the shape"),
    ({"applied_transform": "none"}, "applied_transform is no regular array"),
    ({"applied_scale": -1}, "applied_scale is -1"), ({"applied_scale": 0}, "applied_scale is 0"),
    ({"applied_scale": []}, "applied_scale has"), ({"applied_scale": math.inf}, "applied_scale has 'inf'"),
    ({"w": 0}, "pictures of 0x48"), ({"w": 1e300}, "pictures of 1e.300x48"), ({"w": "wide"}, "'wide'"),
    ({"fl_x": None}, "neither fl_x nor camera_angle_x"), ({"frames": []}, "holds fl_x"),
    ({"frames": [{"transform_matrix": []}]}, "shape"), ({"frames": [{"transform_matrix": None}]}, "array")])
def test_what_is_wrong_in_transforms_json_is_named(tmp_path, changes, name):
    with pytest.raises(ValueError, match=name):
        read_file(as_json(tmp_path, transforms(**changes)))


# COLMAP

CAMERAS = "# Camera list:\n1 PINHOLE 64 48 50 50 32 24\n"
POSES = ["1 1 0 0 0 -0.3 0 0 1 {}", "2 1 0 0 0 -0.7 0 0 1 {}", "3 1 0 0 0 -0.9 0 0 1 {}"]


def model(folder, lines, names, cameras=CAMERAS, encoding="utf-8"):
    stored(folder, cameras.encode(encoding), "cameras.txt")
    text = lines.format(*(pose.format(name) for pose, name in zip(POSES, names)))
    return stored(folder, text.encode(encoding), "images.txt")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("names", [["a.jpg", "b.jpg", "c.jpg"], ["000001", "000002", "000003"],
                                   ["A map (1).jpg", "A map (2).jpg", "A map (3).jpg"]])
@pytest.mark.parametrize("lines", [
    "# Images\n{}\n\n{}\n\n{}\n\n", "# Images\n\n \n{}\n\n{}\n\n{}",
    "{}\n1.5 2 -1 3 4.5 7\n{}\n\n{}\n1 2 -1\n",
    "  # Images\n{}\n{}\n{}\n", "\r\n  # two\r\n{}\r\n1 2 -1\r\n # three\r\n{}\r\n\r\n{}\r\n"])
def test_every_image_of_a_colmap_text_is_read(tmp_path, lines, names, encoding):
    trajectory = read_file(model(tmp_path, lines, names, encoding=encoding)).trajectory
    assert trajectory.c2w[:, 0, 3].tolist() == pytest.approx([0.3, 0.7, 0.9])
    assert trajectory.K[0].tolist() == K


def test_a_lens_of_colmap_that_no_image_uses_may_be_of_any_kind(tmp_path):
    for other in ("2 OPENCV_FISHEYE 64 48 50 50 32 24 0 0 0 0", "2 NEWEST 9 9 1"):
        path = model(tmp_path, "{}\n\n{}\n\n{}\n\n", "abc", CAMERAS + f"  # more\n\n{other}\n")
        assert read_file(path).trajectory.frames == 3
    path = model(tmp_path, "{}\n\n{}\n\n{}\n\n", "abc", CAMERAS.replace("PINHOLE", "NEWEST"))
    with pytest.raises(ValueError, match="camera of model NEWEST, expected one of SIMPLE_PINHOLE"):
        read_file(path)


@pytest.mark.parametrize("number, name, count", [(11, "RAD_TAN_THIN_PRISM_FISHEYE", 16), (15, "FISHEYE", 4),
                                                 (17, "EQUIRECTANGULAR", 2)])
def test_lenses_of_binary_colmap_models_have_names(tmp_path, number, name, count):
    pinhole = struct.pack("<iiQQ4d", 1, 1, 64, 48, 50, 50, 32, 24)
    other = struct.pack(f"<iiQQ{count}d", 2, number, 64, 48, *[1.0] * count)
    stored(tmp_path, struct.pack("<Q", 2) + other + pinhole, "cameras.bin")
    for camera in (1, 2):
        image = struct.pack("<i7di", 1, 1, 0, 0, 0, 0, 0, 0, camera) + b"a b\0" + struct.pack("<Q", 0)
        path = stored(tmp_path, struct.pack("<Q", 1) + image, "images.bin")
        if camera == 1:
            assert read_file(path).trajectory.frames == 1
        else:
            with pytest.raises(ValueError, match=f"camera of model {name}, expected"):
                read_file(path)


# Far away

def far_path(offset, format, folder):
    """A file of this format, of five poses in steps of a centimetre, made far away in float64."""
    c2w = truck(5, 0.04) @ torch.eye(4, dtype=torch.float64)
    c2w[:, :3, 3] += torch.tensor(offset, dtype=torch.float64)
    path = path_of(truck(5, 0.04))
    far = object.__new__(Trajectory)  # a trajectory cannot hold these poses, but the writers write doubles
    for key, value in {**vars(path), "w2c": torch.linalg.inv(c2w)}.items():
        object.__setattr__(far, key, value)
    content = FORMATS[format].write(far)
    if isinstance(content, str):
        return stored(folder, content)
    for name, part in content.items():
        stored(folder, part, name)
    return folder / ("images.bin" if "images.bin" in content else "images.txt")


@pytest.mark.parametrize("format", [name for name in FORMATS if name != "RealEstate10K"])  # nine digits
def test_steps_are_kept_however_far_away_a_path_lies(tmp_path, format):
    path = far_path([432123.25, 5432109.5, 120.0], format, tmp_path)
    reading = read_file(path, None, SIZED)
    assert reading.trajectory.c2w[:, 0, 3].tolist() == pytest.approx([0, 0.01, 0.02, 0.03, 0.04], abs=1e-6)
    assert format == "ReCamMaster" or any("relative to the first" in remark for remark in reading.remarks)
    if format.startswith("COLMAP"):  # files that share a world keep it
        kept = read_colmap(path, Hints(keep_world=True))
        assert float(kept.c2w[0, 1, 3]) == pytest.approx(5432109.5)


def test_what_float32_holds_keeps_its_world(tmp_path):
    path = far_path([300.0, -200.0, 50.0], "camera.json", tmp_path)
    reading = read_file(path)
    assert reading.remarks == [] and float(reading.trajectory.c2w[0, 0, 3]) == 300.0


# Other programs

LOOKS = [("0", [0, 0, 0]), ("10", [2, 0, 0]), ("9", [1, 0, 0])]


def test_cameras_of_gaussian_splats(tmp_path):
    R = [[0, 0, 1], [0, 1, 0], [-1, 0, 0]]  # to the right by 90 degrees, as in camera_paths
    cameras = [{"id": 0, "img_name": name, "width": 64, "height": 48, "position": position, "rotation": R,
                "fx": 50, "fy": 60} for name, position in LOOKS]
    reading = read_file(as_json(tmp_path, cameras))
    assert reading.stored == "cameras.json of 3DGS: c2w OpenCV" and reading.remarks == []
    assert reading.trajectory.c2w[:, 0, 3].tolist() == [0, 1, 2]
    assert reading.trajectory.c2w[0, :3, :3].tolist() == R
    assert reading.trajectory.K[0].tolist() == [[50, 0, 32], [0, 60, 24], [0, 0, 1]]
    for changes, sentence in (({"rotation": [1]}, "array of numbers|rotations of the shape"),
                              ({"width": 9}, "2 sizes"), ({"fx": "f"}, "'f' where a number"),
                              ({"rotation": (2 * np.eye(3)).tolist()}, "rotation with a scale")):
        with pytest.raises(ValueError, match=sentence):
            read_file(as_json(tmp_path, [cameras[0], {**cameras[1], **changes}]))
    with pytest.raises(ValueError, match="list of objects with position, rotation, fx"):
        read_file(as_json(tmp_path, [{"position": [0, 0, 0], "rotation": R}]))


def test_camera_path_of_nerfstudio(tmp_path):
    moved = np.array(EYE)
    moved[2, 3] = -3.0  # OpenGL cameras look along -z
    data = {"keyframes": [{"matrix": "[1]"}], "camera_type": "perspective", "render_width": 64,
            "render_height": 48, "fps": 24, "camera_path": [
                {"camera_to_world": matrix.flatten().tolist(), "fov": 90} for matrix in (np.eye(4), moved)]}
    reading = read_file(as_json(tmp_path, data))
    path = reading.trajectory
    assert reading.stored == "camera path of nerfstudio: c2w OpenGL" and path.fps == 24
    assert path.K[0].tolist() == [[24, 0, 32], [0, 24, 24], [0, 0, 1]]
    ahead = path.w2c[0] @ path.c2w[1, :, 3]
    assert ahead.tolist() == [0, 0, 3, 1]
    for changes, sentence in (({"camera_type": "equirectangular"}, "camera_type 'equirectangular'"),
                              ({"render_height": 0}, "render_height of 0"),
                              ({"camera_path": []}, "camera_path"),
                              ({"render_width": None}, "'None' where a number"),
                              ({"camera_path": [{"camera_to_world": [1, 2], "fov": 9}]}, "2 numbers"),
                              ({"camera_path": [{"camera_to_world": 1, "fov": 9}]}, "1 numbers"),
                              ({"camera_path": [{**data["camera_path"][0], "fov": 0}]}, "fov of 0")):
        with pytest.raises(ValueError, match=sentence):
            read_file(as_json(tmp_path, {**data, **changes}))


def test_trajectory_of_hy_worldplay(tmp_path):
    outwards = orbit(4, -1.0, 30).numpy()  # looks away from what it goes around
    data = {str(frame): {"extrinsic": c2w.tolist(), "K": K} for frame, c2w in enumerate(outwards)}
    reading = read_file(as_json(tmp_path, data))
    assert reading.stored == "HY-WorldPlay: c2w OpenCV"
    assert np.allclose(reading.trajectory.c2w, outwards, atol=1e-6)
    assert (reading.trajectory.width, reading.trajectory.height) == (64, 48)
    del data["2"]["K"]
    with pytest.raises(ValueError, match="needs extrinsic and K for every pose"):
        read_file(as_json(tmp_path, data))


# TUM

HALF = math.sqrt(0.5)
# that of camera_paths
POSE = {"t": 7.0, "x": 1.0, "y": 2.0, "z": 3.0, "qw": HALF, "qx": 0.0, "qy": HALF, "qz": 0.0}
HEADERS = {
    "#timestamp [ns],p_RS_R_x [m],p_RS_R_y [m],p_RS_R_z [m],q_RS_w [],q_RS_x [],q_RS_y [],q_RS_z []":
        "t x y z qw qx qy qz",
    "# timestamp qw qx qy qz tx ty tz": "t qw qx qy qz x y z",
    "# time tx ty tz qx qy qz qw": "t x y z qx qy qz qw",
    "timestamp;pos_x;pos_y;pos_z;rot_w;rot_x;rot_y;rot_z": "t x y z qw qx qy qz",
    "x, y, z, q_x, q_y, q_z, q_w": "x y z qx qy qz qw",
    "stamp pose.position.x pose.position.y pose.position.z pose.orientation.w pose.orientation.x "
    "pose.orientation.y pose.orientation.z": "t x y z qw qx qy qz",
    "# by us\n#time, p_x, p_y, p_z, q_w [], q_x [], q_y [], q_z [], v_x [m s^-1], v_y, v_z, b_w_x, b_w_y":
        "t x y z qw qx qy qz t t t t t",
    "# by a program": "t x y z qx qy qz qw",
}


@pytest.mark.parametrize("header, order", HEADERS.items())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_header_tells_the_order_of_the_columns(tmp_path, header, order, encoding):
    comma = "," if "," in header else ";" if ";" in header else " "
    line = comma.join(str(POSE[name]) for name in order.split())
    for w_first in (False, True) if "x" in header else (False,):
        path = stored(tmp_path, f"{header}\n{line}\n{line}\n".encode(encoding))
        trajectory = read_file(path, None, Hints(64, 48, w_first=w_first)).trajectory
        assert trajectory.frames == 2
        assert np.allclose(trajectory.c2w[1], C2W, atol=1e-6)


def test_without_a_header_the_user_tells_where_w_is(tmp_path):
    path = stored(tmp_path, "7 1 2 3 1 0 0 0\n")
    w_first = read_file(path, None, Hints(64, 48, w_first=True)).trajectory
    assert w_first.c2w[0, :3, :3].tolist() == np.eye(3).tolist()
    assert read_file(path, None, SIZED).trajectory.c2w[0, 1, 1] == -1


# Intrinsics

def test_skew_and_scaled_intrinsics_name_the_file_s_own_matrix(tmp_path):
    data = {"extrinsic": [EYE, EYE], "width": 64, "height": 48}
    for intrinsic, sentence in (
            ([[50, 1.5, 32], [0, 50, 24], [0, 0, 1]], "intrinsic, pose 0 .*a skew of 1.5.*rectify"),
            ([K, (2 * np.array(K)).tolist()], "intrinsic, pose 1 has the last row .0.0, 0.0, 2.0.")):
        with pytest.raises(ValueError, match=sentence):
            read_file(as_json(tmp_path, {**data, "intrinsic": intrinsic}))


# What is no camera file

@pytest.mark.parametrize("content", [
    b"", b" \n", b"null", b"[]", b"[[]]", b"[{}]", b"{}", b"3", b'"a"', b"[1]", b'{"frames": 3}', b"\xff\xfe",
    b"\0", b'{"a": {"extrinsic": 1}}',
    b'{"a": ' + b"9" * 5000 + b"}", b'{"extrinsic": 1, "intrinsic": 2}',
    b'{"frames": [{"transform_matrix": 1}]}',
    b'{"extrinsic": [' + b"9" * 400 + b'], "intrinsic": [1]}', b'{"0": {"extrinsic": 1, "K": 2}}',
    b'{"camera_path": 1}', b'{"frame0": []}', b'{"keyframes": 1}', b'{"position": 1}',
    b'{"extrinsics": [{}]}', b'{"frames": [{"matrix_world": 1}]}', b'[{"position": 1, "rotation": 1}]'])
def test_it_is_refused_in_a_sentence_whatever_it_is_read_as(tmp_path, content):
    path = stored(tmp_path, content)
    for format in (None, *FORMATS):
        with pytest.raises(ValueError, match=r"file.* .*\w.*"):
            read_file(path, format, SIZED)


WRONG = [None, 0, -1, 1e300, math.nan, "9" * 3000, [], {}, [[1]], True, 10**400]


def places(value, place=()):
    """Where the parts of a JSON value are, of each list the first."""
    yield place
    first = dict(enumerate(value[:1])) if isinstance(value, list) else {}
    parts = value if isinstance(value, dict) else first
    for key, part in parts.items():
        yield from places(part, (*place, key))


@pytest.mark.slow
@pytest.mark.parametrize("format", [name for name, row in FORMATS.items() if row.ending == "json"])
def test_a_wrong_part_is_read_or_refused_in_a_short_sentence(tmp_path, format):
    text = FORMATS[format].write(path_of(orbit(3, 2.0, 30)))
    for place in list(places(json.loads(text)))[1:]:
        for wrong in WRONG:
            data = part = json.loads(text)
            for key in place[:-1]:
                part = part[key]
            part[place[-1]] = wrong
            try:
                assert read_file(as_json(tmp_path, data), format, SIZED).trajectory.w2c.isfinite().all()
            except ValueError as error:
                assert 20 < len(str(error)) < 500


def test_texts_are_read_in_the_usual_encodings(tmp_path):
    for encoding in ENCODINGS:
        assert read_text(stored(tmp_path, "Größe 1".encode(encoding))) == "Größe 1"
    with pytest.raises(ValueError, match="no text in UTF-8"):
        read_text(stored(tmp_path, "Größe".encode("latin-1")))


# The files themselves

FOREIGN = {"colmap_utm/images.txt": 9, "colmap_spaces_nopoints/images.txt": 4, "colmap_bom/images.txt": 2,
           "colmap_lead_blank/images.txt": 2, "colmap_numeric/images.txt": 2,
           "colmap_unused_fisheye/images.txt": 2, "ns_camera_path.json": 5, "gs_cameras.json": 5,
           "hy_worldplay.json": 5, "tumvi_mocap.txt": 3, "tj_flx_angle_nosize.json": 5,
           "tj_equi.json": "EQUIRECTANGULAR", "tj_at_sing.json": "applied_transform",
           "cj_skew.json": "intrinsic.*skew"}


@pytest.mark.parametrize("name, right", FOREIGN.items())
def test_files_that_other_programs_wrote(shared, name, right):
    path = shared / "foreign_files" / name
    if isinstance(right, str):
        with pytest.raises(ValueError, match=right):
            read_file(path, None, SIZED)
    else:
        assert read_file(path, None, SIZED).trajectory.frames == right


def test_three_formats_say_the_same_of_one_path(shared):
    """The same five cameras, in three programs' files."""
    paths = [read_file(shared / "foreign_files" / name, None, SIZED).trajectory.w2c
             for name in ("ns_camera_path.json", "gs_cameras.json", "tj_flx_angle_nosize.json")]
    assert torch.allclose(paths[0], paths[1], atol=1e-6) and torch.allclose(paths[0], paths[2], atol=1e-6)


def test_colmap_without_lines_of_points_is_what_its_writer_wrote(tmp_path):
    path = path_of(orbit(3, 2.0, 30))
    for name, part in write_colmap_text(path).items():
        stored(tmp_path, part.replace("\n\n", "\n"), name)
    assert torch.allclose(read_colmap(tmp_path).w2c, path.w2c, atol=1e-6)
