#!/usr/bin/env python3
"""One denoising step by part, and what the memories cost against diffusers' bare Wan transformer.

    .venv/bin/python benchmarks/model.py             on a CPU: true widths, 2 of 40 layers, 5 small key frames
    .venv/bin/python benchmarks/model.py             on a CUDA device: all of the real size, see model_gpu.py
    .venv/bin/python benchmarks/model.py --cap-gb 24 there as a card of 24 GB, layers streamed by ComfyUI

On a CPU: bf16, random weights, one thread, time of this process alone; bare model and ours take turns,
medians.
    FLOP      counted: linear layers, convolutions and attention, 2 for a multiplication and an addition
    cost      (time / time of the bare model) / (FLOP / FLOP of the bare model). 1 = the memories cost exactly
              the arithmetic that they add; the goal is 1.02
    expected  seconds that the arithmetic would take at the bare model's own rates: one for attention, which
              is slower and of which references need more, one for the rest; and the ratio of the time to it
Without a CUDA device no time of a card is measured; printed is the counted floor for named cards.
"""
from __future__ import annotations

import argparse
import copy
import ctypes
import os
import sys
from dataclasses import replace
from pathlib import Path
from statistics import median

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "scripts"), str(Path(__file__).resolve().parent)]

import torch
from diffusers import WanTransformer3DModel
from diffusers.models.transformers.transformer_wan import WanRotaryPosEmbed

from arithmetic import PARTS, REST, Arithmetic
from floors import print_floors
from full_size import WAN, fill, network, step_inputs
from worldstereo.core.model.run_options import RunOptions
from yardstick import machine

FRAMES, HEIGHT, WIDTH, REFERENCES = 5, 240, 416, 2  # of 21, 480, 832, 8: nearly the same share of references
BARE = "bare Wan of diffusers"
IMAGE_INPUTS = ("hidden_states", "timestep", "encoder_hidden_states", "encoder_hidden_states_image")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=int, default=2, help="on a CPU; half as many control layers")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--floors", action="store_true", help="only the counted floors")
    parser.add_argument("--cap-gb", type=float, help="on a CUDA device: how much of it may be used")
    parser.add_argument("--precision", choices=("bf16", "fp8"), default="bf16",
                        help="of the weights, with --cap-gb")
    parser.add_argument("--attention", default="sdpa", help="a name of core/model/attention/backends.py")
    parser.add_argument("--tiny", action="store_true", help="the GPU's part with a tiny model on the CPU")
    args = parser.parse_args()
    print(machine())
    if torch.cuda.is_available() or args.tiny:
        import model_gpu
        return model_gpu.main(args)
    print("No CUDA device: nothing below was measured on a card.")
    if not args.floors:
        on_cpu(args.layers, args.rounds)
    print_floors()


@torch.no_grad()
def on_cpu(layers: int, rounds: int) -> None:
    torch.set_num_threads(1)
    keep_memory()
    net = network(True, layers=layers, control_layers=layers // 2, device="cpu")
    fill(net)
    print(f"\n{layers} layers, {layers // 2} control layers, {FRAMES} key frames of {WIDTH}x{HEIGHT}, "
          f"{REFERENCES} "
          f"references, bf16, median of {rounds}")
    watched = compare(models(net), rounds)
    print_costs(watched)
    print_parts(watched)


def keep_memory() -> None:
    """Has glibc keep freed memory, as the allocator of a GPU does: else each large tensor's pages are made
    anew."""
    if sys.platform == "linux":
        for option, value in ((-4, 0), (-1, 2 ** 31 - 1)):  # M_MMAP_MAX, M_TRIM_THRESHOLD
            ctypes.CDLL(None).mallopt(option, value)


def models(net) -> dict:
    """name -> (network, its call); all share one set of weights."""
    given = step_inputs(REFERENCES, frames=FRAMES, height=HEIGHT, width=WIDTH, device="cpu")
    given = {key: random_like(value) for key, value in given.items()}
    given["timestep"] = torch.full((1,), 500.0)
    bare = bare_twin(net)
    camera = copy.copy(net)  # the same layers, used without references
    camera.memory = False
    image = {key: given[key] for key in IMAGE_INPUTS}
    cached, cached_camera = (RunOptions(cache={}, tables={}) for _ in range(2))
    return {BARE: (bare, lambda: bare(**image, return_dict=False)[0]),
            "ours without memories": (camera, lambda: camera(**image)),
            "with the global-geometric memory": (camera, lambda: camera(**image, geometric=given["geometric"],
                                                                        run=cached_camera)),
            "with both memories": (net, lambda: net(**given, run=cached))}


def random_like(value):
    """Random numbers in place of a tensor's, or of those of a memory's tensors."""
    if torch.is_tensor(value):
        return torch.randn_like(value)
    tensors = {name: field for name, field in vars(value).items() if torch.is_tensor(field)}
    return replace(value, **{name: random_like(field) for name, field in tensors.items()})


def bare_twin(net) -> WanTransformer3DModel:
    """diffusers' own transformer with the weights of ours."""
    with torch.device("meta"):
        bare = WanTransformer3DModel(**{**WAN, "num_layers": len(net.blocks)})
    bare.load_state_dict(net.state_dict(), strict=False, assign=True)
    bare.rope = WanRotaryPosEmbed(WAN["attention_head_dim"], WAN["patch_size"], WAN["rope_max_seq_len"])
    return bare.eval()


def compare(works: dict, rounds: int) -> dict[str, list[Arithmetic]]:
    """What was watched of each model in each round."""
    plain, ours = (work() for _, work in list(works.values())[:2])  # also warms up
    assert (plain - ours).norm() < 0.02 * plain.norm(), "without memories it should be the bare model"
    watched = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, (net, work) in works.items():
            with Arithmetic(net) as watch:
                work()
            if number:  # the first fills what is kept between steps
                watched[name].append(watch)
    return watched


def print_costs(watched: dict[str, list[Arithmetic]]) -> None:
    print(f"{'':40}{'s':>8}{'TFLOP':>8}{'cost':>8}{'expected':>10}{'ratio':>8}")
    bare, bare_flops = seconds_of(watched[BARE]), sum(watched[BARE][0].flops.values())
    bare_attention = median(watch.attention["seconds"] for watch in watched[BARE])
    attention_flops = watched[BARE][0].attention["flops"]
    for name, watches in watched.items():
        seconds, flops = seconds_of(watches), sum(watches[0].flops.values())
        attention = watches[0].attention["flops"]
        expected = (bare_attention * attention / attention_flops
                    + (bare - bare_attention) * (flops - attention) / (bare_flops - attention_flops))
        cost = seconds / bare / (flops / bare_flops)
        print(f"{name:40}{seconds:8.2f}{flops / 1e12:8.3f}{cost:8.3f}{expected:10.2f}"
              f"{seconds / expected:8.3f}")


def print_parts(watched: dict[str, list[Arithmetic]]) -> None:
    for name in (BARE, "with both memories"):
        watches = watched[name]
        print(f"\n{name:40}{'s':>8}{'TFLOP':>8}{'GFLOP/s':>9}{'share':>8}")
        for part in (*PARTS, REST):
            seconds, flops = median(watch.seconds[part] for watch in watches), watches[0].flops[part]
            if seconds:
                print(f"{part:40}{seconds:8.3f}{flops / 1e12:8.3f}{flops / seconds / 1e9:9.0f}"
                      f"{100 * seconds / seconds_of(watches):7.1f}%")


def seconds_of(watches: list[Arithmetic]) -> float:
    return median(watch.total for watch in watches)


if __name__ == "__main__":
    main()
