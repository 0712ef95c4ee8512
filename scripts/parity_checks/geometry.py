"""Points from depth, and the whole single-image path: depth, points, render, conditioning tensors."""
from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from worldstereo.core.cameras.pluecker import pluecker_embedding, stereo_camera_vectors
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import contract_depth, edge_smoothness, lift
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.cloud.render.render import render_points
from worldstereo.core.depth.depth import Depth, depth_from_values
from worldstereo.core.official.scene import resize_clip
from worldstereo.core.picture_fit import start_frame
from worldstereo.core.pictures import frames_to_bytes
from worldstereo.core.sampling.conditioning import nearest_bucket
from worldstereo.core.sampling.single_image import single_image_memories
from worldstereo.core.world.clip_list import Clip

from .case import Case


def check_points(case: Case) -> dict:
    computed = {}
    for config in case.meta["config"]:
        name, inputs = f"{config['i']}.", case.inputs
        depth, image = inputs[name + "depth"][0], inputs[name + "image"]
        valid = depth > 0
        contracted = contract_depth(depth[0], valid[0], config["contract"])
        edge = edge_smoothness(contracted, valid[0], official=True) < config["sobel_threshold"]
        computed |= {name + "depth_contracted": contracted[None, None],
                     name + "boundary_mask": edge[None, None].byte()}
        camera = inputs[name + "K"][:1], inputs[name + "w2cs"][:1]
        cloud = _cloud((image.permute(0, 2, 3, 1) + 1) / 2, depth, valid, camera, config)
        computed[name + "is None"] = (cloud is None, config["returns_none"])
        if cloud:
            computed |= {name + "points": cloud.points, name + "colors": cloud.colors * 2 - 1}
    for fact, value in (("all_zero_depth_returns_none", 0.0), ("nan_depth_returns_none", torch.nan)):
        values, K = torch.full((1, 16, 16), value), torch.tensor([[9.0, 0, 8], [0, 9, 8], [0, 0, 1]])
        computed[fact] = (_refused(lambda: depth_from_values(values, 1.0, K)), case.meta[fact])
    return computed


def _cloud(image: Tensor, depth: Tensor, valid: Tensor, camera: tuple[Tensor, Tensor],
           config: dict) -> PointCloud | None:
    """The cloud, or None where the pack refuses to make one."""
    def make() -> PointCloud:
        return lift(image, Depth(depth, valid, *camera), config["sobel_threshold"], config["contract"],
                    official=True)
    return None if _refused(make) else make()


def _refused(make: Callable[[], object]) -> bool:
    try:
        make()
    except ValueError:
        return True
    return False


def check_single_image(case: Case) -> dict:
    meta = case.meta
    photo, depth, path = _single_image(case)
    height, width = path.height, path.width
    made = single_image_memories(photo, depth, path, meta["render"]["radius"],
                                 meta["render"]["points_per_pixel"], official=True)
    camera_qt, camera_qt_ref = stereo_camera_vectors(path.w2c, made.references.w2c)
    computed = {
        "size": ([height, width], [meta["height"], meta["width"]]),
        "image_u8": frames_to_bytes(photo[None])[0],
        "points": made.cloud.points, "colors": made.cloud.colors * 2 - 1,
        "extrinsics": path.w2c, "intrinsics": path.K,
        "render_video": made.render.transpose(0, 1)[None], "render_mask": made.mask[None, None].byte(),
        "reference_video": made.references.frames.transpose(0, 1)[None],
        "ref_index": torch.tensor(made.references.ref_index),
        "camera_embedding": pluecker_embedding(path.w2c, path.K, height, width),
        "camera_qt": camera_qt, "camera_qt_ref": camera_qt_ref}
    if "hole_fraction" in meta:
        computed["hole fraction"] = (made.mask[1:].mean(), torch.tensor(meta["hole_fraction"]))
    return computed | _renders(made.cloud, path, (photo[None] + 1) / 2, meta["render"])


def _single_image(case: Case) -> tuple[Tensor, Depth, Trajectory]:
    """Photograph [3,h,w] at the clip's size, its depth, and the picked key frames of the path."""
    inputs = case.inputs
    image = inputs["image_u8"][None] / 255
    size = image.shape[1:3]
    height, width = nearest_bucket(*size, case.meta["scale_map"])
    stored = Clip("clip", Trajectory(inputs["w2cs"], inputs["Ks"], size[1], size[0]))
    path = resize_clip(stored, case.meta["nframe"], width, height).trajectory
    depth = depth_from_values(inputs["depth"][None], 1.0, path.K[:1], known=inputs["depth_mask"][None],
                              w2c=path.w2c[:1])
    return start_frame(image, height, width), depth, path


def _renders(cloud: PointCloud, path: Trajectory, start: Tensor, settings: dict) -> dict:
    """The render before it is cut to 8 bits, and one with large points on a coloured background."""
    radius, limit = settings["radius"], settings["points_per_pixel"]
    image, mask, _ = render_path(cloud, path, radius, limit, start.permute(0, 2, 3, 1))
    large = settings["wrapper"]
    computed = {f"render_radius{radius}_k{limit}": image.permute(0, 3, 1, 2) * 2 - 1,
                f"render_mask_radius{radius}_k{limit}": mask[:, None].byte()}
    radius, limit = large["radius"], large["points_per_pixel"]
    image, mask, depth = render_points(cloud.points, cloud.colors * 2 - 1, path.w2c, path.K, path.height,
                                       path.width, radius, limit, torch.tensor(large["background"]))
    layers = _depth_layers(cloud.points, path, radius, limit)
    layers[:, 0] = torch.where(mask > 0, -1.0, depth)  # the renderer gives the nearest layer only
    return computed | {f"wrapper.render_radius{radius}_k{limit}": image.permute(0, 3, 1, 2),
                       "wrapper.mask": mask[:, None].byte(), "wrapper.zbuf": layers}


def _depth_layers(points: Tensor, path: Trajectory, radius: float, count: int) -> Tensor:
    """[F,count,H,W] depth of the nearest points that cover a pixel, in order, -1 where there are fewer."""
    layers = torch.full((path.frames, count, path.height * path.width), -1.0)
    y, x = torch.meshgrid(torch.arange(path.height) + 0.5, torch.arange(path.width) + 0.5, indexing="ij")
    pixels = torch.stack([x, y], 2).view(-1, 1, 2)
    for frame, (w2c, K) in enumerate(zip(path.w2c, path.K)):
        cam = points @ w2c[:3, :3].T + w2c[:3, 3]
        cam = cam[cam[:, 2].argsort(stable=True)]
        cam = cam[cam[:, 2] > 0]
        uv = (cam @ K.T)[:, :2] / cam[:, 2:]
        # [pixels, points]
        covers = ((pixels - uv) ** 2).sum(2) < (radius * min(path.height, path.width) / 2) ** 2
        rank = covers.cumsum(1) - 1
        pixel, point = (covers & (rank < count)).nonzero().unbind(1)
        layers[frame, rank[pixel, point], pixel] = cam[point, 2]
    return layers.unflatten(2, (path.height, path.width))
