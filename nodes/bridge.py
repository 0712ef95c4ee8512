"""All contact with ComfyUI's internals: the MODEL, the VAE, progress and interruption.

Written for ComfyUI 0.3.75 and newer. Nothing here is imported before a node runs.
"""

from __future__ import annotations

import logging

import comfy.conds
import comfy.latent_formats
import comfy.ldm.modules.attention
import comfy.ldm.wan.vae
import comfy.model_base
import comfy.model_management as mm
import comfy.model_patcher
import comfy.model_sampling
import comfy.ops
import comfy.patcher_extension as pe
import comfy.sample
import comfy.samplers
import comfy.supported_models_base
import comfy.utils
import latent_preview
import node_helpers
import torch

from ..core.model.blocks import TEXT_TOKENS
from ..core.model.controls import GeometricControl, StereoControl, geometric_inputs, stereo_inputs
from ..core.model.native_names import native_name
from ..core.model.settings import Settings
from ..core.model.transformer import WorldStereoTransformer
from ..core.model.vae import KeyFrameVae
from ..core.sampling.schedule import few_step_sigmas, unipc_scheduler, unipc_sigmas

logger = logging.getLogger(__name__)

GEOMETRIC, STEREO = "worldstereo_geometric", "worldstereo_stereo"  # keys in transformer_options
COMPUTE_DTYPES = [torch.bfloat16, torch.float16, torch.float32]  # in order of preference; the official runs use bf16


# ---- layers that ComfyUI may keep elsewhere or in another type ----

class FP32LayerNorm(comfy.ops.manual_cast.LayerNorm):
    """diffusers' layer norm of the same name: computes in float32, returns the input's type."""

    def forward_comfy_cast_weights(self, x):
        return super().forward_comfy_cast_weights(x.float()).to(x.dtype)


def make_castable(net: torch.nn.Module) -> None:
    """Turns every leaf layer into ComfyUI's of the same kind, so that partial loading, casting and LoRA work on it."""
    ops = comfy.ops.manual_cast
    classes = {"Linear": ops.Linear, "Conv3d": ops.Conv3d, "GroupNorm": ops.GroupNorm, "LayerNorm": ops.LayerNorm,
               "RMSNorm": ops.RMSNorm, "FP32LayerNorm": FP32LayerNorm}
    for name, module in net.named_modules():
        is_leaf = next(module.children(), None) is None
        if not is_leaf or not any(p is not None for p in module._parameters.values()):
            continue
        if type(module).__name__ not in classes:
            raise RuntimeError(f"{name} is a {type(module).__name__}, which has no ComfyUI layer: nodes/bridge.py must learn it.")
        module.__class__ = classes[type(module).__name__]
        module.weight_function, module.bias_function = [], []
        if "bias" not in module._parameters:
            module.bias = None  # RMSNorm has none, but ComfyUI's cast reads it


# ---- the module that ComfyUI calls ----

class NativeView(torch.nn.Module):
    """The network under native Wan names, with ComfyUI's call signature.

    ComfyUI sees a tree of name holders whose leaves are the network's own layers, so stock LoRAs and merges find their
    keys. The network itself is not registered a second time.
    """

    def __init__(self, net: WorldStereoTransformer, dtype: torch.dtype):
        super().__init__()
        self.dtype = dtype  # ComfyUI's get_dtype() reads it
        object.__setattr__(self, "net", net)
        loose = []
        for path, module in net.named_modules():
            if next(module.children(), None) is None and next(module.parameters(), None) is not None:
                holder, name = self._place(native_name(path))
                holder.add_module(name, module)
                continue
            for own, parameter in module.named_parameters(recurse=False):
                holder, name = self._place(native_name(f"{path}.{own}" if path else own))
                holder.register_parameter(name, parameter)
                loose.append((holder, name, module, own))
        self.loose = tuple(loose)

    def _place(self, path: str) -> tuple[torch.nn.Module, str]:
        """The name holder for a dotted path and the last name in it; holders are made on the way."""
        *parents, name = path.split(".")
        holder = self
        for parent in parents:
            if parent not in holder._modules:
                holder.add_module(parent, torch.nn.Module())
            holder = holder._modules[parent]
        return holder, name

    def forward(self, x, timestep, context=None, clip_fea=None, time_dim_concat=None, transformer_options={}, **kwargs):
        wrappers = pe.get_all_wrappers(pe.WrappersMP.DIFFUSION_MODEL, transformer_options)
        executor = pe.WrapperExecutor.new_class_executor(self._forward, self, wrappers)
        # Wrappers of other packs count on the stock WanModel's positions.
        return executor.execute(x, timestep, context, clip_fea, time_dim_concat, transformer_options, **kwargs)

    def _forward(self, x, timestep, context, clip_fea=None, time_dim_concat=None, transformer_options={}, **kwargs):
        self._bring_loose_parameters(x.device)
        options, memories = transformer_options, {}
        if GEOMETRIC in options:
            memories |= geometric_inputs(options[GEOMETRIC], x)
        if STEREO in options:
            memories |= stereo_inputs(options[STEREO], x)
        return self.net(x, timestep, _exactly_512_tokens(context), clip_fea, **memories, attention=_attention(options),
                        block_hook=_block_hook(options))

    @torch.compiler.disable  # torch.compile cannot trace the making of parameters
    def _bring_loose_parameters(self, device: torch.device) -> None:
        """Partial loading never moves parameters of modules that have children; they are tiny and come along here."""
        for holder, name, module, own in self.loose:
            moved = holder._parameters[name].detach().to(device)
            module._parameters[own] = torch.nn.Parameter(moved, requires_grad=False)


