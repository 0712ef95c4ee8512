"""The module that ComfyUI calls: the network under native Wan names."""

from __future__ import annotations

import logging
from typing import Any

import comfy.ldm.modules.attention
import comfy.model_management as mm
import comfy.patcher_extension as pe
import torch
from torch import Tensor

from ...core.model.attention.attention import Attention, RopeTable
from ...core.model.blocks import TEXT_TOKENS
from ...core.model.checkpoint.names import native_name
from ...core.model.control_branch import CONTROL_CHANNELS
from ...core.model.run_options import BlockHook, RunBlock, RunOptions
from ...core.model.step_cache import Cache
from ...core.model.transformer import WorldStereoTransformer

logger = logging.getLogger(__name__)

# keys in transformer_options
GEOMETRIC, STEREO, CACHE = "worldstereo_geometric", "worldstereo_stereo", "worldstereo_cache"
PORTIONS, WORKERS = "worldstereo_portions", "worldstereo_workers"


class NameHolder(torch.nn.Module):
    """A name on the way to a layer. It is never called, so another pack that replaces its forward has no
    effect."""

    def __setattr__(self, name: str, value: object) -> None:
        if name == "forward" and getattr(value, "__func__", None) is not torch.nn.Module.forward:
            logger.warning("WorldStereo: another node replaced the forward of a block's part; that has no "
                           "effect here.")
        super().__setattr__(name, value)  # pyright: ignore[reportArgumentType]  # as in torch, any value


class NativeView(torch.nn.Module):
    """The network under native Wan names, with ComfyUI's call signature.

    ComfyUI sees a tree of name holders whose leaves are the network's own layers, so stock LoRAs and merges
    find their keys. The network itself is not registered a second time.
    """

    net: WorldStereoTransformer

    def __init__(self, net: WorldStereoTransformer, dtype: torch.dtype):
        super().__init__()
        self.dtype = dtype  # ComfyUI's get_dtype() reads it
        object.__setattr__(self, "net", net)
        loose = []
        for path, module in net.named_modules():
            if next(module.children(), None) is None and next(module.parameters(), None) is not None:
                holder, name = self._holder_of(native_name(path))
                holder.add_module(name, module)
                continue
            for own, parameter in module.named_parameters(recurse=False):
                holder, name = self._holder_of(native_name(f"{path}.{own}" if path else own))
                holder.register_parameter(name, parameter)
                loose.append((holder, name, module, own))
        self.loose = tuple(loose)

    def _holder_of(self, path: str) -> tuple[torch.nn.Module, str]:
        """The name holder for a dotted path and the last name in it; holders are made on the way."""
        *parents, name = path.split(".")
        holder: torch.nn.Module = self
        for parent in parents:
            if parent not in holder._modules:
                holder.add_module(parent, NameHolder())
            holder = holder.get_submodule(parent)
        return holder, name

    def forward(self, x: Tensor, timestep: Tensor, context: Tensor | None = None,
                clip_fea: Tensor | None = None, time_dim_concat: Tensor | None = None,
                transformer_options: dict[str, Any] = {}, **kwargs: object) -> Tensor:
        """x [B,36,F,h,w], timestep [B] in 0..1000, context [B,M,text], clip_fea [B,257,image] ->
        [B,16,F,h,w]."""
        wrappers = pe.get_all_wrappers(pe.WrappersMP.DIFFUSION_MODEL, transformer_options)
        executor = pe.WrapperExecutor.new_class_executor(self._forward, self, wrappers)
        # Wrappers of other packs count on the stock WanModel's positions.
        return executor.execute(x, timestep, context, clip_fea, time_dim_concat, transformer_options,
                                **kwargs)

    def _forward(self, x: Tensor, timestep: Tensor, context: Tensor, clip_fea: Tensor | None = None,
                 time_dim_concat: Tensor | None = None, transformer_options: dict[str, Any] = {},
                 **kwargs: object) -> Tensor:
        options = transformer_options
        copies = _cfg_copies(x, timestep, len(options.get("cond_or_uncond", [0])))
        if WORKERS in options:
            inputs = x, timestep, _exactly_512_tokens(context), clip_fea
            return options[WORKERS].forward(inputs, options, copies)
        self._move_loose_parameters(x.device)
        run = RunOptions(_attention(options), _block_hook(options), portions=options.get(PORTIONS, 1),
                         copies=copies, cache=options[CACHE].kept if CACHE in options else None,
                         tables=options[CACHE].tables if CACHE in options else None)
        return self.net(x, timestep, _exactly_512_tokens(context), clip_fea, options.get(GEOMETRIC),
                        options.get(STEREO), run)

    @torch.compiler.disable()  # torch.compile cannot trace the making of parameters
    def _move_loose_parameters(self, device: torch.device) -> None:
        """Partial loading never moves parameters of modules that have children; they are tiny and come along
        here."""
        for holder, name, module, own in self.loose:
            moved = mm.cast_to_device(holder._parameters[name].detach(), device, None)
            module._parameters[own] = torch.nn.Parameter(moved, requires_grad=False)


