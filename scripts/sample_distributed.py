#!/usr/bin/env python3
"""Samples a clip of the tiny model in several processes together, then in each alone, and compares.

    torchrun --nproc-per-node 4 scripts/sample_distributed.py [--prompts 2] [--device cuda]

--prompts 2 samples with guidance; each half of the processes runs one of the two prompts.
"""
from __future__ import annotations

import argparse
import functools
import os
from collections.abc import Callable

import torch
import torch.distributed as dist

import stand_ins
import worldstereo as ws
from traffic import Traffic


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--prompts", type=int, choices=(1, 2), default=1)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu",
                        help="cuda: a GPU for each process")
    args = parser.parse_args()
    if args.device == "cuda":
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if args.device == "cuda" else "gloo")
    sample = prepare(torch.device(args.device), guidance=5.0 if args.prompts == 2 else 1.0)
    with Traffic() as traffic:
        together = sample(mesh=ws.clip_mesh(args.device, args.prompts))
    alone = sample()
    difference = float((together - alone).abs().max() / alone.abs().max())
    print(f"process {dist.get_rank()} of {dist.get_world_size()}: sent {traffic.sent / 1e6:.1f} MB in "
          f"{traffic.calls} operations; differs from one process by {difference:.1e} of the largest value\n",
          end="", flush=True)  # torchrun's Python is unbuffered and would write the end of the line by itself
    dist.destroy_process_group()


def prepare(device: torch.device, guidance: float) -> Callable[..., torch.Tensor]:
    """sample_key_frames of a clip of the stand-ins' photograph, all but the mesh given."""
    image, depth = stand_ins.photograph()
    transformer, vae = stand_ins.models()
    path, _ = ws.plan(depth, "orbit", 3, 144, 112, ws.Wish(angle=15))
    single = ws.single_image_memories(ws.to_frames(image)[0], depth, path, radius=0.016)
    noise = ws.initial_noise(path.frames, path.height, path.width, torch.Generator().manual_seed(0))
    condition = ws.encode_condition(vae, single.render[0], path.frames)
    return functools.partial(
        ws.sample_key_frames, transformer.to(device), ws.few_step_sigmas(4), noise.to(device),
        condition.to(device), stand_ins.prompt().to(device), None,
        ws.geometric_control(vae, single.render, single.mask, path),
        ws.stereo_control(vae, single.references, path),
        negative_text=torch.ones(1, 512, 4096, device=device), guidance=guidance)


if __name__ == "__main__":
    main()
