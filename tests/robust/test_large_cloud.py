"""Ten million points: no crash and no hang, whatever a camera in their midst sees of them."""

import torch

from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.memory.geometric.update import UpdateSettings, update
from worldstereo.core.planning.presets.moves import pan

COUNT = 10_000_000


def test_ten_million_points_are_rendered_and_updated():
    points = torch.rand(COUNT, 3, generator=torch.Generator().manual_seed(0)) * 4 - 2
    cloud = PointCloud(points, points[:, :3] / 4 + 0.5, torch.eye(4))
    path = Trajectory(pan(2, 30).float(), intrinsics_from_fov(60, 40, 24).repeat(2, 1, 1), 40, 24, unit="m")
    image, mask, depth = render_path(cloud, path)
    assert not mask.any() and 0 < depth.depth.min() and depth.depth.max() < 2
    grown, report = update(cloud, image, depth, UpdateSettings("none", weigh=False, max_points=2 * COUNT))
    assert report.before == COUNT and len(grown.points) == report.after and report.rejected == 0
    assert sum(frame.confirmed for frame in report.frames) > 0
