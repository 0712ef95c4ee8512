"""The denoiser by itself: injected attention, hooks, and what it refuses."""

import pytest
import torch

import tiny
from tiny import inputs
from worldstereo.core.model.attention.receptive_field import ReceptiveField


@pytest.fixture(autouse=True)
def no_gradients():
    with torch.no_grad():
        yield


def spelled_out_attention(q, k, v, heads):
    q, k, v = (t.unflatten(2, (heads, -1)).transpose(1, 2) for t in (q, k, v))
    weights = (q @ k.mT / q.shape[-1] ** 0.5).softmax(-1)
    return (weights @ v).transpose(1, 2).flatten(2)


@pytest.mark.parametrize("memory", [False, True], ids=["camera", "memory"])
def test_every_attention_goes_through_the_injected_function(memory):
    net, calls = tiny.transformer(memory), []

    def attention(q, k, v, heads):
        calls.append((q.shape[1], k.shape[1], heads))
        return spelled_out_attention(q, k, v, heads)

    expected, got = net(**inputs(memory)), net(**inputs(memory), attention=attention)
    assert (got - expected).abs().max() < 1e-5
    video, references = 3 * 4 * 6, 2 * 4 * 6
    joint = video + references if memory else video
    block = [(joint, joint, 2), (video, 512, 2), (video, 257, 2)]
    control = [(video, video, 2)]
    # control features are made when they are needed
    assert calls == block + control + block + control + block


def test_every_input_matters():
    net, given = tiny.transformer(memory=True), inputs()
    expected = net(**given)
    for name, value in given.items():
        if name == "ref_index":
            other = (1, 0)
        elif name == "receptive_field":
            other = ReceptiveField((-1, 0, 1))
        else:
            other = value.flip(-1) if torch.is_tensor(value) and value.ndim > 1 else value * 0.5
        moved = (net(**{**given, name: other}) - expected).abs().max()
        assert moved > 1e-4, name


def test_two_clips_in_a_batch_are_what_each_is_alone():
    net, given = tiny.transformer(memory=True), inputs(batch=2)
    both = net(**given)
    for i in range(2):
        alone = net(**{name: value[i:i + 1] if torch.is_tensor(value) and len(value) == 2 else value
                       for name, value in given.items()})
        assert (both[i:i + 1] - alone).abs().max() < 1e-5


def test_a_block_hook_runs_around_every_block():
    net, seen = tiny.transformer(memory=True), []

    def hook(i, run, *args):
        seen.append(i)
        return run(*args)

    assert torch.equal(net(**inputs(), block_hook=hook), net(**inputs())) and seen == [0, 1, 2]


def test_runs_without_image_tokens():
    net, given = tiny.transformer(memory=False), inputs(memory=False)
    out = net(**{**given, "encoder_hidden_states_image": None})
    assert torch.isfinite(out).all() and (out - net(**given)).abs().max() > 1e-3


REFUSED = [
    (True, {"reference_latent": None, "ref_index": None},
     "cannot run without references: add 'Apply Spatial-Stereo"),
    (False, {"reference_latent": torch.zeros(1, 36, 1, 8, 12), "ref_index": (0,)},
     "camera model; it has no spatial"),
    (True, {"ref_index": (0, 2)}, r"ref_index is \[0, 2\]; each must lie in 0..1 for a clip of 3 key frames"),
    (True, {"render_mask": torch.zeros(1, 1, 4, 64, 96)}, r"\(4, 64, 96\).*one trajectory"),
    (True, {"encoder_hidden_states": torch.zeros(1, 100, 32)}, "100 tokens; the model takes exactly 512"),
]


@pytest.mark.parametrize("memory, wrong, sentence", REFUSED)
def test_wrong_inputs_get_one_sentence(memory, wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        tiny.transformer(memory)(**{**inputs(memory), **wrong})
