"""Presets and camera formats stand in one table each, and everything that lists them follows."""
import json
import re

import pytest
import torch

import make_contact_sheet
import model_files
import write_tables
from worldstereo.core.cameras.formats import recognise, save, table
from worldstereo.core.cameras.formats.table import FORMATS
from worldstereo.core.cameras.formats.tum import read_tum, write_tum
from worldstereo.core.cameras.pinhole import intrinsics_from_fov
from worldstereo.core.depth.depth import Depth
from worldstereo.core.depth.estimate import KNOWN_MODELS
from worldstereo.core.model.checkpoint.download import RELEASED
from worldstereo.core.planning.presets import moves
from worldstereo.core.planning.presets.table import PRESETS, Preset
from worldstereo.nodes import NODE_CLASS_MAPPINGS as NODES

SOURCES = ("core", "nodes", "scripts", "web", "README.md")
TEXT = {".py", ".js", ".md"}


def test_texts_are_those_of_the_tables():
    for file, text in write_tables.texts().items():
        assert file.read_text(encoding="utf-8") == text, f"run python scripts/write_tables.py for {file.name}"


def test_names_for_translators_are_shown_as_they_are(root):
    names = json.loads((root / "locales" / "en" / "nodeDefs.json").read_text())
    assert list(names) == list(NODES)  # the page reads @, {}, | in a translation as a link, a value, a choice
    assert not [name for text in names.values() for name in text.values() if set("@{}|") & set(name)]


def test_a_new_preset_needs_its_row_alone(monkeypatch, comfy):
    row = Preset(moves.truck, "To the right like a crab", {"distance": "sideways"}, at_median=False,
                 examples=({"distance": 0.1}, {"distance": 0.2}))
    monkeypatch.setitem(PRESETS, "crab", row)
    node = NODES["WSKitCameraTrajectory"]
    inputs = node.INPUT_TYPES()["required"]
    assert "crab" in inputs["preset"][0] and "crab: sideways" in inputs["distance"][1]["tooltip"]
    depth = Depth(torch.full((1, 6, 8), 2.0), torch.ones(1, 6, 8, dtype=torch.bool),
                  intrinsics_from_fov(60, 8, 6)[None])
    path, report = node().plan(depth, "crab", 5, 64, 32, 0, 0, 0.5)
    assert path.c2w[-1, :3, 3].tolist() == pytest.approx([1, 0, 0]) and report.startswith("crab: ")
    help_page, readme = written("WSKitCameraTrajectory.md"), written("README.md")
    assert "| `crab` | To the right like a crab | distance (sideways) |" in help_page
    assert f"{len(PRESETS)} presets" in readme
    titles = [title for title, _, _ in make_contact_sheet.entries()]
    assert titles[-2:] == ["crab, distance 0.1", "crab, distance 0.2"]


def test_a_new_format_needs_its_row_alone(monkeypatch, folders):
    row = table.Format("c2w OpenCV", lambda data: "slam" in data,
                       lambda text, hints: read_tum(json.loads(text)["slam"], hints),
                       lambda path: json.dumps({"slam": write_tum(path)}),
                       "json", "no", "no", "poses", "in JSON")
    monkeypatch.setitem(FORMATS, "slam.json", row)
    load, saving = NODES["WSKitLoadTrajectory"].INPUT_TYPES(), NODES["WSKitSaveTrajectory"].INPUT_TYPES()
    assert "slam.json" in load["required"]["format"][0] and "slam.json" in saving["required"]["format"][0]
    assert "slam.json" in load["optional"]["horizontal_fov"][1]["tooltip"]
    depth = Depth(torch.full((1, 6, 8), 2.0), torch.ones(1, 6, 8, dtype=torch.bool),
                  intrinsics_from_fov(60, 8, 6)[None])
    path = moves.start_from(depth, moves.truck(3, 1.0), 8, 6)
    save.save_trajectory(path, folders / "a.json", "slam.json")
    assert recognise.recognise(folders / "a.json") == "slam.json"
    assert "| `slam.json` | c2w OpenCV | no | no | in JSON |" in written("WSKitLoadTrajectory.md")
    assert "| `slam.json` | c2w OpenCV | poses |" in written("WSKitSaveTrajectory.md")
    assert f"{len(FORMATS)} formats" in written("README.md")


