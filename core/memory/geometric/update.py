"""Fuses clips into the point cloud of the global-geometric memory, one after the other, or removes them.

Each frame costs one pass over the cloud, whatever the number of earlier clips; no earlier picture is kept.
Memory: a second copy of the cloud, and 6 numbers per pixel of the clip's frames.
"""
from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ...cloud.lift import unknown_regions
from ...cloud.point_cloud import PointCloud, select
from ...cloud.thinning import thin_by_confidence
from ...depth.depth import Depth
from ...key_frames import frames_to_keep
from ...values import check_finite, require
from .alignment import QUORUM, Fit, fit_inverse_depth, measure_fit
from .fusion import (
    Points,
    Projection,
    RGBDView,
    depth_quality,
    fill_holes,
    fuse_view,
    nearest_inverse,
    points_in_picture,
    z_buffer,
)
from .photo_space import carve_before_photo
from .report import FrameReport, UpdateReport
from .sharpness import sharpness, sharpness_of_view

logger = logging.getLogger(__name__)

ALIGNMENTS = ("scale", "scale and shift", "none")
MIN_OVERLAP = 0.05  # share of a picture's known depth that the cloud must show as well (official code: 5 %)
TOLERANCE = (0.01, 0.05)  # bounds of the relative difference of depth up to which surfaces count as the same


@dataclass(frozen=True)
class UpdateSettings:
    """align           how each depth map is aligned to the cloud, in inverse depth; "none": not at all
    weigh           False: every valid pixel counts the same, edges and far depth too
    sharp_colors    False: colours are averaged like places, whatever the sharpness of the views
    prune           False: points that lost all their confidence stay
    max_points      a larger cloud is thinned to the most confident point of each voxel
    keep_photo      for frames that are less sure than the start image: its points keep place and colour, and
                    none are added over them or in front of them; they are removed where frames see through
    """

    align: str = "scale"
    weigh: bool = True
    sharp_colors: bool = True
    prune: bool = True
    max_points: int = 2_000_000
    keep_photo: bool = False


def update(cloud: PointCloud, frames: Tensor, depth: Depth, settings: UpdateSettings = UpdateSettings(),
           progress: Callable[[int], None] | None = None) -> tuple[PointCloud, UpdateReport]:
    """Fuses F posed frames into the cloud, as a new clip; also returns what happened.

    frames      [F,H,W,3] 0..1, of the size of the depth maps
    depth       F maps with K and w2c in the cloud's world; their unit does not matter when they are aligned
    progress    called with the number of finished frames; may raise to stop

    Each frame is aligned to what is visible of the cloud from there, confirms the points it agrees with,
    lowers the confidence of those in its free space, and fills holes. A frame that overlaps too little with
    the cloud, or does not fit it, is left out and reported. At the end the clip's earlier frames are fused
    into the points of its later ones, those in front of what the start image shows lose confidence, and
    points without confidence are pruned.
    Raises ValueError for frames and depth that do not belong together.
    """
    _check(cloud, frames, depth, settings)
    clip = int(cloud.clip.max()) + 1
    groups, views, reports = [_points_of(cloud, depth.K[0])], [], []
    for i in range(len(frames)):
        camera = (depth.w2c[i], depth.K[i], depth.height, depth.width)
        projections = [points_in_picture(group.points, *camera) for group in groups]
        cloud_depth = z_buffer(projections, depth.height, depth.width)
        view, report = _align_frame(frames[i], depth, i, cloud_depth, clip, settings)
        if view is not None:
            photo = _shown_photo(groups[0], projections[0], cloud_depth) if settings.keep_photo else None
            groups, report = _fuse_frame(groups, projections, view, report, photo)
            views.append(view)
        reports.append(report)
        if progress is not None:
            progress(i + 1)
    points = _concatenate(_fuse_earlier_views(groups, views))
    if settings.keep_photo:
        points = carve_before_photo(points, clip, cloud.start_w2c, depth.K[0])
    points, pruned, thinned = _prune_and_thin(points, settings)
    report = UpdateReport(clip, tuple(reports), len(cloud.points), len(points.points), pruned, thinned)
    logger.info("%s", report)
    return replace(cloud, **points._asdict()), report


def fit_to_cloud(cloud: PointCloud, depth: Depth) -> Fit:
    """Fits one depth map, without shift, to what is visible of the cloud from its camera: depth / scale is
    the cloud's.

    Raises ValueError when the cloud shows less than 5 % of it, or does not fit it.
    """
    projection = points_in_picture(cloud.points, depth.w2c[0], depth.K[0], depth.height, depth.width)
    cloud_depth = z_buffer([projection], depth.height, depth.width)
    quality, overlap, fit = _fit_frame(depth, 0, cloud_depth, UpdateSettings())
    reason = _rejection_reason(quality > 0, overlap, fit, "scale")
    require(not reason, f"The depth cannot be fitted to the point cloud: {reason}. Connect the cloud of the "
                        "world that the trajectory was planned in, or give the scale by hand.")
    return fit


