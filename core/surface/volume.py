"""Fuses posed depth maps into a truncated signed distance function (TSDF; Curless and Levoy 1996), kept in
blocks of voxels near surfaces alone, so that memory follows the surface and not the room.

A sample is the distance to the surface along its normal, in truncation distances: positive in front, negative
behind, the weighted mean over the views. A view carves the free space in front of its surface.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from ..cameras.pinhole import camera_to_world, matmul_exact, picture_rays, world_to_camera
from ..depth.depth import Depth
from ..memory.geometric.fusion import depth_quality, depth_weights
from ..values import require

SIDE = 8  # samples along the edge of a block
SAMPLES = SIDE**3
FARTHEST = 1 << 20  # blocks from the origin along each axis, so that three of them fit into one key
MOST_BYTES = 4 << 30
SAME_SURFACE = 0.02  # share by which neighbouring pixels of one surface differ in inverse depth at most
LEAST_SLANT = 0.1  # cosine between normal and ray that is taken for real
FREE_SPACE = 0.5  # weight of a view that sees through a sample, beside one that sees the surface there
FINEST = 4  # voxels across a pixel, so that neighbouring pixels touch neighbouring blocks
CHUNK = 512  # blocks that are looked at together
BYTES_PER_PIXEL = 200  # of a map while its blocks are searched


@dataclass(frozen=True)
class Volume:
    """blocks       [B,3] int64, sorted; block b holds the samples at (8 b + 0..7) * voxel along each axis
    distance     [B,512] float32, -1..1 truncation distances, x slowest; 0 where the weight is 0
    weight       [B,512] float32, sum over the views; 0: not seen
    voxel        distance of the samples
    truncation   distance beyond which a sample is as good as infinitely far, in the same unit
    """

    blocks: Tensor
    distance: Tensor
    weight: Tensor
    voxel: float
    truncation: float


class _Map(NamedTuple):
    """One map of a Depth: depth [H,W], valid [H,W], K [3,3], w2c [4,4]."""

    depth: Tensor
    valid: Tensor
    K: Tensor
    w2c: Tensor


@dataclass(frozen=True)
class _View:
    """One depth map as integrate reads it.

    inverse   [H*W] inverse depth, 0 where not known
    slant     [H*W] |normal . ray with z = 1|: distance along z to distance along the normal
    weight    [H*W] of the pixel
    nearest   pyramid of [h,w]: least depth of 1, 2, 4 ... pixels across, 0 where one of them is not known
    farthest  likewise the largest known depth, 0 where none is
    """

    inverse: Tensor
    slant: Tensor
    weight: Tensor
    nearest: list[Tensor]
    farthest: list[Tensor]


def default_voxel(depth: Depth) -> float:
    """1.5 times what a pixel of the maps covers at their median depth."""
    return 1.5 * _pixel(depth)


def _pixel(depth: Depth) -> float:
    """What a pixel of the maps covers at their median depth."""
    return depth.median / float(depth.K[:, [0, 1], [0, 1]].mean())


def bytes_needed(height: int, width: int) -> int:
    """Most VRAM that fuse takes for maps of this size; an upper bound."""
    return MOST_BYTES + 2**29 + BYTES_PER_PIXEL * height * width


def fuse(
    depth: Depth,
    voxel: float,
    truncation: float | None = None,
    progress: Callable[[int], None] | None = None,
    device: torch.device | str = "cpu",
) -> Volume:
    """The TSDF of F posed depth maps in one world.

    voxel        distance of the samples, in the unit of the depth
    truncation   in the same unit; 4 voxels for None. Noise of the depth that exceeds it leaves double walls
    progress     called with the number of maps so far, of 2 F; may raise to stop
    device       where to compute; the result is on the CPU
    Raises ValueError for a voxel so small that pixels lie apart, or that the samples do not fit into 4 GB.
    """
    require(voxel > 0 and math.isfinite(voxel), f"The voxel size is {voxel}; expected a positive length.")
    truncation = 4 * voxel if truncation is None else truncation
    require(
        truncation >= 2 * voxel,
        f"The truncation is {truncation:g} and the voxel size {voxel:g}; expected "
        "a truncation of at least 2 voxels.",
    )
    smallest = _pixel(depth) / FINEST
    require(voxel >= smallest, f"The voxel size is {voxel:g} {depth.unit}, far below what the pictures show; "
                               f"give at least {smallest:.3g}.")
    report = progress or (lambda done: None)
    keys = torch.empty(0, dtype=torch.long, device=device)
    for i in range(len(depth.depth)):
        keys = torch.cat([keys, _touched(_map(depth, i, device), voxel, truncation)]).unique()
        taken = len(keys) * SAMPLES * 8
        if taken > MOST_BYTES:
            raise ValueError(
                f"With a voxel size of {voxel:g} {depth.unit} the surface needs more than "
                f"{MOST_BYTES >> 30} GB (after {i + 1} of {len(depth.depth)} depth maps); try "
                f"{1.5 * voxel:.3g}."
            )
        report(i + 1)
    blocks = _unpack(keys)
    distance, weight = (torch.zeros(len(blocks), SAMPLES, device=device) for _ in range(2))
    volume = Volume(blocks, distance, weight, voxel, truncation)
    falloff = depth.median
    for i in range(len(depth.depth)):
        seen = _map(depth, i, device)
        _integrate(volume, _view(seen, falloff), seen.w2c, seen.K, depth.height, depth.width)
        report(len(depth.depth) + i + 1)
    return Volume(blocks.cpu(), distance.cpu(), weight.cpu(), voxel, truncation)


def _map(depth: Depth, i: int, device: torch.device | str) -> _Map:
    return _Map(*(values[i].to(device) for values in (depth.depth, depth.valid, depth.K, depth.w2c)))


def _touched(seen: _Map, voxel: float, truncation: float) -> Tensor:
    """Keys of the blocks within the truncation distance of a map."""
    rays, z = picture_rays(seen.K, *seen.depth.shape)[seen.valid], seen.depth[seen.valid]
    edge = SIDE * voxel
    steps = torch.linspace(-truncation, truncation, 2 + math.ceil(2 * truncation / edge))
    keys = []
    for step in steps.tolist():
        points = camera_to_world(rays * (z + step)[:, None], seen.w2c)
        keys.append(pack((points / edge).floor().long()).unique())
    return torch.cat(keys).unique()


def pack(blocks: Tensor) -> Tensor:
    """[N] int64 keys of block positions [N,3], in their order."""
    if len(blocks) and int(blocks.abs().max()) >= FARTHEST:
        raise ValueError("The scene lies so far from the origin that its voxels cannot be counted; give a "
                         "larger voxel size.")
    x, y, z = (blocks + FARTHEST).unbind(-1)
    return (x << 42) | (y << 21) | z


def _unpack(keys: Tensor) -> Tensor:
    mask = (1 << 21) - 1
    return torch.stack([keys >> 42, (keys >> 21) & mask, keys & mask], -1) - FARTHEST


def _view(seen: _Map, falloff: float) -> _View:
    z, valid, K, _ = seen
    inverse = torch.where(valid, 1 / z.clamp(min=1e-12), 0.0)
    weight = depth_weights(depth_quality(z, valid), inverse, falloff)
    levels = range(max(z.shape).bit_length() + 1)
    nearest, farthest = [z], [z]
    for _ in levels:
        nearest.append(-F.max_pool2d(-nearest[-1][None, None], 2, ceil_mode=True)[0, 0])
        farthest.append(F.max_pool2d(farthest[-1][None, None], 2, ceil_mode=True)[0, 0])
    return _View(inverse.flatten(), _slant(inverse, valid, K).flatten(), weight.flatten(), nearest, farthest)


def _slant(inverse: Tensor, valid: Tensor, K: Tensor) -> Tensor:
    """[H,W] |normal . ray with z = 1| of a map of inverse depth; 1 where the neighbours are not known.

    Inverse depth of a plane n . X = h is linear in the picture: n . ray / h. Its slopes in normalised
    coordinates are n / h, so |n . ray| = inverse / |(slopes, rest)|.
    """
    height, width = inverse.shape
    rays = picture_rays(K, height, width)
    known = F.pad(valid, (1, 1, 1, 1))
    padded = F.pad(inverse, (1, 1, 1, 1))
    across = (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2 * K[0, 0]
    down = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2 * K[1, 1]
    rest = inverse - across * rays[..., 0] - down * rays[..., 1]
    length = torch.stack([across, down, rest]).norm(dim=0)
    beside = known[1:-1, 2:] & known[1:-1, :-2] & known[2:, 1:-1] & known[:-2, 1:-1] & valid
    return torch.where(beside, inverse / length.clamp(min=1e-12), 1.0).clamp(LEAST_SLANT, 1.0)


def _integrate(volume: Volume, view: _View, w2c: Tensor, K: Tensor, height: int, width: int) -> None:
    """Adds one view to the samples, in place."""
    near, free = _blocks_in_view(volume, view, w2c, K, height, width)
    known = view.weight[view.weight > 0]
    if len(known):
        _carve(volume, free, float(known.median()) * FREE_SPACE)
    axis = torch.arange(SIDE, device=w2c.device) * volume.voxel
    offsets = matmul_exact(torch.cartesian_prod(axis, axis, axis), w2c[:3, :3].T)  # in the camera's axes
    origins = world_to_camera(volume.blocks[near] * (SIDE * volume.voxel), w2c)
    for chunk, origin in zip(near.split(CHUNK), origins.split(CHUNK)):
        x, y, z = (origin[:, None] + offsets).unbind(-1)
        distance, weight = _signed_distance(view, x, y, z, K, height, width, volume.truncation)
        old = volume.weight[chunk]
        total = old + weight
        mean = (volume.distance[chunk] * old + distance * weight) / total.clamp(min=1e-12)
        volume.distance[chunk], volume.weight[chunk] = mean, total


def _signed_distance(
    view: _View, x: Tensor, y: Tensor, z: Tensor, K: Tensor, height: int, width: int, truncation: float
) -> tuple[Tensor, Tensor]:
    """Distance (in truncations, at most 1) and weight of samples at x, y, z in the camera's axes; weight 0
    where the view knows nothing, or the sample lies deeper behind its surface than the truncation."""
    u, v = K[0, 0] * x / z + K[0, 2] - 0.5, K[1, 1] * y / z + K[1, 2] - 0.5  # pixel centres are whole numbers
    inside = (z > 0) & (u >= -0.5) & (u < width - 0.5) & (v >= -0.5) & (v < height - 0.5)
    u, v = torch.where(inside, u, 0.0), torch.where(inside, v, 0.0)
    left, top = u.floor(), v.floor()
    beside = (u - left, v - top)
    columns = [left.long().clamp(0, width - 1), (left.long() + 1).clamp(0, width - 1)]
    rows = [top.long().clamp(0, height - 1), (top.long() + 1).clamp(0, height - 1)]
    nearest = u.round().long().clamp(0, width - 1) + v.round().long().clamp(0, height - 1) * width
    here = view.inverse[nearest]
    inverse, shares = torch.zeros_like(here), torch.zeros_like(here)
    for row, down in ((rows[0], 1 - beside[1]), (rows[1], beside[1])):
        for column, across in ((columns[0], 1 - beside[0]), (columns[1], beside[0])):
            other = view.inverse[row * width + column]
            share = across * down * ((other - here).abs() <= SAME_SURFACE * here)
            inverse += share * other
            shares += share
    inverse = inverse / shares.clamp(min=1e-12)
    slant = view.slant[nearest]
    distance = (1 / inverse.clamp(min=1e-12) - z) * slant / truncation
    # What lies behind may be the back of a thing that is thinner than the truncation, so it counts less and
    # less; and so do views at flat angles, for which many things are thin.
    sure = view.weight[nearest] * slant.square() * (1 + distance).clamp(0, 1)
    weight = torch.where(inside & (here > 0), sure, 0.0)
    return distance.clamp(-1, 1), torch.where(distance < 1, weight, weight * FREE_SPACE)


def _carve(volume: Volume, blocks: Tensor, weight: float) -> None:
    """Adds the distance 1 to all samples of blocks that a view sees through."""
    old = volume.weight[blocks]
    volume.distance[blocks] = (volume.distance[blocks] * old + weight) / (old + weight)
    volume.weight[blocks] = old + weight


def _blocks_in_view(
    volume: Volume, view: _View, w2c: Tensor, K: Tensor, height: int, width: int
) -> tuple[Tensor, Tensor]:
    """Indices of the blocks near the view's surface, whose samples have to be looked at one by one, and of
    those that lie in its free space as a whole."""
    edge = SIDE * volume.voxel
    radius = edge * math.sqrt(3) / 2
    x, y, z = world_to_camera((volume.blocks + 0.5) * edge, w2c).unbind(-1)
    front = z > radius  # a block around the camera itself is left out
    z = torch.where(front, z, 1.0)
    # the sphere's outline in the picture is a little larger than radius / z
    reach_u, reach_v = (K[i, i] * radius / (z - radius).clamp(min=1e-9) for i in (0, 1))
    u, v = K[0, 0] * x / z + K[0, 2], K[1, 1] * y / z + K[1, 2]
    low_u, high_u, low_v, high_v = u - reach_u, u + reach_u, v - reach_v, v + reach_v
    seen = front & (high_u > 0) & (low_u < width) & (high_v > 0) & (low_v < height)
    index = seen.nonzero().squeeze(1)
    spans = torch.stack([low_u, high_u, low_v, high_v])[:, index]
    whole = (spans[0] >= 0) & (spans[1] < width) & (spans[2] >= 0) & (spans[3] < height)
    size = torch.maximum(spans[1] - spans[0], spans[3] - spans[2]).clamp(min=1)
    level = size.log2().ceil().long().clamp(max=len(view.nearest) - 1)
    nearest, farthest = torch.full_like(size, torch.inf), torch.zeros_like(size)
    for k in level.unique().tolist():
        on = (level == k).nonzero().squeeze(1)
        h, w = view.nearest[k].shape
        columns = [(spans[j, on].clamp(0, width - 1).long() >> k).clamp(max=w - 1) for j in (0, 1)]
        rows = [(spans[j, on].clamp(0, height - 1).long() >> k).clamp(max=h - 1) for j in (2, 3)]
        for row in rows:
            for column in columns:
                nearest[on] = torch.minimum(nearest[on], view.nearest[k][row, column])
                farthest[on] = torch.maximum(farthest[on], view.farthest[k][row, column])
    z = z[index]
    free = whole & (nearest > 0) & (z + radius < nearest - volume.truncation / LEAST_SLANT)
    reached = (farthest > 0) & (z - radius <= farthest + volume.truncation / LEAST_SLANT) & ~free
    return index[reached], index[free]
