"""Sections of gpu_check.py about the whole model, by itself and in a ComfyUI. Each yields its tables."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

import model_gpu
from floors import CARDS
from full_size import FLOAT8
from gpu_goals import best_seconds, goal, relative_error, type_name
from model_gpu import GB, STEPS, Run, seconds_of
from tables import Table
from worldstereo.core.model.attention.attention import sdpa
from worldstereo.core.model.checkpoint.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


def model(run: Run) -> Iterator[Table]:
    """The whole model in bf16: clips by receptive field, one step by part and by kernel."""
    clips, parts = model_gpu.whole(run, sdpa)
    yield from (clips, parts)
    _, _, seconds, reached, _ = clips.rows[0]
    yield goal("full reaches 60 % of a matrix product's rate", reached, reached >= 60)
    floor = _counted_floor(run, clips.rows[0][1])
    yield goal(
        "a clip of 4 steps takes at most 1.5 of the counted floor",
        floor and seconds / floor,
        floor and seconds / floor <= 1.5,
    )


def _counted_floor(run: Run, petaflops: float) -> float | None:
    """Seconds at the card's published rate; None for a card that floors.py does not know."""
    name = torch.cuda.get_device_name() if run.device.type == "cuda" else ""
    rate = next((bf16 for card, (bf16, _) in CARDS.items() if card.removesuffix(" SXM") in name), None)
    return rate and 1000 * petaflops / rate


@torch.no_grad()
def step_profile(run: Run) -> Iterator[Table]:
    """One step of the whole model as the profiler sees it: launches, waits, and where the time goes."""
    net, cache = model_gpu.random_net(run, torch.bfloat16), {}
    model_gpu.step(run, net, sdpa, cache)
    kinds = [torch.profiler.ProfilerActivity.CPU]
    kinds += [torch.profiler.ProfilerActivity.CUDA] if run.device.type == "cuda" else []
    with torch.profiler.profile(activities=kinds) as seen:
        model_gpu.step(run, net, sdpa, cache)
    events = seen.key_averages()

    def count(*names: str) -> int:
        return sum(event.count for event in events if any(name in event.key for name in names))

    waits = (
        count("cudaStreamSynchronize", "cudaDeviceSynchronize", "cudaEventSynchronize") - 1
    )  # the profiler's
    yield Table(
        "One step, memory model, 8 references, `full`",
        ("what", "how many"),
        [
            ("kernels launched", count("cudaLaunchKernel", "cuLaunchKernel")),
            ("waits for the card", max(0, waits)),
            ("copies from the card", count("Memcpy DtoH")),
            ("copies to the card", count("Memcpy HtoD")),
        ],
    )
    spent = "self_device_time_total" if run.device.type == "cuda" else "self_cpu_time_total"
    most = sorted(events, key=lambda event: -getattr(event, spent))[:15]
    yield Table(
        "Where the time goes",
        ("kernel", "ms", "calls"),
        [(event.key[:90], getattr(event, spent) / 1000, event.count) for event in most],
    )


def capped(gigabytes: float, weights: torch.dtype) -> Callable[[Run], Iterator[Table]]:
    """A section: a clip through ComfyUI, which has only so much of the card."""

    def section(run: Run) -> Iterator[Table]:
        (table,) = model_gpu.capped(run, gigabytes, weights)
        yield table
        (_, weights_size, loaded, _, step, estimate), _ = table.rows
        off = step and abs(estimate / step - 1)
        yield goal(
            f"{gigabytes:g} GB, {type_name(weights)}: the estimate is within 15 % of the peak",
            off,
            off and off <= 0.15,
        )
        if weights == FLOAT8 and gigabytes == 24:
            streamed = weights_size - loaded
            yield goal(
                "24 GB in fp8 without streaming: GB of weights that are not on the card",
                streamed,
                streamed < 0.05,
            )

    return section


def lora(run: Run) -> Iterator[Table]:
    """Scaled fp8 weights with a LoRA: all on the card, and half of them streamed."""
    with model_gpu.comfyui(run, 0) as mm:
        import comfy.lora

        from worldstereo.nodes import bridge

        net = model_gpu.random_net(run, FLOAT8, torch.device("cpu"), scaled=True)
        plain = bridge.make_model(net, Settings(variant="memory-dmd"))
        for memory in model_gpu.memories(run, None):
            plain = bridge.with_memory(plain, memory)
        patched, random = plain.clone(), torch.Generator().manual_seed(3)
        width, inner = net.largest_layer.weight.shape
        for i in range(len(net.blocks)):
            name = f"diffusion_model.blocks.{i}.ffn.2"
            up, down = (
                torch.randn(width, 4, generator=random),
                torch.randn(4, inner, generator=random) / inner,
            )
            patched.add_patches(
                comfy.lora.load_lora(
                    {f"{name}.lora_B.weight": up, f"{name}.lora_A.weight": down}, {name: f"{name}.weight"}
                )
            )
        given, latent = model_gpu.conditioning(run, net), {"samples": torch.zeros(run.latent)}
        table, latents = Table("Scaled fp8", ("what", "GB of weights on the card", "clip s")), {}
        for name, model, part in (
            ("no LoRA", plain, 1),
            ("LoRA", patched, 1),
            ("LoRA, half streamed", patched, 0.5),
        ):
            mm.unload_all_models()
            _leave(run, mm, model, part)
            seconds = seconds_of(
                run,
                lambda: latents.update(
                    {name: bridge.sample(model, given, given, latent, 0, STEPS, 0)["samples"]}
                ),
            )
            table.rows.append((name, model.loaded_size() / GB, seconds))
        yield table
        whole, half = latents["LoRA"], latents["LoRA, half streamed"]
        yield Table(
            "Relative difference of latents",
            ("between", "is"),
            [
                ("with LoRA and without", relative_error(latents["no LoRA"], whole)),
                ("half streamed and all on the card", relative_error(half, whole)),
            ],
        )


