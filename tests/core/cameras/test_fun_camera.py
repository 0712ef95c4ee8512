"""Camera rays for Wan Fun Camera, against ComfyUI's own node."""
import math

import numpy as np
import pytest
import torch

from worldstereo.core.cameras.fun_camera import camera_embedding
from worldstereo.core.cameras.trajectory import Trajectory

SIZE = 160, 96


def preset(name, frames=9, width=SIZE[0], height=SIZE[1]):
    """(the trajectory that ComfyUI's preset means, ComfyUI's embedding)"""
    from comfy_extras import nodes_camera_trajectory as core

    motion = core.CAMERA_DICT[name]
    c2w = torch.eye(4, dtype=torch.float64).repeat(frames, 1, 1)
    angle, step = np.array(motion["angle"]), np.array(motion["T"])
    c2w[:, :3] = torch.tensor(core.get_camera_motion(angle, step, 1.0, frames))
    # half of a 16:9 picture in both directions, cut to the size
    aspect = 16 / 9
    focal = (height * aspect / 2, height / 2) if aspect > width / height else (width / 2, width / aspect / 2)
    K = torch.tensor([[focal[0], 0, width / 2], [0, focal[1], height / 2], [0, 0, 1]]).repeat(frames, 1, 1)
    node = core.WanCameraEmbedding
    expected, *_ = node.execute(name, width, height, frames).result
    return Trajectory(torch.linalg.inv(c2w).float(), K, width, height), expected


@pytest.mark.parametrize("name", ["Static", "Pan Up", "Pan Down", "Pan Left", "Pan Right", "Zoom In",
                                  "Zoom Out", "Anti Clockwise (ACW)", "ClockWise (CW)"])
def test_a_preset_of_comfyui_gives_its_values(comfy, name):
    trajectory, expected = preset(name)
    torch.testing.assert_close(camera_embedding(trajectory), expected, atol=2e-6, rtol=1e-5)


def test_wide_pictures_too(comfy):
    trajectory, expected = preset("Pan Left", 5, 320, 96)
    torch.testing.assert_close(camera_embedding(trajectory), expected, atol=2e-6, rtol=1e-5)


def test_the_world_does_not_matter_but_the_scale_does(comfy):
    trajectory, expected = preset("Zoom In")
    turned = torch.eye(4)
    turned[:3, :3] = torch.tensor([[math.cos(1), 0, math.sin(1)], [0, 1, 0], [-math.sin(1), 0, math.cos(1)]])
    turned[:3, 3] = torch.tensor([1.0, -2, 3])
    elsewhere = Trajectory(trajectory.w2c @ turned, trajectory.K, *SIZE)
    torch.testing.assert_close(camera_embedding(elsewhere), expected, atol=1e-5, rtol=1e-4)
    doubled = camera_embedding(trajectory, 2.0)
    torch.testing.assert_close(doubled[:, :12], expected[:, :12] * 2, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(doubled[:, 12:], expected[:, 12:], atol=2e-6, rtol=1e-5)


@pytest.mark.parametrize("frames, size, message", [
    (21 + 1, SIZE, "has 22 poses; Wan Fun Camera takes 4n \\+ 1"), (5, (160, 90), "160x90"),
    (4001, (1600, 960), "take 147492864000 bytes, more than")])
def test_what_the_model_cannot_take_is_refused(frames, size, message):
    K = torch.tensor([[50.0, 0, 80], [0, 50, 45], [0, 0, 1]]).repeat(frames, 1, 1)
    with pytest.raises(ValueError, match=message):
        camera_embedding(Trajectory(torch.eye(4).repeat(frames, 1, 1), K, *size))
