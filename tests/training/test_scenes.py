"""Scenes: exact depth, the same scene from the same seed, and clips whose conditioning fits them."""

import math

import pytest
import torch

from worldstereo.core.cameras.pinhole import picture_rays, pixel_centres, project, unproject
from worldstereo.training.scenes.cast import cast, halve
from worldstereo.training.scenes.clips import free, make_clip
from worldstereo.training.scenes.scene import BALL, BOX, CYLINDER, Scene, Solids, make_scene
from worldstereo.training.scenes.textures import make_textures

HEIGHT, WIDTH = 32, 48
FINE = 96, 144  # of clips: the renderer's points are too small for less
K = torch.tensor([[30.0, 0, 24], [0, 30, 16], [0, 0, 1]])


@pytest.fixture(scope="module")
def textures():
    photographs = [
        torch.rand(3, 60, 80, generator=torch.Generator().manual_seed(i)) * 2 - 1 for i in range(3)
    ]
    return make_textures(photographs, 12, 0)


def room(kind, centre, half, turn=0.0):
    """A room of 6 x 3 x 8 metres with one solid."""
    solids = Solids(
        torch.tensor([kind]),
        torch.tensor([centre]),
        torch.tensor([half]),
        torch.tensor([turn]),
        torch.tensor([0]),
        torch.ones(1, 3),
        torch.ones(1),
    )
    return Scene(
        solids,
        (3.0, 3.0, 4.0),
        True,
        torch.arange(6),
        torch.ones(6, 3),
        torch.tensor([0.0, -2.9, 0.0]),
        torch.ones(2, 3),
    )


def look(scene, textures, place=(0.0, -1.5, -3.0)):
    w2c = torch.eye(4)
    w2c[:3, 3] = -torch.tensor(place)
    frames, depth = cast(scene, textures, w2c[None], K[None], HEIGHT, WIDTH)
    return frames[0], depth[0]


def test_depth_of_walls_is_that_of_the_planes(textures):
    depth = look(room(BOX, [0.0, -0.1, -3.9], [0.05, 0.05, 0.05]), textures)[1]  # behind the camera
    rays = picture_rays(K, HEIGHT, WIDTH)
    across = 3 / rays[..., 0].abs()
    down = 1.5 / rays[..., 1].abs()
    expected = torch.minimum(torch.minimum(across, down), torch.tensor(7.0))
    assert torch.allclose(depth, expected, atol=1e-4)


def test_depth_of_a_ball_is_that_of_the_formula(textures):
    centre, radius = torch.tensor([0.2, -1.4, 0.5]), 0.7
    depth = look(room(BALL, centre.tolist(), [radius] * 3), textures)[1]
    rays, away = picture_rays(K, HEIGHT, WIDTH), centre - torch.tensor([0.0, -1.5, -3.0])
    a, b, c = (rays * rays).sum(-1), rays @ away, away @ away - radius**2
    root = b * b - a * c
    on = root > 0
    assert on.sum() > 50
    assert torch.allclose(depth[on], ((b - root.clamp(min=0).sqrt()) / a)[on], atol=1e-4)


@pytest.mark.parametrize("turn", [0.0, 0.6])
@pytest.mark.parametrize("kind", [BOX, CYLINDER])
def test_seen_points_lie_on_the_surface_of_the_solid(textures, kind, turn):
    centre, half = torch.tensor([0.3, -1.0, 0.0]), torch.tensor([0.5, 0.6, 0.4])
    without = look(room(kind, [0.0, -0.1, -3.9], [0.05, 0.05, 0.05]), textures)[1]
    depth = look(room(kind, centre.tolist(), half.tolist(), turn), textures)[1]
    w2c = torch.eye(4)
    w2c[:3, 3] = torch.tensor([0.0, 1.5, 3.0])
    points = unproject(pixel_centres(HEIGHT, WIDTH), depth.flatten(), K, w2c)[
        (depth < without - 1e-3).flatten()
    ]
    p = points - centre
    c, s = math.cos(turn), math.sin(turn)
    own = torch.stack([c * p[:, 0] - s * p[:, 2], p[:, 1], s * p[:, 0] + c * p[:, 2]], 1) / half
    distance = (
        own.abs().amax(1) if kind == BOX else torch.maximum(own[:, [0, 2]].norm(dim=1), own[:, 1].abs())
    )
    assert len(points) > 50 and torch.allclose(distance, torch.ones_like(distance), atol=1e-3)


