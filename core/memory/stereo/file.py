"""The memory bank as a file."""
from __future__ import annotations

from pathlib import Path

from ...files.state import read_state, write_state
from ...values import require
from .bank import MemoryBank

KIND, VERSION = "memory bank", 1
TENSORS = ("frames", "w2c", "K")  # frames [N,3,H,W]
REMEDY = "choose a file of 'Save Memory Bank'"


def save_bank(bank: MemoryBank, path: Path) -> None:
    """Writes the bank; the file appears complete or not at all. Raises ValueError when it exists already."""
    tensors = {"frames": bank.pictures(range(len(bank))), "w2c": bank.w2c, "K": bank.K}
    write_state(path, KIND, VERSION, tensors, {"unit": bank.unit, "names": bank.names})


def load_bank(path: Path) -> MemoryBank:
    """The bank in a file of save_bank. Raises ValueError for every other file, and for a damaged one."""
    tensors, facts = read_state(path, KIND, VERSION, REMEDY)
    missing = {*TENSORS, "unit", "names"} - {*tensors, *facts}
    require(not missing, f"{path.name} has no {', '.join(sorted(missing))}; {REMEDY}.")
    names, unit = names_and_unit(path.name, facts)
    return MemoryBank(tensors["frames"].unbind(), tensors["w2c"], tensors["K"], names, unit)


def names_and_unit(file: str, facts: dict) -> tuple[tuple[str, ...], str]:
    """Names and unit of a bank out of a file's header; ValueError when they are no texts."""
    names, unit = facts.get("names"), facts.get("unit")
    if not isinstance(names, list) or not isinstance(unit, str) or not all(isinstance(x, str) for x in names):
        raise ValueError(f"{file} has names that are no list of texts, or a unit that is none; {REMEDY}.")
    return tuple(names), unit
