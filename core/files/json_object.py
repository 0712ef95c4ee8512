"""Reads JSON files whose top level is an object."""
from __future__ import annotations

import json
from pathlib import Path

from ..values import require


def read_json_object(path: Path, remedy: str) -> dict:
    """The JSON object in a file, in any encoding of Unicode. ValueError, ending in the remedy, for all
    else."""
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{path.name} of {path.parent.name} cannot be read as JSON ({error}); "
                         f"{remedy}.") from error
    require(isinstance(data, dict), f"{path.name} of {path.parent.name} holds a JSON {type(data).__name__}, "
                                    f"expected an object; {remedy}.")
    return data
