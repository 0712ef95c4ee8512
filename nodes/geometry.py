"""Depth maps in, point cloud and its pictures out."""

import os

from ..core.cameras.pinhole import intrinsics_from_fov
from ..core.cloud.lift import lift
from ..core.cloud.render.along_path import render_path
from ..core.cloud.render.render import bytes_needed
from ..core.depth.depth import KINDS, depth_from_values, values_of_picture
from ..core.depth.file import ENDINGS, read_depth_file
from ..core.depth.picture import depth_picture, depth_report
from ..core.pictures import rgb, start_frame, to_image
from .files import change_of, file_complaint, stored_path

CATEGORY = "WorldStereo/geometry"


class LoadDepth:
    """Loads a depth map file as numbers, nothing scaled to 8 bits on the way."""

    DESCRIPTION = ("Loads a depth map from the input folder: 16-bit PNG or TIFF (as value / 65535), float TIFF, .npy "
                   "or .npz (unchanged). Connect it to Depth from Image, which turns the numbers into distances.")
    SEARCH_ALIASES = ["16 bit", "tiff", "npy"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("IMAGE",)
    RETURN_NAMES = ("depth_image",)
    OUTPUT_TOOLTIPS = ("The stored numbers in all three channels, lossless; NaN and infinity are kept.",)
    FUNCTION = "load"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"file": (_depth_files(), {
            "image_upload": True, "tooltip": "Depth map in ComfyUI's input folder: .png .tif .tiff .npy .npz"})}}

    @classmethod
    def IS_CHANGED(cls, file):
        return change_of(file)

    @classmethod
    def VALIDATE_INPUTS(cls, file):
        return file_complaint(file) if file else "There is no depth map in ComfyUI's input folder; upload one."

    def load(self, file):
        return (read_depth_file(stored_path(file))[..., None].repeat(1, 1, 1, 3),)


class DepthFromImage:
    """Numbers of a picture become distances, with the camera they belong to."""

    DESCRIPTION = ("Turns a depth map picture into depth with its camera. Depth is measured along the viewing axis. "
                   "Values that are zero, negative, NaN or infinite count as unknown.")
    SEARCH_ALIASES = ["depth map", "disparity", "unproject"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_DEPTH",)
    RETURN_NAMES = ("depth",)
    OUTPUT_TOOLTIPS = ("Depth with its valid pixels and its camera, whose pose is where the world starts.",)
    FUNCTION = "convert"

    @classmethod
    def INPUT_TYPES(cls):
        def pixels(name, otherwise):
            return ("FLOAT", {"default": 0.0, "min": 0.0, "max": 100000.0, "step": 0.001,
                              "tooltip": f"{name} of the depth map's camera in pixels of the map; 0 = {otherwise}."})
        return {"required": {
            "image": ("IMAGE", {"tooltip": "Depth map, e.g. from Load Depth Map; its three channels are equal."}),
            "scale": ("FLOAT", {"default": 65.535, "min": 1e-6, "max": 1e6, "step": 0.001, "round": 1e-6, "tooltip":
                      "Depth = value x scale. 65.535 for 16-bit files in millimetres (gives metres), 1 for floats in "
                      "metres. It only changes the unit, not the shape of the scene."}),
            "horizontal_fov": ("FLOAT", {"default": 60.0, "min": 1.0, "max": 170.0, "step": 0.01, "tooltip":
                               "Horizontal field of view of the photograph in degrees; not used when fx is given."}),
            "fx": pixels("Horizontal focal length", "from horizontal_fov"),
            "fy": pixels("Vertical focal length", "equal to fx"),
            "cx": pixels("Horizontal principal point", "the middle"),
            "cy": pixels("Vertical principal point", "the middle"),
            "unit": ("STRING", {"default": "m", "tooltip": "Unit of the depth, shown in previews and reports."}),
        }, "optional": {
            "kind": ([*KINDS], {"tooltip":
                     "metric: depth = value x scale, in unit. relative: likewise, but the scale is not known. inverse: "
                     "depth = scale / value, near is large; inverse metric is disparity with scale = focal length in "
                     "pixels x baseline, inverse relative is what most depth previews show (white is near)."}),
            "valid_mask": ("MASK", {"tooltip": "1 where the depth is known, 0 where it is not (sky, glass, gaps)."}),
        }}

    def convert(self, image, scale, horizontal_fov, fx, fy, cx, cy, unit, kind="metric", valid_mask=None):
        values = values_of_picture(image)
        K = intrinsics_from_fov(horizontal_fov, values.shape[2], values.shape[1], fx, fy, cx, cy)
        return (depth_from_values(values, scale, K, unit, kind, valid_mask),)


class PreviewDepth:
    """What the depth map says, for the eye."""

    DESCRIPTION = ("Shows depth as a picture: near is white, far is black, unknown is dark blue. Also says range, "
                   "median and field of view in words, which tells a wrong unit or scale at once.")
    SEARCH_ALIASES = ["show depth", "depth to image"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("IMAGE", "STRING")
    RETURN_NAMES = ("preview", "report")
    OUTPUT_TOOLTIPS = ("One picture for each depth map, to look at; it is no depth any more.",
                       "Size, range, median, known part and field of view.")
    FUNCTION = "draw"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"depth": ("WSKIT_DEPTH", {"tooltip": "Depth from any node of the pack."})}}

    def draw(self, depth):
        return depth_picture(depth), depth_report(depth)