def _attention(options):
    def attention(q, k, v, heads):
        return comfy.ldm.modules.attention.optimized_attention(q, k, v, heads=heads, transformer_options=options)
    return attention


def _block_hook(options):
    """Calls the block patches of other packs, and lets the user cancel between two blocks."""
    patches = options.get("patches_replace", {}).get("dit", {})

    def hook(i, run, x, context, modulation, rope):
        mm.throw_exception_if_processing_interrupted()
        patch = patches.get(("double_block", i))
        if patch is None:
            return run(x, context, modulation, rope)
        args = {"img": x, "txt": context, "vec": modulation, "pe": rope, "transformer_options": options}
        return patch(args, {"original_block": lambda a: {"img": run(a["img"], a["txt"], a["vec"], a["pe"])}})["img"]

    return hook


def _exactly_512_tokens(context: torch.Tensor) -> torch.Tensor:
    missing = TEXT_TOKENS - context.shape[1]
    return torch.nn.functional.pad(context, (0, 0, 0, missing)) if missing > 0 else context[:, :TEXT_TOKENS]


# ---- MODEL ----

class ModelConfig(comfy.supported_models_base.BASE):
    unet_config = {}
    unet_extra_config = {}
    latent_format = comfy.latent_formats.Wan21


class WorldStereoModel(comfy.model_base.WAN21):
    """WAN21 supplies mask and image channels, text and CLIP vision; its own constructor would build another network."""

    def __init__(self, config, net: WorldStereoTransformer, settings: Settings, device=None):
        comfy.model_base.BaseModel.__init__(self, config, comfy.model_base.ModelType.FLOW, device=device)
        self.image_to_video = True
        self.settings = settings
        self.diffusion_model = NativeView(net, config.unet_config["dtype"]).eval()

    @property
    def text_dim(self) -> int:
        return self.diffusion_model.net.config.text_dim

    def concat_cond(self, **kwargs):
        """As WAN21, which would resize or leave out what does not fit without a word."""
        image, noise = kwargs.get("concat_latent_image"), kwargs["noise"]
        if image is None:
            logger.warning("WorldStereo: a prompt has no start image; pass both prompts through 'Image to Key Frames'.")
        elif image.shape[1:] != noise.shape[1:]:
            raise ValueError(f"The latent is {list(noise.shape[1:])}, the start image was prepared for "
                             f"{list(image.shape[1:])} (channels, frames, height, width): take prompts and latent from the "
                             "same 'Image to Key Frames'.")
        return super().concat_cond(**kwargs)

    def extra_conds(self, **kwargs):
        config, seen, text = self.diffusion_model.net.config, kwargs.get("clip_vision_output"), kwargs.get("cross_attn")
        if text is not None:
            _check_width("prompt", text, config.text_dim, "umt5_xxl with type wan in 'Load CLIP'")
        if seen is not None:
            _check_width("CLIP vision output", seen.penultimate_hidden_states, config.image_dim,
                         "clip_vision_h in 'Load CLIP Vision'")
        return super().extra_conds(**kwargs)

    def _apply_model(self, x, t, c_concat=None, c_crossattn=None, control=None, transformer_options={}, **kwargs):
        sigma, sigmas = float(t.max()), transformer_options.get("sample_sigmas")
        if sigmas is not None and sigma > float(sigmas[1]):  # the first step; UniPC starts it a little below sigmas[0]
            _report_what_is_missing(transformer_options, c_crossattn, kwargs.get("clip_fea"))
        memory: GeometricControl | None = transformer_options.get(GEOMETRIC)
        if memory is not None and not self._acts_at(memory, sigma):
            transformer_options = {key: value for key, value in transformer_options.items() if key != GEOMETRIC}
        return super()._apply_model(x, t, c_concat, c_crossattn, control, transformer_options, **kwargs)

    def _acts_at(self, memory: GeometricControl, sigma: float) -> bool:
        """From start on, and no longer at end, as in the library pipeline; sigmas are float32, hence the tolerance."""
        to_sigma = self.model_sampling.percent_to_sigma
        return to_sigma(memory.end) + 1e-5 < sigma <= to_sigma(memory.start) + 1e-5


