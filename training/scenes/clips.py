"""Clips with everything that the model is conditioned on, by seed: what a user of the pack would have had.

A camera path from a preset starts at a view of a scene; that view with its exact depth becomes a point cloud
(the pack's `lift`), which is rendered along the path. An earlier clip, along another path from the same view,
fills the memory bank, from which references are retrieved. Cloud and references are spoiled as in the paper:
depth that bleeds over edges, floating points, blurred and recoloured references.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from ...core.cameras.trajectory import Trajectory
from ...core.cloud.lift import lift
from ...core.cloud.point_cloud import PointCloud
from ...core.cloud.render.along_path import render_path
from ...core.depth.depth import Depth
from ...core.memory.stereo.bank import MemoryBank, add_clip, new_bank
from ...core.memory.stereo.references import References
from ...core.memory.stereo.retrieval import retrieve_references
from ...core.pictures import to_frames, to_image
from ...core.planning.plan import plan
from ...core.planning.presets.table import Wish
from ...core.sampling.conditioning import render_video
from .cast import cast, halve
from .scene import Dice, Scene, make_scene
from .textures import Textures

logger = logging.getLogger(__name__)

# Frames, height and width. All as wide, because the model learns how many columns away a reference is. Tall
# clips are short and long ones low, so that a step takes seconds; what is learned of both is to hold for
# long, tall clips.
SHAPES = ((5, 256, 384), (10, 128, 384), (21, 64, 384), (13, 192, 384))
CLEARANCE = 0.2  # metres between the camera and anything
BLEEDING, FLOATERS, EXTRA_VIEWS, BLUR, JITTER = 0.5, 0.1, 0.3, 0.3, 0.5  # how often
TRIES = 40


@dataclass(frozen=True, eq=False)
class View:
    """Frames [F,3,H,W] of a path with their depth [F,H,W] (0 = sky), and both at twice the size."""

    trajectory: Trajectory
    frames: Tensor
    depth: Tensor
    fine_frames: Tensor
    fine_depth: Tensor


@dataclass(frozen=True, eq=False)
class Clip:
    """truth       the clip as the scene really looks
    earlier     the clip that was made before
    cloud       the geometric memory, spoiled
    render      [F,3,H,W] and its hole mask [F,H,W], 1 = hole
    bank        all frames of the stereo memory, spoiled
    references  those retrieved for this clip
    """

    scene: Scene
    truth: View
    earlier: View
    cloud: PointCloud
    render: Tensor
    mask: Tensor
    bank: MemoryBank
    references: References


def make_clip(
    seed: int, textures: Textures, shape: tuple[int, int, int] = SHAPES[0], spoil: bool = True
) -> Clip:
    """The clip of a seed. shape: frames, height, width; spoil: with the faults of real clouds and
    references."""
    frames, height, width = shape
    scene, dice = make_scene(seed, textures.count), Dice(2**32 + seed)
    K = _intrinsics(dice, height, width)
    start, start_frames, start_depth = _start(dice, scene, textures, K, height, width)
    depth = Depth(start_depth, start_depth > 0, _doubled(K)[None], start[None], "m")
    path, other = _two_paths(dice, scene, depth, frames, height, width)
    truth, earlier = (_view(scene, textures, each, start_frames, start_depth) for each in (path, other))
    cloud = _cloud(dice, truth, earlier, spoil)
    image, mask, _ = render_path(cloud, path, start_image=to_image(truth.frames[:1]))
    render = render_video(to_frames(image), truth.frames[0])
    seen = _spoil_references(dice, earlier.frames) if spoil else earlier.frames
    bank = add_clip(new_bank(truth.frames[:1], path, "start"), seen, other, "earlier", keep=frames - 1)
    references, _ = retrieve_references(bank, path)
    return Clip(scene, truth, earlier, cloud, render, mask, bank, references)


def _intrinsics(dice: Dice, height: int, width: int) -> Tensor:
    focal = width / 2 / math.tan(math.radians(dice.number(50, 80)) / 2)
    return torch.tensor([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])


def _doubled(K: Tensor) -> Tensor:
    return K * K.new_tensor([2.0, 2.0, 1.0])[:, None]


def _start(
    dice: Dice,
    scene: Scene,
    textures: Textures,
    K: Tensor,
    height: int,
    width: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """A pose w2c [4,4] with room in front of it, and its frame and depth, both at twice the size."""
    for _ in range(TRIES):
        x, _, z = scene.shell
        yaw, pitch = math.radians(dice.number(-35, 35)), math.radians(dice.number(0, 18))
        c2w = torch.eye(4)
        c2w[:3, :3] = torch.tensor(
            [[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]]
        ) @ torch.tensor(
            [[1, 0, 0], [0, math.cos(pitch), math.sin(pitch)], [0, -math.sin(pitch), math.cos(pitch)]]
        )
        c2w[:3, 3] = torch.tensor(
            [dice.number(-0.6, 0.6) * x, -dice.number(1.0, 1.9), dice.number(-0.85, -0.3) * z]
        )
        if not free(scene, c2w[None, :3, 3]):
            continue
        w2c = torch.linalg.inv(c2w)
        frame, depth = cast(scene, textures, w2c[None], _doubled(K)[None], 2 * height, 2 * width)
        middle = depth[0, height // 2 : -height // 2, width // 2 : -width // 2]
        known = depth[depth > 0]
        if (
            len(known) > 0.3 * depth.numel()
            and known.median() > 1.2
            and (middle > 0).any()
            and middle[middle > 0].quantile(0.1) > 0.7
        ):
            return w2c, frame, depth
    raise ValueError("The scene has no place for a camera; take another seed.")


def free(scene: Scene, places: Tensor) -> bool:
    """Whether none of the places [N,3] is in or near a solid, or outside the shell."""
    x, height, z = scene.shell
    limit = torch.tensor([x, height, z]) * (1.0 if scene.indoors else 1.3) - CLEARANCE
    inside = (places.abs() < limit).all() and (places[:, 1] < -CLEARANCE).all()
    solids = scene.solids
    p = places[:, None] - solids.centre
    c, s = solids.turn.cos(), solids.turn.sin()
    own = torch.stack([c * p[..., 0] - s * p[..., 2], p[..., 1], s * p[..., 0] + c * p[..., 2]], -1)
    return bool(inside) and not bool((own.abs() < solids.half + CLEARANCE).all(-1).any())


def _two_paths(
    dice: Dice,
    scene: Scene,
    depth: Depth,
    frames: int,
    height: int,
    width: int,
) -> tuple[Trajectory, Trajectory]:
    """The clip's path and that of the earlier clip, which overlaps with it more or less."""
    for _ in range(TRIES):
        kind, wish = _move(dice, depth.median)
        path = _path(depth, kind, wish, frames, height, width)
        if path is None or not free(scene, path.c2w[:, :3, 3]):
            continue
        for _ in range(10):
            if dice.number(0, 1) < 0.6:
                other, factor = kind, dice.number(0.6, 1.5)
                second = Wish(
                    wish.angle * factor, wish.elevation + dice.number(-6, 6), wish.distance * factor
                )
            else:
                other, second = _move(dice, depth.median)
            earlier = _path(depth, other, second, frames, height, width)
            if earlier is not None and free(scene, earlier.c2w[:, :3, 3]):
                return path, earlier
    raise ValueError("No path fits into the scene; take another seed.")


