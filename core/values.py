"""What every value of the pack has in common: it is never changed, and it is checked where it is made."""
from __future__ import annotations

import torch
from torch import Tensor

LONGEST_UNIT = 80  # characters
# metadata of a field that older values lack: with its default, a value counts as the old one
ADDED_LATER = {"added later": True}


class Value:
    """Base of the frozen dataclasses that travel between nodes. A "change" always makes a new value.

    ComfyUI deep-copies model options for every clone of a model; a value that cannot change needs no copy.
    """

    def __deepcopy__(self, memo: dict) -> Value:
        return self


def require(condition: bool, message: str) -> None:
    """Raises ValueError(message) unless the condition holds. The message says what was got, expected and the
    remedy.

    The message is made in any case: where it reads tensors, calls a function or needs the condition to fail,
    write `if ...: raise ValueError(...)` instead.
    """
    if not condition:
        raise ValueError(message)


def quoted(value: object, most: int = 80) -> str:
    """The value as Python writes it, cut, for a message: texts from outside may be of any length."""
    text = repr(value[:most] if isinstance(value, str) else value)
    return text if len(text) <= most + 2 else f"{text[:most]}..."


def reason(error: object) -> str:
    """What another library says of a fault, or a file of its contents, cut and printable, for a message."""
    return repr(str(error)[:200])[1:-1]


def check_unit(name: str, unit: str) -> None:
    """Raises ValueError unless the unit of lengths is a short text that can stand in a sentence."""
    require(isinstance(unit, str) and len(unit) <= LONGEST_UNIT and unit.isprintable(),
            f"{name} has the unit {quoted(unit)}; expected up to {LONGEST_UNIT} printable characters, "
            "such as m.")


def check_finite(name: str, tensor: Tensor, remedy: str) -> None:
    """Raises ValueError when the tensor is not dense or holds NaN, infinity, or numbers that are complex or
    of 8 bits."""
    check_dense(name, tensor, remedy)
    is_float8 = tensor.is_floating_point() and tensor.element_size() == 1
    require(not tensor.is_complex() and not is_float8,
            f"{name} is {tensor.dtype}, expected real numbers of 16 bits or more; {remedy}.")
    # Both are NaN when an entry is; ten times faster than looking at each entry.
    if tensor.numel() > 0 and not torch.isfinite(torch.stack(tensor.aminmax())).all():
        bad = int((~torch.isfinite(tensor)).sum())
        raise ValueError(f"{name} has {bad} of {tensor.numel()} entries that are NaN or infinite; {remedy}.")


def check_dense(name: str, tensor: Tensor, remedy: str) -> None:
    """Raises ValueError for a sparse tensor, for one of the device meta, which has a shape alone, and for
    floats of 8 bits, with which torch cannot compute."""
    require(tensor.layout == torch.strided and not tensor.is_meta,
            f"{name} is a tensor of the layout {tensor.layout} on {tensor.device}, expected a dense one; "
            f"{remedy}.")
    require(not tensor.is_floating_point() or tensor.itemsize > 1,
            f"{name} is a tensor of {tensor.dtype}, expected one of 16 bits or more; {remedy}.")


def check_shape(name: str, tensor: Tensor, shape: str, remedy: str) -> None:
    """Raises ValueError unless the tensor has the shape, written as "F,4,4": a letter is any size from 1
    up."""
    require(isinstance(tensor, Tensor), f"{name} is a {type(tensor).__name__}, expected a tensor of shape "
                                        f"[{shape}]; {remedy}.")
    wanted = shape.split(",")
    fits = tensor.ndim == len(wanted) and all(
        size == int(want) if want.isdigit() else size > 0 for size, want in zip(tensor.shape, wanted))
    if not fits:
        raise ValueError(f"{name} has the shape {list(tensor.shape)}, expected [{shape}]; {remedy}.")
