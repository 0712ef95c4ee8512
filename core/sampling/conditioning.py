"""What the model is conditioned on, as the official WorldStereo data code makes it: the size and the render
video."""
from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ..pictures import resize_frames
from ..values import check_shape, require


def nearest_bucket(height: int, width: int, buckets: Sequence[Sequence[int]]) -> tuple[int, int]:
    """The size (height, width) for a picture: that of the buckets, e.g. the model's scale_map, whose
    height/width is nearest to the picture's; the earlier of two equals."""
    require(height > 0 and width > 0 and len(buckets) > 0,
            f"no size for a picture of {width}x{height} pixels among {len(buckets)}; check the picture and "
            "scale_map.")
    h, w = min(buckets, key=lambda size: abs(size[0] / size[1] - height / width))
    return int(h), int(w)


def render_video(render: Tensor, start: Tensor) -> Tensor:
    """Render [F,3,H,W] at the size of the start frame [3,h,w], which replaces frame 0; clipped to -1..1."""
    check_shape("start frame", start, "3,h,w", "give one start frame with three channels")
    video = resize_frames(render, *start.shape[1:])
    return torch.cat([start[None].to(video.device), video[1:]]).clamp(-1, 1)
