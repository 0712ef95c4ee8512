"""The words that users type find the nodes; ComfyUI's search looks at display names and aliases."""
import pytest

from worldstereo.nodes import NODE_CLASS_MAPPINGS, NODE_DISPLAY_NAME_MAPPINGS


def found(word):
    return {node_id for node_id, node in NODE_CLASS_MAPPINGS.items()
            if any(word in text.lower()
                   for text in (NODE_DISPLAY_NAME_MAPPINGS[node_id], *getattr(node, "SEARCH_ALIASES", [])))}


@pytest.mark.parametrize("word, node_id", [
    ("camera", "WSKitLoadTrajectory"), ("camera", "WSKitPreviewTrajectory"),
    ("orbit", "WSKitCameraTrajectory"),
    ("dolly", "WSKitCameraTrajectory"), ("point cloud", "WSKitExportPointCloud"),
    ("ply", "WSKitExportPointCloud"),
    ("export", "WSKitSaveTrajectory"), ("colmap", "WSKitExportDataset"), ("panorama", "WSKitPanoramaViews"),
    ("360", "WSKitPointCloudFromPanorama"), ("unproject", "WSKitPointCloudFromDepth"),
    ("moge", "WSKitDepthFromGeometry"),
    ("worldstereo", "WSKitApplyStereoMemory"), ("image to video", "WSKitImageToKeyFrames"),
    ("pan", "WSKitCameraTrajectory"), ("blender", "WSKitLoadTrajectory"), ("3dgs", "WSKitExportDataset"),
    ("gaussian", "WSKitPointCloudToSplat"), ("splat", "WSKitExportPointCloud"),
    ("glb", "WSKitExportPointCloud"), ("glb", "WSKitLoadPointCloud"), ("pose", "WSKitLoadTrajectory"),
    ("camera path", "WSKitCameraTrajectory"),
    ("novel view", "WSKitRenderPointCloud"), ("parallax", "WSKitDepthFromMotion"),
    ("reconstruct", "WSKitUpdateGeometricMemory"), ("uni3c", "WSKitApplyGeometricMemory"),
    ("vace", "WSKitRenderPointCloud"), ("fun camera", "WSKitTrajectoryToCameraEmbedding"),
    ("aspect ratio", "WSKitPictureSize"), ("depth from image", "WSKitDepthFromImage")])
def test_word_finds_node(word, node_id):
    assert node_id in found(word)


def test_aliases_are_lower_case_and_say_something_new():
    for node_id, node in NODE_CLASS_MAPPINGS.items():
        name = NODE_DISPLAY_NAME_MAPPINGS[node_id].lower()
        for alias in getattr(node, "SEARCH_ALIASES", []):
            assert alias == alias.lower() and alias not in name, (node_id, alias)
