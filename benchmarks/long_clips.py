#!/usr/bin/env python3
"""Counted, not measured: what a step of the full memory model costs with more key frames than 21.

    .venv/bin/python benchmarks/long_clips.py

832x480, 8 references, bf16, one prompt, every token sees all. PFLOP and the share of attention in them are
counted on empty tensors, GB is the estimate of the memory beside the weights, in 1 and in 8 portions, and the
last column is the arithmetic of a key frame, where 1 is that of a clip of 21.
"""
from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "scripts"), str(Path(__file__).resolve().parent)]

import torch

from arithmetic import Arithmetic
from full_size import FRAMES, OF_FRAME, REFERENCES, network, step_inputs
from tables import Table
from worldstereo.core.model.vram import peak_bytes

KEY_FRAMES = (5, 21, 41, 81, 161)


def main() -> None:
    net = network(True)
    table = Table("", ("key frames", "tokens", "PFLOP a step", "in attention", "GB", "GB in 8 portions",
                       "PFLOP a key frame"))
    flops = {frames: counted(frames) for frames in KEY_FRAMES}
    for frames, (total, attention) in flops.items():
        memory = [peak_bytes(net, 1, frames * OF_FRAME, REFERENCES * OF_FRAME, portions=portions) / 1e9
                  for portions in (1, 8)]
        table.rows.append([frames, frames * OF_FRAME, total / 1e15, f"{attention / total:.0%}", *memory,
                           total / frames / (flops[FRAMES][0] / FRAMES)])
    print(table.markdown())


@torch.no_grad()
def counted(frames: int) -> tuple[int, int]:
    """FLOP of one step, and those of attention among them: of 2 layers and of 4, whose difference is that of
    each further 2. All layers are alike, and a control layer belongs to two."""
    found = []
    for layers in (2, 4):
        net = network(True, layers=layers, control_layers=layers // 2)
        with Arithmetic(net) as watch:
            net(**step_inputs(REFERENCES, frames=frames))
        found.append((sum(watch.flops.values()), watch.attention["flops"]))
    total, attention = (two + 19 * (four - two) for two, four in zip(*found))
    return total, attention


if __name__ == "__main__":
    main()
