"""Depth from the parallax of a clip."""

from __future__ import annotations

from torch import Tensor

from ..core.cameras.trajectory import Trajectory
from ..core.depth.depth import Depth
from ..core.depth.motion.motion import bytes_needed, depth_from_motion
from ..core.pictures import rgb
from . import menu, sockets
from .sockets import Inputs, Socket, default_of


class DepthFromMotion:
    """Depth from the parallax of a clip whose camera path is known."""

    DESCRIPTION = ("Finds the depth of every frame of a clip from the parallax between the frames "
                   "(multi-view stereo), with the cameras of its trajectory: no model, no download, and the "
                   "scale is that of the trajectory. Depth that the frames do not agree on is left out, e.g. "
                   "of plain walls and of what moves.")
    SEARCH_ALIASES = ["multi-view stereo", "plane sweep", "structure from motion"]
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
            raise ValueError("'Depth from Camera Motion' needs reference_images and reference_trajectory "
                             "together, or neither of them, and takes reference_mask only with both.")
        device = device_with_room(bytes_needed(len(images) + (0 if others is None else len(others[0]))))
        return depth_from_motion(rgb(images), trajectory, _on_cpu(mask), near, far, least_confidence, others,
                                 device, progress_bar(len(images)))


def _on_cpu(mask: Tensor | None) -> Tensor | None:
    return None if mask is None else mask.cpu()


NODES = {
    "WSKitDepthFromMotion": (DepthFromMotion, "Depth from Camera Motion"),
}
