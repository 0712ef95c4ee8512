"""A sound value for every input of every node, tiny, so that a node runs in milliseconds."""
from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

import make_tiny_model
import native_model
import tiny
from synthetic_room import look, see
from umt5 import umt5
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.lift import lift
from worldstereo.core.depth.depth import Depth
from worldstereo.core.memory.stereo.bank import add_clip, new_bank
from worldstereo.core.memory.stereo.references import References
from worldstereo.core.panorama.views import ring_directions, views
from worldstereo.core.pictures import to_frames
from worldstereo.core.surface.make import MeshSettings, mesh_of_views
from worldstereo.core.world.clip_list import Clip

WIDGETS = {"INT", "FLOAT", "BOOLEAN", "STRING"}
# Instead of defaults that are large, that are to be filled in, or that need other files.
PLAIN = {"frames": 3, "width": tiny.WIDTH, "height": tiny.HEIGHT, "steps": 2, "guidance": 1.0,
         "download": False,
         "world": "worlds/new"}
# Where a node takes one of several.
ALTERNATIVES = {"WSKitDepthFromGeometry": ("moge_geometry", "da3_geometry"),
                "WSKitPointCloudFromPanorama": ("moge_geometry", "depth_image", "view_depths"),
                "WSKitApplyStereoMemory": ("start_image", "references"),
                "WSKitMeshFromMemory": ("memory_bank", "trajectory")}
KEYS = json.dumps({
    "version": 1, "interpolation": "smooth", "look": "target", "target": [0, 0, 1], "locked": True, "keys": [
        {"time": 0, "position": [0, 0, 0], "rotation": [0, 0, 0, 1], "zoom": 1, "ease": "in"},
        {"time": 0.4, "position": [0.1, 0, 0], "rotation": [0, -0.1, 0, 1], "zoom": 1, "ease": "none"},
        {"time": 1, "position": [0.2, -0.1, 0.1], "rotation": [0, -0.2, 0, 1], "zoom": 1.5, "ease": "none"}]})
# Where several belong together: all of them, if the first is there.
TOGETHER = [("reference_images", "reference_trajectory", "reference_mask"), ("render", "mask"),
            ("view_depths", "trajectory")]


def sound_values(root: Path) -> dict[Any, Any]:
    """{socket, or (node, input) where that needs another one: value}. A VAE is written below root."""
    poses = torch.stack([look([0.1 * i, 0, -1], 4.0 * i) for i in range(tiny.FRAMES)])
    photos, depth = see(poses, tiny.HEIGHT, tiny.WIDTH)
    depth = Depth(depth.depth, depth.valid, depth.K.contiguous(), depth.w2c, depth.unit)
    first = Depth(depth.depth[:1], depth.valid[:1], depth.K[:1], depth.w2c[:1], depth.unit)
    path = Trajectory(depth.w2c, depth.K, tiny.WIDTH, tiny.HEIGHT, name="left", unit=depth.unit)
    mask = (photos[..., 0] > 0.5).float()
    cloud = lift(photos[:1], first)
    start = new_bank(to_frames(photos[:1]), path, "start")
    mesh = mesh_of_views(photos, depth, MeshSettings(0.2))
    rendered = Clip("view0/up", path, "a room", "left/0002", photos, mask)
    moge = {"image": photos, "mask": depth.valid, "depth": depth.depth,
            "intrinsics": depth.K / torch.tensor([tiny.WIDTH, tiny.HEIGHT, 1])[:, None]}
    da3 = {"image": photos, "depth": depth.depth, "intrinsics": depth.K[None],
           "extrinsics": depth.w2c[None, :, :3], "sky": torch.zeros_like(depth.depth)}
    return {
        "IMAGE": photos, "MASK": mask, "WSKIT_TRAJECTORY": path, "WSKIT_DEPTH": depth,
        "WSKIT_POINT_CLOUD": replace(cloud, clip=torch.arange(len(cloud.points), dtype=torch.int32) % 2),
        "WSKIT_MEMORY_BANK": add_clip(start, to_frames(photos), path, "left", 2),
        "WSKIT_REFERENCES": References(to_frames(photos[1:]), path.w2c[1:], path.K[1:], (0, 1),
                                       unit=path.unit),
        "WSKIT_TRAJECTORY_LIST": (Clip("left", path), rendered), "WSKIT_MESH": mesh,
            ("WSKitSaveScene", "trajectories"): (rendered,),
        "EXTRINSICS": path.w2c, "INTRINSICS": path.K, "MOGE_GEOMETRY": moge, "DA3_GEOMETRY": da3,
        "LOAD3D_CAMERA": {"position": {"x": 1.0, "y": 1.0, "z": 3.0},
                          "target": {"x": 0.0, "y": 0.0, "z": 0.0},
                          "zoom": 1, "cameraType": "perspective", "fov": 50.0},
        "LOAD3D_MODEL_INFO": {"position": {"x": 0, "y": 0, "z": 0}, "scale": {"x": 1, "y": 1, "z": 1},
                              "quaternion": {"x": 0, "y": 0, "z": 0, "w": 1}},
        "CLIP": umt5(), "CLIP_VISION": None, "UNIQUE_ID": "1",
        ("WSKitTrajectoryToCameraEmbedding", "trajectory"): Trajectory(
            path.w2c[[0, 1, 2, 1, 0]], path.K[[0] * 5], tiny.WIDTH, tiny.HEIGHT, unit=depth.unit),
        ("WSKitCameraTrajectory", "depth"): first, ("WSKitPlaceDepth", "depth"): first,
        ("WSKitBuildWorld", "depth"): first,
        ("WSKitEditTrajectory", "depth"): first, ("WSKitEditTrajectory", "keys"): KEYS,
        ("WSKitUpdateMemoryBank", "clip_name"): "right", ("WSKitAddTrajectory", "name"): "right",
        ("WSKitAddTrajectory", "start_frame"): "", ("WSKitNewMemoryBank", "clip_name"): "start",
        ("WSKitBankFrame", "frame"): "start", ("WSKitRetrieveReferences", "shortcut"): "none",
        ("WSKitRetrieveReferences", "image_features"): "built-in",
        ("WSKitBuildWorld", "order"): "as listed",
        ("WSKitLoadWorld", "world"): "sound", ("WSKitLoadWorldClip", "world"): "sound",
        ("WSKitDepthFromImage", "image"): depth.depth[..., None].repeat(1, 1, 1, 3),
        ("WSKitDepthFromImage", "scale"): 1.0, ("WSKitSaveScene", "memory_bank"): start,
        **_of_models(root), **_of_panoramas()}


