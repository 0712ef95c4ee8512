"""The GPU's part of model.py: whole clips at full size with random weights, and the same on a part of the
card.

Run through model.py, which explains the options. In the table:
    clip      4 steps of the distilled model's schedule, second run of two (the first compiles and fills)
    reached   FLOP of the clip / its time / the rate of a bf16 matrix product of 8192x8192 on this card in
              this run; the goal is 60 %. FLOP counted as in model.py; with receptive fields the pairs that
              the rule asks for
    peak      most that torch's allocator had out, weights included
With --cap-gb the layers are streamed by ComfyUI's partial loading: the allocator refuses what is above the
cap, and ComfyUI is told that the rest of the card is taken. Each row is one number of portions; step is the
peak beside the weights that stay on the card, estimate what ComfyUI was told that it takes.
"""
from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

import torch

import environment
from arithmetic import PARTS, REST, Arithmetic, pairs_asked_for
from full_size import FLOAT8, FRAMES, HEIGHT, REFERENCES, WAN, WIDTH, fill, network, step_inputs, with_weights
from tables import Table
from worldstereo.core.model.attention.attention import sdpa
from worldstereo.core.model.attention.backends import attention_backend
from worldstereo.core.model.attention.receptive_field import ReceptiveField
from worldstereo.core.model.checkpoint.settings import Settings
from worldstereo.core.model.control_config import ControlConfig
from worldstereo.core.model.control_values import GeometricControl, StereoControl, reference_input
from worldstereo.core.model.run_options import RunOptions
from worldstereo.core.model.transformer import WorldStereoTransformer
from worldstereo.core.model.vram import peak_bytes
from worldstereo.core.sampling.pipeline import sample_key_frames
from worldstereo.core.sampling.schedule import few_step_sigmas

GB, STEPS = 10 ** 9, 4
TINY_WAN = {**WAN, "num_attention_heads": 2, "text_dim": 32, "ffn_dim": 64, "num_layers": 2, "image_dim": 20,
            "added_kv_proj_dim": 256}
TINY_CONTROL = ControlConfig(dim=64, ffn_dim=48, num_heads=2, num_layers=1, conv_out_dim=256,
                             time_embed_dim=256, mid_channels=16)


@dataclass(frozen=True)
class Run:
    """Sizes of the clip, and where it runs."""

    tiny: bool
    device: torch.device

    @property
    def clip(self) -> tuple[int, int, int, int]:
        """Key frames, height, width, references."""
        return (3, 128, 128, 2) if self.tiny else (FRAMES, HEIGHT, WIDTH, REFERENCES)

    @property
    def latent(self) -> tuple[int, int, int, int, int]:
        frames, height, width, _ = self.clip
        return 1, 16, frames, height // 8, width // 8


def main(args) -> None:
    run = Run(args.tiny, torch.device("cpu" if args.tiny else "cuda"))
    if args.tiny:
        print("A tiny model on the CPU, only to see that everything runs: no number here means anything.")
    else:
        card = torch.cuda.get_device_properties(0)
        print(f"{card.name}, {card.total_memory / GB:.1f} GB"
              + f", capped to {args.cap_gb:g} GB" * bool(args.cap_gb))
    if args.cap_gb:
        tables = capped(run, args.cap_gb, FLOAT8 if args.precision == "fp8" else torch.bfloat16)
    else:
        tables = whole(run, attention_backend(args.attention))
    for table in tables:
        print(f"\n{table.markdown()}", flush=True)


@torch.no_grad()
def whole(run: Run, attention) -> Iterator[Table]:
    """All weights on the card: time, rate and peak for each receptive field, then one step by part."""
    net = random_net(run, torch.bfloat16)
    rate, flops = matmul_rate(run), count(run, net)
    clips = Table(f"bf16 matrix product: {rate / 1e12:.1f} TFLOP/s; weights {weight_bytes(net) / GB:.2f} GB",
                  ("receptive field", "PFLOP", "clip s", "reached %", "peak GB"))
    for name, field in fields(run).items():
        seconds, peak = measured(run, lambda: clip(run, net, field, attention))
        arithmetic = STEPS * (flops - attention_saved(run, net, field))
        reached = 100 * arithmetic / seconds / rate
        clips.rows.append((name, arithmetic / 1e15, seconds, reached, gigabytes(peak)))
    yield clips
    yield by_part(run, net, attention)


