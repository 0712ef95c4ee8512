"""A graph of which each node gives one warning, on a model that was made for prompts."""
from __future__ import annotations

import json
import shutil
from pathlib import Path

import make_tiny_model
import quickstart

MODEL = "for-prompts/model.safetensors"
WARNINGS = {"30": "depth looks inverted", "5": "was shortened", "18": "neither positive nor clip",
            "19": "no clip_vision_output"}
TWICE = {"18": "is stretched to 64x64", "19": "Global-Geometric Memory' is missing"}


def write_model(models: Path) -> None:
    """A camera model whose config.json does not say that it was made without prompts."""
    folder = models / "diffusion_models" / "for-prompts"
    if folder.exists():
        return
    made = make_tiny_model.write_model(models, "camera")
    shutil.move(made, folder)
    config = json.loads((folder / "config.json").read_text())
    del config["prompt_free"]
    (folder / "config.json").write_text(json.dumps(config))


def graph() -> dict:
    """The quickstart's, less what needs time: its path leads too near, and no memory is applied."""
    all_nodes = quickstart.graph()
    nodes = {key: all_nodes[key] for key in ("1", "2", "3", "4", "5", "14", "15", "18", "19", "20")}
    nodes["5"]["inputs"].update(preset="dolly", angle=0, distance=0.9, frames=3, width=64, height=64,
                                fit="stretch",
                                point_cloud=["4", 0])
    nodes["14"]["inputs"]["model_name"] = MODEL
    nodes["18"]["inputs"]["model"] = nodes["19"]["inputs"]["model"] = ["14", 0]
    nodes["19"]["inputs"].update(steps=1, guidance=1, geometric_memory="optional")
    swapped = {**nodes["3"]["inputs"], "kind": "inverse metric", "scale": 1}
    nodes["30"] = {"class_type": "WSKitDepthFromImage", "inputs": swapped}
    nodes["31"] = {"class_type": "WSKitPreviewDepth", "inputs": {"depth": ["30", 0]}}
    for key, images in (("32", ["31", 0]), ("33", ["20", 0])):
        nodes[key] = {"class_type": "PreviewImage", "inputs": {"images": images}}
    return nodes
