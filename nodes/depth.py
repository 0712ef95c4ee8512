"""Depth of pictures: by a model, from ComfyUI's own depth nodes, or from the camera's motion."""

import logging
import os
from weakref import WeakValueDictionary

from ..core.depth.comfy_geometry import depth_from_da3, depth_from_moge, image_of
from ..core.depth.estimate import KNOWN_MODELS, download, estimate_depth, how_to_get, load_depth_model, models_in
from ..core.depth.motion.motion import bytes_needed, depth_from_motion
from ..core.pictures import rgb
from ..core.values import quoted
from .files import changes_of

CATEGORY = "WorldStereo/geometry"
# ComfyUI's own folder for such models since 2026; older versions lack it. Models that are folders go there too.
MODELS = "geometry_estimation"
MODEL = "depth model"

logger = logging.getLogger(__name__)
loaded = WeakValueDictionary()  # (folder, state of its files) -> the model, while a node in the graph has it


class EstimateDepth:
    """Runs a depth model of the transformers library."""

    DESCRIPTION = ("Estimates depth with a model of the transformers library: DepthPro (metric, with its field of "
                   "view), Depth Anything V2 (metric or relative) or ZoeDepth (metric). Models are folders in "
                   "models/geometry_estimation. For MoGe and Depth Anything 3 use ComfyUI's own nodes and Depth from "
                   "MoGe/DA3 Geometry.")
    SEARCH_ALIASES = ["depth anything", "monocular depth"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_DEPTH", "STRING")
    RETURN_NAMES = ("depth", "report")
    OUTPUT_TOOLTIPS = ("Depth of every picture with its camera: metres, or scene units of a relative model.",
                       "What the model gave and what was assumed, in words.")
    FUNCTION = "estimate"

    @classmethod
    def INPUT_TYPES(cls):
        present = list(models_in(_model_folders()))
        return {"required": {
            "image": ("IMAGE", {"tooltip": "Photographs; each is estimated on its own."}),
            "model_name": (present + [name for name in KNOWN_MODELS if name not in present], {"tooltip":
                           "Folder in models/geometry_estimation with config.json, preprocessor_config.json and "
                           "model.safetensors; the ones that are there come first. Metric models give metres. "
                           "DepthPro's licence allows research only."}),
            "horizontal_fov": ("FLOAT", {"default": 0.0, "min": 0.0, "max": 170.0, "step": 0.01, "tooltip":
                               "Horizontal field of view of the photograph in degrees. 0 = what DepthPro estimates, 60 "
                               "with the other models, which estimate none."}),
            "download": ("BOOLEAN", {"default": False, "tooltip":
                         "Fetch a model that is not there from Hugging Face (0.1 to 1.9 GB). Off: nothing is ever "
                         "downloaded."}),
        }}

    @classmethod
    def IS_CHANGED(cls, model_name, **_):
        folder = models_in(_model_folders()).get(model_name)
        return changes_of(folder.iterdir()) if folder else []

    def estimate(self, image, model_name, horizontal_fov, download):
        from .bridge import progress_bar
        from .bridge.devices import load_to_device
        self.patcher = _patcher(_model_folder(model_name, download))  # ComfyUI keeps the node while it is in the graph
        load_to_device(self.patcher)
        model = self.patcher.get_attachment(MODEL)
        depth, report = estimate_depth(model, image[..., :3], horizontal_fov, progress_bar(len(image)))
        logger.info("%s", report)
        return depth, report


class DepthFromGeometry:
    """Takes the depth out of what ComfyUI's own depth nodes give."""

    DESCRIPTION = ("Turns the geometry of ComfyUI's own MoGe or Depth Anything 3 nodes into depth with its cameras, "
                   "and passes the photograph on. Connect one of the two. A MoGe panorama goes to Point Cloud from "
                   "Panorama.")
    SEARCH_ALIASES = ["depth anything 3"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_DEPTH", "IMAGE", "STRING")
    RETURN_NAMES = ("depth", "image", "report")
    OUTPUT_TOOLTIPS = ("Depth of every view; masked pixels and sky are not valid.",
                       "The photographs that the depth belongs to.", "What was assumed or left out, in words.")
    FUNCTION = "convert"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "horizontal_fov": ("FLOAT", {"default": 0.0, "min": 0.0, "max": 170.0, "step": 0.01, "tooltip":
                               "Degrees. Only for Depth Anything 3 in mono mode, whose geometry holds no intrinsics."}),
            "unit": ("STRING", {"default": "", "tooltip":
                     "Unit of the depth. Empty: metres for a metric MoGe, scene units otherwise. Depth Anything 3 does "
                     "not tell; write m for its metric model."}),
        }, "optional": {
            "moge_geometry": ("MOGE_GEOMETRY", {"tooltip": "From Run MoGe Inference."}),
            "da3_geometry": ("DA3_GEOMETRY", {"tooltip": "From Run Depth Anything 3, mono or multiview."}),
        }}

    def convert(self, horizontal_fov, unit, moge_geometry=None, da3_geometry=None):
        if (moge_geometry is None) == (da3_geometry is None):
            raise ValueError("Depth from MoGe/DA3 Geometry needs one geometry: connect moge_geometry or da3_geometry.")
        if moge_geometry is not None:
            depth, report = depth_from_moge(moge_geometry, unit)
            report += " horizontal_fov is not used: the geometry has intrinsics." if horizontal_fov else ""
        else:
            depth, report = depth_from_da3(da3_geometry, horizontal_fov, unit)
        logger.info("%s", report)
        return depth, image_of(moge_geometry or da3_geometry), report


