"""The library pipeline over tiny random models of the real structure."""
from dataclasses import replace

import pytest
import torch

import tiny
from tiny import clip, sample
from worldstereo.core.sampling.pipeline import initial_noise, sample_key_frames
from worldstereo.core.sampling.schedule import few_step_sigmas, unipc_scheduler


@pytest.fixture(scope="module")
def models():
    return {memory: tiny.transformer(memory) for memory in (False, True)}


def test_noise_comes_from_the_generator_which_moves_on():
    generator = torch.Generator().manual_seed(5)
    first, second = (initial_noise(3, 32, 48, generator) for _ in range(2))
    assert first.shape == (1, 16, 3, 4, 6) and first.dtype == torch.float32 and not torch.equal(first, second)
    assert torch.equal(first, initial_noise(3, 32, 48, torch.Generator().manual_seed(5)))
    with pytest.raises(ValueError, match="40x32 pixels, expected multiples of 16"):
        initial_noise(3, 32, 40, generator)


@pytest.mark.parametrize("memory, schedule, guidance", [
    (False, unipc_scheduler, 5.0), (True, unipc_scheduler, 5.0), (True, few_step_sigmas, 1.0)],
    ids=["camera", "memory", "memory-dmd"])
def test_every_variant_samples_and_repeats(models, memory, schedule, guidance):
    first, second = (sample(models[memory], schedule(3), memory, guidance=guidance) for _ in range(2))
    assert first.shape == tiny.LATENT and torch.isfinite(first).all() and torch.equal(first, second)


def test_guidance_runs_the_prompt_first_and_extrapolates(models):
    _, _, text, _, negative = clip()
    prompts, outputs = [], []

    def watched(video, timestep, prompt, *more):
        prompts.append(prompt)
        outputs.append(models[True](video, timestep, prompt, *more))
        return outputs[-1]

    latent = sample(watched, few_step_sigmas(1, 1000), guidance=3.0)
    assert torch.equal(prompts[0], text) and torch.equal(prompts[1], negative)
    conditional, unconditional = outputs
    torch.testing.assert_close(latent, clip()[0] - (unconditional + 3 * (conditional - unconditional)))


def test_without_guidance_there_is_one_pass(models):
    calls = []
    sample(lambda *a, **k: calls.append(a[1]) or models[True](*a, **k), few_step_sigmas(4), guidance=1.0)
    torch.testing.assert_close(torch.cat(calls), torch.tensor([1000, 937.5, 833.3333, 625]))


def test_a_diffusers_flow_scheduler_takes_the_same_steps(models):
    from diffusers import FlowMatchEulerDiscreteScheduler

    sigmas = few_step_sigmas(3)
    scheduler = FlowMatchEulerDiscreteScheduler()
    scheduler.set_timesteps(sigmas=sigmas[:-1].tolist())
    torch.testing.assert_close(sample(models[True], scheduler), sample(models[True], sigmas))


def test_a_half_precision_model_keeps_the_latent_in_float32(models):
    noise, condition, text, image, _ = clip()
    seen = []

    def half(video, *_, **__):
        seen.append(video.dtype)
        return video[:, :16]

    for schedule in (few_step_sigmas(2), unipc_scheduler(2)):
        assert sample_key_frames(half, schedule, noise, condition, text.bfloat16(),
                                 image).dtype == torch.float32
    assert set(seen) == {torch.bfloat16}


def test_a_model_in_half_precision_runs_without_comfyui(models):
    noise, condition, text, image, _ = clip()
    expected = sample_key_frames(models[True], few_step_sigmas(2), noise, condition, text, image,
                                 *tiny.controls())
    half = tiny.transformer(memory=True).bfloat16()
    got = sample_key_frames(half, few_step_sigmas(2), noise, condition, text.bfloat16(), image.bfloat16(),
                            *tiny.controls())
    assert 0 < (got - expected).norm() / expected.norm() < 0.03


def test_steps_are_reported_and_the_report_can_stop_the_run(models):
    seen = []
    latent = sample(models[True], few_step_sigmas(3), on_step=lambda *state: seen.append(state))
    assert [state[:2] for state in seen] == [(1, 3), (2, 3), (3, 3)] and torch.equal(seen[-1][2], latent)

    def stop(done, total, latent):
        if done == 2:
            raise KeyboardInterrupt

    calls = []
    with pytest.raises(KeyboardInterrupt):
        sample(lambda *a, **k: calls.append(1) or models[True](*a, **k), few_step_sigmas(3), on_step=stop)
    assert len(calls) == 2


def test_the_geometric_memory_acts_in_its_part_of_the_schedule(models):
    geometric, _ = tiny.controls()
    heard = []

    def watched(video, timestep, text, image, geometric, *more):
        heard.append(geometric is not None)
        return models[True](video, timestep, text, image, geometric, *more)

    sample(watched, few_step_sigmas(4), geometric=replace(geometric, start=0.25, end=0.75))
    assert heard == [False, True, True, False]


@pytest.mark.parametrize("memory, stereo, complaint", [(True, False, "Apply Spatial-Stereo Memory"),
                                                       (False, True, "camera model")])
def test_memories_must_fit_the_model(models, memory, stereo, complaint):
    with pytest.raises(ValueError, match=complaint):
        sample(models[memory], few_step_sigmas(1), stereo)


def test_what_is_missing_is_said(models):
    noise, condition, text, image, _ = clip()
    with pytest.raises(ValueError, match="negative prompt"):
        sample_key_frames(models[False], few_step_sigmas(1), noise, condition, text, image, guidance=5.0)
    with pytest.raises(ValueError, match="condition .*same number of key frames"):
        sample_key_frames(models[False], few_step_sigmas(1), noise, condition[:, :, 1:], text, image)