def test_a_solid_that_is_lit_from_above_throws_a_shadow(textures):
    # one colour everywhere: only light differs
    plain = make_textures([torch.zeros(3, 60, 80)], 12, 0)
    plain.texels[:, :3] = 0.5
    scene = room(BOX, [0.0, -1.2, 0.0], [0.5, 0.05, 0.5])
    frame = look(scene, plain)[0]
    floor = unproject(
        pixel_centres(HEIGHT, WIDTH),
        look(scene, plain)[1].flatten(),
        K,
        torch.tensor([[1.0, 0, 0, 0], [0, 1, 0, 1.5], [0, 0, 1, 3], [0, 0, 0, 1]]),
    )
    on_floor = floor[:, 1] > -1e-3
    under = on_floor & (floor[:, [0, 2]].abs() < 0.4).all(1)
    beside = on_floor & (floor[:, 0].abs() > 1.3) & (floor[:, 2].abs() < 0.4)
    light = frame.mean(0).flatten()
    assert under.sum() > 3 and beside.sum() > 3
    assert light[under].mean() < light[beside].mean() - 0.1


def test_half_the_size_keeps_the_nearest_depth_and_the_sky():
    frames, depth = (
        torch.rand(1, 3, 4, 4),
        torch.tensor([[[0.0, 0, 2, 3], [0, 0, 4, 0], [1, 2, 0, 0], [3, 4, 0, 9]]]),
    )
    smaller, near = halve(frames, depth)
    assert near.tolist() == [[[0.0, 2.0], [1.0, 9.0]]]
    assert torch.allclose(smaller[0, :, 0, 0], frames[0, :, :2, :2].mean((1, 2)))


def test_a_seed_makes_the_same_scene_again_and_another_seed_another():
    one, again, other = (make_scene(seed, 12) for seed in (3, 3, 4))
    assert torch.equal(one.solids.centre, again.solids.centre) and torch.equal(one.faces, again.faces)
    assert one.solids.centre.shape != other.solids.centre.shape or not torch.equal(
        one.solids.centre, other.solids.centre
    )


def test_no_camera_stands_in_a_solid_or_outside():
    scene = room(BOX, [0.0, -1.0, 0.0], [0.5, 0.5, 0.5])
    assert free(scene, torch.tensor([[0.0, -1.0, -2.0]]))
    for place in ([0.0, -1.0, 0.4], [3.5, -1.0, 0.0], [0.0, 0.5, -2.0]):
        assert not free(scene, torch.tensor([[0.0, -1.0, -2.0], place]))


@pytest.mark.slow
def test_a_clip_is_the_same_again_and_its_render_shows_the_truth(textures):
    clip, again = (make_clip(3, textures, (3, *FINE), spoil=False) for _ in range(2))
    assert torch.equal(clip.truth.frames, again.truth.frames) and torch.equal(clip.render, again.render)
    assert torch.equal(clip.render[0], clip.truth.frames[0]) and not clip.mask[0].any()
    seen = clip.mask[1:] == 0
    apart = (clip.render - clip.truth.frames)[1:].abs().mean(1)
    assert seen.float().mean() > 0.2
    assert (
        apart[seen].mean()
        < 0.5 * (clip.truth.frames[0] - clip.truth.frames[1:]).abs().mean(1)[seen].mean() + 0.1
    )


@pytest.mark.slow
def test_two_views_agree_on_where_a_point_is(textures):
    clip = make_clip(3, textures, (3, *FINE), spoil=False)
    path, depth = clip.truth.trajectory, clip.truth.fine_depth
    fine = path.resized(2 * FINE[1], 2 * FINE[0])
    points = unproject(pixel_centres(2 * FINE[0], 2 * FINE[1]), depth[0].flatten(), fine.K[0], fine.w2c[0])
    points = points[(depth[0] > 0).flatten()]
    pixels, z = project(points, fine.K[1], fine.w2c[1])
    inside = (z > 0) & (pixels >= 0).all(1) & (pixels < torch.tensor([2.0 * FINE[1], 2.0 * FINE[0]])).all(1)
    column, row = pixels[inside].long().unbind(1)
    seen = depth[1, row, column]
    same = (seen - z[inside]).abs() < 0.03 * z[inside]
    hidden = (seen > 0) & (seen < z[inside])  # something nearer
    assert (same | hidden).float().mean() > 0.95 and same.float().mean() > 0.5
