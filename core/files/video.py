"""Videos as the official scripts store renders: H.264, one picture for each key frame."""
from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..pictures import image_to_bytes
from ..values import reason, require


def read_video(path: Path) -> Tensor:
    """[F,H,W,3] uint8. Raises ValueError for a file that is missing, or no video."""
    import av
    from av.error import FFmpegError

    require(path.is_file(),
            f"There is no video {path.parent.name}/{path.name}; copy the whole scene, or render it again.")
    try:
        with av.open(str(path)) as container:
            frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    except (FFmpegError, IndexError, ValueError) as error:  # ValueError for texts that are no UTF-8
        raise ValueError(f"{path.parent.name}/{path.name} is no video that can be read "
                         f"({reason(error)}); render it again.") from error
    require(len({frame.shape for frame in frames}) == 1,
            f"{path.parent.name}/{path.name} holds no picture, or pictures of different sizes; render it "
            "again.")
    return torch.from_numpy(np.stack(frames))


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
