"""A photograph at the size of a clip of another aspect: what is cut off, padded or stretched, and the
intrinsics."""
from __future__ import annotations

import logging
from typing import NamedTuple, TypeAlias

import torch
from torch import Tensor

from .pictures import stretch, to_frames
from .values import quoted, require

CROP, PAD, STRETCH = "crop", "pad", "stretch"
FITS = (CROP, PAD, STRETCH)
SIDE_STEP = 16  # pixels of a token; the sides of a clip are multiples of it
MOST_STRETCH = 0.03  # without a word: 832x480, as the models were trained, shows 16:9 within it
AREA_TOLERANCE = 0.05  # of the trained number of pixels

logger = logging.getLogger(__name__)

Size: TypeAlias = tuple[int, int]  # (width, height) in pixels
Box: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom in pixels


class Fit(NamedTuple):
    """The part `source` of the photograph that is shown, and the part `target` of the picture that shows it,
    in whole pixels."""

    source: Box
    target: tuple[int, int, int, int]


def fit_between(photo: Size, size: Size, how: str) -> Fit:
    """How a photograph is shown in a picture of `size`. crop: its middle, at the picture's aspect; pad: all
    of it (to half a pixel), in the middle of the picture; stretch: all of it in all of the picture."""
    require(how in FITS, f"A photograph can be fitted by {', '.join(FITS)}, not by {quoted(how)}.")
    (w, h), (width, height) = photo, size
    if how == STRETCH:
        return Fit((0, 0, w, h), (0, 0, width, height))
    left = top = 0
    if how == PAD:
        scale = min(width / w, height / h)
        across, down = max(round(w * scale), 1), max(round(h * scale), 1)
        left, top, width, height = (width - across) // 2, (height - down) // 2, across, down
    scale = max(width / w, height / h)  # the same for both sides: pixels stay square
    x, y = max((w - width / scale) / 2, 0), max((h - height / scale) / 2, 0)
    return Fit((x, y, w - x, h - y), (left, top, left + width, top + height))


def fit_intrinsics(K: Tensor, photo: Size, size: Size, how: str) -> Tensor:
    """K [...,3,3] of the photograph -> K of the picture that shows it."""
    return _moved(K, *fit_between(photo, size, how))


def photo_intrinsics(K: Tensor, photo: Size, size: Size, how: str) -> Tensor:
    """K [...,3,3] of the picture -> K of the photograph that it shows."""
    return _moved(K, *reversed(fit_between(photo, size, how)))


def _moved(K: Tensor, source: Box, target: Box) -> Tensor:
    """K of a picture whose part `source` becomes the part `target` of another one."""
    scale = [(target[i + 2] - target[i]) / (source[i + 2] - source[i]) for i in (0, 1)]
    shift = [target[i] - source[i] * scale[i] for i in (0, 1)]
    moved = K * K.new_tensor([*scale, 1.0])[:, None]
    moved[..., :2, 2] += K.new_tensor(shift)
    return moved


def fit_photo(photo: Tensor, size: Size, how: str) -> tuple[Tensor, Tensor]:
    """(frames [F,3,height,width] in -1..1, bool [height,width], True where they show the photograph).

    photo [F,3,h,w] in -1..1, resized as `stretch` does; what it does not cover is mid-grey, as the holes of a
    render.
    """
    source, (left, top, right, bottom) = fit_between((photo.shape[3], photo.shape[2]), size, how)
    frames = photo.new_zeros(*photo.shape[:2], size[1], size[0])
    frames[..., top:bottom, left:right] = stretch(photo, bottom - top, right - left, source)
    shown = torch.zeros(size[1], size[0], dtype=torch.bool)
    shown[top:bottom, left:right] = True
    return frames, shown


def lost_part(photo: Size, size: Size) -> float:
    """The part of a photograph, 0 to 1, that a crop to the aspect of `size` leaves out."""
    apart = photo[0] * size[1] / (photo[1] * size[0])
    return 1 - min(apart, 1 / apart)


def warn_of_stretch(photo: Size, size: Size, how: str) -> None:
    """Logs a warning when things look visibly wider or narrower in a picture of `size` than in the
    photograph."""
    wider = size[0] / photo[0] * photo[1] / size[1]
    if how == STRETCH and max(wider, 1 / wider) > 1 + MOST_STRETCH:
        logger.warning("The start image of %dx%d is stretched to %dx%d, which makes things %.0f %% %s: set "
                       "fit to crop or pad in the node that sets the size of the clip.", *photo, *size,
                       100 * (max(wider, 1 / wider) - 1), "wider" if wider > 1 else "narrower")


def near_size(photo: Size, trained: Size) -> Size:
    """The size in multiples of SIDE_STEP, of about as many pixels as `trained`, that a crop of the photograph
    to it leaves out least."""
    area = trained[0] * trained[1]
    sides = range(SIDE_STEP, area // SIDE_STEP + 1, SIDE_STEP)
    sizes = [(width, height) for width in sides for height in sides[:area * 2 // (width * SIDE_STEP)]
             if abs(width * height / area - 1) <= AREA_TOLERANCE]
    return min(sizes, key=lambda size: (lost_part(photo, size), abs(size[0] * size[1] - area)))


def start_frame(image: Tensor, height: int, width: int, how: str = STRETCH) -> Tensor:
    """The first picture of an IMAGE as a frame [3,height,width]."""
    return fit_photo(to_frames(first_picture(image)), (width, height), how)[0][0]


def first_picture(image: Tensor) -> Tensor:
    """The first picture of an IMAGE, also an IMAGE; that others are left out is logged."""
    if len(image) > 1:
        logger.warning("%d pictures came in where one start image is expected; only the first is used.",
                       len(image))
    return image[:1]
