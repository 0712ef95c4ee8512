"""Key-frame coding, over a small Wan VAE of diffusers with random weights."""
import pytest
import torch

from worldstereo.core.sampling.key_frame_vae import (
    WAN_MEAN,
    WAN_STD,
    decode_key_frames,
    decode_raw,
    denormalise,
    diffusers_vae,
    encode_clip,
    encode_condition,
    encode_key_frames,
    normalise,
)


@pytest.fixture(scope="module")
def vae():
    from diffusers import AutoencoderKLWan

    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = AutoencoderKLWan(base_dim=2, z_dim=16, dim_mult=[1, 1, 2, 2], num_res_blocks=1, attn_scales=[],
                               temperal_downsample=[False, True, True], latents_mean=WAN_MEAN,
                               latents_std=WAN_STD)
    return diffusers_vae(net.eval())


@pytest.fixture(scope="module")
def frames():
    return torch.rand(3, 3, 32, 48, generator=torch.Generator().manual_seed(1)) * 2 - 1


def test_frames_do_not_see_each_other(vae, frames):
    latent = encode_key_frames(vae, frames)
    assert latent.shape == (1, 16, 3, 4, 6)
    torch.testing.assert_close(encode_key_frames(vae, frames.flip(0)), latent.flip(2))
    pictures = decode_key_frames(vae, latent)
    assert pictures.shape == frames.shape and pictures.abs().max() <= 1
    torch.testing.assert_close(decode_key_frames(vae, latent[:, :, 1:2]), pictures[1:2])


def test_a_clip_of_one_is_a_key_frame_and_longer_ones_are_not(vae, frames):
    torch.testing.assert_close(encode_clip(vae, frames[:1]), encode_key_frames(vae, frames[:1]))
    assert encode_clip(vae, torch.cat([frames, frames[:2]])).shape == (1, 16, 2, 4, 6)


def test_normalisation_round_trip(vae):
    raw = torch.randn(1, 16, 2, 3, 4)
    torch.testing.assert_close(denormalise(vae, normalise(vae, raw)), raw)
    middle = torch.tensor(WAN_MEAN).view(1, 16, 1, 1, 1)
    torch.testing.assert_close(normalise(vae, middle), torch.zeros_like(middle))


@pytest.mark.parametrize("mode", ["full_vae", "first_frame_only"])
def test_condition(vae, frames, mode):
    condition = encode_condition(vae, frames[0], 4, mode)
    mask, latent = condition.split([4, 16], dim=1)
    assert condition.shape == (1, 20, 4, 4, 6)
    assert bool((mask[:, :, 0] == 1).all()) and not mask[:, :, 1:].any()
    torch.testing.assert_close(latent[:, :, :1], encode_key_frames(vae, frames[:1]))
    grey = encode_key_frames(vae, torch.zeros(1, 3, 32, 48))
    alone = [torch.allclose(latent[:, :, i:i + 1], grey, atol=1e-5) for i in range(1, 4)]
    assert alone == [mode == "first_frame_only"] * 3
    assert encode_condition(vae, frames[0], 1, mode).shape == (1, 20, 1, 4, 6)


def test_every_frame_is_reported(vae, frames):
    seen, decoded = [], []
    latent = encode_key_frames(vae, frames, seen.append)
    assert seen == [1, 2, 3]
    clip = decode_key_frames(vae, latent, lambda *done: decoded.append(done))
    assert [number for number, _ in decoded] == [1, 2, 3]
    assert torch.equal(torch.cat([frame for _, frame in decoded], dim=2)[0].transpose(0, 1), clip)


@pytest.mark.parametrize("call, complaint", [
    (lambda vae: encode_key_frames(vae, torch.zeros(1, 3, 30, 48)), "48x30 pixels"),
    (lambda vae: encode_key_frames(vae, torch.zeros(1, 4, 32, 48)), "three channels"),
    (lambda vae: decode_key_frames(vae, torch.zeros(1, 4, 1, 4, 6)), "shape"),
    (lambda vae: encode_condition(vae, torch.zeros(3, 32, 48), 2, "half_vae"),
     "'half_vae', expected one of full_vae"),
    (lambda vae: encode_condition(vae, torch.zeros(3, 32, 48), 0), "0 key frames")])
def test_what_is_wrong_is_said(vae, call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call(vae)


@pytest.mark.parametrize("shape", [(1, 16, 4, 6), (16, 1, 4, 6), (1, 16, 0, 4, 6), (1, 48, 1, 4, 6)])
def test_a_latent_of_another_kind_is_refused(comfy, vae, shape):
    from worldstereo.nodes.sampling import DecodeKeyFrames
    latent = torch.zeros(shape)
    with pytest.raises(ValueError, match=r"The latent has the shape .*expected \[B,16,F,h,w\]"):
        decode_raw(vae, latent)
    # the sockets of all nodes refuse an empty one
    complaint = "The latent has the shape" if latent.numel() else "is empty: its samples have the shape"
    with pytest.raises(ValueError, match=complaint):
        DecodeKeyFrames().decode(None, {"samples": latent})