def _check_width(name: str, tokens: torch.Tensor, width: int, remedy: str) -> None:
    if tokens.shape[-1] != width:
        raise ValueError(f"The {name} has {tokens.shape[-1]} channels, the model takes {width}: load {remedy}.")


def _report_what_is_missing(options, context, clip_fea) -> None:
    if context.shape[1] > TEXT_TOKENS:
        logger.warning("WorldStereo: the prompt is longer than %d tokens; the rest is not used.", TEXT_TOKENS)
    if clip_fea is None:
        logger.warning("WorldStereo: 'Image to Key Frames' has no clip_vision_output; the model runs without image tokens.")
    if GEOMETRIC not in options:
        logger.warning("WorldStereo: 'Apply Global-Geometric Memory' is missing, so nothing controls the camera.")


def make_model(net: WorldStereoTransformer, settings: Settings, load_device=None, compute_dtype=None):
    """The MODEL of a loaded network. compute_dtype None = what the device does best with these weights."""
    make_castable(net)
    storage = net.blocks[0].ffn.net[2].weight.dtype
    load_device = load_device or mm.get_torch_device()
    config = ModelConfig({"image_model": "wan2.1", "disable_unet_model_creation": True})
    config.sampling_settings = {"shift": settings.few_step.shift if settings.distilled else settings.flow_shift}
    config.set_inference_dtype(storage, compute_dtype or _compute_dtype(storage, load_device))
    config.memory_usage_factor = net.config.num_attention_heads * net.config.attention_head_dim / 2222  # as stock Wan
    model = WorldStereoModel(config, net, settings, device=mm.unet_offload_device())
    return comfy.model_patcher.ModelPatcher(model, load_device=load_device, offload_device=mm.unet_offload_device())


def _compute_dtype(storage: torch.dtype, device: torch.device) -> torch.dtype | None:
    """Type to compute in, None = that of the weights. Weights in float32 too are computed with in half precision."""
    # ComfyUI would compute with float32 weights in float32, at several times the time and memory of the official runs
    storage = torch.float8_e4m3fn if storage == torch.float32 else storage
    return mm.unet_manual_cast(storage, device, COMPUTE_DTYPES)


def worldstereo(model) -> WorldStereoModel:
    """What 'Load WorldStereo Model' loaded, whatever patches the MODEL carries. ValueError for any other MODEL."""
    if not isinstance(model.model, WorldStereoModel):
        raise ValueError(f"This MODEL is a {type(model.model).__name__}; expected one from 'Load WorldStereo Model'.")
    return model.model


def with_memory(model, control: GeometricControl | StereoControl):
    """A clone of the MODEL that carries this memory; the MODEL given stays as it was."""
    is_stereo = isinstance(control, StereoControl)
    if is_stereo:
        refuse_camera_variant(model)
    patched = model.clone()
    patched.model_options["transformer_options"][STEREO if is_stereo else GEOMETRIC] = control
    return patched


def refuse_camera_variant(model) -> None:
    if not worldstereo(model).diffusion_model.net.memory:
        raise ValueError("This is a camera model; it has no spatial-stereo memory: remove 'Apply Spatial-Stereo Memory', "
                         "or load a memory variant in 'Load WorldStereo Model'.")


# ---- CONDITIONING and sampling ----

def empty_prompt(model, name: str) -> list:
    """CONDITIONING of zero text tokens in place of the input of this name."""
    logger.warning("WorldStereo: %s of 'Image to Key Frames' is not connected; its text tokens are zero.", name)
    return [[torch.zeros(1, TEXT_TOKENS, worldstereo(model).text_dim), {}]]


