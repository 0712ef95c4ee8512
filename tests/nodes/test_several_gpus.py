"""The node Use Several GPUs, with processes on the CPU: the same latent, cancelling, errors."""
import pytest
import torch

import make_tiny_model
import tiny
from native_model import conditioning, ksample, with_memories

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return make_tiny_model.write_model(tmp_path_factory.mktemp("models"))


@pytest.fixture
def model(comfy, file, monkeypatch):
    from worldstereo.nodes import bridge

    for name in ("text_dim", "image_dim"):  # of the prompts
        monkeypatch.setitem(tiny.WAN, name, make_tiny_model.WAN[name])
    return bridge.load_model(file, None, compute_dtype=torch.float32)


@pytest.fixture(scope="module", autouse=True)
def ended(comfy):
    """The tests share processes as clips do: to start them takes seconds."""
    yield
    from worldstereo.nodes.bridge import workers

    workers._end()


def apart(latent, other):
    return (latent - other).abs().max() / other.abs().max()


def several(model, weights="whole"):
    from worldstereo.nodes.model import UseSeveralGpus

    return UseSeveralGpus().apply(model, 2, weights)[0]


def running():
    from worldstereo.nodes.bridge import workers

    return [process.pid for _, team in workers._running for process in team.processes]


def with_lora(model, strength=0.7):
    model, g = model.clone(), torch.Generator().manual_seed(4)
    patches = {name: ("diff", (torch.randn(weight.shape, generator=g) / 50,))
               for name, weight in model.model.state_dict().items()
               if name.endswith((".q.weight", "ffn.0.weight"))}
    assert 3 < len(patches) == len(model.add_patches(patches, strength))
    return model


def test_two_processes_sample_the_same_latent_and_stay(model):
    shared = several(model)
    plain = ksample(with_memories(shared), *conditioning())
    assert apart(plain, ksample(with_memories(model), *conditioning())) < 1e-5
    first = running()
    ksample(with_memories(shared), *conditioning(), seed=8)
    assert running() == first
    changed = with_memories(with_lora(shared))  # a LoRA after the node
    got = ksample(changed, *conditioning())
    assert len(running()) == 2 and not set(running()) & set(first)
    expected = ksample(with_memories(with_lora(model)), *conditioning())
    assert apart(got, expected) < 1e-5 < apart(got, plain)


def test_sharded_weights_sample_the_same_latent_and_a_cancelled_run_leaves_them_usable(model):
    import comfy.model_management as mm

    shared = several(with_memories(model), "sharded")
    expected = ksample(with_memories(model), *conditioning())
    assert apart(ksample(shared, *conditioning()), expected) < 1e-5
    processes = running()

    def stop():
        raise mm.InterruptProcessingException()

    with pytest.MonkeyPatch.context() as patch, pytest.raises(mm.InterruptProcessingException):
        patch.setattr(mm, "throw_exception_if_processing_interrupted", stop)
        ksample(shared, *conditioning())
    assert apart(ksample(shared, *conditioning()), expected) < 1e-5
    assert running() == processes


def test_a_reply_that_was_not_waited_for_is_not_taken_for_the_next(model):
    from worldstereo.nodes.bridge import workers

    shared = several(with_memories(model), "sharded")
    expected = ksample(shared, *conditioning())
    team, asked = workers._running[0][1], []

    def stop():
        asked.append(1)
        if len(asked) > 1:  # the first time nothing was sent yet
            raise TimeoutError

    with pytest.raises(TimeoutError):
        team.ask(stop, "load", *model.model.source, torch.float32, {}, True)
    assert torch.equal(ksample(shared, *conditioning()), expected)


def test_an_error_in_a_process_is_raised_here_and_ends_all(model):
    from worldstereo.nodes.bridge import workers

    ksample(several(with_memories(model), "sharded"), *conditioning())
    team = workers._running[0][1]
    with pytest.raises(RuntimeError, match="no attribute 'unknown'"):
        team.ask(lambda: None, "unknown")
    assert not team.alive and all(process.poll() is not None for process in team.processes)


def test_a_model_without_a_file_is_refused(comfy):
    from native_model import model_of

    with pytest.raises(ValueError, match="not loaded from a file"):
        several(model_of("memory", comfy))
