"""Whole worlds: built clip by clip, kept in a folder, resumed after an interruption."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import Tensor

from ..core.cameras.trajectory import Trajectory
from ..core.cloud.point_cloud import PointCloud
from ..core.depth.depth import Depth
from ..core.files.paths import inside
from ..core.memory.stereo.bank import MemoryBank
from ..core.memory.stereo.frustum import DEPTHS_TO_FAR, FAR
from ..core.pictures import frames_to_bytes, image_from_bytes, to_frames
from ..core.world import clip_list, world_folder
from ..core.world.clip_list import Clip, add_clip, clip_render, pick_clip
from . import menu, sockets
from .depth import EstimateDepth
from .files import changes_of, output_folder
from .sockets import Inputs, Output
from .world_graph import KEEP, MOTION, RENDERED, Settings, ancestry, expand

if TYPE_CHECKING:
    from comfy_execution.graph import DynamicPrompt

CLOUD = ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud after the clip."})
WORLD = ("STRING", {"default": "worldstereo/world", "tooltip":
                    "Folder of the world below output/. Every finished clip is kept there; queued again, "
                    "finished clips are read instead of made."})
AFTER = ("WSKIT_MEMORY_BANK", {"tooltip":
    "Only to wait: reads the world when this bank is there, e.g. from Save World."})
TRAJECTORIES = ("WSKIT_TRAJECTORY_LIST", {"tooltip":
    "From Add Trajectory to List or Load Official Scene."})
OUTPUTS = ("The point cloud after the last clip.", "The memory bank after the last clip.")
FIRST_CLIP = "clip1"


class AddTrajectory:
    """One more clip in the list for Build World."""

    DESCRIPTION = ("Adds a camera path to the list of clips that Build World makes. Chain several of these "
                   "nodes. The clip starts with the frame of the memory bank that stands where the path "
                   "starts: the photograph, a view of the panorama, or the last frame of an earlier clip.")
    SEARCH_ALIASES = ["camera path", "several clips", "shot list"]
    CATEGORY = menu.WORLD
    RETURN_TYPES = ("WSKIT_TRAJECTORY_LIST",)
    RETURN_NAMES = ("trajectories",)
    OUTPUT_TOOLTIPS = ("The list with this clip at its end.",)
    FUNCTION = "add"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The camera path of the clip."}),
            "name": ("STRING", {"default": FIRST_CLIP, "tooltip":
                     "Name of the clip, each once: letters, digits, - and _, parts separated by /. Its seed "
                     "depends on it. Official names are view0/traj2 or traj_left."}),
            "prompt": ("STRING", {"default": "", "multiline": True, "tooltip":
                       "What the clip shows, in words; Build World needs clip for it. Empty = the prompt of "
                       "the world."}),
            "start_frame": ("STRING", {"default": "", "advanced": True, "tooltip":
                            "Frame (left/0020) or clip (left: its last frame) of the memory bank that the "
                            "clip starts with. Empty = the oldest frame that stands where the path starts."}),
        }, "optional": {
            "trajectories": ("WSKIT_TRAJECTORY_LIST", {"tooltip":
                             "The list so far; not connected = a new list."}),
            "render": ("IMAGE", {"tooltip":
                       "Taken instead of a render of the point cloud, e.g. an official one."}),
            "mask": ("MASK", {"tooltip": "Hole mask of render: 1 = hole, 0 = covered."}),
        }}

    def add(self, trajectory: Trajectory, name: str, prompt: str, start_frame: str,
            trajectories: tuple[Clip, ...] = (), render: Tensor | None = None,
            mask: Tensor | None = None) -> tuple[tuple[Clip, ...]]:
        clip = Clip(name.strip(), trajectory, prompt.strip(), start_frame.strip(), render, mask)
        return (add_clip(trajectories, clip),)


class PickTrajectory:
    """One clip out of the list."""

    DESCRIPTION = "Takes one clip out of a list of trajectories, with the render and mask that it may bring."
    SEARCH_ALIASES = ["camera path", "get clip"]
    CATEGORY = menu.WORLD
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "IMAGE", "MASK", "STRING")
    RETURN_NAMES = ("trajectory", "render", "mask", "prompt")
    OUTPUT_TOOLTIPS = ("The camera path; it has the name of the clip.",
        "The clip's own render, if it has one.",
                       "Hole mask of that render.", "The clip's own prompt, or an empty text.")
    FUNCTION = "pick"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "trajectories": TRAJECTORIES,
            "name": ("STRING", {"default": "", "tooltip":
                     "Name of the clip; empty = the first of the list."}),
        }}

    def pick(self, trajectories: tuple[Clip, ...],
             name: str) -> tuple[Trajectory, Tensor | None, Tensor | None, str]:
        clip = pick_clip(trajectories, name.strip())
        return replace(clip.trajectory, name=clip.name), *clip_render(clip), clip.prompt


class TrajectoriesAsList:
    """The clips one by one, as ComfyUI's own lists."""

    DESCRIPTION = ("Gives the clips of a list of trajectories one by one, as ComfyUI's own lists: the nodes "
                   "behind it run once for each clip. In newer versions of ComfyUI Start Loop takes one of "
                   "these lists.")
    SEARCH_ALIASES = ["loop", "for each", "iterate", "several clips"]
    CATEGORY = menu.WORLD
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING", "STRING", "IMAGE", "MASK")
    RETURN_NAMES = ("trajectory", "name", "prompt", "render", "mask")
    OUTPUT_IS_LIST = (True,) * len(RETURN_TYPES)
    OUTPUT_TOOLTIPS = ("The camera path of every clip; it has the name of the clip.",
                       "The name of every clip.", "The own prompt of every clip, or an empty text.",
                       "The own render of every clip, if it has one.", "The hole mask of that render.")
    FUNCTION = "split"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {"trajectories": TRAJECTORIES}}

    def split(self, trajectories: tuple[Clip, ...]) -> tuple[list[Trajectory], list[str], list[str],
                                                             list[Tensor | None], list[Tensor | None]]:
        renders = [clip_render(clip) for clip in trajectories]
        return ([replace(clip.trajectory, name=clip.name) for clip in trajectories],
                [clip.name for clip in trajectories], [clip.prompt for clip in trajectories],
                [render for render, _ in renders], [mask for _, mask in renders])


