"""Which views decide the colour of a point."""
from dataclasses import replace

import pytest
import torch

from synthetic_room import look
from worldstereo.core.cameras.pinhole import intrinsics_from_fov, pixel_centres
from worldstereo.core.cloud.lift import lift
from worldstereo.core.depth.depth import Depth
from worldstereo.core.memory.geometric.sharpness import sharpness_of_view
from worldstereo.core.memory.geometric.update import UpdateSettings, update

K = intrinsics_from_fov(60, 64, 48)
FOCAL = float(K[0, 0])


def plane(normal, distance=2.0):
    """Inverse depth [48,64] of the plane n x = distance."""
    rays = torch.cat([(pixel_centres(48, 64) - K[:2, 2]) / FOCAL, torch.ones(48 * 64, 1)], 1)
    return (rays @ torch.tensor(normal) / distance).view(48, 64), rays.view(48, 64, 3)


@pytest.mark.parametrize("normal", [(0.0, 0.0, 1.0), (0.6, 0.0, 0.8), (0.0, -0.6, 0.8), (-0.5, 0.5, 0.7071)])
def test_a_plane_is_seen_at_its_angle_and_distance(normal):
    inverse, rays = plane(normal)
    known = (inverse > 0.1).float()
    found = sharpness_of_view(torch.stack([known, inverse * known, known]), K)
    cosine = (rays @ torch.tensor(normal)) / rays.norm(dim=2)
    inside = torch.nn.functional.max_pool2d(1 - known[None], 7, 1, 3)[0] == 0
    expected = FOCAL * inverse * cosine
    torch.testing.assert_close(found[inside], expected[inside], rtol=2e-3, atol=0)
    assert (found[known == 0] == 0).all()


def test_noise_of_one_percent_hardly_matters():
    inverse, rays = plane((0.5, 0.0, 0.866))
    noisy = inverse * (1 + 0.01 * torch.randn(48, 64, generator=torch.Generator().manual_seed(0)))
    one = torch.ones(48, 64)
    exact, found = (sharpness_of_view(torch.stack([one, each, one]), K) for each in (inverse, noisy))
    assert ((found / exact - 1).abs()[4:-4, 4:-4] < 0.4).float().mean() > 0.9


def wall(pose, brightness):
    """A picture of one brightness of the wall z = 2."""
    w2c = look(*pose)[None]
    rays = torch.cat([(pixel_centres(48, 64) - K[:2, 2]) / FOCAL, torch.ones(48 * 64, 1)], 1)
    along = (rays @ w2c[0, :3, :3])[:, 2].view(1, 48, 64)
    centre = -(w2c[0, :3, :3].T @ w2c[0, :3, 3])
    depth = (2 - centre[2]) / along
    return torch.full((1, 48, 64, 3), brightness), Depth(depth, depth > 0, K[None], w2c)


START, NEAR, FAR = ([0.0, 0.0, 0.0], 0), ([0.0, 0.0, 1.0], 0), ([0.0, 0.0, -2.0], 0)
ASLANT = ([-2.2, 0.0, 0.7], 60)


@pytest.mark.parametrize("pose, least, most", [(NEAR, 0.9, 0.97), (FAR, 0.0, 0.1), (ASLANT, 0.0, 0.25)])
def test_the_nearer_and_more_frontal_picture_gives_the_colour(pose, least, most):
    cloud = lift(*wall(START, 0.0), 0)
    after, _ = update(cloud, *wall(pose, 1.0), UpdateSettings("none"))
    seen = (after.views == 2) & (after.clip == 0)
    assert seen.sum() > 100 and least <= float(after.colors[seen].mean()) <= most


def test_the_order_of_clips_does_not_decide():
    clouds = []
    for first, second in ((NEAR, FAR), (FAR, NEAR)):
        cloud = lift(*wall(START, 0.5), 0)
        for pose in (first, second):
            cloud, _ = update(cloud, *wall(pose, 1.0 if pose is NEAR else 0.0), UpdateSettings("none"))
        clouds.append(cloud.colors[(cloud.views == 3) & (cloud.clip == 0)].mean())
    assert clouds[0] > 0.9 and abs(clouds[0] - clouds[1]) < 0.02


def test_without_it_colours_are_averaged_like_places():
    cloud = lift(*wall(START, 0.0), 0)
    after, _ = update(cloud, *wall(START, 1.0), UpdateSettings("none", weigh=False, sharp_colors=False))
    assert torch.allclose(after.colors, torch.full_like(after.colors, 0.5))
    moved = replace(after, sharpness=after.sharpness * 10)
    again, _ = update(moved, *wall(START, 1.0), UpdateSettings("none", weigh=False, sharp_colors=False))
    assert torch.allclose(again.colors, torch.full_like(after.colors, 2 / 3))
