"""Layers that ComfyUI may keep on another device or in another type."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable

import comfy.float
import comfy.lora
import comfy.ops
import torch
from torch import Tensor

from ...core.model.checkpoint.fp8 import SCALE, dequantize

logger = logging.getLogger(__name__)


class FP32LayerNorm(comfy.ops.manual_cast.LayerNorm):
    """diffusers' layer norm of the same name: computes in float32, returns the input's type."""

    def forward_comfy_cast_weights(self, x: Tensor) -> Tensor:
        return super().forward_comfy_cast_weights(x.float()).to(x.dtype)


class ScaledLinear(comfy.ops.manual_cast.Linear):
    """Keeps weight / scale_weight in 8 bits; the scale is applied when the weight is cast to compute with it.

    A LoRA is added to the true weight, never to the 8-bit numbers. On a layer that is loaded, ComfyUI's
    patcher calls convert_weight before it adds, and set_weight to store the sum. On a layer that stays on the
    other device it hangs functions, which the forward calls with the true weight in float32, as it does those
    of other packs.
    """

    weight: torch.nn.Parameter  # [rows,columns], 8 bits
    scale_weight: torch.nn.Parameter  # [] or [rows]

    def forward_comfy_cast_weights(self, x: Tensor) -> Tensor:
        """[...,columns] -> [...,rows]."""
        # else the cast calls them on the 8-bit numbers
        functions, self.weight_function = self.weight_function, []
        try:
            stored, bias, *stream = comfy.ops.cast_bias_weight(self, x, offloadable=True)
        finally:
            self.weight_function = functions
        # a float32 scale of two dimensions makes the product float32, in one pass
        weight = stored * self.scale_weight.to(stored.device).reshape(-1, 1)
        for function in functions:
            weight = _apply_weight_function(function, weight)
        x = torch.nn.functional.linear(x, weight.to(x.dtype), bias)
        comfy.ops.uncast_bias_weight(self, stored, bias, *stream)
        return x

    def convert_weight(self, weight: Tensor, inplace: bool = False, **kwargs: object) -> Tensor:
        """The true weight [rows,columns] in float32 of the stored one."""
        return dequantize(weight, self.scale_weight.to(weight.device))

    def set_weight(self, weight: Tensor, inplace_update: bool = False, seed: int = 0,
                   return_weight: bool = False, **kwargs: object) -> Tensor | None:
        values = weight / self.scale_weight.to(weight.device).reshape(-1, 1)
        low, high = values.aminmax()
        # by less, 8 bits would round it away as well
        if max(-low, high) > 1.05 * torch.finfo(self.weight.dtype).max:
            _report_cut_off()
        # cuts off what is too large
        stored = comfy.float.stochastic_rounding(values, self.weight.dtype, seed=seed)
        if return_weight:
            return stored
        if inplace_update:
            self.weight.data.copy_(stored)
        else:
            self.weight = torch.nn.Parameter(stored, requires_grad=False)


def _apply_weight_function(function: Callable[[Tensor], Tensor], weight: Tensor) -> Tensor:
    """The weight [rows,columns] after one of a layer's weight functions: a LoRA, or what another pack
    added."""
    if not (hasattr(function, "patches") and hasattr(function, "key")):
        return function(weight)
    # ComfyUI's LowVramPatch. Older cores call convert_weight and set_weight around the sum, newer ones do
    # not; this is what they have in common.
    patches = function.patches[function.key]
    return comfy.lora.calculate_weight(patches, weight, function.key, intermediate_dtype=weight.dtype)


@functools.cache  # says it once; a LoRA reaches hundreds of layers
def _report_cut_off() -> None:
    logger.warning("WorldStereo: with a LoRA, some weights become larger than 8 bits with this file's scale "
                   "can hold; they are cut off. Lower the LoRA's strength, or set weight_dtype to bf16.")


def make_castable(net: torch.nn.Module) -> None:
    """Turns every leaf layer into ComfyUI's of the same kind, so that partial loading, casting and LoRA work
    on it."""
    ops = comfy.ops.manual_cast
    classes = {"Linear": ops.Linear, "Conv3d": ops.Conv3d, "GroupNorm": ops.GroupNorm,
               "LayerNorm": ops.LayerNorm,
               "RMSNorm": ops.RMSNorm, "FP32LayerNorm": FP32LayerNorm}
    for name, module in net.named_modules():
        is_leaf = next(module.children(), None) is None
        if not is_leaf or not any(p is not None for p in module._parameters.values()):
            continue
        if type(module).__name__ not in classes:
            raise RuntimeError(f"{name} is a {type(module).__name__}, which has no ComfyUI layer: "
                               "make_castable must learn it.")
        module.__class__ = ScaledLinear if SCALE in module._parameters else classes[type(module).__name__]
        vars(module).update(weight_function=[], bias_function=[])
        if "bias" not in module._parameters:
            module.register_parameter("bias", None)  # RMSNorm has none, but ComfyUI's cast reads it
