"""Prompts and seen pictures of random numbers, tiny encoders and a small size, as nodes of ComfyUI: what they
stand for is too large for tests."""
from __future__ import annotations

import sys
from pathlib import Path

import torch


class RandomPrompt:
    """In the place of CLIPTextEncode, for Wan."""

    RETURN_TYPES, FUNCTION, CATEGORY = ("CONDITIONING",), "run", "tests"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"text": ("STRING", {"default": ""})}}

    def run(self, text):
        return ([[torch.randn(1, 12, 4096, generator=torch.Generator().manual_seed(len(text))), {}]],)


class RandomVision:
    """In the place of CLIPVisionEncode (ViT-H)."""

    RETURN_TYPES, FUNCTION, CATEGORY = ("CLIP_VISION_OUTPUT",), "run", "tests"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"image": ("IMAGE",)}}

    def run(self, image):
        return (TinyVision().encode_image(image),)


class TinyCLIP:
    """In the place of CLIPLoader, for Wan."""

    RETURN_TYPES, FUNCTION, CATEGORY = ("CLIP",), "load", "tests"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    def load(self):
        sys.path.append(str(Path(__file__).resolve().parent))
        import umt5
        return (umt5.umt5(d_model=4096),)


class TinyVision:
    """In the place of CLIPVisionLoader; what it gives is of ViT-H's shape."""

    RETURN_TYPES, FUNCTION, CATEGORY = ("CLIP_VISION",), "load", "tests"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    def load(self):
        return (self,)

    def encode_image(self, image, crop=True):
        from comfy.clip_vision import Output
        seen = Output()
        seen.penultimate_hidden_states = torch.randn(1, 257, 1280, generator=torch.Generator().manual_seed(0))
        return seen


class TinySize:
    """In the place of WSKitPictureSize."""

    RETURN_TYPES, RETURN_NAMES, FUNCTION = ("INT", "INT", "STRING"), ("width", "height", "report"), "run"
    CATEGORY = "tests"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"image": ("IMAGE",)}}

    def run(self, image):
        return 64, 96, ""


NODE_CLASS_MAPPINGS = {"RandomPrompt": RandomPrompt, "RandomVision": RandomVision, "TinyCLIP": TinyCLIP,
                       "TinyVision": TinyVision, "TinySize": TinySize}
