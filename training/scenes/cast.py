"""Pictures of a scene with exact depth: rays against solids in plain torch, for any device.

A solid is a unit box, ball or cylinder in its own axes, so one formula gives the part of a ray inside it. A
solid is tried only in the rectangle of the picture that its bounding ball covers. Shadows are soft because a
ray that only grazes a solid, that is, stays inside for a short way, is dimmed only a little.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate, max_pool2d

from ...core.cameras.pinhole import picture_rays
from .scene import BALL, CARD, CYLINDER, Scene, Solids
from .textures import Textures

NEAR = 1e-3
AMBIENT = 0.45  # share of light without the lamp
SOFT = 0.12  # part of the lamp's distance by which a shadow's edge is soft
FAR = 1e6


def cast(
    scene: Scene,
    textures: Textures,
    w2c: Tensor,
    K: Tensor,
    height: int,
    width: int,
) -> tuple[Tensor, Tensor]:
    """Frames [F,3,H,W] in -1..1 and depth [F,H,W] along z, 0 in the sky, of cameras w2c [F,4,4], K
    [F,3,3]."""
    pictures, depths = zip(
        *(_cast_one(scene, textures, pose, own, height, width) for pose, own in zip(w2c, K))
    )
    return torch.stack(pictures) * 2 - 1, torch.stack(depths)


def halve(frames: Tensor, depth: Tensor) -> tuple[Tensor, Tensor]:
    """Frames [F,3,2H,2W] and depth [F,2H,2W] at half the size: mean colours, so that edges are smooth, and
    the nearest depth, 0 where all is sky."""
    near = -max_pool2d(-torch.where(depth > 0, depth, FAR)[:, None], 2)[:, 0]
    return avg_pool2d(frames, 2), torch.where(near < FAR, near, 0.0)


def _cast_one(
    scene: Scene,
    textures: Textures,
    w2c: Tensor,
    K: Tensor,
    height: int,
    width: int,
) -> tuple[Tensor, Tensor]:
    """Picture [3,H,W] in 0..1 and depth [H,W]."""
    c2w = torch.linalg.inv(w2c)
    rays = picture_rays(K, height, width) @ c2w[:3, :3].T  # so long that t is the depth
    eye = c2w[:3, 3]
    best, face = _shell(scene, eye, rays)
    solid = torch.full_like(face, -1)
    for i in range(len(scene.solids.kind)):
        window = _window(scene.solids, i, w2c, K, height, width)
        if window is None:
            continue
        t = _enter(scene.solids, i, textures, eye, rays[window])
        nearer = t < best[window]
        best[window] = torch.where(nearer, t, best[window])
        solid[window] = torch.where(nearer, i, solid[window])
    hit = eye + rays * best[..., None].clamp(max=1e4)
    colour = _shade(scene, textures, hit, rays, best, solid, face, 1 / float(K[0, 0]))
    depth = torch.where(best < FAR, best, 0.0)
    return colour.permute(2, 0, 1), depth


def _shell(scene: Scene, eye: Tensor, rays: Tensor) -> tuple[Tensor, Tensor]:
    """Depth [H,W] of the walls, or of the ground, and which of the six faces is seen; FAR where only sky
    is."""
    x, height, z = scene.shell
    low, high = rays.new_tensor([-x, -height, -z]), rays.new_tensor([x, 0.0, z])
    if not scene.indoors:
        t = torch.where(rays[..., 1] > 1e-6, -eye[1] / rays[..., 1].clamp(min=1e-6), FAR)
        t = torch.where(t < 8 * max(x, z), t, FAR)
        return t, torch.full(t.shape, 3, device=t.device)
    safe = torch.where(rays.abs() < 1e-9, 1e-9, rays)
    leave = torch.where(rays > 0, (high - eye) / safe, (low - eye) / safe)
    t, axis = leave.min(dim=-1)
    positive = rays.gather(-1, axis[..., None])[..., 0] > 0
    return t, 2 * axis + positive


def _window(
    solids: Solids, i: int, w2c: Tensor, K: Tensor, height: int, width: int
) -> tuple[slice, slice] | None:
    """The rows and columns that a solid's bounding ball can cover; None when it lies behind."""
    half = solids.half[i]
    radius = float(half[:2].norm() if solids.kind[i] == CARD else half.norm())
    x, y, z = (w2c[:3, :3] @ solids.centre[i] + w2c[:3, 3]).tolist()
    if z + radius < NEAR:
        return None
    if z < radius * 1.2:
        return slice(0, height), slice(0, width)
    spans = []
    for along, focal, middle, size in ((y, K[1, 1], K[1, 2], height), (x, K[0, 0], K[0, 2], width)):
        ends = [
            float(focal) * (along + s * radius) / (z + e * radius) + float(middle)
            for s in (-1, 1)
            for e in (-1, 1)
        ]
        spans.append(slice(max(0, int(min(ends))), min(size, int(max(ends)) + 1)))
    return None if any(span.start >= span.stop for span in spans) else (spans[0], spans[1])


