"""The geometric memory as a file."""
from __future__ import annotations

from pathlib import Path

from ...cloud.point_cloud import PointCloud
from ...files.state import read_state, write_state
from ...values import require
from .fusion import Points

KIND, VERSION = "geometric memory", 1
TENSORS = (*Points._fields, "start_w2c")
REMEDY = "choose a file of 'Save Global-Geometric Memory'"


def save_cloud(cloud: PointCloud, path: Path) -> None:
    """Writes the cloud without rounding; the file appears complete or not at all. ValueError when it
    exists."""
    tensors = {name: getattr(cloud, name) for name in TENSORS}
    if cloud.start_K is not None:
        tensors["start_K"] = cloud.start_K
    write_state(path, KIND, VERSION, tensors, {"unit": cloud.unit})


def load_cloud(path: Path) -> PointCloud:
    """The cloud in a file of save_cloud. Raises ValueError for every other file, and for a damaged one."""
    tensors, facts = read_state(path, KIND, VERSION, REMEDY)
    missing = {*TENSORS, "unit"} - {*tensors, *facts}
    require(not missing, f"{path.name} has no {', '.join(sorted(missing))}; {REMEDY}.")
    require(isinstance(facts["unit"], str), f"{path.name} has a unit that is no text; {REMEDY}.")
    given = {name: tensors[name] for name in TENSORS}
    return PointCloud(**given, unit=facts["unit"], start_K=tensors.get("start_K"))
