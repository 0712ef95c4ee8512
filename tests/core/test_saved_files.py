"""Files that the version f26d664 saved (in saved/) are read as they were meant,
whatever has been moved since."""
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from worldstereo.core.cameras.formats.hints import Hints
from worldstereo.core.cameras.formats.recognise import read_file
from worldstereo.core.cloud.files.load import load_point_cloud
from worldstereo.core.memory.geometric.file import load_cloud
from worldstereo.core.memory.stereo.file import load_bank
from worldstereo.core.official.scene import read_scene
from worldstereo.core.official.world_mirror import read_mirror_set
from worldstereo.core.world import clip_folder, world_folder
from worldstereo.core.world.cloud_folder import CLOUD, read_cloud

SAVED = Path(__file__).parent / "saved"
BANK = (*(f"start/{i:04}" for i in range(5)), "right/0002", "right/0004")
POSES_ALONE = ("TUM.txt", "ReCamMaster.json")


@pytest.fixture(scope="module")
def expected():
    return load_file(SAVED / "expected.safetensors")


def same_cloud(cloud, expected):
    assert torch.equal(cloud.points, expected["points"]) and torch.equal(cloud.colors, expected["colors"])
    assert torch.equal(cloud.confidence, expected["confidence"]) and cloud.unit == "scene units"
    assert torch.equal(cloud.start_w2c, expected["start_w2c"])


def same_bank(bank, expected, count):
    assert bank.names == BANK[:count] and torch.equal(bank.pictures(range(count)), expected["bank"][:count])
    assert torch.equal(bank.w2c, expected["bank_w2c"][:count])
    assert torch.equal(bank.K, expected["bank_K"][:count])


def test_a_world(expected):
    left, right = map(clip_folder.read_clip, world_folder.finished_clips(SAVED / "world"))
    assert (left.name, right.name) == ("view0/left", "right") and left.facts["seed"] == 7
    assert torch.equal(left.frames, expected["frames_left"])
    assert torch.equal(right.frames, expected["frames_right"])
    for clip, count in ((left, 5), (right, 7)):
        assert torch.equal(clip.trajectory.w2c, expected["w2c"])
        assert torch.equal(clip.trajectory.K, expected["K"])
        same_cloud(clip.cloud, expected)
        same_bank(clip.bank, expected, count)


def test_both_memories(expected):
    same_cloud(load_cloud(SAVED / "cloud.cloud.safetensors"), expected)
    same_bank(load_bank(SAVED / "bank.bank.safetensors"), expected, 7)


def test_packed_clouds(expected):
    """Written when they came to be packed: one with sharpness, and a world's with a change."""
    folders = SAVED / "cloud_folders"
    for cloud, confirmed in (
            (load_cloud(SAVED / "packed.cloud.safetensors"), 0),
            (read_cloud([folders / "first" / CLOUD]), 0),
            (read_cloud([folders / "second" / CLOUD, *(folders / "second").glob("changes/*")]), 5)):
        count = len(expected["points"])
        torch.testing.assert_close(cloud.points, expected["points"], atol=1e-5, rtol=2e-5)
        torch.testing.assert_close(cloud.colors, expected["colors"], atol=0.5 / 255 + 1e-6, rtol=0)
        confidence = torch.where(torch.arange(count) < confirmed, 7.0, expected["confidence"])
        torch.testing.assert_close(cloud.confidence, confidence, atol=0, rtol=0.045)
        torch.testing.assert_close(cloud.sharpness, torch.linspace(1, 600, count), atol=0, rtol=0.045)
        assert cloud.views.tolist() == list(range(0, 7 * count, 7)) and cloud.unit == "scene units"
        assert torch.equal(cloud.start_w2c, expected["start_w2c"])


@pytest.mark.parametrize("axes", ["y_up", "world"])
@pytest.mark.parametrize("ending, step", [("glb", 0.03), ("ply", 0.003), ("3dgs.ply", 1e-5)])
def test_exported_clouds(expected, axes, ending, step):
    cloud, _ = load_point_cloud(SAVED / f"cloud_{axes}.{ending}")
    torch.testing.assert_close(cloud.points, expected["points"], atol=1e-5, rtol=0)
    assert float((cloud.colors - expected["colors"]).abs().max()) < step
    assert torch.equal(cloud.start_w2c, expected["start_w2c"]) and cloud.unit == "scene units"


@pytest.mark.parametrize("file", sorted(path.name for path in (SAVED / "paths").iterdir()))
def test_camera_paths(expected, file):
    path = read_file(SAVED / "paths" / file, None, Hints(32, 16)).trajectory
    torch.testing.assert_close(path.w2c, expected["w2c"], atol=1e-5, rtol=0)
    if file not in POSES_ALONE:
        torch.testing.assert_close(path.K, expected["K"], atol=1e-3, rtol=0)


def test_official_layouts(expected):
    bank = read_mirror_set(SAVED / "mirror")
    assert bank.names == BANK[:5] and torch.equal(bank.pictures(range(5)), expected["bank"][:5])
    torch.testing.assert_close(bank.w2c, expected["bank_w2c"][:5])
    scene = read_scene(SAVED / "scene")
    assert torch.equal(scene.bank.pictures(range(5)), expected["bank"][:5])
    assert scene.clips[0].prompt == "a room"
    assert scene.clips[0].name == "view0/traj0"
    assert torch.equal(scene.clips[0].trajectory.w2c, expected["w2c"])
    assert scene.clips[0].mask.sum((1, 2)).tolist() == [0, 192, 192, 192, 192]
