"""Point cloud files of this and other programs."""
import logging

import numpy as np
import pytest
import torch
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from worldstereo.core.cameras.rotations import rigid, rotation_from_quaternion
from worldstereo.core.cloud.files.load import load_point_cloud
from worldstereo.core.cloud.files.save import BY_FORMAT, GAUSSIANS, export_point_cloud
from worldstereo.core.cloud.point_cloud import PointCloud

FLIP = torch.tensor([1.0, -1, -1])


def cloud(count=40, seed=0):
    generator = torch.Generator().manual_seed(seed)
    quaternion = torch.nn.functional.normalize(torch.randn(4, generator=generator), dim=0)
    start = rigid(rotation_from_quaternion(quaternion, ""), torch.randn(3, generator=generator))
    points, colors = torch.randn(count, 3, generator=generator), torch.rand(count, 3, generator=generator)
    return PointCloud(points, colors, start, "ft", torch.rand(count, generator=generator))


@pytest.mark.slow
@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10000), axes=st.sampled_from([BY_FORMAT, "y up", "y down", "world"]),
       kind=st.sampled_from(["ply", "glb", GAUSSIANS]))
def test_what_was_exported_comes_back_into_its_world(tmp_path_factory, seed, axes, kind):
    path = tmp_path_factory.mktemp("cloud") / ("a.glb" if kind == "glb" else "a.ply")
    given = cloud(seed=seed)
    export_point_cloud(given, path, axes, kind, confidence=kind == "ply")
    read, report = load_point_cloud(path)
    assert torch.allclose(read.points, given.points, atol=1e-5)
    assert torch.equal(read.start_w2c, given.start_w2c) and read.unit == "ft"
    assert float((read.colors - given.colors).abs().max()) < 0.003
    assert kind != "ply" or torch.equal(read.confidence, given.confidence)
    noted = axes if axes != BY_FORMAT else "y down" if kind == GAUSSIANS else "y up"
    assert f"40 points, {noted} as noted in the file, in ft" in report


@pytest.mark.parametrize(("axes", "seen"), [("world", [1, 2, 3]), ("y up", [1, -2, -3]), ("z up", [1, -3, 2]),
                                            ("as the file says", [1, -2, -3])])
def test_axes_of_other_programs(tmp_path, axes, seen):
    (tmp_path / "a.ply").write_text(
        "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\n"
        "property float z\nend_header\n1 2 3\n")
    read, report = load_point_cloud(tmp_path / "a.ply", axes, "cm")
    assert read.points.tolist() == [seen] and read.unit == "cm" and torch.equal(read.start_w2c, torch.eye(4))
    assert read.colors.tolist() == [[0.5, 0.5, 0.5]] and "no colours, points are grey" in report


PROPERTIES = {  # as other programs name and type them: kinds, names, the number that stands for 0.2
    "bytes": ("uchar", ("red", "green", "blue"), 51), "short names": ("uint8", ("r", "g", "b"), 51),
    "diffuse": ("uchar", ("diffuse_red", "diffuse_green", "diffuse_blue"), 51),
    "16 bits": ("ushort", ("red", "green", "blue"), 13107),
    "fractions": ("float", ("red", "green", "blue"), 0.2),
    "large fractions": ("double", ("red", "green", "blue"), 51.0)}


@pytest.mark.parametrize("order", ["ascii", "binary_little_endian", "binary_big_endian"])
@pytest.mark.parametrize("case", PROPERTIES)
def test_property_names_types_and_byte_orders(tmp_path, order, case):
    kind, names, value = PROPERTIES[case]
    code = {"uchar": "u1", "uint8": "u1", "ushort": "u2", "float": "f4", "double": "f8"}[kind]
    header = ["ply", f"format {order} 1.0", "comment made by hand", "obj_info x", "element camera 1",
              "property float view", "element vertex 3", "property double x", "property int flags",
              "property float y", "property float z", *(f"property {kind} {name}" for name in names),
              "property float scalar_confidence", "element face 1", "property list uchar int vertex_indices",
              "end_header"]
    rows = [(1.5, 7, 2.5, 3.5, value, value, value * 2, 0.25), (4, 7, 5, 6, value, value, value, -1),
            (7, 7, 8, 9, value * 5, 0, 0, 2)]
    data = "\r\n".join(header).encode() + b"\r\n"
    if order == "ascii":
        text = ["9.5", *(" ".join(map(str, row)) for row in rows), "3 0 1 2"]
        data += "\r\n".join(text).encode()
    else:
        sign = "<" if "little" in order else ">"
        colors = [(name, code) for name in names]
        fields = [("x", "f8"), ("flags", "i4"), ("y", "f4"), ("z", "f4"), *colors, ("confidence", "f4")]
        data += np.array([9.5], sign + "f4").tobytes()
        data += np.array(rows, [(name, sign + code) for name, code in fields]).tobytes() + b"\3" + bytes(12)
    (tmp_path / "a.ply").write_bytes(data)
    read, _ = load_point_cloud(tmp_path / "a.ply", "world")
    assert read.points.tolist() == [[1.5, 2.5, 3.5], [4, 5, 6], [7, 8, 9]]
    assert torch.allclose(read.colors, torch.tensor([[0.2, 0.2, 0.4], [0.2, 0.2, 0.2], [1, 0, 0]]), atol=1e-6)
    assert read.confidence.tolist() == [0.25, 0, 2]