def choose_frames(frames: Tensor, depth: Depth, count: int) -> tuple[Tensor, Depth]:
    """Picks `count` of the frames [F,H,W,3] with their depth, as frames_to_keep spreads them: never the
    first. All of them for 0."""
    total = len(depth.depth)
    if count == 0 or total == 1 or len(frames) != total:
        return frames, depth
    keep = frames_to_keep(total, min(count, total - 1))
    return frames[keep], replace(depth, depth=depth.depth[keep], valid=depth.valid[keep], K=depth.K[keep],
                                 w2c=depth.w2c[keep])


def remove_clip(cloud: PointCloud, clip: int) -> PointCloud:
    """Removes the points that this clip added to the cloud; its changes of points of other clips stay.

    Raises ValueError when the cloud has no point of the clip, or no other.
    """
    keep = cloud.clip != clip
    present = ", ".join(map(str, cloud.clip.unique().tolist()))
    require(not keep.all(), f"The point cloud has no points of clip {clip}; it has those of {present}.")
    require(bool(keep.any()),
            f"All points of the cloud are from clip {clip}; without them nothing is left to render.")
    return select(cloud, keep)


def _points_of(cloud: PointCloud, K: Tensor) -> Points:
    """What the cloud holds for each point; sharpness that is not known is that of a picture with intrinsics K
    which sees all points from the start camera, and from the front."""
    rows = [getattr(cloud, name) for name in Points._fields]
    if cloud.sharpness is None:
        centre = -cloud.start_w2c[:3, :3].T @ cloud.start_w2c[:3, 3]
        distance = (cloud.points - centre).norm(dim=1).clamp(min=1e-6)
        rows[-1] = sharpness(torch.ones_like(distance), torch.ones_like(distance), distance, K)
    return Points(*rows)


def _check(cloud: PointCloud, frames: Tensor, depth: Depth, settings: UpdateSettings) -> None:
    require(frames.shape == (*depth.depth.shape, 3),
            f"The frames have the shape {list(frames.shape)} and the depth maps {list(depth.depth.shape)}; "
            "expected one depth map of the same size for each frame: scale the frames to the maps' size, or "
            "estimate depth from them.")
    check_finite("The frames", frames, "decode the clip again, or leave the broken frames out")
    require(settings.align in ALIGNMENTS,
            f"Alignment is {settings.align!r}; use one of {', '.join(ALIGNMENTS)}.")
    require(settings.align != "none" or depth.unit == cloud.unit,
            f"The depth is in {depth.unit}, the point cloud in {cloud.unit}; measured depth needs the same "
            "unit: set it in 'Depth Map to Depth', or let the depth be aligned.")
    require(settings.max_points > 0, f"max_points is {settings.max_points}; it must be at least 1.")
    if len(frames) > 1 and torch.equal(depth.w2c, depth.w2c[:1].expand_as(depth.w2c)):
        logger.warning("All %d frames have the same camera; if it moved, connect the clip's trajectory to "
                       "'Update Global-Geometric Memory'.", len(frames))


def _align_frame(frame: Tensor, depth: Depth, i: int, cloud_depth: Tensor, clip: int,
                 settings: UpdateSettings) -> tuple[RGBDView | None, FrameReport]:
    """Frame [H,W,3] number i with its depth aligned to cloud_depth [H,W], a z-buffer; None where the report
    has a reason to leave the frame out."""
    quality, overlap, fit = _fit_frame(depth, i, cloud_depth, settings)
    inverse = fit.scale / depth.depth[i] + fit.shift
    known = (quality > 0) & (inverse > 0)  # a shift may push the farthest pixels beyond infinity
    report = FrameReport(i, _rejection_reason(known, overlap, fit, settings.align), overlap, fit)
    if report.reason:
        return None, report
    falloff_depth = float(1 / inverse[known].median()) if settings.weigh else float("inf")
    tolerance = 3 * 1.4826 * fit.residual if fit.agreement else TOLERANCE[1]  # three standard deviations
    maps = torch.stack([known.float(), torch.where(known, inverse, 0.0), quality])
    nearest = nearest_inverse(torch.where(depth.valid[i], inverse.clamp(min=0), 0.0))
    return RGBDView(maps, nearest, unknown_regions(nearest > 0), frame.clamp(0, 1).reshape(-1, 3),
                    depth.w2c[i], depth.K[i], min(max(tolerance, TOLERANCE[0]), TOLERANCE[1]), falloff_depth,
                    clip, sharpness_of_view(maps, depth.K[i]).flatten(), settings.sharp_colors,
                    settings.keep_photo), report


