"""WorldStereo-Nano: its start copies references, and its training goes on where it was stopped."""

from dataclasses import replace

import pytest
import torch
from torch.nn.functional import avg_pool2d

import make_tiny_model
import tiny_weights
from worldstereo.core.model.attention.attention import rotate
from worldstereo.core.model.attention.rope import reference_rope_table, rope_table
from worldstereo.core.model.checkpoint.load import load_transformer
from worldstereo.training import model as nano
from worldstereo.training.examples import example, latents
from worldstereo.training.load import load_model, ship
from worldstereo.training.train import hole_errors, loss_of, train, velocity

FRAMES, HEIGHT, WIDTH = 3, 32, 384  # the start is made for this width


def encode(frames):
    """A stand-in for the VAE: mean colours of 8x8 pixels, in 16 channels that tell them apart."""
    mix = torch.randn(16, 3, generator=torch.Generator().manual_seed(0))
    return torch.einsum("oc,fchw->ofhw", mix, avg_pool2d(frames, 8))[None]


def write_clip(file, seed):
    """A clip of smooth noise, in the form that the cache has."""
    generator = torch.Generator().manual_seed(seed)
    small = torch.rand(1, 3 * FRAMES, 4, 12, generator=generator)
    frames = torch.nn.functional.interpolate(small, (HEIGHT, WIDTH), mode="bicubic")[0].unflatten(
        0, (FRAMES, 3)
    )
    frames = (frames.clamp(0, 1) * 255).to(torch.uint8).permute(0, 2, 3, 1)
    mask = torch.zeros(FRAMES, HEIGHT, WIDTH, dtype=torch.bool)
    mask[1:, :, WIDTH // 2 :] = True
    render = torch.where(mask[..., None], 127, frames)
    w2c = torch.eye(4).repeat(FRAMES, 1, 1)
    w2c[:, 0, 3] = torch.arange(FRAMES) / 10
    K = torch.tensor([[300.0, 0, 192], [0, 300, 16], [0, 0, 1]]).repeat(FRAMES, 1, 1)
    torch.save(
        {
            "truth": frames,
            "render": render,
            "mask": mask,
            "w2c": w2c,
            "K": K,
            "references": frames[1:],
            "ref_w2c": w2c[1:],
            "ref_index": (0, 1),
        },
        file,
    )


@pytest.fixture
def clips(tmp_path):
    folder = tmp_path / "clips"
    folder.mkdir()
    for seed in range(8):
        write_clip(folder / f"{seed:07}.pt", seed)
    return folder


def test_the_constant_query_meets_its_key_at_the_same_place_of_the_reference():
    rows, columns, frames = 4, nano.COLUMNS, 3
    query, key = (
        constant.expand(1, -1, -1)
        for constant in (each.expand(frames * rows * columns, -1) for each in nano.constant_pair())
    )
    places = range(frames), range(rows), range(columns)
    q = rotate(query, rope_table(nano.HEAD_DIM, *places), 1)[0]
    references = rotate(key, reference_rope_table(nano.HEAD_DIM, (-1, 0, 1), rows, columns), 1)[0]
    video = rotate(key, rope_table(nano.HEAD_DIM, *places), 1)[0]
    scores = q @ torch.cat([references, video]).T
    assert torch.equal(scores.argmax(1), torch.arange(frames * rows * columns))


def test_a_model_of_another_width_looks_at_the_same_place_of_the_new_width(monkeypatch, whole_attention):
    monkeypatch.setattr(nano, "COLUMNS", 12)
    model = nano.start_model()
    monkeypatch.undo()
    nano.widen(model, 12)
    for name, parameter in nano.start_model().named_parameters():
        if "attn1.to_k.bias" in name:  # the weights there are next to nothing
            torch.testing.assert_close(dict(model.named_parameters())[name], parameter)


@pytest.mark.slow
def test_the_start_fills_holes_better_with_the_true_frames_as_references(clips, tmp_path, whole_attention):
    held = [latents(file, tmp_path, encode) for file in sorted(clips.glob("*.pt"))[:2]]
    known, filled, bare = hole_errors(nano.start_model(), held, "same", "rendered")
    assert known < filled < 0.95 * bare


@pytest.mark.slow
def test_all_that_is_trained_gets_a_gradient(clips, tmp_path, whole_attention):
    model = nano.start_model()
    loss_of(
        model, example(latents(clips / "0000000.pt", tmp_path, encode), "retrieved", "rendered")
    ).backward()
    trained = {
        name: parameter.grad for name, parameter in model.named_parameters() if parameter.requires_grad
    }
    assert any("camera_embedding" in name for name in trained)
    silent = {name for name, gradient in trained.items() if gradient is None or not gradient.abs().max() > 0}
    # the last control layer's output starts as a copy, through a layer norm that constants keep steady
    assert not silent, silent


def test_latents_are_made_once(clips, tmp_path):
    first = latents(clips / "0000003.pt", tmp_path, encode)
    again = latents(clips / "0000003.pt", tmp_path, lambda frames: pytest.fail("encoded twice"))
    assert torch.equal(first["clean"], again["clean"]) and torch.equal(first["cut_mask"], again["cut_mask"])
    assert first["clean"].shape == (1, 16, FRAMES, HEIGHT // 8, WIDTH // 8) and not first["cut_mask"][0].any()


@pytest.mark.slow
def test_training_goes_on_where_it_was_stopped(clips, tmp_path, whole_attention, capsys):
    run = tmp_path / "run"
    train(nano.start_model(), run, clips, encode, minutes=0.03)
    before = torch.load(run / "state.pt")
    train(nano.start_model(), run, clips, encode, minutes=0.03)
    after = torch.load(run / "state.pt")
    assert after["steps"] > before["steps"] > 0
    assert "0 steps, stage 1" in capsys.readouterr().out
    moved = after["optimizer"]["state"][0]["step"] - before["optimizer"]["state"][0]["step"]
    assert moved == after["steps"] - before["steps"]


def test_key_frames_at_other_times_are_those_of_a_longer_clip_and_then_as_before():
    places = range(2), range(nano.COLUMNS)
    long = rope_table(nano.HEAD_DIM, range(6), *places)[0].unflatten(0, (6, -1))
    with nano.key_frames_at([0, 2, 5]):
        video = nano.transformer.rope_table(nano.HEAD_DIM, range(3), *places)[0].unflatten(0, (3, -1))
        reference = nano.transformer.reference_rope_table(nano.HEAD_DIM, (1,), 2, nano.COLUMNS)[0]
    assert torch.equal(video, long[[0, 2, 5]])
    assert torch.equal(reference, reference_rope_table(nano.HEAD_DIM, (4,), 2, nano.COLUMNS)[0])
    assert nano.transformer.rope_table is nano.control_branch.rope_table is rope_table


@pytest.mark.slow
def test_the_files_of_the_demo_compute_what_was_trained(clips, tmp_path, whole_attention):
    given = example(latents(clips / "0000001.pt", tmp_path, encode), "retrieved", "rendered")
    noisy, sigma = (
        torch.randn(given.clean.shape, generator=torch.Generator().manual_seed(0)),
        torch.tensor([0.8]),
    )
    with torch.no_grad():
        # before load_model, which leaves prompts out
        stored, _ = load_transformer(make_tiny_model.write_model(tmp_path, trained=True), torch.float32)
        of_files = velocity(stored, replace(given, text=torch.randn(1, 512, 4096)), noisy, sigma)
        trained = velocity(load_model(tiny_weights.ASSET), given, noisy, sigma)
    assert (of_files - trained).norm() < 0.02 * trained.norm()  # the files are in bfloat16


@pytest.mark.slow
def test_what_is_shipped_is_the_trained_model_in_8_bits(clips, tmp_path, whole_attention):
    run, file = tmp_path / "run", tmp_path / "nano.safetensors"
    train(nano.start_model(), run, clips, encode, minutes=0.01)
    ship(run / "state.pt", tiny_weights.ASSET, file)
    trained, shipped, start = (dict(load_model(f).named_parameters()) for f in (run / "state.pt", file, None))
    for name, weight in trained.items():
        step = weight.abs().max() / 127
        assert (weight - shipped[name]).abs().max() <= 0.51 * step + 0.01 * weight.abs().max(), name
    assert any(not torch.equal(shipped[name], start[name]) for name in start)
    assert file.stat().st_size < 9e6
