"""Layers that ComfyUI may keep on another device or in another type."""

import comfy.ops
import torch


class FP32LayerNorm(comfy.ops.manual_cast.LayerNorm):
    """diffusers' layer norm of the same name: computes in float32, returns the input's type."""

    def forward_comfy_cast_weights(self, x):
        return super().forward_comfy_cast_weights(x.float()).to(x.dtype)


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
            raise RuntimeError(f"{name} is a {type(module).__name__}, which has no ComfyUI layer: make_castable must learn it.")
        module.__class__ = classes[type(module).__name__]
        module.weight_function, module.bias_function = [], []
        if "bias" not in module._parameters:
            module.bias = None  # RMSNorm has none, but ComfyUI's cast reads it
