"""Pictures on which the VAE is trained: crops of photographs, drawings, and holes as in renders; in -1..1."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample, interpolate


def drawing(height: int, width: int, generator: torch.Generator) -> Tensor:
    """A made-up picture [3,height,width]: a soft backdrop with overlapping plain, soft and striped discs and
    boxes."""
    picture = _smooth(3, height, width, 3, generator)
    rows, columns = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    for _ in range(12):
        x, y, a, b, turn, stripes, *rest = torch.rand(12, generator=generator).tolist()
        angle, size = turn * math.pi, 0.05 + 0.5 * a * a
        u = (columns - 2 * x + 1) * math.cos(angle) + (rows - 2 * y + 1) * math.sin(angle)
        v = (rows - 2 * y + 1) * math.cos(angle) - (columns - 2 * x + 1) * math.sin(angle)
        v = v * (0.4 + 2 * b)
        inside = torch.maximum(u.abs(), v.abs()) < size if rest[0] < 0.5 else u * u + v * v < size * size
        colour = 2 * torch.tensor(rest[1:4]).view(3, 1, 1) - 1
        shade = colour * (1 - 0.4 * rest[4] * (u + v) / (2 * size))
        if stripes < 0.3:
            shade = torch.where(torch.sin(u * (10 + 60 * rest[5])) > 0, shade, -0.5 * colour)
        picture = torch.where(inside, shade, picture)
    return picture.clamp(-1, 1)


def crop(pictures: list[Tensor], height: int, width: int, generator: torch.Generator) -> Tensor:
    """A crop [3,height,width] of a random picture, at 0.4 to 2 of its size, flipped and coloured at
    random."""
    picture = one_of(pictures, generator)
    zoom, x, y, turn = torch.rand(4, generator=generator).tolist()
    half = width / 2 * min(2 ** (1.3 - 2.3 * zoom), min(picture.shape[1] / height, picture.shape[2] / width))
    room = torch.tensor([picture.shape[2] / 2 - half, picture.shape[1] / 2 - half * height / width]).clamp(
        min=0
    )
    place = _window(
        room * torch.tensor([2 * x - 1, 2 * y - 1]), half, 0.4 * (turn - 0.5), height / width, picture
    )
    return recolour(_look(picture, place[None], height, width)[0], generator)


def picture(
    pictures: list[Tensor], size: int, drawn: float, holed: float, generator: torch.Generator
) -> Tensor:
    """[3,size,size] a crop of a photograph; shares `drawn` of them drawings, `holed` with grey holes as in
    renders."""
    made_up, cut = torch.rand(2, generator=generator).tolist()
    out = drawing(size, size, generator) if made_up < drawn else crop(pictures, size, size, generator)
    return out * (1 - holes(size, size, generator)) if cut < holed else out


def one_of(pictures: list[Tensor], generator: torch.Generator) -> Tensor:
    return pictures[int(torch.randint(len(pictures), (), generator=generator))]


def recolour(picture: Tensor, generator: torch.Generator) -> Tensor:
    """Random flip, contrast, brightness, saturation and order of the colours."""
    flip, contrast, bright, colour, *order = torch.rand(7, generator=generator).tolist()
    picture = picture.flip(2) if flip < 0.5 else picture
    picture = picture + 0.6 * colour * (torch.rand(3, 1, 1, generator=generator) - 0.5)
    if colour < 0.3:
        picture = picture[torch.tensor(order).argsort()]
    grey = picture.mean(0, keepdim=True)
    picture = grey + (picture - grey) * (0.5 + 1.5 * colour)
    return (picture * (0.7 + 0.6 * contrast) + 0.4 * (bright - 0.5)).clamp(-1, 1)


def holes(height: int, width: int, generator: torch.Generator) -> Tensor:
    """A hole mask [1,height,width] in 0/1: blobs and slits, a stripe at one side, and specks."""
    share, side, specks, stretch = torch.rand(4, generator=generator).tolist()
    wave = _smooth(1, height, width, 4 + 20 * stretch, generator)
    mask = wave > wave.flatten().quantile(1 - 0.25 * share)
    if side < 0.4:
        mask[:, :, : int(side * width)] = True
    if specks < 0.4:
        mask = mask | (torch.rand(1, height, width, generator=generator) < 0.4 * specks)
    return (mask.flip(2) if stretch < 0.5 else mask).float()


def _smooth(channels: int, height: int, width: int, cells: float, generator: torch.Generator) -> Tensor:
    """Smooth noise [channels,height,width] in about -1..1 that changes over 1/cells of the picture."""
    small = (
        torch.rand(1, channels, max(2, round(cells)), max(2, round(cells)), generator=generator) * 2.6 - 1.3
    )
    return interpolate(small, (height, width), mode="bicubic", align_corners=True)[0]


def _window(centre: Tensor, half: float, angle: float, ratio: float, scene: Tensor) -> Tensor:
    """A turned window of the scene as [2,3], for affine_grid; pixels; ratio height/width."""
    rows, columns = scene.shape[1:]
    c, s = half * math.cos(angle), half * math.sin(angle)
    return (
        torch.tensor([[c, -s * ratio, centre[0]], [s, c * ratio, centre[1]]])
        / torch.tensor([[columns], [rows]])
        * 2
    )


def _look(scene: Tensor, path: Tensor, height: int, width: int) -> Tensor:
    """The scene [C,h,w] through the windows [F,2,3]: [F,C,height,width]."""
    grid = affine_grid(path, (len(path), 1, height, width), align_corners=False)
    return grid_sample(
        scene.expand(len(path), *scene.shape), grid, padding_mode="reflection", align_corners=False
    )