def _fit_frame(depth: Depth, i: int, cloud_depth: Tensor,
               settings: UpdateSettings) -> tuple[Tensor, float, Fit]:
    """Quality [H,W] of map i, its overlap with cloud_depth [H,W] as a share of its pixels, and their fit."""
    quality = depth_quality(depth.depth[i], depth.valid[i]) if settings.weigh else depth.valid[i].float()
    shared = (quality > 0) & torch.isfinite(cloud_depth)
    overlap = float(shared.sum() / (quality > 0).sum().clamp(min=1))
    return quality, overlap, _fit_depth(depth.depth[i][shared], cloud_depth[shared], settings.align)


def _fit_depth(depth: Tensor, cloud_depth: Tensor, align: str) -> Fit:
    if len(depth) == 0:
        return Fit()
    if align == "none":
        return measure_fit(depth, cloud_depth)
    return fit_inverse_depth(depth, cloud_depth, align == "scale and shift")


def _rejection_reason(known: Tensor, overlap: float, fit: Fit, align: str) -> str:
    """Why a frame is left out, or an empty text."""
    if fit.scale > 0 and not known.any():
        return "it has no pixel of known, even depth"
    if align == "none":
        return ""
    if overlap < MIN_OVERLAP:
        return f"the cloud shows only {overlap:.1%} of it, {MIN_OVERLAP:.0%} are needed to align it"
    if fit.scale <= 0:
        return f"its depth runs against the cloud's (scale {fit.scale:.3g})"
    if fit.agreement < QUORUM:
        return f"only {fit.agreement:.0%} of the shared pixels agree with the cloud, {QUORUM:.0%} are needed"
    return ""


def _shown_photo(group: Points, projection: Projection, cloud_depth: Tensor) -> Tensor:
    """[H*W] bool, pixels of cloud_depth [H,W], a z-buffer, where a point of the start image is seen."""
    seen = projection.z <= cloud_depth.flatten()[projection.pixel] * (1 + TOLERANCE[1])
    pixel = projection.pixel[seen & (group.clip[projection.index] == 0)]
    return torch.zeros(cloud_depth.numel(), dtype=torch.bool, device=pixel.device).index_fill_(0, pixel, True)


def _fuse_frame(groups: list[Points], projections: list[Projection], view: RGBDView, report: FrameReport,
                photo: Tensor | None) -> tuple[list[Points], FrameReport]:
    """All groups after the view was fused in, its new points as the last one, and the report completed."""
    fused = [fuse_view(group, projection, view) for group, projection in zip(groups, projections)]
    covered = torch.stack([result[1] for result in fused])
    if photo is not None:
        covered = torch.cat([covered, photo[None]])
    carved = torch.stack([result[2] for result in fused])
    new = fill_holes(view, covered.any(0), carved.amax(0))
    confirmed = sum(result[3] for result in fused)
    groups = [*(result[0] for result in fused), new]
    return groups, replace(report, confirmed=confirmed, added=len(new.points))


def _fuse_earlier_views(groups: list[Points], views: list[RGBDView]) -> list[Points]:
    """The groups after each view was fused into the points of later ones; groups[0] is the cloud."""
    groups = list(groups)
    for i, view in enumerate(views):
        for later in range(i + 2, len(groups)):
            projection = points_in_picture(groups[later].points, view.w2c, view.K, *view.maps.shape[1:])
            groups[later] = fuse_view(groups[later], projection, view)[0]
    return groups


def _concatenate(groups: list[Points]) -> Points:
    return Points(*(torch.cat(values) for values in zip(*groups)))


def _select(points: Points, which: Tensor) -> Points:
    """The points at indices [M], or where a mask [N] is True."""
    index = which.nonzero().squeeze(1) if which.dtype == torch.bool else which
    return Points(*(values.index_select(0, index) for values in points))


def _prune_and_thin(points: Points, settings: UpdateSettings) -> tuple[Points, int, int]:
    """(points, number pruned, number thinned out)."""
    before = len(points.points)
    if settings.prune:
        keep = points.confidence > 0
        require(bool(keep.any()), "The new frames see through every point of the cloud, so none would be "
                                  "left: check that their depth and trajectory belong to this cloud.")
        points = points if keep.all() else _select(points, keep)
    pruned = before - len(points.points)
    if len(points.points) > settings.max_points:
        points = _select(points, thin_by_confidence(points.points, points.confidence, settings.max_points))
    return points, pruned, before - pruned - len(points.points)
