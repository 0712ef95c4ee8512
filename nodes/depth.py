"""Depth of pictures: from a file, by a model, from ComfyUI's own depth nodes, from the camera's motion."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from torch import Tensor

from ..core.cameras.pinhole import intrinsics_from_fov
from ..core.cameras.trajectory import Trajectory
from ..core.cloud.point_cloud import PointCloud
from ..core.depth.comfy_geometry import depth_from_da3, depth_from_moge, image_of
from ..core.depth.depth import KINDS, Depth, depth_from_values, picture_of_values, values_of_picture
from ..core.depth.estimate import (
    KNOWN_MODELS,
    USUAL_FOV,
    download,
    estimate_depth,
    how_to_get,
    load_depth_model,
    models_in,
)
from ..core.depth.file import ENDINGS, read_depth_file
from ..core.depth.motion.motion import bytes_needed, depth_from_motion
from ..core.depth.picture import depth_picture, depth_report
from ..core.pictures import rgb
from ..core.values import quoted
from ..core.world.clip_start import fit_at_start, place_at_start
from . import menu, sockets
from .files import change_of, changes_of, file_complaint, stored_path
from .sockets import WIDEST_FOV, Inputs, Socket, default_of

if TYPE_CHECKING:
    from comfy.model_patcher import ModelPatcher

# ComfyUI's own folder for such models since 2026; older versions lack it. Models in folders go there too.
MODELS = "geometry_estimation"
MODEL = "depth model"

logger = logging.getLogger(__name__)
loaded = WeakValueDictionary()  # (folder, state of its files) -> the model, while a node in the graph has it


class EstimateDepth:
    """Runs a depth model of the transformers library."""

    DESCRIPTION = ("Estimates depth with a model of the transformers library: DepthPro (metric, with its "
                   "field of view), Depth Anything V2 (metric or relative) or ZoeDepth (metric). Models are "
                   "folders in models/geometry_estimation. For MoGe and Depth Anything 3 use ComfyUI's own "
                   "nodes and Depth from MoGe/DA3 Geometry.")
    SEARCH_ALIASES = ["depth anything", "monocular depth"]
    CATEGORY = menu.DEPTH
    RETURN_TYPES = ("WSKIT_DEPTH", "STRING")
    RETURN_NAMES = ("depth", "report")
    OUTPUT_TOOLTIPS = ("Depth of every picture with its camera: metres, or scene units of a relative model.",
                       "What the model gave and what was assumed, in words.")
    FUNCTION = "estimate"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        present = list(models_in(_model_folders()))
        return {"required": {
            "image": ("IMAGE", {"tooltip": "Photographs; each is estimated on its own."}),
            "model_name": (present + [name for name in KNOWN_MODELS if name not in present], {"tooltip":
                           "Folder in models/geometry_estimation with config.json, preprocessor_config.json "
                           "and model.safetensors; the ones that are there come first. Metric models give "
                           "metres. DepthPro's licence allows research only."}),
            "horizontal_fov": sockets.degrees(0.0, 0.0, WIDEST_FOV,
                               "Horizontal field of view of the photograph in degrees. 0 = what DepthPro "
                               f"estimates, {USUAL_FOV:g} with the other models, which estimate "
                               "none.", advanced=True),
            "download": ("BOOLEAN", {"default": False, "tooltip":
                         "Fetch a model that is not there from Hugging Face (0.1 to 1.9 GB). Off: nothing is "
                         "ever downloaded."}),
        }}

    @classmethod
    def IS_CHANGED(cls, model_name: str, **_: object) -> list[str]:
        folder = models_in(_model_folders()).get(model_name)
        return changes_of(folder.iterdir()) if folder else []

    def estimate(self, image: Tensor, model_name: str, horizontal_fov: float,
                 download: bool) -> tuple[Depth, str]:
        from .bridge import progress_bar
        from .bridge.devices import load_to_device
        # ComfyUI keeps the node, and so the model, while it is in the graph
        self.patcher = _patcher(_model_folder(model_name, download))
        load_to_device(self.patcher)
        model: Any = self.patcher.get_attachment(MODEL)
        depth, report = estimate_depth(model, image[..., :3], horizontal_fov, progress_bar(len(image)))
        logger.info("%s", report)
        return depth, report


class DepthFromGeometry:
    """Takes the depth out of what ComfyUI's own depth nodes give."""

    DESCRIPTION = ("Turns the geometry of ComfyUI's own MoGe or Depth Anything 3 nodes into depth with its "
                   "cameras, and passes the photograph on. Connect one of the two. A MoGe panorama goes to "
                   "Point Cloud from Panorama.")
    SEARCH_ALIASES = ["depth anything 3"]
    CATEGORY = menu.DEPTH
    RETURN_TYPES = ("WSKIT_DEPTH", "IMAGE", "STRING")
    RETURN_NAMES = ("depth", "image", "report")
    OUTPUT_TOOLTIPS = ("Depth of every view; masked pixels and sky are not valid.",
                       "The photographs that the depth belongs to.",
                       "What was assumed or left out, in words.")
    FUNCTION = "convert"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "horizontal_fov": sockets.degrees(0.0, 0.0, WIDEST_FOV,
                               "Degrees. Only for Depth Anything 3 in mono mode, whose geometry holds no "
                               "intrinsics.", advanced=True),
            "unit": ("STRING", {"default": "", "tooltip":
                     "Unit of the depth. Empty: metres for a metric MoGe, scene units otherwise. Depth "
                     "Anything 3 does not tell; write m for its metric model."}),
        }, "optional": {
            "moge_geometry": ("MOGE_GEOMETRY", {"tooltip": "From Run MoGe Inference."}),
            "da3_geometry": ("DA3_GEOMETRY", {"tooltip": "From Run Depth Anything 3, mono or multiview."}),
        }}

    def convert(self, horizontal_fov: float, unit: str, moge_geometry: dict | None = None,
                da3_geometry: dict | None = None) -> tuple[Depth, Tensor, str]:
        if moge_geometry is not None and da3_geometry is None:
            depth, report = depth_from_moge(moge_geometry, unit)
            report += " horizontal_fov is not used: the geometry has intrinsics." if horizontal_fov else ""
            image = image_of(moge_geometry)
        elif da3_geometry is not None and moge_geometry is None:
            depth, report = depth_from_da3(da3_geometry, horizontal_fov, unit)
            image = image_of(da3_geometry)
        else:
            raise ValueError("Depth from MoGe/DA3 Geometry needs one geometry: connect moge_geometry or "
                             "da3_geometry.")
        logger.info("%s", report)
        return depth, image, report


