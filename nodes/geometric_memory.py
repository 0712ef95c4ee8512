"""The global-geometric memory: a point cloud that the model sees, grown clip by clip, kept in a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from torch import Tensor

from ..core.cameras.trajectory import Trajectory
from ..core.cloud.point_cloud import PointCloud
from ..core.depth.depth import Depth, with_cameras_of
from ..core.memory.geometric.file import load_cloud, save_cloud
from ..core.memory.geometric.update import ALIGNMENTS, UpdateSettings, choose_frames, remove_clip, update
from ..core.memory.stereo.bank import FRAMES_PER_CLIP
from ..core.pictures import rgb, to_frames
from . import menu, sockets
from .files import change_of, file_complaint, stored_files, stored_path, write_new
from .sockets import Inputs, Output

if TYPE_CHECKING:
    from comfy.model_patcher import ModelPatcher
    from comfy.sd import VAE

ENDING = "cloud.safetensors"


class ApplyGeometricMemory:
    """The rendered point cloud controls camera and coarse structure."""

    DESCRIPTION = ("Gives the model the rendered point cloud, its hole mask and the camera rays through the "
                   "control branch. Works on a clone: the MODEL that comes in stays as it was. Render and "
                   "mask may be painted over before.")
    SEARCH_ALIASES = ["worldstereo", "camera control", "uni3c", "controlnet", "3d cache"]
    CATEGORY = menu.GEOMETRIC_MEMORY
    RETURN_TYPES = ("MODEL",)
    RETURN_NAMES = ("model",)
    OUTPUT_TOOLTIPS = ("The model with this clip's global-geometric memory.",)
    FUNCTION = "apply"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "model": sockets.MODEL,
            "vae": sockets.VAE,
            "render": ("IMAGE", {
                "tooltip": "One rendered frame per key frame, from Render Point Cloud; holes mid-grey."}),
            "mask": ("MASK", {"tooltip":
                     "1 = hole, where the model invents; 0 = covered. From Render Point Cloud."}),
            "trajectory": sockets.CLIP_PATH,
            "strength": ("FLOAT", {"default": 1.0, "min": 0.0, "max": 4.0, "step": 0.05, "tooltip":
                         "Multiplies what the control branch adds. 1 = as trained, 0 = no control."}),
            "start_percent": sockets.fraction(0.0,
                              "Part of the sampling at which the memory begins to act; 0 = the first "
                              "step.", advanced=True),
            "end_percent": sockets.fraction(1.0,
                            "Part of the sampling at which the memory stops acting; 1 = the last "
                            "step.", advanced=True),
        }}

    def apply(self, model: ModelPatcher, vae: VAE, render: Tensor, mask: Tensor, trajectory: Trajectory,
              strength: float, start_percent: float, end_percent: float) -> tuple[ModelPatcher]:
        from ..core.sampling.controls import geometric_control
        from . import bridge
        bridge.worldstereo(model)
        control = geometric_control(bridge.key_frame_vae(vae), to_frames(render), mask, trajectory, strength,
                                    start_percent, end_percent, bridge.progress_bar(len(render)))
        return (bridge.with_memory(model, control),)


class UpdateGeometricMemory:
    """Fuses a finished clip into the point cloud."""

    DESCRIPTION = ("Fuses the frames of a finished clip into the point cloud: depth is aligned to the "
                   "cloud, points seen again are averaged, holes are filled, and points that the new frames "
                   "see through lose confidence until they are removed. The photograph stays as it is.")
    SEARCH_ALIASES = ["worldstereo", "fuse point cloud", "add to point cloud", "reconstruct"]
    CATEGORY = menu.GEOMETRIC_MEMORY
    RETURN_TYPES = ("WSKIT_POINT_CLOUD", "INT", "STRING")
    RETURN_NAMES = ("point_cloud", "clip", "report")
    OUTPUT_TOOLTIPS = ("The grown cloud; the one that came in stays as it was.",
                       "Number of the clip, to take it out again with Remove Clip from Point Cloud.",
                       "Overlap, scale and residual of every frame, and why a frame was left out.")
    FUNCTION = "update"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud that the clip was rendered from."}),
            "frames": ("IMAGE", {"tooltip":
                       "The decoded frames of the clip, of the size of the depth maps."}),
            "depth": ("WSKIT_DEPTH", {"tooltip":
                      "One depth map for each frame, of any scale unless align is none."}),
            "align": ([*ALIGNMENTS], {"tooltip":
                      "How the depth of each frame is aligned to the point cloud. scale: metric or "
                      "consistent depth up to a factor; scale and shift: relative depth; none: measured "
                      "depth in the unit of the cloud."}),
            "use_frames": ("INT", {"default": FRAMES_PER_CLIP, "min": 0, "max": 1000, "tooltip":
                           "How many frames, evenly spread and without the first, are fused: "
                           f"{FRAMES_PER_CLIP} as in the official code. 0 takes all, the first too."}),
            "max_points": ("INT", {"default": UpdateSettings.max_points, "min": 1000, "max": 50_000_000,
                                   "advanced": True, "tooltip":
                           "A larger point cloud is thinned to the most confident point of each voxel."}),
            "remove_points": ("BOOLEAN", {"default": UpdateSettings.prune, "advanced": True, "tooltip":
                              "Removes points that have lost all confidence, such as specks hanging in the "
                              "air."}),
        }, "optional": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
                           "The path the clip was made along: one pose for each frame. Not needed when "
                           "depth has its cameras."}),
            "keep_photo": ("BOOLEAN", {"default": True, "advanced": True, "tooltip":
                           "The photograph's points keep their place and colour, and no points are added "
                           "over them or in front of them. Switch it off where the frames are photographs "
                           "too, or their depth is better than the start image's."}),
        }}

    def update(self, point_cloud: PointCloud, frames: Tensor, depth: Depth, align: str, use_frames: int,
               max_points: int, remove_points: bool, trajectory: Trajectory | None = None,
               keep_photo: bool = True) -> tuple[PointCloud, int, str]:
        from .bridge import progress_bar
        if trajectory is not None:
            depth = with_cameras_of(depth, trajectory)
        frames, depth = choose_frames(rgb(frames), depth, use_frames)
        settings = UpdateSettings(align, prune=remove_points, max_points=max_points, keep_photo=keep_photo)
        progress = progress_bar(len(frames), lambda done: frames[done - 1])
        cloud, report = update(point_cloud, frames, depth, settings, progress)
        return cloud, report.clip, str(report)


class RemoveClip:
    """Takes the points of one clip out again."""

    DESCRIPTION = ("Removes the points that one clip added to the point cloud. What the clip did to older "
                   "points (their mean position, colour and confidence) stays.")
    SEARCH_ALIASES = ["undo clip", "delete clip"]
    CATEGORY = menu.ADVANCED
    RETURN_TYPES = ("WSKIT_POINT_CLOUD",)
    RETURN_NAMES = ("point_cloud",)
    OUTPUT_TOOLTIPS = ("The cloud without these points.",)
    FUNCTION = "remove"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "A cloud that clips were worked into."}),
            "clip": ("INT", {"default": 1, "min": 0, "max": 1_000_000, "tooltip":
                     "Number of the clip: 0 is the start image, 1 the first update."}),
        }}

    def remove(self, point_cloud: PointCloud, clip: int) -> tuple[PointCloud]:
        return (remove_clip(point_cloud, clip),)


class SaveGeometricMemory:
    """The point cloud with everything it knows, in a file."""

    DESCRIPTION = ("Saves the point cloud with confidence, view counts and clip numbers to ComfyUI's output "
                   "folder, for Load Global-Geometric Memory. Existing files are kept; every run gets the "
                   "next number.")
    SEARCH_ALIASES = ["store memory", "point cloud file"]
    CATEGORY = menu.GEOMETRIC_MEMORY
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("path",)
    OUTPUT_TOOLTIPS = ("Path of the file relative to the output folder, with forward slashes.",)
    FUNCTION = "save"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud to save."}),
            "filename_prefix": sockets.file_prefix("worldstereo/memory"),
        }}

    def save(self, point_cloud: PointCloud, filename_prefix: str) -> Output:
        return write_new(filename_prefix, ENDING, partial(save_cloud, point_cloud))


class LoadGeometricMemory:
    """A saved point cloud."""

    DESCRIPTION = ("Loads a point cloud that Save Global-Geometric Memory wrote, from ComfyUI's output or "
                   "input folder, so that a world can be continued in another session.")
    SEARCH_ALIASES = ["saved memory", "point cloud file"]
    CATEGORY = menu.GEOMETRIC_MEMORY
    RETURN_TYPES = ("WSKIT_POINT_CLOUD",)
    RETURN_NAMES = ("point_cloud",)
    OUTPUT_TOOLTIPS = ("The cloud as it was saved.",)
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

    def load(self, file: str) -> tuple[PointCloud]:
        return (load_cloud(stored_path(file)),)


NODES = {
    "WSKitApplyGeometricMemory": (ApplyGeometricMemory, "Apply Global-Geometric Memory"),
    "WSKitUpdateGeometricMemory": (UpdateGeometricMemory, "Update Global-Geometric Memory"),
    "WSKitRemoveClip": (RemoveClip, "Remove Clip from Point Cloud"),
    "WSKitSaveGeometricMemory": (SaveGeometricMemory, "Save Global-Geometric Memory"),
    "WSKitLoadGeometricMemory": (LoadGeometricMemory, "Load Global-Geometric Memory"),
}
