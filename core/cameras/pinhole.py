"""The pinhole camera: intrinsics, rays through pixels, pixels to points (unproject) and points to pixels
(project).

OpenCV axes (x right, y down, z forward). In all functions

    K       [...,3,3] intrinsics in pixels, no skew
    w2c     [...,4,4] world to camera
    pixels  [...,N,2] places (u, v) in the picture, right and down from its top left corner; pixel j covers
            [j, j+1), so its centre is j + 0.5
    depth   along the camera's z axis, not along the ray

and leading dimensions are broadcast. Two other places count pixels in their own way, as the released models
were trained: the ray embedding (pluecker.py) and the point renderer (cloud/render/raster.py).
"""
from __future__ import annotations

import math

import torch
from torch import Tensor

from ..values import require

# Intrinsics

def intrinsics_from_fov(horizontal_fov: float, width: int, height: int, fx: float = 0.0, fy: float = 0.0,
                        cx: float = 0.0, cy: float = 0.0) -> Tensor:
    """K [3,3] of a camera with square pixels, looking through the centre; horizontal_fov in degrees.

    Numbers other than 0 take precedence: fx, fy (pixels; fy = fx when only fx is given), cx, cy (pixels; add
    0.5 to calibrations that put whole numbers on pixel centres). ValueError for a field of view outside
    0..180.
    """
    fx = fx or focal_from_fov(horizontal_fov, width, "horizontal")
    return torch.tensor([[fx, 0, cx or width / 2], [0, fy or fx, cy or height / 2], [0, 0, 1]])


def focal_from_fov(fov: float, size: int, side: str = "horizontal") -> float:
    """Focal length in pixels of a picture `size` pixels wide (or high) that shows `fov` degrees."""
    require(0 < fov < 180, f"The {side} field of view is {fov} degrees; it must lie between 0 and 180.")
    return size / 2 / math.tan(math.radians(fov) / 2)


def fov_from_focal(focal: float, size: int) -> float:
    """Degrees that a picture `size` pixels wide (or high) shows with a focal length in pixels."""
    return math.degrees(2 * math.atan(size / 2 / focal))


def resize_intrinsics(K: Tensor, old: tuple[float, float], new: tuple[float, float]) -> Tensor:
    """K [...,3,3] of a picture that is stretched from size old to size new, both (width, height)."""
    return K * K.new_tensor([new[0] / old[0], new[1] / old[1], 1.0])[:, None]


def in_picture_sizes(K: Tensor, width: int, height: int) -> Tensor:
    """K [...,3,3] in widths and heights instead of pixels: what remains when a picture is stretched."""
    return K / K.new_tensor([width, height, 1.0])[:, None]


# Rays

def pixel_centres(height: int, width: int, device: torch.device | str = "cpu") -> Tensor:
    """[height*width,2] float32 (u, v) of all pixel centres, row by row."""
    rows, columns = (torch.arange(count, device=device) + 0.5 for count in (height, width))
    row, column = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack([column, row], -1).flatten(0, 1)


def picture_corners(width: int, height: int) -> Tensor:
    """[4,2] float32 (u, v) of the picture's corners, clockwise from the top left."""
    return torch.tensor([[0, 0], [width, 0], [width, height], [0, height]], dtype=torch.float32)


def view_rays(pixels: Tensor, K: Tensor) -> Tensor:
    """[...,N,3] rays with z = 1 through the pixels, in the camera's axes."""
    return matmul_exact(homogeneous(pixels), torch.linalg.inv(K).mT)


def homogeneous(pixels: Tensor) -> Tensor:
    """[...,N,3] (u, v, 1)."""
    return torch.cat([pixels, torch.ones_like(pixels[..., :1])], -1)


def matmul_exact(a: Tensor, b: Tensor) -> Tensor:
    """a [...,n,k] @ b [...,k,m]; term by term on GPUs, where matrix products may be set to round to 10 bits
    (TF32), which moves a place in the picture by 0.4 pixels."""
    if a.device.type == "cpu":
        return a @ b
    terms = [a[..., :, k:k + 1] * b[..., k:k + 1, :] for k in range(a.shape[-1])]
    return sum(terms[1:], terms[0])


def picture_rays(K: Tensor, height: int, width: int) -> Tensor:
    """[...,height,width,3] rays with z = 1 through all pixel centres, in the camera's axes."""
    return view_rays(pixel_centres(height, width, K.device), K).unflatten(-2, (height, width))


def depth_to_distance(depth: Tensor, K: Tensor) -> Tensor:
    """Depth [...,H,W] along z -> distance along the rays."""
    return depth * picture_rays(K, *depth.shape[-2:]).norm(dim=-1)


def distance_to_depth(distance: Tensor, K: Tensor) -> Tensor:
    """Distance [...,H,W] along the rays -> depth along z."""
    return distance / picture_rays(K, *distance.shape[-2:]).norm(dim=-1)


# Points

def unproject(pixels: Tensor, depth: Tensor, K: Tensor, w2c: Tensor) -> Tensor:
    """World points [...,N,3] that are seen at the pixels with depth [...,N]."""
    return camera_to_world(view_rays(pixels, K) * depth[..., None], w2c)


def camera_to_world(cam_points: Tensor, w2c: Tensor) -> Tensor:
    """World points [...,N,3] of points in the camera's axes."""
    c2w = torch.linalg.inv(w2c)
    return matmul_exact(cam_points, c2w[..., :3, :3].mT) + c2w[..., None, :3, 3]


def world_to_camera(world_points: Tensor, w2c: Tensor) -> Tensor:
    """Points [...,N,3] in the camera's axes of world points."""
    return matmul_exact(world_points, w2c[..., :3, :3].mT) + w2c[..., None, :3, 3]


def project(world_points: Tensor, K: Tensor, w2c: Tensor) -> tuple[Tensor, Tensor]:
    """(pixels [...,N,2], depth [...,N]) of world points [...,N,3]. Behind the camera, depth is negative and
    the pixels mean nothing; at depth 0 they are infinite or NaN."""
    P = K @ w2c[..., :3, :]
    rows = P[..., :3] @ world_points.mT + P[..., 3:]  # [...,3,N]: twice as fast as columns
    return (rows[..., :2, :] / rows[..., 2:, :]).mT, rows[..., 2, :]


def in_picture(pixels: Tensor, depth: Tensor, height: int, width: int) -> Tensor:
    """[...,N] bool: whether what `project` gives lies in front of the camera and inside the picture."""
    u, v = pixels.unbind(-1)
    return (depth > 0) & (u >= 0) & (u < width) & (v >= 0) & (v < height)