def with_start_image(conditioning: list, given: torch.Tensor, latent: torch.Tensor, clip_vision_output) -> list:
    """CONDITIONING with the start image as the stock Wan nodes store it: raw latents, and a mask that is 0 where given."""
    values = {"concat_latent_image": latent, "concat_mask": 1 - given}
    if clip_vision_output is not None:
        values["clip_vision_output"] = clip_vision_output
    return node_helpers.conditioning_set_values(conditioning, values)


def sample(model, positive, negative, latent: dict, seed: int, steps: int, guidance: float) -> dict:
    """LATENT sampled with the variant's own schedule; steps and guidance 0 = the variant's own."""
    settings = worldstereo(model).settings
    steps, guidance = steps or settings.steps, guidance or settings.guidance
    if settings.distilled and guidance > 1:
        logger.warning("WorldStereo: memory-dmd was distilled to run without guidance; it runs with guidance %g now.", guidance)
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
                                         callback=latent_preview.prepare_callback(model, steps))
    return {**latent, "samples": samples}


def few_steps(model, steps: int) -> torch.Tensor:
    """Noise levels of the distilled model; 0 steps = the model's own number."""
    few = worldstereo(model).settings.few_step
    steps = steps or few.steps
    if steps < 2:  # one step would start in the middle of the noise levels, not at pure noise
        raise ValueError(f"The few-step schedule was asked for {steps} step; it takes at least 2 (the model's own is 4).")
    return few_step_sigmas(steps, few.start, few.end, flow_shift(model))


def flow_shift(model) -> float:
    """The shift of the MODEL's noise levels: its own, or what ModelSamplingSD3 put in its place."""
    sampling = model.get_model_object("model_sampling")
    if not isinstance(sampling, comfy.model_sampling.ModelSamplingDiscreteFlow) or sampling.multiplier != 1000:
        raise ValueError("A model sampling node changed the noise levels of the MODEL to another kind than Wan's; "
                         "use ModelSamplingSD3 instead, or none.")
    return sampling.shift


def _unipc(shift: float):
    """A ComfyUI sampler function that runs diffusers' UniPC with the official sigmas and integer timesteps."""
    def sampler(model, x, sigmas, extra_args=None, callback=None, disable=None):
        scheduler = unipc_scheduler(len(sigmas) - 1, shift)
        for i, timestep in enumerate(scheduler.timesteps):
            sigma = x.new_full((len(x),), float(timestep) / 1000)
            denoised = model(x, sigma, **(extra_args or {}))
            if callback:
                callback({"x": x, "i": i, "sigma": sigma[0], "sigma_hat": sigma[0], "denoised": denoised})
            x = scheduler.step((x - denoised) / sigma[0], timestep, x, return_dict=False)[0]
        return x

    return sampler


# ---- VAE, progress ----

def key_frame_vae(vae) -> KeyFrameVae:
    """ComfyUI's Wan VAE as the two functions the library loops over; refuses other VAEs."""
    network = getattr(vae, "first_stage_model", None)
    if not isinstance(network, comfy.ldm.wan.vae.WanVAE):  # others have 16 channels too (HunyuanVideo, Cosmos)
        raise ValueError(f"This VAE is a {type(network).__name__} with {getattr(vae, 'latent_channels', '?')} latent "
                         "channels; load the Wan 2.1 VAE (16 channels, video) with 'Load VAE'.")

    def encode(clip):
        return vae.encode((clip[0].permute(1, 2, 3, 0) + 1) / 2).float()

    def decode(latent):
        frames = vae.decode(latent).reshape(-1, latent.shape[3] * 8, latent.shape[4] * 8, 3)
        return frames.permute(3, 0, 1, 2)[None].float() * 2 - 1

    return KeyFrameVae(encode, decode)


def progress_bar(total: int):
    """A function for the end of each of `total` steps: shows progress in the node and lets the user cancel."""
    bar = comfy.utils.ProgressBar(total)

    def step(*_):
        mm.throw_exception_if_processing_interrupted()
        bar.update(1)

    return step


def progress_to():
    """A function (done, total) for work of an unknown number of steps, likewise."""
    bar = comfy.utils.ProgressBar(100)

    def show(done, total):
        mm.throw_exception_if_processing_interrupted()
        bar.update_absolute(done, total)

    return show
