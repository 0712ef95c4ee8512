"""Pictures in the node: all key frames of a clip while it is sampled, and results that stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import comfy.utils
import folder_paths
import latent_preview
from comfy.model_patcher import ModelPatcher
from latent_preview import LatentPreviewer
from PIL import Image
from torch import Tensor

from ...core.pictures import contact_sheet, image_to_bytes
from .progress import as_preview

FRAME_SECONDS = 1 / 8  # of a key frame, as in the shipped workflows

# (steps done before, what the sampler takes for the clip, its noisy latent, steps in all)
Callback = Callable[[int, Tensor, Tensor, int], None]


def preview_key_frames(model: ModelPatcher, steps: int) -> Callback:
    """For a sampler to call after each step: shows progress and a contact sheet of all key frames, by the
    preview method that the user has chosen in ComfyUI."""
    previewer = latent_preview.get_previewer(model.load_device, model.model.latent_format)
    bar = comfy.utils.ProgressBar(steps)

    def show(step: int, denoised: Tensor, noisy: Tensor, total: int) -> None:
        bar.update_absolute(step + 1, total, None if previewer is None else _preview(previewer, denoised))

    return show


def _preview(previewer: LatentPreviewer, latent: Tensor) -> tuple[Any, ...] | None:
    """Of the first clip of a latent [B,16,F,h,w], as ComfyUI's progress bar takes it."""
    if type(previewer).decode_latent_to_preview_image is not LatentPreviewer.decode_latent_to_preview_image:
        return previewer.decode_latent_to_preview_image("JPEG", latent)  # another pack's, with all frames
    # ComfyUI's own show the first frame of what they are given
    frames = [previewer.decode_latent_to_preview(frame) for frame in latent[:1].split(1, dim=2)]
    return as_preview(contact_sheet(frames, latent_preview.MAX_PREVIEW_RESOLUTION))


def show_pictures(image: Tensor) -> dict[str, Any]:
    """What a node returns as `ui` to show an IMAGE [F,H,W,3] itself, as PreviewImage does."""
    pictures = _pictures(image_to_bytes(image))
    return {"images": [_temporary(picture, "png", compress_level=1) for picture in pictures]}


def show_clip(frames: Tensor) -> dict[str, Any]:
    """What a node returns as `ui` to play key frames uint8 [F,H,W,3], no larger than other previews."""
    pictures = _pictures(frames)
    for picture in pictures:
        picture.thumbnail((latent_preview.MAX_PREVIEW_RESOLUTION,) * 2, Image.Resampling.BILINEAR)
    first, *others = pictures
    # without key frames no picture is compressed in two ways to choose between them
    file = _temporary(first, "webp", save_all=True, append_images=others, loop=0, kmin=0, kmax=0, quality=70,
                      duration=round(1000 * FRAME_SECONDS))
    return {"images": [file], "animated": (True,)}


def _pictures(frames: Tensor) -> list[Image.Image]:
    return [Image.fromarray(frame) for frame in frames.cpu().numpy()]


def _temporary(picture: Image.Image, ending: str, **options: Any) -> dict[str, str]:
    """The entry, for ComfyUI's page, of a new file in its folder for what lasts until it starts again."""
    folder, name, number, subfolder, _ = folder_paths.get_save_image_path("worldstereo",
                                                                          folder_paths.get_temp_directory())
    file = f"{name}_{number:05}_.{ending}"
    picture.save(Path(folder) / file, **options)
    return {"filename": file, "subfolder": subfolder, "type": "temp"}
