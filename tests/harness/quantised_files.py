"""Weights in the layouts of comfy-kitchen, made from their descriptions by slow code of our own."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterable

import torch
from torch import Tensor

LAYOUTS = ("float8_e4m3fn", "float8_e5m2", "int8_tensorwise", "mxfp8", "nvfp4")
FP4 = torch.tensor([s * v for s in (1, -1) for v in (0, 0.5, 1, 1.5, 2, 3, 4, 6)])  # by code
Parts = dict[str, Tensor]


def in_layout(weight: Tensor, layout: str) -> tuple[Parts, Tensor]:
    """What stands in a file for a weight [rows,columns], by what follows the layer's name, and its values in
    float32."""
    make: dict[str, Callable[[Tensor], tuple[Parts, Tensor]]] = {
        "float8_e4m3fn": lambda w: _fp8(w, torch.float8_e4m3fn),
        "float8_e5m2": lambda w: _fp8(w, torch.float8_e5m2),
        "int8_tensorwise": _int8, "mxfp8": _mxfp8, "nvfp4": _nvfp4}
    parts, values = make[layout](weight.float())
    return parts | {"comfy_quant": settings(format=layout)}, values


def settings(**given: object) -> Tensor:
    return torch.tensor(list(json.dumps(given).encode()), dtype=torch.uint8)


def in_file(tensors: dict[str, Tensor], layout: str, names: Iterable[str]) -> tuple[dict[str, Tensor], Parts]:
    """The tensors of a checkpoint with some of its weights in a layout, and the values of those."""
    made, values = dict(tensors), {}
    for name in names:
        parts, values[name] = in_layout(made.pop(name), layout)
        made |= {name.removesuffix("weight") + kind: part for kind, part in parts.items()}
    return made, values


def tiled(scales: Tensor) -> Tensor:
    """Scales [rows,blocks] in the order of tensor cores: tiles of 128 rows and 4 blocks, the rest zeros."""
    rows, blocks = scales.shape
    columns = -(-blocks // 4)
    made = torch.zeros(-(-rows // 128) * columns * 512, dtype=scales.dtype)
    row, block = torch.arange(rows)[:, None], torch.arange(blocks)
    tile = row // 128 * columns + block // 4
    made[tile * 512 + row % 32 * 16 + row % 128 // 32 * 4 + block % 4] = scales
    return made.reshape(-1, columns * 4)


def _fp8(weight: Tensor, dtype: torch.dtype) -> tuple[Parts, Tensor]:
    scale = weight.abs().amax() / torch.finfo(dtype).max
    numbers = (weight / scale).to(dtype)
    return {"weight": numbers, "weight_scale": scale}, numbers.float() * scale


def _int8(weight: Tensor) -> tuple[Parts, Tensor]:
    scale = weight.abs().amax(1, keepdim=True).clamp(min=1e-30) / 127
    numbers = (weight / scale).round().to(torch.int8)
    return {"weight": numbers, "weight_scale": scale}, numbers.float() * scale


def _mxfp8(weight: Tensor) -> tuple[Parts, Tensor]:
    blocks = weight.unflatten(1, (-1, 32))
    exponent = (blocks.abs().amax(2, keepdim=True) / 448).log2().ceil().clamp(-126, 127)
    numbers = (blocks / exponent.exp2()).to(torch.float8_e4m3fn)
    codes = (exponent[..., 0] + 127).to(torch.uint8)
    return ({"weight": numbers.flatten(1), "weight_scale": tiled(codes)},
            (numbers.float() * exponent.exp2()).flatten(1))


def _nvfp4(weight: Tensor) -> tuple[Parts, Tensor]:
    blocks = weight.unflatten(1, (-1, 16))
    whole = weight.abs().amax() / (448 * 6)
    scale = (blocks.abs().amax(2, keepdim=True) / 6 / whole).to(torch.float8_e4m3fn)
    factor = whole * scale.float()
    codes = ((blocks / factor)[..., None] - FP4).abs().argmin(-1).flatten(1)
    upper, lower = codes[:, ::2], codes[:, 1::2]
    parts = {"weight": (upper * 16 + lower).to(torch.uint8), "weight_scale_2": whole,
             "weight_scale": tiled(scale[..., 0].view(torch.uint8)).view(torch.float8_e4m3fn)}
    return parts, (FP4[codes].unflatten(1, (-1, 16)) * factor).flatten(1)
