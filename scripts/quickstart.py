"""The quickstart shared by the demo and the tests: its graph, its photograph, its models, its results.

    python scripts/quickstart.py INPUT [MODELS]

writes the example files of the shipped workflows into ComfyUI's input folder and WorldStereo-Nano into its
models folder. ComfyUI's page does so by itself when it opens a workflow that needs them.
"""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
PACK = "ComfyUI-WorldStereo"
GRAPH_FILE = ROOT / "workflows" / "api" / "quickstart.json"
WORKFLOW_FILE = ROOT / "workflows" / "quickstart.json"
SHIPPED = ROOT / "web" / "examples"
EXAMPLE_PHOTO = SHIPPED / "worldstereo_coffee.jpg"
# below ComfyUI's output folder; every filename_prefix of the graph starts with it
OUTPUT_FOLDER = "quickstart"

# Calibration of scikit-image's motorcycle pair (Middlebury 2014, at its reduced size), in pixels and
# millimetres.
FOCAL_LENGTH, DISPARITY_OFFSET, BASELINE_MM = 994.978, 31.086, 193.001

RESULTS = {  # prefix and kind of the file that the graph writes -> what to say about it
    "render.mp4": "the photograph's point cloud seen along the path: real depth, grey where the model has to "
    "invent",
    "key_frames.mp4": "what WorldStereo-Nano made of it: the render, its holes filled; a small model, not "
    "WorldStereo's quality",
    "point_cloud.glb": "the photograph's points and what the key frames add to them, for Blender, any glTF "
    "viewer, and ComfyUI's Preview3D node",
}


def graph() -> dict:
    return json.loads(GRAPH_FILE.read_text())


def prepare(base: Path, trained: bool = False) -> None:
    """Fills ComfyUI's base folder with the pack, models and the input files.

    trained: WorldStereo-Nano; else a tiny model with random weights in its place, which tests take, because
    what a trained model ignores they would not see.
    """
    link_pack(base / "custom_nodes" / PACK)
    make_models = [sys.executable, str(ROOT / "scripts" / "make_tiny_model.py"), "--models",
                   str(base / "models"), *([] if trained else ["--untrained"])]
    # in a session of its own, so that Ctrl-C in the terminal ends it through us and without its traceback
    subprocess.run(make_models, check=True, stdout=subprocess.DEVNULL, start_new_session=True)
    write_inputs(base / "input")


def link_pack(target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if os.name == "nt":  # symbolic links need special rights there
        shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(".*", "output", "__pycache__"))
    else:
        target.symlink_to(ROOT, target_is_directory=True)


def write_photo_with_depth(folder: Path) -> None:
    """motorcycle.png (RGB) and motorcycle_depth_mm.png (16 bit, millimetres along the camera's z, 0 =
    unknown)."""
    from PIL import Image
    from skimage.data import stereo_motorcycle

    left, _, disparity = stereo_motorcycle()
    known = np.isfinite(disparity)
    depth = FOCAL_LENGTH * BASELINE_MM / (np.where(known, disparity, 0) + DISPARITY_OFFSET)
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(left).save(folder / "motorcycle.png")
    Image.fromarray(np.where(known, np.rint(depth),
                             0).astype(np.uint16)).save(folder / "motorcycle_depth_mm.png")


def write_inputs(folder: Path) -> None:
    """Every example file of the input folder."""
    write_photo_with_depth(folder)
    for file in SHIPPED.glob("worldstereo_*"):
        shutil.copyfile(file, folder / file.name)


def main(input_folder: str, models: str = "") -> None:
    write_inputs(Path(input_folder))
    if models:
        import make_tiny_model

        make_tiny_model.write_model(Path(models), trained=True)
        make_tiny_model.write_vae(Path(models), trained=True)


def copy_results(base: Path, target: Path) -> list[Path]:
    """The files of RESULTS from ComfyUI's output folder, without the counters in their names."""
    target.mkdir(parents=True, exist_ok=True)
    copied = []
    for name in RESULTS:
        stem, kind = name.split(".")
        found = sorted((base / "output" / OUTPUT_FOLDER).glob(f"{stem}_*.{kind}"))
        if not found:
            raise FileNotFoundError(f"The graph has written no {OUTPUT_FOLDER}/{stem}_*.{kind}.")
        copied.append(Path(shutil.copy(found[-1], target / name)))
    return copied


if __name__ == "__main__":
    main(*sys.argv[1:])
