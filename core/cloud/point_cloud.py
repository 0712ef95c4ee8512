"""The coloured point cloud, which is the global-geometric memory."""
from __future__ import annotations

from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from ..cameras.trajectory import check_poses
from ..values import ADDED_LATER, Value, check_dense, check_finite, check_shape, check_unit, require

REMEDY = "make the cloud with 'Point Cloud from Depth'"
# fields with a row for each point
OF_POINTS = ("points", "colors", "confidence", "views", "clip", "sharpness")


@dataclass(frozen=True, eq=False)
class PointCloud(Value):
    """N coloured points in the world.

    points      [N,3] float32, world coordinates, OpenCV axes (x right, y down, z forward)
    colors      [N,3] float32, red green blue in 0..1
    start_w2c   [4,4] float32, world-to-camera pose of the view that the first points were lifted from
    unit        unit of the coordinates
    confidence  [N] float32, 0 or more: sum of the weights of the views that agree on the point, less a
                penalty for views that see through it; 1, the largest weight of one view, when None is given
    views       [N] int32, how many views agree on the point; 1 when None is given
    clip        [N] int32, number of the clip that added the point; 0, the start image, when None is given
    start_K     [3,3] float32, intrinsics of the start view in picture sizes, see in_picture_sizes; None: not
                known
    sharpness   [N] float32, how finely the pictures that gave the colour show the surface: pixels per unit of
                length, the fourth root of the sum of the views' fourth powers; None: no clip is fused in yet

    Raises ValueError for wrong shapes or types, non-finite points, colours outside 0..1 and negative numbers.
    """

    points: Tensor
    colors: Tensor
    start_w2c: Tensor
    unit: str = "m"
    # __post_init__ fills in these three
    confidence: Tensor = None  # pyright: ignore[reportAssignmentType]
    views: Tensor = None  # pyright: ignore[reportAssignmentType]
    clip: Tensor = None  # pyright: ignore[reportAssignmentType]
    start_K: Tensor | None = None
    sharpness: Tensor | None = field(default=None, metadata=ADDED_LATER)

    def __post_init__(self) -> None:
        for name, tensor in (("points", self.points), ("colors", self.colors)):
            check_shape(f"Point cloud {name}", tensor, "N,3", REMEDY)
            require(tensor.dtype == torch.float32,
                    f"Point cloud {name} are {tensor.dtype}, expected torch.float32.")
            check_finite(f"Point cloud {name}", tensor, REMEDY)
        check_unit("Point cloud", self.unit)
        require(len(self.points) == len(self.colors),
                f"Point cloud has {len(self.points)} points and {len(self.colors)} colours; {REMEDY}.")
        low, high = map(float, self.colors.aminmax())
        require(0 <= low and high <= 1,
                f"Point cloud colours run from {low:.3g} to {high:.3g}, expected 0..1; {REMEDY}.")
        check_shape("Point cloud start_w2c", self.start_w2c, "4,4", REMEDY)
        check_dense("Point cloud start_w2c", self.start_w2c, REMEDY)
        check_poses("Point cloud start_w2c", self.start_w2c[None])
        if self.start_K is not None:
            check_shape("Point cloud start_K", self.start_K, "3,3", REMEDY)
            check_finite("Point cloud start_K", self.start_K, REMEDY)
        for name, default, dtype in (("confidence", 1, torch.float32), ("views", 1, torch.int32),
                                     ("clip", 0, torch.int32)):
            if getattr(self, name) is None:
                values = torch.full((len(self.points),), default, dtype=dtype, device=self.points.device)
                object.__setattr__(self, name, values)
            self._check(name, getattr(self, name), dtype)
        if self.sharpness is not None:
            self._check("sharpness", self.sharpness, torch.float32)

    def _check(self, name: str, values: Tensor, dtype: torch.dtype) -> None:
        check_shape(f"Point cloud {name}", values, f"{len(self.points)}", REMEDY)
        require(values.dtype == dtype, f"Point cloud {name} is {values.dtype}, expected {dtype}.")
        check_finite(f"Point cloud {name}", values, REMEDY)
        require(float(values.min()) >= 0, f"Point cloud {name} has negative entries; {REMEDY}.")


def select(cloud: PointCloud, which: Tensor) -> PointCloud:
    """The points at indices [M], or where a mask [N] is True."""
    index = which.nonzero().squeeze(1) if which.dtype == torch.bool else which
    rows = {name: getattr(cloud, name) for name in OF_POINTS}
    return replace(cloud, **{name: values if values is None else values.index_select(0, index)
                             for name, values in rows.items()})
