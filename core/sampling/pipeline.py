"""The library pipeline: from start image and memories to sampled key frames, without ComfyUI.

    vae = diffusers_vae(autoencoder)
    condition = encode_condition(vae, start, frames=21, mode="first_frame_only")
    memories = geometric_memory(vae, render, mask, pluecker) | stereo_memory(vae, references, ref_index, qt, qt_ref)
    noise = initial_noise(21, height, width, generator)
    latent = sample_key_frames(transformer, few_step_sigmas(4), noise, condition, text, image, memories)
    frames = decode_key_frames(vae, latent)
"""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from ..model.vae import KeyFrameVae, encode_key_frames
from ..values import check_shape, require

# (steps done, steps in all, latent after the step); raise from it to stop the run.
OnStep = Callable[[int, int, Tensor], None]


def initial_noise(frames: int, height: int, width: int, generator: torch.Generator) -> Tensor:
    """Noise float32 [1,16,frames,height/8,width/8] for pictures of width x height pixels (multiples of 16)."""
    require(height % 16 == 0 and width % 16 == 0, f"the clip is {width}x{height} pixels, expected multiples of 16.")
    return torch.randn(1, 16, frames, height // 8, width // 8, generator=generator, device=generator.device)


def geometric_memory(vae: KeyFrameVae, render: Tensor, mask: Tensor, pluecker: Tensor | None) -> dict[str, Tensor]:
    """Transformer arguments of the global-geometric memory.

    render [F,3,H,W] in -1..1; mask [1,1,F,H,W], 1 = hole; pluecker [1,6,F,H,W] or None for a model without rays.
    """
    frames, _, height, width = render.shape
    remedy = "render, mask and rays must come from one trajectory"
    check_shape("render", render, "F,3,H,W", remedy)
    check_shape("mask", mask, f"1,1,{frames},{height},{width}", remedy)
    if pluecker is not None:
        check_shape("pluecker", pluecker, f"1,6,{frames},{height},{width}", remedy)
    return {"render_latent": encode_key_frames(vae, render), "render_mask": mask, "camera_embedding": pluecker}


def stereo_memory(vae: KeyFrameVae, references: Tensor, ref_index: Sequence[int], camera_qt: Tensor | None = None,
                  camera_qt_ref: Tensor | None = None) -> dict:
    """Transformer arguments of the spatial-stereo memory.

    references [N,3,H,W] in -1..1, each first retrieved for key frame ref_index[n] + 1; camera_qt [1,F,7] and
    camera_qt_ref [1,N,7] from stereo_camera_vectors.
    """
    require(len(references) == len(ref_index),
            f"{len(references)} reference frames came with {len(ref_index)} entries of ref_index, expected one each.")
    return {"reference_latent": reference_input(encode_key_frames(vae, references)), "ref_index": tuple(ref_index),
            "camera_qt": camera_qt, "camera_qt_ref": camera_qt_ref}


def reference_input(latent: Tensor) -> Tensor:
    """Reference latents [B,16,N,h,w] as the patch embedding takes them: [B,36,N,h,w], all marked as given."""
    given = latent.new_ones(latent.shape[0], 4, *latent.shape[2:])
    return torch.cat([latent, given, latent], dim=1)


@torch.no_grad()
def sample_key_frames(transformer: Callable[..., Tensor], schedule, noise: Tensor, condition: Tensor, text: Tensor,
                      image: Tensor, memories: Mapping | None = None, *, negative_text: Tensor | None = None,
                      guidance: float = 1.0, on_step: OnStep | None = None) -> Tensor:
    """Key-frame latents [B,16,F,h,w] from noise of the same shape.

    schedule: noise levels [steps + 1] ending in 0 for plain Euler steps (the distilled model: few_step_sigmas), or a
    diffusers scheduler already set to its steps (unipc_scheduler for the others; it carries state: use a fresh one).
    condition [B,20,F,h,w] from encode_condition; text [B,512,C]; image [B,257,C]; memories: further arguments of
    the transformer. With guidance above 1 every step runs the model with `text`, then with `negative_text`.
    """
    check_shape("condition", condition, f"{len(noise)},20,{','.join(map(str, noise.shape[2:]))}",
                "encode the start image for the same number of key frames and the same size as the noise")
    require(guidance <= 1 or negative_text is not None,
            f"guidance {guidance} needs a negative prompt, but none was given; connect one or set guidance to 1.")

    def velocity(latent: Tensor, timestep: Tensor) -> Tensor:
        video = torch.cat([latent, condition], dim=1).to(text.dtype)
        timesteps = timestep.to(video.device).expand(len(video))
        conditional = transformer(video, timesteps, text, image, **memories or {})
        if guidance <= 1:
            return conditional
        unconditional = transformer(video, timesteps, negative_text, image, **memories or {})
        return unconditional + guidance * (conditional - unconditional)

    timesteps, step = _steps_of(schedule)
    latent = noise
    for i, timestep in enumerate(timesteps):
        latent = step(i, velocity(latent, timestep), latent)
        if on_step:
            on_step(i + 1, len(timesteps), latent)
    return latent


def _steps_of(schedule) -> tuple[Tensor, Callable[[int, Tensor, Tensor], Tensor]]:
    """Timesteps 0..1000 and the function (step, velocity, latent) -> next latent of a schedule."""
    if isinstance(schedule, Tensor):
        require(schedule.ndim == 1 and len(schedule) >= 2 and bool((schedule.diff() < 0).all()),
                f"noise levels are {schedule.tolist()}, expected at least two, falling.")
        return 1000 * schedule[:-1], lambda i, v, x: x + (schedule[i + 1] - schedule[i]) * v
    timesteps = schedule.timesteps
    return timesteps, lambda i, v, x: schedule.step(v, timesteps[i], x, return_dict=False)[0]