class StepCache:
    """What one sampling keeps between its steps, see RunOptions. An object, because ComfyUI copies
    dictionaries for every step."""

    def __init__(self, weights_change: bool) -> None:
        self.kept: Cache | None = None if weights_change else {}
        self.tables: Cache = {}


def cache_for_one_sampling(executor: Any, *args: Any, **kwargs: Any) -> Tensor:
    """OUTER_SAMPLE wrapper: gives the run a place for work that all steps share, and takes it away
    afterwards."""
    guider = executor.class_obj
    hooks = any("hooks" in cond for conds in guider.conds.values() for cond in conds)
    options = guider.model_options.setdefault("transformer_options", {})
    options[CACHE] = StepCache(weights_change=hooks)
    try:
        return executor(*args, **kwargs)
    finally:
        options.pop(CACHE)


@torch.compiler.disable()  # it looks at contents, which a compiled graph cannot
def _cfg_copies(x: Tensor, timestep: Tensor, prompts: int) -> int:
    """How many times the batch holds the same noise and mask, as with the prompts of guidance (CFG): prompts
    or 1.

    x [B,36,F,h,w], timestep [B]. See copies in RunOptions.
    """
    if prompts < 2:
        return 1
    parts = list(zip(x[:, :CONTROL_CHANNELS].chunk(prompts), timestep.chunk(prompts)))
    first = parts[0]
    same = all(torch.equal(video, first[0]) and torch.equal(time, first[1]) for video, time in parts[1:])
    return prompts if same else 1


def _attention(options: dict[str, Any]) -> Attention:
    def attention(q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
        return comfy.ldm.modules.attention.optimized_attention(q, k, v, heads=heads,
                                                               transformer_options=options)
    return attention


def _block_hook(options: dict[str, Any]) -> BlockHook:
    """Calls the block patches of other packs, and lets the user cancel between two blocks."""
    patches = options.get("patches_replace", {}).get("dit", {})

    def hook(i: int, run: RunBlock, x: Tensor, context: Tensor, modulation: Tensor,
             rope: RopeTable) -> Tensor:
        mm.throw_exception_if_processing_interrupted()
        patch = patches.get(("double_block", i))
        if patch is None:
            return run(x, context, modulation, rope)
        args = {"img": x, "txt": context, "vec": modulation, "pe": rope, "transformer_options": options}
        return patch(args,
                     {"original_block": lambda a: {"img": run(a["img"], a["txt"], a["vec"], a["pe"])}})["img"]

    return hook


def _exactly_512_tokens(context: Tensor) -> Tensor:
    """A prompt's embedding [B,M,C] filled up with zeros, or cut, to [B,512,C]."""
    missing = TEXT_TOKENS - context.shape[1]
    return torch.nn.functional.pad(context, (0, 0, 0, missing)) if missing > 0 else context[:, :TEXT_TOKENS]
