"""Camera paths from and for other programs and nodes."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from ..core.cameras.formats.hints import Hints
from ..core.cameras.formats.load3d import VIEWER_FOV
from ..core.cameras.formats.recognise import read_file
from ..core.cameras.formats.save import save_trajectory
from ..core.cameras.formats.table import EVERYTHING, FORMATS, names_with
from ..core.cameras.formats.tensors import write_extrinsics
from ..core.cameras.trajectory import Trajectory
from ..core.cameras.undistort import undistort_pictures
from ..core.cloud.point_cloud import PointCloud
from ..core.depth.depth import Depth
from ..core.depth.estimate import USUAL_FOV
from ..core.pictures import rgb
from ..core.planning.fit import fit_trajectory
from ..core.planning.viewer import path_of_viewer, read_tensors, viewer_world
from ..core.values import require
from . import menu, sockets
from .files import changes_of, file_complaint, output_path, stored_files, stored_path
from .sockets import HEIGHT, KEY_FRAMES, WIDEST_FOV, WIDTH, Inputs, Output, Socket

RECOGNISE = "recognise"
AS_STATED, INVERTED = "as the format says", "the other way round"
FILE_UNIT, MEDIAN_DEPTHS = "as in the file", "in median depths"
REPORT = "What was read: format, direction, axes, poses, size, and what was changed or guessed."
MOST_FRAMES = 10000


def _fitting() -> tuple[dict[str, Socket], dict[str, Socket]]:
    """Inputs of everything that brings in a path: (required, optional)."""
    size = ("of the clip in pixels, a multiple of 16 for the model; the intrinsics are stretched with it. 0 "
            "keeps the stored size.")
    return {
        "direction": ([AS_STATED, INVERTED], {"advanced": True, "tooltip":
                      "Which way the matrices go. the other way round: they are camera to world where the "
                      "format says world to camera, or the reverse."}),
        "frames": ("INT", {"default": KEY_FRAMES, "min": 0, "max": MOST_FRAMES, "tooltip":
                   "Key frames of the clip. More poses are thinned out evenly (81 to 21 as the official "
                   "scripts do it), fewer are interpolated. 0 keeps every pose."}),
        "width": sockets.side("Width", 0, size, low=0),
        "height": sockets.side("Height", 0, size, low=0),
        "scale": sockets.factor("All positions are multiplied by it.", step=0.01, advanced=True),
    }, {
        "depth": ("WSKIT_DEPTH", {"tooltip":
                  "Lays the path onto this photograph: it starts at its camera and has its intrinsics and "
                  "unit."}),
        "positions": ([FILE_UNIT, MEDIAN_DEPTHS], {"advanced": True, "tooltip":
                      "in median depths: a way of 1 is as long as the median depth of depth, which is needed "
                      "then."}),
    }


class LoadTrajectory:
    """A camera file of another program, or one that was saved here."""

    DESCRIPTION = (f"Loads a camera path: {', '.join(FORMATS)}. The format is recognised by content, and the "
                   "report says what was read.")
    SEARCH_ALIASES = ["load camera", "camera.json", "colmap", "transforms.json", "realestate10k", "blender",
                      "poses"]
    CATEGORY = menu.CAMERA
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING", "IMAGE")
    RETURN_NAMES = ("trajectory", "report", "image")
    OUTPUT_TOOLTIPS = ("The path in OpenCV axes, world to camera.", REPORT,
                       "The pictures of the key frames as pinhole cameras see them; nothing without image.")
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        required, optional = _fitting()
        return {"required": {
            "file": (_camera_files(), {"worldstereo_upload": ".json,.txt,.bin", "tooltip":
                     "A camera file in the input folder, or in the output folder (marked [output]). Of a "
                     "COLMAP model choose images.txt or images.bin; cameras has to lie beside it."}),
            "format": ([RECOGNISE, *FORMATS], {"tooltip":
                       "recognise looks at the content; choose a format when it is wrong or in doubt."}),
            **required,
        }, "optional": {
            **optional,
            "horizontal_fov": sockets.degrees(USUAL_FOV, 1.0, WIDEST_FOV,
                               "Horizontal field of view in degrees, for formats without intrinsics "
                               f"({names_with(intrinsics='no')}) when no depth is connected.", advanced=True),
            "camera": ("INT", {"default": 1, "min": 1, "max": 1000, "advanced": True, "tooltip":
                       "Which camera of a file with several (ReCamMaster: 1 is cam01)."}),
            "image": ("IMAGE", {"tooltip":
                      "The pictures that the cameras of the file took, one for each pose, in its order. Lens "
                      "distortion (COLMAP, transforms.json) is taken out of them, and the path gets the "
                      "intrinsics of what is left. Needs OpenCV when there is any. Not together with depth."}),
        }}

    @classmethod
    def IS_CHANGED(cls, file: str, **_: object) -> list[str]:
        path = stored_path(file)
        colmaps_other = path.with_name(path.name.replace("images", "cameras"))
        return changes_of({path, colmaps_other})

    @classmethod
    def VALIDATE_INPUTS(cls, file: str) -> bool | str:
        return file_complaint(file)

    def load(self, file: str, format: str, direction: str, frames: int, width: int, height: int, scale: float,
             depth: Depth | None = None, positions: str = FILE_UNIT, horizontal_fov: float = USUAL_FOV,
             camera: int = 1, image: Tensor | None = None) -> tuple[Trajectory, str, Tensor | None]:
        hints = Hints(width, height, horizontal_fov, depth, camera, direction == INVERTED)
        reading = read_file(stored_path(file), None if format == RECOGNISE else format, hints)
        if image is not None:
            require(depth is None, "'Load Trajectory' has image and depth, and depth gives the path the intrinsics "
                                   "of another photograph; disconnect one of them.")
            reading, image = undistort_pictures(reading, rgb(image), frames)
        trajectory, report = fit_trajectory(reading, frames, (width, height), scale, depth,
                                            positions == MEDIAN_DEPTHS)
        return trajectory, report, image


class SaveTrajectory:
    """The camera path as a file."""

    DESCRIPTION = ("Saves the camera path to ComfyUI's output folder, as camera.json, which the official "
                   "scripts and Load Trajectory read, or for another program. Existing files are kept; every "
                   "run gets the next number.")
    SEARCH_ALIASES = ["export camera", "save camera", "camera.json", "colmap", "transforms.json", "poses"]
    CATEGORY = menu.CAMERA
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("path",)
    OUTPUT_TOOLTIPS = ("Path of the file or COLMAP folder relative to the output folder, with forward "
                       "slashes.",)
    FUNCTION = "save"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path to save."}),
            "filename_prefix": sockets.file_prefix("worldstereo/camera"),
            "format": ([*FORMATS], {"tooltip":
                       f"Everything comes back from {names_with(kept=EVERYTHING)}; poses alone from "
                       f"{names_with(intrinsics='no')}."}),
        }}

    def save(self, trajectory: Trajectory, filename_prefix: str, format: str) -> Output:
        path, relative = output_path(filename_prefix, FORMATS[format].ending)
        save_trajectory(trajectory, path, format)
        return {"ui": {"text": [relative]}, "result": (relative,)}


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
                            "path with key poses. A viewer has a camera when it has drawn its model: the "
                            "first run ends here, the second goes on."}),
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
        }}

    def convert(self, camera_info: Any, frames: int, width: int, height: int, vertical_fov: float,
                depth: Depth | None = None, point_cloud: PointCloud | None = None,
                model_3d_info: Any = None) -> tuple[Trajectory, str]:
        world = viewer_world(model_3d_info, point_cloud, depth)
        return path_of_viewer(camera_info, frames, (width, height), vertical_fov, *world, depth)


class TrajectoryFromExtrinsics:
    """Cameras of a depth or reconstruction node become a path."""

    DESCRIPTION = ("Turns EXTRINSICS and INTRINSICS, as Depth Anything 3 and other reconstruction nodes hand "
                   "them on, into a camera path.")
    SEARCH_ALIASES = ["camera poses", "intrinsics"]
    CATEGORY = menu.ADVANCED
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("trajectory", "report")
    OUTPUT_TOOLTIPS = ("The path in OpenCV axes, world to camera.", REPORT)
    FUNCTION = "convert"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        required, optional = _fitting()
        return {"required": {
            "extrinsics": ("EXTRINSICS", {"tooltip":
                           "World to camera, OpenCV axes, 4x4 or 3x4, one for each frame."}),
            "intrinsics": ("INTRINSICS", {"tooltip": "3x3 in pixels, one for each frame or one for all."}),
            **required,
        }, "optional": {
            "image": ("IMAGE", {"tooltip":
                      "Pictures of the size that the intrinsics are for; without them it is taken as twice "
                      "the principal point."}),
            **optional,
        }}

    def convert(self, extrinsics: Tensor, intrinsics: Tensor, direction: str, frames: int, width: int,
                height: int, scale: float, image: Tensor | None = None, depth: Depth | None = None,
                positions: str = FILE_UNIT) -> tuple[Trajectory, str]:
        size = None if image is None else (image.shape[2], image.shape[1])
        reading = read_tensors(extrinsics, intrinsics, size, direction == INVERTED)
        return fit_trajectory(reading, frames, (width, height), scale, depth, positions == MEDIAN_DEPTHS)


class TrajectoryToExtrinsics:
    """A path for nodes that take cameras as tensors."""

    DESCRIPTION = ("Turns a camera path into EXTRINSICS (world to camera, OpenCV axes) and INTRINSICS "
                   "(pixels).")
    SEARCH_ALIASES = ["camera poses", "intrinsics"]
    CATEGORY = menu.ADVANCED
    RETURN_TYPES = ("EXTRINSICS", "INTRINSICS")
    RETURN_NAMES = ("extrinsics", "intrinsics")
    OUTPUT_TOOLTIPS = ("[frames,4,4] world to camera, OpenCV axes.",
                       "[frames,3,3] in pixels of the path's pictures.")
    FUNCTION = "convert"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {"trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path to convert."})}}

    def convert(self, trajectory: Trajectory) -> tuple[Tensor, Tensor]:
        return write_extrinsics(trajectory)


def _camera_files() -> list[str]:
    return [name for name in stored_files("json", "txt", "bin")
            if not (file := name.removesuffix(" [output]")).endswith(".bin") or file.endswith("images.bin")]


NODES = {
    "WSKitLoadTrajectory": (LoadTrajectory, "Load Trajectory"),
    "WSKitSaveTrajectory": (SaveTrajectory, "Save Trajectory"),
    "WSKitTrajectoryFromLoad3D": (TrajectoryFromLoad3D, "Trajectory from 3D Viewer"),
    "WSKitTrajectoryFromExtrinsics": (TrajectoryFromExtrinsics, "Trajectory from Extrinsics"),
    "WSKitTrajectoryToExtrinsics": (TrajectoryToExtrinsics, "Trajectory to Extrinsics"),
}
