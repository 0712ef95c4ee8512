"""Few-step and UniPC schedules."""
import pytest
import torch

from worldstereo.core.sampling.pipeline import steps_of
from worldstereo.core.sampling.schedule import (
    few_step_sigmas,
    few_step_timesteps,
    unipc_scheduler,
    unipc_sigmas,
)


def test_official_few_steps():
    torch.testing.assert_close(few_step_timesteps(4), torch.tensor([1000, 937.5, 833.3333, 625]))
    torch.testing.assert_close(few_step_sigmas(4), torch.tensor([1, 0.9375, 0.8333333, 0.625, 0]))


def test_the_last_training_timestep_is_pure_noise():
    """dmd_end_steps other than 1000: the noise levels begin at 1, the model is told the timestep."""
    sigmas = few_step_sigmas(4, 250, 900, 5.0)
    torch.testing.assert_close(sigmas, torch.tensor([1, 0.940367, 0.843373, 0.657895, 0]), atol=1e-4, rtol=0)
    told, _ = steps_of(sigmas, 900)
    torch.testing.assert_close(told, few_step_timesteps(4, 250, 900, 5.0))


@pytest.mark.parametrize("steps, first", [(3, [999, 856, 599]), (40, [999, 991, 982])])
def test_official_unipc_timesteps_whatever_diffusers_is_installed(steps, first):
    scheduler = unipc_scheduler(steps)
    assert scheduler.timesteps[:3].tolist() == first and len(scheduler.timesteps) == steps
    assert scheduler.sigmas[-1] == 0 and bool((scheduler.sigmas.diff() < 0).all())


def test_unipc_settings_are_heard():
    assert unipc_scheduler(4, final_sigmas_type="sigma_min").sigmas[-1] > 0
    assert unipc_scheduler(4, num_train_timesteps=500).timesteps[0] == 499
    assert unipc_sigmas(4, 5.0)[1] > unipc_sigmas(4, 3.0)[1]


@pytest.mark.parametrize("make, steps", [(few_step_sigmas, 1), (few_step_sigmas, 4), (few_step_sigmas, 7),
                                         (unipc_scheduler, 1), (unipc_scheduler, 3), (unipc_scheduler, 40),
                                         (unipc_scheduler, 900)])
def test_a_model_that_knows_the_answer_ends_there(make, steps):
    """Whatever the steps: with the velocity (x - answer) / sigma every solver of the flow ends at the
    answer."""
    schedule, g = make(steps), torch.Generator().manual_seed(0)
    answer, latent = torch.randn(1, 4, 5, generator=g), torch.randn(1, 4, 5, generator=g)
    sigmas = schedule if isinstance(schedule, torch.Tensor) else schedule.sigmas
    timesteps, step = steps_of(schedule)
    for i in range(len(timesteps)):
        latent = step(i, (latent - answer) / sigmas[i], latent)
    torch.testing.assert_close(latent, answer, atol=1e-3, rtol=0)


@pytest.mark.parametrize("call, complaint", [
    (lambda: few_step_timesteps(0), "0 sampling steps"), (lambda: unipc_scheduler(0), "0 sampling steps"),
    (lambda: few_step_sigmas(4, 600, 500), "config.json"),
    (lambda: steps_of(torch.tensor([0.5, 0.9])), "falling")])
def test_impossible_schedules(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()
