#!/usr/bin/env python3
"""Makes the environment and runs the tests in it: all of them in two processes, or what the arguments for
pytest say.

    python scripts/test.py [--quick] [ARGUMENT OF PYTEST ...]

--quick: the unit tests of core and nodes alone, without the slow ones; under a minute.
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
    command = ["-m", "pytest", *pytest_arguments(sys.argv[1:])]
    environment.continue_in_venv(*command)
    sys.exit(subprocess.call([sys.executable, *command]))


def pytest_arguments(arguments: list[str]) -> list[str]:
    if "--quick" in arguments:
        rest = [argument for argument in arguments if argument != "--quick"]
        return ["-n2", "-m", "not slow", "tests/core", "tests/nodes", *rest]
    return arguments or ["-n2"]


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
