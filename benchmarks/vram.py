#!/usr/bin/env python3
"""How much memory a step takes, counted and measured, and which card that fits.

    .venv/bin/python benchmarks/vram.py            what can be counted: all tables, half a minute
    .venv/bin/python benchmarks/vram.py --measure  also one layer of true width on this CPU, by memory

"counted" is the sum of the tensors alive at the worst moment, on empty tensors of the full size; "estimate"
is what the pack tells ComfyUI (core/model/vram.py); "measured" is resident memory of a process of its own.
All are beside the weights. Attention counts as flash, memory-efficient or cuDNN attention: without a matrix
of scores. On a card model.py measures, with --cap-gb.
"""
from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "scripts"), str(Path(__file__).resolve().parent)]

import torch

import environment

sys.path.insert(0, str(environment.comfyui_path()))
import comfy.cli_args

comfy.cli_args.args.cpu = True

from full_size import FLOAT8, FRAMES, OF_FRAME, REFERENCES, TAKEN, network, peak_of_step, streamed
from worldstereo.core.model.attention.attention import sdpa
from worldstereo.core.model.vram import peak_bytes
from worldstereo.nodes.bridge.layers import casts_kept, make_castable
from yardstick import machine

GB, GIB = 10 ** 9, 2 ** 30
PORTIONS = (1, 2, 4, 8, 16)
CARDS = (8, 12, 16, 24, 32, 48, 80)  # GiB
VARIANTS = {"camera": 0, "memory": REFERENCES, "memory-dmd": REFERENCES}  # references


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--frames", type=int, default=FRAMES, help="key frames of --measure")
    parser.add_argument("--skip-attention", action="store_true",
                        help="measure with a copy of the queries in its place: nearly the same memory in "
                             "less time")
    parser.add_argument("--child", nargs=2, type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        return child(*args.child, args.skip_attention)
    print(f"{machine()}\nNothing here is measured on a GPU.")
    count()
    cards()
    if args.measure:
        measure(args.frames, args.skip_attention)


def prepared(*args, **kwargs):
    net = network(*args, **kwargs)
    make_castable(net)
    return net


def count() -> None:
    print("\nOne step at 832x480, 21 key frames, bf16; GB beside the weights, and the estimate's ratio to it")
    print(f"{'references, prompts at once':30}" + "".join(f"{n:3} portions   " for n in PORTIONS))
    for references in (0, 1, REFERENCES):
        net = prepared(references > 0, layers=2, control_layers=2)
        for prompts in (1, 2):
            cells = [counted(net, references, prompts, portions) for portions in PORTIONS]
            shown = "".join(f"{peak / GB:6.2f} {ratio:5.2f}   " for peak, ratio in cells)
            print(f"{f'{references}, {prompts}':30}{shown}")


def counted(net, references: int, prompts: int, portions: int) -> tuple[int, float]:
    with casts_kept(net):
        peak = peak_of_step(net, references=references, prompts=prompts, portions=portions).peak
    return peak, estimate(net, references, portions, prompts) / peak


def estimate(net, references: int, portions: int, prompts: int = 1, frames: int = FRAMES) -> int:
    return peak_bytes(net, prompts, frames * OF_FRAME, references * OF_FRAME, portions=portions)


def cards() -> None:
    print("\nWhich card, 832x480, 21 key frames, 8 references where the variant has them, one prompt at a "
          "time."
          f"\nCounted, not measured.\nOf every card {TAKEN / GB:.1f} GB are left to CUDA, the desktop and "
          "ComfyUI.")
    heads = "".join(f"{f'{card} GB':>10}" for card in CARDS)
    print(f"{'variant, weights, portions':30}{'weights':>9}{'step':>7}{'host':>7}{heads}")
    for variant, references in VARIANTS.items():
        for name, weights in (("bf16", torch.bfloat16), ("fp8", FLOAT8)):
            net = network(references > 0, weights)
            size = sum(parameter.nbytes for parameter in net.parameters())
            largest = max(parameter.nbytes for parameter in net.parameters())
            for portions in (1, 8):
                step = estimate(net, references, portions)
                verdicts = "".join(f"{verdict(streamed(net, step, card * GIB)):>10}" for card in CARDS)
                print(f"{f'{variant}, {name}, {portions}':30}{size / GB:6.1f} GB{step / GB:4.1f} GB"
                      f"{(size + largest) / GB + 1:4.0f} GB{verdicts}")
    print("fits: all weights stay on the card; a number: GB of them that stay in RAM, streamed; no: not "
          "possible")


def verdict(outside: float | None) -> str:
    return "no" if outside is None else f"{outside / GB:.1f}" if outside else "fits"


def measure(frames: int, skip_attention: bool) -> None:
    print(f"\nOne layer, one control layer of true width on this CPU, bf16, 832x480, {frames} key frames, 8 "
          "references"
          + (", without the attention kernel" if skip_attention else ""))
    for portions in (1, 8):
        command = [sys.executable, __file__, "--child", str(frames), str(portions)]
        command += ["--skip-attention"] * skip_attention
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        measured, peak, seconds = map(float, done.stdout.split()[-3:])
        planned = estimate(prepared(True, layers=1, control_layers=1), REFERENCES, portions, frames=frames)
        print(f"  {portions} portions: measured {measured / GB:.2f} GB in {seconds:.0f} s; counted "
              f"{peak / GB:.2f} "
              f"({peak / measured:.2f}), estimate {planned / GB:.2f} ({planned / measured:.2f})", flush=True)


def child(frames: int, portions: int, skip_attention: bool) -> None:
    """Prints the step's peak of resident memory, the counted peak, and seconds of this process."""
    torch.set_num_threads(1)
    net = prepared(True, layers=1, control_layers=1, device="cpu")
    for parameter in net.parameters():
        parameter.normal_(std=0.02)
    attention = (lambda q, k, v, heads: q.clone()) if skip_attention else sdpa
    before = resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak restarts here
    start = time.process_time()
    with casts_kept(net):
        peak = peak_of_step(net, attention, portions, references=REFERENCES, frames=frames).peak
    print(resident("VmHWM") - before, peak, time.process_time() - start)


def resident(key: str) -> int:
    return 1024 * int(re.search(key + r":\s+(\d+)", Path("/proc/self/status").read_text())[1])


if __name__ == "__main__":
    main()
