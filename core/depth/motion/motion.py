"""Depth of the frames of a clip whose camera path is known, from the parallax between them; no model is
needed.

The scale is that of the path, so the depth fits a point cloud that the path was planned in. Things that
move, or look different from frame to frame, get no agreement and stay unknown.
"""
from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from ...cameras.trajectory import Trajectory
from ...values import check_finite, require
from ..depth import Depth
from .agreement import JUDGES, SAME_SURFACE, average_agreeing
from .plane_sweep import sweep
from .views import Views, best_sources, largest_move, shrink_views

SOURCES = 6  # pictures that a frame is compared with
WORK, COARSE = 120_000, 8_000  # pixels of a frame when depth is searched, and when its range is searched
STEP = 1.0  # pixels between planes
PLANES = (16, 128)  # fewest and most; the range is searched with the most
WIDEST = 0.5  # share of the picture's width that the nearest surface may move between neighbouring frames
SURE = 0.8  # fit from which a pixel counts in the search for the range
MARGIN = 1.25  # by how much the range found is widened at either end
# Distance of cameras, relative to their distance from the origin (1 at least), that is rounding.
NO_PARALLAX = 1e-5

logger = logging.getLogger(__name__)

# pictures [N,h,w,3], their poses, and holes [N,h,w] or [1,h,w]
Others = tuple[Tensor, Trajectory, "Tensor | None"]


@dataclass(frozen=True)
class Range:
    """Inverse depths of a frame: the lowest, the highest and the median."""

    low: float
    high: float
    median: float


def depth_from_motion(images: Tensor, trajectory: Trajectory, holes: Tensor | None = None, near: float = 0.0,
                      far: float = 0.0, least_confidence: float = 0.1,
                      others: Others | None = None,
                      device: torch.device | str = "cpu", progress: Callable[[int], None] | None = None,
                      ) -> tuple[Depth, Tensor, str]:
    """Depth of every frame at the size of the frames, confidence [F,H,W] 0..1, and a report.

    images              [F,H,W,3] 0..1, one for each pose of the trajectory
    holes               [F,H,W] or [1,H,W], above 0.5 where the frames show nothing; nowhere when None is
                        given
    near, far           in the unit of the trajectory; 0 = searched in a small version of each frame
    least_confidence    pixels below it are not valid
    others              pictures [N,h,w,3], poses and holes (as above) of the same scene, to compare with;
                        no depth is computed for them
    device              where to compute; the results are on the CPU
    progress            called with the number of finished frames; may raise to stop
    Raises ValueError when sizes do not agree or all cameras are at one position.
    """
    _check(images, trajectory, holes, near, far, others)
    views = _views(images, trajectory, holes, others, device)
    nearest = near or min(_nearest_imaginable(views), far / 2 or torch.inf)
    coarse, limits = shrink_views(views, COARSE), (1 / far if far else 0.0, 1 / nearest)
    maps = []
    for frame in range(len(images)):
        maps.append(_swept(views, coarse, frame, limits))
        if progress is not None:
            progress(frame + 1)
    inverse, fit, steps, ranges = zip(*maps)
    judges = [best_sources(views, frame, _around(found), JUDGES, among=len(images))
              for frame, found in enumerate(ranges)]
    inverse, confidence = average_agreeing(views, torch.stack(inverse), torch.stack(fit), steps, judges)
    depth, confidence = _enlarged(inverse, confidence, least_confidence, trajectory, images, holes)
    report = _report(depth, views, ranges)
    logger.info("%s", report)
    return depth, confidence, report


def bytes_needed(views: int) -> int:
    """Memory that depth_from_motion takes on a GPU for so many frames and others, as counted; an upper
    bound."""
    return 2 ** 30 + 64 * WORK * views


def _check(images: Tensor, trajectory: Trajectory, holes: Tensor | None, near: float, far: float,
           others: Others | None) -> None:
    _check_frames("frames", "mask", images, trajectory, holes)
    if others is not None:
        _check_frames("reference images", "reference_mask", *others)
    require(len(images) > 1 or others is not None,
            "There is one frame, and depth from camera motion needs another view of the scene: connect the "
            "whole clip, or reference_images with their reference_trajectory.")
    require(0 <= near < (far or float("inf")),
            f"near is {near:g} and far {far:g}; near must be smaller than far, and 0 or more (0 = searched).")


def _check_frames(name: str, mask: str, images: Tensor, trajectory: Trajectory, holes: Tensor | None) -> None:
    require(images.ndim == 4 and images.shape[-1] == 3 and len(images) == trajectory.frames,
            f"The {name} are {list(images.shape)} and their trajectory has {trajectory.frames} poses; "
            "expected [F,H,W,3] with one pose for each frame: connect the trajectory that the frames were "
            "made along.")
    check_finite(f"The {name}", images, "decode the clip again, or leave the broken frames out")
    size = [] if holes is None else list(holes.shape)
    require(holes is None or (size[1:] == list(images.shape[1:3]) and size[0] in (1, len(images))),
            f"The {mask} is {size} and the {name} {list(images.shape[:3])} (count, height, width); they must "
            f"agree: connect the mask that belongs to the {name}.")


def _views(images: Tensor, trajectory: Trajectory, holes: Tensor | None, others: Others | None,
           device: torch.device | str) -> Views:
    """The frames and then the others as Views with pictures on the device, at the size at which depth is
    searched."""
    views = shrink_views(_grey_views(images, trajectory, holes), WORK)
    if others is not None:
        more, size = _grey_views(*others), views.grey.shape[1:]
        grey, seen = (F.interpolate(planes[:, None], size, mode="area")[:, 0]
                      for planes in (more.grey, more.seen))
        more = Views(grey, seen, more.w2c, others[1].resized(*size[::-1]).K)
        views = Views(*(torch.cat(pair) for pair in zip(views, more)))
    return views._replace(grey=views.grey.to(device), seen=views.seen.to(device))


