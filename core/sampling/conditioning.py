"""From pictures to the tensors the model is conditioned on: sizes, start image, render video, hole mask,
references.

Frames are float [F,3,H,W] in -1..1. The resize rules differ from picture to picture because they follow the
official WorldStereo data code, whose outputs the checkpoints were trained on.
"""
from __future__ import annotations

from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate

from ..pictures import frames_from_bytes, holes
from ..values import check_shape, require

# (height, width). The released config.json holds a longer list; this one is the official code's own default.
DEFAULT_BUCKETS = ((480, 768), (512, 720), (576, 640), (608, 608), (640, 576), (720, 512), (768, 480))


def nearest_bucket(height: int, width: int,
                   buckets: Sequence[Sequence[int]] = DEFAULT_BUCKETS) -> tuple[int, int]:
    """The (height, width) of the list whose height/width is nearest to the picture's; the earlier of two
    equals."""
    require(height > 0 and width > 0 and len(buckets) > 0,
            f"no size for a picture of {width}x{height} pixels among {len(buckets)}; check the picture and "
            "scale_map.")
    h, w = min(buckets, key=lambda size: abs(size[0] / size[1] - height / width))
    return int(h), int(w)


def picture_to_frame(picture: Image.Image, height: int, width: int, *,
                     resample: Image.Resampling = Image.Resampling.BICUBIC) -> Tensor:
    """A PIL picture, resized with PIL, as a frame [3,height,width] in -1..1.

    The official data code makes start images with the bicubic filter, its pipelines with Lanczos.
    """
    picture = picture.convert("RGB")
    if picture.size != (width, height):
        picture = picture.resize((width, height), resample)
    pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8).view(height, width, 3)
    return frames_from_bytes(pixels[None])[0]


def resize_frames(frames: Tensor, height: int, width: int) -> Tensor:
    """Frames [F,3,H,W] -> [F,3,height,width], bicubic without antialiasing; overshoot beyond -1..1 is
    kept."""
    check_shape("frames", frames, "F,3,H,W", "give a video with three channels")
    if frames.shape[2:] == (height, width):
        return frames
    return interpolate(frames, (height, width), mode="bicubic", align_corners=False)


def render_video(render: Tensor, start: Tensor) -> Tensor:
    """Render [F,3,H,W] at the size of the start frame [3,h,w], which replaces frame 0; clipped to -1..1."""
    check_shape("start frame", start, "3,h,w", "give one start frame with three channels")
    video = resize_frames(render, *start.shape[1:])
    return torch.cat([start[None], video[1:]]).clamp(-1, 1)


def hole_mask(mask: Tensor, height: int, width: int, *, first_is_known: bool) -> Tensor:
    """Mask [F,H,W] in 0..1 as the model takes it, [1,1,F,height,width]: 1 = hole (nothing rendered), 0 =
    covered.

    `first_is_known` makes frame 0 all covered: the start image is there. The official code does so for a
    single image and for clips that begin with the last frame of another.
    """
    check_shape("mask", mask, "F,H,W", "give one mask for every key frame")
    wanted = holes(mask, height, width).float()
    if first_is_known:
        wanted[0] = 0
    return wanted[None, None]
