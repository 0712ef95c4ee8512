"""Work done once for a sampling gives the very same bits as work done at every step."""

import pytest
import torch

import tiny
from worldstereo.core.model.run_options import RunOptions
from worldstereo.core.model.step_cache import from_cache


@pytest.fixture(autouse=True)
def no_gradients():
    with torch.no_grad():
        yield


def step(net, number, prompts=2, **options):
    """The net at one step, as a sampler calls it: the same clip once for each prompt, tensors made anew."""
    g = torch.Generator().manual_seed(number)
    video = torch.randn(1, 36, *tiny.LATENT[2:], generator=g).repeat(prompts, 1, 1, 1, 1)
    geometric, stereo = tiny.controls()
    fixed = torch.Generator().manual_seed(100)
    text = torch.randn(2, 512, tiny.WAN["text_dim"], generator=fixed)[:prompts]
    image = torch.randn(1, 257, tiny.WAN["image_dim"], generator=fixed).repeat(prompts, 1, 1)
    timestep = torch.full((prompts,), 900.0 - 100 * number)
    return net(video, timestep, text, image, geometric, stereo if net.memory else None, RunOptions(**options))


def calls_of(module):
    """A list that grows by the batch size of every call of the module."""
    calls = []
    module.register_forward_hook(lambda module, inputs, output: calls.append(len(output)))
    return calls


@pytest.mark.parametrize("memory", [False, True], ids=["camera", "memory"])
def test_control_branch_runs_once_for_both_prompts(memory):
    net = tiny.transformer(memory)
    expected, calls = step(net, 1), calls_of(net.controlnet.controlnet_blocks[1])
    assert torch.equal(step(net, 1, copies=2), expected) and calls == [1]
    assert torch.equal(step(net, 1), expected) and calls == [1, 2]


@pytest.mark.parametrize("memory", [False, True], ids=["camera", "memory"])
@pytest.mark.parametrize("keep_keys", [False, True])
def test_steps_with_a_cache_are_those_without(memory, keep_keys):
    net, cache = tiny.transformer(memory), {}
    expected = [step(net, number) for number in range(3)]
    embedder = net.condition_embedder
    counts = {"text": calls_of(embedder.text_embedder), "image": calls_of(embedder.image_embedder),
              "mask and rays": calls_of(net.controlnet.controlnet_mask_embedding),
              "keys": calls_of(net.blocks[1].attn2.to_k), "time": calls_of(embedder.time_embedder)}
    for number in range(3):
        assert torch.equal(step(net, number, copies=2, cache=cache, keep_keys=keep_keys), expected[number])
    counts = {name: len(calls) for name, calls in counts.items()}
    assert counts == {"text": 1, "image": 1, "mask and rays": 1, "keys": 1 if keep_keys else 3, "time": 3}


def test_one_prompt_after_the_other_shares_a_cache():
    net, cache = tiny.transformer(memory=True), {}
    g = torch.Generator().manual_seed(3)
    prompts = [torch.randn(1, 512, tiny.WAN["text_dim"], generator=g) for _ in range(2)]
    video, image = torch.randn(1, 36, *tiny.LATENT[2:], generator=g), torch.randn(1, 257, 20, generator=g)
    geometric, stereo = tiny.controls()
    expected = [net(video, torch.tensor([700.0]), prompt, image, geometric, stereo) for prompt in prompts]
    assert not torch.equal(*expected)
    text = calls_of(net.condition_embedder.text_embedder)
    masks = calls_of(net.controlnet.controlnet_mask_embedding)
    run = RunOptions(cache=cache, keep_keys=True)
    for _ in range(2):
        for prompt, wanted in zip(prompts, expected):
            got = net(video, torch.tensor([700.0]), prompt.clone(), image, geometric, stereo, run)
            assert torch.equal(got, wanted)
    assert len(text) == 2 and len(masks) == 1


@pytest.mark.slow
def test_compiled_network_takes_a_cache():
    net, cache = tiny.with_one_block(tiny.transformer(memory=True)), {}
    expected = [step(net, number) for number in range(2)]
    torch._dynamo.reset()
    net.compile(backend="eager")
    assert all(torch.equal(step(net, number, cache=cache, copies=2), expected[number]) for number in range(2))
    assert cache


def test_tables_are_kept_while_weights_change():
    net, tables = tiny.transformer(memory=True), {}
    text = calls_of(net.condition_embedder.text_embedder)
    for number in range(3):
        net.blocks[0].ffn.net[2].weight.mul_(1.1)  # as a hook does between two steps
        assert torch.equal(step(net, number, tables=tables), step(net, number))
    # poses of video and references, table of the video, latents of references and render, two more tables
    assert [len(kept) for kept in tables.values()] == [2, 1, 2, 1, 1]
    assert len(text) == 6


def test_cached_tells_inputs_apart():
    calls, cache = [], {}

    def double(x, factor):
        calls.append(factor)
        return factor * x

    a, b = torch.arange(4.0), torch.arange(4.0).half()
    for x, factor, count in ((a, 2, 1), (a.clone(), 2, 1), (a, 3, 2), (b, 2, 3), (a[:2], 2, 4), (a, 2, 4)):
        assert torch.equal(from_cache(cache, double, x, factor), factor * x) and len(calls) == count
    from_cache({}, double, a, 2)
    from_cache(None, double, a, 2)
    assert len(calls) == 6


def test_batch_that_is_no_copies():
    with pytest.raises(ValueError, match="A batch of 2 cannot be 3 copies"):
        step(tiny.transformer(memory=True), 0, copies=3)
