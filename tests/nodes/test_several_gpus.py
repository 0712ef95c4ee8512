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
    from worldstereo.nodes.bridge.team import end_team

    end_team()


def apart(latent, other):
    return (latent - other).abs().max() / other.abs().max()


def several(model, weights="whole"):
    from worldstereo.nodes.model import UseSeveralGpus

    return UseSeveralGpus().apply(model, 2, weights)[0]


def running():
    from worldstereo.nodes.bridge.team import _running

    return [process.pid for *_, team in _running for process in team.processes]


def with_lora(model, strength=0.7):
    model, g = model.clone(), torch.Generator().manual_seed(4)
    patches = {name: ("diff", (torch.randn(weight.shape, generator=g) / 50,))
               for name, weight in model.model.state_dict().items()
               if name.endswith((".q.weight", "ffn.0.weight"))}
    assert 3 < len(patches) == len(model.add_patches(patches, strength))
    return model


def test_two_processes_sample_the_same_latent_and_stay(model):
    alone = ksample(with_memories(model), *conditioning())  # later it would end the processes
    shared = several(model)
    plain = ksample(with_memories(shared), *conditioning())
    assert apart(plain, alone) < 1e-5
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
    from worldstereo.nodes.bridge.team import _running

    shared = several(with_memories(model), "sharded")
    expected = ksample(shared, *conditioning())
    team, asked = _running[0][2], []

    def stop():
        asked.append(1)
        if len(asked) > 1:  # the first time nothing was sent yet
            raise TimeoutError

    with pytest.raises(TimeoutError):
        team.ask(stop, "load", *model.model.source, torch.float32, {}, True)
    assert torch.equal(ksample(shared, *conditioning()), expected)


def test_an_error_in_a_process_is_raised_here_and_ends_all(model):
    from worldstereo.nodes.bridge.team import _running

    ksample(several(with_memories(model), "sharded"), *conditioning())
    team = _running[0][2]
    with pytest.raises(RuntimeError, match="no attribute 'unknown'"):
        team.ask(lambda: None, "unknown")
    assert not team.alive and all(process.poll() is not None for process in team.processes)


def test_a_model_without_a_file_is_refused(comfy):
    from native_model import model_of

    with pytest.raises(ValueError, match="not loaded from a file"):
        several(model_of("memory", comfy))


def test_the_same_weights_sampled_without_the_node_end_the_processes(model):
    ksample(several(with_memories(model)), *conditioning())
    assert len(running()) == 2
    ksample(with_memories(model), *conditioning())
    assert running() == []


def test_the_processes_end_when_the_models_are_unloaded_though_the_node_is_no_longer_in_the_graph(model):
    import comfy.model_management as mm

    shared = several(with_memories(model))
    ksample(shared, *conditioning())
    assert len(running()) == 2
    del shared  # as ComfyUI does with outputs of nodes that are gone; then it unloads what was cloned
    mm.unload_all_models()
    assert running() == []


@pytest.mark.parametrize(("given", "said"), [
    ({"gpus": 1}, "gpus of 'Use Several GPUs' is 1"), ({"gpus": 10 ** 30}, "'Use Several GPUs' is 1000"),
    ({"gpus": 2.5}, "'Use Several GPUs' is 2.5"), ({"gpus": float("nan")}, "'Use Several GPUs' is nan"),
    ({"gpus": "two"}, "gpus of 'Use Several GPUs' is 'two'"), ({"gpus": None}, "'Use Several GPUs' is None"),
    ({"weights": "half"}, "weights of 'Use Several GPUs' is 'half'"), ({"model": "a"}, "MODEL is a str")])
def test_bad_values_are_a_sentence(model, given, said):
    from worldstereo.nodes import NODE_CLASS_MAPPINGS

    inputs = {"model": model, "gpus": 2, "weights": "auto"} | given
    with pytest.raises(ValueError, match=said):
        NODE_CLASS_MAPPINGS["WSKitUseSeveralGpus"]().apply(**inputs)


@pytest.mark.parametrize("device, found, said", [
    ("cuda", 1, "asked for 2 GPUs, but ComfyUI sees 1: remove the node"),
    ("mps", 0, "asked for 2 GPUs, but ComfyUI sees 1: remove the node"),
    ("cuda", 3, "asked for 4 GPUs, but ComfyUI sees 3: lower gpus"),
])
def test_more_gpus_than_there_are_is_a_sentence(model, monkeypatch, device, found, said):
    import comfy.model_management as mm

    from worldstereo.nodes.model import UseSeveralGpus

    monkeypatch.setattr(mm, "get_torch_device", lambda: torch.device(device))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: found)
    monkeypatch.setattr(torch.distributed, "is_nccl_available", lambda: True)
    with pytest.raises(ValueError, match=said):
        UseSeveralGpus().apply(model, max(2, found + 1), "auto")


def test_a_torch_without_nccl_is_a_sentence(model, monkeypatch):
    import comfy.model_management as mm

    monkeypatch.setattr(mm, "get_torch_device", lambda: torch.device("cuda"))
    monkeypatch.setattr(torch.distributed, "is_nccl_available", lambda: False)
    with pytest.raises(ValueError, match="cannot join several GPUs"):
        several(model)


def test_patched_blocks_are_refused_in_words(model):
    patched = several(with_memories(model))
    patched.set_model_patch_replace(lambda args, extra: extra["original_block"](args), "dit", "double_block",
                                    0)
    with pytest.raises(ValueError, match="changed blocks of the MODEL.*remove it, or 'Use Several GPUs'"):
        ksample(patched, *conditioning())
