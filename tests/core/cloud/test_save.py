import json
import math
import struct
from dataclasses import replace

import numpy as np
import pytest
import torch
import trimesh

from worldstereo.core.cameras.rotations import rigid, rotation_from_quaternion
from worldstereo.core.cloud.files.glb import write_glb
from worldstereo.core.cloud.files.load import load_point_cloud
from worldstereo.core.cloud.files.save import GAUSSIANS, SPLAT, export_point_cloud
from worldstereo.core.cloud.files.splat import splat_tensors
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.cloud.thinning import thin_cloud

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
    kinds = {"float": "<f4", "uchar": "u1"}  # not with the module's own table
    fields = [(line.split()[2], kinds[line.split()[1]]) for line in lines[3:]]
    records = np.frombuffer(body, np.dtype(fields))
    assert lines[2] == f"element vertex {len(records)}"
    return records


@pytest.mark.parametrize("axes", ["y up", True, "world", False])
def test_ply_has_the_points_and_colours(tmp_path, axes):
    export_point_cloud(cloud(), tmp_path / "a.ply", axes)
    records = read_ply(tmp_path / "a.ply")
    points = np.stack([records["x"], records["y"], records["z"]], 1)
    assert np.array_equal(points, cloud().points.numpy() * (FLIP if axes in ("y up", True) else 1))
    assert np.array_equal(np.stack([records["red"], records["green"], records["blue"]], 1),
                          bytes_of(cloud().colors))


@pytest.mark.parametrize("axes", ["y up", "world"])
def test_glb_is_one_points_primitive_with_16_bit_colours(tmp_path, axes):
    grey = torch.arange(256.0)[:, None].expand(256, 3) / 255
    given = PointCloud(torch.randn(256, 3), grey.contiguous(), torch.eye(4))
    export_point_cloud(given, tmp_path / "a.glb", axes)
    data = (tmp_path / "a.glb").read_bytes()
    assert struct.unpack("<4sII", data[:12]) == (b"glTF", 2, len(data))
    length = struct.unpack("<I", data[12:16])[0]
    tree = json.loads(data[20:20 + length])
    (mesh,) = tree["meshes"]
    (primitive,) = mesh["primitives"]
    assert primitive["mode"] == 0
    color = tree["accessors"][primitive["attributes"]["COLOR_0"]]
    assert (color["componentType"], color["type"], color["normalized"]) == (5123, "VEC4", True)
    view = tree["bufferViews"][color["bufferView"]]
    start = 28 + length + view["byteOffset"]
    assert start % 4 == 0
    assert len(data) == start + view["byteLength"] == 28 + length + tree["buffers"][0]["byteLength"]
    # trimesh takes the low bytes of such colours
    rgba = np.frombuffer(data, "<u2", 4 * 256, start).reshape(256, 4)
    assert (rgba[:, 3] == 65535).all()
    light = rgba[:, :3] / 65535  # glTF: linear light, shown as sRGB
    shown = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    assert np.abs(shown * 255 - bytes_of(given.colors)).max() < 0.5  # the dark ones too
    assert float((load_point_cloud(tmp_path / "a.glb")[0].colors - given.colors).abs().max()) * 255 < 0.5
    (read,) = trimesh.load(tmp_path / "a.glb", force="scene").geometry.values()
    assert np.array_equal(read.vertices.astype(np.float32),
                          given.points.numpy() * (FLIP if axes == "y up" else 1))


def test_more_points_than_a_glb_holds_are_refused(tmp_path):
    points = np.broadcast_to(np.float32(1), (215_000_000, 3))  # takes no memory
    with pytest.raises(ValueError, match="215000000 points do not fit into a GLB.* write a PLY"):
        write_glb(tmp_path / "a.glb", points, points, {})
    assert not (tmp_path / "a.glb").exists()


def test_y_up_puts_what_was_above_above(tmp_path):
    above, ahead = torch.tensor([0.0, -1, 0]), torch.tensor([0.0, 0, 1])  # OpenCV: y down, z forward
    export_point_cloud(PointCloud(torch.stack([above, ahead]), torch.zeros(2, 3), torch.eye(4)),
                       tmp_path / "a.ply")
    records = read_ply(tmp_path / "a.ply")
    assert records["y"][0] == 1 and records["z"][1] == -1


def test_other_formats_are_refused(tmp_path):
    with pytest.raises(ValueError, match="a.obj; use .ply or .glb"):
        export_point_cloud(cloud(), tmp_path / "a.obj")


