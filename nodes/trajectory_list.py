"""The list of clips that Build World makes."""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from ..core.cameras.trajectory import Trajectory
from ..core.world.clip_list import Clip, add_clip, clip_render, pick_clip
from . import menu
from .sockets import Inputs, Socket

FIRST_CLIP = "clip1"
TRAJECTORIES: Socket = ("WSKIT_TRAJECTORY_LIST", {"tooltip":
    "From Add Trajectory to List or Load Official Scene."})


class AddTrajectory:
    """One more clip in the list for Build World."""

    DESCRIPTION = ("Adds a clip (camera path, name, prompt) to the list for Build World; chain one node for "
                   "each clip. Its start image is the frame of the memory bank whose camera equals the "
                   "first pose of the path: the photograph, a panorama view or an earlier clip's last frame.")
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
                       "Text prompt of this clip; connect clip (text encoder) of Build World. Empty = the "
                       "prompt of the world."}),
            "start_frame": ("STRING", {"default": "", "advanced": True, "tooltip":
                            "Frame (left/0020) or clip (left: its last frame) of the memory bank that the "
                            "clip starts with. Empty = the oldest frame whose camera equals the path's first "
                            "pose."}),
        }, "optional": {
            "trajectories": ("WSKIT_TRAJECTORY_LIST", {"tooltip":
                             "The list so far; not connected = a new list."}),
            "render": ("IMAGE", {"tooltip":
                       "Used instead of rendering the point cloud, for example an official render."}),
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
                       "The clip's own render, if it has one.", "Hole mask of that render.",
                       "The clip's own prompt, or an empty text.")
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


NODES = {
    "WSKitAddTrajectory": (AddTrajectory, "Add Trajectory to List"),
    "WSKitPickTrajectory": (PickTrajectory, "Pick Trajectory from List"),
    "WSKitTrajectoriesAsList": (TrajectoriesAsList, "Trajectories as List"),
}
