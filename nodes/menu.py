"""The categories of ComfyUI's node menu: one for each stage, in the order of the work."""

from __future__ import annotations

MODEL = "WorldStereo/model"
CAMERA = "WorldStereo/camera"
DEPTH = "WorldStereo/depth"
GEOMETRIC_MEMORY = "WorldStereo/geometric memory"
STEREO_MEMORY = "WorldStereo/stereo memory"
SAMPLING = "WorldStereo/sampling"
WORLD = "WorldStereo/world"
EXPORT = "WorldStereo/export"
ADVANCED = "WorldStereo/advanced"  # what few workflows need
ORDER = (MODEL, CAMERA, DEPTH, GEOMETRIC_MEMORY, STEREO_MEMORY, SAMPLING, WORLD, EXPORT, ADVANCED)

# Words behind the names in the menu, for the search: older pages look at names alone, newer ones rank names
# before aliases, and both overlook a word that begins after the 30th letter.
WORDS = {
    "WSKitCameraTrajectory": "Pan/Orbit/Dolly",
    "WSKitEditTrajectory": "Camera Path",
    "WSKitLoadTrajectory": "COLMAP/Blender",
    "WSKitSaveTrajectory": "COLMAP/Blender",
    "WSKitTrajectoryFromExtrinsics": "Pose Matrices",
    "WSKitTrajectoryToExtrinsics": "Pose Matrices",
    "WSKitDepthFromMotion": "Parallax",
    "WSKitPanoramaViews": "360",
    "WSKitViewsToPanorama": "360",
    "WSKitPointCloudFromPanorama": "360",
    "WSKitLoadPointCloud": "PLY/GLB",
    "WSKitRenderPointCloud": "VACE/Uni3C",
    "WSKitBuildWorld": "Novel Views, Reconstruction",
    "WSKitExportPointCloud": "PLY/GLB",
    "WSKitPointCloudToSplat": "3DGS, Gaussian",
    "WSKitExportDataset": "COLMAP/3DGS",
}


def with_words(node_id: str, name: str) -> str:
    """The node's name as the menu and the search show it, e.g. Load Point Cloud (PLY/GLB)."""
    return f"{name} ({WORDS[node_id]})" if node_id in WORDS else name
