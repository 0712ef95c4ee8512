"""Depth by a depth model: the folders of the models, their download, one loaded model for all nodes."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from torch import Tensor

from ..core.depth.depth import Depth
from ..core.depth.estimate import (
    KNOWN_MODELS,
    USUAL_FOV,
    download,
    estimate_depth,
    how_to_get,
    load_depth_model,
    models_in,
)
from ..core.values import quoted, require
from . import menu, sockets
from .files import changes_of
from .sockets import WIDEST_FOV, Inputs

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
                               f"estimates; with the other models, which estimate none, {USUAL_FOV:g} "
                               "along the longer side.", advanced=True),
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


def _model_folders() -> list[str]:
    import folder_paths
    folder_paths.add_model_folder_path(MODELS, os.path.join(folder_paths.models_dir, MODELS))
    return folder_paths.get_folder_paths(MODELS)


def _model_folder(name: str, may_download: bool) -> Path:
    require(isinstance(name, str), f"The depth model is a {type(name).__name__}, expected its name.")
    folders = _model_folders()
    present = models_in(folders)
    if name in present:
        return present[name]
    if name not in KNOWN_MODELS:
        raise ValueError(f"There is no depth model {quoted(name)} in {folders[0]}; put its folder there.")
    if not may_download:
        raise ValueError(f"{name} is not in {folders[0]}: switch download on in 'Estimate Depth', or put the "
                         f"folder there, from {how_to_get(name)}.")
    return download(name, folders[0])


NODES = {
    "WSKitEstimateDepth": (EstimateDepth, "Estimate Depth"),
}