class DepthFromMotion:
    """Depth from the parallax of a clip whose camera path is known."""

    DESCRIPTION = ("Finds the depth of every frame of a clip from the parallax between the frames "
                   "(multi-view stereo), with the cameras of its trajectory: no model, no download, and the "
                   "scale is that of the trajectory. Depth that the frames do not agree on is left out, e.g. "
                   "of plain walls and of what moves.")
    SEARCH_ALIASES = ["multi-view stereo", "plane sweep", "parallax", "structure from motion"]
    CATEGORY = menu.DEPTH
    RETURN_TYPES = ("WSKIT_DEPTH", "MASK", "STRING")
    RETURN_NAMES = ("depth", "confidence", "report")
    OUTPUT_TOOLTIPS = ("Depth of every frame with its camera, in the unit of the trajectory.",
                       "How well each pixel fits and how many frames agree on it; 0 where depth is not "
                       "known.",
                       "The share of known pixels and the range of depth of every frame.")
    FUNCTION = "find"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        def distance(tooltip: str) -> Socket:
            return ("FLOAT", {"default": 0.0, "min": 0.0, "max": 1e6, "step": 0.001, "tooltip": tooltip,
                              "advanced": True})
        return {"required": {
            "images": ("IMAGE", {"tooltip": "The frames of the clip, one for each pose of the trajectory."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path the clip was made along."}),
            "near": distance("Nearest depth that is searched, in the unit of the trajectory. 0 = found for "
                             "each frame, which takes little time."),
            "far": distance("Farthest depth that is searched, in the unit of the trajectory. 0 = up to "
                            "infinity."),
            "least_confidence": sockets.fraction(default_of(depth_from_motion, "least_confidence"),
                                 "Pixels below this confidence are not valid. Higher keeps fewer and better "
                                 "pixels.", advanced=True),
        }, "optional": {
            "mask": ("MASK", {"tooltip":
                     "1 = hole: the frame shows nothing there, e.g. the mask of Render Point Cloud when the "
                     "frames are renders. Not needed for decoded frames."}),
            "reference_images": ("IMAGE", {"tooltip":
                                 "Other pictures of the same scene to compare with, e.g. of another clip; no "
                                 "depth is found for them."}),
            "reference_trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "One pose for each reference image."}),
            "reference_mask": ("MASK", {"tooltip":
                               "1 = hole: the reference image shows nothing there and is not compared, e.g. "
                               "the mask of Render Point Cloud when they are renders."}),
        }}

    def find(self, images: Tensor, trajectory: Trajectory, near: float, far: float, least_confidence: float,
             mask: Tensor | None = None, reference_images: Tensor | None = None,
             reference_trajectory: Trajectory | None = None,
             reference_mask: Tensor | None = None) -> tuple[Depth, Tensor, str]:
        from .bridge import progress_bar
        from .bridge.devices import device_with_room
        others = None
        if reference_images is not None and reference_trajectory is not None:
            others = rgb(reference_images), reference_trajectory, _on_cpu(reference_mask)
        elif any(given is not None for given in (reference_images, reference_trajectory, reference_mask)):
            raise ValueError("Depth from Camera Motion needs reference_images and reference_trajectory "
                             "together, or neither of them, and takes reference_mask only with both.")
        device = device_with_room(bytes_needed(len(images) + (0 if others is None else len(others[0]))))
        return depth_from_motion(rgb(images), trajectory, _on_cpu(mask), near, far, least_confidence, others,
                                 device, progress_bar(len(images)))


class LoadDepth:
    """Loads a depth map file as numbers, nothing scaled to 8 bits on the way."""

    DESCRIPTION = ("Loads a depth map from the input folder: 16-bit PNG or TIFF (as value / 65535), float "
                   "TIFF, .npy or .npz (unchanged). Connect it to Depth from Image, which turns the numbers "
                   "into distances.")
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
    SEARCH_ALIASES = ["depth map", "disparity", "unproject"]
    CATEGORY = menu.DEPTH
    RETURN_TYPES = ("WSKIT_DEPTH",)
    RETURN_NAMES = ("depth",)
    OUTPUT_TOOLTIPS = ("Depth with its valid pixels and its camera, whose pose is where the world starts.",)
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
        return (depth_from_values(values, scale, K, unit, kind, valid_mask),)


class PreviewDepth:
    """What the depth map says, for the eye."""

    DESCRIPTION = ("Shows depth as a picture: near is white, far is black, unknown is dark blue. Also says "
                   "range, median and field of view in words, which tells a wrong unit or scale at once.")
    SEARCH_ALIASES = ["show depth", "depth to image"]
    CATEGORY = menu.DEPTH
    RETURN_TYPES = ("IMAGE", "STRING")
    RETURN_NAMES = ("preview", "report")
    OUTPUT_TOOLTIPS = ("One picture for each depth map, to look at; it is no depth any more.",
                       "Size, range, median, known part and field of view.")
    FUNCTION = "draw"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {"depth": ("WSKIT_DEPTH", {"tooltip": "Depth from any node of the pack."})}}

    def draw(self, depth: Depth) -> tuple[Tensor, str]:
        return depth_picture(depth), depth_report(depth)


class PlaceDepth:
    """The depth of a photograph in the world of a path."""

    DESCRIPTION = ("Puts depth where a trajectory starts, so that a cloud lifted from it lies in the "
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


def _patcher(folder: Path) -> ModelPatcher:
    """ComfyUI's handle on the depth model in a folder; the model is read again when a file has changed."""
    from .bridge.devices import as_patcher
    key = (folder, *changes_of(folder.iterdir()))
    patcher = loaded.get(key)
    if patcher is None:
        model = load_depth_model(folder)
        patcher = loaded[key] = as_patcher(model.network)
        patcher.set_attachments(MODEL, model)
    return patcher


def _on_cpu(mask: Tensor | None) -> Tensor | None:
    return None if mask is None else mask.cpu()


def _model_folders() -> list[str]:
    import folder_paths
    folder_paths.add_model_folder_path(MODELS, os.path.join(folder_paths.models_dir, MODELS))
    return folder_paths.get_folder_paths(MODELS)


def _model_folder(name: str, may_download: bool) -> Path:
    folders = _model_folders()
    present = models_in(folders)
    if name in present:
        return present[name]
    if name not in KNOWN_MODELS:
        raise ValueError(f"There is no depth model {quoted(name)} in {folders[0]}; put its folder there.")
    if not may_download:
        raise ValueError(f"{name} is not in {folders[0]}: switch download on in Estimate Depth, or put the "
                         f"folder there, from {how_to_get(name)}.")
    return download(name, folders[0])


def _depth_files() -> list[str]:
    import folder_paths

    folder = folder_paths.get_input_directory()
    return sorted(name for name in os.listdir(folder) if name.lower().endswith(ENDINGS))


NODES = {
    "WSKitEstimateDepth": (EstimateDepth, "Estimate Depth"),
    "WSKitDepthFromGeometry": (DepthFromGeometry, "Depth from MoGe/DA3 Geometry"),
    "WSKitDepthFromMotion": (DepthFromMotion, "Depth from Camera Motion"),
    "WSKitLoadDepth": (LoadDepth, "Load Depth Map"),
    "WSKitDepthFromImage": (DepthFromImage, "Depth from Image"),
    "WSKitPreviewDepth": (PreviewDepth, "Preview Depth"),
    "WSKitPlaceDepth": (PlaceDepth, "Place Depth at Trajectory"),
}