def _own_axes(solids: Solids, i: int, eye: Tensor, rays: Tensor) -> tuple[Tensor, Tensor]:
    """Origins and rays [...,3] in the axes of solid i, in which it is of half size 1."""
    turn = solids.turn[i]
    c, s, zero, one = turn.cos(), turn.sin(), turn * 0, turn * 0 + 1
    to_own = torch.stack(
        [torch.stack([c, zero, -s]), torch.stack([zero, one, zero]), torch.stack([s, zero, c])]
    )
    return (eye - solids.centre[i]) @ to_own.T / solids.half[i], rays @ to_own.T / solids.half[i]


def _inside(kind: int, start: Tensor, ray: Tensor) -> tuple[Tensor, Tensor]:
    """Where rays [...,3] from start [...,3] enter and leave the unit solid, in ray lengths; empty when enter
    >= leave."""
    safe = torch.where(ray.abs() < 1e-9, 1e-9, ray)
    if kind in (BALL, CYLINDER):
        axes = [0, 1, 2] if kind == BALL else [0, 2]
        d, o = ray[..., axes], start[..., axes]
        a, b, c = (d * d).sum(-1), (d * o).sum(-1), (o * o).sum(-1) - 1
        root = b * b - a * c
        way = root.clamp(min=0).sqrt()
        a = a.clamp(min=1e-12)
        enter = torch.where(root > 0, (-b - way) / a, FAR)
        leave = torch.where(root > 0, (-b + way) / a, -FAR)
        if kind == BALL:
            return enter, leave
        ends = torch.stack([(-1 - start[..., 1]) / safe[..., 1], (1 - start[..., 1]) / safe[..., 1]])
        return torch.maximum(enter, ends.amin(0)), torch.minimum(leave, ends.amax(0))
    one, other = (-1 - start) / safe, (1 - start) / safe
    return torch.minimum(one, other).amax(-1), torch.maximum(one, other).amin(-1)


def _enter(solids: Solids, i: int, textures: Textures, eye: Tensor, rays: Tensor) -> Tensor:
    """Depth at which rays [h,w,3] meet solid i from outside; FAR where they do not."""
    start, ray = _own_axes(solids, i, eye, rays)
    if int(solids.kind[i]) == CARD:
        t = -start[..., 2] / torch.where(ray[..., 2].abs() < 1e-9, 1e-9, ray[..., 2])
        u, v = (start[..., axis] + t * ray[..., axis] for axis in (0, 1))
        on = (t > NEAR) & (u.abs() < 1) & (v.abs() < 1)
        return torch.where(on & (_leaf(solids, i, textures, u, v) > 0.5), t, FAR)
    enter, leave = _inside(int(solids.kind[i]), start, ray)
    return torch.where((enter < leave) & (enter > NEAR), enter, FAR)


def _leaf(solids: Solids, i: int, textures: Textures, u: Tensor, v: Tensor) -> Tensor:
    """How solid card i is at its own coordinates u, v in -1..1."""
    uv = torch.stack([(u + 1) / 2, (v + 1) / 2], -1).flatten(0, -2).clamp(0, 1)
    texture = solids.texture[i].expand(len(uv))
    return textures.look(texture, uv, torch.zeros_like(uv[:, 0])).unflatten(0, u.shape)[..., 3]


