"""Build World: every clip of a list, one after the other, resumed after an interruption."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import Tensor

from ..core.cloud.point_cloud import PointCloud
from ..core.depth.depth import Depth
from ..core.memory.stereo.bank import MemoryBank
from ..core.memory.stereo.frustum import DEPTHS_TO_FAR, FAR
from ..core.world import clip_folder, clip_list, world_folder
from ..core.world.clip_list import Clip
from . import menu, sockets
from .estimate_depth import EstimateDepth
from .sockets import Inputs, Output, Socket
from .world_folder import OUTPUTS, WORLD, change_of_folder, world_path
from .world_graph import (
    AFTER,
    KEEP,
    MOTION,
    OFFICIAL,
    RENDERED,
    REPORT,
    STANDARD,
    Settings,
    ancestry,
    clips_left,
    expand,
)

if TYPE_CHECKING:
    from comfy_execution.graph import DynamicPrompt

STARTS: dict[str, Socket] = {  # what a world starts from
    "start_image": ("IMAGE", {"tooltip":
                    "The photograph the world starts from, with depth. Or connect both point_cloud and "
                    "memory_bank instead."}),
    "depth": ("WSKIT_DEPTH", {"tooltip":
              f"Depth of the start image. Also sets how far a camera sees in retrieval: {DEPTHS_TO_FAR:g} "
              f"times its median depth; {FAR:g} when it is not connected."}),
    "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud to start from, e.g. of a panorama."}),
    "memory_bank": ("WSKIT_MEMORY_BANK", {"tooltip": "The frames to start from, e.g. views of a panorama."}),
}


class BuildWorld:
    """Makes every clip of a list, one after the other, each knowing those before."""

    DESCRIPTION = ("Makes a world of clips: for each trajectory of the list it renders the point cloud, "
                   "retrieves references, samples, decodes, and updates both memories, with the pack's own "
                   "nodes, so that every step is shown and can be interrupted. The node tells clip, stage "
                   "and about how long it still takes, and plays each clip that is done. Finished clips are "
                   "kept in the world folder and not made again.")
    SEARCH_ALIASES = ["worldstereo", "several clips", "loop"]
    CATEGORY = menu.WORLD
    RETURN_TYPES = ("WSKIT_POINT_CLOUD", "WSKIT_MEMORY_BANK", "IMAGE", "STRING")
    RETURN_NAMES = ("point_cloud", "memory_bank", "frames", "report")
    OUTPUT_TOOLTIPS = (*OUTPUTS, "The key frames of all clips, in the order they were made in.",
                       "The clips with their seeds: kept, made, or found damaged, and whose own prompt is "
                       "not used; first of all whether world.json was damaged.")
    FUNCTION = "build"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        depth_models = EstimateDepth.INPUT_TYPES()["required"]["model_name"][0]
        # goes on to the nodes of each clip; not needed when all are finished
        later = {"rawLink": True, "lazy": True}
        return {"required": {
            "model": ("MODEL", {**later, "tooltip":
                      "From Load WorldStereo Model, without memories applied."}),
            "vae": sockets.with_options(sockets.VAE, **later),
            "trajectories": ("WSKIT_TRAJECTORY_LIST", {"tooltip": "The clips, from Add Trajectory to List."}),
            "world": WORLD,
            "world_seed": sockets.seed("Seed of the world. A clip's own seed follows from it and the clip's "
                                       "name, so that adding a clip does not change the others."),
            "order": (list(clip_list.ORDERS), {"tooltip":
                      "Order of the clips. official: panorama sorts view0/traj2 ... and prefers frames by "
                      "these names; official: reconstruction makes traj_eloop, traj_up, traj_right, "
                      "traj_left."}),
            "cloud_update": ([KEEP, RENDERED, MOTION, *depth_models], {"tooltip":
                             "Depth used to fuse a finished clip into the point cloud. keep: the cloud is "
                             "not updated (released code); depth of the cloud: confirms and recolours "
                             "existing points, fills no holes; camera motion: from parallax, without a "
                             "model; others: a model in models/geometry_estimation."}),
            "max_references": sockets.with_options(sockets.REFERENCES, min=0, tooltip=
                               "Most references of a clip. 0 = no spatial-stereo memory, for the camera "
                               "variant."),
            "radius": sockets.RADIUS,
            "steps": sockets.with_options(sockets.STEPS, advanced=True),
            "guidance": sockets.with_options(sockets.GUIDANCE, advanced=True),
        }, "optional": {
            **STARTS,
            "positive": ("CONDITIONING", {**later, "tooltip":
                         "Prompt of the world, for clips without their own."}),
            "negative": ("CONDITIONING", {**later, "tooltip":
                         "Negative prompt; not used when guidance is 1. Not connected = the one in the "
                         "model's config.json or the empty text, if clip is connected."}),
            "clip": ("CLIP", {**later, "tooltip":
                     "UMT5 text encoder, for clips with their own prompt and for the negative prompt."}),
            "clip_vision": ("CLIP_VISION", {**later, "tooltip":
                "CLIP vision (ViT-H), for the start image of each clip."}),
            "retrieval": ([STANDARD, OFFICIAL], {"advanced": True, "tooltip":
                          f"standard: cameras see as far as depth says, and key frames whose best frame "
                          f"scores below 0.01 get no reference. official: cameras see {FAR:g} units far, and "
                          "every key frame gets a reference, even one that sees nothing of it."}),
        }, "hidden": {"graph": "DYNPROMPT", "unique_id": "UNIQUE_ID"}}

    @classmethod
    def IS_CHANGED(cls, world: str = "", **_: object) -> list[str] | float:
        return change_of_folder(world)

    def build(self, trajectories: tuple[Clip, ...], world: str, world_seed: int, order: str,
              cloud_update: str, max_references: int, radius: float, steps: int, guidance: float,
              graph: DynamicPrompt, unique_id: str, start_image: Tensor | None = None,
              depth: Depth | None = None, point_cloud: PointCloud | None = None,
              memory_bank: MemoryBank | None = None, retrieval: str = STANDARD, **links: Any) -> Output:
        from .bridge.progress import stop_when_cancelled
        from .bridge.world_progress import show_world_progress
        given = graph.get_node(unique_id)["inputs"]
        inputs = {name: value for name, value in given.items() if name not in (AFTER, REPORT)}
        settings = Settings(world, world_seed, order, cloud_update, max_references, radius, steps, guidance,
                            retrieval)
        sources = {name: ancestry(graph, inputs[name]) for name in links.keys() & inputs.keys()
                   if links[name] is not None}
        clips = clip_list.in_order(trajectories, order)
        start = clip_list.digest(start_image, depth, point_cloud, memory_bank, sources, settings.deciding())
        folders = [clip_folder.clip_folder(world_path(world), clip.name, key)
                   for clip, key in zip(clips, clip_list.clip_keys(start, clips))]
        remark = world_folder.note_plan(world_path(world), folders, stop_when_cancelled)
        if graph.get_parent_node_id(unique_id) is not None:  # inside another, which noted the plan
            remark, *done = given[REPORT]
        else:
            done = []
        expanded = expand(clips, folders, inputs, settings, depth, remark, done)
        show_world_progress(graph.get_display_node_id(unique_id), expanded["expand"],
                            clips_left(expanded["expand"], clips))
        return expanded


NODES = {
    "WSKitBuildWorld": (BuildWorld, "Build World"),
}
