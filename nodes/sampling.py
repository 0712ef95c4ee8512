"""From start image to key frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ..core.cameras.trajectory import Trajectory
from ..core.model.checkpoint.settings import CONDITION_MODES
from ..core.picture_fit import start_frame, warn_of_stretch
from ..core.pictures import to_frames, to_image
from ..core.sampling.key_frame_vae import check_clip_latent, decode_raw, encode_raw, raw_condition
from . import menu, sockets
from .sockets import Inputs

if TYPE_CHECKING:
    from comfy.model_patcher import ModelPatcher
    from comfy.sd import CLIP, VAE

MODELS_OWN = "model's own"
REQUIRED, OPTIONAL = "required", "optional"
MODEL = sockets.with_options(sockets.MODEL, tooltip="From Load WorldStereo Model, with the memories applied.")


class EncodePrompt:
    """A prompt as the official code reads it."""

    DESCRIPTION = ("Encodes a prompt as the official code does: HTML entities and line breaks become plain "
                   "text, (words:1.5) has no weight, and what is longer than 512 tokens is cut before it is "
                   "encoded. CLIP Text Encode, with weights, can take its place.")
    SEARCH_ALIASES = ["worldstereo", "clip text encode", "text encoder", "umt5", "negative prompt"]
    CATEGORY = menu.SAMPLING
    RETURN_TYPES = ("CONDITIONING",)
    RETURN_NAMES = ("conditioning",)
    OUTPUT_TOOLTIPS = ("For positive or negative of Image to Key Frames.",)
    FUNCTION = "encode"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "clip": ("CLIP", {"tooltip": "Text encoder of Wan: umt5_xxl with type wan in Load CLIP."}),
            "prompt": ("STRING", {"default": "", "multiline": True, "tooltip":
                       "The whole scene in words, up to 512 tokens; about 350 English words."}),
        }}

    def encode(self, clip: CLIP, prompt: str) -> tuple[list]:
        from . import bridge
        return (bridge.encode_prompt(clip, prompt),)


class ImageToKeyFrames:
    """What the model gets besides the memories: start image, prompts, an empty latent."""

    DESCRIPTION = ("Prepares conditioning and an empty latent of one latent frame per key frame. The start "
                   "image gets the trajectory's size, cropped, padded or stretched as the trajectory says. "
                   "With neither prompt nor clip the text tokens are zero, without clip_vision_output the "
                   "model runs without image tokens; the released models were trained with both.")
    SEARCH_ALIASES = ["worldstereo", "image to video", "i2v", "start image"]
    CATEGORY = menu.SAMPLING
    RETURN_TYPES = ("CONDITIONING", "CONDITIONING", "LATENT")
    RETURN_NAMES = ("positive", "negative", "latent")
    OUTPUT_TOOLTIPS = ("Prompt with the start image, for any sampler.",
        "Negative prompt with the start image.",
                       "Empty latent of the clip's size and number of key frames.")
    FUNCTION = "prepare"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "model": MODEL,
            "vae": sockets.VAE,
            "image": ("IMAGE", {"tooltip": "The start image, which becomes the first key frame."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "Gives size and number of key frames."}),
            "mode": ([MODELS_OWN, *CONDITION_MODES], {"advanced": True, "tooltip":
                     "How the frames to be made are encoded: one grey picture repeated (first_frame_only) or "
                     "image and grey frames as one video (full_vae). The model's own is what its config.json "
                     "says."}),
        }, "optional": {
            "positive": ("CONDITIONING", {"tooltip":
                         "Prompt from Encode Prompt or CLIP Text Encode (UMT5): the whole scene in words."}),
            "negative": ("CONDITIONING", {"tooltip":
                         "Negative prompt; not used when guidance is 1. Not connected = the one in the "
                         "model's config.json or the empty text, if clip is connected."}),
            "clip_vision_output": ("CLIP_VISION_OUTPUT", {"tooltip":
                                   "CLIP Vision Encode (ViT-H) of the start image."}),
            "clip": ("CLIP", {"tooltip":
                     "Text encoder (UMT5) for what is not connected: the empty text as positive, the model's "
                     "own negative prompt as negative. Not needed when both are connected."}),
        }}

    def prepare(self, model: ModelPatcher, vae: VAE, image: Tensor, trajectory: Trajectory, mode: str,
                positive: list | None = None, negative: list | None = None,
                clip_vision_output: Any = None, clip: CLIP | None = None) -> tuple[list, list, dict]:
        from . import bridge
        settings, key_frame_vae = bridge.worldstereo(model).settings, bridge.key_frame_vae(vae)
        mode = settings.latent_cond_mode if mode == MODELS_OWN else mode
        start = start_frame(image, trajectory.height, trajectory.width, trajectory.fit)
        photo = image.shape[2], image.shape[1]
        warn_of_stretch(photo, (trajectory.width, trajectory.height), trajectory.fit)
        given, latent = raw_condition(key_frame_vae, start, trajectory.frames, mode)
        positive, negative = (
            bridge.with_start_image(prompt or bridge.unconnected_prompt(model, name, clip), given, latent,
                                    clip_vision_output)
            for name, prompt in (("positive", positive), ("negative", negative)))
        bridge.report_empty_prompt(model, positive)
        return positive, negative, {"samples": torch.zeros_like(latent)}


class SampleKeyFrames:
    """The variant's own schedule, steps and guidance in one node."""

    DESCRIPTION = ("Samples the key frames as the official code does: four Euler steps without guidance for "
                   "memory-dmd, UniPC with 40 steps and guidance 5 for camera and memory. KSampler and "
                   "SamplerCustom work as well.")
    SEARCH_ALIASES = ["worldstereo", "sampler", "ksampler"]
    CATEGORY = menu.SAMPLING
    RETURN_TYPES = ("LATENT",)
    RETURN_NAMES = ("latent",)
    OUTPUT_TOOLTIPS = ("One latent frame per key frame, for Decode Key Frames.",)
    FUNCTION = "sample"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "model": MODEL,
            "positive": ("CONDITIONING", {"tooltip": "From Image to Key Frames."}),
            "negative": ("CONDITIONING", {"tooltip":
                         "From Image to Key Frames; not used when guidance is 1."}),
            "latent": ("LATENT", {"tooltip": "From Image to Key Frames."}),
            "seed": sockets.seed("Seed of the noise; the same seed gives the same clip.",
                                 control_after_generate=True),
            "steps": sockets.STEPS,
            "guidance": sockets.GUIDANCE,
        }, "optional": {
            "geometric_memory": ([REQUIRED, OPTIONAL], {"advanced": True, "tooltip":
                "required: without Apply Global-Geometric Memory, which controls the camera, nothing is "
                "sampled. optional: sampled without camera control then, with a warning."}),
        }}

    def sample(self, model: ModelPatcher, positive: list, negative: list, latent: dict, seed: int, steps: int,
               guidance: float, geometric_memory: str = REQUIRED) -> tuple[dict]:
        from . import bridge
        if geometric_memory == REQUIRED:
            bridge.require_geometric_memory(model)
        return (bridge.sample(model, positive, negative, latent, seed, steps, guidance),)


