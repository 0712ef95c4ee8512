"""The pack as ComfyUI's loader sees it, but without ComfyUI."""
import json
import subprocess
import sys
import time

import pytest

HEAVY = {"diffusers", "transformers", "cv2", "trimesh", "kornia", "skimage", "scipy", "numba"}
LOAD = """
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("/some/path/pack", sys.argv[1] + "/__init__.py",
                                              submodule_search_locations=[sys.argv[1]])
module = sys.modules["/some/path/pack"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(json.dumps({"names": module.NODE_DISPLAY_NAME_MAPPINGS, "classes": list(module.NODE_CLASS_MAPPINGS),
                  "web": module.WEB_DIRECTORY, "modules": list(sys.modules)}))
"""


@pytest.mark.slow
def test_import_without_comfyui_is_light(root):
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", LOAD, str(root)], capture_output=True, text=True,
                          cwd=root.parent)
    assert done.returncode == 0, done.stderr
    pack = json.loads(done.stdout)
    assert HEAVY.isdisjoint(pack["modules"])
    assert "comfy" not in pack["modules"]
    assert set(pack["names"]) == set(pack["classes"])
    assert all(name.startswith("WSKit") for name in pack["classes"])
    # torch alone takes seconds; this catches a download or a model at import
    assert time.monotonic() - began < 30


def test_registry_metadata_names_the_packages_of_requirements_txt(root):
    tomllib = pytest.importorskip("tomllib")  # Python 3.11
    lines = [line.split("#")[0].strip() for line in (root / "requirements.txt").read_text().splitlines()]
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert project["dependencies"] == [line for line in lines if line]