class BuildWorld:
    """Makes every clip of a list, one after the other, each knowing those before."""

    DESCRIPTION = ("Makes a world of clips: for each trajectory of the list it renders the point cloud, "
                   "retrieves references, samples, decodes, and updates both memories, with the pack's own "
                   "nodes, so that every step is shown and can be interrupted. Finished clips are kept in "
                   "the world folder and not made again.")
    SEARCH_ALIASES = ["worldstereo", "several clips", "loop"]
    CATEGORY = menu.WORLD
    RETURN_TYPES = ("WSKIT_POINT_CLOUD", "WSKIT_MEMORY_BANK", "IMAGE", "STRING")
    RETURN_NAMES = ("point_cloud", "memory_bank", "frames", "report")
    OUTPUT_TOOLTIPS = (*OUTPUTS, "The key frames of all clips, in the order they were made in.",
                       "The clips with their seeds: kept, made, or found damaged, and whose own prompt is "
                       "not used.")
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
                             "Depth of a finished clip, with which it is worked into the cloud. keep: never, "
                             "as the released code; depth of the cloud: confirms and colours its points, "
                             "fills no holes; camera motion: from the parallax of the clip, without a model, "
                             "see Depth from Camera Motion; others: a model in models/geometry_estimation, "
                             "see Estimate Depth."}),
            "max_references": sockets.with_options(sockets.REFERENCES, min=0, tooltip=
                               "Most references of a clip. 0 = no spatial-stereo memory, for the camera "
                               "variant."),
            "radius": sockets.RADIUS,
            "steps": sockets.with_options(sockets.STEPS, advanced=True),
            "guidance": sockets.with_options(sockets.GUIDANCE, advanced=True),
        }, "optional": {
            "start_image": ("IMAGE", {"tooltip":
                            "The photograph the world starts from, with depth. Or connect both point_cloud "
                            "and memory_bank instead."}),
            "depth": ("WSKIT_DEPTH", {"tooltip":
                f"Depth of the start image. Also says how far cameras see: {DEPTHS_TO_FAR:g} times its "
                f"median; {FAR:g} when it is not connected."}),
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud to start from, e.g. of a panorama."}),
            "memory_bank": ("WSKIT_MEMORY_BANK", {"tooltip":
                            "The frames to start from, e.g. views of a panorama."}),
            "positive": ("CONDITIONING", {**later, "tooltip":
                         "Prompt of the world, for clips without their own."}),
            "negative": ("CONDITIONING", {**later, "tooltip":
                         "Negative prompt; not used when guidance is 1."}),
            "clip": ("CLIP", {**later, "tooltip": "UMT5 text encoder, for clips with their own prompt."}),
            "clip_vision": ("CLIP_VISION", {**later, "tooltip":
                "CLIP vision (ViT-H), for the start image of each clip."}),
        }, "hidden": {"graph": "DYNPROMPT", "unique_id": "UNIQUE_ID"}}

    @classmethod
    def IS_CHANGED(cls, world: str = "", **_: object) -> list[str] | float:
        return change_of_folder(world)

    def build(self, trajectories: tuple[Clip, ...], world: str, world_seed: int, order: str,
              cloud_update: str, max_references: int, radius: float, steps: int, guidance: float,
              graph: DynamicPrompt, unique_id: str, start_image: Tensor | None = None,
              depth: Depth | None = None, point_cloud: PointCloud | None = None,
              memory_bank: MemoryBank | None = None, **links: Any) -> Output:
        from .bridge.progress import stop_when_cancelled
        inputs = graph.get_node(unique_id)["inputs"]
        settings = Settings(world, world_seed, order, cloud_update, max_references, radius, steps, guidance)
        sources = {name: ancestry(graph, inputs[name]) for name in links if links[name] is not None}
        clips = clip_list.in_order(trajectories, order)
        start = clip_list.digest(start_image, depth, point_cloud, memory_bank, sources, settings.deciding())
        folders = [world_folder.clip_folder(world_path(world), clip.name, key)
                   for clip, key in zip(clips, clip_list.clip_keys(start, clips))]
        world_folder.note_plan(world_path(world), folders, stop_when_cancelled)
        return expand(clips, folders, inputs, settings, depth)


