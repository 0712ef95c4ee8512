"""Partial loading without an accelerator: fake tensors on the "meta" device raise whenever two devices
meet."""


import pytest
import torch

from partial_loading import ACCELERATOR, run_at_budget


@pytest.fixture(autouse=True)
def no_gradients():
    with torch.no_grad():
        yield


@pytest.mark.parametrize("memory", [False, True], ids=["camera", "memory"])
@pytest.mark.parametrize("budget", [10, 0.9, 0.5, 0.01])
def test_runs_at_every_budget(comfy, memory, budget):
    device, loaded = run_at_budget(memory, budget)
    assert device == ACCELERATOR
    assert loaded == pytest.approx(1, abs=0.05) if budget == 10 else loaded < 1


def forget_loose_parameters(view):
    view.loose = ()


def undo_one_layer(view):
    view.net.blocks[1].attn1.to_k.__class__ = torch.nn.Linear
    del view.net.blocks[1].attn1.to_k.weight_function


@pytest.mark.parametrize("break_it", [forget_loose_parameters, undo_one_layer])
def test_the_check_sees_a_missing_fix(comfy, break_it):
    with pytest.raises(Exception, match="(?i)device"):
        run_at_budget(True, 0.01, break_it)
