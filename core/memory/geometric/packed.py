"""Point clouds as files hold them, in 15 or 16 bytes a point, and the difference between two such clouds.

    points      [N,9] uint8    three floats of 24 bits, counted from `origin`: off by at most 1/65536 of
                               themselves
    colors      [N,3] uint8    in 255 steps, exact where one picture of 8 bits gave the colour
    confidence  [N] uint8      0, or 2 ** ((byte - 161) / 8): within 4.5 %, 1 exactly, at most 3444
    sharpness   [N] uint8      likewise with 128, up to 60,000; if the cloud has it
    views, clip [N]            exact; int32 in memory, in a file the smallest integers that hold the largest
    origin      [3] float32    the start camera's centre in whole units
    start_w2c [4,4], start_K [3,3] if known

How a point is stored depends on that point alone: a cloud from a file gives the same bytes again, and a point
that a clip does not touch stays the same row.
"""
from __future__ import annotations

from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from ...cloud.point_cloud import PointCloud
from ...values import require

Packed: TypeAlias = dict[str, Tensor]

ANY, SOME = -1, -2  # sizes of tensors: as many as there are points, or as may be
COLUMNS = {"points": (torch.uint8, ANY, 9), "colors": (torch.uint8, ANY, 3), "confidence": (torch.uint8, ANY),
           "views": (torch.int32, ANY), "clip": (torch.int32, ANY)}
OPTIONAL = {"sharpness": (torch.uint8, ANY)}
START = {"origin": (torch.float32, 3), "start_w2c": (torch.float32, 4, 4)}
BITS = {"kept": (torch.uint8, SOME), "new": (torch.uint8, SOME)}
WHOLE_NUMBERS, NARROW = ("views", "clip"), (torch.uint8, torch.int16, torch.int32)
LARGEST = float.fromhex("0x1.fffep127")  # of 24 bits
ONE = {"confidence": 161, "sharpness": 128}  # the byte of 1
DOUBLED = 8  # steps from there to 2
HASH = torch.tensor([-7046029254386353131, -4417276706812531889, -8796714831421723037])  # odd


def rounded(cloud: PointCloud) -> PointCloud:
    """The cloud as it is read from its file."""
    return unpack(pack(cloud), cloud.unit)


def pack(cloud: PointCloud) -> Packed:
    """The cloud's tensors on the CPU, packed."""
    w2c = cloud.start_w2c
    # whole units, so that floats far from zero come back exactly
    origin = -(w2c[:3, :3].T @ w2c[:3, 3]).round()
    packed = {"points": _bytes_of_floats(cloud.points - origin.to(cloud.points)),
              "colors": (cloud.colors * 255).round().to(torch.uint8),
              "confidence": _levels(cloud.confidence, ONE["confidence"]),
              "views": cloud.views, "clip": cloud.clip, "origin": origin, "start_w2c": w2c}
    if cloud.start_K is not None:
        packed["start_K"] = cloud.start_K
    if cloud.sharpness is not None:
        packed["sharpness"] = _levels(cloud.sharpness, ONE["sharpness"])
    return {name: tensor.cpu() for name, tensor in packed.items()}


def unpack(packed: Packed, unit: str) -> PointCloud:
    """The cloud of packed tensors. Raises ValueError where they are no cloud."""
    confidence = _of_levels(packed["confidence"], ONE["confidence"])
    sharpness = _of_levels(packed["sharpness"], ONE["sharpness"]) if "sharpness" in packed else None
    return PointCloud(_floats_of_bytes(packed["points"]) + packed["origin"], packed["colors"] / 255,
                      packed["start_w2c"], unit, confidence, packed["views"], packed["clip"],
                      packed.get("start_K"), sharpness)


def narrow(packed: Packed) -> Packed:
    """As it is written: views and clip in the smallest of uint8, int16 and int32 that hold them."""
    return {name: tensor.to(next(kind for kind in NARROW if int(tensor.max()) <= torch.iinfo(kind).max))
            if name in WHOLE_NUMBERS and len(tensor) else tensor for name, tensor in packed.items()}


