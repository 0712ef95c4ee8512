"""A checkpoint on disk: its safetensors files, what their headers say, and its config.json."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from ...files.json_text import parse_json, read_text
from ...files.paths import check_model_links, relative_path
from ...values import reason, require
from .foreign import REMEDY, refuse_foreign

DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "F8_E4M3": torch.float8_e4m3fn,
          "F8_E5M2": torch.float8_e5m2}
# Only part of a quantised layer. Scales in F8_E8M0 are exponents; not every version of torch knows that type.
QUANTISED_DTYPES = {"U8": torch.uint8, "I8": torch.int8, "F8_E8M0": torch.uint8}

_STEMS = ("model", "diffusion_pytorch_model")  # how the weights of a folder are called
# stem, variant as in model.fp16.safetensors, number of a shard; the variant may follow the number, too
_WEIGHTS = re.compile(rf"({'|'.join(_STEMS)})(\.\w+)?(-\d+-of-\d+)?(\.\w+)?\.safetensors"
                      r"(\.index(\.\w+)?\.json)?")


@dataclass(frozen=True)
class StoredTensor:
    file: Path
    offset: int  # of its first byte in the file
    shape: tuple[int, ...]  # of the values
    dtype: torch.dtype  # of the numbers in the file
    scale: StoredTensor | None = None  # the values are number * scale; one, one for each row, or of blocks
    scale_2: StoredTensor | None = None  # one number that all scales of blocks are multiplied with
    layout: str = ""  # of comfy-kitchen, where the values have to be unpacked while they are read

    @property
    def numel(self) -> int:
        return torch.Size(self.shape).numel()

    @property
    def nbytes(self) -> int:
        return torch.Size(self.stored_shape).numel() * self.dtype.itemsize

    @property
    def stored_shape(self) -> tuple[int, ...]:
        """Shape of the numbers in the file: nvfp4 has two values in a byte."""
        return (*self.shape[:-1], self.shape[-1] // 2) if self.layout == "nvfp4" else self.shape

    @property
    def value_dtype(self) -> torch.dtype:
        """Type of the values, where no other one is wanted."""
        return torch.bfloat16 if self.layout else self.dtype


def read_layout(path: str | Path) -> tuple[dict[str, StoredTensor], dict, dict[str, dict]]:
    """All tensors of a checkpoint by name, its parsed configuration ({} when it has none), and what its
    metadata say about quantised layers, {layer: settings}. Reads no weights.

    path: a folder with model.safetensors (or shards and model.safetensors.index.json) and config.json; the
    same of diffusers, whose files are called diffusion_pytorch_model, or a whole pipeline with such a folder
    `transformer`; one of the safetensors files of such a folder; or any other single file, with the
    configuration as JSON under the metadata key "config". The files of a folder may have a variant in their
    names: model.fp16.safetensors. ValueError when something is absent, cut off or not what its name says.
    """
    path = Path(path)
    folder, files = _find(path)
    if folder:
        check_model_links([*files, folder / "config.json"], folder)
    tensors, layers, config = {}, {}, {}
    for file in files:
        found, metadata = _read_header(file)
        tensors.update(found)
        layers.update(_quantised_layers(file, metadata))
        if not folder:
            config = parse_object(metadata.get("config", "{}"), f"the metadata key 'config' of {file.name}")
    if folder and (folder / "config.json").is_file():
        config = _read_json(folder / "config.json")
    return tensors, config, layers


def files_of(path: str | Path) -> list[Path]:
    """The files that make up a checkpoint. Paths and errors: see read_layout."""
    folder, files = _find(Path(path))
    return [*files, *(folder.glob("*.json") if folder else ())]


def read_tensor(stored: StoredTensor) -> Tensor:
    """The numbers of one tensor, in memory of its own.

    Read, not mapped: safetensors' mapping for torch counts the whole file as memory that may be needed, and
    Linux and Windows refuse that for a file larger than the memory.
    """
    tensor = torch.empty(stored.stored_shape, dtype=stored.dtype)
    with stored.file.open("rb") as file:
        file.seek(stored.offset)
        size = file.readinto(tensor.reshape(-1).view(torch.uint8).numpy().data)
    require(size == stored.nbytes,
            f"{stored.file.name} became shorter while it was being loaded; load it again.")
    return tensor


def _find(path: Path) -> tuple[Path | None, list[Path]]:
    """The folder whose config.json counts, and the weight files; None = the file stands alone."""
    if path.is_dir():
        folder = path / "transformer" if (path / "transformer").is_dir() else path
        return folder, _weight_files(folder, *_stem_and_variant(folder))
    part = _WEIGHTS.fullmatch(path.name)
    if part is None:
        return None, [path]
    index = _index_file(path.parent, part[1], _variant(part))
    is_whole = part[3] in (None, "-00001-of-00001")
    if index.is_file() or (path.parent / "config.json").is_file() and part[3] is None:
        return path.parent, _weight_files(path.parent, part[1], _variant(part))
    require(is_whole, f"{path.name} is one of several files of a model, and {index.name} is not beside it; "
                         "put all of them into one folder.")
    return None, [path]


def _stem_and_variant(folder: Path) -> tuple[str, str]:
    parts = [part for file in folder.glob("*.safetensors*") if (part := _WEIGHTS.fullmatch(file.name))]
    stem = next((stem for stem in _STEMS if any(part[1] == stem for part in parts)), _STEMS[0])
    variants = sorted({_variant(part) for part in parts if part[1] == stem})
    require(len(variants) < 2 or "" in variants,
            f"{folder.name} holds {stem} more than once ({', '.join(variants)}); keep one of them there.")
    return stem, variants[0] if variants else ""


def _variant(part: re.Match) -> str:
    """'.fp16' of model.fp16.safetensors, '' of model.safetensors."""
    return part[2] or part[4] or part[6] or ""


def _index_file(folder: Path, stem: str, variant: str) -> Path:
    usual = folder / f"{stem}.safetensors.index{variant}.json"
    other = folder / f"{stem}{variant}.safetensors.index.json"
    return other if other.is_file() else usual


def _weight_files(folder: Path, stem: str, variant: str) -> list[Path]:
    index = _index_file(folder, stem, variant)
    if not index.is_file():
        return [folder / f"{stem}{variant}.safetensors"]
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
            header = parse_json(opened.read(length), file.name, "download it again")
    except (SafetensorError, OSError) as error:
        raise ValueError(_unreadable(file, str(error))) from error
    metadata = header.pop("__metadata__", {})
    refuse_foreign(file.name, header)
    dtypes = DTYPES | QUANTISED_DTYPES
    foreign = sorted({tensor["dtype"] for tensor in header.values()} - set(dtypes))
    require(not foreign, f"{file.name} holds tensors of type {', '.join(foreign)}; expected "
                         f"{', '.join(DTYPES)}.")
    return {name: StoredTensor(file, 8 + length + tensor["data_offsets"][0], tuple(tensor["shape"]),
                               dtypes[tensor["dtype"]]) for name, tensor in header.items()}, metadata


def _quantised_layers(file: Path, metadata: dict[str, str]) -> dict[str, dict]:
    key = "_quantization_metadata"
    metadata_key = f"the metadata key {key!r} of {file.name}"
    layers = parse_object(metadata.get(key, "{}"), metadata_key).get("layers", {})
    require(isinstance(layers, dict) and all(isinstance(layer, dict) for layer in layers.values()),
            f"The metadata key {key!r} of {file.name} has no object of layers; download the file again.")
    return layers


def _unreadable(file: Path, error: str) -> str:
    with file.open("rb") as opened:
        if opened.read(4) == b"GGUF":
            return f"{file.name} is a GGUF file, which is not read; {REMEDY}."
    words = re.sub("[^a-z]", "", error.lower())  # versions of safetensors write it in words or as one
    if any(sign in words for sign in ("incomplete", "headertoosmall", "invalidheaderlength")):
        return (f"{file.name} has {file.stat().st_size:,} bytes, not as many as its header says; "
                "it was cut off: download or copy it again.")
    return f"{file.name} is not a safetensors file ({reason(error)}); pickled checkpoints are not read."


def _read_json(file: Path) -> dict:
    return parse_object(read_text(file, "download it again"), file.name)


def parse_object(text: str, source: str) -> dict:
    """The JSON object in a text that `source` names; ValueError for anything else."""
    parsed = parse_json(text, source, "download it again")
    require(isinstance(parsed, dict), f"{source} holds a JSON {type(parsed).__name__}; expected an object.")
    return parsed
