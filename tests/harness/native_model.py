"""The tiny model as a MODEL of ComfyUI, its prompts, and the same run through the library alone."""
from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

import torch

import tiny

if TYPE_CHECKING:
    from comfy.model_patcher import ModelPatcher
    from diffusers import UniPCMultistepScheduler

Conditioning = list  # ComfyUI's: [[text, {more}], ...]


def model_of(variant: str, comfy: ModuleType) -> ModelPatcher:
    from worldstereo.core.model.checkpoint.settings import Settings
    from worldstereo.nodes import bridge

    return bridge.make_model(tiny.transformer(variant != "camera"), Settings(variant=variant))


def with_memories(model: ModelPatcher) -> ModelPatcher:
    from worldstereo.nodes import bridge

    geometric, stereo = tiny.controls()
    model = bridge.with_memory(model, geometric)
    return model if bridge.worldstereo(model).settings.variant == "camera" else bridge.with_memory(
        model, stereo)


def conditioning(tokens: tuple[int, int] = (512, 512)) -> list[Conditioning]:
    """Positive and negative as the stock nodes make them: text, image latent, mask (0 = given),
    CLIP vision."""
    import comfy.clip_vision

    g = torch.Generator().manual_seed(5)
    seen = comfy.clip_vision.Output()
    seen.penultimate_hidden_states = torch.randn(1, 257, tiny.WAN["image_dim"], generator=g)
    mask = torch.ones(1, 4, *tiny.LATENT[2:])
    mask[:, :, 0] = 0
    extra = {"concat_latent_image": torch.randn(tiny.LATENT, generator=g), "concat_mask": mask,
             "clip_vision_output": seen}
    return [[[torch.randn(1, n, tiny.WAN["text_dim"], generator=g), dict(extra)]] for n in tokens]


def ksample(model: ModelPatcher, positive: Conditioning, negative: Conditioning, steps: int = 3,
            cfg: float = 3.0,
            seed: int = 7, sampler: str = "euler", scheduler: str = "simple") -> torch.Tensor:
    import nodes as stock

    latent = {"samples": torch.zeros(tiny.LATENT)}
    with torch.inference_mode():
        sampled, = stock.common_ksampler(model, seed, steps, cfg, sampler, scheduler, positive,
                                         negative, latent)
        return sampled["samples"]


def by_library(model: ModelPatcher, positive: Conditioning, negative: Conditioning,
               schedule: torch.Tensor | UniPCMultistepScheduler, cfg: float, seed: int = 7) -> torch.Tensor:
    """The same run through the library pipeline alone: no ComfyUI code between the noise and the latent."""
    import comfy.latent_formats

    from worldstereo.core.sampling.pipeline import sample_key_frames
    from worldstereo.nodes import bridge

    wan, extra = comfy.latent_formats.Wan21(), positive[0][1]
    condition = torch.cat([1 - extra["concat_mask"], wan.process_in(extra["concat_latent_image"])], dim=1)
    noise = torch.randn(tiny.LATENT, generator=torch.manual_seed(seed))
    options = model.model_options["transformer_options"]
    latent = sample_key_frames(
        bridge.worldstereo(model).diffusion_model.net, schedule, noise, condition, positive[0][0][:, :512],
        extra["clip_vision_output"].penultimate_hidden_states, options[bridge.GEOMETRIC],
        options.get(bridge.STEREO),
        negative_text=negative[0][0][:, :512], guidance=cfg,
        pure_noise_timestep=bridge.worldstereo(model).settings.pure_noise_timestep)
    return wan.process_out(latent)


def stock_node(node: type, **inputs: object) -> tuple:
    """The outputs of one of ComfyUI's own nodes, of either kind."""
    out = getattr(node if node.FUNCTION.startswith("EXECUTE") else node(), node.FUNCTION)(**inputs)
    return out.args if hasattr(out, "args") else out
