"""Surfaces of triangles: made of the memories or of posed depth, written as files."""

from __future__ import annotations

import logging
from typing import Any

from torch import Tensor

from ..core.cameras.trajectory import Trajectory
from ..core.cloud.point_cloud import PointCloud
from ..core.cloud.render.along_path import render_path
from ..core.cloud.render.render import bytes_needed
from ..core.depth.depth import Depth, with_cameras_of
from ..core.memory.stereo.bank import MemoryBank
from ..core.pictures import rgb
from ..core.surface import volume
from ..core.surface.file import ENDINGS, write_mesh
from ..core.surface.make import ColoredMesh, MeshSettings, depth_of_cloud, mesh_of_views, views_of_memory
from . import menu, sockets
from .files import write_new
from .sockets import Inputs, Output

logger = logging.getLogger(__name__)

TYPES = ("WSKIT_MESH", "MESH", "STRING")
NAMES = ("surface", "mesh", "report")
TOOLTIPS = ("The mesh with its texture, for Export Mesh.",
            "The same for ComfyUI's own mesh nodes such as Save GLB; older ones take its shape alone.",
            "Number of triangles, size in the world, voxel size, size of the texture.")


def _settings() -> Inputs:
    """The widgets of both nodes that make a mesh."""
    usual = MeshSettings()
    return {
        "voxel_size": sockets.edge(
            "Edge of the voxels in the scene's unit: smaller shows finer things, and needs more memory. 0 = "
            "1.5 pixels of the pictures at the scene's median depth."),
        "max_triangles": ("INT", {"default": usual.max_triangles, "min": 0, "max": 100_000_000, "tooltip":
                          "At most about so many triangles; 0 keeps all. Needs the package "
                          "fast-simplification."}),
        "truncation": ("FLOAT", {"default": usual.truncation, "min": 2.0, "max": 100.0, "step": 0.5,
                                 "advanced": True, "tooltip":
                       "Voxels before and behind it within which a depth map moves the surface. Larger joins "
                       "depth that disagrees more, and rounds thin things off."}),
        "smallest_piece": sockets.fraction(usual.smallest_piece,
                           "Separate pieces with less than this share of the largest one's area are left "
                           "out.", advanced=True),
        "close_holes": ("FLOAT", {"default": usual.hole, "min": 0.0, "max": 10000.0, "step": 1.0,
                                  "advanced": True, "tooltip":
                        "Closes holes whose edge is at most so many voxels long; 0 closes none."}),
    }


class MeshFromMemory:
    """The two memories become a surface."""

    DESCRIPTION = ("Turns the point cloud of the geometric memory into a mesh with a texture. The cameras of "
                   "the memory bank say from where the surface is seen, and its frames are the texture; "
                   "without a bank the cloud is rendered along a path.")
    SEARCH_ALIASES = ["worldstereo", "reconstruct", "tsdf", "marching cubes", "surface", "texture",
                      "point cloud to mesh"]
    CATEGORY = menu.EXPORT
    RETURN_TYPES = TYPES
    RETURN_NAMES = NAMES
    OUTPUT_TOOLTIPS = TOOLTIPS
    FUNCTION = "make"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip":
                            "The cloud after the last Update Global-Geometric Memory."}),
            **_settings(),
        }, "optional": {
            "memory_bank": ("WSKIT_MEMORY_BANK", {"tooltip":
                            "The frames of the same clips: the mesh shows what their cameras have seen."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
                           "Instead of a memory bank: the cloud is rendered along this path."}),
        }}

    def make(self, point_cloud: PointCloud, voxel_size: float, max_triangles: int, truncation: float,
             smallest_piece: float, close_holes: float, memory_bank: MemoryBank | None = None,
             trajectory: Trajectory | None = None) -> tuple[ColoredMesh, Any, str]:
        from .bridge import progress_bar
        from .bridge.devices import device_with_room
        points = len(point_cloud.points)
        if memory_bank is not None:
            if trajectory is not None:
                logger.warning("The trajectory is not used: the cameras of the memory bank see the cloud.")
            device = device_with_room(bytes_needed(points, len(memory_bank), memory_bank.height,
                                                   memory_bank.width))
            frames, depth = views_of_memory(point_cloud, memory_bank, progress_bar(len(memory_bank)), device)
        elif trajectory is not None:
            step = progress_bar(2 * trajectory.frames)
            device = device_with_room(bytes_needed(points, trajectory.frames, trajectory.height,
                                                   trajectory.width))
            frames = render_path(point_cloud, trajectory, progress=step, device=device)[0]
            depth = depth_of_cloud(point_cloud, trajectory, step, device)
        else:
            raise ValueError("Mesh from Memory has neither memory_bank nor trajectory; connect the bank of "
                             "the clips, or a path that shows the scene.")
        settings = MeshSettings(voxel_size, truncation, smallest_piece, close_holes, max_triangles)
        return _results(frames, depth, settings, point_cloud.start_w2c)


