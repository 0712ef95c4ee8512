"""Camera paths from and for other programs."""

from ..core.cameras.formats.hints import Hints
from ..core.cameras.formats.recognise import FORMATS, read_file
from ..core.cameras.formats.save import save_trajectory
from ..core.cameras.formats.tensors import write_extrinsics
from ..core.cameras.undistort import undistort_pictures
from ..core.pictures import rgb
from ..core.planning.fit import fit_trajectory
from ..core.planning.viewer import path_of_viewer, read_tensors, viewer_world
from ..core.values import require
from .files import changes_of, file_complaint, output_path, stored_files, stored_path

CATEGORY = "WorldStereo/camera"
RECOGNISE = "recognise"
AS_STATED, INVERTED = "as the format says", "the other way round"
FILE_UNIT, MEDIAN_DEPTHS = "as in the file", "in median depths"
REPORT = "What was read: format, direction, axes, poses, size, and what was changed or guessed."


def _size(side):
    return ("INT", {"default": 0, "min": 0, "max": 8192, "step": 16, "tooltip":
                    f"{side} of the clip in pixels, a multiple of 16 for the model; the intrinsics are stretched with "
                    "it. 0 keeps the stored size."})


def _fitting():
    """Inputs of everything that brings in a path: (required, optional)."""
    return {
        "direction": ([AS_STATED, INVERTED], {"tooltip":
                      "Which way the matrices go. the other way round: they are camera to world where the format says "
                      "world to camera, or the reverse."}),
        "frames": ("INT", {"default": 21, "min": 0, "max": 10000, "tooltip":
                   "Key frames of the clip. More poses are thinned out evenly (81 to 21 as the official scripts do "
                   "it), fewer are interpolated. 0 keeps every pose."}),
        "width": _size("Width"),
        "height": _size("Height"),
        "scale": ("FLOAT", {"default": 1.0, "min": 1e-6, "max": 1e6, "step": 0.01, "round": 1e-6, "tooltip":
                  "All positions are multiplied by it."}),
    }, {
        "depth": ("WSKIT_DEPTH", {"tooltip": "Lays the path onto this photograph: it starts at its camera and has its "
                                             "intrinsics and unit."}),
        "positions": ([FILE_UNIT, MEDIAN_DEPTHS], {"tooltip":
                      "in median depths: a way of 1 is as long as the median depth of depth, which is needed then."}),
    }


class LoadTrajectory:
    """A camera file of another program, or one that was saved here."""

    DESCRIPTION = ("Loads a camera path: camera.json of WorldStereo (also how this pack saves), cameras.json of "
                   "WorldMirror, transforms.json, COLMAP, RealEstate10K, TUM, Blender, LOAD3D_CAMERA, ReCamMaster. The "
                   "format is recognised by content, and the report says what was read.")
    SEARCH_ALIASES = ["load camera", "camera.json", "colmap", "transforms.json", "realestate10k", "blender", "poses"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING", "IMAGE")
    RETURN_NAMES = ("trajectory", "report", "image")
    OUTPUT_TOOLTIPS = ("The path in OpenCV axes, world to camera.", REPORT,
                       "The pictures of the key frames as pinhole cameras see them; nothing without image.")
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls):
        required, optional = _fitting()
        return {"required": {
            "file": (_camera_files(), {"worldstereo_upload": ".json,.txt,.bin", "tooltip":
                     "A camera file in the input folder, or in the output folder (marked [output]). Of a COLMAP model "
                     "choose images.txt or images.bin; cameras has to lie beside it."}),
            "format": ([RECOGNISE, *FORMATS], {"tooltip": "recognise looks at the content; choose a format when it is "
                                                          "wrong or in doubt."}),
            **required,
        }, "optional": {
            **optional,
            "horizontal_fov": ("FLOAT", {"default": 60.0, "min": 1.0, "max": 170.0, "step": 0.01, "tooltip":
                               "Horizontal field of view in degrees, for formats without intrinsics (TUM, ReCamMaster) "
                               "when no depth is connected."}),
            "camera": ("INT", {"default": 1, "min": 1, "max": 1000, "tooltip":
                       "Which camera of a file with several (ReCamMaster: 1 is cam01)."}),
            "image": ("IMAGE", {"tooltip":
                      "The pictures that the cameras of the file took, one for each pose, in its order. Lens "
                      "distortion (COLMAP, transforms.json) is taken out of them, and the path gets the intrinsics of "
                      "what is left. Needs OpenCV when there is any. Not together with depth."}),
        }}

    @classmethod
    def IS_CHANGED(cls, file, **_):
        path = stored_path(file)
        return changes_of({path, path.with_name(path.name.replace("images", "cameras"))})  # COLMAP's other file

    @classmethod
    def VALIDATE_INPUTS(cls, file):
        return file_complaint(file)

    def load(self, file, format, direction, frames, width, height, scale, depth=None, positions=FILE_UNIT,
             horizontal_fov=60.0, camera=1, image=None):
        hints = Hints(width, height, horizontal_fov, depth, camera, direction == INVERTED)
        reading = read_file(stored_path(file), None if format == RECOGNISE else format, hints)
        if image is not None:
            require(depth is None, "Load Trajectory has image and depth, and depth gives the path the intrinsics of "
                                   "another photograph; disconnect one of them.")
            reading, image = undistort_pictures(reading, rgb(image), frames)
        return *fit_trajectory(reading, frames, (width, height), scale, depth, positions == MEDIAN_DEPTHS), image


