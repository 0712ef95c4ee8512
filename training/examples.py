"""Training examples: clips of the cache in the latents of the VAE, and what the model is given of them.

References come in four ways, from easy to real: the clip's own frames at their own places ("same"), the
clip's own frames one key frame off ("near"), what was retrieved from the earlier clip ("retrieved"), and the
start frame alone ("start"). Holes are cut at random, are those of the rendered cloud, or are all there is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from ..core.cameras.pluecker import camera_qt, normalise_cameras, pluecker_embedding, stereo_camera_vectors
from ..core.model.control_values import GeometricControl, StereoControl, reference_input
from .cache import KeptClip, read
from .pictures import holes

WAYS = ("same", "near", "retrieved", "start")
HOLES = ("cut", "rendered", "all")  # at random, those of the rendered cloud, nothing rendered at all
Encoder = Callable[[Tensor], Tensor]  # frames [F,3,H,W] -> normalised latents [1,16,F,h,w]


@dataclass(frozen=True, eq=False)
class Example:
    """What the transformer takes for one clip: condition [1,20,F,h,w], both memories, the clean latent
    [1,16,F,h,w], the share of holes in each cell, [1,1,F,h,w], and tokens of prompt and start image."""

    condition: Tensor
    geometric: GeometricControl
    stereo: StereoControl
    clean: Tensor
    holes: Tensor
    text: Tensor = torch.zeros(1, 512, 1)
    image: Tensor | None = None


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


def example(clip: dict[str, Tensor], references: str, holes_of: str) -> Example:
    """references: one of WAYS; holes_of: one of HOLES."""
    clean, w2c, K = clip["clean"], clip["w2c"], clip["K"]
    tokens, poses, index = _references(clip, references)
    render, mask = _render(clip, holes_of)
    mask = mask[None, None].float()
    path, path_ref = stereo_camera_vectors(w2c, poses)
    rays = pluecker_embedding(w2c, K, *mask.shape[3:])
    given = torch.cat([clean[:, :, :1], clip["grey"].expand(-1, -1, clean.shape[2] - 1, -1, -1)], dim=2)
    is_given = torch.zeros_like(given[:, :4])
    is_given[:, :, 0] = 1
    return Example(
        torch.cat([is_given, given], dim=1),
        GeometricControl(render, mask, rays, camera_qt=camera_qt(normalise_cameras(w2c))[None]),
        StereoControl(reference_input(tokens), tuple(index), path, path_ref),
        clean,
        avg_pool2d(mask[0].transpose(0, 1), 8).transpose(0, 1)[None],
    )


def _references(clip: dict[str, Tensor], way: str) -> tuple[Tensor, Tensor, Sequence[int]]:
    """Latents [1,16,N,h,w], poses [N,4,4], and their key frames, counted from the second."""
    clean, w2c = clip["clean"], clip["w2c"]
    if way == "retrieved":
        return clip["references"], clip["ref_w2c"], clip["ref_index"]
    if way == "start":
        return clean[:, :, :1], w2c[:1], (0,)
    last = len(w2c) - 1
    step = {"same": 0, "near": 1}[way]
    shown = [min(i + step * (1 if i % 2 else -1), last) for i in range(1, last + 1)]
    return clean[:, :, shown], w2c[shown], range(last)


def _render(clip: dict[str, Tensor], holes_of: str) -> tuple[Tensor, Tensor]:
    """Latent [1,16,F,h,w] and hole mask [F,H,W]."""
    if holes_of == "rendered":
        return clip["render"], clip["mask"]
    if holes_of == "cut":
        return clip["cut_render"], clip["cut_mask"]
    grey = clip["grey"].expand(-1, -1, len(clip["w2c"]) - 1, -1, -1)
    mask = torch.ones_like(clip["mask"])
    mask[0] = False
    return torch.cat([clip["clean"][:, :, :1], grey], dim=2), mask
