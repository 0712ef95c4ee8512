"""Camera paths from and for other programs, in files."""

from __future__ import annotations

from torch import Tensor

from ..core.cameras.formats.hints import Hints
from ..core.cameras.formats.recognise import read_file
from ..core.cameras.formats.save import save_trajectory
from ..core.cameras.formats.table import EVERYTHING, FORMATS, names_with
from ..core.cameras.trajectory import Trajectory
from ..core.cameras.undistort import undistort_pictures
from ..core.depth.depth import Depth
from ..core.depth.estimate import USUAL_FOV
from ..core.picture_fit import STRETCH
from ..core.pictures import rgb
from ..core.planning.fit import fit_trajectory
from ..core.values import require
from . import menu, sockets
from .files import changes_of, file_complaint, stored_files, stored_path, write_new
from .sockets import KEY_FRAMES, MOST_FRAMES, WIDEST_FOV, Inputs, Output, Socket

RECOGNISE = "recognise"
W_LAST, W_FIRST = "x y z w", "w x y z"
AS_STATED, INVERTED = "as the format says", "the other way round"
FILE_UNIT, MEDIAN_DEPTHS = "as in the file", "in median depths"
REPORT = "What was read: format, direction, axes, poses, size, and what was changed or guessed."


def fitting() -> tuple[dict[str, Socket], dict[str, Socket]]:
    """Inputs of everything that brings in a path: (required, optional)."""
    size = "of the clip in pixels, a multiple of 16 for the model. 0 keeps the stored size."
    return {
        "direction": ([AS_STATED, INVERTED], {"advanced": True, "tooltip":
                      "Direction of the matrices. the other way round: camera to world where the format has "
                      "world to camera, or the reverse."}),
        "frames": ("INT", {"default": KEY_FRAMES, "min": 0, "max": MOST_FRAMES, "tooltip":
                   "Key frames of the clip. More poses are thinned out evenly (81 to 21 as the official "
                   "scripts do it), fewer are interpolated. 0 keeps every pose."}),
        "width": sockets.side("Width", 0, size, low=0),
        "height": sockets.side("Height", 0, size, low=0),
        "scale": sockets.factor("All positions are multiplied by it.", step=0.01, advanced=True),
    }, {
        "depth": ("WSKIT_DEPTH", {"tooltip":
                  "The path is moved to start at the camera of this depth and gets its intrinsics and "
                  "unit."}),
        "positions": ([FILE_UNIT, MEDIAN_DEPTHS], {"advanced": True, "tooltip":
                      "in median depths: a length of 1 in the file is the median depth of depth, which must "
                      "be connected."}),
    }


class LoadTrajectory:
    """A camera file of another program, or one that was saved here."""

    DESCRIPTION = (f"Loads a camera path: {', '.join(FORMATS)}. The format is recognised by content, and the "
                   "report says what was read.")
    SEARCH_ALIASES = ["load camera", "camera.json", "transforms.json", "realestate10k", "poses"]
    CATEGORY = menu.CAMERA
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING", "IMAGE")
    RETURN_NAMES = ("trajectory", "report", "image")
    OUTPUT_TOOLTIPS = ("The path in OpenCV axes, world to camera.", REPORT,
                       "The pictures of the key frames as pinhole cameras see them; nothing without image.")
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        required, optional = fitting()
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
                      "Pictures taken by the cameras of the file, one for each pose, in the file's order. "
                      "Lens distortion is removed (needs OpenCV), and the intrinsics are changed to match. "
                      "Cannot be combined with depth."}),
            "quaternions": ([W_LAST, W_FIRST], {"advanced": True, "tooltip":
                            "Order of the quaternion in a TUM file without a header that names its "
                            "columns."}),
            "fit": sockets.FIT,
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
             camera: int = 1, image: Tensor | None = None, quaternions: str = W_LAST,
             fit: str = STRETCH) -> tuple[Trajectory, str, Tensor | None]:
        hints = Hints(width, height, horizontal_fov, depth, camera, direction == INVERTED,
                      quaternions == W_FIRST)
        reading = read_file(stored_path(file), None if format == RECOGNISE else format, hints)
        if image is not None:
            require(depth is None, "'Load Trajectory' has image and depth, and depth gives the path the "
                                   "intrinsics of another photograph; disconnect one of them.")
            reading, image = undistort_pictures(reading, rgb(image), frames)
        trajectory, report = fit_trajectory(reading, frames, (width, height), scale, depth,
                                            positions == MEDIAN_DEPTHS, fit)
        return trajectory, report, image


class SaveTrajectory:
    """The camera path as a file."""

    DESCRIPTION = ("Saves the camera path to ComfyUI's output folder, as camera.json, which the official "
                   "scripts and Load Trajectory read, or for another program. Existing files are kept; every "
                   "run gets the next number.")
    SEARCH_ALIASES = ["export camera", "save camera", "camera.json", "transforms.json", "poses"]
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
        return write_new(filename_prefix, FORMATS[format].ending,
                         lambda path: save_trajectory(trajectory, path, format))


def _camera_files() -> list[str]:
    return [name for name in stored_files("json", "txt", "bin")
            if not (file := name.removesuffix(" [output]")).endswith(".bin") or file.endswith("images.bin")]


NODES = {
    "WSKitLoadTrajectory": (LoadTrajectory, "Load Trajectory"),
    "WSKitSaveTrajectory": (SaveTrajectory, "Save Trajectory"),
}
