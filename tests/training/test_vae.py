"""Training of the VAE: it starts from weights, and leaves the encoder alone in the end."""

import pytest
import torch

import tiny_weights
from worldstereo.training.vae import coder, psnr, train, write
from worldstereo.training.vae_network import shipped


@pytest.fixture
def pictures():
    generator = torch.Generator().manual_seed(0)
    small = torch.rand(2, 3, 6, 9, generator=generator) * 2 - 1
    return [*torch.nn.functional.interpolate(small, (130, 200), mode="bicubic").clamp(-1, 1)]


@pytest.mark.slow
def test_the_start_is_what_is_in_assets_and_goes_back_to_it(pictures):
    network = coder()
    for name, tensor in tiny_weights.read("vae").items():
        assert torch.allclose(shipped(network.eval())[name], tensor, rtol=1e-3, atol=2e-3), name
    assert psnr(network, pictures[0]) > 24


@pytest.mark.slow
def test_training_goes_on_and_then_leaves_the_encoder_alone(pictures, tmp_path):
    file = tmp_path / "state.pt"
    train(coder(), file, pictures, 0.03, 0.03)
    first = torch.load(file)
    last = train(coder(), file, pictures, 0.1, 0.03).state_dict()
    assert torch.load(file)["steps"] > first["steps"] > 0
    frozen = [name for name in last if name.startswith("vae.encoder") or "whiten" in name]
    moved = [name for name in last if name.startswith("vae.decoder")]
    again = torch.load(file)["coder"]
    assert all(torch.equal(again[name], first["coder"][name]) for name in frozen)
    assert any(not torch.equal(again[name], first["coder"][name]) for name in moved)


@pytest.mark.slow
def test_the_decoder_learns_from_latents_that_a_transformer_made(pictures, tmp_path):
    """Here latents of one picture that are off by a constant: the decoder takes it away."""
    network = coder()
    frames = torch.stack([picture[:, :128, :192] for picture in pictures])
    with torch.no_grad():
        latent = network.eval().encode(frames) + 0.3

        def error():
            return (network.eval().decode(latent) - frames).square().mean()

        before = error()
    made = latent.squeeze(2).transpose(0, 1)
    network.train()
    train(network, tmp_path / "state.pt", pictures, 0.25, 0, [(made[:, [0, 1]], frames)])
    with torch.no_grad():
        assert error() < 0.8 * before


@pytest.mark.slow
def test_all_that_is_used_is_kept(pictures, tmp_path):
    torch.manual_seed(0)
    network = coder().eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(1 + 0.3 * torch.rand_like(parameter))
    frames = torch.stack([picture[:, :128, :192] for picture in pictures])
    with torch.no_grad():
        latent, out = network.encode(frames), network.decode(network.encode(frames))
        write(network, tmp_path / "vae.safetensors", frames)
        again = coder(tmp_path / "vae.safetensors").eval()
        assert (again.encode(frames) - latent).std() < 0.05 * latent.std()
        assert (again.decode(again.encode(frames)) - out).std() < 0.05 * out.std()


@pytest.mark.slow
def test_eight_bits_cost_next_to_nothing(pictures, tmp_path):
    torch.manual_seed(0)
    network = coder()
    with torch.no_grad():  # off the steps of 8 bits
        for parameter in network.parameters():
            parameter.mul_(1 + 3e-2 * torch.rand_like(parameter))
    before = sum(psnr(network, picture) for picture in pictures)
    file = tmp_path / "vae.safetensors"
    frames = torch.stack([picture[:, :128, :192] for picture in pictures])
    write(network, file, frames)
    after = sum(psnr(coder(file), picture) for picture in pictures)
    assert after > before - 0.3
