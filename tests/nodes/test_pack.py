"""The pack as ComfyUI's loader sees it, but without ComfyUI."""
import json
import re
import subprocess
import sys
import time
import zipfile

import pytest
from PIL import Image

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


@pytest.fixture(scope="module")
def archive(root, tmp_path_factory):
    """The registry's archive, unpacked: what git holds, less what .comfyignore matches."""
    listed = [subprocess.run(["git", "ls-files", "-z", *options], cwd=root, capture_output=True, text=True)
              for options in ((), ("--cached", "--ignored", "--exclude-from=.comfyignore"))]
    if any(run.returncode for run in listed):
        pytest.skip("not a git checkout")
    tracked, ignored = (set(filter(None, run.stdout.split("\0"))) for run in listed)
    folder = tmp_path_factory.mktemp("archive")
    with zipfile.ZipFile(folder / "node.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(tracked - ignored):
            if (root / name).exists():
                packed.write(root / name, name)
        packed.extractall(folder / "worldstereo")
    return folder


@pytest.mark.slow
def test_import_without_comfyui_is_light(archive):
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", LOAD, "worldstereo"], capture_output=True, text=True,
                          cwd=archive)
    assert done.returncode == 0, done.stderr
    pack = json.loads(done.stdout)
    assert HEAVY.isdisjoint(pack["modules"])
    assert "comfy" not in pack["modules"]
    assert set(pack["names"]) == set(pack["classes"])
    assert all(name.startswith("WSKit") for name in pack["classes"])
    # torch alone takes seconds; this catches a download or a model at import
    assert time.monotonic() - began < 30


def test_the_archive_of_the_registry_is_small(archive):
    assert (archive / "node.zip").stat().st_size < 11e6  # 7 MB of it are WorldStereo-Nano
    there = {path.name for path in (archive / "worldstereo").iterdir()}
    assert there.isdisjoint({"tests", "training", "benchmarks", "page", ".github", ".git", ".venv"})
    assert {"__init__.py", "requirements.txt", "pyproject.toml", "LICENSE", "README.md"} <= there


def test_the_archive_of_the_registry_is_complete(root, archive):
    pack = archive / "worldstereo"
    for folder, kind in (("core", "*.py"), ("nodes", "*.py"), ("web", "*"), ("workflows", "*.json"),
                         ("locales", "*.json")):
        assert files_in(pack / folder, kind) == files_in(root / folder, kind)
    for page in (pack / "web" / "docs").iterdir():
        for picture in re.findall(r"!\[.*\]\((.*)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / picture).is_file(), page.name
    readme = (pack / "README.md").read_text(encoding="utf-8")
    run = re.findall(r"python ((?:scripts|code_examples)/\S+\.py)", readme)
    of_page = ["scripts/quickstart.py", "scripts/make_tiny_model.py", "assets/nano.safetensors"]
    assert len(run) > 2 and all((pack / file).is_file() for file in run + of_page)


def files_in(folder, kind):
    return sorted(file.relative_to(folder) for file in folder.rglob(kind) if file.is_file())


@pytest.mark.parametrize(("name", "size"), [("icon.png", (400, 400)), ("banner.jpg", (1260, 540))])
def test_the_registrys_pictures_have_its_sizes(root, name, size):
    with Image.open(root / "assets" / name) as picture:
        assert picture.size == size


def test_registry_metadata_names_the_packages_of_requirements_txt(root):
    tomllib = pytest.importorskip("tomllib")  # Python 3.11
    lines = [line.split("#")[0].strip() for line in (root / "requirements.txt").read_text().splitlines()]
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert project["dependencies"] == [line for line in lines if line]
