"""Finished clips as data sets for trainers of 3D scenes."""

from ..core.cloud.thinning import thin_cloud
from ..core.export.dataset import export_dataset
from .export import CATEGORY
from .files import output_path


class ExportDataset:
    """Pictures, cameras and points in a folder that trainers read."""

    DESCRIPTION = ("Writes pictures with their cameras and points to a folder in ComfyUI's output folder: COLMAP model "
                   "and transforms.json for Gaussian splatting, or the set that WorldMirror takes. Existing folders "
                   "are kept; every run gets the next number.")
    SEARCH_ALIASES = ["colmap", "transforms.json", "nerfstudio", "gaussian splatting", "3dgs"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("path",)
    OUTPUT_TOOLTIPS = ("Path of the folder relative to the output folder, with forward slashes.",)
    FUNCTION = "export"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "images": ("IMAGE", {"tooltip": "The decoded frames, one for each pose of the path."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
                           "The path the frames were made along; its intrinsics are stretched to their size."}),
            "filename_prefix": ("STRING", {"default": "worldstereo/dataset", "tooltip":
                                "Path and start of the folder's name below output/; a number is added."}),
            "layout": (["3DGS, COLMAP binary", "3DGS, COLMAP text", "WorldMirror"], {"tooltip":
                       "3DGS: images, COLMAP model, transforms.json and points, for 3D Gaussian splatting, gsplat, "
                       "nerfstudio, instant-ngp. WorldMirror: images and camera-to-world cameras.json."}),
        }, "optional": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The points that training begins with (3DGS layouts)."}),
            "max_points": ("INT", {"default": 1_000_000, "min": 0, "max": 100_000_000, "tooltip":
                           "Thins the cloud evenly to at most this many points. 0 keeps all."}),
            "masks": ("MASK", {"tooltip": "White where a picture is not to be learned from, one for each frame; "
                                          "written the other way round, as trainers want them."}),
            "depth": ("WSKIT_DEPTH", {"tooltip": "One map for each frame, written as 16-bit pictures in thousandths of "
                                                 "the unit."}),
        }}

    def export(self, images, trajectory, filename_prefix, layout, point_cloud=None, max_points=1_000_000, masks=None,
               depth=None):
        from .bridge import progress_to
        path, relative = output_path(filename_prefix, "")
        path, relative = path.with_name(path.name.rstrip(".")), relative.rstrip(".")  # a folder
        cloud = None if point_cloud is None else thin_cloud(point_cloud, most=max_points)
        export_dataset(path, images, trajectory, layout, cloud, masks, depth, progress_to())
        return {"ui": {"text": [relative]}, "result": (relative,)}


NODES = {"WSKitExportDataset": (ExportDataset, "Export Dataset")}
