"""Camera paths: planned by preset, joined, looked at."""

from __future__ import annotations

from ..core.cameras.compose import EASES, concatenate, resample, resample_in_time, reverse, there_and_back
from ..core.cameras.trajectory import Trajectory
from ..core.cloud.point_cloud import PointCloud
from ..core.depth.depth import Depth
from ..core.picture_fit import STRETCH
from ..core.planning.frusta import with_cameras
from ..core.planning.plan import plan, summary
from ..core.planning.presets.table import PRESETS, Wish, users_of
from ..core.planning.preview import draw_trajectory
from ..core.planning.viewpoint import VIEWPOINTS
from ..core.world.clip_start import continue_path
from . import menu, sockets
from .sockets import HEIGHT, WIDTH, Inputs, Output

MEDIANS, UNITS = "median depths", "units of the depth"
CONTINUE, AS_IS = "continue where the first ends", "keep all poses"
BACKWARDS, THERE_AND_BACK = "backwards", "there and back"
SMOOTH, STRAIGHT = "smooth", "straight"
AS_GIVEN = "as given"


class CameraTrajectory:
    """A path by preset, starting at the camera of the depth map."""

    DESCRIPTION = ("Plans a camera path that starts exactly at the photograph's camera, by preset: around "
                   "the point straight ahead at the median depth, along a line, on the spot, a curve, or one "
                   "of the paths of the official pipelines. One pose for each key frame. With a point cloud, "
                   "a path that comes too near to the scene is shortened.")
    SEARCH_ALIASES = ["camera path", "camera control", "camera motion", "tilt", "zoom", "spiral", "preset"]
    CATEGORY = menu.CAMERA
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("trajectory", "report")
    OUTPUT_TOOLTIPS = ("Poses and intrinsics for every key frame, with the picture size.",
                       "Length and rotation of the path, and what the collision rule did.")
    FUNCTION = "plan"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        size = "of the pictures in pixels, a multiple of 16; Picture Size suggests one."
        return {"required": {
            "depth": ("WSKIT_DEPTH", {"tooltip":
                      "Gives the start camera, the scale (median depth) and the unit."}),
            "preset": ([*PRESETS], {"tooltip":
                       "Shape of the path. The official ones have their own angles and lengths."}),
            "frames": sockets.FRAMES,
            "width": sockets.side("Width", WIDTH, size, high=4096),
            "height": sockets.side("Height", HEIGHT, size, high=4096),
            "angle": sockets.degrees(20.0, -360.0, 360.0, step=0.5, tooltip=
                      f"Degrees. {users_of('angle')} Others do not use it."),
            "elevation": sockets.degrees(0.0, -89.0, 89.0, step=0.5, tooltip=
                          f"Degrees. {users_of('elevation')} Others do not use it."),
            "distance": ("FLOAT", {"default": 0.3, "min": -100.0, "max": 100.0, "step": 0.01, "tooltip":
                         f"Distance that the camera moves. {users_of('distance')} Others do not use it."}),
        }, "optional": {
            "distance_in": ([MEDIANS, UNITS], {"advanced": True, "tooltip":
                            "Unit of distance: median depths, so that one number fits all scenes, or the "
                            "depth's unit."}),
            "zoom": ("FLOAT", {"default": 1.5, "min": 0.1, "max": 10.0, "step": 0.01, "tooltip":
                     f"Focal length at the end, as a factor. {users_of('zoom')} Others do not use it."}),
            "tilt": sockets.degrees(0.0, -89.0, 89.0, step=0.5, tooltip=
                     "Degrees by which the photograph's camera looks down. Turns are then about the true "
                     "vertical, and the horizon stays level.", advanced=True),
            "ease": ([*EASES], {"tooltip": "Start slowly (in), end slowly (out), both, or neither."}),
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip":
                            "The scene; a path that comes too near to it is shortened, as the official "
                            "planner does."}),
            "fit": sockets.FIT,
        }}

    def plan(self, depth: Depth, preset: str, frames: int, width: int, height: int, angle: float,
             elevation: float, distance: float, distance_in: str = MEDIANS, zoom: float = 1.5,
             tilt: float = 0.0, ease: str = "none",
             point_cloud: PointCloud | None = None, fit: str = STRETCH) -> tuple[Trajectory, str]:
        distance = distance * depth.median if distance_in == MEDIANS else distance
        wish = Wish(angle, elevation, distance, zoom, tilt)
        return plan(depth, preset, frames, width, height, wish, ease, point_cloud, fit)


