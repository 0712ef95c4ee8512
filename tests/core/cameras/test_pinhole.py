"""The pinhole camera: round trips, other libraries' answers, and that there is one of it."""
import math
import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from camera_paths import trajectories
from worldstereo.core.cameras import pinhole, rotations
from worldstereo.core.cameras.pinhole import (
    camera_to_world,
    depth_to_distance,
    distance_to_depth,
    focal_from_fov,
    fov_from_focal,
    in_picture,
    in_picture_sizes,
    intrinsics_from_fov,
    picture_corners,
    picture_rays,
    pixel_centres,
    project,
    resize_intrinsics,
    unproject,
    view_rays,
    world_to_camera,
)


@settings(deadline=None, max_examples=30)
@given(path=trajectories(), seed=st.integers(0, 1000))
def test_points_come_back_to_the_pixels_they_were_made_of(path, seed):
    g = torch.Generator().manual_seed(seed)
    pixels = torch.rand(path.frames, 50, 2, generator=g).double() * torch.tensor([path.width, path.height])
    depth = 0.5 + 5 * torch.rand(path.frames, 50, generator=g).double()
    K, w2c = path.K.double(), path.w2c.double()
    world_points = unproject(pixels, depth, K, w2c)
    again, depth_again = project(world_points, K, w2c)
    torch.testing.assert_close(again, pixels, atol=1e-6 * max(path.width, path.height), rtol=0)
    torch.testing.assert_close(depth_again, depth, rtol=1e-9, atol=1e-6)
    assert in_picture(again, depth_again, path.height, path.width).float().mean() > 0.99
    one = unproject(pixels[0], depth[0], K[0], w2c[0])  # without a leading dimension
    torch.testing.assert_close(one, world_points[0])
    there = camera_to_world(world_to_camera(world_points, w2c), w2c)
    torch.testing.assert_close(there, world_points, rtol=1e-6, atol=1e-6)


def test_pixels_depth_and_axes_are_as_stated():
    K = torch.tensor([[10.0, 0, 4], [0, 20, 3], [0, 0, 1]])
    assert pixel_centres(2, 3).tolist() == [[0.5, 0.5], [1.5, 0.5], [2.5, 0.5], [0.5, 1.5], [1.5, 1.5],
                                            [2.5, 1.5]]
    assert picture_corners(8, 6).tolist() == [[0, 0], [8, 0], [8, 6], [0, 6]]
    assert view_rays(torch.tensor([[4.0, 3], [14, 3], [4, 23]]),
                     K).tolist() == [[0, 0, 1], [1, 0, 1], [0, 1, 1]]
    w2c = torch.eye(4)
    w2c[2, 3] = -1  # the camera stands at z = 1
    assert unproject(torch.tensor([[14.0, 3]]), torch.tensor([2.0]), K, w2c).tolist() == [[2, 0, 3]]
    pixels, depth = project(torch.tensor([[2.0, 0, 3], [0, 0, 0.5]]), K, w2c)
    assert pixels[0].tolist() == [14, 3] and depth.tolist() == [2, -0.5]
    assert in_picture(pixels, depth, 6, 15).tolist() == [True, False]
    assert in_picture(pixels, depth, 6, 14).tolist() == [False, False]


def test_kornia_sees_the_same_points():
    """kornia puts whole numbers on pixel centres, so its principal point is half a pixel less."""
    from kornia.geometry.depth import depth_to_3d_v2
    K = torch.tensor([[30.0, 0, 20.5], [0, 28, 11], [0, 0, 1]])
    depth = 1 + torch.rand(24, 40, generator=torch.Generator().manual_seed(0))
    theirs = K.clone()
    theirs[:2, 2] -= 0.5
    expected = depth_to_3d_v2(depth[None], theirs[None])[0]
    torch.testing.assert_close(picture_rays(K, 24, 40) * depth[..., None], expected, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(depth_to_distance(depth, K), expected.norm(dim=-1))
    torch.testing.assert_close(distance_to_depth(depth_to_distance(depth, K), K), depth)


@given(fov=st.floats(1, 175), width=st.integers(1, 5000))
def test_focal_length_and_field_of_view_are_inverse(fov, width):
    assert fov_from_focal(focal_from_fov(fov, width), width) == pytest.approx(fov)
    K = intrinsics_from_fov(fov, width, 7)
    assert 2 * math.degrees(math.atan2(width / 2, float(K[0, 0]))) == pytest.approx(fov, rel=1e-5)
    assert torch.equal(resize_intrinsics(K, (width, 7), (width, 7)), K)
    stretched = resize_intrinsics(K, (width, 7), (2 * width, 21))
    torch.testing.assert_close(in_picture_sizes(stretched, 2 * width, 21), in_picture_sizes(K, width, 7))


@given(seed=st.integers(0, 1000))
def test_rotations_are_scipys(seed):
    turn = Rotation.random(random_state=seed)
    R = torch.from_numpy(turn.as_matrix())
    wxyz = rotations.quaternion_from_rotation(R)
    expected = torch.from_numpy(turn.as_quat(canonical=True))[[3, 0, 1, 2]]
    torch.testing.assert_close(wxyz, expected)
    torch.testing.assert_close(rotations.rotation_from_quaternion(wxyz, "It"), R)
    angle = torch.tensor([seed / 1000])
    for axis, name in enumerate("xyz"):
        expected = torch.from_numpy(Rotation.from_euler(name, seed / 1000).as_matrix())
        torch.testing.assert_close(rotations.rotation_about(angle, axis)[0, :3, :3], expected,
                                   atol=1e-7, rtol=0)


def test_the_camera_has_one_home(root):
    """Who needs a ray, a point or a pixel finds it here. Two places are the models' own,
    see pinhole's first lines."""
    sources = {path.relative_to(root).as_posix(): path.read_text() for path in (root / "core").rglob("*.py")}
    for name in ("unproject", "project", "view_rays", "pixel_centres", "resize_intrinsics"):
        homes = [file for file, text in sources.items() if re.search(rf"def {name}\(", text)]
        assert homes == ["core/cameras/pinhole.py"]
    # the last two keep their matrices on the CPU
    own = {"core/cameras/pinhole.py", "core/cameras/pluecker.py", "core/depth/motion/agreement.py",
           "core/depth/motion/views.py"}
    assert {file for file, text in sources.items() if re.search(r"inv\([\w.]*K\b", text)} <= own
    assert pinhole.__doc__.count("pluecker") == pinhole.__doc__.count("raster") == 1
