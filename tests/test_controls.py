"""Memories as the transformer takes them: from pictures, path and VAE."""

import pytest
import torch

from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.memory.references import start_frame_reference
from worldstereo.core.model.controls import geometric_control, geometric_inputs, stereo_control, stereo_inputs
from worldstereo.core.model.vae import KeyFrameVae

FRAMES, WIDTH, HEIGHT = 4, 48, 32


def mean_vae() -> KeyFrameVae:
    """A VAE in which every latent channel is the mean colour of its 8x8 cell; real ones are tested elsewhere."""
    def encode(clip):
        cells = torch.nn.functional.avg_pool3d(clip, (1, 8, 8)).mean(1, keepdim=True)
        return cells.expand(-1, 16, -1, -1, -1)

    return KeyFrameVae(encode, decode=None)


def path(frames=FRAMES, width=WIDTH, height=HEIGHT) -> Trajectory:
    w2c = torch.eye(4).repeat(frames, 1, 1)
    w2c[:, 0, 3] = -0.1 * torch.arange(frames)
    K = torch.tensor([[40.0, 0, width / 2], [0, 40, height / 2], [0, 0, 1]]).repeat(frames, 1, 1)
    return Trajectory(w2c, K, width, height)


def pictures(frames=FRAMES):
    return torch.rand(frames, 3, HEIGHT, WIDTH) * 2 - 1, torch.rand(frames, HEIGHT, WIDTH)


def test_geometric_memory_becomes_inputs_of_the_model():
    render, mask = pictures()
    control = geometric_control(mean_vae(), render, mask, path(), strength=0.5)
    heard = geometric_inputs(control, torch.zeros(2, 36, FRAMES, HEIGHT // 8, WIDTH // 8))
    assert heard["render_latent"].shape == (2, 16, FRAMES, 4, 6) and heard["control_strength"] == 0.5
    assert torch.equal(heard["render_mask"][0, 0], (mask >= 0.5).float())
    assert heard["camera_embedding"].shape == (1, 6, FRAMES, HEIGHT, WIDTH)


def test_the_start_frame_alone_is_a_reference():
    start = torch.rand(3, HEIGHT, WIDTH)
    control = stereo_control(mean_vae(), start_frame_reference(start, path()), path())
    heard = stereo_inputs(control, torch.zeros(2, 36, FRAMES, HEIGHT // 8, WIDTH // 8))
    latent, given, again = heard["reference_latent"].split([16, 4, 16], dim=1)
    assert torch.equal(latent, again) and (given == 1).all() and latent.shape == (2, 16, 1, 4, 6)
    assert heard["ref_index"] == (0,)
    assert torch.equal(heard["camera_qt_ref"], heard["camera_qt"][:, :1])  # it is seen from the first pose


def test_what_does_not_agree_is_named():
    render, mask = pictures()
    with pytest.raises(ValueError, match="render has 4 frames of 48x32, the trajectory 5 of 48x32: connect 'Render Point Cloud'"):
        geometric_control(mean_vae(), render, mask, path(5))
    with pytest.raises(ValueError, match="hole mask has 3 frames"):
        geometric_control(mean_vae(), render, mask[:3], path())
    with pytest.raises(ValueError, match="40x32; the model takes multiples of 16: change the size in 'Camera Trajectory'"):
        geometric_control(mean_vae(), render[..., :40], mask[..., :40], path(width=40))
    with pytest.raises(ValueError, match="from 0.5 to 0.5 of the schedule"):
        geometric_control(mean_vae(), render, mask, path(), start=0.5, end=0.5)
    with pytest.raises(ValueError, match="references are 48x32, the trajectory 64x32"):
        stereo_control(mean_vae(), start_frame_reference(render[0], path()), path(width=64))
    with pytest.raises(ValueError, match="single key frame; the spatial-stereo memory needs at least 2"):
        stereo_control(mean_vae(), start_frame_reference(render[0], path()), path(1))
    with pytest.raises(ValueError, match="The latent has 3 key frames of 48x32, the rendered memory 4 key frames of 48x32"):
        geometric_inputs(geometric_control(mean_vae(), render, mask, path()), torch.zeros(1, 36, 3, 4, 6))
    with pytest.raises(ValueError, match="same trajectory"):
        stereo_inputs(stereo_control(mean_vae(), start_frame_reference(render[0], path()), path()), torch.zeros(1, 36, 3, 4, 6))
