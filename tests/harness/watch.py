"""Watches what this process does with files outside the folders that a test allows, by Python's audit events.

Native code (safetensors, FFmpeg) is not seen; tests compare the files before and after for that.
"""
from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WRITES = {"os.mkdir": (0,), "os.rename": (0, 1), "os.remove": (0,), "os.rmdir": (0,), "os.link": (0, 1),
          "os.symlink": (1,), "os.truncate": (0,), "shutil.rmtree": (0,), "shutil.copyfile": (1,)}
FORBIDDEN = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect",
             "socket.getaddrinfo", "socket.sendto", "pickle.find_class")
_state = {"hooked": False, "see": None}


class Refused(BaseException):
    """No Exception, so that no handler of the pack can swallow it."""


@contextmanager
def watched(secret: Path, writable: Path) -> Iterator[list[str]]:
    """Refuses reading below `secret`, writing elsewhere than below `writable`, programs and the network; the
    list holds what was refused."""
    seen: list[str] = []

    def refuse(what: str) -> None:
        seen.append(what)
        raise Refused(what)

    def check(path: object, writing: bool, event: str) -> None:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return
        real = Path(os.path.realpath(os.fsdecode(path)))
        if real.is_relative_to(secret) or (writing and not real.is_relative_to(writable)
                                           and not real.is_relative_to("/dev") and "__pycache__" not
                                           in real.parts):
            refuse(f"{event} {'write' if writing else 'read'} {real}")

    def see(event: str, args: tuple) -> None:
        if event in FORBIDDEN:
            refuse(f"{event} {args}")
        elif event == "open":
            check(args[0], bool((args[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)), event)
        elif event in WRITES and (event == "shutil.rmtree" or -1 in args[1:]
                                  or len(args) <= len(WRITES[event])):
            # rmtree works relative to open folders, so its parts are not looked at one by one
            for place in WRITES[event]:
                check(args[place], True, event)

    if not _state["hooked"]:  # a hook cannot be taken away
        sys.addaudithook(_hook)
        _state["hooked"] = True
    _state["see"] = see
    try:
        yield seen
    finally:
        _state["see"] = None


def _hook(event: str, args: tuple) -> None:
    see, _state["see"] = _state["see"], None  # not while it works itself
    if see is None:
        return
    try:
        see(event, args)
    except UnicodeError:  # a path that no file can have
        pass
    finally:
        _state["see"] = see
