"""Camera paths from and for nodes that hand cameras on as tensors."""

from __future__ import annotations

from torch import Tensor

from ..core.cameras.formats.tensors import write_extrinsics
from ..core.cameras.trajectory import Trajectory
from ..core.depth.depth import Depth
from ..core.picture_fit import STRETCH
from ..core.planning.fit import fit_trajectory
from ..core.planning.viewer import read_tensors
from . import menu, sockets
from .camera_files import FILE_UNIT, INVERTED, MEDIAN_DEPTHS, REPORT, fitting
from .sockets import Inputs


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
        required, optional = fitting()
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
            "fit": sockets.FIT,
        }}

    def convert(self, extrinsics: Tensor, intrinsics: Tensor, direction: str, frames: int, width: int,
                height: int, scale: float, image: Tensor | None = None, depth: Depth | None = None,
                positions: str = FILE_UNIT, fit: str = STRETCH) -> tuple[Trajectory, str]:
        size = None if image is None else (image.shape[2], image.shape[1])
        reading = read_tensors(extrinsics, intrinsics, size, direction == INVERTED)
        return fit_trajectory(reading, frames, (width, height), scale, depth, positions == MEDIAN_DEPTHS,
                              fit)


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


NODES = {
    "WSKitTrajectoryFromExtrinsics": (TrajectoryFromExtrinsics, "Trajectory from Extrinsics"),
    "WSKitTrajectoryToExtrinsics": (TrajectoryToExtrinsics, "Trajectory to Extrinsics"),
}
