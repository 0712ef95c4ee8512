"""Makes clips once and keeps them as files of 8-bit pictures, because a CPU casts about one clip a second.

    PYTHONPATH=scripts python -m worldstereo.training.cache FOLDER --photos DIR [--first 0] [--count 2000]

Clips that are there already are left alone, so that the command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import logging
import os
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from ..core.pictures import frames_from_bytes, frames_to_bytes
from .photos import photographs
from .scenes.clips import SHAPES, Clip, make_clip
from .scenes.textures import Textures, make_textures

logger = logging.getLogger(__name__)

TEXTURES, TEXTURE_SEED = 160, 0
HELD_OUT = 1_000_000  # scenes from this seed on are never trained on
HELD_OUT_CLIPS = 6  # of a folder, the first ones, on which a run is judged


@dataclass(frozen=True, eq=False)
class KeptClip:
    """What training needs of a clip: frames [F,3,H,W] in -1..1, hole mask [F,H,W] bool, cameras [F,4,4] and
    [F,3,3], and N references."""

    truth: Tensor
    render: Tensor
    mask: Tensor
    w2c: Tensor
    K: Tensor
    references: Tensor
    ref_w2c: Tensor
    ref_index: tuple[int, ...]


def texture_pool(photos: Path | None) -> Textures:
    """The textures that all scenes share."""
    return make_textures(photographs(photos), TEXTURES, TEXTURE_SEED)


def keep(clip: Clip, file: Path) -> None:
    """Writes a clip; the file is complete or not there."""
    path, references = clip.truth.trajectory, clip.references
    part = file.with_suffix(".part")
    torch.save(
        {
            "truth": frames_to_bytes(clip.truth.frames),
            "render": frames_to_bytes(clip.render),
            "mask": clip.mask > 0.5,
            "w2c": path.w2c,
            "K": path.K,
            "references": frames_to_bytes(references.frames),
            "ref_w2c": references.w2c,
            "ref_index": references.ref_index,
        },
        part,
    )
    os.replace(part, file)


def read(file: Path) -> KeptClip:
    """A clip that `keep` wrote."""
    stored = torch.load(file)
    pictures = {name: frames_from_bytes(stored[name]) for name in ("truth", "render", "references")}
    return KeptClip(**{**stored, **pictures})


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=Path, help="folder of further photographs")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument(
        "--count", type=int, default=2000, help="seeds to try; some scenes have no room for a path"
    )
    args = parser.parse_args()
    torch.set_num_threads(1)
    logging.basicConfig(level=logging.ERROR)
    args.folder.mkdir(parents=True, exist_ok=True)
    textures = texture_pool(args.photos)
    for seed in range(args.first, args.first + args.count):
        file = args.folder / f"{seed:07}.pt"
        if file.exists():
            continue
        try:
            keep(make_clip(seed, textures, SHAPES[seed % len(SHAPES)]), file)
        except ValueError as error:
            logger.info("seed %d: %s", seed, error)


if __name__ == "__main__":
    main()
