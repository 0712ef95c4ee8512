"""Sections of gpu_check.py about kernels: attention, renderer, plane sweep. Each yields its tables."""

from __future__ import annotations

import importlib.metadata
import sys
import time
from collections.abc import Callable, Iterator

import torch

import model_gpu
from full_size import FLOAT8, WAN
from gpu_goals import best_seconds, goal, relative_error, type_name
from model_gpu import GB, Run, seconds_of
from tables import Table
from worldstereo.core.model import modulation
from worldstereo.core.model.attention.attention import sdpa
from worldstereo.core.model.attention.backends import BACKENDS, attention_backend
from worldstereo.core.model.attention.log_sum_exp import FUSED, as_kernel, in_blocks, kernel_for
from worldstereo.core.model.attention.receptive_field import attend, groups_of

HALF = (torch.bfloat16, torch.float16)
PACKAGES = ("torch", "triton", "diffusers", "transformers", "numpy", "einops", "numba", "flash-attn",
            "sageattention")


def versions(run: Run) -> Iterator[Table]:
    """What is installed, which attention kernels are chosen, and the card's rates."""
    rows = [("Python", sys.version.split()[0]), *((name, _version(name)) for name in PACKAGES)]
    if run.device.type == "cuda":
        card = torch.cuda.get_device_properties(0)
        rows += [
            ("card", card.name),
            ("memory GB", card.total_memory / GB),
            ("compute capability", f"{card.major}.{card.minor}"),
            ("CUDA", torch.version.cuda),
            ("cuDNN", torch.backends.cudnn.version()),
        ]
    yield Table("", ("what", "value"), rows)
    yield Table(
        "Attention that returns its log-sum-exp, for `correspondence`",
        ("type", "kernel", "kernel with hidden keys"),
        [
            (type_name(dtype), *(kernel_for(128, run.device, dtype, hide).__name__ for hide in (False, True)))
            for dtype in HALF
        ],
    )
    yield Table(
        "Attention backends of the library",
        ("name", "runs here"),
        [(name, _runs(run, name)) for name in BACKENDS],
    )
    yield Table("Rates", ("what", "rate"), list(_rates(run)))


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _runs(run: Run, name: str) -> str:
    q, k, v = (torch.randn(1, 64, 256, device=run.device).bfloat16() for _ in range(3))
    try:
        attention_backend(name)(q, k, v, 2)
    except (ValueError, RuntimeError, ImportError) as error:
        return f"no: {str(error).splitlines()[0][:160]}"
    return "yes"


def _rates(run: Run) -> Iterator[tuple[str, str]]:
    yield "bf16 matrix product", f"{model_gpu.matmul_rate(run) / 1e12:.3g} TFLOP/s"
    if run.device.type != "cuda":
        return
    size = 8192
    a, b = (torch.randn(size, size, device=run.device).to(FLOAT8) for _ in range(2))
    one = torch.ones((), device=run.device)
    try:
        seconds = best_seconds(
            run, lambda: torch._scaled_mm(a, b.T, scale_a=one, scale_b=one, out_dtype=torch.bfloat16)
        )
        yield "fp8 matrix product", f"{2 * size**3 / seconds / 1e12:.3g} TFLOP/s"
    except RuntimeError as error:
        yield "fp8 matrix product", f"none: {str(error).splitlines()[0][:120]}"
    on_card, in_ram = (
        torch.empty(1 << 30, dtype=torch.uint8, device=run.device),
        torch.empty(1 << 30, dtype=torch.uint8).pin_memory(),
    )
    copy = torch.empty_like(on_card)
    yield (
        "copy on the card, read and written",
        f"{2 * on_card.nbytes / best_seconds(run, lambda: copy.copy_(on_card)) / GB:.4g} GB/s",
    )
    yield (
        "pinned RAM to card",
        f"{in_ram.nbytes / best_seconds(run, lambda: copy.copy_(in_ram)) / GB:.3g} GB/s",
    )


