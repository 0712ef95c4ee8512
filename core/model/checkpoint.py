"""WorldStereo checkpoints: recognised by their tensors, built without memory, filled tensor by tensor."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from ..values import require
from .config import ControlConfig
from .detect import control_config, missing_groups, variant_of, wan_config
from .layout import StoredTensor, read_layout, read_tensor
from .native_names import diffusers_name
from .settings import Settings, read_settings
from .transformer import WorldStereoTransformer

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
# Kept in float32 as in the official loading: diffusers computes the time embedding in the type of these weights.
_FLOAT32 = re.compile(r"(.*\.)?scale_shift_table|condition_embedder\.time_embedder\..*|blocks\.\d+\.norm2\..*"
                      r"|condition_embedder\.image_embedder\.norm[12]\..*")
# The matrices that make up nearly all of the model; 8 bits are too few for anything else.
_EIGHT_BIT = re.compile(r"(controlnet\.controlnet_)?blocks\.\d+\."
                        r"(.*\.(to_[qkv]|to_out\.0|add_[kv]_proj)|ffn\..*)\.weight")
_EIGHT_BIT_TYPES = (torch.float8_e4m3fn, torch.float8_e5m2)


@dataclass(frozen=True)
class ModelFile:
    """A checkpoint as its headers describe it; no weights are read for this."""

    path: Path
    configured: bool  # whether there was a config.json
    variant: str  # "camera", "memory" or "memory-dmd"
    settings: Settings
    dtype: torch.dtype  # of most of the weights
    missing: tuple[str, ...]  # parts that the released file leaves to the Wan base model
    wan_config: dict | None  # None where parts are missing
    control: ControlConfig
    tensors: dict[str, StoredTensor]

    @property
    def complete(self) -> bool:
        return not self.missing

    @property
    def memory(self) -> bool:
        return self.variant != "camera"

    @property
    def parameters(self) -> int:
        return sum(tensor.numel for tensor in self.tensors.values())


def describe(path: str | Path) -> ModelFile:
    """Variant, sizes, precision and settings of a checkpoint (paths: see read_layout). ValueError when it is none."""
    tensors, config = read_layout(path)
    # ComfyUI's stock 'Save Model' writes native names behind this prefix.
    tensors = {diffusers_name(name.removeprefix("model.diffusion_model.")): tensor for name, tensor in tensors.items()}
    ignored = [name for name in tensors if "norm_added_q" in name]
    if ignored:
        log.debug("%d norm_added_q tensors are ignored: Wan stores them and never uses them.", len(ignored))
    tensors = {name: tensor for name, tensor in tensors.items() if name not in ignored}
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    missing = missing_groups(shapes)
    variant = variant_of(shapes, config, complete=not missing)
    weights = Counter()
    for tensor in tensors.values():
        weights[tensor.dtype] += tensor.numel
    return ModelFile(
        path=Path(path), configured=bool(config), variant=variant, settings=read_settings(config, variant),
        dtype=weights.most_common(1)[0][0], missing=missing, tensors=tensors, control=control_config(shapes, config),
        wan_config=None if missing else wan_config(shapes, config))


def report(file: ModelFile) -> str:
    """A few lines for people: what the file is, what was read from it and what was assumed."""
    settings = file.settings
    lines = [f"{file.path.name}: {file.variant} model, {file.parameters:,} parameters, mostly {_short(file.dtype)}",
             f"{settings.nframe} key frames, {settings.steps} steps, guidance {settings.guidance:g}, "
             f"condition {settings.latent_cond_mode}"]
    if file.missing:
        lines.append(_incomplete(file))
    if not file.configured and file.memory:
        lines.append("No config.json: taken for the distilled model because the file is complete." if settings.distilled
                     else "No config.json: taken for the undistilled model because parts are missing.")
    if settings.defaulted:
        lines.append(f"Not in config.json, so at their defaults: {', '.join(settings.defaulted)}.")
    return "\n".join(lines)


def storage_dtype(name: str, tensor_dtype: torch.dtype, wanted: torch.dtype | None) -> torch.dtype:
    """Type in which a tensor is kept: the wanted one, or its own when wanted is None.

    Time embedding, modulation tables, and the norms of cross-attention input and image embedder are always float32.
    float8 is only for the matrices of attention and feed-forward; everything else is bfloat16 then.
    """
    if _FLOAT32.fullmatch(name):
        return torch.float32
    wanted = wanted or tensor_dtype
    if wanted in _EIGHT_BIT_TYPES and not _EIGHT_BIT.fullmatch(name):
        return torch.bfloat16
    return wanted


def load_transformer(path: str | Path, dtype: torch.dtype | None = None,
                     progress: Progress | None = None) -> tuple[WorldStereoTransformer, Settings]:
    """Builds the model without memory and fills it; beyond the model itself this takes the memory of one tensor.

    dtype: see storage_dtype; float8 needs layers that cast, which ComfyUI's do. progress(bytes done, bytes in all) is
    called after every tensor and may raise to cancel.
    ValueError names what is wrong with the file; a model that was not filled completely is never returned.
    """
    file = describe(path)
    require(file.complete, _incomplete(file))
    model = _build_empty(file)
    _check_tensors(file, {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()})
    done, total = 0, sum(tensor.nbytes for tensor in file.tensors.values())
    for name, stored in file.tensors.items():
        _assign(model, name, _stored_as(name, stored, storage_dtype(name, stored.dtype, dtype)))
        done += stored.nbytes
        if progress:
            progress(done, total)
    return model.eval(), file.settings


def _build_empty(file: ModelFile) -> WorldStereoTransformer:
    try:
        with torch.device("meta"):
            return WorldStereoTransformer(file.wan_config, file.control, file.memory)
    except (ValueError, RuntimeError, ZeroDivisionError) as error:
        raise ValueError(f"No model can be built from the tensor sizes in {file.path.name} ({error}).") from error


def _check_tensors(file: ModelFile, expected: dict[str, tuple[int, ...]]) -> None:
    found = {name: tensor.shape for name, tensor in file.tensors.items()}
    misshapen = [f"{name} {list(found[name])} instead of {list(shape)}" for name, shape in expected.items()
                 if found.get(name, shape) != shape]
    complaints = [_listed("missing", [name for name in expected if name not in found]),
                  _listed("unexpected", [name for name in found if name not in expected]),
                  _listed("of the wrong shape", misshapen)]
    complaints = "; ".join(filter(None, complaints))
    require(not complaints, f"{file.path.name} does not fit a {file.variant} model of its size: {complaints}.")


def _listed(what: str, names: list[str], shown: int = 3) -> str:
    if not names:
        return ""
    rest = f" and {len(names) - shown} more" if len(names) > shown else ""
    return f"{len(names)} tensor{'s' * (len(names) > 1)} {what} ({', '.join(sorted(names)[:shown])}{rest})"


def _stored_as(name: str, stored: StoredTensor, dtype: torch.dtype) -> torch.Tensor:
    tensor = read_tensor(stored)
    # aminmax passes NaN on, and is ten times faster than isfinite; it does not know float8.
    low, high = (value.item() for value in (tensor.bfloat16() if tensor.dtype.itemsize == 1 else tensor).aminmax())
    limit = torch.finfo(stored.dtype).max
    require(-limit <= low and high <= limit,
            f"The tensor {name} in {stored.file.name} holds NaN or infinite values; download the file again.")
    limit = torch.finfo(dtype).max
    require(-limit <= low and high <= limit,
            f"The tensor {name} reaches {max(-low, high):g}, too large for {_short(dtype)}; load the model as bf16.")
    return tensor.to(dtype)


def _assign(model: nn.Module, name: str, tensor: torch.Tensor) -> None:
    owner, _, leaf = name.rpartition(".")
    setattr(model.get_submodule(owner), leaf, nn.Parameter(tensor, requires_grad=False))


def _short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _incomplete(file: ModelFile) -> str:
    return (f"{file.path.name} is a partial {file.variant} checkpoint without {' and '.join(file.missing)}, which "
            "belong to the base model Wan2.1-I2V-14B-480P; load worldstereo-memory-dmd, which is complete.")
