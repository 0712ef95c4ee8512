"""The two commands' own promises: what gets installed, and that Ctrl-C leaves nothing behind."""
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

import environment


def test_comfyui_packages_leave_out_torch_and_what_the_server_runs_without(tmp_path):
    lines = ["comfyui-frontend-package==1.32.9", "comfyui-embedded-docs==0.3.1", "torch", "torchsde",
             "Torchvision>=0.1", "", "# a comment", "pydantic~=2.0  # why",
             'av>=14 ; sys_platform != "win32"']
    (tmp_path / "requirements.txt").write_text("\n".join(lines))
    wanted = ["comfyui-frontend-package==1.32.9", "torchsde", "pydantic~=2.0",
              'av>=14 ; sys_platform != "win32"']
    assert environment.comfyui_requirements(tmp_path) == wanted


def heed_ctrl_c() -> None:
    """For a new process: jobs in a shell's background, as these tests may be, and what they start ignore
    Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name == "nt",
                    reason="Windows has no signal to a process group that stands for Ctrl-C here")
def test_ctrl_c_stops_the_server_and_removes_its_files(root, tmp_path):
    command = [sys.executable, "-u", str(root / "scripts" / "demo.py"), "--output", str(tmp_path / "output")]
    variables = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          start_new_session=True, preexec_fn=heed_ctrl_c) as demo:
        url = next(found[0] for line in demo.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        os.killpg(demo.pid, signal.SIGINT)  # as the terminal does
        rest = demo.stdout.read()
    assert demo.returncode == 1 and "Stopped" in rest and "Traceback" not in rest
    assert list(tmp_path.glob("worldstereo-demo-*")) == []
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url, timeout=5)
