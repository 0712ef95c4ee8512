"""The sources keep the rules of pyproject.toml: lines, imports, names that do not exist, common traps."""
import subprocess
import sys


def test_ruff_finds_nothing(root):
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "."]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
