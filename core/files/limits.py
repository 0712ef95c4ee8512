"""The limits of what is read from files, all checked against a header before memory is taken.

Where the content lies in a file as it is, the file may be of any size. The limits are for what a small file
can announce or unpack.
"""
from __future__ import annotations

from pathlib import Path

from ..values import require

MOST_PIXELS = 1 << 27  # of a picture: a panorama of 16384x8192; as colours 0.4 GB
LARGEST_UNPACKED = 1 << 30  # bytes of one packed array or picture: 81 depth maps of 2304x1296 in float32
LARGEST_VIDEO = 1 << 32  # bytes of a decoded video, three for each pixel: 3,500 frames of 832x480
LARGEST_TEXT = 1 << 28  # bytes of a text or JSON file: ten million lines of numbers; 81 poses take 0.1 MB
MOST_POINTS = 100_000_000  # that a GLB shows beyond those that lie in it, its meshes being shown repeatedly


def check_file(path: Path, remedy: str = "copy it again") -> None:
    """ValueError unless the path is an ordinary file, links followed: a pipe would wait for ever, a
    device may have no end."""
    require(path.exists(), f"There is no file {path.parent.name}/{path.name}; {remedy}.")
    require(path.is_file(), f"{path.parent.name}/{path.name} is a folder, pipe or device, expected a file; "
                            f"{remedy}.")