class DecodeKeyFrames:
    """Every latent frame alone through the VAE."""

    DESCRIPTION = ("Decodes every latent frame alone to one picture; VAE Decode would make four frames of "
                   "most.")
    SEARCH_ALIASES = ["worldstereo", "vae decode"]
    CATEGORY = menu.SAMPLING
    RETURN_TYPES = ("IMAGE",)
    RETURN_NAMES = ("image",)
    OUTPUT_TOOLTIPS = ("One picture per key frame.",)
    FUNCTION = "decode"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {"vae": sockets.VAE,
                             "latent": ("LATENT", {"tooltip": "From Sample Key Frames or any sampler."})}}

    def decode(self, vae: VAE, latent: dict) -> tuple[Tensor]:
        from . import bridge
        clips = latent["samples"]
        check_clip_latent(clips)
        progress = bridge.progress_bar(clips.shape[0] * clips.shape[2],
                                       lambda _, clip: to_image(clip.squeeze(2))[0])
        return (to_image(decode_raw(bridge.key_frame_vae(vae), clips, progress)),)


class EncodeKeyFrames:
    """Every frame alone through the VAE, as the model was trained."""

    DESCRIPTION = ("Encodes every frame alone, one latent frame each; VAE Encode would join four frames in "
                   "one.")
    SEARCH_ALIASES = ["worldstereo", "vae encode"]
    CATEGORY = menu.ADVANCED
    RETURN_TYPES = ("LATENT",)
    RETURN_NAMES = ("latent",)
    OUTPUT_TOOLTIPS = ("One latent frame per picture.",)
    FUNCTION = "encode"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {"vae": sockets.VAE,
                             "image": ("IMAGE", {"tooltip": "Key frames; sides that are multiples of 16."})}}

    def encode(self, vae: VAE, image: Tensor) -> tuple[dict]:
        from . import bridge
        latent = encode_raw(bridge.key_frame_vae(vae), to_frames(image), bridge.progress_bar(len(image)))
        return ({"samples": latent},)


class FewStepSigmas:
    """The distilled model's noise levels for SamplerCustom."""

    DESCRIPTION = "Noise levels of the distilled model (memory-dmd), for SamplerCustom with euler and cfg 1."
    SEARCH_ALIASES = ["worldstereo", "dmd", "scheduler", "4 steps"]
    CATEGORY = menu.ADVANCED
    RETURN_TYPES = ("SIGMAS",)
    RETURN_NAMES = ("sigmas",)
    OUTPUT_TOOLTIPS = ("steps + 1 noise levels from 1 down to 0.",)
    FUNCTION = "make"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {"model": MODEL, "steps": sockets.with_options(sockets.STEPS, tooltip=
                             "Number of steps, at least 2; 0 = the model's own (4). Other numbers were not "
                             "trained.")}}

    def make(self, model: ModelPatcher, steps: int) -> tuple[Tensor]:
        from . import bridge
        return (bridge.few_steps(model, steps),)


NODES = {
    "WSKitEncodePrompt": (EncodePrompt, "Encode Prompt"),
    "WSKitImageToKeyFrames": (ImageToKeyFrames, "Image to Key Frames"),
    "WSKitSampleKeyFrames": (SampleKeyFrames, "Sample Key Frames"),
    "WSKitDecodeKeyFrames": (DecodeKeyFrames, "Decode Key Frames"),
    "WSKitEncodeKeyFrames": (EncodeKeyFrames, "Encode Key Frames"),
    "WSKitFewStepSigmas": (FewStepSigmas, "Few-Step Sigmas"),
}
