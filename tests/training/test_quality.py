"""The benchmark of the memories: its measures are right on true pictures, and it runs."""

import math

import pytest
import torch

import tiny_weights
from worldstereo.training.load import load_model, load_vae
from worldstereo.training.scenes.textures import make_textures


@pytest.fixture(scope="module")
def quality(root):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(root / "benchmarks"))
        import quality

        yield quality


@pytest.fixture(scope="module")
def textures():
    photographs = [
        torch.rand(3, 60, 80, generator=torch.Generator().manual_seed(i)) * 2 - 1 for i in range(3)
    ]
    return make_textures(photographs, 12, 0)


@pytest.fixture(scope="module")
def cases(quality, textures):
    return quality.make_cases(textures, 2)


@pytest.mark.slow
def test_the_alignment_recovers_poses_that_are_known(quality, textures, cases):
    for turned, moved, turn_error, move_error in quality.aligned_truth(textures, cases):
        assert turn_error < 0.2 * turned and move_error < 0.2 * moved


@pytest.mark.slow
def test_a_path_in_another_order_is_an_error_of_the_camera(quality, cases):
    truth = cases[0].clip.truth
    right = quality.scores(cases[0], truth.frames)
    wrong = quality.scores(cases[0], truth.frames[[0, 4, 3, 2, 1]])
    assert right["rotation"] < 0.01 and right["translation"] < 0.05 and right["SSIM"] > 0.999
    assert wrong["rotation"] + wrong["translation"] > 20 * (right["rotation"] + right["translation"])


@pytest.mark.slow
def test_a_frame_shows_what_it_shows_itself_and_no_sky(quality, cases):
    view = cases[0].clip.truth
    shown, pixels = quality.shown_by(view.trajectory, view.depth, view.trajectory, view.depth, 2)
    known = view.depth[2] > 0
    assert torch.equal(shown[2], known)
    column, row = torch.meshgrid(torch.arange(384) + 0.5, torch.arange(256) + 0.5, indexing="xy")
    assert torch.allclose(pixels[2][known], torch.stack([column, row], -1)[known], atol=1e-2)
    assert shown[0].float().mean() < 1  # the path moves


@pytest.mark.slow
def test_the_table_has_a_figure_for_every_measure(quality, cases, whole_attention):
    model, vae = load_model(None), load_vae(tiny_weights.ASSET)
    with torch.no_grad():
        results = quality.measure(model, vae, cases[:1], ["render", "both"], 1)
    render, both = (results[name] for name in ("render", "both"))
    assert both["PSNR"][0] > 8 and both["covered"][0] > both["PSNR"][0] - 1
    assert render["covered"][0] > both["covered"][0]  # the start is no better than what it copies
    assert all(math.isnan(value) for value in render["agree"])
    text = quality.table(results, 1, 1).markdown()
    assert "| both |" in text and "| render |" in text
