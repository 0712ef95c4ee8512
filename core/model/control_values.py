"""The two scene memories of a clip in the form that the transformer takes; core/sampling/controls.py makes
them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..values import Value, require
from .attention.receptive_field import ReceptiveField

VAE_STRIDE = 8  # pixels per latent cell


@dataclass(frozen=True, eq=False)
class GeometricControl(Value):
    """Global-geometric memory of one clip of F key frames, for the control branch.

    render_latent [1,16,F,h,w]  normalised latent of the rendered point cloud
    mask [1,1,F,8h,8w]          1 = hole, nothing was rendered
    pluecker [1,6,F,8h,8w]      camera rays; None for a branch without them, which no released model has
    strength                    factor for the features of the control branch
    start, end                  fractions of the schedule between which it acts
    camera_qt [1,F,7]           the path, as in StereoControl, to check that both have the same; None = no
                                check
    """

    render_latent: Tensor
    mask: Tensor
    pluecker: Tensor | None
    strength: float = 1.0
    start: float = 0.0
    end: float = 1.0
    camera_qt: Tensor | None = None


@dataclass(frozen=True, eq=False)
class StereoControl(Value):
    """Spatial-stereo memory of one clip of F key frames: N references, whose tokens join the self-attention.

    reference_latent [1,36,N,h,w]  as reference_input makes it
    ref_index                      N key frames that the references belong to, counted from the clip's second
    camera_qt [1,F,7]              poses of the clip, quaternion and translation, float32; None = none added
    camera_qt_ref [1,N,7]          those of the references
    receptive_field                which references each token attends to; None = all, as in training
    """

    reference_latent: Tensor
    ref_index: tuple[int, ...]
    camera_qt: Tensor | None
    camera_qt_ref: Tensor | None
    receptive_field: ReceptiveField | None = None


def reference_input(latent: Tensor) -> Tensor:
    """Normalised latents [1,16,N,h,w] as a model input [1,36,N,h,w] of frames that are all given: 4 of mask
    are 1."""
    return torch.cat([latent, torch.ones_like(latent[:, :4]), latent], dim=1)


def check_controls(video: Tensor, geometric: GeometricControl | None, stereo: StereoControl | None) -> None:
    """ValueError unless the memories were made for clips of the size of the model input `video`
    [B,36,F,h,w]."""
    frames, height, width = video.shape[2:]
    if geometric is not None:
        require(geometric.render_latent.shape[2:] == video.shape[2:],
                f"The latent has {_size(video)}, the rendered memory {_size(geometric.render_latent)}: give "
                "'Image to Key Frames' and 'Apply Global-Geometric Memory' the same trajectory.")
        pixels = (frames, height * VAE_STRIDE, width * VAE_STRIDE)
        require(geometric.mask.shape[2:] == pixels,
                f"The render mask is {tuple(geometric.mask.shape[2:])} (frames, height, width); the latent "
                f"asks for {pixels}: use one trajectory for render and latent.")
    if stereo is not None:
        of_clip = frames if stereo.camera_qt is None else stereo.camera_qt.shape[1]
        require((of_clip, *stereo.reference_latent.shape[3:]) == (frames, height, width),
                f"The latent has {_size(video)}, the references were prepared for {of_clip} key frames of "
                f"{_picture(stereo.reference_latent)}: give 'Image to Key Frames' and 'Apply Spatial-Stereo "
                "Memory' the same trajectory.")
        require(all(0 <= i < frames - 1 for i in stereo.ref_index),
                f"ref_index is {list(stereo.ref_index)}; each must lie in 0..{frames - 2} for a clip of "
                f"{frames} key frames.")


def _size(latent: Tensor) -> str:
    """Of a clip [B,C,F,h,w], in words."""
    return f"{latent.shape[2]} key frames of {_picture(latent)}"


def _picture(latent: Tensor) -> str:
    return f"{VAE_STRIDE * latent.shape[4]}x{VAE_STRIDE * latent.shape[3]}"
