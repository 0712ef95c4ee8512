"""The camera path for other camera-controlled video models."""

from __future__ import annotations

from torch import Tensor

from ..core.cameras.fun_camera import camera_embedding
from ..core.cameras.trajectory import Trajectory
from . import menu, sockets
from .sockets import Inputs


class TrajectoryToCameraEmbedding:
    """Any path for Wan Fun Camera, instead of the nine of ComfyUI's own node."""

    DESCRIPTION = ("Turns a camera path into the camera rays that Wan 2.1 and 2.2 Fun Camera models take, as "
                   "ComfyUI's WanCameraEmbedding does for its nine movements.")
    SEARCH_ALIASES = ["fun camera", "camera control", "plucker", "wancameraembedding", "wan 2.2"]
    CATEGORY = menu.CAMERA
    RETURN_TYPES = ("WAN_CAMERA_EMBEDDING", "INT", "INT", "INT")
    RETURN_NAMES = ("camera_embedding", "width", "height", "length")
    OUTPUT_TOOLTIPS = ("For camera_conditions of WanCameraImageToVideo.", "Width of the path's pictures.",
                       "Height of the path's pictures.", "Number of frames.")
    FUNCTION = "convert"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
                           "The path, one pose for every frame of the video: 81, not 21."}),
            "scale": sockets.factor(step=0.01, tooltip=
                                    "Positions are multiplied by it. ComfyUI's own movements go 1.5 far in "
                                    "the whole video, its zooms 3."),
        }}

    def convert(self, trajectory: Trajectory, scale: float) -> tuple[Tensor, int, int, int]:
        return camera_embedding(trajectory, scale), trajectory.width, trajectory.height, trajectory.frames


NODES = {
    "WSKitTrajectoryToCameraEmbedding": (TrajectoryToCameraEmbedding, "Trajectory to WAN_CAMERA_EMBEDDING"),
}
