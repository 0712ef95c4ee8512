"""One camera pose worked out by hand, and any camera path for tests that go there and back.

The pose by hand: in a world with x right, y down, z forward, the camera stands at (1, 2, 3) and has turned to
the right by 90 degrees. So it looks along x, its right is -z, its down is y. Pictures are 64x48, fx 50, fy
60, cx 30, cy 20.
"""
from __future__ import annotations

import torch
from hypothesis import strategies as st

from worldstereo.core.cameras.rotations import rotation_from_quaternion
from worldstereo.core.cameras.trajectory import Trajectory

W2C = [[0, 0, -1, 3], [0, 1, 0, -2], [1, 0, 0, -1], [0, 0, 0, 1]]
C2W = [[0, 0, 1, 1], [0, 1, 0, 2], [-1, 0, 0, 3], [0, 0, 0, 1]]
C2W_GL = [[0, 0, -1, 1], [0, -1, 0, 2], [-1, 0, 0, 3], [0, 0, 0, 1]]  # y and z of the camera the other way
K = [[50, 0, 30], [0, 60, 20], [0, 0, 1]]
SIZE = (64, 48)


def is_the_pose(trajectory: Trajectory, intrinsics: list[list[float]] = K, size: tuple[int, int] = SIZE,
                frame: int = 0) -> None:
    assert torch.allclose(trajectory.w2c[frame], torch.tensor(W2C, dtype=torch.float32), atol=1e-6)
    assert torch.allclose(trajectory.K[frame], torch.tensor(intrinsics, dtype=torch.float32), atol=1e-4)
    assert (trajectory.width, trajectory.height) == size
    return True


def hand_pose() -> Trajectory:
    return Trajectory(torch.tensor([W2C], dtype=torch.float32), torch.tensor([K], dtype=torch.float32), *SIZE)


@st.composite
def trajectories(draw: st.DrawFn, plain: bool = False) -> Trajectory:
    """plain: square pixels and a centred principal point, all that some formats can hold."""
    numbers = torch.Generator().manual_seed(draw(st.integers(0, 2**31)))
    frames, width, height = draw(st.integers(1, 5)), draw(st.integers(32, 4096)), draw(st.integers(32, 4096))
    wxyz = torch.nn.functional.normalize(torch.randn(frames, 4, dtype=torch.float64, generator=numbers),
                                         dim=1)
    half_turn = draw(st.sampled_from([None, [1.0, 0, 0, 0], [0.0, 1, 0, 0], [0.0, 0, 1, 0], [0.0, 0, 0, 1]]))
    if half_turn:
        wxyz[0] = torch.tensor(half_turn)
    w2c = torch.eye(4, dtype=torch.float64).repeat(frames, 1, 1)
    w2c[:, :3, :3] = rotation_from_quaternion(wxyz, "test")
    w2c[:, :3, 3] = torch.randn(frames, 3, generator=numbers) * 10 ** draw(st.floats(-3, 3))
    intrinsics = torch.eye(3).repeat(frames, 1, 1)
    share = torch.rand(frames, 4, generator=numbers) * 0.8 + 0.1
    intrinsics[:, 0, 0] = intrinsics[:, 1, 1] = (share[:, 0] + 0.5) * max(width, height)
    intrinsics[:, 0, 2], intrinsics[:, 1, 2] = width / 2, height / 2
    if not plain:
        intrinsics[:, 1, 1] *= share[:, 1] + 0.5
        intrinsics[:, 0, 2], intrinsics[:, 1, 2] = share[:, 2] * width, share[:, 3] * height
    return Trajectory(w2c.float(), intrinsics, width, height, draw(st.sampled_from([16.0, 23.976])),
                      "name", "m")


def path_of(c2w: torch.Tensor, zoom: float = 1.0, width: int = 64, height: int = 48) -> Trajectory:
    """A path of poses [F,4,4] whose focal length grows from 50 pixels to `zoom` times that."""
    w2c = torch.linalg.inv(c2w).float()
    w2c[:, 3] = torch.tensor([0.0, 0, 0, 1])
    K = torch.tensor([[50.0, 0, width / 2], [0, 50, height / 2], [0, 0, 1]]).repeat(len(w2c), 1, 1)
    K[:, 0, 0] = K[:, 1, 1] = 50 * torch.linspace(1, zoom, len(w2c))
    return Trajectory(w2c, K, width, height)