class PreviewTrajectory:
    """The path as a person beside the scene would see it."""

    DESCRIPTION = ("Draws the camera path with the point cloud: the first camera green, the last one red, on "
                   "a grid whose cells are as long as the scale bar. The node shows the picture, and its "
                   "button runs it alone. Also gives the cameras as coloured points in the cloud, for a GLB "
                   "in a 3D viewer.")
    SEARCH_ALIASES = ["preview camera path", "camera preview", "frustum"]
    CATEGORY = menu.CAMERA
    RETURN_TYPES = ("IMAGE", "WSKIT_POINT_CLOUD")
    RETURN_NAMES = ("preview", "cloud_with_cameras")
    OUTPUT_TOOLTIPS = ("One picture of the path.",
                       "The scene with the cameras drawn in points; connect it to Export Point Cloud, not to "
                       "a render.")
    FUNCTION = "draw"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        size = {"low": 128, "high": 4096, "step": 8, "tooltip": "of the preview in pixels."}
        return {"required": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path to draw."}),
            "width": sockets.side("Width", 960, **size, advanced=True),
            "height": sockets.side("Height", 640, **size, advanced=True),
        }, "optional": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The scene around the path."}),
            "viewpoint": ([*VIEWPOINTS], {"tooltip":
                          "From where to look: above and behind, straight above, or a side."}),
        }}

    def draw(self, trajectory: Trajectory, width: int, height: int, point_cloud: PointCloud | None = None,
             viewpoint: str = "three-quarter") -> Output:
        from .bridge.preview import show_pictures
        picture = draw_trajectory(trajectory, point_cloud, width, height, viewpoint)[None]
        return {"ui": show_pictures(picture), "result": (picture, with_cameras(trajectory, point_cloud))}


class CombineTrajectories:
    """Two paths one after the other."""

    DESCRIPTION = ("Joins two camera paths. As a rule the second one continues where the first one ends. The "
                   "result has the frames of both: use Resample Trajectory to get back to the model's "
                   "number.")
    SEARCH_ALIASES = ["camera path", "join", "concatenate"]
    CATEGORY = menu.CAMERA
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("trajectory", "report")
    OUTPUT_TOOLTIPS = ("The joined path.", "Number of poses, length of the path and sum of all rotations.")
    FUNCTION = "combine"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "first": ("WSKIT_TRAJECTORY", {"tooltip": "The path that comes first; its size and unit stay."}),
            "second": ("WSKIT_TRAJECTORY", {"tooltip": "The path that comes after it."}),
            "join": ([CONTINUE, AS_IS], {"tooltip":
                     "continue: the second path is moved as a whole and starts where the first one ends; "
                     "keep: all poses stay where they are. A pose that both share comes once."}),
        }}

    def combine(self, first: Trajectory, second: Trajectory, join: str) -> tuple[Trajectory, str]:
        joined = concatenate(first, second, continued=join == CONTINUE)
        return joined, summary(joined)


