"""The tiny model and VAE, and the two layouts of the Wan VAE."""

import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

import make_tiny_model
from vae_names import vae_state_to_diffusers, vae_state_to_original
from worldstereo.core.model.checkpoint.describe import describe
from worldstereo.core.model.checkpoint.load import load_transformer
from worldstereo.core.model.control_values import GeometricControl, StereoControl


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    for variant in make_tiny_model.VARIANTS:
        make_tiny_model.write_model(folder, variant)
    make_tiny_model.write_vae(folder)
    return folder


@pytest.fixture(scope="module")
def vae_file(models):
    return models / "vae" / "worldstereo-nano-vae.safetensors"


@pytest.fixture(scope="module")
def diffusers_vae(vae_file):
    from diffusers import AutoencoderKLWan

    vae = AutoencoderKLWan(base_dim=make_tiny_model.VAE_DIM).eval()
    vae.load_state_dict(vae_state_to_diffusers(load_file(vae_file)))
    return vae


@pytest.fixture(scope="module")
def comfy_vae(comfy, vae_file):
    import comfy.sd
    import comfy.utils

    return comfy.sd.VAE(sd=comfy.utils.load_torch_file(str(vae_file)))


def test_the_command_writes_the_same_bytes_again_and_says_untrained(models, tmp_path):
    done = subprocess.run([sys.executable, make_tiny_model.__file__, "--models", tmp_path, "--untrained"],
                          capture_output=True, text=True, check=True)
    assert "ntrained" in done.stdout
    written = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert [str(path) for path in written] == [
        "diffusion_models/worldstereo-nano/config.json",
        "diffusion_models/worldstereo-nano/model.safetensors",
        "vae/worldstereo-nano-vae.safetensors"]
    for path in written:
        assert (tmp_path / path).read_bytes() == (models / path).read_bytes()
    assert sum((tmp_path / path).stat().st_size for path in written) < 30e6


@pytest.mark.parametrize("variant, folder", [("memory-dmd", "worldstereo-nano"),
                                             ("memory", "worldstereo-tiny-memory"),
                                             ("camera", "worldstereo-tiny-camera")])
def test_each_variant_is_recognised_and_all_its_weights_are_random(models, variant, folder):
    file = models / "diffusion_models" / folder / "model.safetensors"
    assert describe(file).variant == variant
    assert "Untrained" in safe_open(file, "pt").metadata()["note"]
    constant = [name for name, tensor in load_file(file).items() if tensor.float().std() < 1e-3]
    assert not constant


def test_every_input_of_the_tiny_model_changes_its_output(models):
    net = load_transformer(models / "diffusion_models" / "worldstereo-nano", torch.float32)[0]
    g = torch.Generator().manual_seed(0)
    f, h, w = 3, 4, 6
    inputs = dict(
        hidden_states=torch.randn(1, 36, f, h, w, generator=g), timestep=torch.tensor([800.0]),
        encoder_hidden_states=torch.randn(1, 512, 4096, generator=g),
        encoder_hidden_states_image=torch.randn(1, 257, 1280, generator=g),
        geometric=GeometricControl(torch.randn(1, 16, f, h, w, generator=g),
                                   torch.rand(1, 1, f, 8 * h, 8 * w, generator=g).round(),
                                   torch.randn(1, 6, f, 8 * h, 8 * w, generator=g)),
        stereo=StereoControl(torch.randn(1, 36, 2, h, w, generator=g), (0, 1),
                             torch.randn(1, f, 7, generator=g), torch.randn(1, 2, 7, generator=g)))

    with torch.no_grad():
        whole = net(**inputs)
        assert whole.isfinite().all() and 0.3 < whole.std() < 3
        for name, value in inputs.items():
            for other in changes_of(value):
                assert (net(**{**inputs, name: other}) - whole).abs().max() > 1e-3, (name, other)


def changes_of(value):
    """Other values of an input; of a memory one for each of its tensors."""
    if torch.is_tensor(value):
        return [0.5 * value.flip(-1)]
    return [replace(value, **{name: 0.5 * tensor.flip(-1)}) for name, tensor in vars(value).items()
            if torch.is_tensor(tensor)]


def test_vae_names_agree_with_comfyui_and_go_both_ways(comfy_vae, diffusers_vae):
    stock, ours = comfy_vae.first_stage_model.state_dict(), diffusers_vae.state_dict()
    renamed = vae_state_to_original(ours)
    assert {name: tensor.shape for name, tensor in renamed.items()} == {n: tensor.shape for n,
                                                                        tensor in stock.items()}
    back = vae_state_to_diffusers(renamed)
    assert list(back) == list(ours) and all(back[name] is ours[name] for name in ours)


def test_vae_names_refuse_a_foreign_tensor():
    for rename in (vae_state_to_original, vae_state_to_diffusers):
        with pytest.raises(ValueError,
                           match="first_stage_model.conv.weight does not belong to a Wan 2.1 VAE"):
            rename({"first_stage_model.conv.weight": torch.zeros(1)})


def test_the_stock_vae_computes_what_diffusers_computes(comfy_vae, diffusers_vae):
    image = torch.rand(5, 32, 48, 3, generator=torch.Generator().manual_seed(1))
    latent = comfy_vae.encode(image)
    clip = (image * 2 - 1).permute(3, 0, 1, 2)[None]
    with torch.no_grad():
        expected = diffusers_vae.encode(clip).latent_dist.mode()
        decoded = diffusers_vae.decode(expected).sample[0].permute(1, 2, 3, 0)
    assert latent.shape == expected.shape == (1, 16, 2, 4, 6)
    torch.testing.assert_close(latent, expected, atol=2e-5, rtol=0)
    torch.testing.assert_close(comfy_vae.decode(latent)[0] * 2 - 1, decoded, atol=5e-5, rtol=0)


def test_the_tiny_vae_keeps_latents_and_pictures_in_range(diffusers_vae):
    g = torch.Generator().manual_seed(2)
    mean, std = (torch.tensor(values).view(1, 16, 1, 1, 1) for values in
                 (diffusers_vae.config.latents_mean, diffusers_vae.config.latents_std))
    with torch.no_grad():
        picture = diffusers_vae.decode(torch.randn(1, 16, 1, 16, 16, generator=g) * std + mean).sample
        latent = diffusers_vae.encode(torch.rand(1, 3, 1, 128, 128, generator=g) * 2 - 1).latent_dist.mode()
    assert 0.1 < picture.std() < 1 and (picture.abs() == 1).float().mean() < 0.2  # diffusers clips to -1..1
    assert 0.2 < ((latent - mean) / std).std() < 3
