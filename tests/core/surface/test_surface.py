"""Meshes of a room and a sphere of which everything is known."""
from dataclasses import replace

import pytest
import torch
import trimesh

import synthetic_room as room
from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.cloud.lift import lift
from worldstereo.core.depth.depth import Depth
from worldstereo.core.memory.stereo.bank import MemoryBank
from worldstereo.core.pictures import frames_to_bytes
from worldstereo.core.surface.cleaning import close_holes, face_normals, large_pieces, reduce_faces
from worldstereo.core.surface.colors import BYTES, Sight, texture, vertex_colors, view_scores
from worldstereo.core.surface.file import write_mesh
from worldstereo.core.surface.make import MeshSettings, mesh_of_views, views_of_memory
from worldstereo.core.surface.mesh import Mesh, surface
from worldstereo.core.surface.volume import SAMPLES, fuse

VOXEL = 0.06
POSES = torch.stack([room.look([0.5 * i - 1, 0.1 * i - 0.3, -1.5], 20 * i - 40) for i in range(5)])


@pytest.fixture(scope="module")
def views():
    """Five pictures [5,H,W,3] of the room and their exact depth."""
    return room.see(POSES, 120, 208)


@pytest.fixture(scope="module")
def mesh(views):
    return surface(fuse(views[1], VOXEL))


def sphere(radius=0.5, distance=2.0, size=160):
    """Exact depth of a sphere around the origin from six sides; nothing is known around it."""
    turns = [torch.eye(3)[[2, 1, 0]] * torch.tensor([-1.0, 1, 1])[:, None], torch.eye(3)]
    turns += [turn * torch.tensor([-1.0, 1, -1])[:, None] for turn in turns]
    turns += [torch.tensor([[1.0, 0, 0], [0, 0, side], [0, -side, 0]]) for side in (1.0, -1.0)]
    K = intrinsics_from_fov(40, size, size)
    pixel = torch.cartesian_prod(torch.arange(size) + 0.5, torch.arange(size) + 0.5).flip(1)
    rays = torch.cat([pixel, torch.ones(len(pixel), 1)], 1) @ torch.linalg.inv(K).T
    a, b = (rays * rays).sum(1), distance * rays[:, 2]
    root = b * b - a * (distance ** 2 - radius ** 2)
    depth = torch.where(root > 0, (b - root.clamp(min=0).sqrt()) / a, 0.0).view(1, size, size)
    w2c = torch.eye(4).repeat(6, 1, 1)
    w2c[:, :3, :3], w2c[:, 2, 3] = torch.stack(turns), distance
    return Depth(depth.repeat(6, 1, 1), depth.repeat(6, 1, 1) > 0, K.repeat(6, 1, 1), w2c)


def test_the_mesh_of_exact_depth_is_the_room(mesh):
    errors = room.distance_to_surface(mesh.vertices)
    assert errors.mean() < 0.02 * VOXEL and errors.quantile(0.99) < 0.3 * VOXEL
    assert errors.quantile(0.999) < VOXEL
    assert len(mesh.faces) > 20_000


def test_triangles_face_the_free_space(mesh):
    middles, normals = mesh.vertices[mesh.faces].mean(1), face_normals(mesh)
    behind = middles[:, 2] > 2.98  # the wall in front of the cameras
    assert behind.sum() > 1000 and (normals[behind][:, 2] < 0).float().mean() > 0.99


def test_a_sphere_seen_from_all_sides_is_closed_and_round():
    made = surface(fuse(sphere(), 0.015))
    closed = trimesh.Trimesh(made.vertices.numpy(), made.faces.numpy(), process=False)
    assert closed.is_watertight and closed.euler_number == 2
    assert closed.volume == pytest.approx(4 / 3 * torch.pi * 0.5 ** 3, rel=0.01)
    assert ((made.vertices.norm(dim=1) - 0.5).abs() < 0.0075).all()


def test_noise_is_averaged_over_the_views(views):
    g = torch.Generator().manual_seed(0)
    exact = views[1].depth
    noisy = replace(views[1], depth=exact * (1 + 0.01 * torch.randn(exact.shape, generator=g)))
    errors = room.distance_to_surface(surface(fuse(noisy, VOXEL)).vertices)
    assert errors.mean() < 0.01  # of one pixel at the room's 3 m: 0.024


def test_a_later_view_carves_what_hangs_in_the_air(views):
    """A plate in front of one camera is gone when the others see through it."""
    _, depth = views
    spoiled = depth.depth.clone()
    spoiled[2, 50:70, 90:110] = 1.0
    made = mesh_of_views(views[0], replace(depth, depth=spoiled), MeshSettings(VOXEL))
    plate = torch.linalg.inv(POSES[2])[:3] @ torch.tensor([0.0, 0.0, 1.0, 1.0])
    assert (made.mesh.vertices - plate).norm(dim=1).min() > 0.3
    alone = replace(depth, depth=spoiled[2:3], valid=depth.valid[2:3], K=depth.K[2:3], w2c=depth.w2c[2:3])
    assert (surface(fuse(alone, VOXEL)).vertices - plate).norm(dim=1).min() < 0.1


