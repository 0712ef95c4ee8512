"""One recorded file: metadata, weights, inputs and outputs."""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor


@dataclass(frozen=True)
class Case:
    """Tensors by their names without the leading weights/, in/ or out/."""

    kind: str
    meta: dict
    weights: dict[str, Tensor]
    inputs: dict[str, Tensor]
    outputs: dict[str, Tensor]

    def part_of_weights(self, prefix: str) -> dict[str, Tensor]:
        """The weights of one module, named as it names them."""
        return {name.removeprefix(prefix): value
                for name, value in self.weights.items() if name.startswith(prefix)}


def read_case(path: Path) -> Case:
    """Reads a file whole. Those of the point renderer carry no `case`: kind "render", and all tensors are
    inputs."""
    groups: dict[str, dict[str, Tensor]] = {"weights": {}, "in": {}, "out": {}}
    with safe_open(path, "pt") as file:
        metadata = file.metadata() or {}
        if "case" not in metadata:
            if not path.name.startswith("render_"):
                return Case("?", metadata, {}, {}, {})
            return Case("render", metadata, {}, {key: file.get_tensor(key) for key in file.keys()}, {})
        for key in file.keys():
            group, _, name = key.partition("/")
            if group not in groups:
                raise ValueError(f"tensor {key} is neither weights/, in/ nor out/")
            groups[group][name] = _decoded(key, file.get_tensor(key))
    meta = json.loads(metadata["case"])
    return Case(meta.get("kind", "?"), meta, groups["weights"], groups["in"], groups["out"])


def _decoded(key: str, tensor: Tensor) -> Tensor:
    """Undoes the compact storage: bfloat16 holds float32 values exactly, int8 camera rays are 32nds."""
    if tensor.dtype == torch.int8 and key.startswith("in/"):
        return tensor.float() / 32
    return tensor.float() if tensor.dtype in (torch.bfloat16, torch.float16) else tensor
