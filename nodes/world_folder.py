"""The folder that keeps the finished clips of a world: written clip by clip, read to go on from there."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from ..core.cameras.trajectory import Trajectory
from ..core.cloud.point_cloud import PointCloud
from ..core.files.json_text import parse_json
from ..core.files.paths import inside
from ..core.memory.geometric.packed import rounded
from ..core.memory.stereo.bank import MemoryBank
from ..core.pictures import frames_to_bytes, image_from_bytes, to_frames
from ..core.world import clip_folder, clip_list, world_folder
from ..core.world.clip_list import Clip
from . import menu
from .files import changes_of, output_folder
from .sockets import Inputs, Output
from .trajectory_list import FIRST_CLIP

CLOUD = ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud after the clip."})
WORLD = ("STRING", {"default": "worldstereo/world", "tooltip":
                    "Folder of the world below output/. Every finished clip is saved there; in the next run "
                    "it is read instead of made."})
AFTER = ("WSKIT_MEMORY_BANK", {"tooltip":
    "Only for the order of execution: the world is read after this memory bank is made, for example by Save "
    "World."})
OUTPUTS = ("The point cloud after the last clip.", "The memory bank after the last clip.")


class SaveWorld:
    """The state of the world after a clip, in its folder."""

    DESCRIPTION = ("Saves a finished clip with both memories in the folder of a world, complete or not at "
                   "all. Its outputs are what was saved, so that a resumed world equals one made without "
                   "interruption. Build World uses it; in a graph of single clips put one after each clip.")
    SEARCH_ALIASES = ["worldstereo", "store clip", "checkpoint"]
    CATEGORY = menu.WORLD
    RETURN_TYPES = ("WSKIT_POINT_CLOUD", "WSKIT_MEMORY_BANK", "IMAGE", "STRING", "STRING")
    RETURN_NAMES = ("point_cloud", "memory_bank", "frames", "path", "report")
    OUTPUT_TOOLTIPS = ("The cloud, rounded as it was written.", "The bank that came in.",
                       "The frames in 8 bits, as they were written.",
                       "Folder of the clip relative to the output folder, with forward slashes.",
                       "The folder, and whether world.json was damaged and is made anew.")
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
                    "Part of the folder's name that identifies what the clip was made from; Build World "
                    "sets it. Empty = computed from the clip's content."}),
            "facts": ("STRING", {"default": "{}", "advanced": True, "tooltip":
                "Seed and settings in JSON, kept with the clip."}),
        }}

    @classmethod
    def IS_CHANGED(cls, world: str = "", clip_name: str = "", key: str = "",
                   **_: object) -> list[str] | float:
        return change_of_folder(world) if not key else change_of_folder(world, clip_name, key)

    def save(self, frames: Tensor, trajectory: Trajectory, point_cloud: PointCloud, memory_bank: MemoryBank,
             world: str, clip_name: str, key: str = "", facts: str = "{}") -> Output:
        from .bridge.preview import show_clip
        from .bridge.progress import stop_when_cancelled
        # rounded as in the bank, which shares them
        frames = frames_to_bytes(to_frames(frames)).contiguous().cpu()
        clip, path = Clip(clip_name.strip(), trajectory), world_path(world)
        folder = clip_folder.clip_folder(path, clip.name, key or clip_list.digest(clip, frames)[:16])
        point_cloud = rounded(point_cloud)
        state = clip_folder.ClipState(clip.name, frames, trajectory, point_cloud, memory_bank, _facts(facts))
        remark = world_folder.write_clip(folder, state, stop_when_cancelled)
        relative = folder.relative_to(output_folder()).as_posix()
        report = "\n".join(filter(None, [relative, remark]))
        return {"ui": {"text": [report], **show_clip(frames)},
                "result": (point_cloud, memory_bank, image_from_bytes(frames), relative, report)}


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

    DESCRIPTION = ("Loads one finished clip of a world with both memories as they were after it, to "
                   "continue from there. Files that are missing or damaged are named.")
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
        state = clip_folder.read_clip(world_folder.find_clip(world_path(world), clip.strip()))
        return state.cloud, state.bank, image_from_bytes(state.frames), state.trajectory


def _facts(text: str) -> dict:
    """The JSON object in a text; ValueError for anything else."""
    facts = parse_json(text, "facts of 'Save World'", 'write an object like {"seed": 1}')
    if not isinstance(facts, dict):
        raise ValueError(f"facts of 'Save World' is a JSON {type(facts).__name__}; write an object like "
                         f"{{\"seed\": 1}}.")
    return facts


def world_path(world: str) -> Path:
    """The folder of a world below ComfyUI's output folder; ValueError when its name leads out of there."""
    return inside(output_folder(), world.strip(), "The world folder", "is not below ComfyUI's output folder")


def change_of_folder(world: str, clip_name: str = "", key: str = "") -> list[str] | float:
    """What IS_CHANGED returns: another value when a file has changed, and always while there is nothing."""
    folder = world_path(world)
    folder = clip_folder.clip_folder(folder, clip_name, key) if key else folder
    return changes_of(folder.rglob("*")) or float("nan")


NODES = {
    "WSKitSaveWorld": (SaveWorld, "Save World"),
    "WSKitLoadWorld": (LoadWorld, "Load World"),
    "WSKitLoadWorldClip": (LoadWorldClip, "Load World Clip"),
}
