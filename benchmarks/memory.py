#!/usr/bin/env python3
"""How much memory a step takes, counted and measured, and which card that fits.

    .venv/bin/python benchmarks/memory.py                 what can be counted: all tables, half a minute
    .venv/bin/python benchmarks/memory.py --measure       also one layer of true width on this CPU, by resident memory
    .venv/bin/python benchmarks/memory.py --cap 24        on a CUDA device also four steps of the full-size model
                                                          through ComfyUI, on a card of 24 GB (else all of it)

"counted" is the sum of the tensors alive at the worst moment, on empty tensors of the full size; "estimate" is what the
pack tells ComfyUI (core/model/memory_estimate.py); "measured" is resident memory of a process of its own, or what
torch's allocator had out on the card. All are beside the weights. Attention counts as flash, memory-efficient or cuDNN
attention: without a matrix of scores.
"""
from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

import environment
import torch

sys.path.insert(0, str(environment.comfyui_path()))
import comfy.cli_args

comfy.cli_args.args.cpu = not torch.cuda.is_available()

import comfy.clip_vision
import comfy.model_management as mm
import comfy.patcher_extension as pe
from full_size import FLOAT8, network, peak_of_step

from worldstereo.core.model.attention import sdpa
from worldstereo.core.model.controls import GeometricControl, StereoControl
from worldstereo.core.model.memory_estimate import peak_bytes
from worldstereo.core.model.settings import Settings
from worldstereo.nodes import bridge
from worldstereo.nodes.bridge.layers import make_castable

