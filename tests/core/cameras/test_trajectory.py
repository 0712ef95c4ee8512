import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.planning.presets.moves import pan

K = torch.tensor([[50.0, 0, 30], [0, 60, 20], [0, 0, 1]])


def poses(frames=3):
    w2c = pan(frames, 40, 20).float()
    w2c[:, :3, 3] = torch.randn(frames, 3, generator=torch.Generator().manual_seed(1))
    return w2c


def trajectory(frames=3):
    return Trajectory(poses(frames), K.repeat(frames, 1, 1), 64, 48)


def test_c2w_undoes_w2c():
    path = trajectory()
    assert torch.allclose(path.w2c @ path.c2w, torch.eye(4), atol=1e-6)
    assert path.frames == 3


@given(st.integers(1, 4000), st.integers(1, 4000), st.floats(-1, 1), st.floats(-1, 1))
@settings(max_examples=50, deadline=None)
def test_resizing_keeps_where_in_the_picture_a_ray_falls(width, height, x, y):
    path = trajectory(1)
    resized = path.resized(width, height)
    ray = torch.tensor([x, y, 1.0])
    share = (path.K[0] @ ray)[:2] / torch.tensor([path.width, path.height])
    resized_share = (resized.K[0] @ ray)[:2] / torch.tensor([width, height])
    assert torch.allclose(share, resized_share, atol=1e-5)
    assert (resized.width, resized.height) == (width, height)
    assert torch.equal(resized.w2c, path.w2c)


def test_a_value_is_its_own_copy():
    path = trajectory()
    assert copy.deepcopy({"path": path})["path"] is path
    with pytest.raises(AttributeError):
        path.width = 3


@pytest.mark.parametrize("spoil, sentence", [
    (lambda w2c: w2c[:, :3], r"shape \[3, 3, 4\], expected \[F,4,4\]"),
    (lambda w2c: w2c[:0], r"shape \[0, 4, 4\]"),
    (lambda w2c: w2c * torch.nan, "NaN or infinite"),
    (lambda w2c: w2c.double(), "torch.float64"),
    (lambda w2c: w2c.mT.contiguous(), "last row"),
    (lambda w2c: w2c * torch.tensor([2.0, 2, 2, 1])[:, None], "frame 0 is no rotation"),
    (lambda w2c: w2c * torch.tensor([1.0, -1, 1, 1])[:, None], "mirrored"),
])
def test_bad_poses_are_refused(spoil, sentence):
    with pytest.raises(ValueError, match=sentence):
        Trajectory(spoil(poses()), K.repeat(3, 1, 1), 64, 48)


@pytest.mark.parametrize("spoil, sentence", [
    (lambda K: K[:2], r"shape \[2, 3, 3\], expected \[3,3,3\]"),
    (lambda K: K * torch.inf, "NaN or infinite"),
    (lambda K: K * torch.tensor([-1.0, 1, 1])[:, None], "focal length of -50 pixels.*Depth Map to Depth"),
    (lambda K: K.mT.contiguous(), "last row that is not 0 0 1"),
    (lambda K: K + torch.tensor([[0.0, 1, 0], [0, 0, 0], [0, 0, 0]]),
     r"skewed pixels \(.* 0.02 focal lengths"),
    (lambda K: K + torch.tensor([[0.0, 50, 0], [60, 0, 0], [0, 0, 0]]), "skewed pixels"),  # singular
])
def test_bad_intrinsics_are_refused(spoil, sentence):
    with pytest.raises(ValueError, match=sentence):
        Trajectory(poses(), spoil(K.repeat(3, 1, 1)), 64, 48)


def test_a_size_must_be_positive():
    with pytest.raises(ValueError, match="0x48"):
        Trajectory(poses(), K.repeat(3, 1, 1), 0, 48)