class ContinueTrajectory:
    """A path that goes on where another one ended."""

    DESCRIPTION = ("Moves a camera path as a whole so that it starts at the last pose of another one, or at "
                   "a frame of the memory bank. Use it for a clip that begins with the last frame of the "
                   "clip before.")
    SEARCH_ALIASES = ["camera path", "append"]
    CATEGORY = menu.CAMERA
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("trajectory", "report")
    OUTPUT_TOOLTIPS = ("The path of the next clip, as many frames as path.",
                       "Number of poses, length of the path and sum of all rotations.")
    FUNCTION = "move"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "previous": ("WSKIT_TRAJECTORY", {"tooltip":
                         "The path of the clip before, or the camera of a frame from Frame from Memory Bank. "
                         "Its size and field of view stay."}),
            "path": ("WSKIT_TRAJECTORY", {"tooltip":
                     "The shape of the next path, e.g. from Camera Trajectory."}),
        }}

    def move(self, previous: Trajectory, path: Trajectory) -> tuple[Trajectory, str]:
        trajectory = continue_path(previous, path)
        return trajectory, summary(trajectory)


class ReverseTrajectory:
    """A path backwards, or there and back."""

    DESCRIPTION = ("Runs a camera path backwards, or there and back so that it ends where it began. A path "
                   "that runs backwards does not start at the photograph's camera.")
    SEARCH_ALIASES = ["camera path", "backwards"]
    CATEGORY = menu.CAMERA
    RETURN_TYPES = ("WSKIT_TRAJECTORY",)
    RETURN_NAMES = ("trajectory",)
    OUTPUT_TOOLTIPS = ("The new path.",)
    FUNCTION = "reverse"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path."}),
            "mode": ([BACKWARDS, THERE_AND_BACK], {"tooltip":
                     "backwards: the last pose first, as many frames; there and back: twice the frames less "
                     "one."}),
        }}

    def reverse(self, trajectory: Trajectory, mode: str) -> tuple[Trajectory]:
        return (reverse(trajectory) if mode == BACKWARDS else there_and_back(trajectory),)


class ResampleTrajectory:
    """The same way with another number and pace of frames."""

    DESCRIPTION = ("Gives a camera path a new number of key frames at constant speed (translation, rotation "
                   "and zoom together), slow at start or end, or with every pose at its time; its first and "
                   "last pose stay exactly. Also makes a smooth path through a few key poses.")
    SEARCH_ALIASES = ["camera path", "frame count", "speed", "ease", "81 frames"]
    CATEGORY = menu.CAMERA
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("trajectory", "report")
    OUTPUT_TOOLTIPS = ("The path with the new frames.",
                       "Number of poses, length of the path and sum of all rotations.")
    FUNCTION = "resample"

    @classmethod
    def INPUT_TYPES(cls) -> Inputs:
        return {"required": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path, or its key poses."}),
            "frames": sockets.FRAMES,
            "ease": ([*EASES, AS_GIVEN], {"tooltip":
                     "Start slowly (in), end slowly (out), both, or neither: one speed. as given: every pose "
                     "keeps its time, so 81 frames of 21 poses have the next one at every fourth frame."}),
            "interpolation": ([SMOOTH, STRAIGHT], {"advanced": True, "tooltip":
                              "smooth: splines through the given poses; straight: lines from pose to pose, "
                              "with corners, as the official planner does."}),
        }}

    def resample(self, trajectory: Trajectory, frames: int, ease: str,
                 interpolation: str) -> tuple[Trajectory, str]:
        smooth = interpolation == SMOOTH
        again = (resample_in_time(trajectory, frames, smooth) if ease == AS_GIVEN else
                 resample(trajectory, frames, ease, smooth))
        return again, summary(again)


NODES = {
    "WSKitCameraTrajectory": (CameraTrajectory, "Camera Trajectory"),
    "WSKitPreviewTrajectory": (PreviewTrajectory, "Preview Trajectory"),
    "WSKitCombineTrajectories": (CombineTrajectories, "Combine Trajectories"),
    "WSKitContinueTrajectory": (ContinueTrajectory, "Continue Trajectory"),
    "WSKitReverseTrajectory": (ReverseTrajectory, "Reverse Trajectory"),
    "WSKitResampleTrajectory": (ResampleTrajectory, "Resample Trajectory"),
}
