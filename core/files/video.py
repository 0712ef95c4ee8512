"""Videos as the official scripts store renders: H.264, one picture for each key frame."""
from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..pictures import image_to_bytes
from ..values import reason, require
from .limits import LARGEST_VIDEO

# Of FFmpeg's; others are lists of further files, and addresses in the network.
CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi"


def read_video(path: Path, step: Callable[[], None] = lambda: None) -> Tensor:
    """[F,H,W,3] uint8; step: called after every frame, may raise to stop. Raises ValueError for a file that
    is missing, no video, or larger than LARGEST_VIDEO."""
    import av
    from av.error import FFmpegError

    name = f"{path.parent.name}/{path.name}"
    require(path.is_file(), f"There is no video {name}; copy the whole scene, or render it again.")
    frames, taken = [], 0
    try:
        with av.open(str(path), options={"format_whitelist": CONTAINERS}) as container:
            stream = container.streams.video[0]
            _check_size(stream.frames * stream.width * stream.height * 3)
            for frame in container.decode(stream):
                taken += frame.width * frame.height * 3
                _check_size(taken)  # the header need not be true
                frames.append(frame.to_ndarray(format="rgb24"))
                step()
    # AttributeError for a stream of an unknown codec, ValueError for texts that are no UTF-8
    except (FFmpegError, AttributeError, IndexError, ValueError) as error:
        raise ValueError(f"{name} is no video that can be read ({reason(error)}); render it "
                         "again.") from error
    require(len({frame.shape for frame in frames}) == 1,
            f"{name} holds no picture, or pictures of different sizes; render it again.")
    return torch.from_numpy(np.stack(frames))


def _check_size(size: int) -> None:
    require(size <= LARGEST_VIDEO,
            f"its frames take {size} bytes, more than the {LARGEST_VIDEO} that are read")


def write_video(path: Path, frames: Tensor, fps: float = 16.0) -> None:
    """Frames [F,H,W,3], uint8 or 0..1, with even sides; nearly lossless, except for the half
    resolution of colours."""
    import av
    from av.error import FFmpegError

    frames = frames if frames.dtype == torch.uint8 else image_to_bytes(frames)
    height, width = frames.shape[1:3]
    require(height % 2 == 0 and width % 2 == 0,
            f"A video of {width}x{height} cannot be written; use even sides.")
    try:
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", Fraction(fps).limit_denominator(1000),
                                          {"crf": "4", "threads": "1"})
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            for picture in frames.cpu().numpy():
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            container.mux(stream.encode())
    except FFmpegError as error:  # not always an OSError
        raise OSError(error.errno, error.strerror) from error
