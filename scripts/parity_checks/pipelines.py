"""The key-frame VAE, and whole sampling runs from pictures to latents and back."""
from __future__ import annotations

import torch
from diffusers import AutoencoderKLWan
from torch import Tensor

from worldstereo.core.model.control_values import GeometricControl, StereoControl, reference_input
from worldstereo.core.picture_fit import start_frame
from worldstereo.core.pictures import frames_from_bytes
from worldstereo.core.sampling import key_frame_vae as coding
from worldstereo.core.sampling.pipeline import sample_key_frames
from worldstereo.core.sampling.schedule import few_step_sigmas

from .case import Case
from .model import load_transformer
from .small import FEW_STEP, few_step_from, unipc_from

DECODER = ("decoder.", "post_quant_conv.")


def check_vae(case: Case) -> dict:
    vae, inputs = _vae(case), case.inputs
    computed = {}
    if "images_u8" in inputs:
        frames = _frames(inputs["images_u8"])
        computed["enc"] = coding.encode_key_frames(vae, frames)
        computed["enc_raw"] = coding.denormalise(vae, computed["enc"])
        for name in case.outputs:  # enc_as_video_17f: the start image and 16 grey frames as one video
            if name.startswith("enc_as_video_"):
                count = (int(name.removeprefix("enc_as_video_").removesuffix("f")) - 1) // 4 + 1
                condition = coding.encode_condition(vae, frames[0], count, "full_vae")
                computed[name] = coding.denormalise(vae, condition[:, 4:])
    if "latents" in inputs:
        computed["dec"] = coding.decode_key_frames(vae, inputs["latents"]).transpose(0, 1)[None]
    return computed


def check_pipeline(case: Case) -> dict:
    transformer, vae = load_transformer(case.meta, case.part_of_weights("transformer.")), _vae(case)
    computed = {}
    for mode in case.meta["modes"]:
        run = _run(case, mode, transformer, vae)
        computed |= {f"{mode}/{name}": value for name, value in run.items()}
    return computed


def _run(case: Case, mode: str, transformer, vae: coding.KeyFrameVae) -> dict[str, Tensor]:
    inputs, meta = case.inputs, case.meta
    start = start_frame(inputs["image_u8"].permute(1, 2, 0)[None] / 255, meta["height"], meta["width"])
    condition = coding.encode_condition(vae, start, (meta["num_frames"] - 1) // 4 + 1, mode)
    geometric, stereo = _memories(case, vae)
    seen = {"condition": condition}
    if geometric:
        seen["render_latent"] = geometric.render_latent
    if stereo:
        seen["reference_latent"] = stereo.reference_latent
    latent = sample_key_frames(
        _watched(transformer, seen), _schedule(meta), inputs["noise"], condition, inputs["prompt_embeds"],
        inputs["image_embeds"], geometric, stereo, negative_text=inputs.get("negative_prompt_embeds"),
        guidance=1.0 if meta["scheduler"]["cls"] == FEW_STEP else meta["guidance_scale"],
        on_step=lambda done, total, latent: seen.__setitem__(f"latent_after_step.{done - 1}", latent),
        pure_noise_timestep=meta["scheduler"].get("num_train_timesteps", 1000))
    seen["timesteps"] = torch.stack(seen.pop("calls"))
    seen["final_latent"] = latent
    if "vae.decoder.conv_in.weight" in case.weights:
        video = (coding.decode_key_frames(vae, latent)[None] + 1) / 2
        seen |= {"video": video, "video_first_last": video[:, [0, -1]]}
    return seen


def _schedule(meta: dict):
    config = meta["scheduler"]
    if config["cls"] == FEW_STEP:
        return few_step_sigmas(**few_step_from(config))
    return unipc_from(config, meta["num_inference_steps"])


def _memories(case: Case, vae: coding.KeyFrameVae) -> tuple[GeometricControl | None, StereoControl | None]:
    inputs, frames = case.inputs, case.inputs["noise"].shape[2]
    geometric = stereo = None
    if "render_video_u8" in inputs:
        mask, pictures = inputs["render_mask"].float(), _frames(inputs["render_video_u8"])
        # The official pipelines code a render of another length as an ordinary video, but for the memory one
        # with CFG.
        alone = len(pictures) == frames or case.kind == "pipeline_ref"
        encode = coding.encode_key_frames if alone else coding.encode_clip
        geometric = GeometricControl(encode(vae, pictures), mask, inputs.get("camera_embedding"))
    if "reference_video_u8" in inputs:
        references = _frames(inputs["reference_video_u8"])
        stereo = StereoControl(reference_input(coding.encode_key_frames(vae, references)),
                               tuple(inputs["ref_index"].tolist()), inputs.get("camera_qt"),
                               inputs.get("camera_qt_ref"))
    return geometric, stereo


def _watched(transformer, seen: dict):
    """The transformer, noting its timesteps and what it gives."""
    seen["calls"] = []

    def call(video, timestep, *more):
        velocity = transformer(video, timestep, *more)
        seen[f"model_output.{len(seen['calls'])}"] = velocity
        seen["calls"].append(timestep[0].float())
        return velocity

    return call


def _vae(case: Case) -> coding.KeyFrameVae:
    """The recorded VAE; runs that decode nothing were recorded without the decoder's weights."""
    vae, weights = AutoencoderKLWan(**case.meta["vae_config"]), case.part_of_weights("vae.")
    missing, unexpected = vae.load_state_dict(weights, strict=False)
    has_decoder = any(name.startswith(DECODER) for name in weights)
    missing = [name for name in missing if has_decoder or not name.startswith(DECODER)]
    if missing or unexpected:
        raise ValueError(f"VAE weights are missing {missing[:3]} or unexpected {unexpected[:3]}")
    return coding.diffusers_vae(vae.eval())


def _frames(pixels: Tensor) -> Tensor:
    """uint8 [F,3,H,W] -> -1..1."""
    return frames_from_bytes(pixels.permute(0, 2, 3, 1))
