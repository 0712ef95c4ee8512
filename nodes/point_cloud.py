"""Point clouds: lifted from depth, loaded, rendered along a camera path."""

from __future__ import annotations

from torch import Tensor

from ..core.cameras.trajectory import Trajectory
from ..core.cloud.files.load import AS_STATED, BY_FORMAT, SRGB, Z_UP, load_point_cloud
from ..core.cloud.files.save import WORLD, Y_UP
from ..core.cloud.lift import lift
from ..core.cloud.point_cloud import PointCloud
from ..core.cloud.render.along_path import render_path
from ..core.cloud.render.render import bytes_needed
from ..core.depth.depth import Depth
from ..core.key_frames import with_key_frames
from ..core.picture_fit import STRETCH, first_picture
from ..core.pictures import rgb
from ..core.world.clip_start import with_known_start
from . import menu, sockets
from .files import change_of, file_complaint, stored_files, stored_path
from .sockets import Inputs, default_of


class PointCloudFromDepth:
    """Every pixel of known depth becomes a coloured point."""

    DESCRIPTION = ("Unprojects a photograph with depth to a coloured point cloud, the beginning of the "
                   "global-geometric memory. Far depth (beyond 8 medians) is compressed, as in training.")
    SEARCH_ALIASES = ["unproject", "depth to 3d", "back-project"]
    CATEGORY = menu.GEOMETRIC_MEMORY
    RETURN_TYPES = ("WSKIT_POINT_CLOUD",)
    RETURN_NAMES = ("point_cloud",)
    OUTPUT_TOOLTIPS = ("Coloured points in the world; the camera of the first depth map is remembered.",)
    FUNCTION = "lift"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        threshold = default_of(lift, "edge_threshold")
        return {"required": {
            "image": ("IMAGE", {"tooltip":
                      "Photograph that belongs to the depth map, of the same size in pixels."}),
            "depth": ("WSKIT_DEPTH", {"tooltip": "Depth of the photograph, from Depth Map to Depth."}),
            "edge_threshold": sockets.fraction(threshold,
                               "Leaves out pixels on depth edges, which would hang in the air between near "
                               f"and far. 0 keeps all, {threshold} is the official value, larger leaves out "
                               "more."),
        }, "optional": {"official": ("BOOLEAN", {"default": False, "advanced": True, "tooltip":
            "Finds depth edges exactly as the official code: with a single unknown pixel in the map it "
            "leaves out only pixels beside unknown ones, and real edges stay. For comparisons."})}}

    def lift(self, image: Tensor, depth: Depth, edge_threshold: float,
             official: bool = False) -> tuple[PointCloud]:
        from .bridge import progress_bar
        bar = progress_bar(len(image))
        return (lift(rgb(image), depth, edge_threshold, official=official, progress=bar),)


class LoadPointCloud:
    """A point cloud from a file."""

    DESCRIPTION = ("Loads a PLY or GLB file as point cloud: one that Export Point Cloud wrote comes back "
                   "into its world, one of another program starts in the origin.")
    SEARCH_ALIASES = ["import ply", "load ply", "load glb", "3d"]
    CATEGORY = menu.GEOMETRIC_MEMORY
    RETURN_TYPES = ("WSKIT_POINT_CLOUD", "STRING")
    RETURN_NAMES = ("point_cloud", "report")
    OUTPUT_TOOLTIPS = ("The cloud; corners of meshes are taken as points.",
                       "How many points, how they were turned, their unit, what was left out.")
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "file": sockets.stored(stored_files("ply", "glb"), worldstereo_upload=".ply,.glb"),
            "up_axis": ([AS_STATED, Y_UP, WORLD, Z_UP], {"tooltip":
                        "Axes of the file. as the file says: as Export Point Cloud stored them, else y up, "
                        "for Gaussian splats y down; world: OpenCV axes (y down), coordinates unchanged; "
                        "z up: scans and CAD."}),
        }, "optional": {
            "unit": ("STRING", {"default": "", "advanced": True, "tooltip":
                "Unit of the coordinates, such as m. Empty: the noted one."}),
            "colors": ([BY_FORMAT, SRGB], {"advanced": True, "tooltip":
                       "Colour space of a GLB's points and vertices. as the format says: linear; sRGB: for "
                       "programs that store sRGB instead (trimesh, VGGT), if clouds look pale. No effect on "
                       "PLY."}),
        }}

    @classmethod
    def IS_CHANGED(cls, file: str, **_: object) -> str:
        return change_of(file)

    @classmethod
    def VALIDATE_INPUTS(cls, file: str) -> bool | str:
        return file_complaint(file)

    def load(self, file: str, up_axis: str, unit: str = "",
             colors: str = BY_FORMAT) -> tuple[PointCloud, str]:
        from .bridge import progress_to
        return load_point_cloud(stored_path(file), up_axis, unit.strip(), colors, progress_to())


