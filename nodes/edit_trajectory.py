"""A camera path that is drawn in the page, as JSON text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from ..core.cameras.trajectory import Trajectory
from ..core.cloud.point_cloud import PointCloud
from ..core.depth.depth import Depth
from ..core.files.atomic import replace_path, writable
from ..core.planning.keys.edit import clearance, edited_trajectory, report
from ..core.planning.keys.scene import scene_bytes, scene_digest, scene_header, scene_points
from ..core.planning.keys.start import keys_of_trajectory, start_of
from . import menu, sockets
from .sockets import HEIGHT, WIDTH, Inputs, Output

SCENES = "worldstereo"  # folder in ComfyUI's temp folder
LONGEST_ID = 40  # characters of a node's id in a file name


class EditTrajectory:
    """A path through cameras set by hand."""

    DESCRIPTION = ("Draw the camera path by hand: set key cameras in the scene, look through the camera, and "
                   "see where the model has to fill holes. The path is stored in keys, a text, so that the "
                   "workflow carries it. Starts from a preset, from a trajectory or from the photograph's "
                   "camera.")
    SEARCH_ALIASES = ["camera editor", "draw camera", "keyframes", "viewport", "spline", "gizmo"]
    CATEGORY = menu.CAMERA
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("trajectory", "report")
    OUTPUT_TOOLTIPS = ("Poses and intrinsics for every key frame, with the picture size.",
                       "Keys, length and rotation of the path, and how near it comes to the scene.")
    FUNCTION = "edit"
    OUTPUT_NODE = True  # so that the page can run it alone, to get the scene

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        size = "of the pictures in pixels, a multiple of 16."
        return {"required": {
            "keys": ("STRING", {"default": "", "multiline": True, "dynamicPrompts": False, "tooltip":
                     "The path as JSON, which the editor writes. Empty = the path of trajectory as it is; "
                     "without one the camera stands still."}),
            "frames": sockets.FRAMES,
            "width": sockets.side("Width", WIDTH, size, high=4096),
            "height": sockets.side("Height", HEIGHT, size, high=4096),
            "fit": sockets.FIT,
        }, "optional": {
            "depth": ("WSKIT_DEPTH", {"tooltip":
                      "Depth of the photograph: gives the start camera, the scale (median depth) and the "
                      "unit; shown in grey when no point cloud is connected."}),
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip":
                            "The scene that the editor shows. Without depth it gives the start camera and "
                            "the scale too."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
                           "A path to begin with: used as it is while keys is empty; the editor turns it "
                           "into keys, and *Start again* there comes back to it."}),
        }, "hidden": {"unique_id": "UNIQUE_ID"}}

    def edit(self, keys: str, frames: int, width: int, height: int, fit: str, depth: Depth | None = None,
             point_cloud: PointCloud | None = None, trajectory: Trajectory | None = None,
             unique_id: str = "") -> Output:
        start = start_of(depth, point_cloud, trajectory)
        path, how = edited_trajectory(keys, start, frames, (width, height), fit, trajectory)
        cloud = scene_points(depth, point_cloud, start)
        begin = None if trajectory is None else keys_of_trajectory(trajectory, start)
        header = scene_header(start, frames, (width, height), fit, begin)
        scene = _written(str(unique_id), scene_digest(*cloud, header), lambda: scene_bytes(*cloud, header))
        text = report(path, how, clearance(path, start, cloud[0]))
        return {"ui": {"text": [text], "worldstereo_scene": [scene]}, "result": (path, text)}


def _written(node: str, digest: str, content: Callable[[], bytes]) -> dict[str, str]:
    """The entry, as the page's /view takes it, of a file in ComfyUI's temp folder that belongs to this node
    and this content alone. Only where it is missing, its content is made."""
    import folder_paths

    name = f"scene_{re.sub('[^0-9A-Za-z]', '-', node)[:LONGEST_ID]}_{digest[:20]}.bin"
    path = Path(folder_paths.get_temp_directory()) / SCENES / name
    with writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with replace_path(path) as part:
            part.write_bytes(content())
    return {"filename": name, "subfolder": SCENES, "type": "temp"}


NODES = {
    "WSKitEditTrajectory": (EditTrajectory, "Edit Trajectory"),
}