def random_net(run: Run, weights: torch.dtype, device=None, layers: int = 40,
               scaled: bool = False) -> WorldStereoTransformer:
    """Made where it is needed: the 35 GB of the full model need no file and no RAM. The tiny one has its own
    number of layers."""
    device = device or run.device
    net = (with_weights(TINY_WAN, TINY_CONTROL, True, weights, scaled, device) if run.tiny
           else network(True, weights, layers, layers // 2, scaled, device))
    fill(net)
    return net


def memories(run: Run, field: ReceptiveField | None) -> tuple[GeometricControl, StereoControl]:
    frames, height, width, references = run.clip
    values = torch.Generator(run.device).manual_seed(1)

    def random(*shape):
        return torch.randn(*shape, generator=values, device=run.device)

    geometric = GeometricControl(random(*run.latent), (random(1, 1, frames, height, width) > 0).float(),
                                 random(1, 6, frames, height, width))
    stereo = StereoControl(reference_input(random(1, 16, references, *run.latent[3:])),
                           tuple(range(references)), random(1, frames, 7), random(1, references, 7), field)
    return geometric, stereo


def fields(run: Run) -> dict[str, ReceptiveField | None]:
    """Each reference belongs to as many frames as the next; every token has its place in two references."""
    frames, height, width, references = run.clip
    assignment = tuple(frame * references // frames for frame in range(frames))
    tokens = torch.arange(height * width // 256).view(height // 16, width // 16)
    matches = torch.full((frames, *tokens.shape, references), -1)
    for frame, n in enumerate(assignment):
        for reference in {n, max(0, n - 1)}:
            matches[frame, ..., reference] = tokens
    return {"full": None, "paired": ReceptiveField(assignment),
            "correspondence, window 5": ReceptiveField(assignment, matches, 5)}


def clip(run: Run, net, field, attention) -> torch.Tensor:
    text, image = prompt(run, net)
    noise, condition = (torch.randn(1, channels, *run.latent[2:], device=run.device) for channels in (16, 20))
    return sample_key_frames(net, few_step_sigmas(STEPS), noise, condition, text, image,
                             *memories(run, field), attention=attention)


def prompt(run: Run, net, dtype=torch.bfloat16) -> tuple[torch.Tensor, torch.Tensor]:
    sizes = ((512, net.config.text_dim), (257, net.config.image_dim))
    return tuple(torch.randn(1, *size, device=run.device).to(dtype) for size in sizes)


def matmul_rate(run: Run) -> float:
    size = 64 if run.tiny else 8192
    a, b = (torch.randn(size, size, device=run.device).bfloat16() for _ in range(2))
    return 2 * size ** 3 / median(seconds_of(run, lambda: a @ b) for _ in range(20))


def gigabytes(count: int | None) -> float | None:
    return None if count is None else count / GB


def measured(run: Run, work) -> tuple[float, int | None]:
    """Seconds of the second run, and the peak of both on a card."""
    if run.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    seconds = [seconds_of(run, work) for _ in range(2)][-1]
    return seconds, torch.cuda.max_memory_allocated() if run.device.type == "cuda" else None


def seconds_of(run: Run, work) -> float:
    if run.device.type == "cuda":
        torch.cuda.synchronize()
    began = time.perf_counter()
    work()
    if run.device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - began


def count(run: Run, net) -> int:
    """FLOP of one step in which every token sees every token; on empty tensors, unless the model is tiny."""
    with Arithmetic(net if run.tiny else (net := network(True))) as watch:
        step(run, net, None)
    return sum(watch.flops.values())


def step(run: Run, net, attention, cache=None) -> torch.Tensor:
    frames, height, width, references = run.clip
    given = step_inputs(references, frames=frames, height=height, width=width,
                        device=next(net.parameters()).device)
    for key, channels in (("encoder_hidden_states", net.config.text_dim),
                          ("encoder_hidden_states_image", net.config.image_dim)):
        given[key] = given[key][..., :channels]
    return net(**given, run=RunOptions(attention or sdpa, cache=cache))


def attention_saved(run: Run, net, field: ReceptiveField | None) -> int:
    """FLOP of a step that this receptive field does not ask for."""
    if field is None:
        return 0
    frames, height, width, references = run.clip
    tokens, config = height * width // 256, net.config
    saved = ((frames + references) * tokens) ** 2 - pairs_asked_for(field, references, tokens)
    return 4 * config.num_layers * config.num_attention_heads * config.attention_head_dim * saved


def by_part(run: Run, net, attention) -> Table:
    parts = Table("One step, every part waited for", ("part", "s", "TFLOP/s"))
    cache = {}
    step(run, net, attention, cache)
    with Arithmetic(net) as watch:
        step(run, net, attention, cache)
    for part in (*PARTS, REST):
        seconds, flops = watch.seconds[part], watch.flops[part]
        parts.rows.append((part, seconds, flops / max(seconds, 1e-9) / 1e12))
    return parts


def weight_bytes(net) -> int:
    return sum(parameter.nbytes for parameter in net.parameters())


@torch.no_grad()
def capped(run: Run, cap: float, weights: torch.dtype) -> Iterator[Table]:
    """A clip through the node's own sampling, in a ComfyUI that has only so much of the card."""
    with comfyui(run, cap) as mm:
        from worldstereo.nodes import bridge

        net = random_net(run, weights, torch.device("cpu"))
        model = bridge.make_model(net, Settings(variant="memory-dmd"))
        for memory in memories(run, None):
            model = bridge.with_memory(model, memory)
        given, latent = conditioning(run, net), {"samples": torch.zeros(run.latent)}
        clips = Table("", ("portions", "weights GB", "of them on the card", "clip s", "step GB",
                           "estimate GB"))
        for portions in (1, 8):
            in_portions = bridge.in_portions(model, portions)
            seconds, peak = measured(run,
                                     lambda: bridge.sample(in_portions, given, given, latent, 0, STEPS, 0))
            loaded = in_portions.loaded_size()
            step_peak = gigabytes(peak and peak - loaded)
            clips.rows.append((portions, model.model_size() / GB, loaded / GB, seconds, step_peak,
                               estimate(run, net, portions) / GB))
            mm.unload_all_models()
    yield clips


def estimate(run: Run, net, portions: int) -> int:
    frames, height, width, references = run.clip
    of_frame = height * width // 256
    return peak_bytes(net, 1, frames * of_frame, references * of_frame, portions=portions)


@contextmanager
def comfyui(run: Run, cap: float):
    sys.path.insert(0, str(environment.comfyui_path()))
    import comfy.cli_args

    comfy.cli_args.args.cpu = run.device.type == "cpu"
    if run.device.type == "cuda":
        total = torch.cuda.get_device_properties(0).total_memory
        comfy.cli_args.args.reserve_vram = max(0, total - cap * GB) / 2 ** 30
        torch.cuda.set_per_process_memory_fraction(min(1, cap * GB / total))
    import comfy.model_management

    yield comfy.model_management


def conditioning(run: Run, net) -> list:
    """A prompt with a start image, as 'Image to Key Frames' makes it."""
    import comfy.clip_vision

    from worldstereo.nodes import bridge

    text, image = (values.cpu() for values in prompt(run, net, torch.float32))
    seen = comfy.clip_vision.Output()
    seen.penultimate_hidden_states = image
    given = torch.zeros(1, 4, *run.latent[2:])
    given[:, :, 0] = 1
    return bridge.with_start_image([[text, {}]], given, torch.randn(run.latent), seen)
