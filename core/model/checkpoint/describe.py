"""What a WorldStereo checkpoint is, recognised by its tensors; its weights are not read."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import torch

from ..control_config import ControlConfig
from .detect import control_config, missing_groups, variant_of, wan_config
from .overlay import BASE_FILES, BASE_MODEL, read_base, read_wan, tensors_from_base
from .precision import EIGHT_BIT_TYPES, dtype_name
from .settings import Settings, read_settings
from .stored import StoredTensor

logger = logging.getLogger(__name__)


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
    def in_8_bits(self) -> bool:
        """Whether weights stay in 8 bits when they are kept as they are."""
        return any(tensor.value_dtype in EIGHT_BIT_TYPES for tensor in self.tensors.values())

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
    missing = missing_groups(shapes_of(own))
    variant = variant_of(shapes_of(own), config, complete=not missing)
    if base and not missing:
        logger.info("%s is complete; base_model %s is not used.", Path(path).name, Path(base).name)
    base = Path(base) if base and missing else None
    added = tensors_from_base(own, read_base(base)) if base else {}
    tensors = {**own, **added}
    shapes = shapes_of(tensors)
    missing = missing_groups(shapes)
    weights = Counter()
    for tensor in own.values():
        weights[tensor.value_dtype] += tensor.numel
    return ModelFile(
        path=Path(path), base=base, config=config, variant=variant, settings=read_settings(config, variant),
        dtype=weights.most_common(1)[0][0], missing=missing, tensors=tensors, from_base=frozenset(added),
        control=control_config(shapes, config), wan_config=None if missing else wan_config(shapes, config))


def shapes_of(tensors: dict[str, StoredTensor]) -> dict[str, tuple[int, ...]]:
    """The shapes of tensors by name."""
    return {name: tensor.shape for name, tensor in tensors.items()}


def report(file: ModelFile) -> str:
    """A few lines for people: what the file is, what was read from it and what was assumed."""
    settings = file.settings
    scaled = sum(tensor.scale is not None and not tensor.layout for tensor in file.tensors.values())
    unpacked = Counter(tensor.layout for tensor in file.tensors.values() if tensor.layout)
    lines = [f"{file.path.name}: {file.variant} model, {file.parameters:,} parameters, "
             f"mostly {dtype_name(file.dtype)}"
             + (f", {scaled} matrices with a scale" if scaled else "")
             + "".join(f", {count} matrices unpacked from {layout}"
                       for layout, count in sorted(unpacked.items())),
             f"{settings.nframe} key frames, {settings.steps} steps, guidance {settings.guidance:g}, "
             f"condition {settings.latent_cond_mode}"]
    if file.missing:
        lines.append(what_is_missing(file))
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


def what_is_missing(file: ModelFile) -> str:
    """Which parts a partial checkpoint lacks and where they come from, in one sentence."""
    also = f", and {file.base.name} has none of that either" if file.base else ""
    return (f"{file.path.name} is a partial {file.variant} checkpoint without "
            f"{' and '.join(file.missing)}{also}; choose {BASE_MODEL} in base_model: {BASE_FILES}. "
            "worldstereo-memory-dmd is complete without it.")
