#!/usr/bin/env python3
"""Memory and time of loading: a file of the true layout with fewer layers, in a process of its own for each
row.

    .venv/bin/python benchmarks/load.py [--layers 3] [--control-layers 4] [--folder DIR]

beyond   what loading needs at its peak besides the finished model (peak RSS - RSS before - bytes of the
         model), and the goal: the largest tensor of the file and 1 GB
floor    reading the same files without doing anything with them, and how many times that loading takes. The
         files were just written, so both read from the page cache
The full model is built without memory (on meta) and only counted. The files, about 9 GB, are removed at the
end.
"""
from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

import torch

from full_size import network
from quantize import quantize_file
from worldstereo.core.model.checkpoint.describe import describe
from worldstereo.core.model.checkpoint.load import load_transformer
from worldstereo.core.model.checkpoint.names import native_name
from worldstereo.core.model.checkpoint.overlay import OWN
from worldstereo.core.model.checkpoint.precision import storage_dtype
from write_tensors import write_tensors
from yardstick import machine

GIGABYTE, BF16 = 10 ** 9, torch.bfloat16
# what the released camera file leaves to the base model, and what only the memory models have
NOT_IN_CAMERA = re.compile(r"blocks\.\d+\.(attn2|norm2|ffn)\.|camera_embedding\.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--control-layers", type=int, default=4)
    parser.add_argument("--folder", type=Path, help="where to put the files (the system's temporary folder)")
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        return child(*args.child)
    print(f"{machine()}, one thread\n")
    count_full_model()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        net = network(True, layers=args.layers, control_layers=args.control_layers)
        measure(Path(folder), net.state_dict())


def count_full_model() -> None:
    state = network(True).state_dict()
    stored = {name: tensor.numel() * BF16.itemsize for name, tensor in state.items()}
    print(f"memory-dmd as released: {len(state)} tensors, {sum(stored.values()):,} bytes, "
          f"largest {max(stored.values()):,}")
    for dtype in (None, torch.float8_e4m3fn):
        kept = sum(tensor.numel() * storage_dtype(name, BF16, dtype).itemsize
                   for name, tensor in state.items())
        print(f"  kept as {dtype or 'in the file'}: {kept / GIGABYTE:.2f} GB, loading needs at most "
              f"{(kept + max(stored.values())) / GIGABYTE + 1:.2f} GB")


def measure(folder: Path, state: dict[str, torch.Tensor]) -> None:
    whole, part, base, scaled = (folder / f"{name}.safetensors"
                                 for name in ("whole", "camera", "wan", "scaled"))
    write(whole, state)
    write(part, {name: t for name, t in state.items() if not NOT_IN_CAMERA.match(name)})
    write(base, {native_name(name): t for name, t in state.items() if not name.startswith(OWN)},
          torch.float16)
    print(f"\n{'':34}{'files':>9}{'model':>9}{'beyond':>10}{'goal':>10}{'time':>8}{'floor':>8}{'times':>7}")
    row("quantize.py, bf16 -> scaled fp8", "quantize", whole, target=scaled)
    row("bf16", "", whole)
    row("bf16 -> fp8 by cast", "float8_e4m3fn", whole)
    row("scaled fp8", "", scaled)
    row("scaled fp8 -> bf16", "bfloat16", scaled)
    row("camera bf16 over base fp16", "", part, base)


def write(path: Path, state: dict[str, torch.Tensor], dtype: torch.dtype = BF16) -> None:
    """Random weights of about the real size."""
    plan = {name: (dtype, tuple(tensor.shape)) for name, tensor in state.items()}
    noise = torch.randn(1 << 24).to(dtype) / 50

    def some(shape):
        size = torch.Size(shape).numel()
        return noise.repeat(-(-size // noise.numel()))[:size].reshape(shape)

    write_tensors(path, plan, ((name, some(shape)) for name, (_, shape) in plan.items()))


def row(title: str, what: str, path: Path, base: Path | None = None, target: Path | None = None) -> None:
    command = [sys.executable, __file__, "--child", what, str(path), str(base or ""), str(target or "")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    beyond, model, seconds = map(float, done.stdout.split())
    files = [file for file in (path, base) if file]
    size, floor = sum(file.stat().st_size for file in files), sum(map(read_only, files))
    largest = max(tensor.nbytes for file in [describe(path, base)] for tensor in file.tensors.values())
    print(f"{title:34}{size / GIGABYTE:6.2f} GB{model / GIGABYTE:6.2f} GB{beyond / GIGABYTE:7.3f} GB"
          f"{largest / GIGABYTE + 1:7.3f} GB{seconds:6.1f} s{floor:6.1f} s{seconds / floor:7.1f}", flush=True)


def read_only(path: Path) -> float:
    buffer, start = bytearray(1 << 24), time.perf_counter()
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass
    return time.perf_counter() - start


def child(what: str, path: str, base: str, target: str) -> None:
    """Prints bytes beyond the model, bytes of the model, seconds."""
    before = resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak restarts here
    start = time.perf_counter()
    if what == "quantize":
        quantize_file(Path(path), Path(target))
        kept = 0
    else:
        model = load_transformer(path, getattr(torch, what) if what else None, base=base or None)[0]
        kept = sum(parameter.nbytes for parameter in model.parameters())
    seconds = time.perf_counter() - start
    print(resident("VmHWM") - before - kept, kept, seconds)


def resident(key: str) -> int:
    return 1024 * int(re.search(key + r":\s+(\d+)", Path("/proc/self/status").read_text())[1])


if __name__ == "__main__":
    main()
