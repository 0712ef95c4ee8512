"""What came of a call with hostile input: a right result, a sentence of the pack, or a violation."""
from __future__ import annotations

import dataclasses
import dis
import hashlib
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

PACK = Path(__file__).resolve().parents[2]
LONGEST_SENTENCE = 900  # characters; those that list all formats are long


class Verdict(NamedTuple):
    """kind: "right", "sentence", or else the kind of violation; place: file:line in the pack, if known."""

    kind: str
    text: str = ""
    place: str = ""

    @property
    def is_violation(self) -> bool:
        return self.kind not in ("right", "sentence")


def of_error(error: BaseException) -> Verdict:
    """A sentence is a plain ValueError that a line of the pack raises itself; all else is a violation."""
    frames = list(traceback.walk_tb(error.__traceback__))
    own = [(frame.f_code.co_filename, line) for frame, line in frames
           if _is_of_pack(frame.f_code.co_filename)]
    place = f"{Path(own[-1][0]).resolve().relative_to(PACK)}:{own[-1][1]}" if own else ""
    text = str(error)[:300]
    if type(error) is not ValueError:
        return Verdict(type(error).__name__, text, place)
    if not own or not _is_of_pack(frames[-1][0].f_code.co_filename) or not _raises_itself(error):
        return Verdict("ValueError of others", text, place)
    return Verdict(_fault_of_sentence(str(error)) or "sentence", text, place)


def _is_of_pack(file: str) -> bool:
    path = Path(file).resolve()
    return any(path.is_relative_to(PACK / folder) for folder in ("core", "nodes"))


def _raises_itself(error: BaseException) -> bool:
    """Whether the innermost line is a raise, not the call of a built-in function that raised."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return last is not None and dis.opname[last.tb_frame.f_code.co_code[last.tb_lasti]] == "RAISE_VARARGS"


def _fault_of_sentence(text: str) -> str:
    if len(text) > LONGEST_SENTENCE:
        return f"sentence of {len(text)} characters"
    if not text.replace("\n", " ").isprintable():
        return "sentence with control characters"
    return "" if " " in text and re.search(r"[.!?)\"']$", text) else "no sentence"


def of_result(result: Any, cls: type) -> Verdict:
    """Whether the outputs have the types that the node states, and finite numbers alone.

    Load Depth Map gives what the file says, where NaN means that nothing is known; a graph has only links.
    """
    if cls.__name__ == "LoadDepth" or isinstance(result, dict) and "expand" in result:
        return Verdict("right")
    outputs = result.get("result", ()) if isinstance(result, dict) else result
    lists = getattr(cls, "OUTPUT_IS_LIST", (False,) * len(outputs))
    for kind, output, is_list in zip(cls.RETURN_TYPES, outputs, lists):
        for value in output if is_list else [output]:
            fault = "" if value is None else _fault_of_output(kind, value)
            if fault:
                return Verdict("wrong result", f"{kind} {fault}")
    return Verdict("right")


def _fault_of_output(kind: str, value: Any) -> str:
    if kind == "STRING" and re.search(r"\b(nan|inf)\b", str(value)):
        return f"says {str(value)[:200]!r}"
    if kind == "IMAGE" and (value.ndim != 4 or value.shape[3] != 3 or value.dtype != torch.float32):
        return f"{list(value.shape)} {value.dtype}"
    for tensor in tensors_of(value):
        if 0 in tensor.shape:
            return f"has a tensor of shape {list(tensor.shape)}"
        if tensor.is_floating_point() and not torch.isfinite(tensor.float()).all():
            return "has NaN or infinity"
    return ""


def tensors_of(value: Any) -> Iterator[Tensor]:
    """All dense tensors in values of the pack, lists and dictionaries."""
    if isinstance(value, Tensor):
        if value.layout == torch.strided and not value.is_meta:
            yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from tensors_of(getattr(value, field.name))
    elif isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from tensors_of(item)


def fingerprint(value: Any) -> str:
    """Another one when a tensor, a list or the options of a model were changed in place."""
    total = hashlib.sha256()
    for tensor in tensors_of(value):
        total.update(f"{tensor.dtype}{tensor.shape}{tensor.stride()}".encode())
        total.update(tensor.detach().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    if isinstance(value, (dict, list)):
        total.update(f"{len(value)}{[*value] if isinstance(value, dict) else ''}".encode())
    options = getattr(value, "model_options", {}).get("transformer_options", {})
    total.update(repr(sorted(map(str, options))).encode())
    return total.hexdigest()
