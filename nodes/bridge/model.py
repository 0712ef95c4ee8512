"""The network as an ordinary ComfyUI MODEL that carries memories."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import comfy.latent_formats
import comfy.model_base
import comfy.model_management as mm
import comfy.patcher_extension as pe
import comfy.supported_models_base
import torch
from comfy.model_patcher import ModelPatcher
from torch import Tensor

from ...core.model.blocks import TEXT_TOKENS
from ...core.model.checkpoint.describe import describe
from ...core.model.checkpoint.load import load_transformer
from ...core.model.checkpoint.precision import EIGHT_BIT_TYPES
from ...core.model.checkpoint.settings import Settings
from ...core.model.control_values import GeometricControl, StereoControl
from ...core.model.transformer import WorldStereoTransformer
from ...core.model.vram import peak_bytes
from ...core.pictures import latent_sheet
from ...core.sampling.controls import check_same_path
from .foreign import check_prompt, check_windows
from .layers import casts_kept, make_castable
from .out_of_memory import advice_when_out_of_memory, sampling_advice
from .precision import check_8_bits, compute_dtype_of, multiply_in_8_bits
from .progress import progress_to
from .team import Source, end_team_when_unloaded, end_team_with
from .view import GEOMETRIC, PORTIONS, STEREO, WORKERS, NativeView, cache_for_one_sampling

NEGATIVE = 1  # ComfyUI's number of the negative prompt in cond_or_uncond; the positive one is 0

logger = logging.getLogger(__name__)


class KeyFrameLatents(comfy.latent_formats.Wan21):
    """Wan's latents, of which ComfyUI's own preview shows all key frames, with any sampler."""

    latent_rgb_factors_reshape = staticmethod(latent_sheet)


class ModelConfig(comfy.supported_models_base.BASE):
    unet_config = {}
    unet_extra_config = {}
    latent_format = KeyFrameLatents


class WorldStereoModel(comfy.model_base.WAN21):
    """WAN21 supplies mask and image channels, text and CLIP vision; its own constructor would build another
    network."""

    diffusion_model: NativeView

    def __init__(self, config: ModelConfig, net: WorldStereoTransformer, settings: Settings,
                 device: torch.device | None = None):
        comfy.model_base.BaseModel.__init__(self, config, comfy.model_base.ModelType.FLOW, device=device)
        self.image_to_video = True
        self.settings = settings
        self.source: Source | None = None
        self.diffusion_model = NativeView(net, config.unet_config["dtype"]).eval()

    @property
    def text_dim(self) -> int:
        return self.diffusion_model.net.config["text_dim"]

    def concat_cond(self, **kwargs: Any) -> Tensor | None:
        """As WAN21, which would resize or leave out what does not fit without a word."""
        image, noise = kwargs.get("concat_latent_image"), kwargs["noise"]
        if image is None:
            logger.warning("WorldStereo: a prompt has no start image; pass both prompts through 'Image to "
                           "Key Frames'.")
        elif image.shape[1:] != noise.shape[1:]:
            raise ValueError(f"The latent is {list(noise.shape[1:])}, the start image was prepared for "
                             f"{list(image.shape[1:])} (channels, frames, height, width): take prompts and "
                             "latent from the same 'Image to Key Frames'.")
        return super().concat_cond(**kwargs)

    def extra_conds(self, **kwargs: Any) -> dict[str, Any]:
        check_prompt(kwargs)
        config, text = self.diffusion_model.net.config, kwargs.get("cross_attn")
        seen = kwargs.get("clip_vision_output")
        if text is not None:
            _check_width("prompt", text, config["text_dim"], "umt5_xxl with type wan in 'Load CLIP'")
        if seen is not None:
            tokens = getattr(seen, "penultimate_hidden_states", None)
            if not isinstance(tokens, Tensor):
                raise ValueError(f"A prompt's CLIP vision output is a {type(seen).__name__}; connect the "
                                 "output of 'CLIP Vision Encode'.")
            _check_width("CLIP vision output", tokens, config["image_dim"],
                         "clip_vision_h in 'Load CLIP Vision'")
        return super().extra_conds(**kwargs)

    def memory_required(self, input_shape: Sequence[int], cond_shapes: dict[str, Any] = {}) -> float:
        """Bytes that a step takes beside the weights, with the memories of the MODEL that is being
        sampled."""
        if len(input_shape) != 5:
            # another model's latent; refused later, in words
            return super().memory_required(input_shape, cond_shapes)
        return self._peak(input_shape, self.current_patcher.model_options["transformer_options"]
                          if self.current_patcher else {})

    def _peak(self, shape: Sequence[int], options: dict[str, Any]) -> int:
        batch, _, frames, rows, columns = shape
        of_frame = rows * columns // 4
        return peak_bytes(self.diffusion_model.net, batch, frames * of_frame, _references(options) * of_frame,
                          self.manual_cast_dtype or self.get_dtype(), options.get(PORTIONS, 1),
                          GEOMETRIC in options,
                          options[STEREO].receptive_field if STEREO in options else None)

    def _advice(self, shape: Sequence[int], options: dict[str, Any]) -> str:
        batch, _, frames, rows, columns = shape
        clip = (f"{frames} key frames of {8 * columns}x{8 * rows} with {_references(options)} references"
                + (f", {batch} at once" if batch > 1 else ""))
        eight_bit = self.diffusion_model.net.largest_layer.weight.dtype.itemsize == 1
        return sampling_advice(clip, self._peak(shape, options), eight_bit, options.get(PORTIONS, 1),
                               _references(options))

    def _apply_model(self, x: Tensor, t: Tensor, c_concat: Tensor | None = None,
                     c_crossattn: Tensor | None = None, control: object = None,
                     transformer_options: dict[str, Any] = {}, **kwargs: Any) -> Tensor:
        check_windows(transformer_options, GEOMETRIC in transformer_options or STEREO in transformer_options)
        sigma, sigmas = float(t.max()), transformer_options.get("sample_sigmas")
        # the first step; UniPC starts it a little below sigmas[0]
        if sigmas is not None and sigma > float(sigmas[1]):
            self._report_what_is_missing(transformer_options, c_crossattn, kwargs.get("clip_fea"))
            self._report_guidance(transformer_options, c_crossattn)
            check_same_path(transformer_options.get(GEOMETRIC), transformer_options.get(STEREO))
        memory: GeometricControl | None = transformer_options.get(GEOMETRIC)
        if memory is not None and not self._acts_at(memory, sigma):
            transformer_options = {key: value for key,
                                   value in transformer_options.items() if key != GEOMETRIC}
        with (casts_kept(self.diffusion_model.net),
              advice_when_out_of_memory(lambda: self._advice(x.shape, transformer_options))):
            return super()._apply_model(x, t, c_concat, c_crossattn, control, transformer_options, **kwargs)

    def _acts_at(self, memory: GeometricControl, sigma: float) -> bool:
        """From start on, and no longer at end, as in the library pipeline; sigmas are float32, hence the
        tolerance."""
        to_sigma = self.model_sampling.percent_to_sigma
        return to_sigma(memory.end) + 1e-5 < sigma <= to_sigma(memory.start) + 1e-5

    def _report_what_is_missing(self, options: dict[str, Any], context: Tensor | None,
                                clip_fea: Tensor | None) -> None:
        if context is not None and context.shape[1] > TEXT_TOKENS:
            logger.warning("WorldStereo: the prompt is longer than %d tokens; the rest is not used.",
                           TEXT_TOKENS)
        if clip_fea is None and not self.settings.prompt_free:
            logger.warning("WorldStereo: 'Image to Key Frames' has no clip_vision_output; the model runs "
                           "without image tokens.")
        if GEOMETRIC not in options:
            logger.warning("WorldStereo: 'Apply Global-Geometric Memory' is missing, so nothing controls "
                           "the camera.")
        elif not any(self._acts_at(options[GEOMETRIC],
                                   float(sigma)) for sigma in options["sample_sigmas"][:-1]):
            logger.warning("WorldStereo: no sampling step lies between start_percent and end_percent of "
                           "'Apply Global-Geometric Memory', so nothing controls the camera.")

    def _report_guidance(self, options: dict[str, Any], context: Tensor | None) -> None:
        """Of memory-dmd, which was distilled to run without; ComfyUI leaves the negative prompt out then."""
        prompts = options.get("cond_or_uncond", [])
        if not self.settings.distilled or NEGATIVE not in prompts:
            return
        rows = [] if context is None else context.chunk(len(prompts))
        zero = [not bool(row.any()) for row, prompt in zip(rows, prompts) if prompt == NEGATIVE]
        without = ", and with zero tokens as negative prompt: connect clip of 'Image to Key Frames'"
        logger.warning("WorldStereo: memory-dmd was distilled to run without guidance; it runs with a "
                       "guidance (cfg) other than 1 now%s.", without if any(zero) else "")


def _references(options: dict[str, Any]) -> int:
    return options[STEREO].reference_latent.shape[2] if STEREO in options else 0


def _check_width(name: str, tokens: Tensor, width: int, remedy: str) -> None:
    if tokens.shape[-1] != width:
        raise ValueError(f"The {name} has {tokens.shape[-1]} channels, the model takes {width}: load "
                         f"{remedy}.")


def load_model(path: str | Path, dtype: torch.dtype | None, base: str | Path | None = None,
               compute_dtype: torch.dtype | None = None, disable_dynamic: bool = False) -> ModelPatcher:
    """The MODEL of a checkpoint; dtype, base: see load_transformer, compute_dtype: see make_model.

    ComfyUI calls it again for a second MODEL with weights of its own, for another card. disable_dynamic is
    what it then says to loaders of its dynamic VRAM; this MODEL never has that.
    """
    if dtype in EIGHT_BIT_TYPES or dtype is None and describe(path, base).in_8_bits:
        check_8_bits(mm.get_torch_device())
    net, settings = load_transformer(path, dtype, progress_to(), base)
    model = make_model(net, settings, compute_dtype=compute_dtype)
    worldstereo(model).source = path, dtype, base
    model.cached_patcher_init = (load_model, (path, dtype, base, compute_dtype))
    return model


def make_model(net: WorldStereoTransformer, settings: Settings, load_device: torch.device | None = None,
               compute_dtype: torch.dtype | None = None) -> ModelPatcher:
    """The MODEL of a loaded network. compute_dtype None = what the device does best with these weights."""
    storage = net.largest_layer.weight.dtype
    load_device = load_device or mm.get_torch_device()
    compute_dtype = compute_dtype or compute_dtype_of(storage, load_device)
    make_castable(net, multiply_in_8_bits(storage, compute_dtype or storage, load_device))
    config = ModelConfig({"image_model": "wan2.1", "disable_unet_model_creation": True})
    shift = settings.few_step.shift if settings.distilled else settings.flow_shift
    config.sampling_settings = {"shift": shift, "multiplier": settings.pure_noise_timestep}
    config.set_inference_dtype(storage, compute_dtype)
    model = WorldStereoModel(config, net, settings, device=mm.unet_offload_device())
    # plain on purpose, also where a core has dynamic VRAM: see docs/compatibility.md
    patcher = ModelPatcher(model, load_device, mm.unet_offload_device())
    for wrapper in (name_the_sampled_model, cache_for_one_sampling):
        patcher.add_wrapper_with_key(pe.WrappersMP.OUTER_SAMPLE, "worldstereo", wrapper)
    patcher.add_callback_with_key(pe.CallbacksMP.ON_DETACH, "worldstereo", end_team_when_unloaded)
    return patcher


def name_the_sampled_model(executor: Any, *args: Any, **kwargs: Any) -> Tensor:
    """OUTER_SAMPLE wrapper: ComfyUI asks what a run needs before it says which clone, with which memories,
    will run."""
    patcher = executor.class_obj.model_patcher
    if WORKERS not in patcher.model_options["transformer_options"]:
        end_team_with(patcher.model.source)  # which hold memory that the same weights need here
    before, patcher.model.current_patcher = patcher.model.current_patcher, patcher
    try:
        return executor(*args, **kwargs)
    finally:
        patcher.model.current_patcher = before


def worldstereo(model: ModelPatcher) -> WorldStereoModel:
    """What 'Load WorldStereo Model' loaded, whatever patches the MODEL carries. ValueError for any other
    MODEL."""
    loaded = getattr(model, "model", None)
    if not isinstance(loaded, WorldStereoModel):
        raise ValueError(f"This MODEL is a {type(loaded or model).__name__}; expected one from 'Load "
                         "WorldStereo Model'.")
    return loaded


def with_memory(model: ModelPatcher, control: GeometricControl | StereoControl) -> ModelPatcher:
    """A clone of the MODEL that carries this memory; the MODEL given stays as it was."""
    is_stereo = isinstance(control, StereoControl)
    if is_stereo:
        refuse_camera_variant(model)
    patched = model.clone()
    patched.model_options["transformer_options"][STEREO if is_stereo else GEOMETRIC] = control
    return patched


def require_geometric_memory(model: ModelPatcher) -> None:
    """ValueError when nothing would control the camera."""
    worldstereo(model)
    if GEOMETRIC not in model.model_options["transformer_options"]:
        raise ValueError("'Apply Global-Geometric Memory' is missing before 'Sample Key Frames', so nothing "
                         "would control the camera: put it between loader and sampler, or set "
                         "geometric_memory of 'Sample Key Frames' to optional.")


def in_portions(model: ModelPatcher, portions: int) -> ModelPatcher:
    """A clone of the MODEL that works on its tokens in so many portions."""
    worldstereo(model)
    patched = model.clone()
    patched.model_options["transformer_options"][PORTIONS] = portions
    return patched


def refuse_camera_variant(model: ModelPatcher) -> None:
    if not worldstereo(model).diffusion_model.net.memory:
        raise ValueError("This is a camera model; it has no spatial-stereo memory: remove 'Apply "
                         "Spatial-Stereo Memory', or load a memory variant in 'Load WorldStereo Model'.")
