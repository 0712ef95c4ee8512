#!/usr/bin/env python3
"""Makes the environment and runs the test suite in it; extra arguments go to pytest.

Where the variable CI is set, on Debian and as root, it also installs Chromium for the test of the web page.
"""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import environment


def main() -> None:
    environment.ensure()
    if os.environ.get("CI") and not shutil.which("chromium"):
        install_chromium()
    os.chdir(environment.ROOT)
    environment.continue_in_venv("-m", "pytest", *sys.argv[1:])
    sys.exit(subprocess.call([sys.executable, "-m", "pytest", *sys.argv[1:]]))


def install_chromium() -> None:
    """Debian's own package; elsewhere, or when that fails, the test says why it is skipped."""
    if not Path("/etc/debian_version").exists() or os.geteuid() != 0:
        return
    packages = ["chromium", "fonts-dejavu-core"]
    commands = [["apt-get", "update", "-qq"],
                ["apt-get", "install", "-qqy", "--no-install-recommends", *packages]]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in commands:
        if subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode:
            print(f"test: {' '.join(command)} failed", flush=True)


if __name__ == "__main__":
    main()
