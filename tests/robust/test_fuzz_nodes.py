"""Every node with hostile inputs: a fixed part of what `python scripts/fuzz.py` tries."""
import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not os.path.exists("/proc"), reason="limits of Linux")]


def test_hundreds_of_hostile_inputs_break_no_promise(root):
    command = [sys.executable, "scripts/fuzz.py", "--part", "nodes", "--seed", "1", "--cases", "400"]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "400 cases, 0 violations" in ended.stdout
