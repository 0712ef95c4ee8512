"""A MODEL whose forwards are computed by processes on several devices, see core/model/workers.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import comfy.float
import comfy.lora
import comfy.model_management as mm
import comfy.model_patcher
import comfy.patcher_extension as pe
import torch
import torch.distributed
from comfy.model_patcher import ModelPatcher
from torch import Tensor

from ...core.model.workers import Workers
from ...core.values import Value, require
from .model import worldstereo
from .team import end_team, running_team, start_team
from .view import GEOMETRIC, PORTIONS, STEREO, WORKERS

AUTO, WHOLE, SHARDED = "auto", "whole", "sharded"
ROOM = 0.9  # of a card, for weights and a step


@dataclass(frozen=True)
class Team(Value):
    """devices: one for each process; weights: AUTO, WHOLE or SHARDED."""

    devices: tuple[str, ...]
    weights: str


class ModelOnWorkers(ModelPatcher):
    """A MODEL of which this process loads nothing onto its device."""

    def partially_load(self, *args: Any, **kwargs: Any) -> int:
        self.unpatch_model(self.offload_device, unpatch_weights=True)
        self.patch_model(load_weights=False)
        return 0


class Sampling:
    """A sampling with the processes. An object, because ComfyUI copies dictionaries for every step."""

    def __init__(self, model: ModelPatcher, team: Team):
        self.model, self.team, self.begun = model, team, False

    def forward(self, inputs: tuple[Tensor | None, ...], options: dict[str, Any], copies: int) -> Tensor:
        """The velocity [B,16,F,h,w]; inputs: of the transformer's forward, first the video [B,36,F,h,w]."""
        require(not options.get("patches_replace", {}).get("dit"),
                "Another node changed blocks of the MODEL, which cannot run on several GPUs: remove it, or "
                "'Use Several GPUs'.")
        video, waiting = inputs[0], mm.throw_exception_if_processing_interrupted
        assert video is not None
        workers = _workers_for(self.model, self.team, list(video.shape))
        if not self.begun:
            memories = self.model.model_options["transformer_options"]
            workers.ask(waiting, "begin", memories.get(GEOMETRIC), memories.get(STEREO),
                        options.get(PORTIONS, 1))
            self.begun = True
        inputs = tuple(None if t is None else t.cpu() for t in inputs)
        velocity: Tensor = workers.ask(waiting, "forward", inputs, GEOMETRIC in options, copies)
        return velocity.to(video.device)


def on_several_gpus(model: ModelPatcher, count: int, weights: str) -> ModelPatcher:
    """A clone of the MODEL that is computed on so many GPUs; ValueError where there are fewer."""
    require(worldstereo(model).source is not None,
            "This MODEL was not loaded from a file; use the one from 'Load WorldStereo Model'.")
    patched = model.clone()
    patched.__class__ = ModelOnWorkers
    patched.model_options["transformer_options"][WORKERS] = Team(_devices(count), weights)
    patched.add_wrapper_with_key(pe.WrappersMP.OUTER_SAMPLE, WORKERS, workers_for_one_sampling)
    return patched


def workers_for_one_sampling(executor: Any, *args: Any, **kwargs: Any) -> Tensor:
    """OUTER_SAMPLE wrapper: hands the processes to the run."""
    guider = executor.class_obj
    require(not any("hooks" in cond for conds in guider.conds.values() for cond in conds),
            "A prompt has hooks that change weights between steps, which cannot run on several GPUs: remove "
            "them, or 'Use Several GPUs'.")
    options = guider.model_options["transformer_options"]
    team = options[WORKERS]
    options[WORKERS] = Sampling(guider.model_patcher, team)
    try:
        return executor(*args, **kwargs)
    finally:
        options[WORKERS] = team


def _devices(count: int) -> tuple[str, ...]:
    kind = mm.get_torch_device().type
    distributed = torch.distributed.is_available()
    require(distributed and (kind != "cuda" or torch.distributed.is_nccl_available()),
            "This torch cannot join several GPUs (it has no NCCL, which there is for NVIDIA's on Linux): "
            "remove 'Use Several GPUs'.")
    if kind == "cpu":
        return ("cpu",) * count
    found = torch.cuda.device_count() if kind == "cuda" else 1
    require(count <= found, f"'Use Several GPUs' was asked for {count} GPUs, but ComfyUI sees {found}: "
                            + ("lower gpus." if found > 1 else "remove the node."))
    return tuple(f"cuda:{i}" for i in range(count))


def _workers_for(model: ModelPatcher, team: Team, shape: list[int]) -> Workers:
    """The processes, with the MODEL's weights; started or started again when others are needed."""
    loaded = worldstereo(model)
    source = loaded.source
    assert source is not None  # on_several_gpus takes no other
    compute = loaded.manual_cast_dtype or loaded.get_dtype()
    wanted = compute, model.patches_uuid if model.patches else None, team
    workers = running_team(source, wanted)
    if workers is not None:
        return workers
    workers = start_team(source, wanted, team.devices)
    sharded = team.weights == SHARDED or team.weights == AUTO and not _fits(model, team, shape, compute)
    try:
        workers.ask(mm.throw_exception_if_processing_interrupted, "load", *source, compute,
                    _changed_weights(model), sharded)
    except BaseException:
        end_team()  # cancelled: what is loaded is not complete
        raise
    return workers


def _fits(model: ModelPatcher, team: Team, shape: list[int], compute: torch.dtype) -> bool:
    """Whether each card holds all weights and its part of a step."""
    if team.devices[0] == "cpu":
        return True
    loaded = worldstereo(model)
    weights = compute.itemsize * sum(p.numel() for p in loaded.diffusion_model.net.parameters())
    step = loaded.memory_required(shape) / len(team.devices)
    cards = (torch.cuda.get_device_properties(device).total_memory for device in team.devices)
    return weights + step < ROOM * min(cards)


def _changed_weights(model: ModelPatcher) -> dict[str, Tensor]:
    """The weights that LoRAs and the like change, as ComfyUI would store them, by the network's own names."""
    net = worldstereo(model).diffusion_model.net
    names, changed = {id(parameter): name for name, parameter in net.named_parameters()}, {}
    for key, patches in model.patches.items():
        weight, set_weight, convert = comfy.model_patcher.get_key_weight(model.model, key)
        values = weight.to(torch.float32, copy=True)
        values = comfy.lora.calculate_weight(patches, convert(values) if convert else values, key)
        seed = comfy.model_patcher.string_to_seed(key)
        changed[names[id(weight)]] = (
            set_weight(values, seed=seed, return_weight=True) if set_weight
            else comfy.float.stochastic_rounding(values, weight.dtype, seed=seed)).detach().cpu()
    return changed
