"""Depth maps with the camera they were seen from."""
from __future__ import annotations

import logging
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ..cameras.trajectory import Trajectory, check_intrinsics, check_poses
from ..values import Value, check_dense, check_finite, check_shape, check_unit, require

logger = logging.getLogger(__name__)

# What the numbers of a depth map mean: depth is value * scale, or scale / value when they are inverse; its
# scale is known (metric), or it is correct up to one unknown factor (relative).
KINDS = ("metric", "relative", "inverse metric", "inverse relative")
RELATIVE_UNIT = "scene units"


@dataclass(frozen=True, eq=False)
class Depth(Value):
    """Depth of F views in OpenCV axes (x right, y down, z forward).

    depth   [F,H,W] float32, distance along the camera's z axis; 0 where not valid
    valid   [F,H,W] bool, where the depth is known
    K       [F,3,3] float32, pixels of the map; pixel j covers [j, j+1), so its centre is j + 0.5
    w2c     [F,4,4] float32, world to camera; identity when None is given
    unit    unit of the depth and of the translations

    Raises ValueError for wrong shapes, bad cameras and valid depth that is not positive and finite.
    """

    depth: Tensor
    valid: Tensor
    K: Tensor
    w2c: Tensor = None  # pyright: ignore[reportAssignmentType] - never None once it is made
    unit: str = "m"

    def __post_init__(self) -> None:
        remedy = "make it with 'Depth Map to Depth'"
        check_unit("Depth", self.unit)
        check_shape("Depth", self.depth, "F,H,W", remedy)
        require(self.depth.dtype == torch.float32, f"Depth is {self.depth.dtype}, expected torch.float32.")
        check_finite("Depth", self.depth, remedy)
        check_shape("The valid mask of Depth", self.valid, "F,H,W", remedy)
        check_dense("The valid mask of Depth", self.valid, remedy)
        require(self.valid.shape == self.depth.shape and self.valid.dtype == torch.bool,
                f"Depth has a valid mask of {list(self.valid.shape)} {self.valid.dtype}, expected "
                f"{list(self.depth.shape)} torch.bool; {remedy}.")
        require(bool((self.depth[self.valid] > 0).all()), "Depth is zero or negative where it is valid; "
                                                          f"{remedy}.")
        if self.w2c is None:
            object.__setattr__(self, "w2c", torch.eye(4).repeat(len(self.depth), 1, 1))
        check_intrinsics("Depth K", self.K, len(self.depth))
        check_poses("Depth w2c", self.w2c)
        require(len(self.w2c) == len(self.depth),
                f"Depth has {len(self.depth)} maps and {len(self.w2c)} poses; give one pose for each map.")

    @property
    def height(self) -> int:
        """Rows of the maps."""
        return self.depth.shape[1]

    @property
    def width(self) -> int:
        """Columns of the maps."""
        return self.depth.shape[2]

    @property
    def median(self) -> float:
        """Lower median of the valid depths of all views."""
        require(bool(self.valid.any()), "Depth has no valid pixel, so it has no median.")
        return float(self.depth[self.valid].median())


def values_of_picture(image: Tensor) -> Tensor:
    """[F,H,W] on the CPU, the numbers of a depth map that is given as a picture [F,H,W,C] with equal colour
    channels.

    Raises ValueError for a colour picture, which holds no depth.
    """
    grey, others = image[..., 0].float().cpu(), image[..., 1:3].float().cpu()
    apart = (others - grey[..., None]).abs().nan_to_num(0.0)
    same = apart <= 1e-3 * grey[..., None].abs().nan_to_num(0.0) + 1e-6
    require(bool(same.all()), "The depth map picture has different red, green and blue values, so it is a "
                              "photograph or a coloured display of depth: 'Estimate Depth' makes depth of a "
                              "photograph, 'Load Depth Map' reads that of a file.")
    return grey


def picture_of_values(values: Tensor) -> Tensor:
    """The inverse: numbers [F,H,W] as a picture [F,H,W,3] with equal channels, unchanged."""
    return values[..., None].repeat(1, 1, 1, 3)