def written(name):
    return next(text for file, text in write_tables.texts().items() if file.name == name)


@pytest.mark.parametrize(("name", "places"), [
    ("figure eight", {"core/planning/presets/table.py", "web/docs/WSKitCameraTrajectory.md"}),
    ("RealEstate10K", {"core/cameras/formats/table.py", "web/docs/WSKitLoadTrajectory.md",
                       "web/docs/WSKitSaveTrajectory.md"})])
def test_beside_its_code_a_preset_or_format_is_named_in_one_source_and_its_help_pages(root, name, places):
    """A preset is a function and a row, a format is a file and a row; write_tables writes the rest."""
    files = [file for source in SOURCES for file in [root / source, *(root / source).rglob("*")]
             if file.suffix in TEXT and file.is_file()]
    naming = {file.relative_to(root).as_posix() for file in files
              if re.search(f"[\"`]{name}[\"`]", file.read_text(encoding="utf-8"))}
    assert naming == places


WORKFLOWS = ("workflows/*.json", "docs/workflows/*.json")


def test_loaders_in_workflows_name_their_files(root):
    """By name, address and folder, as the page takes them; WorldStereo-Nano's are made, not fetched."""
    named = {}
    for file in (file for pattern in WORKFLOWS for file in root.glob(pattern)):
        drawn = json.loads(file.read_text(encoding="utf-8"))
        inner = drawn.get("definitions", {}).get("subgraphs", [])
        for node in (node for graph in (drawn, *inner) for node in graph["nodes"]):
            wanted = model_files.properties(node.get("widgets_values", []))
            assert node["properties"].get("models", []) == wanted, f"{file.name}: {node['type']}"
            loaded = [value for value in node.get("widgets_values", [])
                      if str(value).endswith(".safetensors") and "nano" not in value]
            assert {*loaded} <= {model["name"] for model in wanted}, f"{file.name}: {node['type']}"
            named.setdefault(file.stem, set()).update(model["name"] for model in wanted)
    depth = "Depth-Anything-V2-Metric-Indoor-Small-hf/model.safetensors"
    assert named["photo_to_clip"] == named["photo_to_world"] == {
        "worldstereo-memory-dmd/model.safetensors", "umt5_xxl_fp8_e4m3fn_scaled.safetensors",
        "wan_2.1_vae.safetensors", "clip_vision_h.safetensors", depth}


def test_the_table_of_models_has_what_the_downloads_fetch():
    addresses = {model["name"]: model["url"] for model in model_files.properties([*RELEASED, *KNOWN_MODELS])}
    assert set(addresses) == {*RELEASED, *(f"{name}/model.safetensors" for name in KNOWN_MODELS)}
    assert all(address.endswith("/model.safetensors") for address in addresses.values())
    readme = written("README.md")
    assert all(f"| `diffusion_models/{name.partition('/')[0]}` | {size} GB |" in readme
               for name, size in RELEASED.items())
    assert all(f"| `geometry_estimation/{name}` | {size} |" in readme
               for name, (_, size) in KNOWN_MODELS.items())


def test_every_format_is_recognised_by_one_row_alone():
    depth = Depth(torch.full((1, 6, 8), 2.0), torch.ones(1, 6, 8, dtype=torch.bool),
                  intrinsics_from_fov(60, 8, 6)[None])
    path = moves.start_from(depth, moves.truck(3, 1.0), 8, 6)
    for name, row in FORMATS.items():
        if row.ending == "json":
            data = json.loads(row.write(path))
            data = data if isinstance(data, dict) else {"keyframes": data}
            fitting = [other for other, row in FORMATS.items() if row.ending == "json" and row.fits(data)]
            assert fitting == [name]
