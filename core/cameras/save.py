"""Trajectories as files of one of the known formats."""

import os
import shutil
from pathlib import Path

from ..export.point_cloud import write_atomically
from ..values import require
from .recognise import FORMATS
from .trajectory import Trajectory


def save_trajectory(trajectory: Trajectory, path: Path, format: str) -> Path:
    """Writes the trajectory in a format of recognise.FORMATS to path: a file, or for COLMAP a folder.

    It appears complete or not at all. Raises ValueError when it exists already.
    """
    require(not path.exists(), f"{path.name} exists already and is not overwritten; choose another filename prefix.")
    content = FORMATS[format].write(trajectory)
    if isinstance(content, str):
        write_atomically(path, content.encode())
        return path
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.mkdir()
        for name, part in content.items():
            (temporary / name).write_bytes(part if isinstance(part, bytes) else part.encode())
        os.rename(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return path