def depth_from_values(values: Tensor, scale: float, K: Tensor, unit: str = "m", kind: str = "metric",
                      known: Tensor | None = None, w2c: Tensor | None = None) -> Depth:
    """Depth from numbers as a file or a depth model holds them.

    values  [F,H,W]; NaN, infinite, zero or negative mean "unknown" (zero inverse depth is infinitely far)
    scale   depth = values * scale, or scale / values for the inverse kinds
    K       [3,3] or [F,3,3], pixels of the map
    unit    unit of the depth; relative depth has none, it counts in scene units
    kind    one of KINDS
    known   [F,H,W] or [1,H,W], above 0.5 where the values count; everywhere when None is given
    w2c     [F,4,4]; identity when None is given
    Raises ValueError when no pixel is left or sizes do not agree.
    """
    require(kind in KINDS, f"The kind of depth is {kind!r}, expected one of {', '.join(KINDS)}.")
    require(scale > 0, f"The depth scale is {scale}; it must be positive (unit of depth per stored value).")
    values = values.to(torch.float32)
    depth = scale / values if kind.startswith("inverse") else values * scale
    valid = torch.isfinite(depth) & (depth > 0) & torch.isfinite(values)
    if known is not None:
        valid &= _known_pixels(known, values)
    _report_bad_values(values)
    require(bool(valid.any()), f"The depth map of {list(values.shape)} has no positive finite value; "
                               "load a depth map with 'Load Depth Map', and connect that, not the "
                               "photograph.")
    _report_coarse_values(values, kind)
    if kind.endswith("relative"):
        _report_relative(kind, unit)
        unit = RELATIVE_UNIT
    K = K.to(torch.float32).expand(len(depth), 3, 3)
    w2c = torch.eye(4).repeat(len(depth), 1, 1) if w2c is None else w2c
    return Depth(torch.where(valid, depth, 0.0), valid, K, w2c, unit)


def _known_pixels(known: Tensor, values: Tensor) -> Tensor:
    require(known.shape[-2:] == values.shape[-2:] and known.ndim == 3 and len(known) in (1, len(values)),
            f"The valid mask is {list(known.shape)} and the depth map {list(values.shape)} (count, height, "
            "width); they must agree: connect the mask that belongs to the depth map.")
    return (known > 0.5).to(values.device).expand_as(values)


def _report_bad_values(values: Tensor) -> None:
    bad = int((torch.isnan(values) | (values < 0)).sum())
    if bad:
        logger.warning("%d of %d depth values are negative or NaN; they count as "
                       "unknown.", bad, values.numel())


def _report_coarse_values(values: Tensor, kind: str) -> None:
    levels = values * 255
    if float(values.max()) <= 1 and bool(((levels - levels.round()).abs() < 1e-3).all()):
        hint = ("; and make sure that it is metric: such pictures are inverse relative as a rule (white is "
                "near)"
                if kind == "metric" else "")
        logger.warning("The depth map has 256 steps at most (8 bits), so surfaces will have "
                       "terraces%s.", hint)


def _report_relative(kind: str, unit: str) -> None:
    logger.warning("The depth is relative: lengths are right only up to one unknown factor, so they count in "
                   "%s%s.",
                   RELATIVE_UNIT, "" if unit == RELATIVE_UNIT else f", not in {unit}")
    if kind == "inverse relative":
        logger.warning("Zero inverse depth is taken for infinitely far; where the model means something else "
                       "by it, the scene is stretched or flattened along the view.")


def with_cameras_of(depth: Depth, trajectory: Trajectory) -> Depth:
    """The same depth maps seen by the cameras of a path or set of views; K is stretched to the size of the
    maps.

    Raises ValueError when the counts differ.
    """
    require(len(depth.depth) == trajectory.frames,
            f"There are {len(depth.depth)} depth maps and {trajectory.frames} poses in the trajectory; "
            "expected one pose for each map: connect the trajectory that the pictures were made along, and "
            "depth of all of them.")
    return replace(depth, K=trajectory.resized(depth.width, depth.height).K, w2c=trajectory.w2c)
