"""WorldStereo-Nano: what the repository keeps of it, and that it makes pictures out of its conditioning."""

import math

import pytest
import torch
from diffusers import AutoencoderKLWan
from safetensors import safe_open
from safetensors.torch import load_file

import make_tiny_model
import tiny_weights
from motorcycle import motorcycle
from vae_names import vae_state_to_diffusers
from worldstereo.core.model.checkpoint.describe import describe
from worldstereo.core.model.checkpoint.load import load_transformer
from worldstereo.core.pictures import to_frames
from worldstereo.core.planning.presets.moves import orbit, start_from
from worldstereo.core.sampling.controls import geometric_control, stereo_control
from worldstereo.core.sampling.key_frame_vae import (
    decode_key_frames,
    diffusers_vae,
    encode_condition,
    encode_key_frames,
)
from worldstereo.core.sampling.pipeline import initial_noise, sample_key_frames
from worldstereo.core.sampling.schedule import few_step_sigmas
from worldstereo.core.sampling.single_image import single_image_memories

FRAMES, HEIGHT, WIDTH = 3, 256, 384
COPIES, FILLED = 20.0, 0.15


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    make_tiny_model.write_model(folder, trained=True)
    make_tiny_model.write_vae(folder, trained=True)
    return folder


@pytest.fixture(scope="module")
def vae(models):
    network = AutoencoderKLWan(base_dim=make_tiny_model.TRAINED_VAE_DIM).eval()
    network.load_state_dict(vae_state_to_diffusers(
        load_file(models / "vae" / "worldstereo-nano-vae.safetensors")))
    return diffusers_vae(network.float())


@pytest.fixture(scope="module")
def sampled(models, vae):
    """render, mask and sampled key frames of the motorcycle, which was not trained on; another seed;
    no memory."""
    scene = motorcycle()
    trajectory = start_from(scene.depth, orbit(FRAMES, float(scene.depth.median), 15.0), WIDTH, HEIGHT)
    single = single_image_memories(to_frames(scene.left[None])[0], scene.depth, trajectory, 0.016)
    geometric = geometric_control(vae, single.render, single.mask, trajectory)
    stereo = stereo_control(vae, single.references, trajectory)
    condition = encode_condition(vae, single.render[0], FRAMES)
    net = load_transformer(models / "diffusion_models" / "worldstereo-nano", torch.float32)[0]

    def key_frames(seed, geometric):
        noise = initial_noise(FRAMES, HEIGHT, WIDTH, torch.Generator().manual_seed(seed))
        latent = sample_key_frames(net, few_step_sigmas(4), noise, condition, torch.zeros(1, 512, 4096), None,
                                   geometric, stereo)
        return decode_key_frames(vae, latent)

    return single.render, single.mask, key_frames(0, geometric), key_frames(1, geometric), key_frames(0, None)


def decibels(a, b, where=None):
    error = (a - b).square()
    return 10 * math.log10(4 / (error if where is None else error[where.expand_as(error)]).mean().item())


def test_what_the_repository_keeps_is_small_and_says_what_it_is():
    assert tiny_weights.ASSET.stat().st_size < 8e6
    assert "not WorldStereo's quality" in safe_open(tiny_weights.ASSET, "pt").metadata()["note"]


def test_the_files_are_the_same_again_and_say_what_they_are(models, tmp_path):
    for path in (make_tiny_model.write_model(tmp_path, trained=True) / "model.safetensors",
                 make_tiny_model.write_vae(tmp_path, trained=True)):
        assert path.read_bytes() == (models / path.relative_to(tmp_path)).read_bytes()
        assert "not WorldStereo's quality" in safe_open(path, "pt").metadata()["note"]
    assert describe(models / "diffusion_models" / "worldstereo-nano"
                    / "model.safetensors").variant == "memory-dmd"
    with pytest.raises(ValueError, match="Only memory-dmd was trained, not camera"):
        make_tiny_model.write_model(tmp_path, "camera", trained=True)


def test_key_frames_copy_their_render_whatever_the_noise(sampled):
    render, mask, first, second, unguided = sampled
    known = mask[:, None] < 0.5
    assert decibels(first, render, known) > COPIES
    assert decibels(first, second, known) > COPIES
    assert decibels(unguided, render, known) < COPIES - 6  # without the memory there is nothing to copy


def test_holes_are_filled_with_more_than_grey(sampled):
    render, mask, first, *_ = sampled
    holes = (mask[:, None] > 0.5).expand_as(render)
    assert render[holes].abs().max() == 0
    assert first[holes].abs().mean() > FILLED


def test_stock_vae_decodes_a_clip_of_key_frames_as_four_equal_pictures_each(vae):
    frames = to_frames(motorcycle().left[None, :64, :96])[[0, 0, 0]] * torch.tensor([1.0, 0.5, -0.5]).view(
        3, 1, 1, 1)
    latent = encode_key_frames(vae, frames)
    raw = latent * latent.new_tensor(vae.std).view(1, -1, 1, 1,
                                                   1) + latent.new_tensor(vae.mean).view(1, -1, 1, 1, 1)
    clip = vae.decode(raw)[0].transpose(0, 1)
    expected = decode_key_frames(vae, latent)[[0, 1, 1, 2, 2]]
    torch.testing.assert_close(clip[[0, 1, 4, 5, 8]], expected, atol=1e-4, rtol=0)
