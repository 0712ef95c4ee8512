"""The geometry nodes as ComfyUI calls them: in inference mode, which every thread has for itself,
on several cores."""

import threading

import pytest
import torch

from synthetic_room import look, see
from worldstereo.core.cameras.trajectory import Trajectory


@pytest.fixture
def two_cores():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("in_a_thread", [False, True])
def test_lifted_rendered_and_updated(comfy, two_cores, in_a_thread):
    from worldstereo.nodes.geometric_memory import UpdateGeometricMemory
    from worldstereo.nodes.point_cloud import PointCloudFromDepth, RenderPointCloud

    def run():
        with torch.inference_mode():
            photos, depth = see(torch.stack([look([0, 0, -1], yaw) for yaw in (0, 10, 20)]), 24, 40)
            (cloud,) = PointCloudFromDepth().lift(photos, depth, 0.35)
            path = Trajectory(depth.w2c, depth.K, 40, 24, unit=depth.unit)
            render, mask, _ = RenderPointCloud().render(cloud, path, 0.05, 20, photos[:1])
            cloud, *_ = UpdateGeometricMemory().update(cloud, photos, depth, "scale", 2, 10_000, True)
            results.extend((render, mask, cloud))

    results = []
    if in_a_thread:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    else:
        run()
    render, mask, cloud = results
    assert render.shape == (3, 24, 40, 3) and mask[0].sum() == 0 and (cloud.views > 1).any()
