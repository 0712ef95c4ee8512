import json
import struct

import numpy as np
import pytest
import torch
import trimesh
from worldstereo.core.export.point_cloud import export_point_cloud
from worldstereo.core.geometry.point_cloud import PointCloud

FLIP = np.array([1, -1, -1], np.float32)


def cloud(count=50):
    torch.manual_seed(0)
    return PointCloud(torch.randn(count, 3), torch.rand(count, 3), torch.eye(4))


def bytes_of(colors):
    return (colors.numpy() * 255).round().astype(np.uint8)


def read_ply(path):
    """A second reader: the header line by line, then the records."""
    data = path.read_bytes()
    header, body = data.split(b"end_header\n", 1)
    lines = [line for line in header.decode().splitlines() if not line.startswith("comment")]
    assert lines[:2] == ["ply", "format binary_little_endian 1.0"]
    kinds = {"float": "<f4", "uchar": "u1"}
    fields = [(line.split()[2], kinds[line.split()[1]]) for line in lines[3:]]
    records = np.frombuffer(body, np.dtype(fields))
    assert lines[2] == f"element vertex {len(records)}"
    return records


@pytest.mark.parametrize("y_up", [True, False])
def test_ply_has_the_points_and_colours(tmp_path, y_up):
    export_point_cloud(cloud(), tmp_path / "a.ply", y_up)
    records = read_ply(tmp_path / "a.ply")
    points = np.stack([records["x"], records["y"], records["z"]], 1)
    assert np.array_equal(points, cloud().points.numpy() * (FLIP if y_up else 1))
    assert np.array_equal(np.stack([records["red"], records["green"], records["blue"]], 1), bytes_of(cloud().colors))


@pytest.mark.parametrize("y_up", [True, False])
def test_glb_is_one_points_primitive_with_8_bit_colours(tmp_path, y_up):
    export_point_cloud(cloud(), tmp_path / "a.glb", y_up)
    data = (tmp_path / "a.glb").read_bytes()
    assert struct.unpack("<4sII", data[:12]) == (b"glTF", 2, len(data))
    length = struct.unpack("<I", data[12:16])[0]
    tree = json.loads(data[20:20 + length])
    (mesh,) = tree["meshes"]
    (primitive,) = mesh["primitives"]
    assert primitive["mode"] == 0
    color = tree["accessors"][primitive["attributes"]["COLOR_0"]]
    assert (color["componentType"], color["type"], color["normalized"]) == (5121, "VEC4", True)
    (read,) = trimesh.load(tmp_path / "a.glb", force="scene").geometry.values()
    assert np.array_equal(read.vertices.astype(np.float32), cloud().points.numpy() * (FLIP if y_up else 1))
    assert (read.colors[:, 3] == 255).all()
    light = read.colors[:, :3] / 255  # glTF: linear light, shown as sRGB
    shown = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    bright = bytes_of(cloud().colors) > 60  # below, 8 bits of linear light are coarse
    assert bright.mean() > 0.5
    assert np.abs(shown * 255 - bytes_of(cloud().colors))[bright].max() <= 2.5


def test_y_up_puts_what_was_above_above(tmp_path):
    above, ahead = torch.tensor([0.0, -1, 0]), torch.tensor([0.0, 0, 1])  # OpenCV: y down, z forward
    export_point_cloud(PointCloud(torch.stack([above, ahead]), torch.zeros(2, 3), torch.eye(4)), tmp_path / "a.ply")
    records = read_ply(tmp_path / "a.ply")
    assert records["y"][0] == 1 and records["z"][1] == -1


def test_nothing_is_overwritten_and_nothing_half_is_left(tmp_path, monkeypatch):
    export_point_cloud(cloud(), tmp_path / "a.ply")
    before = (tmp_path / "a.ply").read_bytes()
    with pytest.raises(ValueError, match="a.ply exists already"):
        export_point_cloud(cloud(3), tmp_path / "a.ply")
    assert (tmp_path / "a.ply").read_bytes() == before
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("no space left")))
    with pytest.raises(OSError, match="no space"):
        export_point_cloud(cloud(), tmp_path / "b.ply")
    assert [path.name for path in tmp_path.iterdir()] == ["a.ply"]


def test_other_formats_are_refused(tmp_path):
    with pytest.raises(ValueError, match="a.obj; use .ply or .glb"):
        export_point_cloud(cloud(), tmp_path / "a.obj")


def test_the_node_numbers_its_files_and_stays_in_the_output_folder(comfy, tmp_path, monkeypatch):
    import folder_paths
    from worldstereo.nodes.export import Y_UP, ExportPointCloud

    monkeypatch.setattr(folder_paths, "output_directory", str(tmp_path / "output"))
    results = [ExportPointCloud().export(cloud(), "deep/a", kind, Y_UP)["result"] for kind in ("glb", "ply", "ply")]
    assert results == [("deep/a_00001_.glb",), ("deep/a_00002_.ply",), ("deep/a_00003_.ply",)]
    assert all((tmp_path / "output" / path).stat().st_size > 0 for (path,) in results)
    for prefix in ("../a", "/tmp/a", "deep/../../a"):
        with pytest.raises(ValueError, match="leads out of ComfyUI's output folder"):
            ExportPointCloud().export(cloud(), prefix, "ply", Y_UP)


def test_a_panoramas_cloud_stands_upright(tmp_path):
    """World z up, front along -x: a point above the centre must come out with positive y."""
    front = torch.tensor([[0.0, 1, 0, 0], [0, 0, -1, 0], [-1, 0, 0, 0], [0, 0, 0, 1]])
    above = PointCloud(torch.tensor([[-2.0, 0, 1]]), torch.ones(1, 3), front)
    export_point_cloud(above, tmp_path / "above.ply")
    assert trimesh.load(tmp_path / "above.ply").vertices.tolist() == [[0, 1, -2]]