GB, GIB, MB = 10 ** 9, 2 ** 30, 10 ** 6
PORTIONS = (1, 2, 4, 8, 16)
CARDS = (8, 12, 16, 24, 32, 48, 80)  # GiB
# What is not there for weights and activations: the CUDA context, a desktop, and what ComfyUI keeps free on Linux.
CONTEXT, RESERVED = 0.6 * GIB, 0.4 * GIB
VARIANTS = {"camera": 0, "memory": 8, "memory-dmd": 8}  # references


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--frames", type=int, default=21, help="key frames of --measure")
    parser.add_argument("--skip-attention", action="store_true",
                        help="measure with a copy of the queries in its place: nearly the same memory in less time")
    parser.add_argument("--cap", type=float, help="GB of the card that may be used")
    parser.add_argument("--child", nargs=2, type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        return child(*args.child, args.skip_attention)
    cpu = re.search(r"model name\s+: (.*)", Path("/proc/cpuinfo").read_text())
    print(f"{cpu[1] if cpu else ''}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, torch {torch.__version__}")
    count()
    cards()
    if args.measure:
        measure(args.frames, args.skip_attention)
    if torch.cuda.is_available():
        on_gpu(args.cap)
    else:
        print("\nNo CUDA device here: nothing above was measured on a card.")


def prepared(*args, **kwargs):
    net = network(*args, **kwargs)
    make_castable(net)
    return net


def count() -> None:
    print("\nOne step at 832x480, 21 key frames, bf16; GB beside the weights, and the estimate's ratio to it")
    print(f"{'references, prompts at once':30}" + "".join(f"{n:3} portions   " for n in PORTIONS))
    for references in (0, 1, 8):
        net = prepared(references > 0, layers=2, control_layers=2)
        for prompts in (1, 2):
            cells = [counted(net, references, prompts, portions) for portions in PORTIONS]
            shown = "".join(f"{peak / GB:6.2f} {ratio:5.2f}   " for peak, ratio in cells)
            print(f"{f'{references}, {prompts}':30}{shown}")


def counted(net, references: int, prompts: int, portions: int) -> tuple[int, float]:
    peak = peak_of_step(net, references=references, prompts=prompts, portions=portions).peak
    return peak, peak_bytes(net, prompts, 21 * 1560, references * 1560, portions=portions) / peak


def cards() -> None:
    print("\nWhich card, 832x480, 21 key frames, 8 references where the variant has them, one prompt at a time. Counted, no "
          f"row was measured.\nOf every card {(CONTEXT + RESERVED) / GB:.1f} GB are left to CUDA, the desktop and ComfyUI.")
    heads = "".join(f"{f'{card} GB':>10}" for card in CARDS)
    print(f"{'variant, weights, portions':30}{'weights':>9}{'step':>7}{'host':>7}{heads}")
    for variant, references in VARIANTS.items():
        for name, weights in (("bf16", torch.bfloat16), ("fp8", FLOAT8)):
            net = network(references > 0, weights)
            size = sum(parameter.nbytes for parameter in net.parameters())
            largest = max(parameter.nbytes for parameter in net.parameters())
            for portions in (1, 8):
                step = peak_bytes(net, 1, 21 * 1560, references * 1560, portions=portions)
                verdicts = "".join(f"{verdict(card * GIB, size, largest, step):>10}" for card in CARDS)
                print(f"{f'{variant}, {name}, {portions}':30}{size / GB:6.1f} GB{step / GB:4.1f} GB"
                      f"{(size + largest) / GB + 1:4.0f} GB{verdicts}")
    print("fits: all weights stay on the card; a number: GB of them that stay in RAM and are streamed; no: not possible")


def verdict(card: float, size: int, largest: int, step: int) -> str:
    room = card - CONTEXT - RESERVED - step
    if room >= size:
        return "fits"
    room -= 3 * largest  # ComfyUI keeps room for streamed layers: two on their way and one in use
    return f"{(size - room) / GB:.1f}" if room > 0 else "no"


def measure(frames: int, skip_attention: bool) -> None:
    print(f"\nOne layer, one control layer of true width on this CPU, bf16, 832x480, {frames} key frames, 8 references"
          + (", without the attention kernel" if skip_attention else ""))
    for portions in (1, 8):
        command = [sys.executable, __file__, "--child", str(frames), str(portions)]
        command += ["--skip-attention"] * skip_attention
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        measured, peak, seconds = map(float, done.stdout.split()[-3:])
        estimate = peak_bytes(prepared(True, layers=1, control_layers=1), 1, frames * 1560, 8 * 1560, portions=portions)
        print(f"  {portions} portions: measured {measured / GB:.2f} GB in {seconds:.0f} s; counted {peak / GB:.2f} "
              f"({peak / measured:.2f}), estimate {estimate / GB:.2f} ({estimate / measured:.2f})", flush=True)


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
    peak = peak_of_step(net, attention, portions, references=8, frames=frames).peak
    print(resident("VmHWM") - before, peak, time.process_time() - start)


def resident(key: str) -> int:
    return 1024 * int(re.search(key + r":\s+(\d+)", Path("/proc/self/status").read_text())[1])


def on_gpu(cap: float | None) -> None:
    """Four steps of the full-size model through ComfyUI, on the card or a part of it; its weights mean nothing."""
    card = torch.cuda.get_device_properties(0)
    if cap:
        torch.cuda.set_per_process_memory_fraction(min(1.0, cap * GB / card.total_memory))
        mm.EXTRA_RESERVED_VRAM += max(0, card.total_memory - cap * GB)  # so that ComfyUI plans for the smaller card
    print(f"\n{card.name}, {card.total_memory / GB:.1f} GB" + (f", capped to {cap:g} GB" if cap else ""))
    for name, weights in (("bf16", torch.bfloat16), ("fp8", FLOAT8)):
        for portions in (1, 8):
            torch.cuda.reset_peak_memory_stats()
            loaded, estimate, seconds = sampled(network(True, weights, device="cpu"), portions)
            peak = torch.cuda.max_memory_allocated() - loaded
            print(f"  {name}, {portions} portions: {loaded / GB:.2f} GB of weights on the card, step measured "
                  f"{peak / GB:.2f} GB, estimate {estimate / GB:.2f} ({estimate / peak:.2f}), {seconds:.1f} s for a step")
            mm.unload_all_models()
            mm.soft_empty_cache()


def sampled(net, portions: int, frames: int = 21, height: int = 480, width: int = 832, references: int = 8):
    """Samples a clip of zeros -> bytes of weights on the device, the estimate, median seconds of a step."""
    model = bridge.in_portions(bridge.make_model(net, Settings(variant="memory-dmd")), portions)
    latent, of_frame = torch.zeros(1, 16, frames, height // 8, width // 8), height * width // 256
    qt, qt_ref = torch.zeros(1, frames, 7), torch.zeros(1, references, 7)
    index = tuple(i % (frames - 1) for i in range(references))
    model = bridge.with_memory(model, StereoControl(latent[:, :, :1].repeat(1, 1, references, 1, 1), index, qt, qt_ref))
    model = bridge.with_memory(model, GeometricControl(latent, torch.zeros(1, 1, frames, height, width),
                                                       torch.zeros(1, 6, frames, height, width)))
    seen = comfy.clip_vision.Output()
    seen.penultimate_hidden_states = torch.zeros(1, 257, 1280)
    prompt = bridge.with_start_image([[torch.zeros(1, 512, 4096), {}]], torch.zeros_like(latent[:, :4]), latent, seen)
    times = []
    model.add_wrapper_with_key(pe.WrappersMP.APPLY_MODEL, "benchmark", lambda run, *a, **k: timed(times, run, *a, **k))
    with torch.inference_mode():
        bridge.sample(model, prompt, prompt, {"samples": latent}, 0, 4, 1.0)
    estimate = peak_bytes(net, 1, frames * of_frame, references * of_frame, portions=portions)
    return model.loaded_size(), estimate, statistics.median(times[1:])


def timed(times: list, run, *args, **kwargs):
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    start = time.perf_counter()
    result = run(*args, **kwargs)
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    times.append(time.perf_counter() - start)
    return result


if __name__ == "__main__":
    main()