def test_the_node_numbers_its_files_and_stays_in_the_output_folder(comfy, tmp_path, monkeypatch):
    import folder_paths

    from worldstereo.nodes.export import Y_UP, ExportPointCloud

    monkeypatch.setattr(folder_paths, "output_directory", str(tmp_path / "output"))
    kinds = ("glb", "ply", "ply", "splat", "3dgs ply")
    results = [ExportPointCloud().export(cloud(), "deep/a", kind, Y_UP)["result"] for kind in kinds]
    assert [path for path, *_ in results] == ["deep/a_00001_.glb", "deep/a_00002_.ply", "deep/a_00003_.ply",
                                             "deep/a_00004_.splat", "deep/a_00005_.ply"]
    assert all((tmp_path / "output" / path).stat().st_size > 0 for path, *_ in results)
    (tmp_path / "output" / "link").symlink_to(tmp_path)
    for prefix in ("../a", "/elsewhere/a", "deep/../../a", "link/a", "", ".", "deep/.."):
        with pytest.raises(ValueError, match="leads out of ComfyUI's output folder"):
            ExportPointCloud().export(cloud(), prefix, "ply", Y_UP)


def turned_cloud(count=30):
    """Seen by a start camera that stands elsewhere and on its side,
    so that its axes are none of the world's."""
    quaternion = torch.nn.functional.normalize(torch.tensor([0.8, 0.3, -0.4, 0.6]), dim=0)
    start = rigid(rotation_from_quaternion(quaternion, ""), torch.tensor([1.0, -2, 3]))
    torch.manual_seed(1)
    return PointCloud(torch.randn(count, 3), torch.rand(count, 3), start)


def places(path):
    if path.suffix == ".splat":
        return np.frombuffer(path.read_bytes(), np.uint8).reshape(-1, 32)[:, :12].copy().view("<f4")
    (read,) = trimesh.load(path, force="scene").geometry.values()
    return read.vertices


