"""Apply Spatial-Stereo Memory with every receptive field, sampled by the stock KSampler."""

import pytest
import torch

import tiny
from memory_scene import mean_vae
from native_model import by_library, conditioning, ksample, model_of
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.memory.stereo.references import References

FIELDS = ["full", "paired (experimental)", "correspondence (experimental)"]


def path():
    w2c = torch.eye(4).repeat(tiny.FRAMES, 1, 1)
    w2c[:, 0, 3] = -0.1 * torch.arange(tiny.FRAMES)
    K = torch.tensor([[80.0, 0, 48], [0, 80, 32], [0, 0, 1]]).repeat(tiny.FRAMES, 1, 1)
    return Trajectory(w2c, K, tiny.WIDTH, tiny.HEIGHT)


def wall():
    y, x = torch.meshgrid(torch.linspace(-1, 1, 300), torch.linspace(-1, 1, 300), indexing="ij")
    points = torch.stack([x, y, torch.ones_like(x)], -1).view(-1, 3)
    return PointCloud(points, torch.zeros_like(points), torch.eye(4), "scene units")


@pytest.fixture
def apply(comfy, monkeypatch):
    """The node with an empty memory model and the simplest VAE -> MODEL."""
    from worldstereo.nodes import bridge
    from worldstereo.nodes.stereo_memory import ApplyStereoMemory

    clip = path()
    monkeypatch.setattr(bridge, "key_frame_vae", lambda vae: mean_vae())
    frames = torch.rand(2, 3, tiny.HEIGHT, tiny.WIDTH, generator=torch.Generator().manual_seed(1)) * 2 - 1
    references = References(frames, clip.w2c[:2], clip.K[:2], (0, 1))

    def apply(model=None, **widgets):
        model = model or model_of("memory", comfy)
        return ApplyStereoMemory().apply(model, None, clip, references=references, **widgets)[0]
    return apply


@pytest.mark.slow
def test_every_field_gives_the_librarys_latent(apply):
    import comfy.samplers

    positive, negative = conditioning()
    plain = ksample(apply(), positive, negative)
    latents = []
    for field in FIELDS:
        model = apply(receptive_field=field, point_cloud=wall(), window=1)
        sigmas = comfy.samplers.calculate_sigmas(model.get_model_object("model_sampling"), "simple", 3)
        latents.append(ksample(model, positive, negative))
        model.model_options["transformer_options"].setdefault("worldstereo_geometric", None)
        assert (latents[-1] - by_library(model, positive, negative, sigmas, 3.0)).abs().max() <= 1e-4
    assert torch.equal(latents[0], plain)  # what the node does when nothing is chosen
    assert min((latents[i] - latents[j]).abs().max() for i, j in ((0, 1), (0, 2), (1, 2))) > 1e-3


def test_correspondence_without_a_cloud_is_said(apply):
    with pytest.raises(ValueError, match="needs the point cloud: connect the global-geometric memory"):
        apply(receptive_field=FIELDS[2])


def test_correspondence_on_a_device_without_kernels_is_said_before_anything_is_rendered(apply, comfy):
    model = model_of("memory", comfy).clone()
    model.load_device = torch.device("mps")
    with pytest.raises(ValueError, match="no attention kernel for it on 'mps'.*choose 'paired' or 'full'"):
        apply(model, receptive_field=FIELDS[2], point_cloud=wall())
    assert apply(model, receptive_field=FIELDS[1])


def test_even_windows_are_said(apply):
    with pytest.raises(ValueError, match="window is 4 tokens wide; expected an odd number"):
        apply(receptive_field=FIELDS[2], point_cloud=wall(), window=4)
