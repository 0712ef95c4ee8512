"""Quantised weights: which tensors of a file belong to one weight, and which values they stand for.

Beside a `LAYER.weight` there may be
    scale_weight or weight_scale   float32: one number or one for each row, or the scales of blocks
    weight_scale_2                 float32 []: what all scales of blocks are multiplied with
    comfy_quant                    a JSON object in bytes, {"format": a layout of comfy-kitchen}
    scale_input or input_scale     for multiplication in 8 bits, which is not done here
The metadata key `_quantization_metadata` may say what the comfy_quant tensors do.
"""

from __future__ import annotations

import logging
from dataclasses import replace

import torch
from torch import Tensor

from ...values import quoted, require
from . import fp8
from .foreign import REMEDY
from .fp8 import MARK, SCALE, WEIGHT
from .stored import DTYPES, QUANTISED_DTYPES, StoredTensor, parse_object, read_tensor

logger = logging.getLogger(__name__)

_SETTINGS, _SCALE_2 = "comfy_quant", "weight_scale_2"
_SCALES = (SCALE, "weight_scale")
_UNUSED = ("scale_input", "input_scale")
_FLOAT8 = (torch.float8_e4m3fn, torch.float8_e5m2)
_BLOCKS = {"mxfp8": 32, "nvfp4": 16}  # values of a row that have one scale
# layout -> type of the numbers in the file
_NUMBERS = {"float8_e4m3fn": torch.float8_e4m3fn, "float8_e5m2": torch.float8_e5m2,
            "mxfp8": torch.float8_e4m3fn, "nvfp4": torch.uint8, "int8_tensorwise": torch.int8}
_MOST_SETTINGS = 4096  # bytes of one comfy_quant
_FP4 = torch.tensor([0, 0.5, 1, 1.5, 2, 3, 4, 6])
_FP4 = torch.cat([_FP4, -_FP4])  # e2m1: by code
_FP4_PAIRS = torch.cartesian_prod(_FP4, _FP4)  # [256,2] by byte; the first value is in the upper half


def pair_scales(file: str, tensors: dict[str, StoredTensor],
                layers: dict[str, dict]) -> dict[str, StoredTensor]:
    """Every weight with its scales, and without the tensors that are only there for that.

    layers  {layer: settings} of the file's metadata, which may name layers that are not among the tensors;
            comfy_quant tensors come before them
    ValueError for layouts that are not read, and for scales that do not fit their weights.
    """
    beside: dict[str, dict[str, StoredTensor]] = {}  # {layer: {kind: tensor}}
    plain, unused = {}, 0
    for name, tensor in tensors.items():
        layer, _, kind = name.rpartition(".")
        if kind in (*_SCALES, _SCALE_2, _SETTINGS):
            beside.setdefault(layer, {})[SCALE if kind in _SCALES else kind] = tensor
        elif kind in _UNUSED:
            unused += 1
        elif name != MARK:
            plain[name] = tensor
    if unused:
        logger.debug("%d scales of inputs are ignored: inputs are not brought to 8 bits.", unused)
    settings = {layer: given for layer, given in layers.items() if f"{layer}.{WEIGHT}" in plain}
    settings |= {layer: _settings(layer, parts[_SETTINGS]) for layer, parts in beside.items()
                 if _SETTINGS in parts}
    weights = [f"{layer}.{WEIGHT}" for layer in {**beside, **settings}]
    alone = sorted(set(weights) - set(plain))
    require(not alone, f"There are scales of {len(alone)} weights that are missing ({', '.join(alone[:3])}); "
                       "download the file again.")
    for name in weights:
        layer = name.removesuffix(f".{WEIGHT}")
        plain[name] = _quantised(name, plain[name], beside.get(layer, {}), settings.get(layer))
    _check_types(file, plain)
    return plain


def read_scale(name: str, stored: StoredTensor) -> Tensor | None:
    """Scale of a weight as float32 [], [rows] or [rows,blocks]; None where the weight has none."""
    if stored.scale is None:
        return None
    if stored.layout in _BLOCKS:
        scale = _scale_of_blocks(stored, read_tensor(stored.scale))
        positive = scale >= 0  # 0: a block of zeros
    else:
        scale = read_tensor(stored.scale).float()
        scale = scale.reshape(() if scale.numel() == 1 else -1)
        positive = scale > 0
    require(bool(torch.isfinite(scale).all()) and bool(positive.all()),
            f"The scale of {name} in {stored.scale.file.name} is not a positive number; download the file "
            "again.")
    return scale


def dequantize(weight: Tensor, scale: Tensor) -> Tensor:
    """float32 values of some rows of a weight.

    weight [rows,columns]  8-bit numbers, or bytes with two values of 4 bits (nvfp4)
    scale []  or [rows] or [rows,blocks]
    """
    if weight.dtype == torch.uint8:
        weight = _FP4_PAIRS[weight.int()].flatten(1)
    if scale.ndim < 2:
        return fp8.dequantize(weight, scale)
    return (weight.float().unflatten(1, (scale.shape[1], -1)) * scale[..., None]).flatten(1)


