"""The words that users type, in the page's own node search: the right node comes first or second."""

# word -> nodes of the pack that a user may mean
WORDS = {
    "orbit": {"CameraTrajectory"}, "dolly": {"CameraTrajectory"}, "pan": {"CameraTrajectory"},
    "camera path": {"CameraTrajectory", "EditTrajectory"},
    "360": {"PanoramaViews", "PointCloudFromPanorama", "ViewsToPanorama"},
    "panorama": {"PanoramaViews", "PointCloudFromPanorama"},
    "colmap": {"ExportDataset", "LoadTrajectory"}, "blender": {"LoadTrajectory", "SaveTrajectory"},
    "3dgs": {"ExportDataset", "PointCloudToSplat"}, "gaussian": {"PointCloudToSplat"},
    "splat": {"PointCloudToSplat"},
    "ply": {"ExportPointCloud", "LoadPointCloud"}, "glb": {"ExportPointCloud", "LoadPointCloud"},
    "pose": {"TrajectoryFromExtrinsics", "TrajectoryToExtrinsics"},
    "novel view": {"BuildWorld", "RenderPointCloud"}, "parallax": {"DepthFromMotion"},
    "reconstruct": {"BuildWorld", "UpdateGeometricMemory"},
    "uni3c": {"RenderPointCloud"}, "vace": {"RenderPointCloud"},
}
SEARCH = """words => {
    const {nodeSearchService} = document.querySelector("#vue-app").__vue_app__.config.globalProperties
        .$pinia._s.get("nodeDef")
    return words.map(word => nodeSearchService.searchNode(word, [], {limit: 64}).map(node => node.name))
}"""


def test_words_find_the_right_node_first_or_second(page):
    found = dict(zip(WORDS, page.evaluate(SEARCH, list(WORDS)), strict=True))
    missed = {word: names[:5] for word, names in found.items()
              if not {f"WSKit{node}" for node in WORDS[word]} & set(names[:2])}
    assert not missed
