"""Completes partial checkpoints with tensors of the Wan base model, in any of the usual file layouts."""

from __future__ import annotations

import logging
from pathlib import Path

from ...values import require
from .fp8 import pair_scales
from .names import diffusers_name
from .stored import StoredTensor, read_layout

logger = logging.getLogger(__name__)

BASE_MODEL = "Wan2.1-I2V-14B-480P"
BASE_FILES = ("wan2.1_i2v_480p_14B_bf16.safetensors (or _fp16, _fp8_e4m3fn, _fp8_scaled) in "
              "models/diffusion_models, or the folder of Wan-AI/Wan2.1-I2V-14B-480P-Diffusers")
OWN = ("controlnet.", "camera_embedding.")  # what WorldStereo adds to Wan
# of ComfyUI's stock 'Save Model', and of files that hold more than one model
_PREFIX = "model.diffusion_model."
_UNUSED = "norm_added_q"  # Wan stores them, all zero, and never uses them


def read_wan(path: str | Path) -> tuple[dict[str, StoredTensor], dict]:
    """Tensors under diffusers' names, with their scales, and the configuration. Paths, errors: see
    read_layout."""
    tensors, config = read_layout(path)
    if any(name.startswith(_PREFIX) for name in tensors):
        tensors = {name.removeprefix(_PREFIX): tensor for name,
                   tensor in tensors.items() if name.startswith(_PREFIX)}
    tensors = pair_scales({diffusers_name(name): tensor for name, tensor in tensors.items()})
    ignored = [name for name in tensors if _UNUSED in name]
    if ignored:
        logger.debug("%d %s tensors are ignored: Wan stores them and never uses them.", len(ignored), _UNUSED)
    return {name: tensor for name, tensor in tensors.items() if name not in ignored}, config


def read_base(path: str | Path) -> dict[str, StoredTensor]:
    """Tensors of a plain Wan model. ValueError for a WorldStereo checkpoint and for what is no Wan model."""
    tensors, _ = read_wan(path)
    require(not any(name.startswith(OWN) for name in tensors),
            f"{Path(path).name} is a WorldStereo checkpoint itself; base_model takes {BASE_MODEL}: "
            f"{BASE_FILES}.")
    require("blocks.0.attn1.to_q.weight" in tensors,
            f"{Path(path).name} is not a Wan video model; base_model takes {BASE_MODEL}: {BASE_FILES}.")
    return tensors


def tensors_from_base(own: dict[str, StoredTensor], base: dict[str, StoredTensor]) -> dict[str, StoredTensor]:
    """The tensors of the base model that a partial checkpoint lacks."""
    return {name: tensor for name, tensor in base.items() if name not in own}
