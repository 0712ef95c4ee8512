"""Free photographs for textures and for the VAE: scikit-image's, and a folder of PNG or JPEG files.

The folder is optional. README.md says how to fill it with the CC0 panoramas of the npm package
@pmndrs/assets. The motorcycle of the quickstart is never among the pictures: it is what the demo shows.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import interpolate

PACKAGED = ("astronaut", "coffee", "chelsea", "rocket", "camera", "brick", "grass", "gravel")
LARGEST = 720  # pixels of a side


def photographs(folder: Path | None) -> list[Tensor]:
    """[3,H,W] each in -1..1, no side longer than 720 pixels."""
    import skimage.data

    pictures = [torch.from_numpy(getattr(skimage.data, name)()) for name in PACKAGED]
    files = sorted(file for file in folder.iterdir() if file.suffix in (".png", ".jpg")) if folder else []
    return [_smaller(picture) for picture in pictures + [_pixels(file) for file in files]]


def read_picture(file: Path) -> Tensor:
    """[3,H,W] in -1..1, no side longer than 720 pixels."""
    return _smaller(_pixels(file))


def _pixels(file: Path) -> Tensor:
    import numpy as np
    from PIL import Image

    return torch.from_numpy(np.array(Image.open(file).convert("RGB")))


def _smaller(picture: Tensor) -> Tensor:
    """uint8 [H,W] or [H,W,3] -> [3,h,w]."""
    picture = picture[..., None].expand(*picture.shape[:2], 3) if picture.ndim == 2 else picture[..., :3]
    frame = picture.permute(2, 0, 1)[None].float() / 127.5 - 1
    scale = min(1.0, LARGEST / max(frame.shape[2:]))
    return interpolate(frame, scale_factor=scale, mode="bilinear", antialias=True)[0].clamp(-1, 1)
