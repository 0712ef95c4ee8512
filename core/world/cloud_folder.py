"""Saves the point cloud in the folder of a clip; what it has in common with that of the clip before takes
space once.

    cloud.safetensors           a whole cloud: that of this clip, or of one before it
    changes/0001.safetensors    what the next clip changed in it, and so on up to this clip

All but the last are hard links to files of the clip before, so the folder is whole by itself.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ..cloud.point_cloud import PointCloud
from ..files.state import read_state, write_state
from ..memory.geometric.file import load_cloud, load_packed, save_cloud
from ..memory.geometric.packed import BITS, COLUMNS, Packed, change, difference, narrow, pack, unpack, widen
from .bank_folder import share

KIND, VERSION = "change of a geometric memory", 1
CLOUD, CHANGES = "cloud.safetensors", "changes"
LONGEST = 4  # whole clouds that the files of a folder take at most, where hard links are impossible
REMEDY = "make the clip anew"


def write_cloud(folder: Path, cloud: PointCloud, before: Sequence[Path] = ()) -> list[str]:
    """Writes the cloud to a new folder and gives the names of its files; `before` are those of the clip
    before, first the whole cloud."""
    made = _difference(before, cloud) if before else None
    if made is None:
        save_cloud(cloud, folder / CLOUD)
        return [CLOUD]
    count = len(before) + bool(made)
    names = [CLOUD, *(f"{CHANGES}/{number:04}.safetensors" for number in range(1, count))]
    if len(names) > 1:
        (folder / CHANGES).mkdir()
    for name, path in zip(names, before):
        share(path, folder / name)
    if made:
        write_state(folder / names[-1], KIND, VERSION, made, {})
    return names


def read_cloud(files: Sequence[Path]) -> PointCloud:
    """The cloud in files of write_cloud whose checksums have been compared, first the whole one."""
    if len(files) == 1:
        return load_cloud(files[0])
    whole = load_packed(files[0])
    if whole is None:
        raise ValueError(f"{files[0].name} is of version 1, in which nothing was changed; {REMEDY}.")
    return unpack(_changed(whole[0], files[1:]), whole[1])


def _changed(packed: Packed, changes: Iterable[Path]) -> Packed:
    for path in changes:
        made = widen(path.name, read_state(path, KIND, VERSION, REMEDY)[0], COLUMNS | BITS, REMEDY)
        try:
            packed = change(packed, made)
        except ValueError as error:
            raise ValueError(f"{path.name} does not fit the cloud that it changes: {error}; "
                             f"{REMEDY}.") from None
    return packed


def _difference(before: Sequence[Path], cloud: PointCloud) -> Packed | None:
    """From the cloud in the files, as `difference` gives it; None also where that one is not rounded, where
    it takes no less space than the whole, or the files would take too much."""
    earlier, now = load_packed(before[0]), pack(cloud)
    if earlier is None or earlier[1] != cloud.unit:
        return None
    made = difference(_changed(earlier[0], before[1:]), now)
    if not made:
        return made
    made = narrow(made)
    space, whole = (sum(tensor.nbytes for tensor in packed.values()) for packed in (made, narrow(now)))
    files = sum(path.stat().st_size for path in before)
    return made if space < whole and files + space <= LONGEST * whole else None
