"""Pictures between ComfyUI's layout (IMAGE [F,H,W,3] in 0..1) and the model's ([F,3,H,W] in -1..1)."""

from torch import Tensor
from torch.nn.functional import interpolate


def to_frames(image: Tensor) -> Tensor:
    """IMAGE [F,H,W,3 or 4] in 0..1 -> frames [F,3,H,W] in -1..1; an alpha channel is left out."""
    return image[..., :3].permute(0, 3, 1, 2).float() * 2 - 1


def to_image(frames: Tensor) -> Tensor:
    """Frames [F,3,H,W] in -1..1 -> IMAGE [F,H,W,3] in 0..1."""
    return ((frames.permute(0, 2, 3, 1) + 1) / 2).clamp(0, 1).contiguous()


def stretch(frames: Tensor, height: int, width: int) -> Tensor:
    """Photographs [F,3,H,W] in -1..1 at another size, aspect not kept: antialiased bicubic, as the official code resizes
    its start image. The intrinsics are to be scaled alike (Trajectory.resized)."""
    if frames.shape[2:] == (height, width):
        return frames
    return interpolate(frames, (height, width), mode="bicubic", antialias=True).clamp(-1, 1)
