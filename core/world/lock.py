"""A lock for the folder of a world: one process writes at a time."""
from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

logger = logging.getLogger(__name__)


def wait_on() -> None:
    """The default for `waiting`: does nothing."""


@contextmanager
def lock_world(world: Path, waiting: Callable[[], None] = wait_on) -> Iterator[bool]:
    """Holds the world for this process; gives False on a disk without locks, where other processes can
    write too.

    The operating system ends the lock with the process, also when that is killed. The file
    .<world>.lock beside the world stays.
    waiting     called about every second while another process holds the world; may raise
    """
    world.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(world.with_name(f".{world.name}.lock"))
    try:
        held = _acquire(lock, world.name, waiting)
    except NotImplementedError as error:
        logger.warning("The world %s cannot be locked on this disk (%s): do not let two ComfyUI write it at "
                       "once.", world.name, error)
        held = False
    try:
        yield held
    finally:
        lock.release()


def _acquire(lock: FileLock, name: str, waiting: Callable[[], None]) -> bool:
    try:
        lock.acquire(timeout=0)
        return True
    except Timeout:
        logger.warning("Another process writes the world %s; this one waits for it.", name)
    while True:
        waiting()
        try:
            lock.acquire(timeout=1)
            return True
        except Timeout:
            pass