class SaveWorld:
    """The state of the world after a clip, in its folder."""

    DESCRIPTION = ("Writes a finished clip, with both memories after it, to the folder of a world: frames, "
                   "cameras, cloud, bank, settings and checksums, complete or not at all. Passes on what was "
                   "written, so that a continued world is the same as an unbroken one. Build World uses it; "
                   "in a graph of single clips put it behind each.")
    SEARCH_ALIASES = ["worldstereo", "store clip", "checkpoint"]
    CATEGORY = menu.WORLD
    RETURN_TYPES = ("WSKIT_POINT_CLOUD", "WSKIT_MEMORY_BANK", "IMAGE", "STRING")
    RETURN_NAMES = ("point_cloud", "memory_bank", "frames", "path")
    OUTPUT_TOOLTIPS = ("The cloud that came in.", "The bank that came in.",
                       "The frames in 8 bits, as they were written.",
                       "Folder of the clip relative to the output folder, with forward slashes.")
    FUNCTION = "save"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "frames": ("IMAGE", {"tooltip": "The decoded key frames of the clip."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path it was sampled along."}),
            "point_cloud": CLOUD,
            "memory_bank": ("WSKIT_MEMORY_BANK", {"tooltip": "The bank after the clip."}),
            "world": WORLD,
            "clip_name": ("STRING", {"default": FIRST_CLIP, "tooltip":
                "Name of the clip in the world, as in the memory bank."}),
        }, "optional": {
            "key": ("STRING", {"default": "", "advanced": True, "tooltip":
                    "What the clip was made of, in short; set by Build World. Empty = by the clip's "
                    "content."}),
            "facts": ("STRING", {"default": "{}", "advanced": True, "tooltip":
                "Seed and settings in JSON, kept with the clip."}),
        }}

    @classmethod
    def IS_CHANGED(cls, world: str = "", clip_name: str = "", key: str = "",
                   **_: object) -> list[str] | float:
        return change_of_folder(world) if not key else change_of_folder(world, clip_name, key)

    def save(self, frames: Tensor, trajectory: Trajectory, point_cloud: PointCloud, memory_bank: MemoryBank,
             world: str, clip_name: str, key: str = "", facts: str = "{}") -> Output:
        from .bridge.progress import stop_when_cancelled
        # rounded as in the bank, which shares them
        frames = frames_to_bytes(to_frames(frames)).contiguous().cpu()
        clip, path = Clip(clip_name.strip(), trajectory), world_path(world)
        folder = world_folder.clip_folder(path, clip.name, key or clip_list.digest(clip, frames)[:16])
        state = world_folder.ClipState(clip.name, frames, trajectory, point_cloud, memory_bank, _facts(facts))
        world_folder.write_clip(folder, state, stop_when_cancelled)
        relative = folder.relative_to(output_folder()).as_posix()
        return {"ui": {"text": [relative]},
                "result": (point_cloud, memory_bank, image_from_bytes(frames), relative)}


