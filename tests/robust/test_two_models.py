"""Two MODELs of one network with different memories: whatever one does,
the other samples what it samples alone."""

import gc
import weakref

import pytest
import torch

import tiny
from native_model import conditioning, ksample, model_of


@pytest.fixture(scope="module")
def alone(comfy):
    """What A and B sample from a network that no other MODEL ever used."""
    alone = [ksample(pair(model_of("memory", comfy))[i], *conditioning()) for i in (0, 1)]
    assert (alone[0] - alone[1]).abs().max() > 1e-3
    return alone


@pytest.fixture
def two(comfy, alone):
    """(A, B, what A samples alone, what B samples alone)"""
    return *pair(model_of("memory", comfy)), *alone


def pair(bare):
    from worldstereo.nodes import bridge
    return [bridge.with_memory(bridge.with_memory(bare, geometric), stereo)
            for geometric, stereo in (tiny.controls(seed=1), tiny.controls(seed=2))]


def partly_unloaded(model):
    """A clone of which half is unloaded before every sampling,
    as when ComfyUI needs the room for something else."""
    import comfy.patcher_extension as pe

    def prepare(executor, *args, **kwargs):
        prepared = executor(*args, **kwargs)
        freed = patcher.partially_unload(torch.device("cpu"), patcher.model_size() // 2)
        assert freed > patcher.model_size() // 3 and patcher.model.model_lowvram
        return prepared

    patcher = model.clone()
    patcher.add_wrapper_with_key(pe.WrappersMP.PREPARE_SAMPLING, "half", prepare)
    return patcher


@pytest.mark.parametrize("partly", [(), (0,), (1,), (0, 1)],
                         ids=["whole", "A in part", "B in part", "both in part"])
def test_one_after_the_other(two, partly):
    a, b = (partly_unloaded(model) if i in partly else model for i, model in enumerate(two[:2]))
    for model, alone in ((a, two[2]), (b, two[3]), (a, two[2])):
        assert torch.equal(ksample(model, *conditioning()), alone)


def before_block(model, number, call):
    """A clone that calls call() before every run of this block."""
    def patch(args, extra):
        call()
        return extra["original_block"](args)

    patched = model.clone()
    patched.set_model_patch_replace(patch, "dit", "double_block", number)
    return patched


def test_one_within_a_step_of_the_other(two):
    a, b, alone, others = two
    inner = []
    outer = before_block(a, 1, lambda: inner.append(ksample(b, *conditioning())))
    assert torch.equal(ksample(outer, *conditioning()), alone)
    assert len(inner) == 3 and all(torch.equal(each, others) for each in inner)


@pytest.mark.parametrize("failure", [RuntimeError, torch.OutOfMemoryError, "interrupted"])
def test_one_after_the_other_has_failed(two, failure):
    import comfy.model_management as mm
    a, b, alone, others = two
    failure = mm.InterruptProcessingException if failure == "interrupted" else failure

    def fail():
        raise failure("in the middle of a step")

    with pytest.raises(failure):
        ksample(before_block(b, 1, fail), *conditioning())
    assert torch.equal(ksample(a, *conditioning()), alone)
    assert torch.equal(ksample(b, *conditioning()), others)


def test_what_a_sampling_keeps_is_its_own_and_goes_with_it(two):
    import comfy.patcher_extension as pe

    from worldstereo.nodes import bridge

    places = []

    def watch(executor, *args, **kwargs):
        out = executor(*args, **kwargs)
        places.append(args[5][bridge.CACHE])
        return out

    for model in (two[0], two[1], two[0]):
        watched = model.clone()
        watched.add_wrapper_with_key(pe.WrappersMP.DIFFUSION_MODEL, "watch", watch)
        ksample(watched, *conditioning(), steps=2)
    a, same, b, _, again, _ = places
    assert a is same and len({id(place) for place in places}) == 3  # one for each sampling, not for each step
    assert results(a) and not results(a) & results(b) and not results(b) & results(again)
    gone = [weakref.ref(place) for place in places]
    del a, same, b, _, again, places[:]
    gc.collect()
    assert [place() for place in gone] == [None] * 6


def results(place) -> set[int]:
    """Where the tensors lie that a sampling keeps, without those that came in."""
    found, pending = set(), [result for entries in place.kept.values() for _, result in entries]
    while pending:
        value = pending.pop()
        if isinstance(value, torch.Tensor):
            found.add(value.data_ptr())
        elif isinstance(value, (list, tuple)):
            pending.extend(value)
    return found
