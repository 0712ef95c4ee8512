"""What each memory does, on a slice of benchmarks/quality.py with the weights in assets/: the claim of the
method must hold, far below what was measured."""

import pytest
import torch

from worldstereo.training.cache import texture_pool
from worldstereo.training.load import load_model, load_vae

ROWS = "render", "no memory", "geometric only", "stereo only", "both", "references of another scene"


@pytest.fixture(scope="module")
def figures(root, whole_attention):
    with pytest.MonkeyPatch.context() as patch, torch.no_grad():
        patch.syspath_prepend(str(root / "benchmarks"))
        import quality

        cases = quality.make_cases(texture_pool(None), 4, (5, 128, 384))
        model, vae = load_model(quality.NANO), load_vae(quality.NANO)
        results = quality.measure(model, vae, cases, list(ROWS), 1, slow_too=False)
        return {
            row: {column: float(torch.tensor(values).nanmean()) for column, values in of_row.items()}
            for row, of_row in results.items()
        }


@pytest.mark.slow
def test_both_memories_beat_either_and_either_beats_none(figures):
    none, geometric, stereo, both = (figures[row]["PSNR"] for row in ROWS[1:5])
    print({row: round(of_row["PSNR"], 2) for row, of_row in figures.items()})
    assert none + 1 < min(geometric, stereo) and max(geometric, stereo) + 0.7 < both


@pytest.mark.slow
def test_references_fill_the_holes_that_they_show(figures):
    both, geometric, render = (figures[row]["holes seen"] for row in ("both", "geometric only", "render"))
    assert both > geometric + 2 and both > render + 4
    assert figures["references of another scene"]["holes seen"] < both - 3


@pytest.mark.slow
def test_the_render_sets_the_camera(figures):
    none, both = figures["no memory"], figures["both"]
    assert 3 * both["rotation"] < none["rotation"] and 3 * both["translation"] < none["translation"]
    assert both["covered"] > none["covered"] + 3