class PointCloudFromDepth:
    """Every pixel of known depth becomes a coloured point."""

    DESCRIPTION = ("Lifts a photograph with depth into a coloured point cloud, the start of the global-geometric "
                   "memory. Far depth (beyond 8 medians) is drawn in, as the model was trained.")
    SEARCH_ALIASES = ["unproject", "depth to 3d", "back-project"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_POINT_CLOUD",)
    RETURN_NAMES = ("point_cloud",)
    OUTPUT_TOOLTIPS = ("Coloured points in the world; the camera of the first depth map is remembered.",)
    FUNCTION = "lift"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "image": ("IMAGE", {"tooltip": "Photograph that belongs to the depth map, of the same size in pixels."}),
            "depth": ("WSKIT_DEPTH", {"tooltip": "Depth of the photograph, from Depth from Image."}),
            "edge_threshold": ("FLOAT", {"default": 0.35, "min": 0.0, "max": 1.0, "step": 0.01, "tooltip":
                               "Leaves out pixels on depth edges, which would hang in the air between near and far. "
                               "0 keeps all, 0.35 is the official value, larger leaves out more."}),
        }, "optional": {"official": ("BOOLEAN", {"default": False, "tooltip":
            "Finds depth edges exactly as the official code: with a single unknown pixel in the map it leaves out only "
            "pixels beside unknown ones, and real edges stay. For comparisons."})}}

    def lift(self, image, depth, edge_threshold, official=False):
        from .bridge import progress_bar
        return (lift(rgb(image), depth, edge_threshold, official=official, progress=progress_bar(len(image))),)


class RenderPointCloud:
    """What the memory shows along a camera path."""

    DESCRIPTION = ("Renders the point cloud from every pose of the trajectory, as the model was trained to see it. "
                   "Holes are mid-grey in the picture and 1 in the mask. With a start image, frame 0 is that image. "
                   "Runs on the GPU where ComfyUI uses CUDA, on the CPU otherwise.")
    SEARCH_ALIASES = ["reproject", "warp", "novel view", "camera"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("IMAGE", "MASK", "WSKIT_DEPTH")
    RETURN_NAMES = ("render", "mask", "depth")
    OUTPUT_TOOLTIPS = ("The rendered frames; mid-grey where no point is.", "1 = hole (no point), 0 = covered.",
                       "Depth of the nearest points, not valid in holes.")
    FUNCTION = "render"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud to look at."}),
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "Poses, intrinsics and picture size."}),
            "radius": ("FLOAT", {"default": 0.008, "min": 0.0005, "max": 0.5, "step": 0.0005, "tooltip":
                       "Radius of a point; the shorter side of the picture is 2. The model was trained with 0.008 (1.9 "
                       "pixels at 480); small pictures or thin clouds need more, 0.016 at 256."}),
            "points_per_pixel": ("INT", {"default": 20, "min": 1, "max": 200, "tooltip":
                                 "How many of the nearest points are blended in a pixel; trained with 20."}),
        }, "optional": {"start_image": ("IMAGE", {"tooltip":
            "The photograph that the cloud was lifted from. It replaces frame 0; the path must start at its camera."})}}

    def render(self, point_cloud, trajectory, radius, points_per_pixel, start_image=None):
        from .bridge import progress_bar
        from .bridge.devices import device_with_room
        if start_image is not None:
            start_image = to_image(start_frame(start_image, trajectory.height, trajectory.width)[None]).cpu()
        device = device_with_room(bytes_needed(len(point_cloud.points), trajectory.frames, trajectory.height,
                                               trajectory.width))
        return render_path(point_cloud, trajectory, radius, points_per_pixel, start_image,
                           progress_bar(trajectory.frames), device)


def _depth_files():
    import folder_paths

    folder = folder_paths.get_input_directory()
    return sorted(name for name in os.listdir(folder) if name.lower().endswith(ENDINGS))


NODES = {
    "WSKitLoadDepth": (LoadDepth, "Load Depth Map"),
    "WSKitDepthFromImage": (DepthFromImage, "Depth from Image"),
    "WSKitPreviewDepth": (PreviewDepth, "Preview Depth"),
    "WSKitPointCloudFromDepth": (PointCloudFromDepth, "Point Cloud from Depth"),
    "WSKitRenderPointCloud": (RenderPointCloud, "Render Point Cloud"),
}
