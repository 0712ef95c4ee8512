"""Completes partial checkpoints with tensors of the Wan base model, in any of the usual file layouts."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from ...values import quoted, require
from .names import diffusers_name
from .quantised import pair_scales
from .stored import StoredTensor, read_layout

logger = logging.getLogger(__name__)

BASE_MODEL = "Wan2.1-I2V-14B-480P"
BASE_FILES = ("wan2.1_i2v_480p_14B_bf16.safetensors (or _fp16, _fp8_e4m3fn, _fp8_scaled) in "
              "models/diffusion_models, or the folder of Wan-AI/Wan2.1-I2V-14B-480P-Diffusers")
OWN = ("controlnet.", "camera_embedding.")  # what WorldStereo adds to Wan
# Before the names of files of ComfyUI, of training code, and of those that hold more than one model; and what
# tells that the names behind it are a Wan model's.
_PREFIX = re.compile(r"((?:model\.|diffusion_model\.|transformer\.|module\.)*)(?:blocks\.\d+\.|controlnet\.)")
_UNUSED = "norm_added_q"  # Wan stores them, all zero, and never uses them


def read_wan(path: str | Path) -> tuple[dict[str, StoredTensor], dict]:
    """Tensors under diffusers' names, with their scales, and the configuration. Paths, errors: see
    read_layout."""
    tensors, config, layers = read_layout(path)
    prefixes = {match[1] for name in tensors if (match := _PREFIX.match(name))}
    require(len(prefixes) < 2, f"{Path(path).name} holds more than one Wan model, or parts of one under more "
                               f"than one prefix ({', '.join(map(quoted, sorted(prefixes)))}).")
    prefix = max(prefixes, default="")
    tensors = {diffusers_name(name.removeprefix(prefix)): tensor for name, tensor in tensors.items()
               if name.startswith(prefix)}
    tensors = pair_scales(Path(path).name, tensors, {diffusers_name(name.removeprefix(prefix)): settings
                                                     for name, settings in layers.items()})
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
