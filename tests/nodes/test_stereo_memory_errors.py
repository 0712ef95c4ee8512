"""What does not belong together in the stereo memory: the nodes say what to do."""
from dataclasses import replace

import pytest
import torch

import tiny
from memory_scene import VIEWS, image, mean_vae, path, retrieve, turned
from native_model import conditioning, ksample, model_of
from worldstereo.core.memory.stereo.references import References
from worldstereo.nodes import memory_bank, stereo_memory


@pytest.fixture(scope="module")
def bank():
    return memory_bank.NewMemoryBank().start(image(12), VIEWS, "")[0]


@pytest.fixture
def apply(comfy, monkeypatch):
    """The node with an empty memory model and the simplest VAE -> MODEL."""
    from worldstereo.nodes import bridge
    monkeypatch.setattr(bridge, "key_frame_vae", lambda vae: mean_vae())
    apply = stereo_memory.ApplyStereoMemory().apply
    return lambda clip, **inputs: apply(model_of("memory", comfy), None, clip, **inputs)[0]


def clip_of(frames, width=tiny.WIDTH, height=tiny.HEIGHT, **kwargs):
    return path([turned(3 * i) for i in range(frames)], width, height, 60.0, **kwargs)


def test_an_empty_bank_is_not_made(comfy):
    with pytest.raises(ValueError, match=r"images of 'New .*' is an image of shape \[0, 16, 32, 3\]"):
        memory_bank.NewMemoryBank().start(image(0), VIEWS, "")


OTHER_UNIT, OTHER_PLACE = (path([turned(3 * i, centre) for i in range(3)], unit=unit)
                           for unit, centre in (("m", (0.0, 0, 0)), ("scene units", (90.0, 0, 0))))


@pytest.mark.parametrize("call, words", [
    (lambda bank: retrieve(bank, trajectory=OTHER_UNIT),
     "bank is in scene units, the trajectory in m: they belong to different worlds. "
     "Plan the trajectory in the depth"),
    (lambda bank: memory_bank.UpdateMemoryBank().update(bank, image(3), OTHER_UNIT, 2, "b"),
     "different worlds"),
    (lambda bank: memory_bank.BankFrame().take(bank, "", OTHER_UNIT), "different worlds"),
    (lambda bank: retrieve(bank, trajectory=OTHER_PLACE),
     "No frame of the memory bank sees what the clip is going to show: best score 0, 0.01 or more is asked "
     r"for. Plan the trajectory in the world of the bank \(same origin\), raise far, or lower least_score"),
    (lambda bank: memory_bank.BankFrame().take(bank, "", OTHER_PLACE),
     "No frame of the memory bank stands where the trajectory starts; .* let 'Continue Trajectory' begin "
     "it at")])
def test_bank_and_trajectory_of_different_worlds(comfy, call, words):
    places = path([turned(30 * i, (0.1 * i, 0, 0)) for i in range(12)])  # in one place any unit goes
    bank = memory_bank.NewMemoryBank().start(image(12), places, "ring")[0]
    with pytest.raises(ValueError, match=words):
        call(bank)


def test_a_reference_that_shows_nothing_of_the_clip_is_told_with_the_remedy(bank, comfy, caplog):
    one = memory_bank.NewMemoryBank().start(image(1), path([turned(0)]), "start")[0]
    away = path([turned(0), turned(0), turned(180, (0.0, 0, -1))])
    told = ("key frames 2 show nothing of what these see; to leave them out, "
            "raise least_score in 'Retrieve References'")
    assert retrieve(one, trajectory=away, least_score=0.0)[2].endswith(told) and told in caplog.text
    assert retrieve(one, trajectory=away)[2].endswith("key frames 2; they get no reference")


def test_more_references_than_key_frames(bank, apply, comfy):
    short = path([turned(3 * i) for i in range(3)])
    assert len(retrieve(bank, trajectory=short, max_references=64)[0].frames) <= 2
    clip = clip_of(3)
    g = torch.Generator().manual_seed(0)
    many = References(torch.rand(5, 3, clip.height, clip.width, generator=g) * 2 - 1,
                      clip.w2c[:1].repeat(5, 1, 1),
                      clip.K[:1].repeat(5, 1, 1), (0,) * 5)
    sampled = ksample(apply(clip, references=many), *conditioning())
    one = replace(many, frames=many.frames[:1], w2c=many.w2c[:1], K=many.K[:1], ref_index=(0,))
    assert torch.isfinite(sampled).all()
    assert not torch.allclose(sampled, ksample(apply(clip, references=one), *conditioning()), atol=1e-4)


@pytest.mark.parametrize("references, clip, words", [
    (lambda c: c(5), clip_of(3),
     "ref_index is .*, expected 0..1 for 3 key frames: retrieve the references for this"),
    (lambda c: c(3, 32, 32), clip_of(3), "references are 32x32, the trajectory 96x64: use one size"),
    (lambda c: replace(c(3), unit="m"), clip_of(3),
     "references are in m, the trajectory in scene units: they belong to different worlds; "
     "retrieve the references"),
    (lambda c: None, clip_of(3), "takes either start_image or references; neither came in")])
def test_references_of_another_clip(apply, references, clip, words):
    def of(frames, *size):
        views = clip_of(frames, *size)
        return References(torch.zeros(frames - 1, 3, views.height, views.width), views.w2c[1:], views.K[1:],
                          tuple(range(frames - 1)))

    with pytest.raises(ValueError, match=words):
        apply(clip, references=references(of))
