"""Point clouds and clips as files for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor

from ..core.cameras.trajectory import Trajectory
from ..core.cloud.files import save
from ..core.cloud.files.save import BY_FORMAT, ENDINGS, GAUSSIANS, GLB, PLY, SPLAT, export_point_cloud
from ..core.cloud.files.splat import SIZE, splat_tensors
from ..core.cloud.point_cloud import PointCloud
from ..core.cloud.thinning import thin_cloud
from ..core.depth.depth import Depth
from ..core.export.dataset import COLMAP_BINARY, COLMAP_TEXT, WORLD_MIRROR, export_dataset
from . import menu, sockets
from .files import output_path, write_new
from .sockets import Inputs, Output

Y_UP, Y_DOWN = "Y up (viewers)", "Y down (OpenCV)"
AXES = {BY_FORMAT: BY_FORMAT, Y_UP: save.Y_UP, Y_DOWN: save.WORLD}  # as export_point_cloud calls them
# ComfyUI's 3D nodes name the kinds that they take, so each kind has an output, and a wrong link is refused
KINDS = {GLB: "glb", PLY: "ply", SPLAT: "splat", GAUSSIANS: "splat"}


class ExportPointCloud:
    """The point cloud as a file that 3D programs open."""

    DESCRIPTION = ("Writes the point cloud to ComfyUI's output folder as GLB (connect the path to "
                   "Preview3D), PLY or splats. Existing files are kept; every run gets the next number.")
    SEARCH_ALIASES = ["save ply", "save glb", "3d export", "splat"]
    CATEGORY = menu.EXPORT
    RETURN_TYPES = ("STRING", "FILE_3D_GLB", "FILE_3D_POINT_CLOUD_ANY", "FILE_3D_SPLAT_ANY")
    RETURN_NAMES = ("path", "glb", "ply", "splat")
    OUTPUT_TOOLTIPS = ("Path of the file relative to the output folder, with forward slashes.",
                       "The file of format glb, for Preview 3D and other nodes of newer ComfyUI that take 3D "
                       "files.",
                       "The file of format ply, for Preview Point Cloud of newer ComfyUI.",
                       "The file of format splat or 3dgs ply, for Preview Splat and Get Splat of newer "
                       "ComfyUI.")
    FUNCTION = "export"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud to write."}),
            "filename_prefix": sockets.file_prefix("worldstereo/point_cloud"),
            "format": ([*ENDINGS], {"tooltip":
                       "glb opens in ComfyUI's 3D nodes and in browsers; ply in MeshLab, CloudCompare, "
                       "Blender; splat in splat viewers; 3dgs ply is the start of a Gaussian splatting "
                       "training."}),
            "up_axis": ([*AXES], {"tooltip":
                        "as the format expects: upright in its viewers, as the start camera stood; y up for "
                        "glb and ply, y down for splat and 3dgs ply. Y up: that for every format. Y down: "
                        "world coordinates unchanged, as the cameras have them; y down for a photograph's "
                        "cloud, z up for a panorama's."}),
        }, "optional": {
            "voxel_size": sockets.edge(
                "Keeps the most confident point of each cube of this edge, in the cloud's unit. 0 keeps "
                "all.", advanced=True),
            "max_points": sockets.most_points(
                0, "Thins the cloud evenly to at most this many points; viewers are at ease up to 2 "
                   "million."),
            "normals": ("BOOLEAN", {"default": False, "advanced": True, "tooltip":
                        "ply only: adds normals, estimated from the 12 nearest points and facing the start "
                        "camera; takes about 4 seconds per million points."}),
            "confidence": ("BOOLEAN", {"default": False, "advanced": True, "tooltip":
                           "ply only: adds how much the geometric memory trusts each point."}),
        }}

    def export(self, point_cloud: PointCloud, filename_prefix: str, format: str, up_axis: str,
               voxel_size: float = 0.0, max_points: int = 0, normals: bool = False,
               confidence: bool = False) -> Output:
        from .bridge import progress_to
        path, relative = output_path(filename_prefix, ENDINGS[format].removeprefix("."))
        cloud = thin_cloud(point_cloud, voxel_size, max_points)
        export_point_cloud(cloud, path, AXES[up_axis], format, normals, confidence, progress_to())
        return {"ui": {"text": [relative]},
                "result": (relative, *(file_3d(path) if kind == KINDS[format] else _not_written(kind, format)
                                       for kind in self.RETURN_NAMES[1:]))}


class PointCloudToSplat:
    """The point cloud as ComfyUI's own splats."""

    DESCRIPTION = ("Turns the point cloud into SPLAT, for ComfyUI's nodes that show, join, render and save "
                   "Gaussian splats: flat on the surface, as large as the points are apart, and as "
                   "opaque as the memory is sure of them.")
    SEARCH_ALIASES = ["gaussian splatting"]
    CATEGORY = menu.EXPORT
    RETURN_TYPES = ("SPLAT",)
    RETURN_NAMES = ("splat",)
    OUTPUT_TOOLTIPS = ("The splats as the start camera sees them, x right, y down.",)
    FUNCTION = "convert"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip":
                            "The cloud to convert; thin a large one first."}),
            "size": ("FLOAT", {"default": SIZE, "min": 0.01, "max": 10.0, "step": 0.01, "tooltip":
                     "Standard deviation of a splat along the surface, in distances to its neighbours: "
                     "larger closes gaps and blurs."}),
            "max_points": sockets.most_points(1_000_000),
        }}

    def convert(self, point_cloud: PointCloud, size: float, max_points: int) -> tuple[Any]:
        from comfy_api.latest import Types

        from .bridge import progress_to
        as_splat = getattr(Types, "SPLAT", None)
        if as_splat is None:
            raise ValueError("This ComfyUI is too old to have splats; update it, or write a file with "
                             "'Export Point Cloud' in the format splat.")
        return (as_splat(*splat_tensors(thin_cloud(point_cloud, most=max_points), size, progress_to())),)


