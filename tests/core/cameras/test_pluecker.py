"""Camera normalisation, Pluecker rays, pose vectors."""
import logging

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from worldstereo.core.cameras.pluecker import (
    camera_qt,
    normalise_cameras,
    normalise_jointly,
    pluecker_embedding,
    stereo_camera_vectors,
)
from worldstereo.core.cameras.rotations import quaternion_from_rotation


def random_poses(frames, seed=0, spread=1.0):
    g = torch.Generator().manual_seed(seed)
    skew = 0.3 * torch.randn(frames, 3, 3, generator=g)
    w2c = torch.eye(4).repeat(frames, 1, 1)
    w2c[:, :3, :3] = torch.linalg.matrix_exp(skew - skew.mT)
    w2c[:, :3, 3] = spread * torch.randn(frames, 3, generator=g)
    return w2c


def intrinsics(frames, focal=20.0, width=12, height=8):
    return torch.tensor([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]]).repeat(frames, 1, 1)


def centres(w2c):
    return torch.linalg.inv(w2c)[:, :3, 3]


@given(seed=st.integers(0, 1000), frames=st.integers(2, 30))
@settings(max_examples=30, deadline=None)
def test_first_camera_is_upright_at_distance_two_from_the_mean(seed, frames):
    w2c = normalise_cameras(random_poses(frames, seed))
    torch.testing.assert_close(w2c[0, :3, :3], torch.eye(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(centres(w2c)[0].norm(), torch.tensor(2.0), atol=1e-4, rtol=0)
    torch.testing.assert_close(centres(w2c).mean(0), torch.zeros(3), atol=1e-3, rtol=0)


@given(seed=st.integers(0, 1000), scale=st.floats(0.05, 20))
@settings(max_examples=30, deadline=None)
def test_neither_the_worlds_frame_nor_its_unit_matters(seed, scale):
    w2c = random_poses(7, seed)
    moved = w2c @ random_poses(1, seed + 1)
    moved[:, :3, 3] *= scale
    torch.testing.assert_close(normalise_cameras(moved), normalise_cameras(w2c), atol=2e-3, rtol=1e-3)


def test_a_turning_camera_keeps_its_place():
    w2c = random_poses(5, spread=0.0)
    assert normalise_cameras(w2c)[:, :3, 3].abs().max() < 1e-6


def test_a_far_camera_does_not_move_the_centre():
    w2c = torch.eye(4).repeat(60, 1, 1)
    w2c[:, 0, 3] = torch.linspace(-1, 1, 60)
    w2c[30, 0, 3] = 1e5
    normalised = centres(normalise_cameras(w2c))
    torch.testing.assert_close(normalised[0].norm(), torch.tensor(2.0))
    torch.testing.assert_close(normalised[-1].norm(), torch.tensor(2.0), atol=0.1, rtol=0)


def test_stacked_sequences_start_alike_but_share_the_scale():
    one, two = random_poses(4, 1), random_poses(4, 2)
    both = normalise_cameras(torch.cat([one, two]), sequences=2)
    torch.testing.assert_close(both[4], both[0])
    assert not torch.allclose(both[:4], normalise_cameras(one), atol=1e-2)
    with pytest.raises(ValueError, match="8 cameras cannot be split into 3 sequences"):
        normalise_cameras(torch.cat([one, two]), sequences=3)


def test_legacy_order_is_another_result():
    w2c = random_poses(5)
    assert (normalise_cameras(w2c, legacy_order=True) - normalise_cameras(w2c)).abs().max() > 0.1


def test_references_do_not_move_the_targets():
    targets, references = random_poses(6, 3), random_poses(2, 4, spread=50.0)
    joint, references_there = normalise_jointly(targets, references)
    torch.testing.assert_close(joint, normalise_cameras(targets))
    same, _ = normalise_jointly(targets, targets[2:4])
    torch.testing.assert_close(normalise_jointly(targets, targets[2:4])[1], same[2:4])
    assert references_there.shape == (2, 4, 4)


def test_rays_pass_through_the_camera_and_have_the_official_half_pixel():
    K, w2c = intrinsics(1), random_poses(1)
    direction, moment = pluecker_embedding(w2c, K, 8, 12, normalise=False)[0, :, 0].split(3)
    torch.testing.assert_close(direction.norm(dim=0), torch.ones(8, 12))
    centre = centres(w2c)[0].view(3, 1, 1).expand_as(direction)
    torch.testing.assert_close(moment, torch.linalg.cross(centre, direction, dim=0))
    row, column = 5, 9
    through = w2c[0, :3, :3] @ direction[:, row, column]
    pixel = K[0] @ through / through[2]
    torch.testing.assert_close(pixel, torch.tensor([column - 0.5, row + 0.5, 1.0]), atol=1e-4, rtol=0)


def test_endless_rays_become_zero_and_are_reported(caplog):
    w2c = random_poses(2)
    w2c[1, 0, 3] = float("inf")
    with caplog.at_level(logging.WARNING):
        assert not pluecker_embedding(w2c, intrinsics(2), 8, 12).any()
    assert "not finite" in caplog.text


@given(axis=st.tuples(*[st.floats(-1, 1)] * 3), angle=st.floats(0, 6.28))
@settings(max_examples=100, deadline=None)
def test_quaternion_turns_as_the_matrix_does(axis, angle):
    axis = torch.tensor(axis, dtype=torch.float64)
    if axis.norm() < 1e-3:
        axis = torch.tensor([0.0, 0, 1], dtype=torch.float64)
    x, y, z = (axis / axis.norm() * angle).tolist()
    R = torch.linalg.matrix_exp(torch.tensor([[0, -z, y], [z, 0, -x], [-y, x, 0]],
                                             dtype=torch.float64)).float()
    q = quaternion_from_rotation(R)
    assert q[0] >= 0
    torch.testing.assert_close(q.norm(), torch.tensor(1.0))
    v = torch.tensor([0.3, -0.8, 0.5])
    turned = v + 2 * torch.linalg.cross(q[1:], torch.linalg.cross(q[1:], v) + q[0] * v)
    torch.testing.assert_close(turned, R @ v, atol=1e-5, rtol=0)


def test_pose_vectors():
    targets, references = random_poses(5), random_poses(2, 9)
    target, reference = stereo_camera_vectors(targets, references)
    assert target.shape == (1, 5, 7) and reference.shape == (1, 2, 7)
    torch.testing.assert_close(target[0, 0, :4], torch.tensor([1.0, 0, 0, 0]), atol=1e-5, rtol=0)
    torch.testing.assert_close(target[0], camera_qt(normalise_cameras(targets)))


@pytest.mark.parametrize("call", [
    lambda: normalise_cameras(torch.eye(4)), lambda: normalise_jointly(random_poses(2), torch.zeros(1, 3, 4)),
    lambda: pluecker_embedding(random_poses(2), intrinsics(3), 8, 8)])
def test_wrong_shapes_are_named(call):
    with pytest.raises(ValueError, match="expected"):
        call()
