"""Unprojects photographs with depth into a coloured point cloud."""
from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from ..cameras.pinhole import in_picture_sizes, pixel_centres, unproject
from ..depth.depth import Depth
from ..values import check_finite, require
from .point_cloud import PointCloud

# The official code raises an error below this many points: nothing can be rendered from them.
FEWEST_POINTS = 9
# Part of the valid pixels, at either end, that does not count for the range of the disparity: one wrong pixel
# at 1 cm in a room would otherwise squeeze all real edges together.
OUTLIERS = 0.001
# Side of the square, in pixels, that fits into a region of unknown depth, such as the sky; smaller ones are
# gaps in a surface.
GAP = 15


def lift(images: Tensor, depth: Depth, edge_threshold: float = 0.35, contract: float = 8.0,
         official: bool = False, progress: Callable[[int], None] | None = None) -> PointCloud:
    """Unprojects every pixel of known depth, at its centre, to a coloured point in the world.

    images          [F,H,W,3] float32, 0..1, the photographs of the F depth maps, of the same size
    edge_threshold  0..1; pixels on depth edges, where depth is a mixture of near and far, are left out, and
                    so are those beside sky and other regions of unknown depth: 0 keeps all, 0.35 is the
                    official value, larger leaves out more
    contract        depth beyond this many lower medians of its map is compressed (twice that is the limit);
                    inf: never
    official        finds depth edges as the official code does, which treats unknown depth as very near: with
                    a single unknown pixel in the map, only the pixels beside unknown ones are left out
    progress        called with the number of finished maps; may raise to stop
    Raises ValueError when pictures and maps do not agree or fewer than 9 points are left.
    """
    require(images.shape == (*depth.depth.shape, 3),
            f"The image is {_size(images)} and the depth map {_size(depth.depth)} (count x height x width); "
            "they must agree: scale the image to the map's size, or load the map that belongs to it.")
    check_finite("The photograph", images, "connect the picture, not its depth, to image")
    parts = []
    for image, z, valid, K, w2c in zip(images, depth.depth, depth.valid, depth.K, depth.w2c):
        parts.append(_lift_view(image, z, valid, K, w2c, edge_threshold, contract, official))
        if progress is not None:
            progress(len(parts))
    points, colors = torch.cat([points for points, _ in parts]), torch.cat([colors for _, colors in parts])
    require(len(points) >= FEWEST_POINTS,
            f"Only {len(points)} of {depth.depth.numel()} pixels are left as points, {FEWEST_POINTS} are "
            "needed: lower edge_threshold in 'Point Cloud from Depth', or load a depth map with more valid "
            "pixels.")
    return PointCloud(points, colors.clamp(0, 1), depth.w2c[0], depth.unit,
                      start_K=in_picture_sizes(depth.K[0], depth.width, depth.height))


def _size(tensor: Tensor) -> str:
    return "x".join(str(size) for size in tensor.shape[:3])


def _lift_view(image: Tensor, depth: Tensor, valid: Tensor, K: Tensor, w2c: Tensor, edge_threshold: float,
               contract: float, official: bool) -> tuple[Tensor, Tensor]:
    """Points [N,3] (world) and colours [N,3] of one view; nothing when no pixel is valid."""
    if not valid.any():
        return image.new_zeros(0, 3), image.new_zeros(0, 3)
    depth = contract_depth(depth, valid, contract)
    keep = valid & (edge_smoothness(depth, valid, official) >= edge_threshold)
    pixels = pixel_centres(depth.shape[0], depth.shape[1], depth.device)[keep.flatten()]
    return unproject(pixels, depth[keep], K, w2c), image[keep]


def contract_depth(depth: Tensor, valid: Tensor, contract: float = 8.0) -> Tensor:
    """Compresses far depth (sky): beyond m = contract * lower median of the valid depth, d -> 2m - m^2/d.

    depth and valid [H,W]. m stays m, infinity would become 2m, and the slope has no jump.
    """
    limit = contract * depth[valid].median()
    return torch.where(depth > limit, 2 * limit - limit ** 2 / (depth + 1e-6), depth)


def edge_smoothness(depth: Tensor, valid: Tensor, official: bool = False) -> Tensor:
    """[H,W] 1 where the depth is smooth, towards 0 on depth edges: exp(-10 * Sobel magnitude of normalised
    disparity); 0 beside regions of unknown depth, such as the sky.

    depth [H,W], 0 where not valid. Only valid pixels take part, and the range that the disparity is
    normalised to leaves out OUTLIERS at both ends. `official` does neither: there an unknown pixel has an
    enormous disparity, the normalisation squeezes all others together, and one such pixel switches the test
    off elsewhere.
    """
    from kornia.filters import spatial_gradient

    disparity = 1 / (depth + 1e-7)
    outline = torch.zeros_like(valid) if official else unknown_regions(valid, around=1)
    valid = torch.ones_like(valid) if official else valid
    low, high = _range(disparity[valid], 0.0 if official else OUTLIERS)
    disparity = (disparity - low) / (high - low + 1e-6)
    # A neighbour of unknown depth counts as equal to the centre: the sum of w * (d - centre) over the known.
    planes = torch.stack([torch.where(valid, disparity, 0.0), valid.to(disparity.dtype)])[None]
    steps, weights = spatial_gradient(planes, normalized=False)[0]
    across, down = steps - disparity * weights
    return torch.where(outline, 0.0, torch.exp(-10 * torch.hypot(across, down)))


def unknown_regions(valid: Tensor, around: int = 0) -> Tensor:
    """[H,W] bool, True in regions that are not valid [H,W] and hold a square of GAP x GAP pixels, such as the
    sky, and so many pixels around them."""
    return _near(~_near(valid, GAP // 2), GAP // 2 + around)


def _near(mask: Tensor, distance: int) -> Tensor:
    """[H,W] bool, True at most so many rows and columns from a pixel where mask [H,W] is True."""
    # counted by sums of whole rows and columns: 50 times as fast as max_pool2d
    size, margin = 2 * distance + 1, (distance + 1, distance) * 2
    sums = F.pad(mask.int(), margin).cumsum(0, dtype=torch.int32).cumsum(1, dtype=torch.int32)
    rows = sums[size:] - sums[:-size]
    return rows[:, size:] > rows[:, :-size]


def _range(values: Tensor, outliers: float) -> tuple[Tensor, Tensor]:
    """Smallest and largest of values [N], leaving out this part of them at either end."""
    skipped = int(outliers * len(values))
    return values.kthvalue(1 + skipped).values, values.kthvalue(len(values) - skipped).values