def attention_exactness(run: Run) -> Iterator[Table]:
    """Every kernel with log-sum-exp against float64, at small and at large scores."""
    table = Table(
        "Against float64: largest error of the log-sum-exp, and error of the result beside that of "
        "torch's own attention in the same type",
        ("type", "largest score", "kernel", "log-sum-exp", "result", "torch's attention"),
    )
    kernels = {
        "in_blocks": in_blocks,
        **{fused.__name__: as_kernel(fused) for fused in FUSED.get(run.device.type, ())},
    }
    worst = {}
    for dtype in HALF:
        kernels["chosen"] = kernel_for(128, run.device, dtype)
        for largest in (9, 37, 81):
            q, k, v = _queries(run, dtype, largest)
            expected, lse = _in_float64(q, k, v)
            own = sdpa(*(t.flatten(2) for t in (q, k, v)), q.shape[2]).view_as(q)
            for name, kernel in kernels.items():
                try:
                    out, got = kernel(q, k, v)
                except RuntimeError as error:
                    table.rows.append(
                        (type_name(dtype), largest, name, f"none: {str(error)[:80]}", None, None)
                    )
                    continue
                error = float((got.double() - lse).abs().max())
                if name == "chosen":
                    worst[dtype] = max(worst.get(dtype, 0.0), error)
                table.rows.append(
                    (
                        type_name(dtype),
                        largest,
                        name,
                        error,
                        relative_error(out, expected),
                        relative_error(own, expected),
                    )
                )
    yield table
    for dtype, error in worst.items():
        yield goal(f"log-sum-exp in {type_name(dtype)} within 1e-3 of float64", error, error < 1e-3)


def _queries(run: Run, dtype: torch.dtype, largest: float) -> tuple[torch.Tensor, ...]:
    """Random q, k, v [1,N,2,128] whose largest scaled score has this size."""
    random = torch.Generator().manual_seed(0)
    q, k, v = (
        torch.randn(1, 64 if run.tiny else 2048, 2, 128, generator=random).to(run.device) for _ in "qkv"
    )
    most = torch.einsum("bqhd,bkhd->bhqk", q, k).abs().max() * 128**-0.5
    return (q * (largest / most)).to(dtype), k.to(dtype), v.to(dtype)


def _in_float64(q, k, v) -> tuple[torch.Tensor, torch.Tensor]:
    scores = torch.einsum("bqhd,bkhd->bqhk", q.double(), k.double()) * q.shape[-1] ** -0.5
    return torch.einsum("bqhk,bkhd->bqhd", scores.softmax(-1), v.double()), scores.logsumexp(-1)


def attention_speed(run: Run) -> Iterator[Table]:
    """One layer's joint attention at the clip's size: every backend, and every receptive field."""
    heads, (frames, height, width, references) = 2 if run.tiny else WAN["num_attention_heads"], run.clip
    tokens = height * width // 256
    streams = [
        [torch.randn(1, count * tokens, heads * 128, device=run.device).bfloat16() for _ in "qkv"]
        for count in (references, frames)
    ]
    joint = [torch.cat(pair, dim=1) for pair in zip(*streams)]
    flops = 4 * heads * 128 * joint[0].shape[1] ** 2
    backends = Table(
        f"All {joint[0].shape[1]} tokens to all, {heads} heads of 128, bf16", ("backend", "ms", "TFLOP/s")
    )
    for name in BACKENDS:
        if _runs(run, name) == "yes":
            seconds = best_seconds(run, lambda: attention_backend(name)(*joint, heads), 3)
            backends.rows.append((name, 1000 * seconds, flops / seconds / 1e12))
    yield backends
    full, table = None, Table("Receptive fields", ("field", "ms", "of full", "prepare ms, once per sampling"))
    for name, field in model_gpu.fields(run).items():
        began = time.perf_counter()
        groups = field and groups_of(field, 128, run.device, torch.bfloat16)
        prepare = time.perf_counter() - began
        seconds = best_seconds(
            run, lambda: attend(field, groups, *streams, heads, sdpa) if field else sdpa(*joint, heads), 3
        )
        full = full or seconds
        table.rows.append((name, 1000 * seconds, seconds / full, 1000 * prepare))
    yield table
    yield goal("correspondence takes at most 0.75 of full's time", seconds / full, seconds / full <= 0.75)


