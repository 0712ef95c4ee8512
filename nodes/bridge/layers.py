"""Layers that ComfyUI may keep on another device or in another type."""

import comfy.float
import comfy.ops
import torch

from ...core.model.scaled_fp8 import SCALE, dequantize


class FP32LayerNorm(comfy.ops.manual_cast.LayerNorm):
    """diffusers' layer norm of the same name: computes in float32, returns the input's type."""

    def forward_comfy_cast_weights(self, x):
        return super().forward_comfy_cast_weights(x.float()).to(x.dtype)


class ScaledLinear(comfy.ops.manual_cast.Linear):
    """Keeps weight / scale_weight in 8 bits; the scale is applied when the weight is cast to compute with it.

    ComfyUI's patcher calls convert_weight before it adds a LoRA, and set_weight to store the sum; so do the functions
    that it hangs on a layer which stays on the other device.
    """

    def forward_comfy_cast_weights(self, x):
        stored, bias, stream = comfy.ops.cast_bias_weight(self, x, offloadable=True)
        # a float32 scale of two dimensions makes the product float32, in one pass
        weight = (stored * self.scale_weight.to(stored.device).reshape(-1, 1)).to(x.dtype)
        x = torch.nn.functional.linear(x, weight, bias)
        comfy.ops.uncast_bias_weight(self, stored, bias, stream)
        return x

    def convert_weight(self, weight, inplace=False, **kwargs):
        return dequantize(weight, self.scale_weight.to(weight.device))

    def set_weight(self, weight, inplace_update=False, seed=None, return_weight=False, **kwargs):
        scale = self.scale_weight.to(weight.device).reshape(-1, 1)
        stored = comfy.float.stochastic_rounding(weight / scale, self.weight.dtype, seed=seed)
        if return_weight:
            return stored
        if inplace_update:
            self.weight.data.copy_(stored)
        else:
            self.weight = torch.nn.Parameter(stored, requires_grad=False)


def make_castable(net: torch.nn.Module) -> None:
    """Turns every leaf layer into ComfyUI's of the same kind, so that partial loading, casting and LoRA work on it."""
    ops = comfy.ops.manual_cast
    classes = {"Linear": ops.Linear, "Conv3d": ops.Conv3d, "GroupNorm": ops.GroupNorm, "LayerNorm": ops.LayerNorm,
               "RMSNorm": ops.RMSNorm, "FP32LayerNorm": FP32LayerNorm}
    for name, module in net.named_modules():
        is_leaf = next(module.children(), None) is None
        if not is_leaf or not any(p is not None for p in module._parameters.values()):
            continue
        if type(module).__name__ not in classes:
            raise RuntimeError(f"{name} is a {type(module).__name__}, which has no ComfyUI layer: make_castable must "
                               "learn it.")
        module.__class__ = ScaledLinear if SCALE in module._parameters else classes[type(module).__name__]
        module.weight_function, module.bias_function = [], []
        if "bias" not in module._parameters:
            module.bias = None  # RMSNorm has none, but ComfyUI's cast reads it
