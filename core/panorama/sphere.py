"""Equirectangular panoramas to perspective views and back, colours and distances.

The world of a panorama has its centre at the origin and z up. The middle of the picture, the panorama's
front, looks along -x; columns run to the right, so that +y lies a quarter of the width to the right of the
middle; the top row looks up. The upright OpenCV camera that looks at the front therefore has its x axis
(right) along world +y, its y axis (down) along world -z and its z axis (forward) along world -x. These are
the cameras of the official panorama banks.

A panorama is [H,2H,...]; pixel (row i, column j) covers [i, i+1) x [j, j+1). It has colours by direction
only, so the cameras of all views are at its centre. Distance is measured along the ray, depth along the
camera's z axis.
"""
from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from ..cameras.pinhole import distance_to_depth, picture_rays, project
from ..cameras.trajectory import Trajectory
from ..depth.depth import Depth
from ..values import check_finite, require

# Pixels added around a panorama before it is sampled: left and right continue on the other border, beyond a
# pole the picture continues on the opposite meridian. Bilinear sampling needs one, rounding of the angles the
# second.
PAD = 2


def check_panorama(name: str, panorama: Tensor) -> None:
    """Raises ValueError unless panorama [H,W,...] is twice as wide as high."""
    height, width = panorama.shape[:2]
    require(width == 2 * height and height >= PAD,
            f"{name} is {width}x{height} pixels; an equirectangular panorama is "
            "twice as wide as high: crop or scale it to 2:1, or use 'Point Cloud from Depth' for a "
            "photograph.")


def panorama_directions(height: int, device: torch.device | None = None) -> Tensor:
    """[H,2H,3] unit vectors in the world through the pixel centres of a panorama of this height."""
    # from the left border, rightwards
    azimuth = (torch.arange(2 * height, device=device) + 0.5) * (math.pi / height)
    elevation = math.pi / 2 - (torch.arange(height, device=device) + 0.5) * (math.pi / height)
    flat = torch.stack([azimuth.cos(), -azimuth.sin(), torch.zeros_like(azimuth)], 1)
    up = flat.new_tensor([0.0, 0, 1])
    return elevation.cos()[:, None, None] * flat + elevation.sin()[:, None, None] * up


def even_pixels(height: int, device: torch.device | None = None) -> Tensor:
    """[H,2H] bool, the pixels of a panorama to keep so that the rest is as dense at the poles as on the
    horizon."""
    elevation = math.pi / 2 - (torch.arange(height, device=device) + 0.5) * (math.pi / height)
    steps = torch.arange(2 * height + 1, device=device) * elevation.cos()[:, None] + 0.5
    return steps.floor().diff(dim=1) > 0


def pad_panorama(panorama: Tensor) -> Tensor:
    """[H,2H,...] -> [H+2*PAD,2H+2*PAD,...] with the pixels that lie beyond its borders on the sphere."""
    opposite = panorama.roll(panorama.shape[0], 1)
    tall = torch.cat([opposite[:PAD].flip(0), panorama, opposite[-PAD:].flip(0)])
    return torch.cat([tall[:, -PAD:], tall, tall[:, :PAD]], 1)


def sample_panorama(panorama: Tensor, directions: Tensor, mode: str = "bilinear") -> Tensor:
    """Values [...,C] in world directions [...,3] of any length, of what pad_panorama made of a panorama
    [H,2H,C] float32; mode bilinear or nearest."""
    x, y, z = directions.unbind(-1)
    right = torch.atan2(y, -x) / math.pi  # -1..1 from the left to the right border
    up = torch.atan2(z, torch.hypot(x, y)) * (2 / math.pi)  # -1..1; unlike asin, exact at the poles
    height, width = panorama.shape[:2]
    grid = torch.stack([right * (1 - 2 * PAD / width), -up * (1 - 2 * PAD / height)], -1)
    return _sample(panorama, grid, mode)


def _sample(picture: Tensor, grid: Tensor, mode: str) -> Tensor:
    """Values [...,C] of a picture [H,W,C] at grid [...,2] (x, y), where -1..1 spans its borders."""
    values = F.grid_sample(picture.permute(2, 0, 1)[None], grid.reshape(1, 1, -1, 2), mode=mode,
                           padding_mode="border", align_corners=False)
    return values[0, :, 0].T.unflatten(0, grid.shape[:-1])


def panorama_to_views(panorama: Tensor, views: Trajectory,
                      progress: Callable[[int], None] | None = None) -> Tensor:
    """Perspective pictures [F,h,w,C] of a panorama [H,2H,C] float32 from cameras in its centre.

    Where the panorama is finer than the view, a pixel is the mean of n x n bilinear samples, n being the
    number of panorama pixels that a view pixel in the middle spans.
    progress    called with the number of finished views; may raise to stop
    Raises ValueError for other pictures and for moved cameras.
    """
    check_panorama("The panorama", panorama)
    check_centred(views)
    n = max(1, round(panorama.shape[0] / math.pi / float(views.K[:, [0, 1], [0, 1]].mean())))
    panorama = pad_panorama(panorama)
    offsets = [(step + 0.5) / n - 0.5 for step in range(n)]  # of the samples from the pixel's centre
    pictures = []
    for index in range(views.frames):
        samples = (sample_panorama(panorama, _world_rays(views, index, *offset))
                   for offset in itertools.product(offsets, repeat=2))
        pictures.append(sum(samples) / n ** 2)
        if progress is not None:
            progress(index + 1)
    return torch.stack(pictures)


