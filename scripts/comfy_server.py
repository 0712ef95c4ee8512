"""Starts a real ComfyUI on the loopback address and stops exactly what it started."""
from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

# ComfyUI's default attention on a CPU is made to save memory and takes more than twice as long
CPU = ("--cpu", "--use-pytorch-cross-attention")


# Waits until its starter ends; kills the server unless that has been stopped, and removes the folders.
GUARD = """import os, shutil, sys
stopped = sys.stdin.read()
try:
    if not stopped: getattr(os, "killpg", os.kill)(int(sys.argv[1]), 9)
except ProcessLookupError: pass
for folder in sys.argv[2:]: shutil.rmtree(folder, ignore_errors=True)
"""


class Server:
    """`with Server(comfyui, base) as server:` runs main.py of the folder `comfyui` until the block ends, or
    until this process ends in whatever way.

    base: folder for custom_nodes, models, input, output and user settings; ComfyUI's own folder is only read.
    arguments: more arguments for main.py. The log goes to base/server.log.
    own: a folder for input, output, temp, user settings and log instead of base; removed at the end.
    api_nodes: with ComfyUI's nodes of paid services; without them its page shows meshes without textures.
    """

    def __init__(self, comfyui: Path, base: Path, arguments: tuple[str, ...] = CPU, own: Path | None = None,
                 api_nodes: bool = False):
        self.comfyui, self.base, self.own = comfyui, base, own
        self.arguments = arguments if api_nodes else ("--disable-api-nodes", *arguments)
        self.log_file = (own or base) / "server.log"

    def __enter__(self) -> Server:
        (self.base / "custom_nodes").mkdir(parents=True, exist_ok=True)  # the rest ComfyUI makes itself
        folders = {kind: self.own / kind for kind in ("input", "output", "temp", "user") if self.own}
        for folder in folders.values():
            folder.mkdir(exist_ok=True)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "main.py", "--listen", "127.0.0.1", "--port", str(port),
                   "--disable-auto-launch", "--base-directory", str(self.base), "--database-url",
                   "sqlite:///:memory:", *self.arguments,
                   *(part for kind, folder in folders.items() for part in (f"--{kind}-directory", folder))]
        # a group of its own: Ctrl-C in the terminal reaches only us, and we stop the server with all it
        # started
        windows = os.name == "nt"
        group = ({"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if windows
                 else {"start_new_session": True})
        foreign = "COMFYUI_PATH" in os.environ
        bytecode = {"PYTHONPYCACHEPREFIX": str((self.own or self.base) / "bytecode")} if foreign else {}
        with open(self.log_file, "wb") as log:
            self.process = subprocess.Popen(command, cwd=self.comfyui, env={**os.environ, **bytecode},
                                            stdout=log,
                                            stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, **group)
        guard = [sys.executable, "-I", "-S", "-c", GUARD, str(self.process.pid), *filter(None, [self.own])]
        self.guard = subprocess.Popen(guard, stdin=subprocess.PIPE, **group)
        try:
            self._wait_until_ready(seconds=180)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        try:
            # not SIGINT, which is ignored below a process that ignores it, as Ray's do
            self._signal(signal.CTRL_BREAK_EVENT if os.name == "nt" else signal.SIGTERM)
            self.process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            pass
        finally:
            self._kill_group()
            self.process.wait()
            self.guard.communicate(b"stopped")

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def failed_packs(self) -> list[str]:
        """Folders under custom_nodes that ComfyUI could not import."""
        mark = "(IMPORT FAILED): "
        return [line.split(mark)[1].strip() for line in self.log().splitlines() if mark in line]

    def _wait_until_ready(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError("ComfyUI ended with exit code "
                                   f"{self.process.returncode}:\n{self.log()[-4000:]}")
            try:
                urllib.request.urlopen(self.url + "/system_stats", timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError(f"ComfyUI did not answer within {seconds:.0f} s:\n{self.log()[-4000:]}")

    def _signal(self, number: int) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)

    def _kill_group(self) -> None:
        if os.name == "nt":
            self.process.kill()
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # the usual case: nothing is left


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
