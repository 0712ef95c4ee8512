"""Saves values of the pack as safetensors files, with a JSON header that says what the file is."""
from __future__ import annotations

import json
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ..values import quoted, reason, require
from .atomic import new_path
from .json_text import parse_json

HEADER = "worldstereo"  # the metadata entry that holds the JSON


def write_state(path: Path, kind: str, version: int, tensors: dict[str, Tensor], facts: dict) -> None:
    """Writes tensors and facts; the file appears complete or not at all. ValueError when it exists
    already."""
    header = json.dumps({"kind": kind, "version": version, **facts})
    with new_path(path) as temporary:
        save_file({name: tensor.cpu().contiguous() for name, tensor in tensors.items()}, temporary,
                  {HEADER: header})


def read_state(path: Path, kind: str, version: int, remedy: str) -> tuple[dict[str, Tensor], dict]:
    """(tensors, facts) of a file of write_state of this version or an earlier one, which facts["version"]
    tells; ValueError, ending in the remedy, when it is none of this kind."""
    require(path.is_file(), f"There is no file {path.name}; {remedy}.")
    try:
        with safe_open(path, "pt") as file:
            header = parse_json((file.metadata() or {}).get(HEADER, "{}"),
                                f"{path.name} is damaged, or no safetensors file: its header", remedy)
            require(isinstance(header, dict) and header.get("kind") == kind,
                    f"{path.name} is no {kind}; {remedy}.")
            require(header.get("version") in range(1, version + 1),
                    f"{path.name} is a {kind} of version {quoted(header.get('version'))}, this pack reads "
                    f"version {version}: update the pack, or {remedy}.")
            return {name: file.get_tensor(name) for name in file.keys()}, header
    except SafetensorError as error:
        raise ValueError(f"{path.name} is damaged, or no safetensors file ({reason(error)}); "
                         f"{remedy}.") from error
