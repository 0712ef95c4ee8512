"""Errors of camera paths: against paths that are off by a known amount, SciPy's alignment and evo."""
import math

import numpy as np
import pytest
import torch
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from worldstereo.core.cameras.metrics import (
    ALIGNMENTS,
    FIRST_POSE,
    NONE,
    RIGID,
    SIMILARITY,
    compare_paths,
    report,
    umeyama,
)
from worldstereo.core.cameras.rotations import rigid, rotation_angle
from worldstereo.core.cameras.trajectory import Trajectory

K = torch.tensor([[50.0, 0, 32], [0, 50, 24], [0, 0, 1]])


def path(R, place):
    """Trajectory of cameras with rotations R (camera to world) at these places."""
    c2w = rigid(torch.as_tensor(np.asarray(R)).double(), torch.as_tensor(np.asarray(place)).double())
    w2c = torch.linalg.inv(c2w)
    w2c[:, 3] = torch.tensor([0.0, 0, 0, 1])
    return Trajectory(w2c.float(), K.repeat(len(c2w), 1, 1), 64, 48, unit="m")


def random_path(seed, frames=12):
    rng = np.random.default_rng(seed)
    return Rotation.random(frames, random_state=rng).as_matrix(), rng.normal(size=(frames, 3))


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10000), scale=st.floats(0.1, 10))
def test_what_the_alignment_evens_out_is_no_error(seed, scale):
    R, place = random_path(seed)
    world = Rotation.random(random_state=seed + 1).as_matrix()
    moved = path(world @ R, scale * place @ world.T + [3, -2, 1])
    for alignment, true_scale in ((SIMILARITY, 1.0), (FIRST_POSE, 1.0), (RIGID, scale)):
        score = compare_paths(moved, path(R, true_scale * place), alignment)
        assert score.scale == pytest.approx(true_scale / scale, rel=1e-4)
        assert score.ate < 1e-4 * max(scale, 1) and score.rpe_translation < 1e-4 * max(scale, 1)
        assert float(score.rotation.max()) < 0.01 and score.rpe_rotation < 0.01
    assert compare_paths(moved, path(R, place), NONE).ate > 0.5


def test_errors_that_were_put_in_come_out():
    R, place = np.tile(np.eye(3), (5, 1, 1)), np.array([[i, 0, 0] for i in range(5)], float)
    turned = R.copy()
    turned[2] = Rotation.from_euler("y", 30, degrees=True).as_matrix()
    shifted = place.copy()
    shifted[3] += [0, 0.4, 0]
    score = compare_paths(path(turned, shifted), path(R, place), NONE)
    assert score.rotation.tolist() == pytest.approx([0, 0, 30, 0, 0], abs=1e-4)
    assert score.translation.tolist() == pytest.approx([0, 0, 0, 0.4, 0], abs=1e-6)
    assert score.ate == pytest.approx(0.4 / math.sqrt(5), abs=1e-6)
    # the steps into and out of frame 2
    assert score.rpe_rotation == pytest.approx(30 * math.sqrt(2 / 4), abs=1e-4)
    # Step 2 -> 3 is seen by the turned camera: its chord of 30 degrees and the 0.4; step 3 -> 4 is off by the
    # 0.4.
    chord = 2 * math.sin(math.radians(15))
    assert score.rpe_translation == pytest.approx(math.sqrt((chord ** 2 + 0.4 ** 2 + 0.4 ** 2) / 4), abs=1e-5)
    text = report(score, "m")
    assert "mean 6 deg, largest 30 deg, sum 0.5236 rad" in text and "0.4 m in frame 3" in text


