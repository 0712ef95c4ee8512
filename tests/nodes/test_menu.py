"""What a visual author sees of the nodes: categories, advanced widgets, and defaults that are stated once."""
import inspect
import json
import re

import pytest
import torch

from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.sampling import controls
from worldstereo.core.world.clip_list import Clip
from worldstereo.nodes import NODE_CLASS_MAPPINGS, menu, sockets, world_graph
from worldstereo.nodes.widgets import defaults_of

STAGES = ["WorldStereo/model", "WorldStereo/camera", "WorldStereo/depth", "WorldStereo/geometric memory",
          "WorldStereo/stereo memory", "WorldStereo/sampling", "WorldStereo/world", "WorldStereo/export",
          "WorldStereo/advanced"]
WIDGETS = ("INT", "FLOAT", "STRING", "BOOLEAN")


def widgets(node_id):
    """{input: (kind, options)} of the node's inputs that are widgets."""
    types = NODE_CLASS_MAPPINGS[node_id].INPUT_TYPES()
    return {name: (entry[0], entry[1])
            for group in ("required", "optional") for name, entry in types.get(group, {}).items()
            if entry[0] in WIDGETS or isinstance(entry[0], list)}


def advanced(node_id):
    return {name for name, (_, options) in widgets(node_id).items() if options.get("advanced")}


def test_one_category_for_each_stage():
    in_the_menu = dict.fromkeys(node.CATEGORY for node in NODE_CLASS_MAPPINGS.values())
    assert list(in_the_menu) == list(menu.ORDER) == STAGES


def test_every_node_is_found_by_other_words_than_its_name():
    aliases = {node_id: getattr(node, "SEARCH_ALIASES", []) for node_id, node in NODE_CLASS_MAPPINGS.items()}
    assert [node_id for node_id, words in aliases.items() if not words] == []


def test_nodes_of_the_shipped_workflows_are_not_hidden_away(root):
    for file in (root / "workflows" / "api").glob("*.json"):
        used = {node["class_type"] for node in json.loads(file.read_text()).values()}
        hidden = {node_id for node_id, node in NODE_CLASS_MAPPINGS.items() if node.CATEGORY == menu.ADVANCED}
        assert used & hidden == set()


def test_advanced_are_widgets_that_the_shipped_workflows_leave_as_they_are(root, comfy):
    assert sum(len(advanced(node_id)) for node_id in NODE_CLASS_MAPPINGS) > 40
    changed = [(file.stem, node["class_type"], name, node["inputs"][name])
               for file in (root / "workflows" / "api").glob("*.json")
               for node in json.loads(file.read_text()).values() if node["class_type"] in NODE_CLASS_MAPPINGS
               for name in advanced(node["class_type"]) & node["inputs"].keys()
               if node["inputs"][name] != default_of(node["class_type"], name)]
    assert changed == []


def test_only_widgets_can_be_advanced(comfy):
    for node_id, node in NODE_CLASS_MAPPINGS.items():
        types = node.INPUT_TYPES()
        marked = {name for group in ("required", "optional") for name, entry in types.get(group, {}).items()
                  if entry[1].get("advanced")}
        assert marked == advanced(node_id), node_id


def default_of(node_id, name):
    kind, options = widgets(node_id)[name]
    return options["default"] if "default" in options else kind[0]


def test_an_optional_widget_that_a_prompt_leaves_out_has_its_default(comfy):
    for node_id, node in NODE_CLASS_MAPPINGS.items():
        parameters = inspect.signature(getattr(node, node.FUNCTION)).parameters
        for name in node.INPUT_TYPES().get("optional", {}).keys() & widgets(node_id).keys():
            # graphs without a fit are from before there was one, and stretched
            expected = "stretch" if name == "fit" else default_of(node_id, name)
            assert parameters[name].default == expected, (node_id, name)


@pytest.mark.parametrize("node_id, widget, function, argument", [
    ("WSKitApplyGeometricMemory", "strength", controls.geometric_control, "strength"),
    ("WSKitApplyGeometricMemory", "start_percent", controls.geometric_control, "start"),
    ("WSKitApplyGeometricMemory", "end_percent", controls.geometric_control, "end"),
    ("WSKitApplyStereoMemory", "window", controls.stereo_control, "window")])
def test_defaults_agree_with_what_is_too_heavy_to_import_for_them(comfy, node_id, widget, function, argument):
    assert default_of(node_id, widget) == sockets.default_of(function, argument)


def test_numbers_in_tooltips_are_the_defaults(comfy):
    """Of those that say so: "0.35 is the official value", "trained with 20", "8 as in the official code"."""
    said = re.compile(r"(\d[\d.]*\d|\d)(?= is the official value| as in the official code)|"
                      r"(?:trained with|released with|official:) (\d[\d.]*\d|\d)")
    found = 0
    for node_id in NODE_CLASS_MAPPINGS:
        for name, (_, options) in widgets(node_id).items():
            for number in said.findall(options.get("tooltip", "")):
                found += 1
                assert float("".join(number)) == options["default"], (node_id, name, options["tooltip"])
    assert found >= 10


def test_a_new_default_of_a_node_is_that_of_build_world_too(comfy, tmp_path, monkeypatch):
    changed = {"WSKitRenderPointCloud": ("points_per_pixel", 7),
               "WSKitRetrieveReferences": ("least_score", 0.5), "WSKitUpdateMemoryBank": ("keep", 3),
               "WSKitApplyGeometricMemory": ("strength", 0.25), "WSKitDepthFromMotion": ("near", 4.0),
               "WSKitUpdateGeometricMemory": ("use_frames", 2)}
    for node_id, (name, value) in changed.items():
        types = NODE_CLASS_MAPPINGS[node_id].INPUT_TYPES()
        types["required"][name] = sockets.with_options(types["required"][name], default=value)
        changed_types = classmethod(lambda cls, types=types: types)
        monkeypatch.setattr(NODE_CLASS_MAPPINGS[node_id], "INPUT_TYPES", changed_types)
    K = torch.tensor([[20., 0, 16], [0, 20, 8], [0, 0, 1]])
    path = Trajectory(torch.eye(4).repeat(5, 1, 1), K.repeat(5, 1, 1), 32, 16)
    links = {name: [name, 0] for name in ("model", "vae", "trajectories", "point_cloud", "memory_bank")}
    settings = world_graph.Settings("w", 1, "as listed", world_graph.MOTION, 8, 0.01, 0, 0.0)
    clips = (Clip("a", path), Clip("b", path))
    folders = [tmp_path / "a.0", tmp_path / "b.0"]
    nodes = world_graph.expand(clips, folders, links, settings)["expand"].values()
    for node_id, (name, value) in changed.items():
        found = [node["inputs"][name] for node in nodes if node["class_type"] == node_id]
        assert found == [value, value], node_id


def test_every_required_widget_has_a_default(comfy):
    for node_id, node in NODE_CLASS_MAPPINGS.items():
        required = node.INPUT_TYPES().get("required", {}).keys() & widgets(node_id).keys()
        files = {name for name in required if widgets(node_id)[name][0] == []}  # there may be none
        assert required - files == defaults_of(node).keys() - files, node_id
