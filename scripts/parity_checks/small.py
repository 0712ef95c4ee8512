"""Size bucket, frame picks, clip order and both schedules."""
from __future__ import annotations

import torch
from torch import Tensor

from worldstereo.core.key_frames import even_frames, even_parts, frames_to_keep
from worldstereo.core.sampling import schedule
from worldstereo.core.sampling.conditioning import nearest_bucket
from worldstereo.core.sampling.pipeline import steps_of
from worldstereo.core.world.clip_list import RECONSTRUCTION_ORDER, trajectory_order

from .case import Case

# (height, width) of the official code's own default; the released config.json holds a longer list.
DEFAULT_BUCKETS = ((480, 768), (512, 720), (576, 640), (608, 608), (640, 576), (720, 512), (768, 480))
UNIPC, FEW_STEP = "UniPCMultistepScheduler", "FlowGeneratorScheduler"


def check_small(case: Case) -> dict:
    computed = _sizes(case.meta.get("assign_scale")) | _clip_order(case.meta.get("trajectory_order"))
    for name, pick in (("sample_align_nframe", frames_to_keep), ("split_n_into_d_parts", even_parts),
                       ("linspace_int", even_frames)):
        for numbers, wanted in case.meta.get(name, {}).items():
            computed[f"{name} {numbers}"] = (pick(*map(int, numbers.split(","))), wanted)
    for config in case.meta["schedulers"]:
        steps = {UNIPC: _unipc, FEW_STEP: _few_step}.get(config["cls"])
        if steps is None:
            raise ValueError(f"unknown scheduler {config['cls']}")
        computed |= steps(config, case.inputs)
    return computed


def unipc_from(config: dict, steps: int):
    """Our scheduler from a recorded configuration."""
    return schedule.unipc_scheduler(steps, **{name: value for name, value in config.items()
                                              if name not in ("cls", "i", "num_inference_steps")})


def few_step_from(config: dict) -> dict:
    """Arguments of our few-step functions from a recorded configuration."""
    return {"steps": config["dmd_steps"], "start": config["start_timesteps"],
            "end": config["num_train_timesteps"],
            "shift": config["shift"]}


def _sizes(recorded: dict | None) -> dict:
    if not recorded:
        return {}
    buckets = {"with_scale_map": recorded["scale_map"], "with_default": DEFAULT_BUCKETS}
    return {name: ([list(nearest_bucket(*size, choice)) for size in recorded["sizes"]], recorded[name])
            for name, choice in buckets.items()}


def _clip_order(recorded: dict | None) -> dict:
    if not recorded:
        return {}
    return {"trajectory order": (trajectory_order(recorded["dirs"], [recorded["invalid_view"]]),
                                 recorded["result"]),
            "reconstruction order": (list(RECONSTRUCTION_ORDER), recorded["reconstruction"])}


def _unipc(config: dict, inputs: dict) -> dict:
    name = f"unipc.{config['i']}"
    scheduler = unipc_from(config, config["num_inference_steps"])
    return {f"{name}.timesteps": scheduler.timesteps, f"{name}.sigmas": scheduler.sigmas,
            f"{name}.samples": _samples(name, scheduler, inputs)}


def _few_step(config: dict, inputs: dict) -> dict:
    name = f"dmd.{config['i']}"
    sigmas = schedule.few_step_sigmas(**few_step_from(config))
    computed = {f"{name}.timesteps": schedule.few_step_timesteps(**few_step_from(config)),
                f"{name}.sigmas": sigmas,
                f"{name}.samples": _samples(name, sigmas, inputs)}
    if f"{name}.add_noise_x" in inputs:
        parts = (inputs[f"{name}.add_noise_{part}"] for part in "xnt")
        computed[f"{name}.add_noise"] = add_noise(*parts, config["num_train_timesteps"])
    return computed


def add_noise(latent: Tensor, noise: Tensor, timestep: Tensor, end: float) -> Tensor:
    """latent [B,...] brought to the noise level of timestep [B] (0..end): (1 - sigma) latent + sigma
    noise."""
    sigma = (timestep / end).view(-1, *[1] * (latent.ndim - 1))
    return (1 - sigma) * latent + sigma * noise


def _samples(name: str, steps, inputs: dict) -> Tensor:
    """The sample after each step, with the recorded model outputs instead of a model."""
    _, step = steps_of(steps)
    samples, sample = [], inputs[f"{name}.sample"]
    for i, velocity in enumerate(inputs[f"{name}.model_outputs"]):
        sample = step(i, velocity, sample)
        samples.append(sample)
    return torch.stack(samples)
