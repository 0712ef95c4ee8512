"""Data sets for trainers, read by other programs: pycolmap, trimesh, Pillow,
and transforms.json by its definition."""
import json
import logging
import math

import numpy as np
import pytest
import torch
import trimesh
from PIL import Image

from worldstereo.core.cameras.rotations import rigid, rotation_from_quaternion
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.depth.depth import Depth
from worldstereo.core.export.dataset import COLMAP_BINARY, COLMAP_TEXT, WORLD_MIRROR, export_dataset

FRAMES, HEIGHT, WIDTH = 3, 24, 40
LAYOUTS = [COLMAP_BINARY, COLMAP_TEXT]


@pytest.fixture(scope="module")
def clip():
    """(images, trajectory, depth, cloud): every pixel of every picture is a point, at the pixel's centre."""
    generator = torch.Generator().manual_seed(0)
    turn = torch.tensor([1.0, 0, 0, 0]) + 0.2 * torch.randn(FRAMES, 4, generator=generator)
    R = rotation_from_quaternion(torch.nn.functional.normalize(turn.double(), dim=1), "")
    w2c = rigid(R, torch.randn(FRAMES, 3, generator=generator).double()).float()
    K = torch.tensor([[[35.0 + 2 * i, 0, 21.5], [0, 33, 11], [0, 0, 1]] for i in range(FRAMES)])
    depth = Depth(2 + torch.rand(FRAMES, HEIGHT, WIDTH, generator=generator),
                  torch.ones(FRAMES, HEIGHT, WIDTH, dtype=torch.bool), K, w2c)
    images = torch.rand(FRAMES, HEIGHT, WIDTH, 3, generator=generator)
    return images, Trajectory(w2c, K, WIDTH, HEIGHT), depth, lift(images, depth, 0, math.inf)


def centres():
    row, column = torch.meshgrid(torch.arange(HEIGHT), torch.arange(WIDTH), indexing="ij")
    return torch.stack([column + 0.5, row + 0.5], -1).reshape(-1, 2).numpy()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_points_land_on_their_pixels_through_pycolmap(tmp_path, clip, layout):
    pycolmap = pytest.importorskip("pycolmap")
    images, trajectory, _, cloud = clip
    export_dataset(tmp_path / "set", images, trajectory, layout, cloud)
    model = pycolmap.Reconstruction(tmp_path / "set" / "sparse" / "0")
    assert model.num_images() == FRAMES and model.num_points3D() == len(cloud.points)
    points = np.stack([model.points3D[i + 1].xyz for i in range(len(cloud.points))])
    colors = np.stack([model.points3D[i + 1].color for i in range(len(cloud.points))])
    per_view = HEIGHT * WIDTH
    for image in model.images.values():
        frame = int(image.name[len("frame_"):-len(".png")]) - 1
        seen = points[frame * per_view:(frame + 1) * per_view]  # lifted from this picture
        pixels = np.stack([image.project_point(point) for point in seen])
        assert np.abs(pixels - centres()).max() < 0.01
        shown = np.asarray(Image.open(tmp_path / "set" / "images" / image.name)).reshape(-1, 3)
        assert np.array_equal(colors[frame * per_view:(frame + 1) * per_view], shown)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_transforms_json_shows_the_points_of_points_ply_at_their_pixels(tmp_path, clip, layout):
    images, trajectory, depth, cloud = clip
    export_dataset(tmp_path / "set", images, trajectory, layout, cloud, torch.zeros(FRAMES, HEIGHT, WIDTH),
                   depth)
    data = json.loads((tmp_path / "set" / "transforms.json").read_text())
    points = trimesh.load(tmp_path / "set" / data["ply_file_path"]).vertices.reshape(FRAMES, -1, 3)
    for frame, seen in zip(data["frames"], points):
        c2w = np.array(frame["transform_matrix"])
        x, y, z = ((seen - c2w[:3, 3]) @ c2w[:3, :3]).T  # the camera looks along -z, y is up
        pixels = np.stack([frame["fl_x"] * x / -z + frame["cx"], -frame["fl_y"] * y / -z + frame["cy"]], 1)
        assert np.abs(pixels - centres()).max() < 0.01
        for key in ("file_path", "mask_path", "depth_file_path"):
            assert Image.open(tmp_path / "set" / frame[key]).size == (data["w"], data["h"]) == (WIDTH, HEIGHT)


