"""Formats of quantised weights that are not read, told by the names of their tensors."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...values import require

REMEDY = "use the file of the same model in bf16, fp16, fp8 or scaled fp8"
_FORMATS = {
    "bitsandbytes nf4": r"\.quant_state\.bitsandbytes__nf4$",
    "bitsandbytes fp4": r"\.quant_state\.bitsandbytes__fp4$",
    "bitsandbytes int8": r"\.SCB$",
    "SVDQuant (nunchaku)": r"\.(wscales|smooth_factor)$",
    "GPTQ or AWQ": r"\.(qzeros|g_idx)$",
    "quanto": r"\._data$",
    "fp8 with block scales (weight_scale_inv)": r"\.weight_scale_inv$",
    "weights with a scale for their inputs (pre_quant_scale)": r"\.pre_quant_scale$",
}
_ANY = re.compile("|".join(_FORMATS.values()))


def refuse_foreign(file: str, names: Iterable[str]) -> None:
    """ValueError that names the format when one of these tensors belongs to such a one."""
    found = next(filter(_ANY.search, names), None)
    kind = next((kind for kind, ending in _FORMATS.items() if found and re.search(ending, found)), None)
    require(kind is None, f"{file} is quantised as {kind}, which is not read; {REMEDY}.")
