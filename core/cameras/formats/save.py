"""Trajectories as files of one of the known formats."""
from __future__ import annotations

from pathlib import Path

from ...files.atomic import new_path
from ..trajectory import Trajectory
from .table import FORMATS


def save_trajectory(trajectory: Trajectory, path: Path, format: str) -> None:
    """Writes the trajectory in a format of table.FORMATS to path: a file, or for COLMAP a folder.

    It appears complete or not at all. Raises ValueError when it exists already.
    """
    content = FORMATS[format].write(trajectory)
    with new_path(path) as temporary:
        if isinstance(content, str):
            temporary.write_bytes(content.encode())
        else:
            temporary.mkdir()
            for name, part in content.items():
                (temporary / name).write_bytes(part if isinstance(part, bytes) else part.encode())