def test_small_angles_are_exact_and_large_ones_too():
    degrees = torch.tensor([0, 1e-6, 0.01, 90, 179.999, 180], dtype=torch.float64)
    x, y, z = torch.deg2rad(degrees) * torch.tensor([[0.0], [0.6], [0.8]])
    o = torch.zeros_like(x)
    R = torch.linalg.matrix_exp(torch.stack([o, -z, y, z, o, -x, -y, x, o], -1).view(-1, 3, 3))
    torch.testing.assert_close(rotation_angle(R), degrees, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_umeyama_is_the_best_rotation_scipy_finds(seed):
    rng = np.random.default_rng(seed)
    source, target = rng.normal(size=(20, 3)), rng.normal(size=(20, 3))
    R, t, _ = umeyama(torch.from_numpy(source), torch.from_numpy(target), False)
    best, _ = Rotation.align_vectors(target - target.mean(0), source - source.mean(0))
    assert np.allclose(R, best.as_matrix(), atol=1e-9)
    assert np.allclose(t, target.mean(0) - best.as_matrix() @ source.mean(0))

    def error(scale, R, t):
        return np.square(scale * source @ np.asarray(R).T + np.asarray(t) - target).sum()

    R, t, s = umeyama(torch.from_numpy(source), torch.from_numpy(target))
    for factor in (0.99, 1.01):
        assert error(s, R, t) < error(s * factor, R,
                                      target.mean(0) - s * factor * np.asarray(R) @ source.mean(0))


def test_umeyama_is_trimeshs_procrustes():
    """But for the scale of positions that no similarity brings together: trimesh's is the ratio of the
    spreads, and not the best one."""
    rng = np.random.default_rng(0)
    source, target = rng.normal(size=(20, 3)), rng.normal(size=(20, 3))
    similar = 2.5 * source @ Rotation.random(random_state=0).as_matrix().T + [1, 2, 3]
    for goal, with_scale in ((target, False), (similar, False), (similar, True)):
        R, t, s = umeyama(torch.from_numpy(source), torch.from_numpy(goal), with_scale)
        matrix, *_ = trimesh.registration.procrustes(source, goal, reflection=False, scale=with_scale)
        assert np.allclose(s * R, matrix[:3, :3], atol=1e-12) and np.allclose(t, matrix[:3, 3], atol=1e-12)


def test_the_numbers_are_those_of_evo():
    """evo 1.38.1: evo_ape and evo_rpe -as on the same 81 poses."""
    rng, s = np.random.default_rng(3), np.linspace(0, 3, 81)
    place = np.stack([np.cos(s) * 4, 0.3 * s, np.sin(s) * 4], 1)
    R = Rotation.from_rotvec(np.stack([0 * s, -s, 0.1 * s], 1))
    world = Rotation.from_quat([0.1, 0.5, -0.3, 0.8])
    recovered = 2.7 * world.apply(place + rng.normal(size=(81, 3)) * 0.02) + [1, 2, 3]
    turned = world * R * Rotation.from_rotvec(rng.normal(size=(81, 3)) * 0.01)
    score = compare_paths(path(turned.as_matrix(), recovered), path(R.as_matrix(), place), SIMILARITY)
    assert score.ate == pytest.approx(0.034720, abs=2e-6)
    assert score.rpe_translation == pytest.approx(0.051454, abs=2e-6)
    assert score.rpe_rotation == pytest.approx(1.354693, abs=2e-5)


def test_mirrored_positions_are_not_mirrored_back():
    R, place = random_path(0)
    score = compare_paths(path(R, place * [1, 1, -1]), path(R, place), SIMILARITY)
    assert score.ate > 0.3 and score.scale > 0


def test_paths_that_cannot_be_compared_are_told():
    R, place = random_path(0)
    with pytest.raises(ValueError, match="12 and 11 poses"):
        compare_paths(path(R, place), path(R[:11], place[:11]))
    for alignment in (SIMILARITY, FIRST_POSE):
        with pytest.raises(ValueError, match="stays in one place"):
            compare_paths(path(R, np.zeros((12, 3))), path(R, place), alignment)
    assert compare_paths(path(R, np.zeros((12, 3))), path(R, np.zeros((12, 3))), RIGID).ate == 0
    with pytest.raises(ValueError, match="alignment is 'best'"):
        compare_paths(path(R, place), path(R, place), "best")
    assert compare_paths(path(R[:1], place[:1]), path(R[:1], place[:1]), NONE).rpe_rotation == 0


def test_the_node_offers_what_the_library_knows():
    from worldstereo.nodes.report import CompareTrajectories

    choices = CompareTrajectories.INPUT_TYPES()["required"]["alignment"][0]
    assert sorted(choices) == sorted(ALIGNMENTS)
    given = path(*random_path(0))
    assert "ATE: " in CompareTrajectories().compare(given, given, choices[0])["result"][0]
