"""The denoiser by itself: injected attention, hooks, and what it refuses."""

from dataclasses import replace

import pytest
import torch

import tiny
from tiny import inputs
from worldstereo.core.model.attention.receptive_field import ReceptiveField
from worldstereo.core.model.run_options import RunOptions


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

    expected, got = net(**inputs(memory)), net(**inputs(memory), run=RunOptions(attention=attention))
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
        for other in changes_of(value):
            assert (net(**{**given, name: other}) - expected).abs().max() > 1e-4, (name, other)


def changes_of(value):
    """Other values of an input; of a memory one for each field that the transformer reads."""
    if torch.is_tensor(value):
        return [value.flip(-1) if value.ndim > 1 else value * 0.5]
    others = {"ref_index": (1, 0), "receptive_field": ReceptiveField((-1, 0, 1)), "strength": 0.5}
    changes = {name: other for name, other in others.items() if name in vars(value)}
    changes |= {name: tensor.flip(-1) for name, tensor in vars(value).items() if torch.is_tensor(tensor)}
    return [replace(value, **{name: other}) for name, other in changes.items()]


def test_two_clips_in_a_batch_are_what_each_is_alone():
    net, given = tiny.transformer(memory=True), inputs(batch=2)
    both = net(**given)
    for i in range(2):
        one = {name: value[i:i + 1] if torch.is_tensor(value) else value for name, value in given.items()}
        alone = net(**one)
        assert (both[i:i + 1] - alone).abs().max() < 1e-5


def test_a_block_hook_runs_around_every_block():
    net, seen = tiny.transformer(memory=True), []

    def hook(i, run, *args):
        seen.append(i)
        return run(*args)

    assert torch.equal(net(**inputs(), run=RunOptions(block_hook=hook)), net(**inputs()))
    assert seen == [0, 1, 2]


def test_runs_without_image_tokens():
    net, given = tiny.transformer(memory=False), inputs(memory=False)
    out = net(**{**given, "encoder_hidden_states_image": None})
    assert torch.isfinite(out).all() and (out - net(**given)).abs().max() > 1e-3


GEOMETRIC, STEREO = tiny.controls()
REFUSED = [
    (True, {"stereo": None}, "cannot run without references: add 'Apply Spatial-Stereo"),
    (False, {"stereo": STEREO}, "camera model; it has no spatial"),
    (True, {"stereo": replace(STEREO, ref_index=(0, 2))},
     r"ref_index is \[0, 2\]; each must lie in 0..1 for a clip of 3 key frames"),
    (True, {"stereo": replace(STEREO, camera_qt=torch.zeros(1, 4, 7))},
     "latent has 3 key frames of 96x64, the references were prepared for 4 key frames of 96x64.*"
     "same trajectory"),
    (True, {"geometric": replace(GEOMETRIC, render_latent=torch.zeros(1, 16, 4, 8, 12))},
     "latent has 3 key frames of 96x64, the rendered memory 4 key frames of 96x64.*same trajectory"),
    (True, {"geometric": replace(GEOMETRIC, mask=torch.zeros(1, 1, 4, 64, 96))},
     r"\(4, 64, 96\).*one trajectory"),
    (True, {"encoder_hidden_states": torch.zeros(1, 100, 32)}, "100 tokens; the model takes exactly 512"),
]


@pytest.mark.parametrize("memory, wrong, sentence", REFUSED)
def test_wrong_inputs_get_one_sentence(memory, wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        tiny.transformer(memory)(**{**inputs(memory), **wrong})


def test_without_pose_mlp_the_poses_add_nothing():
    net, given = tiny.transformer(True, main_camera_embedding=False), tiny.inputs()
    poses = replace(given["stereo"], camera_qt=None, camera_qt_ref=None)
    assert not any(name.startswith("camera_embedding") for name in net.state_dict())
    with torch.no_grad():
        out = net(**given)
        assert torch.equal(out, net(**{**given, "stereo": poses})) and torch.isfinite(out).all()
        fewer = replace(given["stereo"], reference_latent=2 * given["stereo"].reference_latent)
        assert not torch.equal(out, net(**{**given, "stereo": fewer}))