def _move(dice: Dice, median: float) -> tuple[str, Wish]:
    """A preset with its wishes, of moderate size."""
    kind = (
        "orbit",
        "orbit",
        "pan",
        "truck",
        "dolly",
        "pedestal",
        "arc",
        "arc",
        "spiral",
        "forward then orbit",
    )[dice.whole(0, 9)]
    side, way = (-1, 1)[dice.whole(0, 1)], (-1, 1)[dice.whole(0, 1)]
    far = dice.number(0.08, 0.35) * median
    far = far * way if kind in ("truck", "pedestal") else far * (way if dice.number(0, 1) < 0.4 else 1)
    return kind, Wish(angle=side * dice.number(8, 35), elevation=dice.number(-3, 12), distance=far)


def _path(depth: Depth, kind: str, wish: Wish, frames: int, height: int, width: int) -> Trajectory | None:
    try:
        return plan(depth, kind, frames, width, height, wish)[0]
    except ValueError as error:
        logger.debug("no path: %s", error)
        return None


def _view(scene: Scene, textures: Textures, path: Trajectory, first: Tensor, first_depth: Tensor) -> View:
    """The frames along a path whose first one is there already, at twice the size."""
    K = _doubled(path.K)
    more, depths = cast(scene, textures, path.w2c[1:], K[1:], 2 * path.height, 2 * path.width)
    frames, depth = torch.cat([first, more]), torch.cat([first_depth, depths])
    return View(path, *halve(frames, depth), frames, depth)


