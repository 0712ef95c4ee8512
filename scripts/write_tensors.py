"""Writing a safetensors file tensor by tensor, so that it may be larger than the memory."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import torch
from torch import Tensor

from worldstereo.core.model.checkpoint.stored import DTYPES

_NAMES = {dtype: name for name, dtype in DTYPES.items()}


def write_tensors(path: str | Path, plan: dict[str, tuple[torch.dtype, tuple[int, ...]]],
                  tensors: Iterable[tuple[str, Tensor]], metadata: dict[str, str] | None = None) -> None:
    """Writes the tensors of the plan {name: (dtype, shape)}, in whatever order they come.

    The file appears under its name only when it is whole. ValueError when a tensor is not as planned, or is
    missing.
    """
    path = Path(path)
    # wide types first, as safetensors' own writer does: every tensor is aligned then
    order, header, end = sorted(plan, key=lambda name: -plan[name][0].itemsize), {}, 0
    for name in order:
        dtype, shape = plan[name]
        start, end = end, end + torch.Size(shape).numel() * dtype.itemsize
        header[name] = {"dtype": _NAMES[dtype], "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps({"__metadata__": metadata or {}, **header}).encode()
    text += b" " * (-len(text) % 8)
    part, missing = path.with_name(path.name + ".part"), set(plan)
    try:
        with part.open("wb") as file:
            file.write(len(text).to_bytes(8, "little") + text)
            for name, tensor in tensors:
                if plan[name] != (tensor.dtype, tuple(tensor.shape)):
                    raise ValueError(f"{name} is {tensor.dtype} {list(tensor.shape)}, planned was "
                                     f"{plan[name]}.")
                file.seek(8 + len(text) + header[name]["data_offsets"][0])
                file.write(memoryview(tensor.contiguous().reshape(-1).view(torch.uint8).numpy()))
                missing.discard(name)
        if missing:
            raise ValueError(f"{len(missing)} planned tensors did not come ({sorted(missing)[0]}).")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
