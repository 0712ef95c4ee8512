"""What one view says about points: which of them it confirms, and through which it sees."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F

from ...cameras.pinhole import in_picture, pixel_centres, project, unproject

EDGE = 0.1  # depth that changes by this share within 3x3 pixels is an edge (official code: relative tolerance 0.1)
WHOLLY = 0.999  # share of a point's surroundings in the picture that must be known for the view to judge it
PENALTY = 0.5  # what a view takes from a point it sees through; a view that confirms it gives up to 1


class Points(NamedTuple):
    """The tensors of a PointCloud that belong to points, with the same meaning."""

    points: torch.Tensor
    colors: torch.Tensor
    confidence: torch.Tensor
    views: torch.Tensor
    clip: torch.Tensor


class Projection(NamedTuple):
    """The points inside a picture: index [M] into the points, u, v [M] in pixels, z [M] and pixel [M], which is
    row * width + column."""

    index: torch.Tensor
    u: torch.Tensor
    v: torch.Tensor
    z: torch.Tensor
    pixel: torch.Tensor


@dataclass(frozen=True)
class View:
    """One picture with aligned depth.

    maps        [3,H,W]: 1 where something is known, inverse depth there, quality 0..1
    colors      [H*W,3], red green blue in 0..1
    tolerance   relative difference of depth up to which a point and the picture show the same surface
    typical     the typical depth; what is farther away counts less, because its error grows with the distance (never
                less when this is infinite)
    """

    maps: torch.Tensor
    colors: torch.Tensor
    w2c: torch.Tensor
    K: torch.Tensor
    tolerance: float
    typical: float


def points_in_picture(points: torch.Tensor, w2c: torch.Tensor, K: torch.Tensor, height: int, width: int) -> Projection:
    """The world points [N,3] in front of the camera and inside the picture."""
    pixels, depth = project(points, K, w2c)
    index = in_picture(pixels, depth, height, width).nonzero().squeeze(1)
    u, v = pixels.index_select(0, index).unbind(1)
    pixel = v.long().clamp(0, height - 1) * width + u.long().clamp(0, width - 1)
    return Projection(index, u, v, depth.index_select(0, index), pixel)


def visible_depth(projections: list[Projection], height: int, width: int) -> torch.Tensor:
    """[H,W] depth of the nearest point in each pixel, infinite where there is none or where a gap in a nearer surface
    lets one behind it through."""
    depth = torch.full((height * width,), torch.inf, device=projections[0].z.device)
    for seen in projections:
        depth.scatter_reduce_(0, seen.pixel, seen.z, "amin")
    depth = depth.view(height, width)
    return torch.where(depth <= _over_3x3(torch.minimum, depth) * (1 + EDGE), depth, torch.inf)


def quality(depth: torch.Tensor, valid: torch.Tensor) -> torch.Tensor:
    """[H,W] how well each pixel shows its surface: 1 where depth is even, 0 on edges and where it is not valid.

    Grazing, noisy and washed-out surfaces lie between. Neighbours that are not valid are left out of account.
    """
    farthest = _over_3x3(torch.maximum, torch.where(valid, depth, -torch.inf))
    nearest = _over_3x3(torch.minimum, torch.where(valid, depth, torch.inf))
    return torch.where(valid, (1 - (farthest - nearest) / (EDGE * depth)).clamp(min=0), 0.0)


def _over_3x3(pick, plane):
    """torch.minimum or torch.maximum over the 3x3 pixels around each of [H,W]; several times faster than pooling."""
    rows = plane.clone()
    rows[1:] = pick(rows[1:], plane[:-1])
    rows[:-1] = pick(rows[:-1], plane[1:])
    both = rows.clone()
    both[:, 1:] = pick(both[:, 1:], rows[:, :-1])
    both[:, :-1] = pick(both[:, :-1], rows[:, 1:])
    return both


def weights(quality: torch.Tensor, inverse: torch.Tensor, typical: float) -> torch.Tensor:
    """What a pixel's depth weighs, 0..1: its quality, less for depth beyond the typical one of the view."""
    return quality * (typical * inverse).square().clamp(max=1)