class MeshFromDepth:
    """Posed pictures with depth become a surface."""

    DESCRIPTION = ("Fuses pictures with depth to a mesh with a texture. The depth maps must agree with each "
                   "other: one photograph, measured depth, or Depth from Camera Motion of a clip.")
    SEARCH_ALIASES = ["worldstereo", "reconstruct", "tsdf", "marching cubes", "surface", "depth to mesh"]
    CATEGORY = menu.EXPORT
    RETURN_TYPES = TYPES
    RETURN_NAMES = NAMES
    OUTPUT_TOOLTIPS = TOOLTIPS
    FUNCTION = "make"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "frames": ("IMAGE", {"tooltip": "Pictures of the size of the depth maps."}),
            "depth": ("WSKIT_DEPTH", {"tooltip": "One depth map for each picture."}),
            **_settings(),
        }, "optional": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
                           "The path of the pictures, one pose for each. Not needed when depth has its "
                           "cameras."}),
        }}

    def make(self, frames: Tensor, depth: Depth, voxel_size: float, max_triangles: int, truncation: float,
             smallest_piece: float, close_holes: float,
             trajectory: Trajectory | None = None) -> tuple[ColoredMesh, Any, str]:
        depth = depth if trajectory is None else with_cameras_of(depth, trajectory)
        settings = MeshSettings(voxel_size, truncation, smallest_piece, close_holes, max_triangles)
        return _results(rgb(frames), depth, settings)


def _results(frames: Tensor, depth: Depth, settings: MeshSettings,
             start_w2c: Tensor | None = None) -> tuple[ColoredMesh, Any, str]:
    from .bridge import progress_to
    from .bridge.devices import device_with_room
    device = device_with_room(volume.bytes_needed(depth.height, depth.width))
    made = mesh_of_views(frames, depth, settings, start_w2c, progress_to(), device)
    return made, _comfy_mesh(made), str(made)


def _comfy_mesh(made: ColoredMesh) -> Any:
    """The mesh as ComfyUI's own nodes take it, y up; older cores have no place for the texture."""
    import inspect

    from comfy_api.latest import Types

    shown = made.texture
    vertices, faces = made.upright(shown.vertices)[None], shown.faces[None]
    if "texture" not in inspect.signature(Types.MESH).parameters:
        return Types.MESH(vertices, faces)
    return Types.MESH(vertices, faces, uvs=shown.places[None], texture=shown.picture[None].float() / 255,
                      unlit=True)


class ExportMesh:
    """The mesh as a file that 3D programs open."""

    DESCRIPTION = ("Writes the mesh to ComfyUI's output folder: GLB with a texture (connect the path to "
                   "Preview3D), PLY or OBJ with coloured vertices. It stands upright, as the start camera "
                   "stood. Existing files are kept; every run gets the next number.")
    SEARCH_ALIASES = ["save mesh", "save glb", "save obj", "3d export", "blender"]
    CATEGORY = menu.EXPORT
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("path",)
    OUTPUT_TOOLTIPS = ("Path of the file relative to the output folder, with forward slashes.",)
    FUNCTION = "export"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "surface": ("WSKIT_MESH", {"tooltip": "From Mesh from Memory or Mesh from Depth."}),
            "filename_prefix": sockets.file_prefix("worldstereo/mesh"),
            "format": ([*ENDINGS], {"tooltip":
                       "glb has the texture, and opens in ComfyUI's 3D nodes, browsers and Blender; ply and "
                       "obj have a colour for each vertex."}),
        }}

    def export(self, surface: ColoredMesh, filename_prefix: str, format: str) -> Output:
        from .bridge import progress_to
        return write_new(filename_prefix, ENDINGS[format].removeprefix("."),
                         lambda path: write_mesh(path, surface, progress_to()))


NODES = {
    "WSKitMeshFromMemory": (MeshFromMemory, "Mesh from Memory"),
    "WSKitMeshFromDepth": (MeshFromDepth, "Mesh from Depth"),
    "WSKitExportMesh": (ExportMesh, "Export Mesh"),
}
