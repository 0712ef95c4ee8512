"""Depth maps: from a file, from a picture, as a picture, placed in a world."""

from __future__ import annotations

import os

from torch import Tensor

from ..core.cameras.pinhole import intrinsics_from_fov
from ..core.cameras.trajectory import Trajectory
from ..core.cloud.point_cloud import PointCloud
from ..core.depth.depth import KINDS, Depth, depth_from_values, picture_of_values, values_of_picture
from ..core.depth.estimate import USUAL_FOV
from ..core.depth.file import ENDINGS, read_depth_file
from ..core.depth.inverted import warn_of_inverted
from ..core.depth.picture import depth_picture, depth_report
from ..core.world.clip_start import fit_at_start, place_at_start
from . import menu, sockets
from .files import change_of, file_complaint, stored_path
from .sockets import WIDEST_FOV, Inputs, Output, Socket


class LoadDepth:
    """Loads a depth map file as numbers, nothing scaled to 8 bits on the way."""

    DESCRIPTION = ("Loads a depth map from the input folder: 16-bit PNG or TIFF (as value / 65535), float "
                   "TIFF, .npy or .npz (unchanged). Connect it to Depth Map to Depth, which turns the "
                   "numbers into distances.")
    SEARCH_ALIASES = ["16 bit", "tiff", "npy"]
    CATEGORY = menu.DEPTH
    RETURN_TYPES = ("IMAGE",)
    RETURN_NAMES = ("depth_image",)
    OUTPUT_TOOLTIPS = ("The stored numbers in all three channels, lossless; NaN and infinity are kept.",)
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {"file": (_depth_files(), {"worldstereo_upload": ",".join(ENDINGS), "tooltip":
                             f"Depth map in ComfyUI's input folder: {' '.join(ENDINGS)}"})}}

    @classmethod
    def IS_CHANGED(cls, file: str) -> str:
        return change_of(file)

    @classmethod
    def VALIDATE_INPUTS(cls, file: str) -> bool | str:
        if not file:
            return "There is no depth map in ComfyUI's input folder; upload one."
        return file_complaint(file)

    def load(self, file: str) -> tuple[Tensor]:
        return (picture_of_values(read_depth_file(stored_path(file))),)


class DepthFromImage:
    """Numbers of a picture become distances, with the camera they belong to."""

    DESCRIPTION = ("Turns a depth map picture into depth with its camera. Depth is measured along the "
                   "viewing axis. Values that are zero, negative, NaN or infinite count as unknown.")
    SEARCH_ALIASES = ["depth from image", "disparity", "depth image", "inverse depth"]
    CATEGORY = menu.DEPTH
    RETURN_TYPES = ("WSKIT_DEPTH",)
    RETURN_NAMES = ("depth",)
    OUTPUT_TOOLTIPS = ("Depth with its valid pixels and its camera, which is at the origin of the world.",)
    FUNCTION = "convert"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        def pixels(name: str, otherwise: str) -> Socket:
            return ("FLOAT", {"default": 0.0, "min": 0.0, "max": 100000.0, "step": 0.001,
                              "tooltip": f"{name} of the depth map's camera in pixels of the map; 0 = "
                                         f"{otherwise}."})
        return {"required": {
            "image": ("IMAGE", {"tooltip":
                      "Depth map, e.g. from Load Depth Map; its three channels are equal."}),
            "scale": sockets.factor(default=65.535, tooltip=
                      "Depth = value x scale. 65.535 for 16-bit files in millimetres (gives metres), 1 for "
                      "floats in metres. It only changes the unit, not the shape of the scene."),
            "horizontal_fov": sockets.degrees(USUAL_FOV, 1.0, WIDEST_FOV,
                               "Horizontal field of view of the photograph in degrees; not used when fx is "
                               "given."),
            "fx": pixels("Horizontal focal length", "from horizontal_fov"),
            "fy": pixels("Vertical focal length", "equal to fx"),
            "cx": pixels("Horizontal principal point", "the middle"),
            "cy": pixels("Vertical principal point", "the middle"),
            "unit": ("STRING", {"default": "m", "tooltip":
                     "Unit of the depth, shown in previews and reports."}),
        }, "optional": {
            "kind": ([*KINDS], {"tooltip":
                     "metric: depth = value x scale, in unit. relative: likewise, but the scale is not "
                     "known. inverse: depth = scale / value, near is large; inverse metric is disparity with "
                     "scale = focal length in pixels x baseline, inverse relative is what most depth "
                     "previews show (white is near)."}),
            "valid_mask": ("MASK", {"tooltip":
                           "1 where the depth is known, 0 where it is not (sky, glass, gaps)."}),
        }}

    def convert(self, image: Tensor, scale: float, horizontal_fov: float, fx: float, fy: float, cx: float,
                cy: float, unit: str, kind: str = "metric", valid_mask: Tensor | None = None) -> tuple[Depth]:
        values = values_of_picture(image)
        K = intrinsics_from_fov(horizontal_fov, values.shape[2], values.shape[1], fx, fy, cx, cy)
        depth = depth_from_values(values, scale, K, unit, kind, valid_mask)
        warn_of_inverted(depth)
        return (depth,)