@torch.no_grad()
def modulation_kernels(run: Run) -> Iterator[Table]:
    """Modulation and gate of all tokens of a clip: Triton's kernels where they run, and spelled out."""
    frames, height, width, references = run.clip
    tokens, channels = (frames + references) * height * width // 256, 256 if run.tiny else 5120
    x, update = (torch.randn(1, tokens, channels, device=run.device).bfloat16() for _ in range(2))
    shift, scale, gate = torch.randn(3, 1, 1, channels, device=run.device)
    norm = torch.nn.LayerNorm(channels, eps=1e-6, elementwise_affine=False)
    ways = (
        ("modulate", 4, lambda: modulation.modulate(norm, x, shift, scale)),
        ("modulate, spelled out", 36, lambda: modulation.modulate_reference(norm, x, shift, scale)),
        ("add_gated", 6, lambda: modulation.add_gated(x, update, gate)),
        ("add_gated, spelled out", 22, lambda: modulation.add_gated_reference(x, update, gate)),
    )
    table = Table(
        f"{tokens} tokens of {channels}, bf16; GB/s is of the bytes that the way has to move",
        ("what", "ms", "GB/s"),
    )
    for name, moved, work in ways:
        seconds = best_seconds(run, work)
        table.rows.append((name, 1000 * seconds, moved * x.numel() / seconds / GB))
    yield table
    for name, got, expected in zip(("modulate", "add_gated"), (ways[0], ways[2]), (ways[1], ways[3])):
        error = relative_error(got[2](), expected[2]())
        yield goal(f"{name} differs from the spelled-out way by less than 1e-3", error, error < 1e-3)


def renderer(run: Run) -> Iterator[Table]:
    """The renderer on the device against the CPU's, and against itself."""
    from render import scene
    from worldstereo.core.cloud.render.render import render_points

    points, colors, w2c, K = scene(1 if run.tiny else 5, 1 << 12 if run.tiny else 1 << 21)
    height, width = (480, 832)
    frames = 1 if run.tiny else len(w2c)

    def draw(device) -> tuple[torch.Tensor, ...]:
        moved = (t.to(device) for t in (points, colors, w2c[:frames], K[:frames]))
        return tuple(t.cpu() for t in render_points(*moved, height, width))

    image, mask, _ = draw("cpu")
    first, again = draw(run.device), draw(run.device)
    seconds = best_seconds(run, lambda: draw(run.device), 2) / frames
    holes = float((mask != first[1]).float().mean())
    both = (mask < 0.5) & (first[1] < 0.5)
    yield Table(
        f"{len(points)} points, {width}x{height}",
        ("what", "is"),
        [
            ("ms a frame, copies to and from the card in it", 1000 * seconds),
            ('pixels with another answer than the CPU\'s to "is it a hole"', holes),
            (
                "of the others, pixels off by more than 1/255",
                float(((image - first[0]).abs().amax(-1) > 2 / 255)[both].float().mean()),
            ),
            ("the second run is equal to the first", all(map(torch.equal, first, again))),
        ],
    )
    yield goal(
        "the renderer is deterministic",
        all(map(torch.equal, first, again)),
        all(map(torch.equal, first, again)),
    )


def plane_sweep(run: Run) -> Iterator[Table]:
    """Depth from camera motion on the device against the CPU's, and against itself."""
    from filmed_room import film, sideways
    from worldstereo.core.depth.motion.motion import depth_from_motion

    frames, height, width = (3, 48, 64) if run.tiny else (5, 240, 416)
    images, exact, path = film(sideways(frames), height, width)

    def found(device):
        return depth_from_motion(images, path, device=device)[0]

    (cpu_seconds, cpu), (seconds, first) = (
        _timed(run, lambda: found(device)) for device in ("cpu", run.device)
    )
    again = found(run.device)
    both = cpu.valid & first.valid
    rows = [
        ("s on the device, with the first call's costs", seconds),
        ("s on the CPU", cpu_seconds),
        ("pixels of which only one knows the depth", float((cpu.valid != first.valid).float().mean())),
        (
            "of the others, depth off by more than 0.1 %",
            float(((first.depth / cpu.depth - 1).abs() > 1e-3)[both].float().mean()),
        ),
        *(
            (
                f"median error on the {name}",
                float((depth.depth / exact.depth - 1).abs()[depth.valid].median()),
            )
            for name, depth in (("device", first), ("CPU", cpu))
        ),
        ("the second run is equal to the first", torch.equal(first.depth, again.depth)),
    ]
    yield Table(f"{frames} frames of {width}x{height} of the synthetic room", ("what", "is"), rows)


def _timed(run: Run, work: Callable[[], object]) -> tuple[float, object]:
    results = []
    return seconds_of(run, lambda: results.append(work())), results[0]
