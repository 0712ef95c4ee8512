"""Fuses one posed depth map into the points: confirms them, carves free space, fills holes.

A point at the map's depth is confirmed and moves towards it. One in front of it is in free space and loses
confidence, and so does one of the same clip in a large region where the map knows no depth, as in the sky.
One behind it is occluded and stays as it is.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from ...cameras.pinhole import in_picture, pixel_centres, project, unproject

DEPTH_EDGE = 0.1  # depth that changes by this share within 3x3 pixels is an edge, as in the official code
FOREGROUND = 0.02  # the near side of an edge is deeper than the nearest of 3x3 pixels by at most this share
FOREGROUND_QUALITY = 0.005  # of such a pixel; the point that it adds has to be confirmed by another view
FULLY_KNOWN = 0.999  # share of a point's surroundings in the picture that must be known to compare its depth
# confidence that a view takes from a point in its free space; a view that agrees adds at most 1
FREE_SPACE_PENALTY = 0.5
# How surely a point is in free space where a frame of its clip knows no depth: that may be the sky, or a
# plain wall that a depth model or the camera's motion tells nothing about.
UNSEEN_DOUBT = 0.5


class Points(NamedTuple):
    """The tensors of a PointCloud that belong to points, with the same meaning."""

    points: Tensor
    colors: Tensor
    confidence: Tensor
    views: Tensor
    clip: Tensor
    sharpness: Tensor


class Projection(NamedTuple):
    """The points inside a picture: index [M] into the points, u, v [M] in pixels, z [M] depth and pixel [M],
    which is row * width + column."""

    index: Tensor
    u: Tensor
    v: Tensor
    z: Tensor
    pixel: Tensor


@dataclass(frozen=True)
class RGBDView:
    """One picture with its camera and depth that is aligned to the cloud.

    maps           [3,H,W]: 1 where something is known, inverse depth there, quality 0..1
    nearest        [H,W] inverse depth of the nearest surface within 3x3 pixels, edges included; 0 where none
                   of them has a depth
    unknown        [H,W] bool, large regions without depth, such as the sky; nearest is 0 there
    colors         [H*W,3], red green blue in 0..1
    w2c, K         [4,4], [3,3]
    tolerance      relative difference of depth up to which a point and the picture show the same surface
    falloff_depth  depth beyond which a pixel has less weight, because the error of depth grows; inf: never
    clip           number of the clip that the view belongs to
    sharpness      [H*W] how finely it shows the surface, see sharpness.py
    sharp_colors   False: colours are averaged by the weight of the depth
    keep_photo     points of clip 0 keep place and colour
    """

    maps: Tensor
    nearest: Tensor
    unknown: Tensor
    colors: Tensor
    w2c: Tensor
    K: Tensor
    tolerance: float
    falloff_depth: float
    clip: int
    sharpness: Tensor
    sharp_colors: bool = True
    keep_photo: bool = False


def points_in_picture(points: Tensor, w2c: Tensor, K: Tensor, height: int, width: int) -> Projection:
    """Projects points [N,3] by w2c [4,4], K [3,3]; keeps those in front of the camera and in the picture."""
    pixels, depth = project(points, K, w2c)
    index = in_picture(pixels, depth, height, width).nonzero().squeeze(1)
    u, v = (values.index_select(0, index) for values in pixels.unbind(1))
    return Projection(index, u, v, depth.index_select(0, index), v.long() * width + u.long())


def z_buffer(projections: list[Projection], height: int, width: int) -> Tensor:
    """[H,W] depth of the nearest point in each pixel: what is visible.

    Infinite where there is no point, and where a point behind is visible through a gap in a nearer surface.
    """
    depth = torch.full((height * width,), torch.inf, device=projections[0].z.device)
    for projection in projections:
        depth.scatter_reduce_(0, projection.pixel, projection.z, "amin")
    depth = depth.view(height, width)
    return torch.where(depth <= _reduce_3x3(torch.minimum, depth) * (1 + DEPTH_EDGE), depth, torch.inf)


def depth_quality(depth: Tensor, valid: Tensor) -> Tensor:
    """[H,W] how well each pixel of depth [H,W] shows its surface: 1 where depth is even, 0 on the far side of
    depth edges and where valid [H,W] is False, FOREGROUND_QUALITY on their near side, where thin things are.

    Surfaces at grazing angles, noisy and blurred depth lie between. Neighbours that are not valid are
    ignored.
    """
    farthest = _reduce_3x3(torch.maximum, torch.where(valid, depth, -torch.inf))
    nearest = _reduce_3x3(torch.minimum, torch.where(valid, depth, torch.inf))
    even = 1 - (farthest - nearest) / (DEPTH_EDGE * depth)
    foreground = FOREGROUND_QUALITY * (depth <= nearest * (1 + FOREGROUND))
    return torch.where(valid, torch.maximum(even, foreground), 0.0)


def nearest_inverse(inverse: Tensor) -> Tensor:
    """[H,W] the largest inverse depth within 3x3 pixels of [H,W], which is 0 where nothing is known."""
    return _reduce_3x3(torch.maximum, inverse)


def _reduce_3x3(reduce: Callable[[Tensor, Tensor], Tensor], plane: Tensor) -> Tensor:
    """torch.minimum or torch.maximum over the 3x3 pixels around each of [H,W]; much faster than pooling."""
    rows = plane.clone()
    rows[1:] = reduce(rows[1:], plane[:-1])
    rows[:-1] = reduce(rows[:-1], plane[1:])
    both = rows.clone()
    both[:, 1:] = reduce(both[:, 1:], rows[:, :-1])
    both[:, :-1] = reduce(both[:, :-1], rows[:, 1:])
    return both


def depth_weights(quality: Tensor, inverse_depth: Tensor, falloff_depth: float) -> Tensor:
    """Weight 0..1 of the depth of pixels [...]: its quality, reduced beyond falloff_depth."""
    return quality * (falloff_depth * inverse_depth).square().clamp(max=1)


def fuse_view(group: Points, projection: Projection, view: RGBDView) -> tuple[Points, Tensor, Tensor, int]:
    """Fuses the view into points, whose projection into it is given.

    Points at the view's depth move along their ray to the weighted mean, gain confidence and take its colour
    into their mean, in which a picture counts by the fourth power of its sharpness. Points in its free space
    lose confidence, and so do points of its own clip in large regions where it knows nothing: had they been
    there, it should have seen them. Occluded points stay as they are.
    Returns (points, covered, carved, confirmed): covered [H*W] bool, pixels where a point lies near the
    view's surface; carved [H*W], the highest confidence among the points in the free space of each pixel; the
    number of confirmed points.
    """
    height, width = view.maps.shape[1:]
    grid = torch.stack([projection.u * (2 / width) - 1, projection.v * (2 / height) - 1], 1)[None, None]
    sampled = F.grid_sample(view.maps[None], grid, padding_mode="border", align_corners=False)
    known, inverse, quality = sampled[0, :, 0]
    # How far the point lies behind the view's surface; exact on planes, where inverse depth is linear in the
    # picture.
    behind = torch.where(known > FULLY_KNOWN, inverse * projection.z - 1, torch.inf)
    distance = behind.abs()
    near = projection.pixel.masked_select(distance <= 2 * view.tolerance)
    covered = torch.zeros(height * width, dtype=torch.bool, device=near.device).index_fill_(0, near, True)
    weight = depth_weights(quality, inverse, view.falloff_depth)
    agrees = distance <= view.tolerance
    group, confirmed = _fuse_confirmed(group, projection, inverse, weight, agrees, view)
    rows = (~agrees).nonzero().squeeze(1)  # few; those that agree are not in free space
    others = Projection(*(values.index_select(0, rows) for values in projection))
    doubt = _doubt(group, others, behind.index_select(0, rows), quality.index_select(0, rows), view)
    group, carved = _carve_free_space(group, others, doubt, height * width)
    return group, covered, carved, confirmed


def _doubt(group: Points, projection: Projection, behind: Tensor, quality: Tensor, view: RGBDView) -> Tensor:
    """[M] 0..1 how surely the points of the projection [M] are in free space.

    behind and quality [M]: how far they lie behind the view's surface, relative to it, and its quality there.
    """
    doubt = torch.where(behind < -2 * view.tolerance, quality, 0.0)
    own = group.clip.index_select(0, projection.index) == view.clip
    unseen = own & view.unknown.flatten().index_select(0, projection.pixel)
    # Also on an edge, where depth is a mixture: what is in front of both of its sides is in free space.
    nearest = view.nearest.flatten().index_select(0, projection.pixel)
    in_front_of_all = (nearest > 0) & (nearest * projection.z - 1 < -2 * view.tolerance)
    return torch.where(in_front_of_all, 1.0, torch.where(unseen, UNSEEN_DOUBT, doubt))


def _fuse_confirmed(group: Points, projection: Projection, inverse: Tensor, weight: Tensor, agrees: Tensor,
                    view: RGBDView) -> tuple[Points, int]:
    """The points after those of the projection [M] that agree [M] were fused, and how many these are."""
    rows = agrees.nonzero().squeeze(1)
    index, z, pixel, inverse, weight = (values.index_select(0, rows) for values in (
        projection.index, projection.z, projection.pixel, inverse, weight))
    confidence = group.confidence.index_select(0, index)
    share = weight / (confidence + weight).clamp(min=1e-12)
    centre = -view.w2c[:3, :3].T @ view.w2c[:3, 3]
    points, colors = group.points.index_select(0, index), group.colors.index_select(0, index)
    color_share, sharpness = _add_sharpness(group.sharpness.index_select(0, index),
                                            view.sharpness.index_select(0, pixel))
    color_share = color_share if view.sharp_colors else share
    if view.keep_photo:
        moves = group.clip.index_select(0, index) > 0
        share, color_share = share * moves, color_share * moves
    stretch = 1 + share * (1 / (inverse * z) - 1)
    points = torch.lerp(centre, points, stretch[:, None])
    colors = torch.lerp(colors, view.colors.index_select(0, pixel), color_share[:, None])
    one = torch.ones_like(index, dtype=torch.int32)
    return group._replace(points=group.points.index_copy(0, index, points),
                          colors=group.colors.index_copy(0, index, colors),
                          confidence=group.confidence.index_copy(0, index, confidence + weight),
                          views=group.views.index_add(0, index, one),
                          sharpness=group.sharpness.index_copy(0, index, sharpness)), len(index)


def _add_sharpness(before: Tensor, view: Tensor) -> tuple[Tensor, Tensor]:
    """Share [M] of a view in the colours of points whose pictures had the sharpness `before` [M], and the
    sharpness of all."""
    largest = torch.maximum(before, view).clamp(min=1e-12)
    old, new = ((values / largest).square().square() for values in (before, view))
    return new / (old + new).clamp(min=1e-12), largest * (old + new).sqrt().sqrt()


def _carve_free_space(group: Points, projection: Projection, doubt: Tensor,
                      pixels: int) -> tuple[Points, Tensor]:
    """The points after those of the projection [M] lost confidence by how surely they are in free space,
    doubt [M] 0..1, and the highest that those had before, for each pixel [H*W]."""
    rows = doubt.nonzero().squeeze(1)
    index, pixel = projection.index.index_select(0, rows), projection.pixel.index_select(0, rows)
    confidence = group.confidence.index_select(0, index)
    carved = torch.zeros(pixels, device=confidence.device).scatter_reduce_(0, pixel, confidence, "amax")
    left = (confidence - FREE_SPACE_PENALTY * doubt.index_select(0, rows)).clamp(min=0)
    return group._replace(confidence=group.confidence.index_copy(0, index, left)), carved


def fill_holes(view: RGBDView, covered: Tensor, carved: Tensor) -> Points:
    """Unprojects the pixels whose surface no point covers, unless points of higher confidence are in front of
    it.

    covered [H*W] bool and carved [H*W] as fuse_view gives them. Points on the near side of an edge begin
    without confidence.
    """
    known, inverse, quality = view.maps.flatten(1)
    height, width = view.maps.shape[1:]
    weight = depth_weights(quality, inverse, view.falloff_depth)
    hole = (known > 0) & ~_close_gaps(covered.view(height, width)).flatten() & (carved <= weight)
    pixel = hole.nonzero().squeeze(1)
    centres = pixel_centres(height, width, pixel.device)[pixel]
    points = unproject(centres, 1 / inverse[pixel], view.K, view.w2c)
    one = torch.ones_like(pixel, dtype=torch.int32)
    confidence = torch.where(quality > FOREGROUND_QUALITY, weight, 0.0)[pixel]
    return Points(points, view.colors[pixel], confidence, one, one * view.clip, view.sharpness[pixel])


def _close_gaps(mask: Tensor) -> Tensor:
    """[H,W] bool, also True where two or more of the pixels above, below, left and right are: fills the gaps
    between points, but does not widen the border of a surface, where new points must be added."""
    padded = F.pad(mask.to(torch.uint8), (1, 1, 1, 1))
    beside = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    return mask | (beside >= 2)
