"""Preparing the start image for CLIP vision."""
from __future__ import annotations

import torch
from PIL import Image
from torch import Tensor

from ..values import require

CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)


def clip_preprocess(picture: Image.Image, *, official: bool, resize: int = 224,
                    crop: tuple[int, int] = (224, 224),
                    mean: tuple[float, ...] = CLIP_MEAN, std: tuple[float, ...] = CLIP_STD) -> Tensor:
    """CLIP pixels [1,3,crop height,crop width] of a picture: shortest edge to `resize` (bicubic), centre
    crop.

    `official` leaves out the division by 255, as the official inference does by mistake: CLIP then sees
    values up to 974 instead of 2.1. The checkpoints are used that way officially; off is what CLIP was
    trained on.
    """
    picture = _resize_and_crop(picture.convert("RGB"), resize, crop)
    pixels = torch.frombuffer(bytearray(picture.tobytes()),
                              dtype=torch.uint8).view(*crop, 3).permute(2, 0, 1).float()
    if not official:
        pixels = pixels / 255
    return ((pixels - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1))[None]


def _resize_and_crop(picture: Image.Image, resize: int, crop: tuple[int, int]) -> Image.Image:
    width, height = picture.size
    short = min(width, height)
    picture = picture.resize((resize * width // short, resize * height // short), Image.Resampling.BICUBIC)
    width, height = picture.size
    require(width >= crop[1] and height >= crop[0],
            f"CLIP crop {crop[1]}x{crop[0]} is larger than the picture resized to {width}x{height}.")
    left, top = (width - crop[1]) // 2, (height - crop[0]) // 2
    return picture.crop((left, top, left + crop[1], top + crop[0]))