def _leave(run: Run, mm, model, part: float) -> None:
    """Tells ComfyUI to leave room for so much of the weights."""
    if run.device.type == "cuda":
        free = mm.get_free_memory(run.device)
        room = part * model.model_size() + 1.2 * model_gpu.estimate(run, model.model.diffusion_model.net, 1)
        mm.EXTRA_RESERVED_VRAM = 0 if part == 1 else max(0, int(free - room))


@torch.no_grad()
def compiled(run: Run) -> Iterator[Table]:
    """One step of 4 blocks, as they are and compiled."""
    net = model_gpu.random_net(run, torch.bfloat16, layers=4)
    outputs, table = {}, Table("One step of 4 blocks and 2 control blocks", ("what", "ms", "first call s"))
    for name in ("as it is", "compiled"):
        cache = {}
        if name == "compiled":  # without a card only the graphs are made: kernels for a CPU take a compiler
            net.compile_repeated_blocks(
                fullgraph=True, backend="inductor" if run.device.type == "cuda" else "aot_eager"
            )
        first = seconds_of(run, lambda: outputs.update({name: model_gpu.step(run, net, sdpa, cache)}))
        table.rows.append(
            (name, 1000 * best_seconds(run, lambda: model_gpu.step(run, net, sdpa, cache), 3), first)
        )
    yield table
    yield Table(
        "",
        ("relative difference of the results",),
        [(relative_error(outputs["compiled"], outputs["as it is"]),)],
    )


def out_of_memory(run: Run) -> Iterator[Table]:
    """A clip that does not fit: the message, and whether the next one is as before."""
    with model_gpu.comfyui(run, 8) as mm:
        from worldstereo.nodes import bridge

        net = model_gpu.random_net(run, torch.bfloat16, torch.device("cpu"), layers=2)
        small = Run(True, run.device)
        model = bridge.make_model(net, Settings(variant="memory-dmd"))

        def sample(of: Run, broken: bool = False) -> torch.Tensor:
            used = model
            for memory in model_gpu.memories(of, None):
                used = bridge.with_memory(used, memory)
            if broken and of.device.type == "cpu":
                used.set_model_patch_replace(_no_memory, "dit", "double_block", 1)
            torch.manual_seed(0)
            given = model_gpu.conditioning(of, net)
            return bridge.sample(used, given, given, {"samples": torch.zeros(of.latent)}, 0, STEPS, 0)[
                "samples"
            ]

        before, message = sample(small), "none: it did fit"
        try:
            sample(small if run.device.type == "cpu" else TooLarge(False, run.device), broken=True)
        except RuntimeError as error:  # torch's own error for it is one
            message = f"{type(error).__name__}: {error}"
        after = sample(small)
        yield Table(
            "",
            ("what", "is"),
            [
                ("message", message[:600]),
                ("MODELs still loaded", len(mm.current_loaded_models)),
                ("the next clip is as before", torch.equal(before, after)),
            ],
        )
        yield goal(
            "the clip after an out-of-memory error is as before",
            torch.equal(before, after),
            torch.equal(before, after),
        )


def _no_memory(args, extra):
    raise torch.OutOfMemoryError("planted, without a card")


class TooLarge(Run):
    """A clip whose step takes more than 8 GB."""

    clip = (41, 960, 1664, 8)


def tests(run: Run) -> Iterator[Table]:
    """The tests that run in a ComfyUI, with the device's real kernels."""
    chosen = (
        ["tests/nodes/test_inference_mode.py"]
        if run.tiny
        else ["tests/nodes", "tests/robust", "tests/core/model", "tests/core/sampling"]
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "result.xml")
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "--device",
                run.device.type,
                "-q",
                "-p",
                "no:cacheprovider",
                f"--junitxml={file}",
                *chosen,
            ],
            cwd=ROOT,
            check=False,
            stdout=subprocess.DEVNULL,
        )
        suite = ElementTree.parse(file).getroot()[0]
    failures = [
        (f"{case.get('classname')}::{case.get('name')}", (wrong.get("message") or "").splitlines()[0][:160])
        for case in suite.iter("testcase")
        for wrong in (*case.iter("failure"), *case.iter("error"))
    ]
    counts = [(name, int(suite.get(name))) for name in ("tests", "failures", "errors", "skipped")]
    yield Table(f"pytest --device {run.device.type} {' '.join(chosen)}", ("what", "how many"), counts)
    yield Table("Failed", ("test", "error"), failures)
