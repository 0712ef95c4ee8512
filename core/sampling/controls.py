"""Makes the transformer's inputs from the two memories, once per clip."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable

import torch
from torch import Tensor

from ..cameras.pluecker import camera_qt, normalise_cameras, pluecker_embedding, stereo_camera_vectors
from ..cameras.trajectory import Trajectory
from ..cloud.point_cloud import PointCloud
from ..memory.stereo.correspondence import correspondences
from ..memory.stereo.references import References
from ..model.attention.receptive_field import ReceptiveField
from ..model.control_values import GeometricControl, StereoControl, reference_input
from ..pictures import holes
from ..values import check_finite, require
from .key_frame_vae import KeyFrameVae, encode_key_frames

logger = logging.getLogger(__name__)

Progress = Callable[[int], None] | None
SAME_POSE = 0.005  # of normalised poses: about half a degree, or 1/400 of the distance of the first camera
RECEPTIVE_FIELDS = ("full", "paired", "correspondence")


def geometric_control(vae: KeyFrameVae, render: Tensor, mask: Tensor, trajectory: Trajectory,
                      strength: float = 1.0, start: float = 0.0, end: float = 1.0,
                      progress: Progress = None) -> GeometricControl:
    """From the rendered point cloud [F,3,H,W] in -1..1, its hole mask [F,H,W] and the path it was rendered
    along.

    progress: called with the number of encoded frames; may raise to stop.
    """
    check_size("render", render, trajectory)
    check_size("hole mask", mask, trajectory)
    check_finite("The hole mask", mask, "connect the mask of 'Render Point Cloud', or one painted over it")
    require(0 <= strength < math.inf, f"The strength is {strength:g}; expected a number from 0 up.")
    require(0 <= start < end <= 1,
            f"The memory acts from {start} to {end} of the schedule; expected 0 <= start < end <= 1: "
            "set start_percent below end_percent in 'Apply Global-Geometric Memory'.")
    rays = pluecker_embedding(trajectory.w2c, trajectory.K, trajectory.height, trajectory.width)
    mask = holes(mask, *mask.shape[1:]).float()[None, None]
    path = camera_qt(normalise_cameras(trajectory.w2c))[None]
    return GeometricControl(encode_key_frames(vae, render, progress), mask, rays, strength, start, end, path)


def stereo_control(vae: KeyFrameVae, references: References, trajectory: Trajectory,
                   progress: Progress = None, receptive_field: str = "full", cloud: PointCloud | None = None,
                   window: int = 5) -> StereoControl:
    """From retrieved frames at the clip's size; ref_index must point into the clip.

    receptive_field: one of RECEPTIVE_FIELDS, see receptive_field.py; "correspondence" takes the cloud that
    shows which points clip and references share, and the side of the square of tokens around them (odd).
    progress: called with the number of pictures done: N encoded references; with "correspondence" after F + N
    renders.
    """
    size = (references.frames.shape[3], references.frames.shape[2])
    require(size == (trajectory.width, trajectory.height),
            f"The references are {size[0]}x{size[1]}, the trajectory {trajectory.width}x{trajectory.height}: "
            "use one size.")
    require(references.unit == trajectory.unit,
            f"The references are in {references.unit}, the trajectory in {trajectory.unit}: they belong to "
            "different worlds; retrieve the references for this trajectory.")
    require(trajectory.frames >= 2, "The trajectory has a single key frame; the spatial-stereo memory needs "
                                    "at least 2: raise the number of frames in 'Camera Trajectory'.")
    last = trajectory.frames - 2
    require(all(0 <= i <= last for i in references.ref_index),
            f"ref_index is {list(references.ref_index)}, expected 0..{last} for {trajectory.frames} key "
            "frames: retrieve the references for this trajectory.")
    path, path_ref = stereo_camera_vectors(trajectory.w2c, references.w2c)
    field = _receptive_field(receptive_field, references, trajectory, cloud, window, progress)
    rendered = trajectory.frames + len(references.frames) if receptive_field == "correspondence" else 0
    latent = encode_key_frames(vae, references.frames, progress and (lambda done: progress(rendered + done)))
    return StereoControl(reference_input(latent), references.ref_index, path, path_ref, field)


def _receptive_field(name: str, references: References, trajectory: Trajectory, cloud: PointCloud | None,
                     window: int, progress: Progress) -> ReceptiveField | None:
    require(name in RECEPTIVE_FIELDS, f"The receptive field is {name!r}; expected "
                                      f"{' or '.join(RECEPTIVE_FIELDS)}.")
    if cloud is not None and name != "correspondence":
        logger.info("The point cloud is not used; only the receptive field 'correspondence' needs it.")
    if name == "full":
        return None
    assignment, matches = references.reference_per_frame(trajectory.frames), None
    _warn_of_unseen(set(range(len(references.frames))) - set(assignment), name)
    if name == "correspondence":
        if cloud is None:
            raise ValueError("The receptive field 'correspondence' needs the point cloud: connect the "
                             "global-geometric memory to 'Apply Spatial-Stereo Memory'.")
        matches = correspondences(cloud, trajectory, references, progress)
    return ReceptiveField(assignment, matches, window)


def _warn_of_unseen(references: set[int], name: str) -> None:
    """Logs which references the key frames do not see with the receptive field of this name."""
    if references:
        logger.warning("References %s belong to no key frame; with the receptive field %r they are %s.",
                       sorted(references), name,
                       "not seen" if name == "paired" else "seen by tokens that show the same point only")


def check_same_path(geometric: GeometricControl | None, stereo: StereoControl | None) -> None:
    """ValueError when the two memories of a clip were prepared for different camera paths (their camera_qt
    [1,F,7])."""
    if geometric is None or stereo is None or geometric.camera_qt is None or stereo.camera_qt is None:
        return
    one, other = geometric.camera_qt[0], stereo.camera_qt[0]
    if one.shape != other.shape:
        return  # one of them does not fit the latent, which is said there
    # q and -q are one
    turned = torch.minimum(*((one[:, :4] - sign * other[:, :4]).norm(dim=1) for sign in (1, -1)))
    moved = (one[:, 4:] - other[:, 4:]).norm(dim=1)
    require(bool((torch.maximum(turned, moved) < SAME_POSE).all()),
            "The two memories were prepared for different camera paths: give 'Apply Global-Geometric "
            "Memory' and 'Apply Spatial-Stereo Memory' the same trajectory.")


def check_size(name: str, frames: Tensor, trajectory: Trajectory) -> None:
    """frames [F,...,H,W] must be the trajectory's pictures, with sides that are multiples of 16."""
    got = (len(frames), frames.shape[-1], frames.shape[-2])
    wanted = (trajectory.frames, trajectory.width, trajectory.height)
    require(got == wanted, f"The {name} has {got[0]} frames of {got[1]}x{got[2]}, the trajectory {wanted[0]} "
                           f"of {wanted[1]}x{wanted[2]}: connect 'Render Point Cloud' of this trajectory.")
    require(wanted[1] % 16 == 0 and wanted[2] % 16 == 0,
            f"The trajectory is {wanted[1]}x{wanted[2]}; the model takes multiples of 16: change the size in "
            "'Camera Trajectory'.")
