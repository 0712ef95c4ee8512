"""Does a path make sense? Matrices of the wrong direction or axes are rigid too; where they look gives them
away."""
from __future__ import annotations

import torch
from torch import Tensor

LARGEST_MISS = 0.02  # how far the viewing axes may miss their common point, in distances to it
SMALLEST_TURN = 10.0  # degrees from the first viewing axis, below which they meet nowhere for certain


def likely_mistake(w2c: Tensor) -> str | None:
    """What is probably wrong with poses [F,4,4], or None. Only paths around a point tell anything.

    A camera that goes around a point looks at it. When it looks away from it all the time, y and z point the
    wrong way (OpenGL read as OpenCV). When it seems to turn on a spot, but its inverse goes around a point
    and looks at it, the matrices go the other way.
    """
    direct, inverse = w2c.double(), torch.linalg.inv(w2c.double())
    if _meeting(direct) < 0:
        return ("all cameras look away from the point that they go around, so their axes are probably those "
                "of OpenGL")
    centres = inverse[:, :3, 3]
    stands_still = (centres - centres[0]).norm(dim=1).max() <= LARGEST_MISS * centres.norm(dim=1).max()
    if stands_still and _meeting(inverse) > 0:
        return ("the camera seems to stand still, while the inverse matrices go around a point and look at "
                "it, so the matrices probably go the other way (c2w given for w2c, or the reverse)")
    return None


def _meeting(w2c: Tensor) -> int:
    """1 when all viewing axes meet in a point ahead of the cameras, -1 when it is behind all, 0 when they do
    not."""
    if len(w2c) < 3:
        return 0
    centres, axes = torch.linalg.inv(w2c)[:, :3, 3], w2c[:, 2, :3]
    turn = torch.rad2deg(torch.acos((axes @ axes[0]).clamp(-1, 1)).max())
    if turn < SMALLEST_TURN:
        return 0
    # leaves what is across the axis
    across = torch.eye(3, dtype=w2c.dtype) - axes[:, :, None] * axes[:, None]
    point = torch.linalg.pinv(across.sum(0)) @ (across @ centres[..., None]).sum(0)[:, 0]
    depth = ((point - centres) * axes).sum(1)
    miss = (across @ (point - centres)[..., None])[..., 0].norm(dim=1)
    if (miss > LARGEST_MISS * depth.abs()).any() or depth.abs().min() < 1e-6 * (1 + centres.abs().max()):
        return 0
    return 1 if (depth > 0).all() else -1 if (depth < 0).all() else 0
