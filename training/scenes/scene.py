"""Scenes by seed: a room with furniture, or an open place with buildings and trees.

World axes are those of a level camera: x right, y DOWN, z forward; the floor is at y = 0, so heights are
negative. Lengths are metres.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

BOX, BALL, CYLINDER, CARD = range(4)


@dataclass(frozen=True, eq=False)
class Solids:
    """P solids. kind [P]; centre [P,3]; half [P,3], half sizes along their own axes; turn [P], about the
    vertical, in radians; texture [P]; tint [P,3]; scale [P], metres that one side of the texture covers."""

    kind: Tensor
    centre: Tensor
    half: Tensor
    turn: Tensor
    texture: Tensor
    tint: Tensor
    scale: Tensor


@dataclass(frozen=True, eq=False)
class Scene:
    """shell     half sizes (x, height, z) of the room or of the place, whose middle is the origin of x and z
    indoors   walls and ceiling are there; otherwise only the ground, and the sky beyond
    faces     [6] textures and tints [6,3] of the shell: -x, +x, ceiling, floor, -z, +z
    light     [3] where the light is; sky [2,3] colours at the horizon and above
    """

    solids: Solids
    shell: tuple[float, float, float]
    indoors: bool
    faces: Tensor
    face_tints: Tensor
    light: Tensor
    sky: Tensor


class Dice:
    """Random numbers of one scene."""

    def __init__(self, seed: int):
        self.generator = torch.Generator().manual_seed(seed)

    def number(self, low: float, high: float) -> float:
        """Between low and high."""
        return low + (high - low) * float(torch.rand((), generator=self.generator))

    def whole(self, low: int, high: int) -> int:
        """low ... high, both included."""
        return int(torch.randint(low, high + 1, (), generator=self.generator))

    def tint(self, spread: float) -> list[float]:
        """Three factors around 1."""
        return [self.number(1 - spread, 1 + spread) for _ in range(3)]


def make_scene(seed: int, textures: int) -> Scene:
    """The scene of a seed, with texture numbers below `textures`."""
    dice = Dice(seed)
    return _room(dice, textures) if dice.number(0, 1) < 0.6 else _place(dice, textures)


def _room(dice: Dice, textures: int) -> Scene:
    x, height, z = dice.number(1.6, 3.5), dice.number(2.3, 3.6), dice.number(2.0, 4.5)
    rows = []
    for _ in range(dice.whole(4, 9)):
        rows.append(_furniture(dice, textures, x, z, height))
    for _ in range(dice.whole(1, 4)):
        rows.append(_picture(dice, textures, x, z, height))
    if dice.number(0, 1) < 0.35:
        rows += _stairs(dice, textures, x, z)
    light = torch.tensor([dice.number(-0.7, 0.7) * x, -0.92 * height, dice.number(-0.7, 0.7) * z])
    return _scene(dice, textures, rows, (x, height, z), True, light)


def _place(dice: Dice, textures: int) -> Scene:
    x, z = dice.number(5, 9), dice.number(5, 9)
    rows = []
    for _ in range(dice.whole(3, 6)):  # buildings at the edge
        half = [dice.number(1.0, 3.0), dice.number(1.0, 3.0), dice.number(1.0, 2.5)]
        angle, far = dice.number(0, 2 * math.pi), dice.number(0.8, 1.2)
        place = [x * far * math.sin(angle), -half[1], z * far * math.cos(angle)]
        rows.append(_row(dice, textures, BOX, place, half, dice.number(-0.4, 0.4), dice.number(1.5, 4)))
    for _ in range(dice.whole(3, 8)):
        rows.append(_furniture(dice, textures, 0.7 * x, 0.7 * z, 2.5))
    for _ in range(dice.whole(2, 6)):
        rows += _tree(dice, textures, x, z)
    if dice.number(0, 1) < 0.35:
        rows += _stairs(dice, textures, 0.6 * x, 0.6 * z)
    light = torch.tensor([dice.number(-30, 30), -40.0, dice.number(-30, 30)])
    return _scene(dice, textures, rows, (x, 30.0, z), False, light)


def _scene(
    dice: Dice,
    textures: int,
    rows: list[list],
    shell: tuple[float, float, float],
    indoors: bool,
    light: Tensor,
) -> Scene:
    kind, centre, half, turn, texture, tint, scale = zip(*rows)
    solids = Solids(
        torch.tensor(kind),
        torch.tensor(centre),
        torch.tensor(half),
        torch.tensor(turn),
        torch.tensor(texture),
        torch.tensor(tint),
        torch.tensor(scale),
    )
    wall = dice.whole(0, textures - 1)
    faces = [
        wall,
        wall if dice.number(0, 1) < 0.6 else dice.whole(0, textures - 1),
        dice.whole(0, textures - 1),
        dice.whole(0, textures - 1),
        wall,
        dice.whole(0, textures - 1),
    ]
    warm = dice.number(-0.15, 0.15)
    above = [0.45 + warm, 0.62, 0.85 - warm]
    sky = torch.tensor([[0.85 + warm / 2, 0.88, 0.9 - warm / 2], above])
    return Scene(
        solids,
        shell,
        indoors,
        torch.tensor(faces),
        torch.tensor([dice.tint(0.1) for _ in range(6)]),
        light,
        sky,
    )


def _row(
    dice: Dice, textures: int, kind: int, centre: list[float], half: list[float], turn: float, scale: float
) -> list:
    return [kind, centre, half, turn, dice.whole(0, textures - 1), dice.tint(0.25), scale]


def _furniture(dice: Dice, textures: int, x: float, z: float, height: float) -> list:
    """A box, ball or cylinder that stands on the floor; sometimes one that hangs or lies on another."""
    kind = (BOX, BOX, BALL, CYLINDER)[dice.whole(0, 3)]
    half = [dice.number(0.12, 0.6), dice.number(0.12, 0.75), dice.number(0.12, 0.5)]
    if kind == BALL:
        half = [half[0] * 0.7] * 3
    if kind == CYLINDER:
        half[0] = half[2] = 0.7 * half[0]
        half[1] *= dice.number(1, 1.6)
    place = [dice.number(-0.85, 0.85) * x, -half[1], dice.number(-0.9, 0.9) * z]
    if dice.number(0, 1) < 0.15:
        place[1] -= dice.number(0.2, 0.5) * height
    return _row(dice, textures, kind, place, half, dice.number(0, math.pi), dice.number(0.6, 2.5))


def _picture(dice: Dice, textures: int, x: float, z: float, height: float) -> list:
    """A flat box on one of the walls."""
    half = [dice.number(0.25, 0.8), dice.number(0.2, 0.6), 0.03]
    up = -dice.number(0.45, 0.65) * height
    side = dice.whole(0, 3)
    along = dice.number(-0.6, 0.6)
    place = [[along * x, up, z], [along * x, up, -z], [x, up, along * z], [-x, up, along * z]][side]
    return _row(dice, textures, BOX, place, half, 0.0 if side < 2 else math.pi / 2, 2 * max(half))


def _stairs(dice: Dice, textures: int, x: float, z: float) -> list:
    steps, rise, tread, width = (
        dice.whole(3, 6),
        dice.number(0.12, 0.2),
        dice.number(0.2, 0.32),
        dice.number(0.4, 0.8),
    )
    turn, left, front = dice.number(-0.5, 0.5), dice.number(-0.6, 0.6) * x, dice.number(0.1, 0.6) * z
    rows = []
    material = _row(dice, textures, BOX, [0.0] * 3, [0.0] * 3, turn, dice.number(0.6, 1.5))
    for i in range(steps):
        away = (i + 0.5) * tread
        place = [left + away * math.sin(turn), -(i + 1) * rise / 2, front + away * math.cos(turn)]
        rows.append([BOX, place, [width, (i + 1) * rise / 2, tread / 2], *material[3:]])
    return rows


def _tree(dice: Dice, textures: int, x: float, z: float) -> list:
    """A trunk with crossed cards of leaves."""
    height, size = dice.number(0.8, 2.0), dice.number(0.5, 1.2)
    at = [dice.number(-0.9, 0.9) * x, dice.number(-0.9, 0.9) * z]
    rows = [_row(dice, textures, CYLINDER, [at[0], -height / 2, at[1]], [0.08, height / 2, 0.08], 0.0, 0.6)]
    crown = _row(dice, textures, CARD, [at[0], -height - 0.5 * size, at[1]], [size, size, 1.0], 0.0, 2 * size)
    crown[5] = [dice.number(0.4, 0.8), dice.number(0.8, 1.2), dice.number(0.3, 0.6)]
    turn = dice.number(0, math.pi)
    return rows + [[*crown[:3], turn + i * math.pi / 3, *crown[4:]] for i in range(3)]
