"""Clips that follow each other: where one starts, how its path goes on, and lists of them for Build World."""

from ..core.planning.plan import summary
from ..core.values import require
from ..core.world import clip_start
from ..core.world.clip_list import Clip, add_clip, clip_render, pick_clip
from ..core.world.clip_start import continue_path, with_known_start

CATEGORY = "WorldStereo/world"
BANK = ("WSKIT_MEMORY_BANK", {"tooltip": "The frames so far, from New Memory Bank or Update Memory Bank."})


class ContinueTrajectory:
    """A path that goes on where another one ended."""

    DESCRIPTION = ("Moves a camera path as a whole so that it starts at the last pose of another one, or at a frame of "
                   "the memory bank. The next clip is sampled along it; its first frame is the last one of the clip "
                   "before.")
    SEARCH_ALIASES = ["camera path", "append"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("trajectory", "report")
    OUTPUT_TOOLTIPS = ("The path of the next clip, as many frames as path.", "Number of poses, way and turns.")
    FUNCTION = "move"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "previous": ("WSKIT_TRAJECTORY", {"tooltip": "The path of the clip before, or the camera of a frame from "
                                                         "Frame from Memory Bank. Its size and field of view stay."}),
            "path": ("WSKIT_TRAJECTORY", {"tooltip": "The shape of the next path, e.g. from Camera Trajectory."}),
        }}

    def move(self, previous, path):
        trajectory = continue_path(previous, path)
        return trajectory, summary(trajectory)


class BankFrame:
    """One frame of the bank, to start a clip with."""

    DESCRIPTION = ("Takes the frame of the memory bank that stands where a trajectory starts, or one by its name, as "
                   "the start image of the next clip. The last frame of every clip is in the bank.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("IMAGE", "WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("image", "camera", "name")
    OUTPUT_TOOLTIPS = ("The frame, at the trajectory's size.",
                       "Its camera as a path of one pose, for Continue Trajectory.",
                       "Its name in the bank.")
    FUNCTION = "take"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "memory_bank": BANK,
            "frame": ("STRING", {"default": "", "tooltip":
                      "Name of a frame (left/0020) or of a clip (left), of which it is the last frame. Empty = the "
                      "oldest frame that stands where the trajectory starts."}),
        }, "optional": {"trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
            "The path of the next clip; its first pose has to be that of the frame. Not needed with a name."})}}

    def take(self, memory_bank, frame, trajectory=None):
        frame = frame.strip()
        require(bool(frame) or trajectory is not None,
                "Frame from Memory Bank needs the name of a frame or clip, or the trajectory of the next clip.")
        if trajectory is None:
            entry = clip_start.named_entry(memory_bank, frame)
            camera = clip_start.camera_of(memory_bank, entry)
            return clip_start.start_picture(memory_bank, entry, camera), camera, memory_bank.names[entry]
        entry = clip_start.start_entry(memory_bank, trajectory, frame)
        camera = clip_start.camera_of(memory_bank, entry)
        return clip_start.start_picture(memory_bank, entry, trajectory), camera, memory_bank.names[entry]


class KnownFirstFrame:
    """Frame 0 of a clip is known."""

    DESCRIPTION = ("Puts the start image into frame 0 of a render and clears the hole mask there, as the model was "
                   "trained. For clips that start anywhere; Render Point Cloud does it for the first photograph.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("IMAGE", "MASK")
    RETURN_NAMES = ("render", "mask")
    OUTPUT_TOOLTIPS = ("The render with the start image as frame 0.", "1 = hole, 0 = covered; frame 0 has no holes.")
    FUNCTION = "put"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "render": ("IMAGE", {"tooltip": "From Render Point Cloud, or an official render."}),
            "mask": ("MASK", {"tooltip": "1 = hole, 0 = covered; of the same render."}),
            "start_image": ("IMAGE", {"tooltip": "What the clip starts with; stretched to the render's size."}),
        }}

    def put(self, render, mask, start_image):
        return with_known_start(render[..., :3].float(), mask, start_image)


class AddTrajectory:
    """One more clip in the list for Build World."""

    DESCRIPTION = ("Adds a camera path to the list of clips that Build World makes. Chain several of these nodes. The "
                   "clip starts with the frame of the memory bank that stands where the path starts: the photograph, a "
                   "view of the panorama, or the last frame of an earlier clip.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_TRAJECTORY_LIST",)
    RETURN_NAMES = ("trajectories",)
    OUTPUT_TOOLTIPS = ("The list with this clip at its end.",)
    FUNCTION = "add"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The camera path of the clip."}),
            "name": ("STRING", {"default": "clip1", "tooltip":
                     "Name of the clip, each once: letters, digits, - and _, parts separated by /. Its seed depends on "
                     "it. Official names are view0/traj2 or traj_left."}),
            "prompt": ("STRING", {"default": "", "multiline": True, "tooltip":
                       "What the clip shows, in words; Build World needs clip for it. Empty = the prompt of the "
                       "world."}),
            "start_frame": ("STRING", {"default": "", "tooltip":
                            "Frame (left/0020) or clip (left: its last frame) of the memory bank that the clip starts "
                            "with. Empty = the oldest frame that stands where the path starts."}),
        }, "optional": {
            "trajectories": ("WSKIT_TRAJECTORY_LIST", {"tooltip": "The list so far; not connected = a new list."}),
            "render": ("IMAGE", {"tooltip": "Taken instead of a render of the point cloud, e.g. an official one."}),
            "mask": ("MASK", {"tooltip": "Hole mask of render: 1 = hole, 0 = covered."}),
        }}

    def add(self, trajectory, name, prompt, start_frame, trajectories=(), render=None, mask=None):
        clip = Clip(name.strip(), trajectory, prompt.strip(), start_frame.strip(), render, mask)
        return (add_clip(trajectories, clip),)


class PickTrajectory:
    """One clip out of the list."""

    DESCRIPTION = "Takes one clip out of a list of trajectories, with the render and mask that it may bring."
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "IMAGE", "MASK", "STRING")
    RETURN_NAMES = ("trajectory", "render", "mask", "prompt")
    OUTPUT_TOOLTIPS = ("The camera path; it has the name of the clip.", "The clip's own render, if it has one.",
                       "Hole mask of that render.", "The clip's own prompt, or an empty text.")
    FUNCTION = "pick"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "trajectories": ("WSKIT_TRAJECTORY_LIST", {"tooltip":
                "From Add Trajectory to List or Load Official Scene."}),
            "name": ("STRING", {"default": "", "tooltip": "Name of the clip; empty = the first of the list."}),
        }}

    def pick(self, trajectories, name):
        from dataclasses import replace

        clip = pick_clip(trajectories, name.strip())
        return replace(clip.trajectory, name=clip.name), *clip_render(clip), clip.prompt


NODES = {
    "WSKitContinueTrajectory": (ContinueTrajectory, "Continue Trajectory"),
    "WSKitBankFrame": (BankFrame, "Frame from Memory Bank"),
    "WSKitKnownFirstFrame": (KnownFirstFrame, "Set Known First Frame"),
    "WSKitAddTrajectory": (AddTrajectory, "Add Trajectory to List"),
    "WSKitPickTrajectory": (PickTrajectory, "Pick Trajectory from List"),
}