class LoadWorld:
    """A world that was built."""

    DESCRIPTION = ("Reads a world that Build World or Save World wrote: both memories after the last "
                   "finished clip, all frames and paths. Build World goes on from there, or memories can be "
                   "exported.")
    SEARCH_ALIASES = ["worldstereo", "resume", "continue"]
    CATEGORY = menu.WORLD
    RETURN_TYPES = ("WSKIT_POINT_CLOUD", "WSKIT_MEMORY_BANK", "IMAGE", "WSKIT_TRAJECTORY_LIST", "STRING")
    RETURN_NAMES = ("point_cloud", "memory_bank", "frames", "trajectories", "report")
    OUTPUT_TOOLTIPS = (*OUTPUTS, "The key frames of all finished clips, in the order they were made in.",
                       "The paths of all finished clips.", "The clips with their seeds.")
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {"world": WORLD}, "optional": {"after": AFTER}}

    @classmethod
    def IS_CHANGED(cls, world: str = "", **_: object) -> list[str] | float:
        return change_of_folder(world)

    def load(self, world: str,
             after: MemoryBank | None = None) -> tuple[PointCloud, MemoryBank, Tensor, tuple[Clip, ...], str]:
        last, frames, clips, report = world_folder.read_world(world_path(world))
        return last.cloud, last.bank, image_from_bytes(frames), clips, report


class LoadWorldClip:
    """A finished clip out of the folder of a world."""

    DESCRIPTION = ("Reads one finished clip of a world with both memories as they were after it, for Build "
                   "World, or to go on from there in another way. Files that are missing or damaged are "
                   "named.")
    SEARCH_ALIASES = ["worldstereo", "resume", "finished clip"]
    CATEGORY = menu.ADVANCED
    RETURN_TYPES = ("WSKIT_POINT_CLOUD", "WSKIT_MEMORY_BANK", "IMAGE", "WSKIT_TRAJECTORY")
    RETURN_NAMES = ("point_cloud", "memory_bank", "frames", "trajectory")
    OUTPUT_TOOLTIPS = ("The cloud after the "
                       "clip.", "The bank after the clip.", "Its key frames.", "Its camera path.")
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "world": WORLD,
            "clip": ("STRING", {"default": "", "tooltip":
                     "Name of the clip, or of its folder. Empty = the one that was made last."}),
        }, "optional": {"after": AFTER}}

    @classmethod
    def IS_CHANGED(cls, world: str = "", **_: object) -> list[str] | float:
        return change_of_folder(world)

    def load(self, world: str, clip: str,
             after: MemoryBank | None = None) -> tuple[PointCloud, MemoryBank, Tensor, Trajectory]:
        state = world_folder.read_clip(world_folder.find_clip(world_path(world), clip.strip()))
        return state.cloud, state.bank, image_from_bytes(state.frames), state.trajectory


def _facts(text: str) -> dict:
    """The JSON object in a text; ValueError for anything else."""
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"facts of Save World is no JSON ({error}); write an object like "
                         f"{{\"seed\": 1}}.") from error
    if not isinstance(facts, dict):
        raise ValueError(f"facts of Save World is a JSON {type(facts).__name__}; write an object like "
                         f"{{\"seed\": 1}}.")
    return facts


def world_path(world: str) -> Path:
    """The folder of a world below ComfyUI's output folder; ValueError when its name leads out of there."""
    return inside(output_folder(), world.strip(), "The world folder", "is not below ComfyUI's output folder")


def change_of_folder(world: str, clip_name: str = "", key: str = "") -> list[str] | float:
    """What IS_CHANGED returns: another value when a file has changed, and always while there is nothing."""
    folder = world_path(world)
    folder = world_folder.clip_folder(folder, clip_name, key) if key else folder
    return changes_of(folder.rglob("*")) or float("nan")


NODES = {
    "WSKitAddTrajectory": (AddTrajectory, "Add Trajectory to List"),
    "WSKitPickTrajectory": (PickTrajectory, "Pick Trajectory from List"),
    "WSKitTrajectoriesAsList": (TrajectoriesAsList, "Trajectories as List"),
    "WSKitBuildWorld": (BuildWorld, "Build World"),
    "WSKitSaveWorld": (SaveWorld, "Save World"),
    "WSKitLoadWorld": (LoadWorld, "Load World"),
    "WSKitLoadWorldClip": (LoadWorldClip, "Load World Clip"),
}