def _shade(
    scene: Scene,
    textures: Textures,
    hit: Tensor,
    rays: Tensor,
    t: Tensor,
    solid: Tensor,
    face: Tensor,
    pixel: float,
) -> Tensor:
    """Colours [H,W,3] of what rays [H,W,3] hit. Shadows are computed for every other pixel of every other
    row."""
    size = t.shape
    hit, rays, t, solid, face = (x.flatten(0, 1) for x in (hit, rays, t, solid, face))
    normal, uv, texture, tint, scale = _surface(scene, hit, solid, face)
    facing = (normal * rays).sum(1) / rays.norm(dim=1)
    normal = torch.where(facing[:, None] > 0, -normal, normal)  # cards have two sides
    footprint = pixel * t / scale / facing.abs().clamp(min=0.15).sqrt()
    colour = textures.look(texture, uv, footprint)[:, :3] * tint
    to_light = scene.light - hit
    distance = to_light.norm(dim=1)
    lambert = ((normal * to_light).sum(1) / distance).clamp(min=0)
    if scene.indoors:
        lambert = lambert / (0.6 + 0.12 * distance**2) + 0.15
    some = (x.unflatten(0, size)[::2, ::2].flatten(0, 1) for x in (hit + 0.01 * normal, to_light))
    arrives = _light_that_arrives(scene, *some).view(1, 1, (size[0] + 1) // 2, (size[1] + 1) // 2)
    arrives = interpolate(arrives, scale_factor=2.0)[0, 0, : size[0], : size[1]].flatten()
    lit = AMBIENT + (1.1 - AMBIENT) * lambert * arrives
    colour = (colour * (lit * (1 - 0.12 * normal[:, 1]))[:, None]).clamp(0, 1)
    if not scene.indoors:  # sky and haze
        up = (-rays[:, 1] / rays.norm(dim=1)).clamp(0, 1)[:, None]
        sky = torch.lerp(scene.sky[0], scene.sky[1], up.sqrt())
        haze = (t / (8 * max(scene.shell[0], scene.shell[2]))).clamp(0, 1) ** 2
        colour = torch.lerp(colour, sky, haze[:, None])
    return colour.unflatten(0, size)


def _surface(scene: Scene, hit: Tensor, solid: Tensor, face: Tensor) -> tuple[Tensor, ...]:
    """Normals [N,3], texture coordinates [N,2], textures [N], tints [N,3] and scales [N] at hits [N,3]."""
    axis = face // 2
    normal = torch.nn.functional.one_hot(axis, 3).to(hit)
    uv = _along(hit, axis) / 2.4
    texture, tint = scene.faces[face], scene.face_tints[face]
    scale = torch.full_like(hit[:, 0], 2.4)
    solids = scene.solids
    which = (solid >= 0).nonzero()[:, 0]
    i = solid[which]
    turn, half = solids.turn[i], solids.half[i]
    c, s = turn.cos(), turn.sin()
    p = hit[which] - solids.centre[i]
    own = torch.stack([c * p[:, 0] - s * p[:, 2], p[:, 1], s * p[:, 0] + c * p[:, 2]], 1)
    unit, kind = own / half, solids.kind[i]
    axis = unit.abs().argmax(1)
    axis = torch.where(kind == CARD, 2, axis)
    round_side = (kind == BALL) | ((kind == CYLINDER) & (unit[:, 1].abs() < 0.999))
    flat = (
        torch.nn.functional.one_hot(torch.where((kind == CYLINDER) & ~round_side, 1, axis), 3) * unit.sign()
    )
    curved = unit / half
    curved[:, 1] = torch.where(kind == CYLINDER, 0.0, curved[:, 1])
    n = torch.nn.functional.normalize(torch.where(round_side[:, None], curved, flat.to(hit)), dim=1)
    normal[which] = torch.stack([c * n[:, 0] + s * n[:, 2], n[:, 1], -s * n[:, 0] + c * n[:, 2]], 1)
    around = torch.stack([torch.atan2(own[:, 0], own[:, 2]) * half[:, 0], own[:, 1]], 1)
    plane = _along(own, torch.where(kind == CYLINDER, 1, axis))
    plane = torch.where((kind == CARD)[:, None], own[:, :2] + half[:, :2], plane)
    on = torch.where(round_side[:, None], around, plane)
    uv[which] = on / solids.scale[i][:, None]
    texture[which], tint[which], scale[which] = solids.texture[i], solids.tint[i], solids.scale[i]
    return normal, uv, texture, tint, scale


def _along(place: Tensor, axis: Tensor) -> Tensor:
    """The two coordinates [N,2] along a face across `axis` [N]; the second one is the vertical where there is
    one."""
    first = torch.where(axis == 0, place[:, 2], place[:, 0])
    second = torch.where(axis == 1, place[:, 2], place[:, 1])
    return torch.stack([first, second], 1)


def _light_that_arrives(scene: Scene, places: Tensor, to_light: Tensor) -> Tensor:
    """0..1 [N] of the lamp's light at places [N,3]."""
    arrives = torch.ones_like(places[:, 0])
    for i in range(len(scene.solids.kind)):
        kind = int(scene.solids.kind[i])
        start, ray = _own_axes(scene.solids, i, places, to_light)
        if kind == CARD:
            enter, leave = _inside(BALL, start, ray)
            strength = 0.45
        else:
            enter, leave = _inside(kind, start, ray)
            strength = 1.0
        way = (torch.minimum(leave, leave.new_ones(())) - enter.clamp(min=0)).clamp(min=0)
        length = way * to_light.norm(dim=1)
        soft = SOFT * (0.3 + (enter.clamp(0, 1) * to_light.norm(dim=1)).clamp(max=2))
        arrives = arrives * (1 - strength * (length / soft).clamp(max=1))
    return arrives