def _cloud(dice: Dice, truth: View, earlier: View, spoil: bool) -> PointCloud:
    """Of the first frame, sometimes with two views of the earlier clip."""
    more = 2 if spoil and dice.number(0, 1) < EXTRA_VIEWS else 0
    numbers = torch.randperm(len(earlier.frames) - 1, generator=dice.generator)[:more] + 1
    frames = torch.cat([truth.fine_frames[:1], earlier.fine_frames[numbers]])
    depth = torch.cat([truth.fine_depth[:1], earlier.fine_depth[numbers]])
    path = earlier.trajectory
    which = torch.cat([torch.zeros(1, dtype=torch.long), numbers])
    valid, threshold = depth > 0, 0.35
    if spoil and dice.number(0, 1) < BLEEDING:
        depth, threshold = _bleed(depth, 2 * dice.whole(1, 3) + 1), 0.0
    K = _doubled(path.K[which])
    cloud = lift(
        to_image(frames), Depth(torch.where(valid, depth, 0.0), valid, K, path.w2c[which], "m"), threshold
    )
    return _with_floaters(dice, cloud, truth) if spoil and dice.number(0, 1) < FLOATERS else cloud


def _bleed(depth: Tensor, size: int) -> Tensor:
    """Depth [F,H,W] smoothed over squares of known pixels: at edges a mixture of near and far."""
    known = (depth > 0).float()
    total, count = (
        avg_pool2d(x[:, None], size, 1, size // 2, count_include_pad=False)[:, 0] for x in (depth, known)
    )
    return total / count.clamp(min=1e-6)


def _with_floaters(dice: Dice, cloud: PointCloud, truth: View) -> PointCloud:
    """A few small clusters of points in the air, in colours of the cloud."""
    generator, count = dice.generator, 60
    known = truth.fine_depth[0] > 0
    c2w = truth.trajectory.c2w[0]
    middle = c2w[:3, 3] + (
        cloud.points[torch.randint(len(cloud.points), (dice.whole(3, 12), 1), generator=generator)]
        - c2w[:3, 3]
    ) * (0.3 + 0.5 * torch.rand(1, generator=generator))
    spread = 0.03 * float(truth.fine_depth[0][known].median())
    points = (middle + spread * torch.randn(len(middle), count, 3, generator=generator)).flatten(0, 1)
    colours = cloud.colors[torch.randint(len(cloud.colors), (len(middle), 1), generator=generator)]
    colours = colours.expand(-1, count, -1).flatten(0, 1)
    return PointCloud(
        torch.cat([cloud.points, points]),
        torch.cat([cloud.colors, colours]),
        cloud.start_w2c,
        cloud.unit,
        start_K=cloud.start_K,
    )


def _spoil_references(dice: Dice, frames: Tensor) -> Tensor:
    """Frames [F,3,H,W], blurred or in other colours now and then."""
    out = []
    for frame in frames:
        if dice.number(0, 1) < BLUR:
            frame = avg_pool2d(frame[None], 3, 1, 1, count_include_pad=False)[0]
        if dice.number(0, 1) < JITTER:
            gain = torch.tensor(dice.tint(0.12)).view(3, 1, 1)
            frame = (frame * gain + dice.number(-0.08, 0.08)).clamp(-1, 1)
        out.append(frame)
    return torch.stack(out)