def _size(images: Tensor) -> tuple[int, int]:
    """(width, height) of images [F,H,W,3]."""
    return images.shape[2], images.shape[1]


def _grey_views(images: Tensor, trajectory: Trajectory, holes: Tensor | None) -> Views:
    grey = images.float() @ torch.tensor([0.299, 0.587, 0.114])
    seen = torch.ones_like(grey) if holes is None else 1 - holes.float().expand_as(grey)
    return Views(grey, seen, trajectory.w2c, trajectory.resized(*_size(images)).K)


def _nearest_imaginable(views: Views) -> float:
    """Depth at which a surface moves by WIDEST of the picture from one camera to its nearest neighbour.

    Raises ValueError when all cameras are at one position.
    """
    centers = torch.linalg.inv(views.w2c)[:, :3, 3]
    apart = (centers[:, None] - centers).norm(dim=-1)  # not cdist, which is inexact for near ones
    rounding = NO_PARALLAX * max(1.0, float(centers.norm(dim=1).max()))
    require(bool((apart > rounding).any()),
            "The cameras of this clip only rotate, so there is no parallax: use 'Estimate Depth', or connect "
            "reference_images that were taken from elsewhere.")
    neighbours = torch.where(apart > rounding, apart, torch.inf).amin(1)
    step = float(neighbours[neighbours.isfinite()].median())
    return float(views.K[0, 0, 0]) * step / (WIDEST * views.grey.shape[2])


def _swept(views: Views, coarse: Views, frame: int, limits: tuple[float, float],
           ) -> tuple[Tensor, Tensor, float, Range]:
    """(inverse depth [h,w], fit [h,w], distance of the planes, Range) of one frame."""
    low, high = limits
    guesses = 1 / torch.linspace(low, high, 9)[1:]
    inverse, fit = sweep(coarse, frame, best_sources(coarse, frame, guesses, SOURCES),
                         torch.linspace(low, high, PLANES[1]))
    # the one time that a frame waits for the device
    inverse, fit, seen = torch.stack([inverse, fit, coarse.seen[frame]]).cpu()
    found = _range(inverse[(fit > SURE) & (seen > 0.5)], low, high)
    sources = best_sources(views, frame, _around(found), SOURCES)
    count = largest_move(views, frame, sources, found.low, found.high) / STEP
    count = int(min(max(count, PLANES[0]), PLANES[1]))
    planes = torch.linspace(found.low, found.high, count)
    return *sweep(views, frame, sources, planes), float(planes[1] - planes[0]), found


def _range(inverse: Tensor, low: float, high: float) -> Range:
    """Range of the inverse depths [n] found, a little widened; all of it where hardly anything was found."""
    if len(inverse) < 50:
        return Range(low, high, (low + high) / 2)
    least, median, most = inverse.quantile(inverse.new_tensor([0.01, 0.5, 0.99])).tolist()
    finest = (high - low) / PLANES[1]  # where all is infinitely far, up to the first plane that is not
    return Range(max(low, least / MARGIN), min(high, max(most, finest) * MARGIN), max(median, finest))


def _around(found: Range) -> Tensor:
    """Three depths for which sources are chosen."""
    return torch.tensor([0.6, 1.0, 1.6]) / found.median


def _enlarged(inverse: Tensor, confidence: Tensor, least: float, trajectory: Trajectory, images: Tensor,
              holes: Tensor | None) -> tuple[Depth, Tensor]:
    """(Depth, confidence [F,H,W]) at the size of the frames: blended within a surface, never across its
    edge."""
    size = images.shape[1:3]
    known = ((confidence >= max(least, 1e-6)) & (inverse > 1e-9)).float()
    maps = torch.stack([inverse * known, known, confidence * known], 1).cpu()
    nearest = F.interpolate(maps, size, mode="nearest-exact")
    smooth = F.interpolate(maps, size, mode="bilinear", align_corners=False)
    blended = smooth[:, 0] / smooth[:, 1].clamp(min=1e-6)
    same = (blended - nearest[:, 0]).abs() < SAME_SURFACE * nearest[:, 0]
    inverse = torch.where(same, blended, nearest[:, 0])
    valid = nearest[:, 1] > 0
    if holes is not None:
        valid &= (holes <= 0.5).cpu()
    depth = torch.where(valid, 1 / inverse.clamp(min=1e-9), 0.0)
    path = trajectory.resized(*_size(images))
    return Depth(depth, valid, path.K, path.w2c, path.unit), torch.where(valid, nearest[:, 2], 0.0)


def _report(depth: Depth, views: Views, ranges: Sequence[Range]) -> str:
    shares = depth.valid.float().mean((1, 2))
    lines = [f"{len(ranges)} frames searched at {views.grey.shape[2]}x{views.grey.shape[1]}: depth is known "
             f"in {float(shares.mean()):.0%} of the pixels, in {depth.unit}."]
    for frame, (share, found) in enumerate(zip(shares.tolist(), ranges)):
        farthest = f"{1 / found.low:.3g}" if found.low > 0 else "infinity"
        lines.append(f"frame {frame}: {share:.0%} known, searched from {1 / found.high:.3g} to {farthest}")
    return "\n".join(lines)