class RenderPointCloud:
    """What the memory shows along a camera path."""

    DESCRIPTION = ("Renders the point cloud from every pose of the trajectory, as the model was trained to "
                   "see it. Holes are mid-grey in the picture and 1 in the mask. With a start image, frame 0 "
                   "is that image. Runs on the GPU where ComfyUI uses CUDA, on the CPU otherwise.")
    SEARCH_ALIASES = ["reproject", "warp", "novel view", "camera", "control video"]
    CATEGORY = menu.GEOMETRIC_MEMORY
    RETURN_TYPES = ("IMAGE", "MASK", "WSKIT_DEPTH")
    RETURN_NAMES = ("render", "mask", "depth")
    OUTPUT_TOOLTIPS = ("The rendered frames; mid-grey where no point is.",
        "1 = hole (no point), 0 = covered.",
                       "Depth of the nearest points, not valid in holes.")
    FUNCTION = "render"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        blended = default_of(render_path, "points_per_pixel")
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud to look at."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "Poses, intrinsics and picture size."}),
            "radius": sockets.RADIUS,
            "points_per_pixel": ("INT", {"default": blended, "min": 1, "max": 200, "advanced": True,
                                 "tooltip":
                                 "How many of the nearest points are blended in a pixel; trained with "
                                 f"{blended}."}),
        }, "optional": {"start_image": ("IMAGE", {"tooltip":
            "The photograph that the cloud was lifted from. It replaces frame 0, cropped, padded or "
            "stretched as the trajectory says; the path must start at its camera."})}}

    def render(self, point_cloud: PointCloud, trajectory: Trajectory, radius: float, points_per_pixel: int,
               start_image: Tensor | None = None) -> tuple[Tensor, Tensor, Depth]:
        from .bridge import progress_bar
        from .bridge.devices import device_with_room
        if start_image is not None:
            start_image = rgb(first_picture(start_image))
        device = device_with_room(bytes_needed(len(point_cloud.points), trajectory.frames, trajectory.height,
                                               trajectory.width))
        return render_path(point_cloud, trajectory, radius, points_per_pixel, start_image,
                           progress_bar(trajectory.frames, lambda _, picture: picture), device)


class KnownFirstFrame:
    """Frame 0 of a clip is known."""

    DESCRIPTION = ("Replaces frame 0 of a render with the start image and sets its hole mask to 0, as in "
                   "training. For clips that do not start at the photograph's camera.")
    SEARCH_ALIASES = ["start image", "clear mask"]
    CATEGORY = menu.GEOMETRIC_MEMORY
    RETURN_TYPES = ("IMAGE", "MASK")
    RETURN_NAMES = ("render", "mask")
    OUTPUT_TOOLTIPS = ("The render with the start image as frame 0.",
                       "1 = hole, 0 = covered; frame 0 has no holes.")
    FUNCTION = "put"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "render": ("IMAGE", {"tooltip": "From Render Point Cloud, or an official render."}),
            "mask": ("MASK", {"tooltip": "1 = hole, 0 = covered; of the same render."}),
            "start_image": ("IMAGE", {"tooltip":
                            "What the clip starts with."}),
        }, "optional": {"trajectory": ("WSKIT_TRAJECTORY", {"tooltip":
            "The clip's path, which says whether the start image is cropped, padded or stretched to the "
            "render's size; without it the image is stretched."})}}

    def put(self, render: Tensor, mask: Tensor, start_image: Tensor,
            trajectory: Trajectory | None = None) -> tuple[Tensor, Tensor]:
        return with_known_start(render, mask, start_image, STRETCH if trajectory is None else trajectory.fit)


class KnownKeyFrames:
    """The key frames of a clip are known in a render with more frames."""

    DESCRIPTION = ("Puts the key frames of a clip into a render of the same path with more frames, each at "
                   "its time, and sets the hole mask to 0 there. Render and mask are then control video and "
                   "mask for a video model that makes the frames between, such as Wan VACE.")
    SEARCH_ALIASES = ["smooth video", "in-between", "interpolate frames", "81 frames"]
    CATEGORY = menu.GEOMETRIC_MEMORY
    RETURN_TYPES = ("IMAGE", "MASK")
    RETURN_NAMES = ("render", "mask")
    OUTPUT_TOOLTIPS = ("The render with the key frames in their places.",
                       "1 = hole, 0 = covered; the key frames have no holes.")
    FUNCTION = "put"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "render": ("IMAGE", {"tooltip":
                       "From Render Point Cloud, along the path that Resample Trajectory has given 81 frames "
                       "(ease: as given) for 21 key frames, or 4n + 1 for n + 1."}),
            "mask": ("MASK", {"tooltip": "1 = hole, 0 = covered; of the same render."}),
            "key_frames": ("IMAGE", {"tooltip":
                           "From Decode Key Frames, of the size of the render; the first is frame 0 of the "
                           "render, the last its last."}),
        }}

    def put(self, render: Tensor, mask: Tensor, key_frames: Tensor) -> tuple[Tensor, Tensor]:
        return with_key_frames(rgb(render), mask, rgb(key_frames))


NODES = {
    "WSKitPointCloudFromDepth": (PointCloudFromDepth, "Point Cloud from Depth"),
    "WSKitLoadPointCloud": (LoadPointCloud, "Load Point Cloud"),
    "WSKitRenderPointCloud": (RenderPointCloud, "Render Point Cloud"),
    "WSKitKnownFirstFrame": (KnownFirstFrame, "Set Known First Frame"),
    "WSKitKnownKeyFrames": (KnownKeyFrames, "Set Known Key Frames"),
}
