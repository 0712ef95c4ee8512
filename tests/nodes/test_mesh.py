"""The mesh nodes, in ComfyUI's own classes."""
import pytest
import torch
import trimesh

import synthetic_room as room
from pretended_card import CARD, pretended_card
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.memory.stereo.bank import new_bank
from worldstereo.core.pictures import to_frames
from worldstereo.core.surface.volume import MOST_BYTES, bytes_needed
from worldstereo.nodes.mesh import ExportMesh, MeshFromDepth, MeshFromMemory

SETTINGS = {"voxel_size": 0.06, "max_triangles": 0, "truncation": 4.0, "smallest_piece": 0.01,
            "close_holes": 60.0}


@pytest.fixture(scope="module")
def views():
    """Three pictures [3,H,W,3] of a room, their depth, and their path."""
    poses = torch.stack([room.look([0.5 * i - 0.5, 0, -1.5], 20 * i - 20) for i in range(3)])
    images, depth = room.see(poses, 90, 160)
    return images, depth, Trajectory(depth.w2c, depth.K.contiguous(), 160, 90, unit="m")


def test_depth_becomes_a_file_and_comfyui_s_own_mesh(comfy, folders, progress, views):
    images, depth, _ = views
    surface, mesh, report = MeshFromDepth().make(images, depth, **SETTINGS)
    assert progress[-1][0] == progress[-1][1]
    triangles = len(surface.mesh.faces)
    assert report.splitlines()[0].startswith(f"{triangles:,} triangles") and "voxels of 0.06 m" in report
    assert mesh.faces.shape == (1, triangles, 3) and mesh.vertices.shape[::2] == (1, 3)
    shown = ExportMesh().export(surface, "a/room", "glb")
    assert shown["result"] == ("a/room_00001_.glb",)
    read = trimesh.load(folders / "output" / shown["result"][0], force="mesh", process=False)
    assert read.vertices == pytest.approx(mesh.vertices[0].numpy(), abs=1e-5)
    if hasattr(mesh, "texture"):
        assert mesh.uvs[0].numpy() == pytest.approx(read.visual.uv * [1, -1] + [0, 1], abs=1e-5)
        assert mesh.texture.shape[1:] == surface.texture.picture.shape


def test_cameras_of_a_path_take_the_place_of_the_depth_s(comfy, views):
    images, depth, path = views
    from_path, _, _ = MeshFromDepth().make(images, type(depth)(depth.depth, depth.valid, depth.K), **SETTINGS,
                                           trajectory=path)
    own, _, _ = MeshFromDepth().make(images, depth, **SETTINGS)
    assert torch.equal(from_path.mesh.faces, own.mesh.faces)


def test_memories_become_a_mesh_with_the_bank_s_frames_or_along_a_path(comfy, views):
    images, depth, path = views
    cloud, bank = lift(images, depth), new_bank(to_frames(images), path, "clip")
    of_bank, _, _ = MeshFromMemory().make(cloud, **SETTINGS, memory_bank=bank)
    along, _, _ = MeshFromMemory().make(cloud, **SETTINGS, trajectory=path)
    assert torch.equal(of_bank.mesh.faces, along.mesh.faces)  # from the same cameras
    assert torch.equal(of_bank.start_w2c, cloud.start_w2c)
    used = (images * 255).round().byte()
    height, width = used.shape[1:3]
    tiles = of_bank.texture.picture.unfold(0, height, height).unfold(1, width, width).flatten(0, 1)
    assert all((tiles.permute(0, 2, 3, 1) == frame).all(-1).all(-1).all(-1).any() for frame in used)
    with pytest.raises(ValueError, match="neither memory_bank nor trajectory"):
        MeshFromMemory().make(cloud, **SETTINGS)


def test_writing_an_obj_can_be_cancelled(comfy, folders, views):
    import comfy.model_management as mm

    surface, _, _ = MeshFromDepth().make(*views[:2], **SETTINGS)
    mm.interrupt_current_processing()
    with pytest.raises(mm.InterruptProcessingException):
        ExportMesh().export(surface, "a/room", "obj")
    assert not list((folders / "output" / "a").iterdir())


def test_the_distance_function_is_computed_where_there_is_room(comfy, views, monkeypatch):
    asked = []
    off_the_walls = {**SETTINGS, "voxel_size": 0.07}  # else rounding decides which samples are behind walls
    on_cpu, _, _ = MeshFromDepth().make(*views[:2], **off_the_walls)
    monkeypatch.setattr("worldstereo.nodes.bridge.devices.device_with_room",
                        lambda needed: asked.append(needed) or CARD)
    with pretended_card() as log:
        on_card, _, _ = MeshFromDepth().make(*views[:2], **off_the_walls)
    assert asked == [bytes_needed(90, 160)] and asked[0] > MOST_BYTES
    assert {place.split(":")[0] for _, place in log.copies} == {"core/surface/volume.py"}
    assert len(on_card.mesh.faces) == pytest.approx(len(on_cpu.mesh.faces), rel=1e-3)


def test_rendering_the_cloud_can_be_cancelled_and_an_unused_path_is_told(comfy, views, caplog, monkeypatch):
    import comfy.model_management as mm

    images, depth, path = views
    cloud, bank = lift(images, depth), new_bank(to_frames(images), path, "clip")
    MeshFromMemory().make(cloud, **SETTINGS, memory_bank=bank, trajectory=path)
    assert "The trajectory is not used" in caplog.text
    monkeypatch.setattr("worldstereo.nodes.mesh.mesh_of_views", lambda *_: pytest.fail("was not cancelled"))
    for inputs in ({"memory_bank": bank}, {"trajectory": path}):
        mm.interrupt_current_processing()
        with pytest.raises(mm.InterruptProcessingException):
            MeshFromMemory().make(cloud, **SETTINGS, **inputs)
