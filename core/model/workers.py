"""Processes, one for each device, that compute a model's forwards together; see parallel.py and worker.py.

Plain processes with pipes: they need no import of the program that starts them, and end with it.
"""

from __future__ import annotations

import pickle
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = __name__.removesuffix(".core.model.workers")
# makes this package importable under the name that it has here, which ComfyUI chooses
BOOT = """
import importlib, sys, types
package, root, rank, meeting, *devices = sys.argv[1:]
sys.modules[package] = types.ModuleType(package)
sys.modules[package].__path__ = [root]
importlib.import_module(package + ".core.model.worker").answer_requests(int(rank), devices, meeting)
"""
WAIT = 0.1  # seconds between two calls of `waiting`


class Workers:
    """Started processes. An error in one ends all, because the others may wait for it for ever."""

    def __init__(self, devices: Sequence[str]):
        """devices: one for each process, such as cuda:0."""
        self._folder = tempfile.TemporaryDirectory(prefix="worldstereo")
        self._replies: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        self._asked, self.processes = 0, []
        for rank in range(len(devices)):
            command = [sys.executable, "-c", BOOT, PACKAGE, str(ROOT), str(rank),
                       str(Path(self._folder.name) / "meeting"), *devices]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self.processes.append(process)
            threading.Thread(target=_read, args=(rank, process.stdout, self._replies), daemon=True).start()

    def ask(self, waiting: Callable[[], None], name: str, *arguments: object) -> Any:
        """Calls this method of Worker in all processes; returns the result of the first.

        waiting: called now and then until all have replied; may raise to stop waiting. What a process raised
        is raised here.
        """
        waiting()
        self._asked += 1
        request = pickle.dumps((self._asked, name, arguments))
        try:
            for process in self.processes:
                process.stdin.write(request)
                process.stdin.flush()
        except OSError as error:
            self.close()
            raise RuntimeError("A process of 'Use Several GPUs' ended; see the log above.") from error
        results: dict[int, Any] = {}
        while len(results) < len(self.processes):
            try:
                rank, reply = self._replies.get(timeout=WAIT)
            except queue.Empty:
                waiting()
                continue
            if reply is None:
                self.close()
                raise RuntimeError(f"Process {rank} of 'Use Several GPUs' ended; see the log above.")
            number, error, result = reply
            if error is not None:
                self.close()
                raise error
            if number == self._asked:  # others belong to a request that was not waited for
                results[rank] = result
        return results[0]

    @property
    def alive(self) -> bool:
        return all(process.poll() is None for process in self.processes)

    def close(self) -> None:
        """Ends the processes, whatever they do."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()
        self._folder.cleanup()


def _read(rank: int, replies: BinaryIO, into: queue.SimpleQueue[tuple[int, Any]]) -> None:
    """Puts the replies of a process into the queue, and None after the last one."""
    try:
        while True:
            into.put((rank, pickle.load(replies)))
    except (EOFError, OSError, pickle.UnpicklingError):
        into.put((rank, None))
