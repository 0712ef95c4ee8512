#!/usr/bin/env python3
"""Bundles page/src and three.js into web/lib/trajectory_editor.mjs, which users get. Needs npm; nothing else
of the pack does."""
from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "page"
BUNDLE = ROOT / "web" / "lib" / "trajectory_editor.mjs"
BANNER = ("/* ComfyUI-WorldStereo: the editor of camera paths, Apache-2.0; sources in page/. "
          "Holds three.js, under this licence:\n\n{licence}*/")


def build(target: Path) -> None:
    """Writes the bundle: the same bytes for the same sources. Raises RuntimeError where npm fails or is not
    there."""
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("there is no npm on this machine")
    if not _installed():
        _run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    banner = BANNER.format(licence=(PAGE / "node_modules" / "three" / "LICENSE").read_text())
    _run(npm, "exec", "--offline", "--", "esbuild", "src/editor.js", "--bundle", "--format=esm", "--minify",
         "--loader:.css=text", "--target=es2022", "--legal-comments=none", f"--banner:js={banner}",
         f"--outfile={target}", "--log-level=warning")


def _installed() -> bool:
    """Whether node_modules is what the lock file says."""
    stored, wanted = PAGE / "node_modules" / ".package-lock.json", PAGE / "package-lock.json"
    return stored.exists() and stored.stat().st_mtime >= wanted.stat().st_mtime


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=PAGE, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    try:
        build(BUNDLE)
    except RuntimeError as error:
        sys.exit(str(error))
    print(f"{BUNDLE.relative_to(ROOT)}: {BUNDLE.stat().st_size / 1e6:.2f} MB")
