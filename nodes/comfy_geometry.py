"""Depth from the geometry that ComfyUI's own depth nodes give."""

from __future__ import annotations

import logging

from torch import Tensor

from ..core.depth.comfy_geometry import depth_from_da3, depth_from_moge, image_of
from ..core.depth.depth import Depth
from . import menu, sockets
from .sockets import WIDEST_FOV, Inputs

logger = logging.getLogger(__name__)


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
            raise ValueError("'Depth from MoGe/DA3 Geometry' needs one geometry: connect moge_geometry or "
                             "da3_geometry.")
        logger.info("%s", report)
        return depth, image, report


NODES = {
    "WSKitDepthFromGeometry": (DepthFromGeometry, "Depth from MoGe/DA3 Geometry"),
}