def fuse_view(group: Points, seen: Projection, view: View) -> tuple[Points, torch.Tensor, torch.Tensor, int]:
    """The points after this view has had its say.

    Points at the view's depth move along their ray to the weighted mean, take its colour in by weight and gain
    confidence; points in front of it, which it sees through, lose confidence; hidden points stay as they are.
    Returns (points, covered, opposed, confirmed): covered [H*W] bool, pixels where a point lies near the view's
    surface; opposed [H*W], the highest confidence among the points it sees through; the number of confirmed points.
    """
    height, width = view.maps.shape[1:]
    grid = torch.stack([seen.u * (2 / width) - 1, seen.v * (2 / height) - 1], 1)[None, None]
    sampled = F.grid_sample(view.maps[None], grid, padding_mode="border", align_corners=False)[0, :, 0]
    # How far the point lies behind the view's surface; exact on planes, where inverse depth is linear in the picture.
    behind = torch.where(sampled[0] > WHOLLY, sampled[1] * seen.z - 1, torch.inf)
    distance = behind.abs()
    near = seen.pixel.masked_select(distance <= 2 * view.tolerance)
    covered = torch.zeros(height * width, dtype=torch.bool, device=near.device).index_fill_(0, near, True)
    group, confirmed = _fuse_confirmed(group, seen, sampled, distance <= view.tolerance, view)
    group, opposed = _carve_free_space(group, seen, sampled[2], behind < -2 * view.tolerance, height * width)
    return group, covered, opposed, confirmed


def _fuse_confirmed(group, seen, sampled, agrees, view):
    chosen = agrees.nonzero().squeeze(1)
    index, z, pixel = (value.index_select(0, chosen) for value in (seen.index, seen.z, seen.pixel))
    _, inverse, good = sampled.index_select(1, chosen)
    weight = weights(good, inverse, view.typical)
    before = group.confidence.index_select(0, index)
    total = (before + weight).clamp(min=1e-12)
    share = weight / total
    center = -view.w2c[:3, :3].T @ view.w2c[:3, 3]
    points, colors = group.points.index_select(0, index), group.colors.index_select(0, index)
    stretch = 1 + share * (1 / (inverse * z) - 1)
    points = torch.lerp(center, points, stretch[:, None])
    colors = torch.lerp(colors, view.colors.index_select(0, pixel), share[:, None])
    return group._replace(points=group.points.index_copy(0, index, points),
                          colors=group.colors.index_copy(0, index, colors),
                          confidence=group.confidence.index_copy(0, index, before + weight),
                          views=group.views.index_add(0, index, torch.ones_like(index, dtype=torch.int32))), len(index)


def _carve_free_space(group, seen, good, in_front, pixels):
    chosen = in_front.nonzero().squeeze(1)
    index, pixel = seen.index.index_select(0, chosen), seen.pixel.index_select(0, chosen)
    before = group.confidence.index_select(0, index)
    opposed = torch.zeros(pixels, device=before.device).scatter_reduce_(0, pixel, before, "amax")
    after = (before - PENALTY * good.index_select(0, chosen)).clamp(min=0)
    return group._replace(confidence=group.confidence.index_copy(0, index, after)), opposed


def fill_holes(view: View, covered: torch.Tensor, opposed: torch.Tensor, clip: int) -> Points:
    """New points at the centres of the pixels that show a surface which no point covers, unless surer points stand in
    front of it."""
    known, inverse, good = view.maps.flatten(1)
    height, width = view.maps.shape[1:]
    weight = weights(good, inverse, view.typical)
    free = (known > 0) & ~_closed(covered.view(height, width)).flatten() & (opposed <= weight)
    pixel = free.nonzero().squeeze(1)
    centres = pixel_centres(height, width, pixel.device)[pixel]
    points = unproject(centres, 1 / inverse[pixel], view.K, view.w2c)
    one = torch.ones_like(pixel, dtype=torch.int32)
    return Points(points, view.colors[pixel], weight[pixel], one, one * clip)


def _closed(mask):
    """[H,W] bool, also True where two or more of the pixels above, below, left and right are: fills the gaps between
    points, but does not widen the rim of a surface, where the next points have to join on."""
    padded = F.pad(mask.to(torch.uint8), (1, 1, 1, 1))
    beside = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    return mask | (beside >= 2)