class SaveTrajectory:
    """The camera path as a file."""

    DESCRIPTION = ("Saves the camera path to ComfyUI's output folder, as camera.json, which the official scripts and "
                   "Load Trajectory read, or for another program. Existing files are kept; every run gets the next "
                   "number.")
    SEARCH_ALIASES = ["export camera", "save camera", "camera.json", "colmap", "transforms.json", "poses"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("path",)
    OUTPUT_TOOLTIPS = ("Path of the file or COLMAP folder relative to the output folder, with forward slashes.",)
    FUNCTION = "save"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path to save."}),
            "filename_prefix": ("STRING", {"default": "worldstereo/camera", "tooltip":
                                "Folder and start of the file name below output/; a number is added."}),
            "format": ([*FORMATS], {"tooltip": "Only camera.json and Blender keep size, pace, name and unit; TUM and "
                                            "ReCamMaster hold poses alone."}),
        }}

    def save(self, trajectory, filename_prefix, format):
        path, relative = output_path(filename_prefix, FORMATS[format].ending)
        if not FORMATS[format].ending:  # a folder
            path, relative = path.with_name(path.name.rstrip(".")), relative.rstrip(".")
        save_trajectory(trajectory, path, format)
        return {"ui": {"text": [relative]}, "result": (relative,)}


