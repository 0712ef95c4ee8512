"""Files for other programs, in ComfyUI's output folder."""

from pathlib import Path

CATEGORY = "WorldStereo/export"
Y_UP, Y_DOWN = "Y up (viewers)", "Y down (OpenCV)"


class ExportPointCloud:
    """The point cloud as a file that 3D programs open."""

    DESCRIPTION = ("Writes the point cloud to ComfyUI's output folder as GLB (connect the path to Preview3D) or PLY. "
                   "Existing files are kept; every run gets the next number.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("path",)
    OUTPUT_TOOLTIPS = ("Path of the file relative to the output folder, with forward slashes.",)
    FUNCTION = "export"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud to write."}),
            "filename_prefix": ("STRING", {"default": "worldstereo/point_cloud", "tooltip":
                                "Folder and start of the file name below output/; a number is added."}),
            "format": (["glb", "ply"], {"tooltip": "glb opens in ComfyUI's 3D nodes and in browsers; ply in MeshLab, "
                                                   "CloudCompare, Blender."}),
            "up_axis": ([Y_UP, Y_DOWN], {"tooltip": "Y up: upright in 3D viewers, as the start camera stood. Y down: world coordinates unchanged."}),
        }}

    def export(self, point_cloud, filename_prefix, format, up_axis):
        from ..core.export.point_cloud import export_point_cloud
        path, relative = output_path(filename_prefix, format)
        export_point_cloud(point_cloud, path, y_up=up_axis == Y_UP)
        return {"ui": {"text": [relative]}, "result": (relative,)}


def output_path(prefix: str, ending: str) -> tuple[Path, str]:
    """(path, path relative to output/ with forward slashes) of a new file "prefix_00001_.ending".

    Raises ValueError when the prefix leads out of ComfyUI's output folder.
    """
    import folder_paths
    root = Path(folder_paths.get_output_directory()).resolve()
    if not (root / prefix).resolve().is_relative_to(root):
        raise ValueError(f"The filename prefix {prefix!r} leads out of ComfyUI's output folder; "
                         "use a name without .. and without a leading slash.")
    folder, name, counter, _, _ = folder_paths.get_save_image_path(prefix, str(root))
    path = Path(folder) / f"{name}_{counter:05}_.{ending}"
    return path, path.resolve().relative_to(root).as_posix()


NODES = {"WSKitExportPointCloud": (ExportPointCloud, "Export Point Cloud")}