def test_a_view_that_knows_less_than_half_of_its_picture_carves():
    """The first view sees a wall in the right part alone, the second one a plate before the wall."""
    K, wall = intrinsics_from_fov(75, 208, 120).repeat(2, 1, 1), torch.full((2, 120, 208), 4.0)
    valid = torch.ones_like(wall, dtype=torch.bool)
    valid[0, :, :120] = False
    wall[0, :, :120], wall[1, 56:64, 165:170] = 0, 2
    volume = fuse(Depth(wall, valid, K), 0.03, 0.06)
    assert torch.isfinite(volume.distance).all()
    assert (surface(volume).vertices[:, 2] > 3.9).all()


def test_nothing_is_made_behind_what_hides_it(views):
    """No curtain joins the outline of a sphere with the wall behind it."""
    made = surface(fuse(Depth(*(values[:1] for values in (views[1].depth, views[1].valid, views[1].K,
                                                          views[1].w2c))), VOXEL))
    assert room.distance_to_surface(made.vertices).quantile(0.999) < VOXEL


def test_too_small_a_voxel_is_refused_before_memory_is_taken(views, monkeypatch):
    monkeypatch.setattr("worldstereo.core.surface.volume.MOST_BYTES", 300 * SAMPLES * 8)
    with pytest.raises(ValueError, match="voxel size of 0.06 m the surface needs more than .* try 0.09"):
        fuse(views[1], VOXEL)
    with pytest.raises(ValueError, match="far below what the pictures show; give at least 0.00"):
        fuse(views[1], 1e-4)
    away = views[1].w2c.clone()
    away[:, 0, 3] = 1e6
    with pytest.raises(ValueError, match="so far from the origin"):
        fuse(replace(views[1], w2c=away), VOXEL)


@pytest.mark.parametrize(("voxel", "truncation", "said"), [
    (-1.0, None, "voxel size is -1.0"), (float("nan"), None, "voxel size is nan"),
    (0.1, 0.1, "at least 2 voxels")])
def test_bad_lengths_are_refused(views, voxel, truncation, said):
    with pytest.raises(ValueError, match=said):
        fuse(views[1], voxel, truncation)


def test_small_pieces_go_and_small_holes_close():
    ball, crumb = trimesh.creation.icosphere(3), trimesh.creation.icosphere(1, 0.05)
    faces = torch.from_numpy(ball.faces.copy()).long()
    faces = faces[(faces != 0).all(1)]  # those around a vertex: one hole
    places = [torch.from_numpy(points).float() for points in (ball.vertices.copy(), crumb.vertices + 3)]
    rest = torch.from_numpy(crumb.faces.copy()) + len(ball.vertices)
    both = Mesh(torch.cat(places), torch.cat([faces, rest]))
    alone = large_pieces(both, 0.05)
    assert len(alone.faces) == len(faces) and float(alone.vertices.max()) < 1.1
    assert close_holes(alone, 0.01) is alone
    closed = close_holes(alone, 10.0)
    closed = trimesh.Trimesh(closed.vertices.numpy(), closed.faces.numpy(), process=False)
    assert closed.is_watertight and closed.is_winding_consistent


def test_fewer_triangles_need_a_package_that_is_named(mesh):
    assert reduce_faces(mesh, 0) is mesh
    try:
        import fast_simplification  # noqa: F401
    except ImportError:
        with pytest.raises(ValueError, match="pip install fast-simplification"):
            reduce_faces(mesh, 1000)
    else:
        assert len(reduce_faces(mesh, 1000).faces) <= 1000


def test_colours_and_texture_are_those_of_the_room(views, mesh):
    sights = view_scores(mesh, views[1], 4 * VOXEL)
    colors = vertex_colors(mesh, views[0], views[1], sights)
    seen = torch.stack([sight.of_all(len(mesh.vertices)) for sight in sights]).amax(0) > 0
    assert seen.float().mean() > 0.97
    assert (colors - room.color(mesh.vertices)).abs()[seen].mean() < 0.01
    made = texture(mesh, views[0], views[1], sights, colors)
    assert torch.equal(made.vertices[made.faces], mesh.vertices[mesh.faces])
    height, width = made.picture.shape[:2]
    column, row = (made.places * made.places.new_tensor([width, height])).long().unbind(1)
    shown = made.picture[row, column].float() / 255
    error = (shown - room.color(made.vertices)).abs().mean(1)
    assert error.mean() < 0.02 and error.quantile(0.99) < 0.3