KINDS = {"glb": "a.glb", "ply": "a.ply", SPLAT: "a.splat", GAUSSIANS: "a.ply"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_has_its_own_up(tmp_path, kind):
    """Splat viewers, ComfyUI's too, have y down, 3D viewers y up; both as the start camera stands."""
    given, path = turned_cloud(), tmp_path / KINDS[kind]
    inverse = torch.linalg.inv(given.start_w2c)
    up, down = (inverse[:3, :3] @ torch.tensor([0, y, 5.0]) + inverse[:3, 3] for y in (-1.0, 1.0))
    given = replace(given, points=torch.cat([torch.stack([up, down]), given.points[2:]]))
    export_point_cloud(given, path, kind=kind)
    sign = -1 if kind in (SPLAT, GAUSSIANS) else 1
    assert np.allclose(places(path)[:2], [[0, sign, -5 * sign], [0, -sign, -5 * sign]], atol=1e-5)


def test_splat_files_hold_what_point_cloud_to_splat_gives(tmp_path):
    export_point_cloud(turned_cloud(), tmp_path / "a.splat")
    export_point_cloud(turned_cloud(), tmp_path / "a.ply", kind=GAUSSIANS)
    positions = splat_tensors(turned_cloud())[0][0].numpy()
    assert np.allclose(places(tmp_path / "a.splat"), positions, atol=1e-6)
    assert np.allclose(places(tmp_path / "a.ply"), positions, atol=1e-6)


@pytest.mark.parametrize(("up_axis", "axes"), [("Y up (viewers)", "y up"), ("Y down (OpenCV)", "world"),
                                               ("as the format expects", "y down")])
def test_saved_workflows_keep_their_up(comfy, tmp_path, monkeypatch, up_axis, axes):
    import folder_paths

    from worldstereo.nodes.export import ExportPointCloud

    monkeypatch.setattr(folder_paths, "output_directory", str(tmp_path))
    path, *_ = ExportPointCloud().export(turned_cloud(), "a", "splat", up_axis)["result"]
    export_point_cloud(turned_cloud(), tmp_path / "b.splat", axes)
    assert (tmp_path / path).read_bytes() == (tmp_path / "b.splat").read_bytes()


def test_other_axes_are_refused(tmp_path):
    with pytest.raises(ValueError, match="no axes 'z up'; use 'y up', 'y down', 'world'"):
        export_point_cloud(cloud(), tmp_path / "a.ply", "z up")


def test_a_panoramas_cloud_stands_upright(tmp_path):
    """World z up, front along -x: a point above the centre must come out with positive y."""
    front = torch.tensor([[0.0, 1, 0, 0], [0, 0, -1, 0], [-1, 0, 0, 0], [0, 0, 0, 1]])
    above = PointCloud(torch.tensor([[-2.0, 0, 1]]), torch.ones(1, 3), front)
    export_point_cloud(above, tmp_path / "above.ply")
    assert trimesh.load(tmp_path / "above.ply").vertices.tolist() == [[0, 1, -2]]


def grid(side=20, step=0.1):
    """A plane of points, `step` apart, at depth 2 in front of the start camera."""
    places = torch.cartesian_prod(torch.arange(side), torch.arange(side)) * step
    points = torch.cat([places - places.mean(0), torch.full((len(places), 1), 2.0)], 1)
    return PointCloud(points, torch.rand(len(points), 3), torch.eye(4), confidence=torch.rand(len(points)))


def test_normals_face_the_start_camera_and_confidence_is_kept(tmp_path):
    given = grid()
    export_point_cloud(given, tmp_path / "a.ply", "world", normals=True, confidence=True)
    records = read_ply(tmp_path / "a.ply")
    assert np.allclose(np.stack([records["nx"], records["ny"], records["nz"]], 1), [0, 0, -1], atol=1e-4)
    assert np.array_equal(records["confidence"], given.confidence.numpy())
    assert records.dtype.names == ("x", "y", "z", "nx", "ny", "nz", "red", "green", "blue", "confidence")
    export_point_cloud(grid(), tmp_path / "b.ply", "y up", normals=True)
    assert np.allclose(read_ply(tmp_path / "b.ply")["nz"], 1, atol=1e-4)  # turned with the points
    with pytest.raises(ValueError, match="glb has no place for normals"):
        export_point_cloud(grid(), tmp_path / "a.glb", normals=True)


def leaning(count=1500):
    """Points of a plane, at random, and its normal (w > 0)."""
    g = torch.Generator().manual_seed(0)
    normal = torch.nn.functional.normalize(torch.tensor([0.3, -0.5, 0.8]), dim=0)
    points = torch.rand(count, 3, generator=g) * 2 - 1
    points -= (points @ normal)[:, None] * normal
    confidence = torch.rand(count, generator=g) * 2
    return PointCloud(points, torch.rand(count, 3, generator=g), torch.eye(4), confidence=confidence), normal


def check_flat(scales, rotations, normal):
    """Splats lie in the plane and are as thick as they should be."""
    axes = rotation_from_quaternion(torch.nn.functional.normalize(torch.as_tensor(rotations), dim=1), "")
    assert ((axes[:, :, 2] @ normal).abs() > 0.9997).all()
    assert np.allclose(scales[:, 0], scales[:, 1]) and np.allclose(scales[:, 2], 0.3 * scales[:, 0])


def test_splat_records_lie_on_the_surface_and_are_as_opaque_as_sure(tmp_path):
    given, normal = leaning()
    export_point_cloud(given, tmp_path / "a.splat", "world", SPLAT)
    data = np.frombuffer((tmp_path / "a.splat").read_bytes(), np.uint8).reshape(-1, 32)
    floats = data[:, :24].copy().view("<f4")
    assert np.array_equal(floats[:, :3], given.points.numpy())
    assert np.array_equal(data[:, 24:27], bytes_of(given.colors))
    assert np.array_equal(data[:, 27], bytes_of(1 - torch.exp(-4 * given.confidence)))
    check_flat(floats[:, 3:], (data[:, 28:].astype(np.float32) - 128) / 128, normal)


def test_splats_are_three_quarters_as_wide_as_the_points_are_apart(tmp_path):
    given = grid()
    export_point_cloud(given, tmp_path / "a.splat", "world", SPLAT)
    sizes = np.frombuffer((tmp_path / "a.splat").read_bytes(), "<f4").reshape(-1, 8)[:, 3:6]
    inner = (given.points[:, :2].abs() < 0.8).all(1).numpy()
    assert np.allclose(sizes[inner], [0.075, 0.075, 0.0225], atol=1e-5)


def test_gaussians_of_a_training_are_the_same_splats(tmp_path):
    given, normal = leaning()
    export_point_cloud(given, tmp_path / "a.ply", "world", GAUSSIANS)
    records = read_ply(tmp_path / "a.ply")
    assert np.allclose(0.28209479 * records["f_dc_1"] + 0.5, given.colors[:, 1], atol=1e-6)
    assert np.allclose(1 / (1 + np.exp(-records["opacity"])),
                       (1 - torch.exp(-4 * given.confidence)).clamp(1e-3, 0.999), atol=1e-5)
    check_flat(np.exp(np.stack([records[f"scale_{i}"] for i in range(3)], 1)),
               np.stack([records[f"rot_{i}"] for i in range(4)], 1), normal)


def test_a_stray_point_makes_no_balloon(tmp_path):
    points = torch.cat([grid().points, torch.tensor([[0.0, 0, 500]])])
    given = PointCloud(points, torch.ones(len(points), 3), torch.eye(4))
    export_point_cloud(given, tmp_path / "a.ply", "world", GAUSSIANS)
    assert np.exp(read_ply(tmp_path / "a.ply")["scale_0"]).max() <= 0.751  # ten times 0.1, by 0.75
    with pytest.raises(ValueError, match="has 3 points; splats and normals need at least 4"):
        export_point_cloud(cloud(3), tmp_path / "b.ply", "world", GAUSSIANS)
    assert [path.name for path in tmp_path.iterdir()] == ["a.ply"]


def test_thinning_keeps_the_most_confident_in_the_old_order():
    given = grid()
    coarse = thin_cloud(given, voxel=0.5)
    cells = {}
    for point, trust in zip(given.points, given.confidence):
        cell = tuple(torch.floor(point / 0.5).int().tolist())
        cells[cell] = max(cells.get(cell, 0), float(trust))
    assert sorted(cells.values()) == pytest.approx(sorted(coarse.confidence.tolist()))
    places = [given.points.tolist().index(point) for point in coarse.points.tolist()]
    assert places == sorted(places)
    assert 30 < len(thin_cloud(given, most=50).points) <= 50
    assert thin_cloud(given) is given
    with pytest.raises(ValueError, match="voxel size is -1"):
        thin_cloud(given, -1)


def test_large_clouds_are_written_piece_by_piece(tmp_path, monkeypatch):
    monkeypatch.setattr("worldstereo.core.cloud.files.records.CHUNK", 7)
    seen = []
    export_point_cloud(cloud(), tmp_path / "a.ply", "world", progress=lambda *done: seen.append(done))
    assert seen == [(min(end, 50), 50) for end in range(7, 57, 7)]
    assert np.array_equal(read_ply(tmp_path / "a.ply")["z"], cloud().points[:, 2].numpy())
    export_point_cloud(cloud(), tmp_path / "a.glb", "world")
    (read,) = trimesh.load(tmp_path / "a.glb", force="scene").geometry.values()
    assert np.array_equal(read.vertices.astype(np.float32), cloud().points.numpy())

    def cancelled(done, total):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        export_point_cloud(cloud(), tmp_path / "c.ply", progress=cancelled)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.glb", "a.ply"]


def test_the_file_is_handed_on_where_comfyui_knows_3d_files(comfy, tmp_path):
    import comfy_api.latest

    from worldstereo.nodes.export import file_3d

    value = file_3d(tmp_path / "a.ply")
    if hasattr(comfy_api.latest.Types, "File3D"):
        assert (value.get_source(), value.format) == (str(tmp_path / "a.ply"), "ply")
    else:
        assert value is None


def test_splats_for_comfyui_are_as_the_start_camera_sees_them(comfy):
    import comfy_api.latest

    from worldstereo.nodes.export import PointCloudToSplat

    start = torch.eye(4)
    start[:3, 3] = torch.tensor([0.0, 0, 5])
    given = PointCloud(grid().points, torch.rand(400, 3), start)
    positions, scales, rotations, opacities, harmonics = splat_tensors(given)
    assert torch.equal(positions[0], given.points + start[:3, 3]) and scales.shape == (1, 400, 3)
    inner = (given.points[:, :2].abs() < 0.8).all(1)
    assert torch.allclose(scales[0, inner], torch.tensor([0.075, 0.075, 0.0225]), atol=1e-5)
    assert torch.allclose(splat_tensors(given, 1.5)[1], 2 * scales)
    assert torch.allclose(rotations, torch.tensor([1.0, 0, 0, 0]), atol=1e-4)
    assert rotations.shape == (1, 400, 4) and opacities.shape == (1, 400, 1)
    assert torch.allclose(opacities, torch.tensor(1 - math.exp(-4)))
    assert torch.allclose(harmonics[0, :, 0] * 0.28209479 + 0.5, given.colors, atol=1e-6)
    if hasattr(comfy_api.latest.Types, "SPLAT"):
        (splat,) = PointCloudToSplat().convert(given, 0.5, 0)
        assert torch.equal(splat.positions, positions)
    else:
        with pytest.raises(ValueError, match="too old to have splats; update it"):
            PointCloudToSplat().convert(given, 0.5, 0)
