"""Partial loading without an accelerator: fake tensors on the "meta" device raise whenever two devices
meet."""


from collections import Counter

import pytest
import torch

from partial_loading import ACCELERATOR, Moves, run_at_budget


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


def scale_weights(view):
    from worldstereo.nodes.bridge.layers import ScaledLinear

    for layer in view.net.blocks.modules():
        if isinstance(layer, torch.nn.Linear):
            layer.weight = torch.nn.Parameter(layer.weight.to(torch.float8_e4m3fn), requires_grad=False)
            layer.scale_weight = torch.nn.Parameter(torch.ones(()), requires_grad=False)
            layer.__class__ = ScaledLinear


def keep_no_casts(view):
    for layer in view.net.modules():
        if hasattr(layer, "casts"):
            layer.casts = []


def moves_of(portions, *changes):
    """The moves of a forward with all weights outside, and how often the layers of a shape may be moved."""
    moves, layers = Moves(), Counter()

    def change(view):
        for change in changes:
            change(view)
        layers.update(tuple(layer.weight.shape) for layer in view.net.blocks.modules()
                      if isinstance(layer, torch.nn.Linear))

    run_at_budget(True, 1e-9, change, portions, moves)
    return moves, layers


FEED_FORWARD = [(64, 48), (48, 64)]  # shapes that only the layers of the blocks have


@pytest.mark.parametrize("portions", [1, 2, 5])
@pytest.mark.parametrize("changes", [[], [scale_weights]], ids=["plain", "scaled"])
def test_each_weight_is_moved_once_in_a_forward(comfy, portions, changes):
    moves, layers = moves_of(portions, *changes)
    for shape in FEED_FORWARD:
        assert moves.shapes.count(shape) == layers[shape] == 3
    others = (48, 48)
    assert layers[others] == 3 * 10
    outside_the_blocks = moves.shapes.count(others) - layers[others]
    assert outside_the_blocks == 5
    moves, _ = moves_of(portions, *changes, keep_no_casts)
    assert moves.shapes.count(FEED_FORWARD[0]) == 2 * portions * 3


@pytest.mark.parametrize("changes", [[], [scale_weights]], ids=["plain", "scaled"])
def test_no_weight_is_waited_for(comfy, changes):
    moves, _ = moves_of(2, *changes)
    weights = {shape for shape in moves.shapes if shape}
    assert moves.shapes.count(()) >= 30 * len(changes) and len(weights) > 10
    print(moves.waiting)
    assert not moves.waiting
