"""A pool of textures for scenes: crops of photographs, and patterns such as tiles, boards and plaster.

All are squares with mip levels, in one flat buffer, so that a ray caster reads any texture at any level at
once. Colours are 0..1; the fourth channel says where a card of leaves is solid.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

SIDE, LEVELS = 256, 6
PLAIN_SHARE, PHOTO_SHARE = 0.25, 0.35


@dataclass(frozen=True, eq=False)
class Textures:
    """texels [T*S,4]: T textures with S texels each, the levels one after the other; sides and starts
    [LEVELS]."""

    texels: Tensor
    sides: Tensor
    starts: Tensor

    @property
    def count(self) -> int:
        """Number of textures T."""
        return len(self.texels) // self._size

    @property
    def _size(self) -> int:
        return int(self.starts[-1] + self.sides[-1] ** 2)

    def look(self, texture: Tensor, uv: Tensor, footprint: Tensor) -> Tensor:
        """[N,4] of textures number [N] at uv [N,2] (1 = one side, mirrored beyond it); footprint [N]: what a
        pixel covers, in sides."""
        level = torch.log2(footprint.clamp(min=1e-6) * SIDE).round().clamp(0, LEVELS - 1).long()
        side = self.sides[level]
        uv = 1 - (uv.remainder(2) - 1).abs()  # mirrored
        place = (uv * side[:, None] - 0.5).clamp(min=0)
        corner = place.long()
        share = place - corner
        first = texture * self._size + self.starts[level]
        x0, y0 = (torch.minimum(corner[:, i], side - 1) for i in (0, 1))
        x1, y1 = (torch.minimum(corner[:, i] + 1, side - 1) for i in (0, 1))
        a, b = share[:, :1], share[:, 1:]
        row0, row1 = first + y0 * side, first + y1 * side
        top = torch.lerp(self.texels[row0 + x0], self.texels[row0 + x1], a)
        return torch.lerp(top, torch.lerp(self.texels[row1 + x0], self.texels[row1 + x1], a), b)


def make_textures(photographs: list[Tensor], count: int, seed: int) -> Textures:
    """A pool of `count` textures out of photographs [3,H,W] in -1..1 and patterns."""
    generator = torch.Generator().manual_seed(seed)
    tiles = torch.stack([_texture(photographs, generator) for _ in range(count)])
    levels = [tiles]
    while len(levels) < LEVELS:
        levels.append(avg_pool2d(levels[-1], 2))
    sides = torch.tensor([level.shape[2] for level in levels])
    starts = torch.cat([torch.zeros(1, dtype=torch.long), (sides**2).cumsum(0)[:-1]])
    texels = torch.cat([level.flatten(2) for level in levels], dim=2).transpose(1, 2)
    return Textures(texels.flatten(0, 1).contiguous(), sides, starts)


def _texture(photographs: list[Tensor], generator: torch.Generator) -> Tensor:
    """[4,SIDE,SIDE]"""
    kind = float(torch.rand((), generator=generator))
    if kind < PHOTO_SHARE:
        colour = _crop(photographs, generator)
    elif kind < PHOTO_SHARE + PLAIN_SHARE:
        colour = _plaster(generator)
    else:
        colour = _pattern(generator)
    return torch.cat([colour.clamp(0, 1), _leaves(generator)])


def _crop(photographs: list[Tensor], generator: torch.Generator) -> Tensor:
    photo = photographs[int(torch.randint(len(photographs), (), generator=generator))]
    a, x, y = torch.rand(3, generator=generator).tolist()
    side = int(min(photo.shape[1:]) * (0.25 + 0.75 * a))
    top, left = int(y * (photo.shape[1] - side)), int(x * (photo.shape[2] - side))
    part = photo[None, :, top : top + side, left : left + side]
    return interpolate(part, (SIDE, SIDE), mode="bilinear", antialias=True)[0] / 2 + 0.5


def _plaster(generator: torch.Generator) -> Tensor:
    """One colour with faint clouds."""
    return _colour(generator) + 0.06 * noise(generator, 3 + 20 * float(torch.rand((), generator=generator)))


def _colour(generator: torch.Generator) -> Tensor:
    """[3,1,1], mostly pale or earthy."""
    grey, *tint = torch.rand(4, generator=generator).tolist()
    return (0.2 + 0.7 * grey + 0.35 * (torch.tensor(tint) - 0.5) * (1.2 - grey)).view(3, 1, 1)


def noise(generator: torch.Generator, cells: float, side: int = SIDE) -> Tensor:
    """[1,side,side] smooth noise in about -1..1 with `cells` bumps along a side."""
    small = torch.randn(1, 1, *[max(2, round(cells))] * 2, generator=generator)
    return interpolate(small, (side, side), mode="bicubic", align_corners=True)[0] * 0.6


def _pattern(generator: torch.Generator) -> Tensor:
    """Tiles, bricks, boards or stripes in two colours, each piece of its own shade."""
    kind, columns, rows, joint, shade = torch.rand(5, generator=generator).tolist()
    one, other = _colour(generator), _colour(generator)
    v, u = torch.meshgrid(*[torch.arange(SIDE) / SIDE] * 2, indexing="ij")
    columns, rows = 2 + int(8 * columns), 2 + int(8 * rows)
    if kind < 0.35:  # bricks
        columns, rows = max(2, columns // 2), 2 * rows
        u = u + 0.5 / columns * ((v * rows).long() % 2)
    elif kind < 0.6:  # boards
        columns = 1
    piece_u, piece_v = u * columns, v * rows
    shades = torch.rand(rows + 1, columns + 2, generator=generator) - 0.5
    shades = shades[piece_v.long(), piece_u.long()]
    inside = torch.minimum(*(0.5 - (piece.frac() - 0.5).abs() for piece in (piece_u, piece_v)))
    if kind < 0.75:
        width = 0.02 + 0.06 * joint
        picture = torch.where(inside < width, other, one * (1 + (0.2 + 0.5 * shade) * shades))
    elif kind < 0.88:  # chequers
        picture = torch.where((piece_u.long() + piece_v.long()) % 2 == 0, one, other)
    else:  # stripes
        picture = torch.lerp(one, other, (0.5 + 0.5 * torch.sin(2 * math.pi * piece_u))[None])
    return picture + 0.05 * noise(generator, 24)


def _leaves(generator: torch.Generator) -> Tensor:
    """[1,SIDE,SIDE] 1 where solid: a ragged crown in the middle with gaps."""
    v, u = torch.meshgrid(*[torch.linspace(-1, 1, SIDE)] * 2, indexing="ij")
    crown = 0.9 - torch.hypot(u, v) + 0.25 * noise(generator, 6)[0]
    gaps = noise(generator, 22)[0] + 0.5
    return ((crown > 0) & (gaps > 0)).float()[None]