def _settings(layer: str, stored: StoredTensor) -> dict:
    require(stored.dtype == torch.uint8 and stored.nbytes <= _MOST_SETTINGS,
            f"{layer}.{_SETTINGS} in {stored.file.name} is no text of up to {_MOST_SETTINGS} bytes; download "
            "the file again.")
    text = bytes(read_tensor(stored).flatten().tolist()).decode("utf-8", "replace")
    return parse_object(text, f"{layer}.{_SETTINGS} in {stored.file.name}")


def _quantised(name: str, weight: StoredTensor, parts: dict[str, StoredTensor],
               settings: dict | None) -> StoredTensor:
    """The weight with its scales; ValueError for everything wrong with them that headers can tell."""
    if settings is None and weight.dtype in QUANTISED_DTYPES.values():
        return weight
    file, scale = weight.file.name, parts.get(SCALE)
    layout = "" if settings is None else _layout(name, file, settings)
    require(weight.dtype in ([_NUMBERS[layout]] if layout else _FLOAT8),
            f"The tensor {name} in {file} has a scale but is not in {layout or '8 bits'}; download the file "
            "again.")
    if scale is None or (_SCALE_2 in parts) != (layout == "nvfp4"):
        raise ValueError(f"The tensor {name} in {file} has not the scales that {layout or 'scaled fp8'} "
                         "needs; download the file again.")
    if layout in _BLOCKS:
        return _in_blocks(name, weight, scale, parts.get(_SCALE_2), layout)
    rows = weight.shape[0] if weight.shape else 1
    require(scale.numel in (1, rows) and scale.dtype in DTYPES.values(),
            f"The scale of {name} has the shape {list(scale.shape)} and the type {_type_name(scale)}; "
            f"expected one number or {rows} of them, of type F32.")
    return replace(weight, scale=scale, layout="" if weight.dtype in _FLOAT8 else layout)


def _in_blocks(name: str, weight: StoredTensor, scale: StoredTensor, scale_2: StoredTensor | None,
               layout: str) -> StoredTensor:
    rows, columns = weight.shape if len(weight.shape) == 2 else (0, 0)
    blocks, rest = divmod(columns * (2 if layout == "nvfp4" else 1), _BLOCKS[layout])
    tiles = -(-rows // 128) * -(-blocks // 4)
    require(blocks > 0 and rest == 0 and scale.nbytes == scale.numel == tiles * 512
            and (scale_2 is None or scale_2.numel == 1 and scale_2.dtype in DTYPES.values()),
            f"The scales of {name} in {weight.file.name} do not fit its shape {list(weight.shape)} in "
            f"{layout}; download the file again.")
    shape = (rows, blocks * _BLOCKS[layout])
    return replace(weight, shape=shape, scale=scale, scale_2=scale_2, layout=layout)


def _layout(name: str, file: str, settings: dict) -> str:
    layout, params = settings.get("format"), settings.get("params")
    rotated = settings.get("convrot") or isinstance(params, dict) and params.get("convrot")
    if isinstance(layout, str) and layout in _NUMBERS and not rotated:
        return layout
    kind = quoted(layout) + (" with convrot" if rotated else "")
    raise ValueError(f"{name} in {file} is quantised as {kind}, which is not read; {REMEDY}.")


def _check_types(file: str, tensors: dict[str, StoredTensor]) -> None:
    """ValueError for whole numbers that no settings explain."""
    foreign = {_type_name(tensor): name for name, tensor in tensors.items()
               if tensor.dtype in QUANTISED_DTYPES.values() and not tensor.layout}
    require(not foreign, f"{file} holds tensors of type {', '.join(sorted(foreign))}, as "
                         f"{next(iter(foreign.values()), '')}, and no {_SETTINGS} that says what they are; "
                         f"{REMEDY}.")


def _type_name(tensor: StoredTensor) -> str:
    return next(name for name, dtype in {**DTYPES, **QUANTISED_DTYPES}.items() if dtype == tensor.dtype)


def _scale_of_blocks(stored: StoredTensor, codes: Tensor) -> Tensor:
    """float32 [rows,blocks] of the scales of blocks, which are 8-bit codes in the order of tensor cores.

    They lie in tiles of 128 rows and 4 blocks, of which row 32 j + i is the j-th part of line i.
    """
    rows, blocks = stored.shape[0], stored.shape[1] // _BLOCKS[stored.layout]
    tiles = codes.view(torch.uint8).reshape(-(-rows // 128), -(-blocks // 4), 32, 4, 4)
    codes = tiles.permute(0, 3, 2, 1, 4).flatten(3).flatten(0, 2)[:rows, :blocks].contiguous()
    if stored.scale_2:
        return codes.view(torch.float8_e4m3fn).float() * read_tensor(stored.scale_2).float().reshape(())
    return (codes.int() << 23).view(torch.float32)  # e8m0: 2 ** (code - 127), and 0 of code 0
