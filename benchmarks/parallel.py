#!/usr/bin/env python3
"""Counts what several GPUs that compute one clip multiply and send at full size; the time by published rates.

    .venv/bin/python benchmarks/parallel.py

Nothing is measured: process 0 of so many runs a step on torch's meta device, with its fake process group.
"""
from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

import torch
import torch.distributed as dist
from torch.testing._internal.distributed.fake_pg import FakeStore

from arithmetic import Arithmetic
from floors import CARDS, PCIE
from full_size import FRAMES, OF_FRAME, REFERENCES, WAN, network, step_inputs
from tables import Table
from traffic import Traffic, bytes_of_forward
from worldstereo.core.model.control_config import ControlConfig
from worldstereo.core.model.run_options import RunOptions

GB = 10 ** 9
# Card, and GB/s that one of them sends: NVLink 4 and 3 (the data sheets of H100 SXM and A100 print the sum of
# both ways), PCIe as in floors.py, and a network card of 100 Gbit/s for each GPU.
LINKS = {"H100 SXM, NVLink": ("H100 SXM", 450), "A100, NVLink": ("A100", 300),
         "RTX 4090, PCIe 4.0": ("RTX 4090", PCIE[0]), "RTX 4090, 100 GbE": ("RTX 4090", 12.5),
         "H100 SXM, 100 GbE": ("H100 SXM", 12.5)}
REACHED = 0.6  # of a link's rate; cards reach all of theirs here, so that sending rather weighs too much


@dataclass
class Step:
    """Of one process, in one step with one prompt: FLOP, bytes to other processes, collective operations."""

    flops: int
    sent: int
    calls: int


@torch.no_grad()
def count(processes: int) -> Step:
    if processes == 1:
        group = None
    else:
        dist.init_process_group("fake", store=FakeStore(), rank=0, world_size=processes)
        group = dist.group.WORLD
    net = network(True)
    with Arithmetic(net) as watch, Traffic() as traffic:
        net(**step_inputs(REFERENCES), run=RunOptions(group=group))
    if group:
        dist.destroy_process_group()
        assert traffic.sent == by_formula(processes)
    return Step(sum(watch.flops.values()), traffic.sent, traffic.calls)


def by_formula(processes: int) -> int:
    control = ControlConfig()
    width = WAN["num_attention_heads"] * WAN["attention_head_dim"]
    heads = WAN["num_attention_heads"], control.num_heads
    tokens = FRAMES * OF_FRAME, REFERENCES * OF_FRAME
    return bytes_of_forward(processes, 0, width, control.dim, heads, WAN["num_layers"], control.num_layers,
                            tokens, 64)


def main() -> None:
    steps = {processes: count(processes) for processes in (1, 2, 3, 4, 5, 8)}
    whole = steps.pop(1)
    counts = Table("", ["GPUs", "PFLOP of the busiest", "of a fair share", "GB sent by it", "operations"], [
        [n, step.flops / 1e15, f"{n * step.flops / whole.flops:.3f}", step.sent / GB, step.calls]
        for n, step in steps.items()])
    times = Table("", ["GPUs and link", *(f"{n} GPUs" for n in steps)], [
        [name, *(cell(whole, step, n, *link) for n, step in steps.items())] for name, link in LINKS.items()])
    print(counts.markdown(), times.markdown(), sep="\n\n")


def cell(whole: Step, step: Step, processes: int, card: str, rate: float) -> str:
    """Seconds of arithmetic and of sending, none of it at the same time, and the efficiency."""
    computing, sending = step.flops / (CARDS[card][0] * 1e12), step.sent / (REACHED * rate * GB)
    efficiency = computing * whole.flops / step.flops / (processes * (computing + sending))
    return f"{computing:.2f} + {sending:.2f} s, {efficiency:.0%}"


if __name__ == "__main__":
    main()
