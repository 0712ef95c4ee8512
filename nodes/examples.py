"""The example files of the shipped workflows: the page asks for them when it opens a workflow that names one
and they are missing.

    POST /worldstereo/examples  {"names": [...]}  ->  {"made": [names that were missing]}

Only names of EXAMPLES are made, from what this pack and scikit-image have; nothing is downloaded and nothing
replaced.
"""
from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from ..core.files.atomic import new_path, writable
from ..core.values import quoted, require

INPUT = "input"
EXAMPLES = {  # name in a workflow -> ComfyUI's folder
    "worldstereo_coffee.jpg": INPUT,
    "worldstereo_room.jpg": INPUT,
    "worldstereo_room_distance_mm.png": INPUT,
    "motorcycle.png": INPUT,
    "motorcycle_depth_mm.png": INPUT,
    "worldstereo-nano/model.safetensors": "diffusion_models",
    "worldstereo-nano-vae.safetensors": "vae",
}
SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
# not as a script: the Python of portable installations has no folder of the script on its path
MAKE = "import sys; sys.path.insert(0, sys.argv[1]); import quickstart; quickstart.main(*sys.argv[2:])"
_one_at_a_time = threading.Lock()


def examples(body: dict[str, Any]) -> dict[str, Any]:
    """Makes those of the named example files that are missing."""
    names = body.get("names")
    if not isinstance(names, list) or [*body] != ["names"]:
        raise ValueError("Expected one field, names: a list.")
    unknown = [name for name in names if not isinstance(name, str) or name not in EXAMPLES]
    require(not unknown, f"There is no example file {quoted(unknown[:1])}; there are {', '.join(EXAMPLES)}.")
    with _one_at_a_time:
        missing = [name for name in dict.fromkeys(names) if not _present(name)]
        if missing:
            _make(missing)
    return {"made": missing}


def _present(name: str) -> bool:
    import folder_paths

    if EXAMPLES[name] == INPUT:
        return (Path(folder_paths.get_input_directory()) / name).exists()
    return folder_paths.get_full_path(EXAMPLES[name], name) is not None


def _make(names: list[str]) -> None:
    """By scripts/quickstart.py in a process of its own, as it needs the scripts on its path."""
    import folder_paths

    roots = {kind: Path(folder_paths.models_dir) / kind for kind in EXAMPLES.values()}
    roots[INPUT] = Path(folder_paths.get_input_directory())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        models = [folder] if any(EXAMPLES[name] != INPUT for name in names) else []
        done = subprocess.run([sys.executable, "-c", MAKE, str(SCRIPTS), f"{folder}/{INPUT}", *models],
                              cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        last = done.stderr.strip().splitlines()[-1:]
        require(done.returncode == 0, f"{', '.join(names)} cannot be made ({''.join(last)}); run `python "
                                      "scripts/quickstart.py INPUT MODELS` in this pack to see why.")
        for name in names:
            made = Path(folder) / EXAMPLES[name] / name
            beside = [made.parent / "config.json"] if "/" in name else []
            for file in [*beside, made]:  # the model last: with it the rest is there
                _move(file, roots[EXAMPLES[name]] / file.relative_to(Path(folder) / EXAMPLES[name]))


def _move(source: Path, target: Path) -> None:
    if target.exists():
        return
    with writable(target, "another folder"):
        target.parent.mkdir(parents=True, exist_ok=True)
    with new_path(target) as temporary:
        shutil.copyfile(source, temporary)