class ExportDataset:
    """Pictures, cameras and points in a folder that trainers read."""

    DESCRIPTION = ("Writes pictures with their cameras and points to a folder in ComfyUI's output folder: "
                   "COLMAP model and transforms.json for Gaussian splatting, or the set that WorldMirror "
                   "takes. Existing folders are kept; every run gets the next number.")
    SEARCH_ALIASES = ["transforms.json", "nerfstudio", "gaussian splatting"]
    CATEGORY = menu.EXPORT
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("path",)
    OUTPUT_TOOLTIPS = ("Path of the folder relative to the output folder, with forward slashes.",)
    FUNCTION = "export"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "images": ("IMAGE", {"tooltip": "The decoded frames, one for each pose of the path."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
                           "The path the frames were made along; its intrinsics are stretched to their "
                           "size."}),
            "filename_prefix": sockets.folder_prefix("worldstereo/dataset"),
            "layout": ([COLMAP_BINARY, COLMAP_TEXT, WORLD_MIRROR], {"tooltip":
                       "3DGS: images, COLMAP model, transforms.json and points, for 3D Gaussian splatting, "
                       "gsplat, nerfstudio, instant-ngp. WorldMirror: images and camera-to-world "
                       "cameras.json."}),
        }, "optional": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip":
                            "The points that training begins with (3DGS layouts)."}),
            "max_points": sockets.most_points(1_000_000),
            "masks": ("MASK", {"tooltip":
                      "1 (white) where the training ignores the picture, one mask for each frame; the files "
                      "are inverted, as trainers expect."}),
            "depth": ("WSKIT_DEPTH", {"tooltip":
                      "One map for each frame, written as 16-bit pictures in thousandths of the unit."}),
        }}

    def export(self, images: Tensor, trajectory: Trajectory, filename_prefix: str, layout: str,
               point_cloud: PointCloud | None = None, max_points: int = 1_000_000,
               masks: Tensor | None = None, depth: Depth | None = None) -> Output:
        from .bridge import progress_to
        cloud = None if point_cloud is None else thin_cloud(point_cloud, most=max_points)
        return write_new(filename_prefix, "", lambda path: export_dataset(
            path, images, trajectory, layout, cloud, masks, depth, progress_to()))


def _not_written(kind: str, format: str) -> Any:
    """Ends the node that takes an output of another kind than was written, with a sentence."""
    from comfy_execution.graph import ExecutionBlocker
    return ExecutionBlocker(f"'Export Point Cloud' wrote the format {format}, and its output {kind} is "
                            f"linked: set format to {kind}, or link its output {KINDS[format]}.")


def file_3d(path: Path) -> Any:
    """ComfyUI's value for a 3D file on disk; None where it has none (before 2026)."""
    try:
        from comfy_api.latest import Types
    except ImportError:
        return None
    as_file = getattr(Types, "File3D", None)
    return as_file and as_file(str(path), path.suffix.removeprefix("."))


NODES = {
    "WSKitExportPointCloud": (ExportPointCloud, "Export Point Cloud"),
    "WSKitPointCloudToSplat": (PointCloudToSplat, "Point Cloud to Splat"),
    "WSKitExportDataset": (ExportDataset, "Export Dataset"),
}