def test_a_colour_that_no_view_shows_comes_from_the_nearest_vertex(views, mesh):
    hidden = mesh.vertices[:, 0] < 0
    sights = []
    for vertices, scores in view_scores(mesh, views[1], 4 * VOXEL):
        shown = ~hidden[vertices.long()]
        sights.append(Sight(vertices[shown], scores[shown]))
    colors = vertex_colors(mesh, views[0], views[1], sights)
    assert torch.isfinite(colors).all() and colors[hidden].std() > 0.05
    made = texture(mesh, views[0], views[1], sights, colors)
    assert 0 <= float(made.places.min()) and float(made.places.max()) <= 1
    with_none = vertex_colors(mesh, views[0], views[1], [Sight(*(part[:0] for part in sights[0]))] * 5)
    assert (with_none == 0.5).all()


def test_more_sights_than_there_is_room_for_are_refused(views, mesh, monkeypatch):
    taken = [BYTES * len(sight.vertices) for sight in view_scores(mesh, views[1], 4 * VOXEL)]
    monkeypatch.setattr("worldstereo.core.surface.colors.MOST_BYTES", sum(taken[:3]))
    with pytest.raises(ValueError, match=f"What 5 views show of {len(mesh.faces):,} triangles needs more "
                                         r"than .*after 4 of them\); set max_triangles to \d+"):
        view_scores(mesh, views[1], 4 * VOXEL)
    monkeypatch.setattr("worldstereo.core.surface.colors.MOST_BYTES", sum(taken))
    assert len(view_scores(mesh, views[1], 4 * VOXEL)) == 5


@pytest.mark.parametrize("ending", ["glb", "ply", "obj"])
def test_files_open_upright_and_coloured(views, tmp_path, ending):
    made = mesh_of_views(*views, MeshSettings(VOXEL))
    write_mesh(tmp_path / f"room.{ending}", made)
    read = trimesh.load(tmp_path / f"room.{ending}", force="mesh", process=False)
    assert len(read.faces) == len(made.mesh.faces)
    start = made.start_w2c
    low = torch.from_numpy(read.bounds[0].copy()).float()
    floor = (start[:3, :3] @ torch.tensor([0.0, 1.5, 0.0]) + start[:3, 3])[1]  # y down there
    assert float(low[1]) == pytest.approx(-float(floor), abs=VOXEL)
    if ending == "glb":
        material = read.visual.material
        assert b"KHR_materials_unlit" in (tmp_path / "room.glb").read_bytes()[:4000]
        assert material.baseColorTexture.size == made.texture.picture.shape[1::-1]
        assert read.visual.uv[:, 1] == pytest.approx(1 - made.texture.places[:, 1].numpy(), abs=1e-6)
    else:
        assert read.visual.vertex_colors[:, :3] == pytest.approx((made.colors * 255).numpy(), abs=1)
    with pytest.raises(ValueError, match="cannot be written as room.stl"):
        write_mesh(tmp_path / "room.stl", made)


def test_writing_an_obj_can_be_stopped_and_leaves_nothing(views, tmp_path, monkeypatch):
    made = mesh_of_views(*views, MeshSettings(VOXEL))
    monkeypatch.setattr("worldstereo.core.surface.file.CHUNK", len(made.mesh.faces) // 3)
    seen = []
    write_mesh(tmp_path / "whole.obj", made, lambda done, total: seen.append(done / total))
    assert seen == sorted(seen) and seen[-1] == 1 and len(seen) > 4

    def stop(done, total):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        write_mesh(tmp_path / "room.obj", made, stop)
    assert [path.name for path in tmp_path.iterdir()] == ["whole.obj"]


def test_the_memories_give_the_same_room(views):
    """The cloud's depth from the bank's cameras, the bank's frames as texture."""
    images, depth = views
    cloud = lift(images, depth)
    frames = frames_to_bytes(images.permute(0, 3, 1, 2) * 2 - 1).permute(0, 3, 1, 2)
    bank = MemoryBank(tuple(frames), depth.w2c, depth.K, tuple(f"clip/{i}" for i in range(5)), "m")
    made = mesh_of_views(*views_of_memory(cloud, bank), MeshSettings(VOXEL), cloud.start_w2c)
    errors = room.distance_to_surface(made.mesh.vertices)
    assert errors.mean() < 0.3 * VOXEL and errors.quantile(0.99) < 1.5 * VOXEL


def test_progress_can_stop_it_and_frames_must_fit(views):
    seen = []
    mesh_of_views(*views, MeshSettings(VOXEL), progress=lambda done, total: seen.append(done / total))
    assert seen == sorted(seen) and seen[-1] == 1

    def stop(done, total):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        mesh_of_views(*views, MeshSettings(VOXEL), progress=stop)
    with pytest.raises(ValueError, match="one depth map of the same size for each frame"):
        mesh_of_views(views[0][:, :60], views[1])
