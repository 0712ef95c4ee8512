"""The coloured point cloud, which is the global-geometric memory."""

from dataclasses import dataclass

import torch

from ..cameras.trajectory import check_poses
from ..values import Value, check_finite, check_shape, require


@dataclass(frozen=True, eq=False)
class PointCloud(Value):
    """N coloured points in the world.

    points      [N,3] float32, world coordinates, OpenCV axes (x right, y down, z forward)
    colors      [N,3] float32, red green blue in 0..1
    start_w2c   [4,4] float32, world-to-camera pose of the view that the first points were lifted from
    unit        unit of the coordinates

    Raises ValueError for wrong shapes, non-finite points and colours outside 0..1.
    """

    points: torch.Tensor
    colors: torch.Tensor
    start_w2c: torch.Tensor
    unit: str = "m"

    def __post_init__(self):
        remedy = "make the cloud with Point Cloud from Depth"
        for name, tensor in (("points", self.points), ("colors", self.colors)):
            check_shape(f"Point cloud {name}", tensor, "N,3", remedy)
            require(tensor.dtype == torch.float32, f"Point cloud {name} are {tensor.dtype}, expected torch.float32.")
            check_finite(f"Point cloud {name}", tensor, remedy)
        require(len(self.points) == len(self.colors),
                f"Point cloud has {len(self.points)} points and {len(self.colors)} colours; {remedy}.")
        require(bool((self.colors >= 0).all() and (self.colors <= 1).all()),
                f"Point cloud colours run from {float(self.colors.min()):.3g} to {float(self.colors.max()):.3g}, "
                f"expected 0..1; {remedy}.")
        check_poses("Point cloud start_w2c", self.start_w2c[None])
