"""The geometric memory as one file: safetensors with the tensors, and what else there is as JSON in its header."""

import json
from pathlib import Path

import safetensors.torch
from safetensors import SafetensorError, safe_open

from ..export.point_cloud import write_atomically
from ..geometry.point_cloud import PointCloud
from ..values import require
from .evidence import Points

KEY, VERSION = "worldstereo_geometric_memory", 1
TENSORS = (*Points._fields, "start_w2c")


def save_cloud(cloud: PointCloud, path: Path) -> None:
    """Writes the cloud to path, nothing rounded. Raises ValueError when the file exists already."""
    require(not path.exists(), f"{path.name} exists already and is not overwritten; choose another filename prefix.")
    header = json.dumps({"version": VERSION, "unit": cloud.unit})
    tensors = {name: getattr(cloud, name).cpu().contiguous() for name in TENSORS}
    write_atomically(path, safetensors.torch.save(tensors, {KEY: header}))


def load_cloud(path: Path) -> PointCloud:
    """The cloud in a file of save_cloud. Raises ValueError for a missing, damaged, foreign or newer file."""
    remedy = "choose a file of 'Save Global-Geometric Memory'"
    require(path.is_file(), f"There is no geometric memory {path.name}; {remedy}.")
    try:
        with safe_open(path, "pt") as file:
            header = json.loads((file.metadata() or {}).get(KEY, "null"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}
    except (SafetensorError, json.JSONDecodeError) as error:
        raise ValueError(f"{path.name} is damaged or no safetensors file ({error}); {remedy}.") from None
    require(isinstance(header, dict) and isinstance(header.get("version"), int),
            f"{path.name} is a safetensors file, but no geometric memory; {remedy}.")
    require(header["version"] <= VERSION,
            f"{path.name} has version {header['version']}, this pack reads up to {VERSION}: update the pack.")
    missing = sorted(set(TENSORS) - set(tensors)) + ["unit"] * ("unit" not in header)
    require(not missing, f"{path.name} is damaged, it has no {', '.join(missing)}; {remedy}.")
    return PointCloud(**{name: tensors[name] for name in TENSORS}, unit=str(header["unit"]))
