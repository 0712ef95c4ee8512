"""WorldStereo models from checkpoints: built without memory, filled tensor by tensor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import torch
from torch import Tensor, nn

from ...values import reason, require
from ..transformer import WorldStereoTransformer
from .describe import ModelFile, describe, shapes_of, what_is_missing
from .fp8 import SCALE, WEIGHT
from .overlay import BASE_FILES, BASE_MODEL, OWN
from .precision import EIGHT_BIT_TYPES, load_tensor
from .settings import Settings

Progress: TypeAlias = Callable[[int, int], None]


def load_transformer(path: str | Path, dtype: torch.dtype | None = None, progress: Progress | None = None,
                     base: str | Path | None = None) -> tuple[WorldStereoTransformer, Settings]:
    """Builds the model without memory and fills it; beyond the model itself this takes the memory of one
    tensor.

    dtype: see storage_dtype; float8 needs layers that cast, which ComfyUI's do. A layer of a scaled float8
    file has the parameter `scale_weight` beside `weight`; with any other dtype the scale is multiplied in.
    Weights that are quantised in another way are unpacked, to bfloat16 with dtype None.
    base: the Wan model that a partial checkpoint lies over; with dtype None its weights take the checkpoint's
    type, except those in 8 bits. progress(bytes done, bytes in all) is called after every tensor and may
    raise to cancel. ValueError names what is wrong with the files; a model that was not filled completely is
    never returned.
    """
    model, file = empty_transformer(path, base)
    for name, tensor, scale in tensors_of(file, dtype, progress):
        assign(model, name, tensor)
        if scale is not None:
            assign(model, name.removesuffix(WEIGHT) + SCALE, scale)
    return model.eval(), file.settings


def empty_transformer(path: str | Path, base: str | Path | None) -> tuple[WorldStereoTransformer, ModelFile]:
    """The model on torch's meta device, and the file that can fill all of it."""
    file = describe(path, base)
    if not file.complete:
        raise ValueError(what_is_missing(file))
    model = _build_empty(file)
    _check_tensors(file, {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()})
    return model, file


def tensors_of(file: ModelFile, dtype: torch.dtype | None,
               progress: Progress | None = None) -> Iterator[tuple[str, Tensor, Tensor | None]]:
    """Name, values and scale of every tensor, see load_transformer."""
    done, total = 0, sum(tensor.nbytes for tensor in file.tensors.values())
    for name, stored in file.tensors.items():
        yield name, *load_tensor(name, stored, dtype or _own_type(file, name))
        done += stored.nbytes
        if progress:
            progress(done, total)


def _own_type(file: ModelFile, name: str) -> torch.dtype | None:
    """None = the type of the tensor itself. What comes from the base model is brought to the checkpoint's
    type."""
    eight_bit = file.tensors[name].value_dtype in EIGHT_BIT_TYPES
    return None if eight_bit or name not in file.from_base or file.dtype in EIGHT_BIT_TYPES else file.dtype


def _build_empty(file: ModelFile) -> WorldStereoTransformer:
    assert file.wan_config is not None  # as in every complete file
    try:
        with torch.device("meta"):
            return WorldStereoTransformer(file.wan_config, file.control, file.memory)
    except (ValueError, RuntimeError, ZeroDivisionError) as error:
        raise ValueError(
            f"No model can be built from the tensor sizes in {file.path.name} ({reason(error)}).") from error


def _check_tensors(file: ModelFile, expected: dict[str, tuple[int, ...]]) -> None:
    found = shapes_of(file.tensors)
    misshapen = [f"{name} {list(found[name])} instead of {list(shape)}" for name, shape in expected.items()
                 if found.get(name, shape) != shape]
    missing = [name for name in expected if name not in found]
    complaints = [_listed("missing", missing),
                  _listed("unexpected", [name for name in found if name not in expected]),
                  _listed("of the wrong shape", misshapen)]
    complaints = "; ".join(filter(None, complaints))
    files = f"{file.path.name} over {file.base.name}" if file.base else file.path.name
    would = f" What is missing belongs to {_supplier(file, missing)}." if missing else ""
    require(not complaints, f"{files} does not fit a {file.variant} model of its size: {complaints}.{would}")


def _supplier(file: ModelFile, missing: list[str]) -> str:
    own = [name for name in missing if name.startswith(OWN)]
    return (f"worldstereo-{file.variant}/model.safetensors" if own
            else f"{BASE_MODEL} (base_model): {BASE_FILES}")


def _listed(what: str, names: list[str], shown: int = 3) -> str:
    if not names:
        return ""
    rest = f" and {len(names) - shown} more" if len(names) > shown else ""
    first = reason(", ".join(sorted(names)[:shown]))
    return f"{len(names)} tensor{'s' * (len(names) > 1)} {what} ({first}{rest})"


def assign(model: nn.Module, name: str, tensor: Tensor) -> None:
    """Makes the tensor the parameter of this name."""
    owner, _, leaf = name.rpartition(".")
    setattr(model.get_submodule(owner), leaf, nn.Parameter(tensor, requires_grad=False))
