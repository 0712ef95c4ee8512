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
    """How often a forward with all weights outside moves each parameter {name: times}, and which it waits
    for."""
    moves, parameters = Moves(), {}

    def change(view):
        for change in changes:
            change(view)
        parameters.update({id(parameter): name for name, parameter in view.net.named_parameters()})

    run_at_budget(True, 1e-9, change, portions, moves)
    times = Counter(parameters[id(tensor)] for tensor in moves.moved if id(tensor) in parameters)
    return times, [parameters[id(tensor)] for tensor in moves.waited_for if id(tensor) in parameters]


SCALED = pytest.mark.parametrize("changes", [[], [scale_weights]], ids=["plain", "scaled"])


@SCALED
@pytest.mark.parametrize("portions", [1, 2, 5])
def test_a_matrix_is_moved_once_in_a_forward_and_nothing_is_waited_for(comfy, portions, changes):
    times, waited_for = moves_of(portions, *changes)
    of_blocks = {name: count for name, count in times.items() if name.startswith("blocks.")
                 and ".norm" not in name and "scale_shift" not in name}
    assert len(of_blocks) == 3 * 12 * (3 if changes else 2)  # layers, matrices, weight and bias (and scale)
    assert set(of_blocks.values()) == {1} and waited_for == []


def test_the_count_sees_a_second_move(comfy):
    times, _ = moves_of(2, keep_no_casts)
    assert times["blocks.1.ffn.net.2.weight"] == 4
