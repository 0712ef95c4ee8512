"""Latents that the transformer makes of clips of the cache, for the decoder of the VAE to learn from.

    PYTHONPATH=scripts python -m worldstereo.training.sampled FOLDER --clips DIR --model FILE --vae FILE

What is there already is left alone. Best of clips that the transformer was not trained on (`--first`).
"""

from __future__ import annotations

import argparse
import os
import random
from pathlib import Path

import torch

import tiny_weights

from .examples import example, latents
from .load import load_model
from .train import encoder, in_bfloat16, sample

WAYS = {"retrieved": 0.45, "start": 0.4, "near": 0.15}  # how often the references come in which way
HOLES = {"rendered": 0.9, "all": 0.1}


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--clips", type=Path, required=True, help="folder of worldstereo.training.cache")
    parser.add_argument("--first", type=int, default=0, help="first seed of the clips that are taken")
    parser.add_argument("--model", type=Path, default=tiny_weights.ASSET, help="weights of the transformer")
    parser.add_argument("--vae", type=Path, default=tiny_weights.ASSET, help="weights of the VAE")
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, encode, kept = in_bfloat16(load_model(args.model)), encoder(args.vae), args.folder / "latents"
    kept.mkdir(parents=True, exist_ok=True)
    for file in sorted(args.clips.glob("*.pt")):
        target, seed = args.folder / file.name, int(file.stem)
        if seed < args.first or target.exists():
            continue
        draw = random.Random(seed)
        way, holes = (draw.choices([*shares], [*shares.values()])[0] for shares in (WAYS, HOLES))
        part = target.with_suffix(".part")
        torch.save(sample(model, example(latents(file, kept, encode), way, holes), seed)[0].half(), part)
        os.replace(part, target)


if __name__ == "__main__":
    main()