def _patcher(folder):
    """ComfyUI's handle on the depth model in a folder, with the model attached; read again when a file has changed."""
    from .bridge.devices import as_patcher
    key = (folder, *changes_of(folder.iterdir()))
    patcher = loaded.get(key)
    if patcher is None:
        model = load_depth_model(folder)
        patcher = loaded[key] = as_patcher(model.network)
        patcher.set_attachments(MODEL, model)
    return patcher


class DepthFromMotion:
    """Depth from the parallax of a clip whose camera path is known."""

    DESCRIPTION = ("Finds the depth of every frame of a clip from the parallax between the frames (multi-view stereo), "
                   "with the cameras of its trajectory: no model, no download, and the scale is that of the "
                   "trajectory. Depth that the frames do not agree on is left out, e.g. of plain walls and of what "
                   "moves.")
    SEARCH_ALIASES = ["multi-view stereo", "plane sweep", "parallax", "structure from motion"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_DEPTH", "MASK", "STRING")
    RETURN_NAMES = ("depth", "confidence", "report")
    OUTPUT_TOOLTIPS = ("Depth of every frame with its camera, in the unit of the trajectory.",
                       "How well each pixel fits and how many frames agree on it; 0 where depth is not known.",
                       "The share of known pixels and the range of depth of every frame.")
    FUNCTION = "find"

    @classmethod
    def INPUT_TYPES(cls):
        def distance(tooltip):
            return ("FLOAT", {"default": 0.0, "min": 0.0, "max": 1e6, "step": 0.001, "tooltip": tooltip})
        return {"required": {
            "images": ("IMAGE", {"tooltip": "The frames of the clip, one for each pose of the trajectory."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path the clip was made along."}),
            "near": distance("Nearest depth that is searched, in the unit of the trajectory. 0 = found for each frame, "
                             "which takes little time."),
            "far": distance("Farthest depth that is searched, in the unit of the trajectory. 0 = up to infinity."),
            "least_confidence": ("FLOAT", {"default": 0.1, "min": 0.0, "max": 1.0, "step": 0.01, "tooltip":
                                 "Pixels below this confidence are not valid. Higher keeps fewer and better pixels."}),
        }, "optional": {
            "mask": ("MASK", {"tooltip": "1 = hole: the frame shows nothing there, e.g. the mask of Render Point "
                                         "Cloud when the frames are renders. Not needed for decoded frames."}),
            "reference_images": ("IMAGE", {"tooltip": "Other pictures of the same scene to compare with, e.g. of "
                                                      "another clip; no depth is found for them."}),
            "reference_trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "One pose for each reference image."}),
            "reference_mask": ("MASK", {"tooltip": "1 = hole: the reference image shows nothing there and is not "
                                                   "compared, e.g. the mask of Render Point Cloud when they are "
                                                   "renders."}),
        }}

    def find(self, images, trajectory, near, far, least_confidence, mask=None, reference_images=None,
             reference_trajectory=None, reference_mask=None):
        from .bridge import progress_bar
        from .bridge.devices import device_with_room
        if (reference_images is None) != (reference_trajectory is None) or \
                (reference_images is None and reference_mask is not None):
            raise ValueError("Depth from Camera Motion needs reference_images and reference_trajectory together, or "
                             "neither of them, and takes reference_mask only with both.")
        others = None if reference_images is None else (rgb(reference_images), reference_trajectory,
                                                         _on_cpu(reference_mask))
        device = device_with_room(bytes_needed(len(images) + (0 if others is None else len(others[0]))))
        return depth_from_motion(rgb(images), trajectory, _on_cpu(mask), near, far, least_confidence, others, device,
                                 progress_bar(len(images)))


def _on_cpu(mask):
    return None if mask is None else mask.cpu()


def _model_folders():
    import folder_paths
    folder_paths.add_model_folder_path(MODELS, os.path.join(folder_paths.models_dir, MODELS))
    return folder_paths.get_folder_paths(MODELS)


def _model_folder(name, may_download):
    folders = _model_folders()
    present = models_in(folders)
    if name in present:
        return present[name]
    if name not in KNOWN_MODELS:
        raise ValueError(f"There is no depth model {quoted(name)} in {folders[0]}; put its folder there.")
    if not may_download:
        raise ValueError(f"{name} is not in {folders[0]}: switch download on in Estimate Depth, or put the folder "
                         f"there, from {how_to_get(name)}.")
    return download(name, folders[0])


NODES = {
    "WSKitEstimateDepth": (EstimateDepth, "Estimate Depth"),
    "WSKitDepthFromGeometry": (DepthFromGeometry, "Depth from MoGe/DA3 Geometry"),
    "WSKitDepthFromMotion": (DepthFromMotion, "Depth from Camera Motion"),
}
