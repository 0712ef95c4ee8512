"""Camera paths from ComfyUI's 3D viewer."""

from __future__ import annotations

from typing import Any

from ..core.cameras.formats.load3d import VIEWER_FOV
from ..core.cameras.trajectory import Trajectory
from ..core.cloud.point_cloud import PointCloud
from ..core.depth.depth import Depth
from ..core.picture_fit import STRETCH
from ..core.planning.viewer import path_of_viewer, viewer_world
from . import menu, sockets
from .sockets import HEIGHT, MOST_FRAMES, WIDEST_FOV, WIDTH, Inputs


class TrajectoryFromLoad3D:
    """A camera set by hand in a 3D viewer becomes a path."""

    DESCRIPTION = ("Turns the camera of ComfyUI's 3D viewer (camera_info of Load 3D) into a camera path, or "
                   "a list of key cameras into a smooth path through them. With depth the path begins at the "
                   "photograph and leads to the camera of the viewer.")
    SEARCH_ALIASES = ["camera from viewer", "load 3d camera", "viewport"]
    CATEGORY = menu.CAMERA
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("trajectory", "report")
    OUTPUT_TOOLTIPS = ("The path in OpenCV axes, world to camera.",
                       "What was read and how the path was made.")
    FUNCTION = "convert"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "camera_info": ("LOAD3D_CAMERA", {"tooltip":
                            "camera_info of Load 3D, Preview 3D or Create Camera Info; a list of them is a "
                            "path with key poses. A viewer has a camera only after it has drawn its model: "
                            "the first run ends here, the second goes on."}),
            "frames": sockets.with_options(sockets.FRAMES, max=MOST_FRAMES),
            "width": sockets.side("Width", WIDTH, "of the clip in pixels."),
            "height": sockets.side("Height", HEIGHT, "of the clip in pixels."),
            "vertical_fov": sockets.degrees(VIEWER_FOV, 1.0, WIDEST_FOV,
                             "Vertical field of view of the viewer in degrees, for viewers that do not tell "
                             "it; set the same as in the viewer's camera menu. Not used with "
                             "depth.", advanced=True),
        }, "optional": {
            "depth": ("WSKIT_DEPTH", {"tooltip":
                      "The path begins at the camera of this photograph and keeps its intrinsics."}),
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip":
                            "The cloud that the viewer shows (exported with Y up). Viewers without "
                            "model_3d_info have scaled and moved it, which is undone with the cloud's "
                            "size."}),
            "model_3d_info": ("LOAD3D_MODEL_INFO", {"tooltip":
                              "From the same viewer, where it has this output: how it has placed the model, "
                              "which is undone."}),
            "fit": sockets.FIT,
        }}

    def convert(self, camera_info: Any, frames: int, width: int, height: int, vertical_fov: float,
                depth: Depth | None = None, point_cloud: PointCloud | None = None,
                model_3d_info: Any = None, fit: str = STRETCH) -> tuple[Trajectory, str]:
        world = viewer_world(model_3d_info, point_cloud, depth)
        return path_of_viewer(camera_info, frames, (width, height), vertical_fov, *world, depth,
                              fit)


NODES = {
    "WSKitTrajectoryFromLoad3D": (TrajectoryFromLoad3D, "Trajectory from 3D Viewer"),
}