class PreviewDepth:
    """What the depth map says, for the eye."""

    DESCRIPTION = ("Shows depth as a picture in the node: near is white, far is black, unknown is dark "
                   "blue. Also says range, median and field of view in words, which tells a wrong unit or "
                   "scale at once.")
    SEARCH_ALIASES = ["show depth", "depth to image"]
    CATEGORY = menu.DEPTH
    RETURN_TYPES = ("IMAGE", "STRING")
    RETURN_NAMES = ("preview", "report")
    OUTPUT_TOOLTIPS = ("One picture for each depth map, to look at; it is no depth any more.",
                       "Size, range, median, known part and field of view.")
    FUNCTION = "draw"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {"depth": ("WSKIT_DEPTH", {"tooltip": "Depth from any node of the pack."})}}

    def draw(self, depth: Depth) -> Output:
        from .bridge.preview import show_pictures
        picture = depth_picture(depth)
        return {"ui": show_pictures(picture), "result": (picture, depth_report(depth))}


class PlaceDepth:
    """The depth of a photograph in the world of a path."""

    DESCRIPTION = ("Gives a depth map the first camera of a trajectory, so that its point cloud is in the "
                   "trajectory's world. For paths that were planned elsewhere, such as official ones, whose "
                   "first camera may be tilted.")
    SEARCH_ALIASES = ["align depth", "move depth"]
    CATEGORY = menu.ADVANCED
    RETURN_TYPES = ("WSKIT_DEPTH", "STRING")
    RETURN_NAMES = ("depth", "report")
    OUTPUT_TOOLTIPS = ("The depth with the first camera of the trajectory and its unit.",
                       "The scale, and how well it fits the point cloud if that is connected.")
    FUNCTION = "place"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "depth": ("WSKIT_DEPTH", {"tooltip": "Depth of the photograph that the trajectory starts at."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path in whose world the depth is wanted."}),
            "scale": sockets.factor(step=0.01, tooltip=
                      "Depth is multiplied by it: units of the trajectory in one unit of the depth. Not used "
                      "when point_cloud is connected."),
        }, "optional": {"point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip":
            "A cloud in the trajectory's world: the scale is fitted to what it shows from the first "
            "camera."})}}

    def place(self, depth: Depth, trajectory: Trajectory, scale: float,
              point_cloud: PointCloud | None = None) -> tuple[Depth, str]:
        if point_cloud is None:
            return place_at_start(depth, trajectory, scale), f"scale {scale:g}, as given"
        placed, fit = fit_at_start(depth, trajectory, point_cloud)
        return placed, (f"scale {1 / fit.scale:.4g}, fitted to the point cloud: {fit.agreement:.0%} of the "
                        f"shared pixels agree, residual {fit.residual:.2%}")


def _depth_files() -> list[str]:
    import folder_paths

    folder = folder_paths.get_input_directory()
    return sorted(name for name in os.listdir(folder) if name.lower().endswith(ENDINGS))


NODES = {
    "WSKitLoadDepth": (LoadDepth, "Load Depth Map"),
    "WSKitDepthFromImage": (DepthFromImage, "Depth Map to Depth"),
    "WSKitPreviewDepth": (PreviewDepth, "Preview Depth"),
    "WSKitPlaceDepth": (PlaceDepth, "Place Depth at Trajectory"),
}
