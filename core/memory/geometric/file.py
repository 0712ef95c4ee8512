"""The geometric memory as a file."""
from __future__ import annotations

from pathlib import Path

from torch import Tensor

from ...cloud.point_cloud import PointCloud
from ...files.state import read_state, write_state
from ...values import require
from .packed import COLUMNS, START, Packed, narrow, pack, unpack, widen

KIND, VERSION = "geometric memory", 2  # version 1 held the tensors of the cloud as they were
EXACT = ("points", "colors", "confidence", "views", "clip", "start_w2c")
REMEDY = "choose a file of 'Save Global-Geometric Memory'"


def save_cloud(cloud: PointCloud, path: Path) -> None:
    """Writes the cloud, rounded as packed.py says; the file appears complete or not at all. ValueError when
    it exists."""
    write_state(path, KIND, VERSION, narrow(pack(cloud)), {"unit": cloud.unit})


def load_cloud(path: Path) -> PointCloud:
    """The cloud in a file of save_cloud. Raises ValueError for every other file, and for a damaged one."""
    tensors, version, unit = _read(path)
    if version == 1:
        return _exact_cloud(path.name, tensors, unit)
    return unpack(widen(path.name, tensors, COLUMNS | START, REMEDY), unit)


def load_packed(path: Path) -> tuple[Packed, str] | None:
    """What is in a file of save_cloud, and the cloud's unit; None for version 1, which is not rounded. Raises
    ValueError as load_cloud."""
    tensors, version, unit = _read(path)
    return None if version == 1 else (widen(path.name, tensors, COLUMNS | START, REMEDY), unit)


def _read(path: Path) -> tuple[dict[str, Tensor], int, str]:
    """Tensors, version and unit."""
    tensors, facts = read_state(path, KIND, VERSION, REMEDY)
    require(isinstance(facts.get("unit"), str), f"{path.name} has no unit that is a text; {REMEDY}.")
    return tensors, facts["version"], facts["unit"]


def _exact_cloud(file: str, tensors: dict[str, Tensor], unit: str) -> PointCloud:
    missing = set(EXACT) - tensors.keys()
    require(not missing, f"{file} has no {', '.join(sorted(missing))}; {REMEDY}.")
    return PointCloud(**{name: tensors[name] for name in EXACT}, unit=unit, start_K=tensors.get("start_K"))