def _of_models(root: Path) -> dict[Any, Any]:
    import comfy.clip_vision
    import comfy.sd
    import comfy.utils

    from worldstereo.nodes import bridge

    model = native_model.model_of("memory-dmd", None)
    positive, _ = native_model.conditioning()
    seen = comfy.clip_vision.Output()
    seen.penultimate_hidden_states = torch.zeros(1, 257, tiny.WAN["image_dim"])
    vae = comfy.sd.VAE(sd=comfy.utils.load_torch_file(str(make_tiny_model.write_vae(root))))
    return {"MODEL": native_model.with_memories(model), "VAE": vae, "CONDITIONING": positive,
            "LATENT": {"samples": torch.zeros(tiny.LATENT)}, "CLIP_VISION_OUTPUT": seen,
            ("WSKitApplyStereoMemory", "model"): native_model.model_of("memory", None),
            ("WSKitUseSeveralGpus", "model"): bridge.load_model(make_tiny_model.write_model(root), None),
            ("any", "model"): [native_model.model_of("camera", None),
                               SimpleNamespace(model=torch.nn.Linear(1, 1)),
                               None],
            ("any", "vae"): [SimpleNamespace(first_stage_model=torch.nn.Linear(1, 1), latent_channels=4),
                             SimpleNamespace(), None]}


def _of_panoramas() -> dict[Any, Any]:
    rows, columns = torch.meshgrid(torch.linspace(0, 1, 32), torch.linspace(0, 1, 64), indexing="ij")
    panorama = torch.stack([rows, columns, 1 - rows], -1)[None]
    distance = (2 + rows)[None]
    ring = views(ring_directions(4, 0.0, 0.0), 32, 16, 120.0, 90.0, "ring")
    depth = Depth(torch.full((4, 16, 32), 2.0), torch.ones(4, 16, 32, dtype=torch.bool), ring.K, ring.w2c,
                  ring.unit)
    cloud = "WSKitPointCloudFromPanorama"
    return {("WSKitPanoramaViews", "panorama"): panorama, ("WSKitPanoramaViews", "count"): 4,
            (cloud, "panorama"): panorama, (cloud, "depth_image"): distance[..., None].repeat(1, 1, 1, 3),
            (cloud, "view_depths"): depth, (cloud, "trajectory"): ring,
            (cloud, "moge_geometry"): {"depth": distance, "mask": distance > 0, "image": panorama},
            ("WSKitViewsToPanorama", "views"): panorama[:, :16, :32].repeat(4, 1, 1, 1),
            ("WSKitViewsToPanorama", "trajectory"): ring, ("WSKitViewsToPanorama", "height"): 32}


def sockets_of(cls: type) -> dict[str, tuple[str, Any, dict]]:
    """{input: (required, optional or hidden; socket or choices; options)} of a node."""
    return {name: (group, entry, {}) if isinstance(entry, str) else (group, entry[0], (*entry, {})[1])
            for group, inputs in cls.INPUT_TYPES().items() for name, entry in inputs.items()}


def sound_inputs(node: str, cls: type, values: dict[Any, Any], rng: random.Random) -> dict[str, Any]:
    """What a workflow could give to the node; optional inputs come and go."""
    sockets, inputs = sockets_of(cls), {}
    for name, (group, kind, options) in sockets.items():
        if kind != "DYNPROMPT" and (group != "optional" or rng.random() < 0.65):
            inputs[name] = _sound(node, name, kind, options, values, rng)
    one_of = ALTERNATIVES.get(node, ())
    if one_of:
        taken = rng.choice(one_of)
        inputs = {name: value for name, value in inputs.items() if name not in one_of}
        inputs[taken] = _sound(node, taken, *sockets[taken][1:], values, rng)
    for names in TOGETHER:
        if all(sockets.get(name, ("",))[0] == "optional" for name in names):
            both = {name: _sound(node, name, *sockets[name][1:], values, rng) for name in names}
            inputs = {**inputs, **both} if names[0] in inputs else {
                name: value for name, value in inputs.items() if name not in names}
    if "graph" in sockets:
        inputs["graph"] = _graph(node, [name for name in inputs if str(sockets[name][1]) in values])
    return inputs


def _sound(node: str, name: str, kind: Any, options: dict, values: dict[Any, Any], rng: random.Random) -> Any:
    if (node, name) in values:
        return values[node, name]
    if isinstance(kind, list):
        return rng.choice(kind) if kind else ""
    if kind in WIDGETS:
        value = PLAIN.get(name, options["default"])
        return max(value, options["min"]) if kind in ("INT", "FLOAT") else value
    return values[kind]


def _graph(node: str, linked: list[str]) -> Any:
    from comfy_execution.graph import DynamicPrompt

    return DynamicPrompt({"1": {"class_type": node, "inputs": {name: ["2", 0] for name in linked}},
                          "2": {"class_type": "X", "inputs": {}}})
