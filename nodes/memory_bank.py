"""The memory bank of the spatial-stereo memory: frames with their cameras, and the file they are kept in."""

from __future__ import annotations

from functools import partial

from torch import Tensor

from ..core.cameras.trajectory import Trajectory
from ..core.memory.stereo.bank import FRAMES_PER_CLIP, MemoryBank, add_clip, new_bank
from ..core.memory.stereo.file import load_bank, save_bank
from ..core.pictures import to_frames
from ..core.values import require
from ..core.world import clip_start
from . import menu, sockets
from .files import change_of, file_complaint, stored_files, stored_path, write_new
from .sockets import Inputs, Output

ENDING = "bank.safetensors"
START = "start"  # name of the pictures that a bank begins with


class NewMemoryBank:
    """The bank before the first clip."""

    DESCRIPTION = ("Starts the memory bank of a world from its start image, or from views of known cameras "
                   "such as those of a panorama. The pictures get the size the cameras are for, "
                   "cropped, padded or stretched as the trajectory says.")
    SEARCH_ALIASES = ["worldstereo", "reference frames"]
    CATEGORY = menu.STEREO_MEMORY
    RETURN_TYPES = ("WSKIT_MEMORY_BANK", "STRING")
    RETURN_NAMES = ("memory_bank", "report")
    OUTPUT_TOOLTIPS = ("The bank, for Retrieve References and Update Memory Bank.", "Its size and clips.")
    FUNCTION = "start"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "images": ("IMAGE", {"tooltip":
                       "The start image, or one picture for each camera of the trajectory."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
                           "Cameras of the pictures, e.g. from Panorama to Views. With one picture: any path "
                           "that starts at it; only its first camera is used."}),
            "clip_name": ("STRING", {"default": START, "tooltip":
                          "Name under which the pictures are kept. Official worlds: scene/pano_bank."}),
        }}

    def start(self, images: Tensor, trajectory: Trajectory, clip_name: str) -> tuple[MemoryBank, str]:
        bank = new_bank(to_frames(images), trajectory, clip_name.strip())
        return bank, str(bank)


class UpdateMemoryBank:
    """A finished clip goes into the bank."""

    DESCRIPTION = ("Adds frames of a finished clip to the memory bank: evenly spread, never the first one "
                   "(it is known already), always the last one.")
    SEARCH_ALIASES = ["add to memory bank", "remember clip"]
    CATEGORY = menu.STEREO_MEMORY
    RETURN_TYPES = ("WSKIT_MEMORY_BANK", "STRING")
    RETURN_NAMES = ("memory_bank", "report")
    OUTPUT_TOOLTIPS = ("The grown bank.", "Its size and clips.")
    FUNCTION = "update"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "memory_bank": sockets.BANK,
            "frames": ("IMAGE", {"tooltip": "The decoded key frames of the clip, one for each pose."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path the clip was sampled along."}),
            "keep": ("INT", {"default": FRAMES_PER_CLIP, "min": 1, "max": 1000, "advanced": True, "tooltip":
                     f"How many frames of the clip are kept; {FRAMES_PER_CLIP} as in the official code."}),
            "clip_name": ("STRING", {"default": "", "tooltip":
                          "Name of the clip, each only once in a bank; empty = the trajectory's name. "
                          "Official worlds: view/trajectory, e.g. view0/traj2."}),
        }}

    def update(self, memory_bank: MemoryBank, frames: Tensor, trajectory: Trajectory, keep: int,
               clip_name: str) -> tuple[MemoryBank, str]:
        bank = add_clip(memory_bank, to_frames(frames), trajectory, clip_name.strip(), keep)
        return bank, str(bank)


