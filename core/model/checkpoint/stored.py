"""A checkpoint on disk: its safetensors files, what their headers say, and its config.json."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from ...files.paths import check_model_links, relative_path
from ...values import require

DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "F8_E4M3": torch.float8_e4m3fn,
          "F8_E5M2": torch.float8_e5m2}

_STEMS = ("model", "diffusion_pytorch_model")  # names of the weights in a folder


@dataclass(frozen=True)
class StoredTensor:
    file: Path
    offset: int  # of its first byte in the file
    shape: tuple[int, ...]
    dtype: torch.dtype
    scale: StoredTensor | None = None  # the values stand for value * scale; one number, or one for each row

    @property
    def numel(self) -> int:
        return torch.Size(self.shape).numel()

    @property
    def nbytes(self) -> int:
        return self.numel * self.dtype.itemsize


def read_layout(path: str | Path) -> tuple[dict[str, StoredTensor], dict]:
    """All tensors of a checkpoint by name, and its parsed configuration ({} when it has none). Reads no
    weights.

    path: a folder with model.safetensors (or shards and model.safetensors.index.json) and config.json; the
    same of diffusers, whose files are called diffusion_pytorch_model, or a whole pipeline with such a folder
    `transformer`; one of the safetensors files of such a folder; or any other single file, with the
    configuration as JSON under the metadata key "config". ValueError when something is absent, cut off or not
    what its name says.
    """
    path = Path(path)
    folder = _folder_of(path)
    if folder is None:
        tensors, metadata = _read_header(path)
        return tensors, _parse(metadata.get("config", "{}"), f"the metadata key 'config' of {path.name}")
    config = folder / "config.json"
    files = _weight_files(folder)
    check_model_links([*files, config], folder)
    tensors = {}
    for file in files:
        tensors.update(_read_header(file)[0])
    return tensors, _read_json(config) if config.is_file() else {}


def files_of(path: str | Path) -> list[Path]:
    """The files that make up a checkpoint. Paths and errors: see read_layout."""
    folder = _folder_of(Path(path))
    return [Path(path)] if folder is None else [*_weight_files(folder), *folder.glob("*.json")]


def read_tensor(stored: StoredTensor) -> Tensor:
    """One tensor in memory of its own.

    Read, not mapped: safetensors' mapping for torch counts the whole file as memory that may be needed, and
    Linux and Windows refuse that for a file larger than the memory.
    """
    tensor = torch.empty(stored.shape, dtype=stored.dtype)
    with stored.file.open("rb") as file:
        file.seek(stored.offset)
        size = file.readinto(tensor.reshape(-1).view(torch.uint8).numpy().data)
    require(size == stored.nbytes, f"{stored.file.name} became shorter while it was being loaded; load it "
                                   "again.")
    return tensor


def _folder_of(path: Path) -> Path | None:
    """The folder that makes up one checkpoint; None = the file stands alone."""
    if path.is_dir():
        return path / "transformer" if (path / "transformer").is_dir() else path
    part = re.fullmatch(rf"({'|'.join(_STEMS)})(-\d+-of-\d+)?\.safetensors", path.name)
    beside = ("config.json", f"{part[1]}.safetensors.index.json") if part else ()
    return path.parent if any((path.parent / name).is_file() for name in beside) else None


def _weight_files(folder: Path) -> list[Path]:
    stem = next((stem for stem in _STEMS if any(folder.glob(f"{stem}*.safetensors*"))), _STEMS[0])
    index = folder / f"{stem}.safetensors.index.json"
    if not index.is_file():
        return [folder / f"{stem}.safetensors"]
    check_model_links([index], folder)
    weight_map = _read_json(index).get("weight_map")
    if not isinstance(weight_map, dict) or not all(
            len(relative_path(name, f"In {index.name} the file").parts) == 1 for name in weight_map.values()):
        raise ValueError(f"{index.name} has no weight_map from tensor names to files in the same folder; "
                         "download it again.")
    return [folder / name for name in sorted(set(weight_map.values()))]


def _read_header(file: Path) -> tuple[dict[str, StoredTensor], dict[str, str]]:
    require(file.is_file(), f"{file} does not exist; expected a WorldStereo checkpoint: a .safetensors file, "
                            "or a folder with model.safetensors and config.json.")
    try:
        with safe_open(file, "np"):  # checks that header and file fit each other
            pass
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            header = json.loads(opened.read(length))
    except (SafetensorError, OSError) as error:
        raise ValueError(_unreadable(file, str(error))) from error
    metadata = header.pop("__metadata__", {})
    foreign = sorted({tensor["dtype"] for tensor in header.values()} - set(DTYPES))
    require(not foreign, f"{file.name} holds tensors of type {', '.join(foreign)}; expected "
                         f"{', '.join(DTYPES)}.")
    return {name: StoredTensor(file, 8 + length + tensor["data_offsets"][0], tuple(tensor["shape"]),
                               DTYPES[tensor["dtype"]]) for name, tensor in header.items()}, metadata


def _unreadable(file: Path, error: str) -> str:
    reason = re.sub("[^a-z]", "", error.lower())  # versions of safetensors write it in words or as one
    if any(sign in reason for sign in ("incomplete", "headertoosmall", "invalidheaderlength")):
        return (f"{file.name} has {file.stat().st_size:,} bytes, not as many as its header says; "
                "it was cut off: download or copy it again.")
    return f"{file.name} is not a safetensors file ({error}); pickled checkpoints are not read."


def _read_json(file: Path) -> dict:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file} cannot be read ({error}); download it again.") from error
    return _parse(text, file.name)


def _parse(text: str, source: str) -> dict:
    try:
        parsed = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{source} is not valid JSON ({error}); download it again.") from error
    require(isinstance(parsed, dict), f"{source} holds a JSON {type(parsed).__name__}; expected an object.")
    return parsed
