"""WorldStereo checkpoints: recognised by their tensors, built without memory, filled tensor by tensor."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from ...values import require
from ..control_config import ControlConfig
from ..transformer import WorldStereoTransformer
from .detect import control_config, missing_groups, variant_of, wan_config
from .fp8 import SCALE, WEIGHT
from .overlay import BASE_FILES, BASE_MODEL, OWN, read_base, read_wan, tensors_from_base
from .quantised import dequantize, read_scale
from .settings import Settings, read_settings
from .stored import StoredTensor, read_tensor

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
# Kept in float32 as in the official loading: diffusers computes the time embedding in the type of these
# weights.
_FLOAT32 = re.compile(r"(.*\.)?scale_shift_table|condition_embedder\.time_embedder\..*|blocks\.\d+\.norm2\..*"
                      r"|condition_embedder\.image_embedder\.norm[12]\..*")
# The matrices that make up nearly all of the model; 8 bits are too few for anything else.
_EIGHT_BIT = re.compile(r"(controlnet\.controlnet_)?blocks\.\d+\."
                        r"(.*\.(to_[qkv]|to_out\.0|add_[kv]_proj)|ffn\..*)\.weight")
_EIGHT_BIT_TYPES = (torch.float8_e4m3fn, torch.float8_e5m2)
_CHUNK = 1 << 20  # numbers that are brought to another type at a time


@dataclass(frozen=True)
class ModelFile:
    """A checkpoint as its headers describe it, with the base model under it; no weights are read for this."""

    path: Path
    base: Path | None  # the base model, where one was given and is needed
    config: dict  # config.json, {} where there was none
    variant: str  # "camera", "memory" or "memory-dmd"
    settings: Settings
    dtype: torch.dtype  # of most of the checkpoint's own weights
    missing: tuple[str, ...]  # parts that neither the file nor the base model has
    wan_config: dict | None  # None where parts are missing
    control: ControlConfig
    tensors: dict[str, StoredTensor]
    from_base: frozenset[str]  # names of those tensors that the base model supplies

    @property
    def complete(self) -> bool:
        return not self.missing

    @property
    def memory(self) -> bool:
        return self.variant != "camera"

    @property
    def parameters(self) -> int:
        return sum(tensor.numel for tensor in self.tensors.values())


def describe(path: str | Path, base: str | Path | None = None) -> ModelFile:
    """Variant, sizes, precision and settings of a checkpoint, and of the base model under it where parts are
    missing.

    For paths see read_layout. ValueError when the file is no WorldStereo checkpoint, or the base no Wan
    model.
    """
    own, config = read_wan(path)
    missing = missing_groups(_shapes(own))
    variant = variant_of(_shapes(own), config, complete=not missing)
    if base and not missing:
        logger.info("%s is complete; base_model %s is not used.", Path(path).name, Path(base).name)
    base = Path(base) if base and missing else None
    added = tensors_from_base(own, read_base(base)) if base else {}
    tensors = {**own, **added}
    shapes = _shapes(tensors)
    missing = missing_groups(shapes)
    weights = Counter()
    for tensor in own.values():
        weights[tensor.value_dtype] += tensor.numel
    return ModelFile(
        path=Path(path), base=base, config=config, variant=variant, settings=read_settings(config, variant),
        dtype=weights.most_common(1)[0][0], missing=missing, tensors=tensors, from_base=frozenset(added),
        control=control_config(shapes, config), wan_config=None if missing else wan_config(shapes, config))


def report(file: ModelFile) -> str:
    """A few lines for people: what the file is, what was read from it and what was assumed."""
    settings = file.settings
    scaled = sum(tensor.scale is not None and not tensor.layout for tensor in file.tensors.values())
    unpacked = Counter(tensor.layout for tensor in file.tensors.values() if tensor.layout)
    lines = [f"{file.path.name}: {file.variant} model, {file.parameters:,} parameters, "
             f"mostly {_short(file.dtype)}"
             + (f", {scaled} matrices with a scale" if scaled else "")
             + "".join(f", {count} matrices unpacked from {layout}"
                       for layout, count in sorted(unpacked.items())),
             f"{settings.nframe} key frames, {settings.steps} steps, guidance {settings.guidance:g}, "
             f"condition {settings.latent_cond_mode}"]
    if file.missing:
        lines.append(_incomplete(file))
    if file.base and file.from_base:
        lines.append(f"{len(file.from_base)} of the {len(file.tensors)} tensors are those of "
                     f"{file.base.name}.")
    if not file.config and file.memory:
        lines.append("No config.json: taken for the distilled model because the file is complete. An "
                     "undistilled one that was saved whole looks the same: call it model.safetensors and "
                     "put its config.json beside it."
                     if settings.distilled else
                     "No config.json: taken for the undistilled model because parts are missing.")
    if settings.defaulted:
        lines.append(f"Not in config.json, so at their defaults: {', '.join(settings.defaulted)}.")
    return "\n".join(lines)


def storage_dtype(name: str, tensor_dtype: torch.dtype, wanted: torch.dtype | None,
                  scaled: bool = False) -> torch.dtype:
    """Type in which a tensor is kept: the wanted one, or its own when wanted is None.

    Time embedding, modulation tables, and the norms of cross-attention input and image embedder are always
    float32. float8 is only for the matrices of attention and feed-forward, and for those of the file that
    have a scale; everything else is bfloat16 then.
    """
    if _FLOAT32.fullmatch(name):
        return torch.float32
    wanted = wanted or tensor_dtype
    keeps_scale = scaled and wanted == tensor_dtype
    if wanted in _EIGHT_BIT_TYPES and not keeps_scale and not is_large(name):
        return torch.bfloat16
    return wanted


def is_large(name: str) -> bool:
    """Whether this is one of the matrices that make up nearly all of the model."""
    return bool(_EIGHT_BIT.fullmatch(name))


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
    file = describe(path, base)
    if not file.complete:
        raise ValueError(_incomplete(file))
    model = _build_empty(file)
    _check_tensors(file, {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()})
    done, total = 0, sum(tensor.nbytes for tensor in file.tensors.values())
    for name, stored in file.tensors.items():
        tensor, scale = load_tensor(name, stored, dtype or _own_type(file, name))
        _assign(model, name, tensor)
        if scale is not None:
            _assign(model, name.removesuffix(WEIGHT) + SCALE, scale)
        done += stored.nbytes
        if progress:
            progress(done, total)
    return model.eval(), file.settings


def load_tensor(name: str, stored: StoredTensor, wanted: torch.dtype | None) -> tuple[Tensor, Tensor | None]:
    """One tensor as storage_dtype says, and its scale; None where it has none or where it was multiplied
    in."""
    is_scaled = stored.scale is not None and not stored.layout and len(stored.shape) == 2
    dtype = storage_dtype(name, stored.value_dtype, wanted, is_scaled)
    # What is kept comes before what only passes through, or the memory of the latter would remain as holes
    # between.
    kept = None if dtype == stored.dtype and not stored.layout else torch.empty(stored.shape, dtype=dtype)
    tensor, scale = read_tensor(stored), read_scale(name, stored)
    require(not tensor.is_floating_point() or _largest(tensor) <= torch.finfo(stored.dtype).max,
            f"The tensor {name} in {stored.file.name} holds NaN or infinite values; download the file again.")
    if kept is None:
        return tensor, scale
    step = max(1, _CHUNK // tensor[0].numel())
    for rows in (slice(start, start + step) for start in range(0, len(tensor), step)):
        part = tensor[rows] if scale is None else dequantize(tensor[rows],
                                                             scale[rows] if scale.ndim else scale)
        largest = _largest(part)
        require(largest <= torch.finfo(dtype).max,
                f"The tensor {name} reaches {largest:g}, too large for {_short(dtype)}; load the model as "
                "bf16.")
        kept[rows] = part
    return kept, None


def _shapes(tensors: dict[str, StoredTensor]) -> dict[str, tuple[int, ...]]:
    return {name: tensor.shape for name, tensor in tensors.items()}


def _own_type(file: ModelFile, name: str) -> torch.dtype | None:
    """None = the type of the tensor itself. What comes from the base model is brought to the checkpoint's
    type."""
    eight_bit = file.tensors[name].value_dtype in _EIGHT_BIT_TYPES
    return None if eight_bit or name not in file.from_base or file.dtype in _EIGHT_BIT_TYPES else file.dtype


def _build_empty(file: ModelFile) -> WorldStereoTransformer:
    assert file.wan_config is not None  # as in every complete file
    try:
        with torch.device("meta"):
            return WorldStereoTransformer(file.wan_config, file.control, file.memory)
    except (ValueError, RuntimeError, ZeroDivisionError) as error:
        raise ValueError(
            f"No model can be built from the tensor sizes in {file.path.name} ({error}).") from error


def _check_tensors(file: ModelFile, expected: dict[str, tuple[int, ...]]) -> None:
    found = _shapes(file.tensors)
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
    return f"{len(names)} tensor{'s' * (len(names) > 1)} {what} ({', '.join(sorted(names)[:shown])}{rest})"


def _largest(tensor: Tensor) -> float:
    """Largest absolute value; NaN when there is one."""
    # aminmax does not know them; without the sign, codes are in the values' order
    if tensor.dtype in _EIGHT_BIT_TYPES:
        parts = tensor.view(torch.uint8).flatten().split(_CHUNK)
        codes = torch.stack([(part & 127).amax() for part in parts])
        return codes.amax().view(tensor.dtype).item()
    low, high = tensor.aminmax()  # passes NaN on, and is ten times faster than isfinite
    return max(-low.item(), high.item())


def _assign(model: nn.Module, name: str, tensor: Tensor) -> None:
    owner, _, leaf = name.rpartition(".")
    setattr(model.get_submodule(owner), leaf, nn.Parameter(tensor, requires_grad=False))


def _short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _incomplete(file: ModelFile) -> str:
    also = f", and {file.base.name} has none of that either" if file.base else ""
    return (f"{file.path.name} is a partial {file.variant} checkpoint without "
            f"{' and '.join(file.missing)}{also}; choose {BASE_MODEL} in base_model: {BASE_FILES}. "
            "worldstereo-memory-dmd is complete without it.")