class TrajectoryFromExtrinsics:
    """Cameras of a depth or reconstruction node become a path."""

    DESCRIPTION = ("Turns EXTRINSICS and INTRINSICS, as Depth Anything 3 and other reconstruction nodes hand them on, "
                   "into a camera path.")
    SEARCH_ALIASES = ["camera poses", "intrinsics"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("trajectory", "report")
    OUTPUT_TOOLTIPS = ("The path in OpenCV axes, world to camera.", REPORT)
    FUNCTION = "convert"

    @classmethod
    def INPUT_TYPES(cls):
        required, optional = _fitting()
        return {"required": {
            "extrinsics": ("EXTRINSICS", {"tooltip": "World to camera, OpenCV axes, 4x4 or 3x4, one for each frame."}),
            "intrinsics": ("INTRINSICS", {"tooltip": "3x3 in pixels, one for each frame or one for all."}),
            **required,
        }, "optional": {
            "image": ("IMAGE", {"tooltip": "Pictures of the size that the intrinsics are for; without them it is taken "
                                           "as twice the principal point."}),
            **optional,
        }}

    def convert(self, extrinsics, intrinsics, direction, frames, width, height, scale, image=None, depth=None,
                positions=FILE_UNIT):
        size = None if image is None else (image.shape[2], image.shape[1])
        reading = read_tensors(extrinsics, intrinsics, size, direction == INVERTED)
        return fit_trajectory(reading, frames, (width, height), scale, depth, positions == MEDIAN_DEPTHS)


class TrajectoryToExtrinsics:
    """A path for nodes that take cameras as tensors."""

    DESCRIPTION = "Turns a camera path into EXTRINSICS (world to camera, OpenCV axes) and INTRINSICS (pixels)."
    SEARCH_ALIASES = ["camera poses", "intrinsics"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("EXTRINSICS", "INTRINSICS")
    RETURN_NAMES = ("extrinsics", "intrinsics")
    OUTPUT_TOOLTIPS = ("[frames,4,4] world to camera, OpenCV axes.", "[frames,3,3] in pixels of the path's pictures.")
    FUNCTION = "convert"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path to convert."})}}

    def convert(self, trajectory):
        return write_extrinsics(trajectory)


class TrajectoryFromLoad3D:
    """A camera set by hand in a 3D viewer becomes a path."""

    DESCRIPTION = ("Turns the camera of ComfyUI's 3D viewer (camera_info of Load 3D) into a camera path, or a list of "
                   "key cameras into a smooth path through them. With depth the path begins at the photograph and "
                   "leads to the camera of the viewer.")
    SEARCH_ALIASES = ["camera from viewer", "load 3d camera", "viewport"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("trajectory", "report")
    OUTPUT_TOOLTIPS = ("The path in OpenCV axes, world to camera.", "What was read and how the path was made.")
    FUNCTION = "convert"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "camera_info": ("LOAD3D_CAMERA", {"tooltip": "camera_info of Load 3D, Preview 3D or Create Camera Info; a "
                                                         "list of them is a path with key poses."}),
            "frames": ("INT", {"default": 21, "min": 1, "max": 10000, "tooltip": "Key frames of the clip."}),
            "width": ("INT", {"default": 832, "min": 16, "max": 8192, "step": 16,
                              "tooltip": "Width of the clip in pixels."}),
            "height": ("INT", {"default": 480, "min": 16, "max": 8192, "step": 16,
                               "tooltip": "Height of the clip in pixels."}),
            "vertical_fov": ("FLOAT", {"default": 75.0, "min": 1.0, "max": 170.0, "step": 0.01, "tooltip":
                             "Vertical field of view of the viewer in degrees, for viewers that do not tell it; set "
                             "the same as in the viewer's camera menu. Not used with depth."}),
        }, "optional": {
            "depth": ("WSKIT_DEPTH", {"tooltip": "The path begins at the camera of this photograph and keeps its "
                                                 "intrinsics."}),
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip":
                            "The cloud that the viewer shows (exported with Y up). Viewers without model_3d_info have "
                            "scaled and moved it, which is undone with the cloud's size."}),
            "model_3d_info": ("LOAD3D_MODEL_INFO", {"tooltip": "From the same viewer, where it has this output: how it "
                                                               "has placed the model, which is undone."}),
        }}

    def convert(self, camera_info, frames, width, height, vertical_fov, depth=None, point_cloud=None,
                model_3d_info=None):
        world = viewer_world(model_3d_info, point_cloud, depth)
        return path_of_viewer(camera_info, frames, (width, height), vertical_fov, *world, depth)


def _camera_files():
    models = [file for file in stored_files("bin") if file.removesuffix(" [output]").endswith("images.bin")]
    return sorted([*stored_files("json"), *stored_files("txt"), *models], key=lambda file: (file.endswith("]"), file))


NODES = {
    "WSKitLoadTrajectory": (LoadTrajectory, "Load Trajectory"),
    "WSKitSaveTrajectory": (SaveTrajectory, "Save Trajectory"),
    "WSKitTrajectoryFromExtrinsics": (TrajectoryFromExtrinsics, "Trajectory from Extrinsics"),
    "WSKitTrajectoryToExtrinsics": (TrajectoryToExtrinsics, "Trajectory to Extrinsics"),
    "WSKitTrajectoryFromLoad3D": (TrajectoryFromLoad3D, "Trajectory from 3D Viewer"),
}
