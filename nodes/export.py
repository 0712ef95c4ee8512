"""Point clouds as files: for other programs in ComfyUI's output folder, and from them."""

from pathlib import Path

from ..core.cloud.files.load import load_point_cloud
from ..core.cloud.files.save import ENDINGS, export_point_cloud
from ..core.cloud.files.splat import splat_tensors
from ..core.cloud.thinning import thin_cloud
from .files import change_of, file_complaint, output_path, stored_files, stored_path

CATEGORY = "WorldStereo/export"
BY_FORMAT, Y_UP, Y_DOWN = "as the format expects", "Y up (viewers)", "Y down (OpenCV)"
AXES = {BY_FORMAT: BY_FORMAT, Y_UP: "y up", Y_DOWN: "world"}  # as export_point_cloud calls them
FILE_3D = "FILE_3D_POINT_CLOUD_ANY,FILE_3D_PLY,FILE_3D_GLB,FILE_3D_SPLAT_ANY,FILE_3D_SPLAT,FILE_3D"


class ExportPointCloud:
    """The point cloud as a file that 3D programs open."""

    DESCRIPTION = ("Writes the point cloud to ComfyUI's output folder as GLB (connect the path to Preview3D), PLY or "
                   "splats. Existing files are kept; every run gets the next number.")
    SEARCH_ALIASES = ["save ply", "save glb", "3d export", "splat"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("STRING", FILE_3D)
    RETURN_NAMES = ("path", "file_3d")
    OUTPUT_TOOLTIPS = ("Path of the file relative to the output folder, with forward slashes.",
                       "The file for ComfyUI's nodes that take 3D files. Empty where ComfyUI is too old to have them.")
    FUNCTION = "export"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud to write."}),
            "filename_prefix": ("STRING", {"default": "worldstereo/point_cloud", "tooltip":
                                "Folder and start of the file name below output/; a number is added."}),
            "format": (["glb", "ply", "splat", "3dgs ply"], {"tooltip":
                       "glb opens in ComfyUI's 3D nodes and in browsers; ply in MeshLab, CloudCompare, Blender; splat "
                       "in splat viewers; 3dgs ply is the start of a Gaussian splatting training."}),
            "up_axis": ([*AXES], {"tooltip":
                        "as the format expects: upright in its viewers, as the start camera stood; y up for glb and "
                        "ply, y down for splat and 3dgs ply. Y up: that for every format. Y down: world coordinates "
                        "unchanged, as the cameras have them; y down for a photograph's cloud, z up for a "
                        "panorama's."}),
        }, "optional": {
            "voxel_size": ("FLOAT", {"default": 0.0, "min": 0.0, "max": 1000.0, "step": 0.0001, "tooltip":
                           "Keeps the most confident point of each cube of this edge, in the cloud's unit. 0 keeps "
                           "all."}),
            "max_points": ("INT", {"default": 0, "min": 0, "max": 100_000_000, "tooltip":
                           "Thins the cloud evenly to at most this many points; viewers are at ease up to 2 million. 0 "
                           "keeps all."}),
            "normals": ("BOOLEAN", {"default": False, "tooltip":
                        "ply only: adds normals, estimated from the 12 nearest points and facing the start camera; "
                        "takes about 4 seconds per million points."}),
            "confidence": ("BOOLEAN", {"default": False, "tooltip":
                           "ply only: adds how much the geometric memory trusts each point."}),
        }}

    def export(self, point_cloud, filename_prefix, format, up_axis, voxel_size=0.0, max_points=0, normals=False,
               confidence=False):
        from .bridge import progress_to
        path, relative = output_path(filename_prefix, ENDINGS[format].removeprefix("."))
        cloud = thin_cloud(point_cloud, voxel_size, max_points)
        export_point_cloud(cloud, path, AXES[up_axis], format, normals, confidence, progress_to())
        return {"ui": {"text": [relative]}, "result": (relative, file_3d(path))}


