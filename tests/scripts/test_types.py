"""pyright's basic mode on core and nodes."""
import json
import subprocess
import sys


def test_pyright_finds_no_errors(root):
    command = [sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable, "--outputjson"]
    found = json.loads(subprocess.run(command, cwd=root, capture_output=True, text=True).stdout)
    errors = [f"{error['file']}:{error['range']['start']['line'] + 1} {error['message']}"
              for error in found["generalDiagnostics"] if error["severity"] == "error"]
    assert found["summary"]["filesAnalyzed"] > 150 and not errors, "\n".join(errors)
