"""CONDITIONING with a start image, and the variants' own schedules."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import comfy.model_sampling
import comfy.sample
import comfy.samplers
import node_helpers
from comfy.clip_vision import Output
from comfy.model_patcher import ModelPatcher
from torch import Tensor

from ...core.sampling.schedule import few_step_sigmas, unipc_scheduler, unipc_sigmas
from ...core.values import check_finite
from .model import worldstereo
from .preview import preview_key_frames

logger = logging.getLogger(__name__)


def with_start_image(conditioning: list, given: Tensor, latent: Tensor,
                     clip_vision_output: Output | None) -> list:
    """CONDITIONING with the start image as the stock Wan nodes store it: raw latents, and a mask, 0 where
    given."""
    values: dict[str, Any] = {"concat_latent_image": latent, "concat_mask": 1 - given}
    if clip_vision_output is not None:
        values["clip_vision_output"] = clip_vision_output
    return node_helpers.conditioning_set_values(conditioning, values)


def sample(model: ModelPatcher, positive: list, negative: list, latent: dict[str, Any], seed: int, steps: int,
           guidance: float) -> dict[str, Any]:
    """LATENT sampled with the variant's own schedule; steps and guidance 0 = the variant's own."""
    settings = worldstereo(model).settings
    steps, guidance = steps or settings.steps, guidance or settings.guidance
    if settings.distilled:
        sampler, sigmas = comfy.samplers.ksampler("euler"), few_steps(model, steps)
    else:
        shift = flow_shift(model)
        sampler, sigmas = comfy.samplers.KSAMPLER(_unipc(shift)), unipc_sigmas(steps, shift)
        sigmas[0] = 1.0  # ComfyUI scales the noise by it; the official runs start from unscaled noise
    x = latent["samples"]
    noise = comfy.sample.prepare_noise(x, seed, latent.get("batch_index"))
    samples = comfy.sample.sample_custom(model, noise, guidance, sampler, sigmas, positive, negative, x,
                                         noise_mask=latent.get("noise_mask"), seed=seed,
                                         callback=preview_key_frames(model, steps))
    check_finite("What the model sampled", samples, "look for huge numbers in prompts, memories and patches")
    return {**latent, "samples": samples}


def few_steps(model: ModelPatcher, steps: int) -> Tensor:
    """Noise levels [steps + 1] of the distilled model; 0 steps = the model's own number."""
    settings = worldstereo(model).settings
    few, steps = settings.few_step, steps or settings.few_step.steps
    if not settings.distilled:
        logger.warning("WorldStereo: this is a %s model, which was not distilled; few-step noise levels are "
                       "for memory-dmd.", settings.variant)
    if steps < 2:  # one step would start in the middle of the noise levels, not at pure noise
        raise ValueError("The few-step schedule was asked for 1 step; it takes at least 2: set steps to 0 "
                         f"for the model's own {few.steps}.")
    return few_step_sigmas(steps, few.start, few.end, flow_shift(model))


def flow_shift(model: ModelPatcher) -> float:
    """The shift of the MODEL's noise levels: its own, or what ModelSamplingSD3 put in its place."""
    sampling, own = model.get_model_object("model_sampling"), worldstereo(model).settings.pure_noise_timestep
    if not isinstance(sampling,
                      comfy.model_sampling.ModelSamplingDiscreteFlow) or sampling.multiplier != own:
        remedy = "use ModelSamplingSD3 instead, or none" if own == 1000 else "remove it"
        raise ValueError("A model sampling node changed the noise levels of the MODEL to another kind than "
                         f"its own; {remedy}.")
    return sampling.shift


def _unipc(shift: float) -> Callable[..., Tensor]:
    """A ComfyUI sampler function that runs diffusers' UniPC with the official sigmas and integer
    timesteps."""
    def sampler(model: Callable[..., Tensor], x: Tensor, sigmas: Tensor,
                extra_args: dict[str, Any] | None = None,
                callback: Callable[[dict[str, Any]], None] | None = None,
                disable: bool | None = None) -> Tensor:
        scheduler = unipc_scheduler(len(sigmas) - 1, shift)
        for i, timestep in enumerate(scheduler.timesteps):
            sigma = x.new_full((len(x),), float(timestep) / 1000)
            denoised = model(x, sigma, **(extra_args or {}))
            if callback:
                callback({"x": x, "i": i, "sigma": sigma[0], "sigma_hat": sigma[0], "denoised": denoised})
            x = scheduler.step((x - denoised) / sigma[0], timestep, x, return_dict=False)[0]
        return x

    return sampler
