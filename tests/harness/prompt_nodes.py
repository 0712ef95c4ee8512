"""Prompts and seen pictures of random numbers as nodes of ComfyUI: stock encoders are too large for tests."""
from __future__ import annotations

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
        from comfy.clip_vision import Output
        seen = Output()
        seen.penultimate_hidden_states = torch.randn(1, 257, 1280, generator=torch.Generator().manual_seed(0))
        return (seen,)


NODE_CLASS_MAPPINGS = {"RandomPrompt": RandomPrompt, "RandomVision": RandomVision}