class BankFrame:
    """One frame of the bank, to start a clip with."""

    DESCRIPTION = ("Takes one frame out of the memory bank as start image of the next clip: the one whose "
                   "camera equals the first pose of the trajectory, or the one named.")
    SEARCH_ALIASES = ["start image", "last frame", "next clip"]
    CATEGORY = menu.STEREO_MEMORY
    RETURN_TYPES = ("IMAGE", "WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("image", "camera", "name")
    OUTPUT_TOOLTIPS = ("The frame, at the trajectory's size.",
                       "Its camera as a path of one pose, for Continue Trajectory.",
                       "Its name in the bank.")
    FUNCTION = "take"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "memory_bank": sockets.BANK,
            "frame": ("STRING", {"default": "", "tooltip":
                      "Name of a frame (left/0020) or of a clip (left), of which it is the last frame. Empty "
                      "= the oldest frame that stands where the trajectory starts."}),
        }, "optional": {"trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
            "The path of the next clip; its first pose has to be that of the frame. Not needed with a "
            "name."})}}

    def take(self, memory_bank: MemoryBank, frame: str,
             trajectory: Trajectory | None = None) -> tuple[Tensor, Trajectory, str]:
        frame = frame.strip()
        require(bool(frame) or trajectory is not None,
                "'Frame from Memory Bank' needs the name of a frame or clip, or the trajectory of the next "
                "clip.")
        if trajectory is None:
            entry = clip_start.named_entry(memory_bank, frame)
            camera = clip_start.camera_of(memory_bank, entry)
            return clip_start.start_picture(memory_bank, entry, camera), camera, memory_bank.names[entry]
        entry = clip_start.start_entry(memory_bank, trajectory, frame)
        camera = clip_start.camera_of(memory_bank, entry)
        return clip_start.start_picture(memory_bank, entry, trajectory), camera, memory_bank.names[entry]


class SaveMemoryBank:
    """The bank in a file."""

    DESCRIPTION = ("Saves the memory bank with its cameras to ComfyUI's output folder, for Load Memory Bank. "
                   "Existing files are kept; every run gets the next number.")
    SEARCH_ALIASES = ["store memory", "reference frames"]
    CATEGORY = menu.STEREO_MEMORY
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("path",)
    OUTPUT_TOOLTIPS = ("Path of the file relative to the output folder, with forward slashes.",)
    FUNCTION = "save"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "memory_bank": ("WSKIT_MEMORY_BANK", {"tooltip": "The bank to save."}),
            "filename_prefix": sockets.file_prefix("worldstereo/memory"),
        }}

    def save(self, memory_bank: MemoryBank, filename_prefix: str) -> Output:
        return write_new(filename_prefix, ENDING, partial(save_bank, memory_bank))


class LoadMemoryBank:
    """A saved bank."""

    DESCRIPTION = ("Loads a memory bank that Save Memory Bank wrote, from ComfyUI's output or input folder, "
                   "so that a world can be continued in another session.")
    SEARCH_ALIASES = ["saved memory", "reference frames"]
    CATEGORY = menu.STEREO_MEMORY
    RETURN_TYPES = ("WSKIT_MEMORY_BANK", "STRING")
    RETURN_NAMES = ("memory_bank", "report")
    OUTPUT_TOOLTIPS = ("The bank exactly as it was saved.", "Its size and clips.")
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {"file": sockets.stored(stored_files(ENDING), f"A file *.{ENDING}")}}

    @classmethod
    def IS_CHANGED(cls, file: str) -> str:
        return change_of(file)

    @classmethod
    def VALIDATE_INPUTS(cls, file: str) -> bool | str:
        return file_complaint(file)

    def load(self, file: str) -> tuple[MemoryBank, str]:
        bank = load_bank(stored_path(file))
        return bank, str(bank)


NODES = {
    "WSKitNewMemoryBank": (NewMemoryBank, "New Memory Bank"),
    "WSKitUpdateMemoryBank": (UpdateMemoryBank, "Update Memory Bank"),
    "WSKitBankFrame": (BankFrame, "Frame from Memory Bank"),
    "WSKitSaveMemoryBank": (SaveMemoryBank, "Save Memory Bank"),
    "WSKitLoadMemoryBank": (LoadMemoryBank, "Load Memory Bank"),
}