class PointCloudToSplat:
    """The point cloud as ComfyUI's own splats."""

    DESCRIPTION = ("Turns the point cloud into SPLAT, for ComfyUI's nodes that show, join, render and save Gaussian "
                   "splats: opaque round ones, as large as the points are apart.")
    SEARCH_ALIASES = ["gaussian splatting", "3dgs"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("SPLAT",)
    RETURN_NAMES = ("splat",)
    OUTPUT_TOOLTIPS = ("The splats as the start camera sees them, x right, y down.",)
    FUNCTION = "convert"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud to convert; thin a large one first."}),
            "size": ("FLOAT", {"default": 0.5, "min": 0.01, "max": 10.0, "step": 0.01, "tooltip":
                     "Standard deviation of a splat in distances to its neighbours: larger closes gaps and blurs."}),
            "max_points": ("INT", {"default": 1_000_000, "min": 0, "max": 100_000_000, "tooltip":
                           "Thins the cloud evenly to at most this many points. 0 keeps all."}),
        }}

    def convert(self, point_cloud, size, max_points):
        from comfy_api.latest import Types

        from .bridge import progress_to
        if not hasattr(Types, "SPLAT"):
            raise ValueError("This ComfyUI is too old to have splats; update it, or write a file with Export Point "
                             "Cloud in the format splat.")
        return (Types.SPLAT(*splat_tensors(thin_cloud(point_cloud, most=max_points), size, progress_to())),)


class LoadPointCloud:
    """A point cloud from a file."""

    DESCRIPTION = ("Loads a PLY or GLB file as point cloud: one that Export Point Cloud wrote comes back into its "
                   "world, one of another program starts in the origin.")
    SEARCH_ALIASES = ["import ply", "load ply", "3d"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_POINT_CLOUD", "STRING")
    RETURN_NAMES = ("point_cloud", "report")
    OUTPUT_TOOLTIPS = ("The cloud; corners of meshes are taken as points.",
                       "How many points, how they were turned, their unit, what was left out.")
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "file": (sorted([*stored_files("ply"), *stored_files("glb")], key=lambda file: (file.endswith("]"), file)),
                     {"worldstereo_upload": ".ply,.glb", "tooltip":
                      "A file in the input folder, or in the output folder (marked [output])."}),
            "up_axis": (["as the file says", "y up", "world", "z up"], {"tooltip":
                        "How the file's world stands. as the file says: as Export Point Cloud has noted it, y up where "
                        "nothing is noted; world: OpenCV axes, coordinates unchanged; z up: scans and CAD."}),
        }, "optional": {
            "unit": ("STRING", {"default": "", "tooltip": "Unit of the coordinates, such as m. Empty: the noted one."}),
            "colors": (["as the format says", "sRGB"], {"tooltip":
                       "What the colours of a GLB's corners are. as the format says: linear light; sRGB: what some "
                       "programs store in its place (trimesh, VGGT), so that clouds look pale. Nothing for PLY."}),
        }}

    @classmethod
    def IS_CHANGED(cls, file, **_):
        return change_of(file)

    @classmethod
    def VALIDATE_INPUTS(cls, file):
        return file_complaint(file)

    def load(self, file, up_axis, unit="", colors="as the format says"):
        return load_point_cloud(stored_path(file), up_axis, unit.strip(), colors)


def file_3d(path: Path):
    """ComfyUI's value for a 3D file on disk; None where it has none (before 2026)."""
    try:
        from comfy_api.latest import Types
        return Types.File3D(str(path), path.suffix.removeprefix("."))
    except (ImportError, AttributeError):
        return None


NODES = {
    "WSKitExportPointCloud": (ExportPointCloud, "Export Point Cloud"),
    "WSKitPointCloudToSplat": (PointCloudToSplat, "Point Cloud to Splat"),
    "WSKitLoadPointCloud": (LoadPointCloud, "Load Point Cloud"),
}
