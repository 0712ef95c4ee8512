"""The library pipeline: from start image and memories to sampled key frames, without ComfyUI.

    vae = diffusers_vae(autoencoder)
    condition = encode_condition(vae, start, frames=21, mode="first_frame_only")
    geometric = geometric_control(vae, render, mask, trajectory)
    stereo = stereo_control(vae, references, trajectory)
    noise = initial_noise(21, height, width, generator)
    latent = sample_key_frames(transformer, few_step_sigmas(4), noise, condition, text, image, geometric,
    stereo) frames = decode_key_frames(vae, latent)
"""
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from ..model.attention.attention import Attention, sdpa
from ..model.control_values import GeometricControl, StereoControl
from ..model.parallel import PROMPTS, TOKENS, gathered, group_of
from ..model.run_options import RunOptions
from ..values import check_shape, require
from .controls import check_same_path
from .schedule import TRAIN_TIMESTEPS

if TYPE_CHECKING:
    from torch.distributed.device_mesh import DeviceMesh


class Scheduler(Protocol):
    """The part of a diffusers scheduler that is used, after its set_timesteps."""

    timesteps: Tensor

    def step(self, model_output: Tensor, timestep: Tensor, sample: Tensor, *,
             return_dict: bool) -> tuple[Tensor, ...]:
        ...


# (steps done, steps in all, latent after the step); raise from it to stop the run.
OnStep = Callable[[int, int, Tensor], None]


def initial_noise(frames: int, height: int, width: int, generator: torch.Generator) -> Tensor:
    """Noise float32 [1,16,frames,height/8,width/8] for pictures of width x height pixels (multiples of
    16)."""
    require(height % 16 == 0 and width % 16 == 0, f"the clip is {width}x{height} pixels, expected multiples "
                                                  "of 16.")
    return torch.randn(1, 16, frames, height // 8, width // 8, generator=generator, device=generator.device)


@torch.no_grad()
def sample_key_frames(transformer: Callable[..., Tensor], schedule: Tensor | Scheduler, noise: Tensor,
                      condition: Tensor, text: Tensor, image: Tensor,
                      geometric: GeometricControl | None = None, stereo: StereoControl | None = None, *,
                      negative_text: Tensor | None = None, guidance: float = 1.0, attention: Attention = sdpa,
                      on_step: OnStep | None = None, pure_noise_timestep: float = TRAIN_TIMESTEPS,
                      mesh: DeviceMesh | None = None) -> Tensor:
    """Key-frame latents [B,16,F,h,w] from noise of the same shape.

    schedule: noise levels [steps + 1] ending in 0 for plain Euler steps (the distilled model:
    few_step_sigmas), or a diffusers scheduler already set to its steps (unipc_scheduler for the others; it
    carries state: use a fresh one). condition [B,20,F,h,w] from encode_condition; text [B,512,C]; image
    [B,257,C]; the model runs in text's type. With guidance above 1 every step runs the model with `text`,
    then with `negative_text`; all else is the same. attention: the function that computes attention;
    model/attention/backends.py has others. pure_noise_timestep: what the model is told at noise level 1; only
    for noise levels, a scheduler has its own timesteps. mesh: the processes that sample the clip together,
    from clip_mesh; all call this with the same values, each on its own device, and get the same latent.
    """
    check_same_path(geometric, stereo)
    check_shape("condition", condition, f"{len(noise)},20,{','.join(map(str, noise.shape[2:]))}",
                "encode the start image for the same number of key frames and the same size as the noise")
    require(guidance <= 1 or negative_text is not None,
            f"guidance {guidance} needs a negative prompt, but none was given; connect one or set guidance "
            "to 1.")
    timesteps, step = steps_of(schedule, pure_noise_timestep)
    prompt_group = group_of(mesh, PROMPTS)
    require(prompt_group is None or guidance > 1,
            f"The processes are split for two prompts, but guidance is {guidance}, which runs one; make the "
            "mesh with prompts=1.")
    # what the steps share is dropped with the run
    run = RunOptions(attention=attention, cache={}, tables={}, group=group_of(mesh, TOKENS))

    def velocity(i: int, latent: Tensor) -> Tensor:
        video = torch.cat([latent, condition], dim=1).to(text.dtype)
        timestep = timesteps[i].to(video.device).expand(len(video))
        acts = geometric is not None and geometric.start <= i / len(timesteps) < geometric.end

        def predict(prompt: Tensor) -> Tensor:
            return transformer(video, timestep, prompt, image, geometric if acts else None, stereo, run)

        if guidance <= 1 or negative_text is None:
            return predict(text)
        prompts = text, negative_text
        if prompt_group:
            conditional, unconditional = gathered(predict(prompts[prompt_group.rank()]), prompt_group)
        else:
            conditional, unconditional = map(predict, prompts)
        return unconditional + guidance * (conditional - unconditional)

    latent = noise
    for i in range(len(timesteps)):
        latent = step(i, velocity(i, latent), latent)
        if on_step:
            on_step(i + 1, len(timesteps), latent)
    return latent


def steps_of(schedule: Tensor | Scheduler, pure_noise_timestep: float = TRAIN_TIMESTEPS,
             ) -> tuple[Tensor, Callable[[int, Tensor, Tensor], Tensor]]:
    """Timesteps [steps] in 0..1000 and the function (step, velocity, latent) -> next latent of a schedule."""
    if isinstance(schedule, Tensor):
        require(schedule.ndim == 1 and len(schedule) >= 2 and bool((schedule.diff() < 0).all()),
                f"noise levels are {schedule.tolist()}, expected at least two, falling.")
        return pure_noise_timestep * schedule[:-1], lambda i, v, x: x + (schedule[i + 1] - schedule[i]) * v
    timesteps = schedule.timesteps
    return timesteps, lambda i, v, x: schedule.step(v, timesteps[i], x, return_dict=False)[0]
