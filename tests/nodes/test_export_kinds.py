"""Each kind of 3D file has an output of its own: ComfyUI refuses to link it to a viewer of another kind."""
import pytest
import torch

from comfy_graph import execution_errors, executor, refusals
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.nodes.export import ExportPointCloud

# what the viewers of newer cores take
TYPES = {"Preview3DAdvanced": "FILE_3D_GLB,FILE_3D_GLTF,FILE_3D_FBX,FILE_3D_OBJ,FILE_3D_STL,FILE_3D",
         "PreviewPointCloud": "FILE_3D_POINT_CLOUD_ANY,FILE_3D_PLY",
         "PreviewGaussianSplat": "FILE_3D_SPLAT_ANY,FILE_3D_PLY,FILE_3D_SPLAT,FILE_3D_SPZ,FILE_3D_KSPLAT"}
VIEWERS = {"glb": "Preview3DAdvanced", "ply": "PreviewPointCloud", "splat": "PreviewGaussianSplat"}


def stand_in(types):
    class Viewer:
        RETURN_TYPES, FUNCTION, CATEGORY, OUTPUT_NODE = (), "show", "test", True
        INPUT_TYPES = classmethod(lambda cls: {"required": {"model_3d": (types, {})},
                                               "optional": {key: ("*", {}) for key in (
                                                   "viewport_state", "width", "height")}})

        def show(self, model_3d, **_):
            return {}

    return Viewer


@pytest.fixture
def graph(folders, monkeypatch):
    """graph(format, output, viewer) -> a cloud's file from this output to this viewer: ComfyUI's own where
    it has one, else a stand-in with its type of input."""
    import folder_paths
    import nodes as stock
    from comfy_extras import nodes_load_3d

    class Source:
        RETURN_TYPES, FUNCTION, CATEGORY = ("WSKIT_POINT_CLOUD",), "give", "test"
        INPUT_TYPES = classmethod(lambda cls: {"required": {}})

        def give(self):
            g = torch.Generator().manual_seed(0)
            return PointCloud(torch.rand(40, 3, generator=g), torch.rand(40, 3, generator=g), torch.eye(4)),

    monkeypatch.setattr(folder_paths, "temp_directory", str(folders / "temp"))
    own = {name: getattr(nodes_load_3d, name, None) or stand_in(types) for name, types in TYPES.items()}
    for name, node in {"Source": Source, "Export": ExportPointCloud, **own}.items():
        monkeypatch.setitem(stock.NODE_CLASS_MAPPINGS, name, node)

    def graph(format, output, viewer):
        return {"source": {"class_type": "Source", "inputs": {}},
                "export": {"class_type": "Export", "inputs": {
                    "point_cloud": ["source", 0], "filename_prefix": "a", "format": format,
                    "up_axis": "as the format expects"}},
                "view": {"class_type": viewer, "inputs": {
                    "model_3d": ["export", ExportPointCloud.RETURN_NAMES.index(output)],
                    "viewport_state": {}, "width": 64, "height": 64}}}

    return graph


@pytest.mark.parametrize("output", VIEWERS)
@pytest.mark.parametrize("viewer", VIEWERS.values())
def test_a_kind_links_to_its_viewer_alone(graph, output, viewer):
    found = refusals(graph("glb", output, viewer))
    assert found == [] if VIEWERS[output] == viewer else "mismatch" in found[0]


@pytest.mark.parametrize("format, output", [("glb", "glb"), ("ply", "ply"), ("splat", "splat"),
                                            ("3dgs ply", "splat")])
def test_the_viewer_gets_the_file(graph, format, output, folders):
    assert execution_errors(executor(), graph(format, output, VIEWERS[output]), "view") == []
    assert len(list((folders / "output").iterdir())) == 1


def test_another_format_than_the_linked_output_is_a_sentence(graph):
    error, = execution_errors(executor(), graph("ply", "glb", VIEWERS["glb"]), "view")
    assert error["node_id"] == "view"
    assert ("'Export Point Cloud' wrote the format ply, and its output glb is linked: set format to glb, or "
            "link its output ply.") in error["exception_message"]
