"""The bundle in web/ is what page/ gives, and loads nothing from elsewhere."""
import re
import shutil

import pytest

import build_page


def test_the_bundle_is_built_from_the_sources(tmp_path):
    if shutil.which("npm") is None:
        pytest.skip("no npm on this machine")
    built = tmp_path / "bundle.mjs"
    build_page.build(built)
    assert built.read_bytes() == build_page.BUNDLE.read_bytes(), "run python scripts/build_page.py"


def test_the_bundle_tells_its_licence_and_fetches_nothing():
    bundle = build_page.BUNDLE.read_text()
    assert "The MIT License" in bundle[:500] and "three.js authors" in bundle[:500]
    assert not re.search(r"""(?:import|from|importScripts|fetch)\(?\s*["']https?:""", bundle)


def test_only_small_files_are_loaded_with_every_page(root):
    """ComfyUI's page loads all .js files at its start."""
    assert sum(file.stat().st_size for file in (root / "web").rglob("*.js")) < 30_000
