"""Noise schedules: the distilled model's few steps, and UniPC exactly as in the official runs."""
from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch
from torch import Tensor

from ..values import require

if TYPE_CHECKING:
    from diffusers.schedulers.scheduling_unipc_multistep import UniPCMultistepScheduler

TRAIN_TIMESTEPS = 1000
Sigmas = TypeVar("Sigmas", Tensor, np.ndarray)


def shift_sigmas(sigmas: Sigmas, shift: float) -> Sigmas:
    """The flow shift: moves sigmas [...] in 0..1 towards 1 for shift > 1."""
    return shift * sigmas / (1 + (shift - 1) * sigmas)


def few_step_timesteps(steps: int, start: float = 250, end: float = 1000, shift: float = 5.0) -> Tensor:
    """Timesteps (0..end, float32 [steps], falling) of the distilled model; 1000, 937.5, 833.3, 625 for 4
    steps."""
    _check_steps(steps)
    require(0 < start <= end <= TRAIN_TIMESTEPS,
            f"few-step range {start}..{end} is not within 0..{TRAIN_TIMESTEPS}; check the settings in "
            "config.json.")
    even = torch.linspace(start, end, steps).flip(0) / end
    return end * shift_sigmas(even, shift)


def few_step_sigmas(steps: int, start: float = 250, end: float = 1000, shift: float = 5.0) -> Tensor:
    """Noise levels float32 [steps + 1] of the few steps, the first one 1, the last one 0.

    Timestep `end` is pure noise: give it to sample_key_frames as pure_noise_timestep when it is not 1000.
    """
    sigmas = few_step_timesteps(steps, start, end, shift) / end
    return torch.cat([sigmas, sigmas.new_zeros(1)])


def unipc_sigmas(steps: int, flow_shift: float = 3.0, train_timesteps: int = TRAIN_TIMESTEPS) -> Tensor:
    """Noise levels float32 [steps + 1] of the official UniPC runs (diffusers 0.36), the last one 0."""
    return torch.from_numpy(np.append(_unipc_levels(steps, flow_shift, train_timesteps),
                                      0.0).astype(np.float32))


def unipc_scheduler(steps: int, flow_shift: float = 3.0, **settings: object) -> UniPCMultistepScheduler:
    """A fresh diffusers UniPCMultistepScheduler set to `steps` steps, with the official sigmas.

    diffusers changed its flow sigmas after 0.36 and with them visibly the result, so sigmas and timesteps
    (truncated to integers, as the official runs had them) are set here. `settings` are further constructor
    arguments.
    """
    from diffusers.schedulers.scheduling_unipc_multistep import UniPCMultistepScheduler

    scheduler = UniPCMultistepScheduler(**{"prediction_type": "flow_prediction", "use_flow_sigmas": True,
                                           "flow_shift": flow_shift, **settings})
    train_timesteps = scheduler.config["num_train_timesteps"]
    levels = _unipc_levels(steps, flow_shift, train_timesteps)
    scheduler.set_timesteps(steps)
    scheduler.timesteps = torch.from_numpy((levels * train_timesteps).astype(np.int64))
    scheduler.sigmas = unipc_sigmas(steps, flow_shift, train_timesteps)
    if scheduler.config["final_sigmas_type"] == "sigma_min":
        scheduler.sigmas[-1] = scheduler.sigmas[-2]
    # Neighbouring timesteps may truncate to the same integer; a run starts at the first of them all the same.
    scheduler.set_begin_index(0)
    return scheduler


def _unipc_levels(steps: int, flow_shift: float, train_timesteps: int) -> np.ndarray:
    """float64 [steps]: the truncated timesteps depend on these digits."""
    _check_steps(steps)
    even = 1 - np.linspace(1, 1 / train_timesteps, steps + 1)
    return shift_sigmas(even, flow_shift)[::-1][:-1]


def _check_steps(steps: int) -> None:
    require(steps >= 1, f"{steps} sampling steps were asked for, expected at least 1.")
