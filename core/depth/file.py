"""Reads depth maps from files without losing a bit."""

from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from PIL import ImageSequence

from ..files.picture import open_picture
from ..values import require

ENDINGS = (".png", ".tif", ".tiff", ".npy", ".npz")


def read_depth_file(path: str | Path) -> torch.Tensor:
    """[F,H,W] float32 of a 16-bit PNG or TIFF, a float TIFF, or a NumPy array file. NaN and infinity are kept.

    16-bit whole numbers come as value / 65535, so that value = round(result * 65535); floats come unchanged.
    An .npz holds one array, or several of which one is called depth. Arrays are [H,W] or [F,H,W], also with a last
    axis of 1. Raises ValueError for everything else.
    """
    path = Path(path)
    ending = path.suffix.lower()
    require(ending in ENDINGS, f"{path.name} is not a depth map that can be read; use one of {', '.join(ENDINGS)}.")
    values = _read_array(path) if ending in (".npy", ".npz") else _read_picture(path)
    if values.ndim > 2 and values.shape[-1] == 1:
        values = values[..., 0]
    require(values.ndim in (2, 3) and values.size > 0,
            f"{path.name} holds an array of shape {list(values.shape)}; a depth map is [H,W], several are [F,H,W].")
    if values.dtype.kind == "u" and values.dtype.itemsize == 2:  # in either byte order
        values = values.astype(np.float32) / 65535
    require(values.dtype.kind == "f", f"{path.name} holds {values.dtype} numbers; a depth map needs 16-bit whole "
                                      "numbers or floats (8 bits are too coarse for depth): export it again as such.")
    return torch.from_numpy(values.astype(np.float32)).reshape(-1, *values.shape[-2:])


def _read_array(path):
    try:
        loaded = np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError, BadZipFile) as error:
        raise ValueError(f"{path.name} is no NumPy file of plain numbers, or is damaged; write it with "
                         "numpy.save.") from error
    if isinstance(loaded, np.ndarray):
        return loaded
    with loaded:
        name = "depth" if "depth" in loaded.files else loaded.files[0] if len(loaded.files) == 1 else None
        require(name is not None, f"{path.name} holds the arrays {', '.join(loaded.files) or 'none'}; "
                                  "name the depth map depth, or save it alone.")
        return loaded[name]


def _read_picture(path):
    with open_picture(path, ("PNG", "TIFF")) as picture:
        pages = [np.array(page) for page in ImageSequence.Iterator(picture)]
    if path.suffix.lower() == ".png" and pages[0].dtype == np.int32 and 0 <= pages[0].min() and pages[0].max() <= 65535:
        pages = [page.astype(np.uint16) for page in pages]  # some Pillow versions widen 16-bit PNGs to 32 bits
    sizes = {page.shape for page in pages}
    require(len(sizes) == 1, f"{path.name} holds {len(pages)} pictures of different sizes (a preview perhaps); save "
                             "the depth map alone.")
    return np.stack(pages)
