"""The cloud's splats in ComfyUI's own Render Splat, beside the cloud in our renderer and the true picture."""
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

import synthetic_room as room
from motorcycle import decibels
from worldstereo.core.cameras.formats.load3d import write_load3d
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.cloud.render.along_path import render_path

HEIGHT, WIDTH, FOCAL = 160, 272, 180.0
# Render Splat takes the corner of a pixel for its centre
K = torch.tensor([[FOCAL, 0, WIDTH / 2 + 0.5], [0, FOCAL, HEIGHT / 2 + 0.5], [0, 0, 1]])


@pytest.fixture
def core(comfy):
    return pytest.importorskip("comfy_extras.nodes_gaussian_splat", reason="this ComfyUI has no Render Splat")


def round_ones(splat):
    """What splats were before they lay flat: opaque, half as wide as the points are apart."""
    count = splat.positions.shape[1]
    return type(splat)(splat.positions, splat.scales[..., :1].expand(1, count, 3) / 1.5,
                       torch.tensor([1.0, 0, 0, 0]).expand(1, count, 4), torch.ones(1, count, 1), splat.sh)


@pytest.mark.slow
def test_flat_splats_show_the_room_more_truly_than_round_ones(core):
    from worldstereo.nodes.export import PointCloudToSplat

    poses = torch.stack([room.look([0.0, 0, -1.5], 0), room.look([0.3, -0.1, -1.3], -8)])
    images, depth = room.see_with(K, poses, HEIGHT, WIDTH)
    cloud = lift(images[:1], replace(depth, depth=depth.depth[:1], valid=depth.valid[:1], K=depth.K[:1],
                                     w2c=depth.w2c[:1]))
    path = Trajectory(poses[1:], K[None], WIDTH, HEIGHT, unit="m")
    ours, hole, _ = render_path(cloud, path)
    shown = F.max_pool2d(hole, 9, 1, 4) == 0  # all three end differently beside holes
    splat, = PointCloudToSplat().convert(cloud, 0.75, 0)
    camera, = write_load3d(Trajectory(poses[1:] @ torch.linalg.inv(poses[0]), K[None], WIDTH, HEIGHT))

    def quality(splats):
        picture = core.RenderSplat.execute(splats, WIDTH, HEIGHT, 1, 1.0, 2.0, 0.0, 0.0, "#808080", "color",
                                         camera).args[0]
        return [decibels(picture, truth, shown) for truth in (images[1:], ours)]

    (true, like_ours), (true_before, like_ours_before) = quality(splat), quality(round_ones(splat))
    print(f"flat {true:.1f} dB ({like_ours:.1f} to our renderer), round {true_before:.1f} dB "
          f"({like_ours_before:.1f}), our renderer {decibels(ours, images[1:], shown):.1f} dB")
    assert true > true_before + 5 and true > 30
