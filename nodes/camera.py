"""Camera paths and their picture."""

from ..core.cameras.compose import EASES
from ..core.planning.frusta import with_cameras
from ..core.planning.plan import plan
from ..core.planning.presets.table import PRESETS, Wish, users_of
from ..core.planning.preview import VIEWPOINTS, draw_trajectory

CATEGORY = "WorldStereo/camera"
MEDIANS, UNITS = "median depths", "units of the depth"


class CameraTrajectory:
    """A path by preset, starting at the camera of the depth map."""

    DESCRIPTION = ("Plans a camera path that starts exactly at the photograph's camera, by preset: around the point "
                   "straight ahead at the median depth, along a line, on the spot, a curve, or one of the paths of the "
                   "official pipelines. One pose for each key frame. With a point cloud, a path that comes too near "
                   "to the scene is shortened.")
    SEARCH_ALIASES = ["camera path", "camera control", "camera motion", "orbit", "dolly", "pan", "tilt", "zoom",
                      "spiral", "preset"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("trajectory", "report")
    OUTPUT_TOOLTIPS = ("Poses and intrinsics for every key frame, with the picture size.",
                       "Length and turns of the path, and what the collision rule did.")
    FUNCTION = "plan"

    @classmethod
    def INPUT_TYPES(cls):
        def pixels(default, side):
            return ("INT", {"default": default, "min": 16, "max": 4096, "step": 16, "tooltip":
                            f"{side} of the pictures in pixels, a multiple of 16. The photograph is stretched to it."})
        return {"required": {
            "depth": ("WSKIT_DEPTH", {"tooltip": "Gives the start camera, the scale (median depth) and the unit."}),
            "preset": ([*PRESETS], {"tooltip":
                       "Shape of the path. The official ones have their own angles and lengths."}),
            "frames": ("INT", {"default": 21, "min": 1, "max": 1000, "tooltip":
                               "Number of key frames; the released models were trained with 21."}),
            "width": pixels(832, "Width"),
            "height": pixels(480, "Height"),
            "angle": ("FLOAT", {"default": 20.0, "min": -360.0, "max": 360.0, "step": 0.5, "tooltip":
                      f"Degrees. {users_of('angle')} Others do not use it."}),
            "elevation": ("FLOAT", {"default": 0.0, "min": -89.0, "max": 89.0, "step": 0.5, "tooltip":
                          f"Degrees. {users_of('elevation')} Others do not use it."}),
            "distance": ("FLOAT", {"default": 0.3, "min": -100.0, "max": 100.0, "step": 0.01, "tooltip":
                         f"Way of the camera. {users_of('distance')} Others do not use it."}),
        }, "optional": {
            "distance_in": ([MEDIANS, UNITS], {"tooltip": "What distance counts: multiples of the median depth, so "
                                                          "that one number suits all scenes, or the depth's unit."}),
            "zoom": ("FLOAT", {"default": 1.5, "min": 0.1, "max": 10.0, "step": 0.01, "tooltip":
                     f"Focal length at the end, as a factor. {users_of('zoom')} Others do not use it."}),
            "tilt": ("FLOAT", {"default": 0.0, "min": -89.0, "max": 89.0, "step": 0.5, "tooltip":
                     "Degrees by which the photograph's camera looks down. Turns are then about the true vertical, and "
                     "the horizon stays level."}),
            "ease": ([*EASES], {"tooltip": "Start slowly (in), end slowly (out), both, or neither."}),
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip":
                            "The scene: shorten the path until it keeps clear of it, as the official planner does."}),
        }}

    def plan(self, depth, preset, frames, width, height, angle, elevation, distance, distance_in=MEDIANS, zoom=1.5,
             tilt=0.0, ease="none", point_cloud=None):
        distance = distance * depth.median if distance_in == MEDIANS else distance
        wish = Wish(angle, elevation, distance, zoom, tilt)
        return plan(depth, preset, frames, width, height, wish, ease, point_cloud)


class PreviewTrajectory:
    """The path as a person beside the scene would see it."""

    DESCRIPTION = ("Draws the camera path with the point cloud: the first camera green, the last one red, on a grid "
                   "whose cells are as long as the scale bar. Also gives the cameras as coloured points in the cloud, "
                   "for a GLB in a 3D viewer.")
    SEARCH_ALIASES = ["preview camera path", "camera preview", "frustum"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("IMAGE", "WSKIT_POINT_CLOUD")
    RETURN_NAMES = ("preview", "cloud_with_cameras")
    OUTPUT_TOOLTIPS = ("One picture of the path.",
                       "The scene with the cameras drawn in points; connect it to Export Point Cloud, not to a render.")
    FUNCTION = "draw"

    @classmethod
    def INPUT_TYPES(cls):
        def pixels(default, side):
            return ("INT", {"default": default, "min": 128, "max": 4096, "step": 8,
                            "tooltip": f"{side} of the preview in pixels."})
        return {"required": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path to draw."}),
            "width": pixels(960, "Width"),
            "height": pixels(640, "Height"),
        }, "optional": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The scene around the path."}),
            "viewpoint": ([*VIEWPOINTS], {"tooltip":
                          "From where to look: above and behind, straight above, or a side."}),
        }}

    def draw(self, trajectory, width, height, point_cloud=None, viewpoint="three-quarter"):
        picture = draw_trajectory(trajectory, point_cloud, width, height, viewpoint)
        return picture[None], with_cameras(trajectory, point_cloud)


NODES = {
    "WSKitCameraTrajectory": (CameraTrajectory, "Camera Trajectory"),
    "WSKitPreviewTrajectory": (PreviewTrajectory, "Preview Trajectory"),
}
