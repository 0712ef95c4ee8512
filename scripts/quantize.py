#!/usr/bin/env python3
"""Makes a scaled float8 file of a checkpoint, at about half its size, in the memory of one tensor.

    python scripts/quantize.py worldstereo-memory-dmd/model.safetensors memory-dmd-fp8-scaled.safetensors
    python scripts/quantize.py worldstereo-camera/model.safetensors camera-fp8-scaled.safetensors --base WAN

The matrices of attention and feed-forward become float8 e4m3 with one scale each; everything else keeps its
type. With --base (Wan2.1-I2V-14B-480P, a file or a folder) a partial checkpoint becomes a complete one. The
settings of config.json travel in the file's metadata. Runs with ComfyUI's own Python.
"""
from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from worldstereo.core.model.checkpoint.describe import ModelFile, describe
from worldstereo.core.model.checkpoint.fp8 import FLOAT8, MARK, SCALE, WEIGHT, quantize
from worldstereo.core.model.checkpoint.precision import is_large, load_tensor, storage_dtype
from write_tensors import write_tensors


def quantize_file(source: Path, target: Path, base: Path | None = None) -> ModelFile:
    """Writes target; returns what the source is. ValueError when source or base cannot be used."""
    file = describe(source, base)
    config = file.config
    if file.variant == "memory-dmd" and not any(key.startswith("dmd_") for key in config):
        # or the file would pass for the undistilled one
        config = {**config, "dmd_steps": file.settings.few_step.steps}
    write_tensors(target, plan(file), stream(file), {"config": json.dumps(config)})
    return file


def plan(file: ModelFile) -> dict[str, tuple[torch.dtype, tuple[int, ...]]]:
    planned = {MARK: (FLOAT8, (0,))}
    for name, stored in file.tensors.items():
        planned[name] = (FLOAT8 if is_large(name) else _plain(name, stored.dtype), stored.shape)
        if is_large(name):
            planned[_scale_of(name)] = (torch.float32, ())
    return planned


def stream(file: ModelFile) -> Iterator[tuple[str, Tensor]]:
    yield MARK, torch.empty(0, dtype=FLOAT8)
    for name, stored in file.tensors.items():
        if not is_large(name):
            yield name, load_tensor(name, stored, _plain(name, stored.dtype))[0]
            continue
        weight, scale = quantize(load_tensor(name, stored, torch.float32)[0])
        yield name, weight
        yield _scale_of(name), scale


def _plain(name: str, dtype: torch.dtype) -> torch.dtype:
    return storage_dtype(name, dtype, torch.bfloat16 if dtype.itemsize == 1 else dtype)


def _scale_of(name: str) -> str:
    return name.removesuffix(WEIGHT) + SCALE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--base", type=Path)
    args = parser.parse_args()
    if args.target.exists():
        parser.error(f"{args.target} exists already")
    file = quantize_file(args.source, args.target, args.base)
    before, after = sum(tensor.nbytes for tensor in file.tensors.values()), args.target.stat().st_size
    print(f"{args.target}: {file.variant}, {before / 1e9:.2f} GB -> {after / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
