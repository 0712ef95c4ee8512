"""Layers that ComfyUI may keep on another device or in another type."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, NamedTuple

import comfy.float
import comfy.lora
import comfy.model_management as mm
import comfy.ops
import torch
from torch import Tensor

from ...core.model.checkpoint.fp8 import FLOAT8, SCALE, dequantize
from ...core.model.transformer import WorldStereoTransformer

logger = logging.getLogger(__name__)

# A block uses a layer for the references, for the video, and for each portion of both, by turns with at most
# one other layer.
MOST_KEPT = 2


class Cast(NamedTuple):
    """The parameters of a linear layer on the device of its input."""

    weight: Tensor  # [rows,columns]
    bias: Tensor | None
    scale: Tensor | None  # of a weight that is multiplied in 8 bits
    stream: Any  # on which they were moved, None = the current one


class FP32LayerNorm(comfy.ops.manual_cast.LayerNorm):
    """diffusers' layer norm of the same name: computes in float32, returns the input's type."""

    def forward_comfy_cast_weights(self, x: Tensor) -> Tensor:
        return super().forward_comfy_cast_weights(x.float()).to(x.dtype)


class CastLinear(comfy.ops.manual_cast.Linear):
    """ComfyUI's linear layer; while casts_kept is in force, a weight is moved and cast only once."""

    casts: list[dict[tuple, Cast]]  # those kept, of each forward that is running; shared by all layers
    in_8_bits: bool  # multiply in 8 bits where the weight has them

    def forward_comfy_cast_weights(self, x: Tensor) -> Tensor:
        """[...,columns] -> [...,rows]."""
        cast = self._kept_cast(x)
        if self.in_8_bits and cast.weight.dtype == FLOAT8:
            out = _multiply_in_8_bits(cast, x)
        else:
            out = torch.nn.functional.linear(x, cast.weight, cast.bias)
        if cast.stream is not None:  # what is moved next may take this memory, and waits until here
            cast.stream.wait_stream(mm.current_stream(x.device))
        return out

    def _kept_cast(self, x: Tensor) -> Cast:
        if not self.casts or torch.compiler.is_compiling():
            return self._cast(x)
        kept, key = self.casts[-1], (self, x.dtype, x.device)
        if key not in kept:
            if len(kept) == MOST_KEPT:
                del kept[next(iter(kept))]
            kept[key] = self._cast(x)
        return kept[key]

    def _cast(self, x: Tensor) -> Cast:
        """As ComfyUI's cast_bias_weight, except that no other layer will write into what it returns."""
        scale, device = getattr(self, SCALE, None), x.device
        outside = any(p is not None and p.device != device for p in (self.weight, self.bias, scale))
        move = functools.partial(mm.cast_to, device=device,
                                 stream=mm.get_offload_stream(device) if outside else None,
                                 non_blocking=mm.device_supports_non_blocking(device))
        weight = move(self.weight, copy=bool(self.weight_function))
        bias = None if self.bias is None else move(self.bias, copy=bool(self.bias_function))
        scale = None if scale is None else move(scale)
        stream = move.keywords["stream"]
        mm.sync_stream(device, stream)
        if bias is not None:
            bias = bias.to(x.dtype)
            for function in self.bias_function:
                bias = function(bias)
        if self.in_8_bits and weight.dtype == FLOAT8 and x.dtype == torch.bfloat16 \
                and not self.weight_function:
            return Cast(weight, bias, scale, stream)
        return Cast(self._values(weight, scale, x.dtype), bias, None, stream)

    def _values(self, weight: Tensor, scale: Tensor | None, dtype: torch.dtype) -> Tensor:
        """The weight [rows,columns] to multiply with in this type, of the moved one."""
        weight = weight.to(dtype)
        for function in self.weight_function:
            weight = function(weight)
        return weight


class ScaledLinear(CastLinear):
    """Keeps weight / scale_weight in 8 bits; the scale is applied when the weight is cast to compute with it.

    A LoRA is added to the true weight, never to the 8-bit numbers. On a layer that is loaded, ComfyUI's
    patcher calls convert_weight before it adds, and set_weight to store the sum. On a layer that stays on the
    other device it hangs functions, which are called with the true weight in float32, as are those of other
    packs.
    """

    weight: torch.nn.Parameter  # [rows,columns], 8 bits
    scale_weight: torch.nn.Parameter  # [] or [rows]

    def _values(self, weight: Tensor, scale: Tensor, dtype: torch.dtype) -> Tensor:
        if not self.weight_function:
            # the product is float32, because the scale has two dimensions, and is rounded once
            return weight.to(dtype).mul_(scale.reshape(-1, 1))
        weight = dequantize(weight, scale)
        for function in self.weight_function:
            weight = _apply_weight_function(function, weight)
        return weight.to(dtype)

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


def _multiply_in_8_bits(cast: Cast, x: Tensor) -> Tensor:
    """[...,columns] -> [...,rows] by ComfyUI's own function, which may cut x off at 448, in place.

    Newer cores ignore the scale of a layer there, so it is applied to the product.
    """
    layer = SimpleNamespace(weight=cast.weight, bias=cast.bias if cast.scale is None else None,
                            scale_weight=None, scale_input=None, weight_function=[], bias_function=[])
    out = comfy.ops.fp8_linear(layer, x)
    if cast.scale is None:
        return out
    out = out.mul_(cast.scale)
    return out if cast.bias is None else out.add_(cast.bias)


@contextmanager
def casts_kept(net: WorldStereoTransformer) -> Iterator[None]:
    """While it is in force, for a forward of the network, the casts of the layers used last are kept."""
    casts: list[dict[tuple, Cast]] = net.largest_layer.casts  # pyright: ignore[reportAssignmentType]
    casts.append({})
    try:
        yield
    finally:
        casts.pop()


def make_castable(net: torch.nn.Module, in_8_bits: bool = False) -> None:
    """Turns every leaf layer into ComfyUI's of the same kind, so that partial loading, casting and LoRA work
    on it.

    in_8_bits: the video blocks multiply in 8 bits where their weights have them; the rest of the model never
    does.
    """
    ops, casts = comfy.ops.manual_cast, []
    classes = {"Linear": CastLinear, "Conv3d": ops.Conv3d, "GroupNorm": ops.GroupNorm,
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
        if isinstance(module, CastLinear):
            fits = module.in_features % 16 == module.out_features % 16 == 0  # as the kernels need
            module.casts, module.in_8_bits = casts, in_8_bits and fits and name.startswith("blocks.")
        if "bias" not in module._parameters:
            module.register_parameter("bias", None)  # RMSNorm has none, but ComfyUI's cast reads it
