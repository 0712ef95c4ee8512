"""Starts a clip at a frame of the memory bank, usually the last frame of another clip."""
from __future__ import annotations

import logging
from dataclasses import replace

import torch
from torch import Tensor

from ..cameras.compose import concatenate
from ..cameras.trajectory import SAME_POSE, Trajectory, pose_errors
from ..cloud.point_cloud import PointCloud
from ..depth.depth import Depth
from ..key_frames import check_mask_of_render
from ..memory.geometric.alignment import Fit
from ..memory.geometric.update import fit_to_cloud
from ..memory.stereo.bank import MemoryBank, common_unit
from ..picture_fit import STRETCH, fit_intrinsics, fit_photo, photo_intrinsics
from ..pictures import frames_from_bytes, to_frames, to_image
from ..sampling.conditioning import render_video
from ..values import quoted, require

logger = logging.getLogger(__name__)


def continue_path(previous: Trajectory, path: Trajectory) -> Trajectory:
    """The path moved as a whole so that it starts at the last pose of the previous one, with its size and
    intrinsics.

    It has the frames of the path, the first of which is the last of the previous. ValueError for different
    units.
    """
    joined = concatenate(previous, path)
    return replace(joined, w2c=joined.w2c[previous.frames - 1:], K=joined.K[previous.frames - 1:],
                   name=path.name)


def start_entry(bank: MemoryBank, trajectory: Trajectory, wanted: str = "") -> int:
    """The bank's entry that a clip along the trajectory starts with.

    wanted  a frame's name ("clip/0020"), a clip's (its last frame), or "" for the oldest frame that has the
            pose that the trajectory starts at
    Raises ValueError when the bank has no such frame, or when that frame has another pose.
    """
    common_unit(bank, trajectory)
    error = pose_errors(bank.w2c, trajectory.w2c[0])
    if not wanted:
        return _oldest_entry(bank, error)
    entry = named_entry(bank, wanted)
    if error[entry] > SAME_POSE:
        raise ValueError(f"{bank.names[entry]} was seen from another pose than the trajectory starts at (off "
                         f"by {float(error[entry]):.3g}); begin the path there with 'Continue Trajectory'.")
    return entry


def _oldest_entry(bank: MemoryBank, error: Tensor) -> int:
    """The oldest entry whose pose error [B] is small enough; ValueError names the nearest if none is."""
    nearest = int(error.argmin())
    if error[nearest] > SAME_POSE:
        raise ValueError(
            "No frame of the memory bank stands where the trajectory starts; the nearest, "
            f"{bank.names[nearest]}, is off by {float(error[nearest]):.3g}. Start the path at the "
            "photograph's camera or at a panorama view, or let 'Continue Trajectory' begin it at the end of "
            "another clip.")
    return int((error <= SAME_POSE).nonzero()[0])


def named_entry(bank: MemoryBank, wanted: str) -> int:
    """The bank's entry of a frame's name, or the last one of a clip's. ValueError when there is none."""
    entries = bank.entries_of(wanted) or tuple(i for i, name in enumerate(bank.names) if name == wanted)
    require(len(entries) > 0,
            f"The memory bank has no clip or frame {quoted(wanted)}; its clips are {', '.join(bank.clips)}.")
    return entries[-1]


def start_picture(bank: MemoryBank, entry: int, trajectory: Trajectory) -> Tensor:
    """IMAGE [1,H,W,3] of the bank's entry at the trajectory's size, fitted as its intrinsics say."""
    stored, size = (bank.width, bank.height), (trajectory.width, trajectory.height)
    fits = [fit for fit in (STRETCH, trajectory.fit)
            if torch.allclose(fit_intrinsics(bank.K[entry], stored, size, fit), trajectory.K[0], rtol=0.01,
                              atol=0.01 * max(size))]
    if not fits:
        logger.warning("%s has another field of view than the trajectory that starts with it.",
                       bank.names[entry])
    frame = frames_from_bytes(bank.frames[entry].permute(1, 2, 0)[None])
    return to_image(fit_photo(frame, size, fits[0] if fits else STRETCH)[0])


def camera_of(bank: MemoryBank, entry: int) -> Trajectory:
    """The camera of one of the bank's frames as a path of one pose, to be continued."""
    return Trajectory(bank.w2c[entry][None], bank.K[entry][None], bank.width, bank.height,
                      name=bank.names[entry], unit=bank.unit)


def place_at_start(depth: Depth, trajectory: Trajectory, scale: float = 1.0) -> Depth:
    """One depth map, scaled, with the trajectory's first camera; ValueError for several maps."""
    require(len(depth.depth) == 1, f"There are {len(depth.depth)} depth maps; a trajectory starts at one "
                                   "photograph.")
    require(scale > 0, f"The scale is {scale}; it must be positive.")
    size = (trajectory.width, trajectory.height)
    K = photo_intrinsics(trajectory.K[:1], (depth.width, depth.height), size, trajectory.fit)
    return replace(depth, depth=depth.depth * scale, K=K, w2c=trajectory.w2c[:1], unit=trajectory.unit)


def fit_at_start(depth: Depth, trajectory: Trajectory, cloud: PointCloud) -> tuple[Depth, Fit]:
    """The same with the scale that fits what the cloud shows from there. ValueError when there is no such
    scale."""
    require(cloud.unit == trajectory.unit, f"The point cloud is in {cloud.unit}, the trajectory in "
                                           f"{trajectory.unit}: connect the cloud of the world that the "
                                           "trajectory was planned in.")
    fit = fit_to_cloud(cloud, place_at_start(depth, trajectory))
    return place_at_start(depth, trajectory, 1 / fit.scale), fit


def with_known_start(render: Tensor, mask: Tensor, start: Tensor,
                     fit: str = STRETCH) -> tuple[Tensor, Tensor]:
    """IMAGE [F,H,W,3] and mask [F,H,W] whose frame 0 is the start picture [1,h,w,3] at their size, without
    holes where it is.

    Raises ValueError unless there is one mask of the render's size for each frame.
    """
    check_mask_of_render(render, mask)
    picture, shown = fit_photo(to_frames(start[:1]), (render.shape[2], render.shape[1]), fit)
    known = mask.clone()
    known[0] = (~shown).to(known)
    return to_image(render_video(to_frames(render), picture[0])), known

