"""Camera paths made of camera paths."""

from ..core.cameras.compose import EASES, concatenate, resample, reverse, there_and_back
from ..core.planning.plan import summary
from .camera import CATEGORY

CONTINUE, AS_IS = "continue where the first ends", "keep all poses"
BACKWARDS, THERE_AND_BACK = "backwards", "there and back"
SMOOTH, STRAIGHT = "smooth", "straight"


class CombineTrajectories:
    """Two paths one after the other."""

    DESCRIPTION = ("Joins two camera paths. As a rule the second one continues where the first one ends. The result "
                   "has the frames of both: use Resample Trajectory to get back to the model's number.")
    SEARCH_ALIASES = ["camera path", "join", "concatenate"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("trajectory", "report")
    OUTPUT_TOOLTIPS = ("The joined path.", "Number of poses, way and turns.")
    FUNCTION = "combine"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "first": ("WSKIT_TRAJECTORY", {"tooltip": "The path that comes first; its size and unit stay."}),
            "second": ("WSKIT_TRAJECTORY", {"tooltip": "The path that comes after it."}),
            "join": ([CONTINUE, AS_IS], {"tooltip":
                     "continue: the second path is moved as a whole and starts where the first one ends; keep: all "
                     "poses stay where they are. A pose that both share comes once."}),
        }}

    def combine(self, first, second, join):
        joined = concatenate(first, second, continued=join == CONTINUE)
        return joined, summary(joined)


class ReverseTrajectory:
    """A path backwards, or there and back."""

    DESCRIPTION = ("Runs a camera path backwards, or there and back so that it ends where it began. A path that runs "
                   "backwards does not start at the photograph's camera.")
    SEARCH_ALIASES = ["camera path", "backwards"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_TRAJECTORY",)
    RETURN_NAMES = ("trajectory",)
    OUTPUT_TOOLTIPS = ("The new path.",)
    FUNCTION = "reverse"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path."}),
            "mode": ([BACKWARDS, THERE_AND_BACK], {"tooltip":
                     "backwards: the last pose first, as many frames; there and back: twice the frames less one."}),
        }}

    def reverse(self, trajectory, mode):
        return (reverse(trajectory) if mode == BACKWARDS else there_and_back(trajectory),)


class ResampleTrajectory:
    """The same way with another number and pace of frames."""

    DESCRIPTION = ("Spreads a number of key frames evenly over a camera path, by what the camera does: its way, its "
                   "turns and its zoom. Also leads a smooth path through a few key poses, and lets it start or end "
                   "slowly. First and last pose stay exactly.")
    SEARCH_ALIASES = ["camera path", "frame count", "speed", "ease"]
    CATEGORY = CATEGORY
    RETURN_TYPES = ("WSKIT_TRAJECTORY", "STRING")
    RETURN_NAMES = ("trajectory", "report")
    OUTPUT_TOOLTIPS = ("The path with the new frames.", "Number of poses, way and turns.")
    FUNCTION = "resample"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path, or its key poses."}),
            "frames": ("INT", {"default": 21, "min": 1, "max": 1000, "tooltip":
                               "Number of key frames; the released models were trained with 21."}),
            "ease": ([*EASES], {"tooltip": "Start slowly (in), end slowly (out), both, or neither: one speed."}),
            "interpolation": ([SMOOTH, STRAIGHT], {"tooltip":
                              "smooth: splines through the given poses; straight: lines from pose to pose, with "
                              "corners, as the official planner does."}),
        }}

    def resample(self, trajectory, frames, ease, interpolation):
        again = resample(trajectory, frames, ease, smooth=interpolation == SMOOTH)
        return again, summary(again)


NODES = {
    "WSKitCombineTrajectories": (CombineTrajectories, "Combine Trajectories"),
    "WSKitReverseTrajectory": (ReverseTrajectory, "Reverse Trajectory"),
    "WSKitResampleTrajectory": (ResampleTrajectory, "Resample Trajectory"),
}