@pytest.mark.parametrize(("kind", "most"), [("char", 127), ("uchar", 255), ("short", 255), ("short", 32767),
    ("ushort", 255), ("ushort", 65535), ("int", 255), ("int", 65535), ("int", 2 ** 31 - 1), ("uint", 255),
    ("uint", 65535), ("uint", 2 ** 32 - 1)])
def test_whole_number_colours_are_judged_by_their_range(tmp_path, kind, most):
    (tmp_path / "a.ply").write_text(
        f"ply\nformat ascii 1.0\nelement vertex 2\nproperty float x\nproperty float y\nproperty float z\n"
        f"property {kind} red\nproperty {kind} green\nproperty {kind} blue\nend_header\n"
        f"1 2 3 {most} 0 {most // 2}\n4 5 6 0 0 0\n")
    colors = load_point_cloud(tmp_path / "a.ply")[0].colors
    assert torch.allclose(colors, torch.tensor([[1, 0, most // 2 / most], [0, 0, 0]]), atol=1e-6)


@pytest.mark.parametrize(("axes", "seen", "said"), [("as the file says", [1, 2, 3], "y down"),
                                                    ("y up", [1, -2, -3], "y up")])
def test_splats_of_other_programs_are_y_down(tmp_path, axes, seen, said):
    (tmp_path / "a.ply").write_text(
        "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float y\nproperty float z\n"
        "property float f_dc_0\nproperty float f_dc_1\nproperty float f_dc_2\nend_header\n1 2 3 0 0 0\n")
    read, report = load_point_cloud(tmp_path / "a.ply", axes)
    assert read.points.tolist() == [seen] and f"1 points, {said}, in" in report


@pytest.mark.parametrize(("offset", "said"), [(0, False), (4e6, True)])
def test_map_coordinates_that_float32_cannot_hold_are_told(tmp_path, offset, said):
    rows = np.zeros(100, [("x", "<f8"), ("y", "<f8"), ("z", "<f8")])
    rows["x"], rows["y"] = offset + 0.01 * np.arange(100), offset
    head = ("ply\nformat binary_little_endian 1.0\nelement vertex 100\nproperty double x\nproperty double y\n"
            "property double z\nend_header\n")
    (tmp_path / "a.ply").write_bytes(head.encode() + rows.tobytes())
    report = load_point_cloud(tmp_path / "a.ply")[1]
    assert ("rounded to steps of 0.25, and the points are 0.01 apart" in report) == said
    assert said or "rounded" not in report


@pytest.mark.parametrize("encoding", ["ascii", "binary_little_endian"])
def test_clouds_that_trimesh_wrote(tmp_path, encoding):
    points = np.random.default_rng(0).normal(size=(30, 3)).astype(np.float32)
    colors = np.random.default_rng(1).integers(0, 256, (30, 4), dtype=np.uint8)
    data = trimesh.PointCloud(points, colors).export(file_type="ply", encoding=encoding)
    (tmp_path / "a.ply").write_bytes(data)
    read, _ = load_point_cloud(tmp_path / "a.ply", "world")
    assert np.allclose(read.points, points, atol=1e-6)
    assert np.allclose(read.colors, colors[:, :3] / 255, atol=1e-6)


def test_glb_meshes_in_a_scene_are_placed_and_coloured(tmp_path):
    box = trimesh.creation.box()
    box.visual = trimesh.visual.ColorVisuals(box, vertex_colors=np.tile([255, 0, 55, 255], (8, 1)).astype(
        np.uint8))
    scene = trimesh.Scene()
    scene.add_geometry(box, transform=trimesh.transformations.translation_matrix([10, 0, 0]))
    scene.add_geometry(trimesh.PointCloud(np.zeros((2, 3)), np.full((2, 4), 255, np.uint8)))
    scene.export(tmp_path / "a.glb")
    read, _ = load_point_cloud(tmp_path / "a.glb", "world")
    assert sorted(read.points[:, 0].tolist()) == [0] * 2 + [9.5] * 4 + [10.5] * 4
    corner = read.colors[read.points[:, 0] > 5][0]
    # 55/255 of the light is half of the scale
    assert torch.allclose(corner, torch.tensor([1, 0, 0.5019]), atol=0.01)


def test_points_that_are_no_numbers_are_left_out_and_told(tmp_path, caplog):
    (tmp_path / "a.ply").write_text(
        "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\n"
        "property float z\nend_header\n1 2 3\nnan 0 0\n1 inf 1\n")
    with caplog.at_level(logging.WARNING):
        read, report = load_point_cloud(tmp_path / "a.ply")
    assert len(read.points) == 1 and "2 points without finite coordinates left out" in report
    assert "2 points without finite" in caplog.text


HEAD = ("ply\nformat ascii 1.0\nelement vertex 2\n"
        "property float x\nproperty float y\nproperty float z\nend_header\n")


@pytest.mark.parametrize(("name", "data", "message"), [
    ("a.ply", b"", "a.ply is no PLY"),
    ("a.ply", b"solid stl", "a.ply is no PLY"),
    ("a.ply", b"ply\nformat ascii 1.0\nelement vertex 2\n", "ends within its header"),
    ("a.ply", HEAD.encode() + b"1 2 3\n", "announces 2 of 3, so it was cut off"),
    ("a.ply", HEAD.encode(), "ends behind its header"),
    ("a.ply", HEAD.encode() + b"1 2 3\n4 5\n", "does not fit its header"),
    ("a.ply", HEAD.encode() + b"1 2 3\n4 5 six\n", "does not fit its header"),
    ("a.ply", HEAD.encode() + b"nan 2 3\nnan 5 6\n", "no point with finite coordinates"),
    ("a.ply", HEAD.replace("ascii", "binary_little_endian").encode() + bytes(23),
     "2 vertices and there is room for 1"),
    ("a.ply", HEAD.replace("vertex 2", "vertex 0").encode(), "holds no vertices"),
    ("a.ply", HEAD.replace("vertex 2", "vertex -5").encode(), "holds no vertices"),
    ("a.ply", HEAD.replace("vertex 2", "vertex many").encode(), "header line that is no PLY"),
    ("a.ply", HEAD.replace("float z", "quad z").encode(), "header line that is no PLY"),
    ("a.ply", HEAD.replace("float z", "float w").encode() + b"1 2 3\n4 5 6\n", "without x, y and z"),
    ("a.ply", HEAD.replace("float z", "list uchar int z").encode(), "vertices with lists"),
    ("a.ply", HEAD.replace("float z", "float z\nproperty float x").encode() + b"1 2 3 1\n4 5 6 1\n",
     "two properties of one name"),
    ("a.ply", b"ply\nformat binary_little_endian 1.0\nelement vertex 2\nend_header\n", "without x, y and z"),
    ("a.ply", HEAD.replace("ascii", "utf-16").encode(), "unknown format 'utf-16'"),
    ("a.ply", HEAD.encode("utf-16"), "a.ply is no PLY"),
    ("a.glb", b"glTF", "a.glb is no GLB"),
    ("a.glb", b"glTF\2\0\0\0\xff\0\0\0\4\0\0\0JSON{}  ", "was cut off: it announces 255 bytes"),
    ("a.glb", b"glTF\2\0\0\0\x18\0\0\0\4\0\0\0JSON{{  ", "a.glb is damaged"),
    ("a.glb", b"glTF\2\0\0\0\x18\0\0\0\4\0\0\0JSON{}  ", "a.glb (is damaged|holds no points)"),
    ("a.xyz", b"1 2 3", "a.xyz is no PLY or GLB"),
])
def test_files_that_are_damaged_or_something_else_get_a_sentence(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match=message):
        load_point_cloud(tmp_path / name)


def test_every_cut_of_a_file_is_told(tmp_path):
    for ending in ("ply", "glb"):
        export_point_cloud(cloud(), tmp_path / f"whole.{ending}")
        data = (tmp_path / f"whole.{ending}").read_bytes()
        for length in range(0, len(data) - 1, 37):
            (tmp_path / f"cut.{ending}").write_bytes(data[:length])
            with pytest.raises(ValueError):
                load_point_cloud(tmp_path / f"cut.{ending}")


@pytest.mark.slow
def test_the_node_reads_what_the_other_one_wrote(comfy, tmp_path, monkeypatch):
    import folder_paths

    from worldstereo.nodes.export import Y_UP, ExportPointCloud
    from worldstereo.nodes.point_cloud import LoadPointCloud

    monkeypatch.setattr(folder_paths, "output_directory", str(tmp_path))
    path, *_ = ExportPointCloud().export(cloud(), "a", "ply", Y_UP, max_points=30)["result"]
    assert f"{path} [output]" in LoadPointCloud.INPUT_TYPES()["required"]["file"][0]
    read, _ = LoadPointCloud().load(f"{path} [output]", "as the file says")
    assert 0 < len(read.points) <= 30 and read.unit == "ft"
    assert LoadPointCloud.VALIDATE_INPUTS("../../etc/passwd").startswith(
        "The file '../../etc/passwd' lies outside")