def test_masks_are_turned_round_and_depths_are_thousandths(tmp_path, clip, caplog):
    images, trajectory, depth, _ = clip
    masks = torch.zeros(FRAMES, HEIGHT, WIDTH)
    masks[1, 2, 3] = 1
    far = depth.depth.clone()
    far[0, 0, 0] = 70
    valid = depth.valid.clone()
    valid[0, 0, 1] = False
    with caplog.at_level(logging.WARNING):
        export_dataset(tmp_path / "set", images, trajectory, COLMAP_BINARY, None, masks,
                       Depth(far, valid, depth.K, depth.w2c))
    assert "1 pixels are deeper than 65.535 m" in caplog.text
    mask = np.asarray(Image.open(tmp_path / "set" / "masks" / "frame_00002.png"))
    assert mask[2, 3] == 0 and (mask == 255).sum() == mask.size - 1
    steps = np.asarray(Image.open(tmp_path / "set" / "depths" / "frame_00001.png"))
    assert steps[0, 0] == steps[0, 1] == 0
    assert np.abs(steps[1:] / 1000 - depth.depth[0, 1:].numpy()).max() <= 0.00051


def test_without_points_nothing_points_at_them(tmp_path, clip):
    images, trajectory, _, _ = clip
    export_dataset(tmp_path / "set", images, trajectory, COLMAP_TEXT)
    assert sorted(path.name for path in (tmp_path / "set").iterdir()) == ["images", "sparse",
                                                                          "transforms.json"]
    data = json.loads((tmp_path / "set" / "transforms.json").read_text())
    assert "ply_file_path" not in data and set(data["frames"][0]) & {"mask_path", "depth_file_path"} == set()


def test_intrinsics_follow_the_size_of_the_pictures(tmp_path, clip):
    images, trajectory, _, _ = clip
    large = images.repeat_interleave(2, 1).repeat_interleave(3, 2)
    export_dataset(tmp_path / "set", large, trajectory, COLMAP_TEXT)
    data = json.loads((tmp_path / "set" / "transforms.json").read_text())
    assert (data["w"], data["h"]) == (3 * WIDTH, 2 * HEIGHT)
    assert [data["frames"][0][key] for key in ("fl_x", "fl_y", "cx", "cy")] == [105, 66, 64.5, 22]


def test_world_mirror_finds_each_picture_by_its_camera(tmp_path, clip, caplog):
    images, trajectory, depth, cloud = clip
    export_dataset(tmp_path / "set", images, trajectory, WORLD_MIRROR, cloud)
    assert "points, masks and depths are left out" in caplog.text
    data = json.loads((tmp_path / "set" / "cameras.json").read_text())
    assert data["num_cameras"] == FRAMES
    for frame, (pose, lens) in enumerate(zip(data["extrinsics"], data["intrinsics"])):
        assert pose["camera_id"] == lens["camera_id"] == f"{frame:04}"
        # camera to world
        assert np.allclose(pose["matrix"], np.linalg.inv(trajectory.w2c[frame].double()), atol=1e-6)
        assert np.allclose(lens["matrix"], trajectory.K[frame])
        shown = np.asarray(Image.open(tmp_path / "set" / "images" / f"{frame:04}.png"))
        assert np.array_equal(shown, (images[frame] * 255).round().byte().numpy())


def test_what_does_not_belong_together_is_told_and_nothing_is_left(tmp_path, clip):
    images, trajectory, depth, _ = clip
    for message, arguments in (("has 3 poses", (images[:2], trajectory, COLMAP_TEXT)),
                               ("no data set layout 'other'", (images, trajectory, "other")),
                               ("Masks of the data set has the shape", (images, trajectory, COLMAP_TEXT, None,
                                                                        torch.zeros(FRAMES, 2, 2))),
                               ("NaN", (images * math.nan, trajectory, COLMAP_TEXT))):
        with pytest.raises(ValueError, match=message):
            export_dataset(tmp_path / "set", *arguments)

    def cancelled(done, total):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        export_dataset(tmp_path / "set", images, trajectory, COLMAP_TEXT, progress=cancelled)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "set").mkdir()
    with pytest.raises(ValueError, match="set exists already"):
        export_dataset(tmp_path / "set", images, trajectory, COLMAP_TEXT)


def test_the_node_numbers_its_folders_and_stays_in_the_output_folder(comfy, tmp_path, monkeypatch, clip):
    import folder_paths

    from worldstereo.nodes.export import ExportDataset

    monkeypatch.setattr(folder_paths, "output_directory", str(tmp_path / "output"))
    images, trajectory, depth, cloud = clip
    paths = [ExportDataset().export(images, trajectory, "sets/a", layout, cloud, max_points=100)["result"][0]
             for layout in (COLMAP_BINARY, WORLD_MIRROR)]
    assert paths == ["sets/a_00001_", "sets/a_00002_"]
    assert (tmp_path / "output" / paths[0] / "sparse" / "0" / "points3D.bin").stat().st_size <= 8 + 100 * 51
    with pytest.raises(ValueError, match="leads out of ComfyUI's output folder"):
        ExportDataset().export(images, trajectory, "../a", COLMAP_TEXT)
