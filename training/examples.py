"""Training examples: clips of the cache in the latents of the VAE, and what the model is given of them.

References come in four ways, from easy to real: the clip's own frames at their own places ("same"), the
clip's own frames one key frame off ("near"), what was retrieved from the earlier clip ("retrieved"), and the
start frame alone ("start").
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from training_pictures import holes

from ..core.cameras.pluecker import camera_qt, normalise_cameras, pluecker_embedding, stereo_camera_vectors
from ..core.model.control_values import GeometricControl, StereoControl, reference_input
from .cache import KeptClip, read

WAYS = ("same", "near", "retrieved", "start")
Encoder = Callable[[Tensor], Tensor]  # frames [F,3,H,W] -> normalised latents [1,16,F,h,w]


@dataclass(frozen=True, eq=False)
class Example:
    """What the transformer takes for one clip: condition [1,20,F,h,w], both memories, the clean latent
    [1,16,F,h,w], and the share of holes in each cell, [1,1,F,h,w]."""

    condition: Tensor
    geometric: GeometricControl
    stereo: StereoControl
    clean: Tensor
    holes: Tensor


@torch.no_grad()
def latents(file: Path, kept: Path, encode: Encoder) -> dict[str, Tensor]:
    """Of a clip of the cache, and of its frames with holes cut at random, kept as a file in half
    precision."""
    stored = kept / file.name
    if not stored.exists():
        clip = read(file)
        cut = _random_holes(clip, int(file.stem))
        parts = [
            clip.truth,
            clip.render,
            clip.truth * ~cut[:, None],
            clip.references,
            torch.zeros_like(clip.truth[:1]),
        ]
        coded = encode(torch.cat(parts)).half().split([len(part) for part in parts], dim=2)
        names = ("clean", "render", "cut_render", "references", "grey")
        part = stored.with_suffix(".part")
        torch.save(
            {
                **dict(zip(names, coded)),
                "mask": clip.mask,
                "cut_mask": cut,
                "w2c": clip.w2c,
                "K": clip.K,
                "ref_w2c": clip.ref_w2c,
                "ref_index": clip.ref_index,
            },
            part,
        )
        os.replace(part, stored)
    values = torch.load(stored)
    return {
        name: v.float() if isinstance(v, Tensor) and v.dtype == torch.float16 else v
        for name, v in values.items()
    }


def _random_holes(clip: KeptClip, seed: int) -> Tensor:
    """[F,H,W] bool, none in frame 0."""
    generator = torch.Generator().manual_seed(seed)
    cut = torch.stack([holes(*clip.mask.shape[1:], generator)[0] for _ in clip.mask]) > 0
    cut[0] = False
    return cut


def example(clip: dict[str, Tensor], references: str, cut: bool) -> Example:
    """references: one of WAYS; cut: holes cut at random instead of those of the rendered cloud."""
    clean, w2c, K = clip["clean"], clip["w2c"], clip["K"]
    frames, (height, width) = clean.shape[2], clip["mask"].shape[1:]
    later = torch.arange(1, frames)
    if references == "retrieved":
        tokens, poses, index = clip["references"], clip["ref_w2c"], clip["ref_index"]
    elif references == "start":
        tokens, poses, index = clean[:, :, :1], w2c[:1], (0,)
    else:
        shown = (
            later
            if references == "same"
            else (later + torch.tensor([1, -1, 1, -1])[: len(later)]).clamp(max=frames - 1)
        )
        tokens, poses, index = clean[:, :, shown], w2c[shown], tuple(range(frames - 1))
    render, mask = (clip["cut_render"], clip["cut_mask"]) if cut else (clip["render"], clip["mask"])
    mask = mask[None, None].float()
    path, path_ref = stereo_camera_vectors(w2c, poses)
    rays = pluecker_embedding(w2c, K, height, width)
    given = torch.cat([clean[:, :, :1], clip["grey"].expand(-1, -1, frames - 1, -1, -1)], dim=2)
    is_given = torch.zeros_like(given[:, :4])
    is_given[:, :, 0] = 1
    return Example(
        torch.cat([is_given, given], dim=1),
        GeometricControl(render, mask, rays, camera_qt=camera_qt(normalise_cameras(w2c))[None]),
        StereoControl(reference_input(tokens), tuple(index), path, path_ref),
        clean,
        avg_pool2d(mask[0].transpose(0, 1), 8).transpose(0, 1)[None],
    )
