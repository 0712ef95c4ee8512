"""From a photograph of any aspect to the size of a clip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor

from ..core.depth.crop import crop
from ..core.depth.depth import Depth
from ..core.picture_fit import lost_part, near_size
from ..core.sampling.conditioning import nearest_bucket
from . import menu, sockets
from .sockets import HEIGHT, WIDTH, Inputs

if TYPE_CHECKING:
    from comfy.model_patcher import ModelPatcher


class PictureSize:
    """The size of a clip that suits a photograph."""

    DESCRIPTION = ("Suggests width and height of a clip for a photograph: of about as many pixels as the "
                   "models were trained on, in multiples of 16, so that a crop leaves out as little as "
                   "possible. With a model, one of the sizes that it was trained on.")
    SEARCH_ALIASES = ["resolution", "aspect ratio", "bucket", "portrait"]
    CATEGORY = menu.CAMERA
    RETURN_TYPES = ("INT", "INT", "STRING")
    RETURN_NAMES = ("width", "height", "report")
    OUTPUT_TOOLTIPS = ("Width of the clip in pixels.", "Height of the clip in pixels.",
                       "Both sizes, and how much of the photograph a crop leaves out.")
    FUNCTION = "suggest"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {"image": ("IMAGE", {"tooltip": "The photograph."})},
                "optional": {"model": sockets.with_options(sockets.MODEL, tooltip=
                    "From Load WorldStereo Model: the nearest of the sizes in its config.json (scale_map).")}}

    def suggest(self, image: Tensor, model: ModelPatcher | None = None) -> tuple[int, int, str]:
        from . import bridge
        photo = (image.shape[2], image.shape[1])
        if model is None:
            width, height = near_size(photo, (WIDTH, HEIGHT))
        else:
            sizes = bridge.worldstereo(model).settings.scale_map
            height, width = nearest_bucket(photo[1], photo[0], sizes)
        return width, height, (f"{width}x{height} for a photograph of {photo[0]}x{photo[1]}: a crop leaves "
                               f"out {lost_part(photo, (width, height)):.1%} of it")


class CropPhotoAndDepth:
    """Another part of the photograph than its middle."""

    DESCRIPTION = ("Cuts a photograph and its depth to the aspect of a clip, keeping their resolution; the "
                   "intrinsics follow. For another part than the middle, which the fit of Camera Trajectory "
                   "takes, or to leave the rest of the photograph out of the point cloud.")
    SEARCH_ALIASES = ["aspect ratio", "portrait", "image crop"]
    CATEGORY = menu.DEPTH
    RETURN_TYPES = ("IMAGE", "WSKIT_DEPTH")
    RETURN_NAMES = ("image", "depth")
    OUTPUT_TOOLTIPS = ("The part of the photograph; use it wherever the photograph went.",
                       "Its depth, with the intrinsics of the part.")
    FUNCTION = "crop"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        side = "of the clip in pixels. The two give the aspect; nothing is resized."
        return {"required": {
            "image": ("IMAGE", {"tooltip": "The photograph, of the size of its depth map."}),
            "depth": ("WSKIT_DEPTH", {"tooltip": "Depth of the photograph."}),
            "width": sockets.side("Width", WIDTH, side, step=1, low=1),
            "height": sockets.side("Height", HEIGHT, side, step=1, low=1),
            "across": sockets.fraction(0.5, "Where the part lies: 0 = at the left, 1 = at the right."),
            "down": sockets.fraction(0.5, "Where the part lies: 0 = at the top, 1 = at the bottom."),
        }}

    def crop(self, image: Tensor, depth: Depth, width: int, height: int, across: float,
             down: float) -> tuple[Tensor, Depth]:
        return crop(image, depth, (width, height), across, down)


NODES = {
    "WSKitPictureSize": (PictureSize, "Picture Size"),
    "WSKitCropPhotoAndDepth": (CropPhotoAndDepth, "Crop Photo and Depth"),
}