def widen(file: str, tensors: Packed, needed: dict[str, tuple], remedy: str) -> Packed:
    """As it is in memory, of tensors of a file. ValueError unless it has what is needed, in its form."""
    missing = needed.keys() - tensors.keys()
    require(not missing, f"{file} has no {', '.join(sorted(missing))}; {remedy}.")
    wide = {name: tensor.int() if name in WHOLE_NUMBERS and tensor.dtype in NARROW else tensor
            for name, tensor in tensors.items()}
    count = wide["clip"].numel()
    for name, (dtype, *shape) in {**needed, **OPTIONAL}.items():
        if name not in wide:
            continue
        shape = [{ANY: count, SOME: wide[name].numel()}.get(size, size) for size in shape]
        require(wide[name].dtype == dtype and list(wide[name].shape) == shape,
                f"{file} has {name} of {wide[name].dtype} {list(wide[name].shape)}, expected {dtype} "
                f"{shape}; {remedy}.")
    return wide


def difference(before: Packed, after: Packed) -> Packed | None:
    """What `change` makes `after` of: COLUMNS of the rows that are new or changed, and in BITS which of the N
    rows of before stay as they are, `kept`, and which of the M rows of after do not, `new`.

    Empty when nothing differs; None when the clouds have another start camera. Rows in another order count as
    new.
    """
    start = before.keys() - _columns(before)
    if before.keys() != after.keys() or not all(torch.equal(before[name], after[name]) for name in start):
        return None
    rows, others = _rows(before), _rows(after)
    _, at, to = np.intersect1d((rows @ HASH).numpy(), (others @ HASH).numpy(), return_indices=True)
    order = at.argsort()
    at, to = at[order], to[order]
    same = (rows[at] == others[to]).all(1).numpy() & (to == np.maximum.accumulate(to))
    kept, new = np.zeros(len(rows), bool), np.ones(len(others), bool)
    kept[at[same]], new[to[same]] = True, False
    if kept.all() and not new.any():
        return {}
    bits = {name: torch.from_numpy(np.packbits(mask)) for name, mask in (("kept", kept), ("new", new))}
    return {**{name: after[name][torch.from_numpy(new)] for name in _columns(after)}, **bits}


def change(before: Packed, made: Packed) -> Packed:
    """The cloud `after` that `difference` was given. ValueError when `made` is of another cloud."""
    count = len(before["clip"])
    kept = torch.from_numpy(np.unpackbits(made["kept"].numpy(), count=count)).bool()
    total = int(kept.sum()) + len(made["clip"])
    new = torch.from_numpy(np.unpackbits(made["new"].numpy(), count=total)).bool()
    require((len(made["kept"]), len(made["new"])) == (-(-count // 8), -(-total // 8))
            and int(new.sum()) == len(made["clip"]) and _columns(made) == _columns(before),
            "it is of another cloud")
    after = dict(before)
    for name in _columns(before):
        after[name] = before[name].new_empty(total, *before[name].shape[1:])
        after[name][new], after[name][~new] = made[name], before[name][kept]
    return after


def _rows(packed: Packed) -> Tensor:
    """[N,3] int64, all that is known of each point."""
    count = len(packed["clip"])
    columns = [packed[name].contiguous().view(count, -1).view(torch.uint8) for name in _columns(packed)]
    fill = columns[0].new_zeros(count, 24 - sum(column.shape[1] for column in columns))
    return torch.cat([*columns, fill], 1).view(torch.int64)


def _columns(packed: Packed) -> list[str]:
    return [name for name in COLUMNS | OPTIONAL if name in packed]


def _levels(values: Tensor, one: int) -> Tensor:
    """[N] uint8 of values [N]."""
    levels = ((values.log2() * DOUBLED).round() + one).clamp(1, 255)
    return torch.where(values > 0, levels, 0.0).to(torch.uint8)


def _of_levels(levels: Tensor, one: int) -> Tensor:
    """[N] of [N] uint8."""
    values = torch.exp2((torch.arange(256, dtype=torch.float64) - one) / DOUBLED)
    values[0] = 0
    return values.float()[levels.long()]


def _bytes_of_floats(values: Tensor) -> Tensor:
    """[N,9] uint8, the upper three bytes of floats [N,3], rounded; -0 becomes 0."""
    bits = (values.clamp(-LARGEST, LARGEST) + 0.0).contiguous().view(torch.int32)
    bits = bits + 0x7F + (bits >> 8 & 1)
    return bits.view(torch.uint8).view(-1, 3, 4)[..., 1:].reshape(-1, 9)


def _floats_of_bytes(packed: Tensor) -> Tensor:
    """[N,3] of [N,9]."""
    upper = packed.view(-1, 3, 3)
    return torch.cat([torch.zeros_like(upper[..., :1]), upper], 2).view(torch.float32).squeeze(2)
