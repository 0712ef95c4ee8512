"""torch.compile of the blocks: never needed, equal within tolerance, one graph each, few recompiles.

The stock node, which compiles the whole model inside ComfyUI, is in tests/nodes/test_model.py.
"""

import os

import pytest
import torch
from torch._dynamo.testing import CompileCounterWithBackend

import tiny
from tiny import inputs
from worldstereo.core.model.attention.attention import rotate, rotate_pairs
from worldstereo.core.model.attention.rope import rope_table
from worldstereo.core.model.control_values import StereoControl, reference_input

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def no_gradients():
    torch._dynamo.reset()
    with torch.no_grad():
        yield
    torch._dynamo.reset()


def block_inputs(net):
    """What the second block is called with."""
    seen = []
    handle = net.blocks[1].register_forward_pre_hook(lambda module, args: seen.append(args))
    net(**inputs(net.memory))
    handle.remove()
    return seen[0]


def references(count: int) -> StereoControl:
    g = torch.Generator().manual_seed(count)
    return StereoControl(reference_input(torch.randn(1, 16, count, *tiny.LATENT[3:], generator=g)),
                         tuple(i % 2 for i in range(count)), torch.randn(1, tiny.FRAMES, 7, generator=g),
                         torch.randn(1, count, 7, generator=g))


@pytest.mark.parametrize("memory", [False, True], ids=["camera", "memory"])
def test_compiled_block_is_one_graph_with_the_same_results(memory):
    net = tiny.transformer(memory)
    given = block_inputs(net)
    compiled = torch.compile(net.blocks[1], backend="aot_eager", fullgraph=True)
    for got, expected in zip(compiled(*given), net.blocks[1](*given)):
        assert got is expected is None or (got - expected).abs().max() < 1e-5


def test_compiled_with_kernels_of_its_own():
    """On a GPU with Triton's, elsewhere with C++, where a compiler takes half a minute for them."""
    if not torch.cuda.is_available() and not os.environ.get("WORLDSTEREO_INDUCTOR"):
        pytest.skip("no GPU; WORLDSTEREO_INDUCTOR=1 compiles for the CPU, which needs g++ and half a minute")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    net = tiny.transformer(memory=True)
    given, block = block_inputs(net), net.blocks[1].to(device)
    given = torch.utils._pytree.tree_map_only(torch.Tensor, lambda tensor: tensor.to(device), given)
    for got, expected in zip(torch.compile(block, fullgraph=True)(*given), block(*given)):
        assert (got - expected).abs().max() < 1e-5


def test_rotary_angles_as_complex_numbers_are_those_spelled_out():
    for head_dim, dtype in ((128, torch.bfloat16), (64, torch.float16), (24, torch.bfloat16),
                            (24, torch.float32)):
        x = torch.randn(2, 60, 3 * head_dim).to(dtype)
        rope = rope_table(head_dim, range(3), range(4), range(5))
        before = x.clone()
        assert torch.equal(rotate(x, rope, 3), rotate_pairs(x, rope, 3))
        assert torch.equal(x, before)


def test_blocks_compile_once_for_all_layers_and_again_when_references_change_but_not_for_each_number():
    net, counter = tiny.transformer(memory=True), CompileCounterWithBackend("eager")
    net.compile_repeated_blocks(backend=counter, fullgraph=True)
    plain, compiled = tiny.transformer(memory=True), []
    for count in (1, 2, 3, 5, 7):
        given = inputs() | {"stereo": references(count)}
        assert (net(**given) - plain(**given)).abs().max() < 1e-5
        compiled.append(counter.frame_count)
    assert compiled == [2, 3, 3, 3, 3]  # block and control block; then the block for any number of references