def distance_to_views(distance: Tensor, valid: Tensor, views: Trajectory, mode: str = "bilinear",
                      progress: Callable[[int], None] | None = None) -> Depth:
    """Depth of perspective views from the distances [H,2H] of a panorama; errors as panorama_to_views.

    Unknown pixels (valid [H,2H] bool) do not take part; a view's pixel is valid where the known ones have
    more than half of the weight.
    progress    called with the number of finished views; may raise to stop
    """
    check_distance(distance, valid)
    check_centred(views)
    panorama = pad_panorama(torch.stack([torch.where(valid, distance, 0.0), valid.to(distance.dtype)], -1))
    samples = []
    for index in range(views.frames):
        samples.append(sample_panorama(panorama, _world_rays(views, index), mode))
        if progress is not None:
            progress(index + 1)
    total, weight = torch.stack(samples).unbind(-1)
    known = weight > 0.5
    distances = torch.where(known, total / weight.clamp(min=0.5), 0.0)
    return Depth(distance_to_depth(distances, views.K), known, views.K, views.w2c, views.unit)


def _world_rays(views: Trajectory, index: int, right: float = 0.0, down: float = 0.0) -> Tensor:
    """[h,w,3] directions through the pixels of one view, so far right and down of their centres."""
    K = views.K[index].clone()
    K[:2, 2] -= K.new_tensor([right, down])
    # a rotation's inverse is its transpose
    return picture_rays(K, views.height, views.width) @ views.w2c[index, :3, :3]


def views_to_panorama(pictures: Tensor, views: Trajectory, height: int,
                      progress: Callable[[int], None] | None = None) -> tuple[Tensor, Tensor]:
    """Panorama [H,2H,C] of the given height from pictures [F,h,w,C] float32, and its mask [H,2H], 1 = hole:
    no view.

    Overlapping views are averaged with weights that fade to their borders.
    progress    called with the number of finished views; may raise to stop
    Raises ValueError when pictures and cameras do not agree or a camera is moved.
    """
    check_views(pictures, views)
    directions = panorama_directions(height, pictures.device)
    total = pictures.new_zeros(height, 2 * height, pictures.shape[3])
    weight = pictures.new_zeros(height, 2 * height)
    for index, picture in enumerate(pictures):
        seen, share, values = sample_view(picture, directions, views.w2c[index], views.K[index])
        total[seen] += values * share[:, None]
        weight[seen] += share
        if progress is not None:
            progress(index + 1)
    hole = weight == 0
    return total / weight.masked_fill(hole, 1)[..., None], hole.to(pictures.dtype)


def sample_view(picture: Tensor, directions: Tensor, w2c: Tensor, K: Tensor, mode: str = "bilinear",
                ) -> tuple[Tensor, Tensor, Tensor]:
    """What a view [h,w,C] shows in world directions [...,3]: seen [...] bool, weights [N] (1 in the middle of
    the view, towards 0 at its borders) and values [N,C] of the N seen directions."""
    height, width = picture.shape[:2]
    pixels, depth = project(directions, K, w2c)
    grid = pixels / pixels.new_tensor([width / 2, height / 2]) - 1
    seen = (depth > 0) & (grid.abs() <= 1).all(-1)
    grid = grid[seen]
    return seen, (1 - grid.abs()).clamp(min=1e-4).prod(-1), _sample(picture, grid, mode)


def check_views(pictures: Tensor, views: Trajectory) -> None:
    """Raises ValueError unless pictures [F,h,w,...] are those of F cameras in the panorama's centre."""
    got, wanted = tuple(pictures.shape[:3]), (views.frames, views.height, views.width)
    require(got == wanted,
            f"The views are {'x'.join(map(str, got))}, the trajectory {'x'.join(map(str, wanted))} (count x "
            "height x width); connect both from the same 'Panorama to Views'.")
    check_centred(views)


def check_centred(views: Trajectory) -> None:
    """Raises ValueError unless all cameras are at the panorama's centre, the world's origin."""
    away = float(views.w2c[:, :3, 3].norm(dim=1).max())
    require(away < 1e-4, f"A view stands {away:.3g} {views.unit} away from the panorama's centre, where all "
                         "stand; use the trajectory of 'Panorama to Views', or 'Render Point Cloud' for "
                         "cameras that move.")


def check_distance(distance: Tensor, valid: Tensor) -> None:
    """Raises ValueError unless distance [H,2H] is positive and finite where valid [H,2H] bool says so."""
    check_panorama("The panorama's depth", distance)
    require(valid.shape == distance.shape and valid.dtype == torch.bool,
            f"The panorama's valid mask is {list(valid.shape)} {valid.dtype}, expected "
            f"{list(distance.shape)} bool.")
    known = distance[valid]
    remedy = "give distances from the panorama's centre, and mark unknown pixels as not valid"
    require(len(known) > 0, f"The panorama's depth has no known pixel; {remedy}.")
    check_finite("The panorama's depth", known, remedy)
    if not (known > 0).all():
        raise ValueError(f"The panorama's depth is {float(known.min()):.4g} at its lowest; {remedy}.")
