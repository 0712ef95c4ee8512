"""Pictures between ComfyUI's layout (IMAGE [F,H,W,3] in 0..1) and the model's ([F,3,H,W] in -1..1)."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate, pad

from .values import check_dense, check_finite, check_shape, require

GAP = 2  # pixels between the pictures of a contact sheet
REMEDY = "connect a photograph or a render; depth maps belong into 'Depth Map to Depth'"


def check_image(name: str, image: Tensor, channels: tuple[int, ...] = (1, 3, 4)) -> None:
    """Raises ValueError unless it is an IMAGE [F,H,W,channels], with no side of 0. One channel is grey; NaN
    is allowed."""
    shape = f"{list(image.shape)} {image.dtype}" if isinstance(image, Tensor) else f"({type(image).__name__})"
    is_image = isinstance(image, Tensor) and image.ndim == 4 and image.numel() > 0
    require(is_image and image.is_floating_point() and image.shape[3] in channels,
            f"{name} is an image of shape {shape}; expected [count, height, width, 3 or 4] of floats: "
            "connect the output of a node that makes pictures, such as 'Load Image'.")
    check_dense(name, image, REMEDY)


def check_mask(name: str, mask: Tensor) -> None:
    """Raises ValueError unless it is a MASK: [H,W] or [F,H,W], also with a channel, of finite numbers."""
    shape = f"{list(mask.shape)}" if isinstance(mask, Tensor) else f"({type(mask).__name__})"
    require(isinstance(mask, Tensor) and mask.ndim in (2, 3, 4) and mask.numel() > 0,
            f"{name} is a mask of shape {shape}; expected [count, height, width]: connect the output of a "
            "node that makes masks.")
    check_finite(name, mask, "connect another mask")


def _check_colours(image: Tensor) -> None:
    check_image("The picture", image, (3, 4))
    check_finite("The picture", image, REMEDY)


def rgb(image: Tensor) -> Tensor:
    """IMAGE [F,H,W,3 or 4] as float32 [F,H,W,3] on the CPU, where depth and point clouds live; ComfyUI may
    keep its pictures in half precision, or on the GPU (--gpu-only). ValueError for NaN and other shapes."""
    _check_colours(image)
    return image[..., :3].float().cpu()


def to_frames(image: Tensor) -> Tensor:
    """IMAGE [F,H,W,3 or 4] in 0..1 -> frames [F,3,H,W] in -1..1; an alpha channel is left out. ValueError for
    NaN and other shapes."""
    _check_colours(image)
    return image[..., :3].permute(0, 3, 1, 2).float() * 2 - 1


def to_image(frames: Tensor) -> Tensor:
    """Frames [F,3,H,W] in -1..1 -> IMAGE [F,H,W,3] in 0..1."""
    return ((frames.permute(0, 2, 3, 1) + 1) / 2).clamp(0, 1).contiguous()


def image_to_bytes(image: Tensor) -> Tensor:
    """IMAGE [F,H,W,3] or MASK [F,H,W] in 0..1, beyond it clipped -> uint8 of the same shape, rounded."""
    return (image.float().clamp(0, 1) * 255).round().to(torch.uint8)


def image_from_bytes(pixels: Tensor) -> Tensor:
    """uint8 [F,H,W,3] -> IMAGE of the same shape in 0..1."""
    return pixels / 255


def frames_from_bytes(pixels: Tensor) -> Tensor:
    """uint8 [F,H,W,3] -> frames [F,3,H,W] in -1..1."""
    return pixels.permute(0, 3, 1, 2).float() / 255 * 2 - 1


def frames_to_bytes(frames: Tensor) -> Tensor:
    """Frames [F,3,H,W] in -1..1, beyond it clipped -> uint8 [F,H,W,3], rounded."""
    return ((frames + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1)


def holes(mask: Tensor, height: int, width: int) -> Tensor:
    """Mask [F,H,W] in 0..1 -> bool [F,height,width] of the nearest pixels: True = hole, nothing is known
    there."""
    return interpolate(mask[None].float(), (height, width), mode="nearest")[0] >= 0.5


def stretch(frames: Tensor, height: int, width: int,
            part: tuple[float, float, float, float] | None = None) -> Tensor:
    """Photographs [F,3,H,W] in -1..1, or the part (left, top, right, bottom; pixels) of them, at another
    size, aspect not kept; the intrinsics are to be scaled alike (Trajectory.resized).

    As the official code resizes its start image: Pillow's antialiased bicubic filter, on 8 bits
    (REFERENCE.md 4).
    """
    whole = (0, 0, frames.shape[3], frames.shape[2])
    if frames.shape[2:] == (height, width) and part in (None, whole):
        return frames
    pixels = frames_to_bytes(frames).contiguous().cpu().numpy()
    resized = [np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC, part))
               for picture in pixels]
    return frames_from_bytes(torch.from_numpy(np.stack(resized))).to(frames)


def resize_frames(frames: Tensor, height: int, width: int) -> Tensor:
    """Frames [F,3,H,W] in -1..1 at another size, as the official code resizes renders and references: bicubic
    without antialiasing; overshoot beyond -1..1 is kept."""
    check_shape("frames", frames, "F,3,H,W", "give a video with three channels")
    if frames.shape[2:] == (height, width):
        return frames
    return interpolate(frames, (height, width), mode="bicubic", align_corners=False)


def columns_of_sheet(count: int, width: int, height: int) -> int:
    """How many pictures of width x height stand in a row, so that all of them are largest in a square."""
    return max(range(1, count + 1),
               key=lambda columns: min(1 / (columns * width), 1 / (-(-count // columns) * height)))


def contact_sheet(pictures: Sequence[Image.Image], side: int) -> Image.Image:
    """Pictures of one size in one, in reading order, as large as a square of `side` pixels allows."""
    width, height = pictures[0].size
    columns = columns_of_sheet(len(pictures), width, height)
    rows = -(-len(pictures) // columns)
    scale = min(side / (columns * width), side / (rows * height))
    cell = [max(GAP + 1, int(length * scale)) for length in (width, height)]
    sheet = Image.new("RGB", (columns * cell[0], rows * cell[1]))
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        sheet.paste(picture.resize((cell[0] - GAP, cell[1] - GAP), Image.Resampling.BILINEAR),
                    (column * cell[0], row * cell[1]))
    return sheet


def latent_sheet(latent: Tensor) -> Tensor:
    """Key frames of a latent [B,C,F,h,w] as one frame [B,C,1,rows*h,columns*w], placed as in contact_sheet;
    what is left over is 0."""
    frames, height, width = latent.shape[2:]
    columns = columns_of_sheet(frames, width, height)
    rows = -(-frames // columns)
    cells = pad(latent, (0, 0, 0, 0, 0, rows * columns - frames)).unflatten(2, (rows, columns))
    return cells.movedim(3, 4).flatten(4, 5).flatten(2, 3)[:, :, None]
