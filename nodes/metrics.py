"""Reports on how near two camera paths, or two point clouds, are to each other."""

from ..core.cameras.metrics import FIRST_POSE, NONE, RIGID, SIMILARITY, compare_paths
from ..core.cameras.metrics import report as path_report
from ..core.cloud.metrics import report as cloud_report
from ..core.cloud.metrics import score
from ..core.cloud.thinning import thin_cloud

CATEGORY = "WorldStereo/report"


class CompareTrajectories:
    """Rotation and translation error, ATE and RPE of a path."""

    DESCRIPTION = ("Measures how far a camera path, for example one recovered from generated frames, is from the one "
                   "that was asked for: rotation error, translation error, ATE and RPE.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("report",)
    OUTPUT_TOOLTIPS = ("The errors, one line each.",)
    FUNCTION = "compare"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "The path to judge."}),
            "true_trajectory": ("WSKIT_TRAJECTORY", {"tooltip": "What it should be, with as many poses; errors are in "
                                                                "its unit."}),
            "alignment": ([SIMILARITY, FIRST_POSE, RIGID, NONE], {"tooltip":
                          "What is evened out first. similarity: position, direction and scale, for recovered paths; "
                          "first pose and scale: both begin at the same pose, as CameraCtrl measures; rigid: all but "
                          "the scale; none: both are in the same world."}),
        }}

    def compare(self, trajectory, true_trajectory, alignment):
        text = path_report(compare_paths(trajectory, true_trajectory, alignment), true_trajectory.unit)
        return {"ui": {"text": [text]}, "result": (text,)}


class CompareClouds:
    """Accuracy, completeness, F1 and AUC of a cloud."""

    DESCRIPTION = ("Measures how near a point cloud comes to a true one in the same world: accuracy, completeness, "
                   "precision, recall, F1 and the area under the F1 curve.")
    CATEGORY = CATEGORY
    RETURN_TYPES = ("STRING",)
    RETURN_NAMES = ("report",)
    OUTPUT_TOOLTIPS = ("The measures, one line each.",)
    FUNCTION = "compare"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {
            "point_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The cloud to judge."}),
            "true_cloud": ("WSKIT_POINT_CLOUD", {"tooltip": "The true surface, in the same world and unit."}),
            "threshold": ("FLOAT", {"default": 0.05, "min": 0.000001, "max": 10000.0, "step": 0.000001, "tooltip":
                          "Distance up to which a point counts as right, in the true cloud's unit."}),
        }, "optional": {
            "bound": ("FLOAT", {"default": 0.0, "min": 0.0, "max": 100000.0, "step": 0.000001, "tooltip":
                      "Larger distances count as this one, and the F1 curve ends here. 0 stands for ten thresholds."}),
            "voxel_size": ("FLOAT", {"default": 0.0, "min": 0.0, "max": 1000.0, "step": 0.000001, "tooltip":
                           "Compares one point of each cube of this edge, so that dense places do not count for more; "
                           "half the threshold is usual. 0 takes all points."}),
        }}

    def compare(self, point_cloud, true_cloud, threshold, bound=0.0, voxel_size=0.0):
        bound = bound or 10 * threshold
        points, truth = (thin_cloud(cloud, voxel_size).points for cloud in (point_cloud, true_cloud))
        text = cloud_report(score(points, truth.to(points.device), threshold, bound), threshold, bound, true_cloud.unit)
        return {"ui": {"text": [text]}, "result": (text,)}


NODES = {
    "WSKitCompareTrajectories": (CompareTrajectories, "Compare Trajectories"),
    "WSKitCompareClouds": (CompareClouds, "Compare Point Clouds"),
}
