"""The two memories in the form in which the transformer takes them, made once per clip."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ..cameras.pluecker import camera_qt, normalise_cameras, pluecker_embedding, stereo_camera_vectors
from ..cameras.trajectory import Trajectory
from ..cloud.point_cloud import PointCloud
from ..memory.stereo.correspondence import correspondences
from ..memory.stereo.references import References
from ..model.attention.receptive_field import ReceptiveField
from ..model.step_cache import cached
from ..pictures import holes
from ..values import Value, check_finite, check_shape, require
from .key_frame_vae import KeyFrameVae, encode_key_frames

logger = logging.getLogger(__name__)

Progress = Callable[[int], None] | None
SAME_POSE = 0.005  # of normalised poses: about half a degree, or 1/400 of the distance of the first camera
RECEPTIVE_FIELDS = ("full", "paired", "correspondence")


@dataclass(frozen=True, eq=False)
class GeometricControl(Value):
    """Global-geometric memory of one clip of F key frames.

    render_latent [1,16,F,h,w] normalised; mask [1,1,F,8h,8w], 1 = hole; pluecker [1,6,F,8h,8w].
    strength multiplies what the control branch adds; it acts between start and end, fractions of the schedule.
    camera_qt [1,F,7]: the path, as StereoControl has it, to compare the two; None = not compared.
    """

    render_latent: Tensor
    mask: Tensor
    pluecker: Tensor
    strength: float = 1.0
    start: float = 0.0
    end: float = 1.0
    camera_qt: Tensor | None = None


@dataclass(frozen=True, eq=False)
class StereoControl(Value):
    """Spatial-stereo memory of one clip of F key frames with N references.

    reference_latent [1,16,N,h,w] normalised; camera_qt [1,F,7] and camera_qt_ref [1,N,7], quaternion and translation.
    receptive_field: which references the video's tokens see; None = all, as the released models were trained.
    """

    reference_latent: Tensor
    ref_index: tuple[int, ...]
    camera_qt: Tensor
    camera_qt_ref: Tensor
    receptive_field: ReceptiveField | None = None


def geometric_control(vae: KeyFrameVae, render: Tensor, mask: Tensor, trajectory: Trajectory, strength: float = 1.0,
                      start: float = 0.0, end: float = 1.0, progress: Progress = None) -> GeometricControl:
    """From the rendered point cloud [F,3,H,W] in -1..1, its hole mask [F,H,W] and the path it was rendered along.

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


def stereo_control(vae: KeyFrameVae, references: References, trajectory: Trajectory, progress: Progress = None,
                   receptive_field: str = "full", cloud: PointCloud | None = None, window: int = 5) -> StereoControl:
    """From retrieved frames at the clip's size; ref_index must point into the clip.

    receptive_field: one of RECEPTIVE_FIELDS, see receptive_field.py; "correspondence" takes the cloud that shows which
    points clip and references share, and the side of the square of tokens around them (odd).
    progress: called with the number of pictures done: N encoded references; with "correspondence" after F + N renders.
    """
    size = (references.frames.shape[3], references.frames.shape[2])
    require(size == (trajectory.width, trajectory.height),
            f"The references are {size[0]}x{size[1]}, the trajectory {trajectory.width}x{trajectory.height}: use one "
            "size.")
    require(references.unit == trajectory.unit,
            f"The references are in {references.unit}, the trajectory in {trajectory.unit}: they belong to different "
            "worlds; retrieve the references for this trajectory.")
    require(trajectory.frames >= 2, "The trajectory has a single key frame; the spatial-stereo memory needs at least "
                                    "2: raise the number of frames in 'Camera Trajectory'.")
    last = trajectory.frames - 2
    require(all(0 <= i <= last for i in references.ref_index),
            f"ref_index is {list(references.ref_index)}, expected 0..{last} for {trajectory.frames} key frames: "
            "retrieve the references for this trajectory.")
    path, path_ref = stereo_camera_vectors(trajectory.w2c, references.w2c)
    field = _receptive_field(receptive_field, references, trajectory, cloud, window, progress)
    rendered = trajectory.frames + len(references.frames) if receptive_field == "correspondence" else 0
    latent = encode_key_frames(vae, references.frames, progress and (lambda done: progress(rendered + done)))
    return StereoControl(latent, references.ref_index, path, path_ref, field)


def _receptive_field(name, references, trajectory, cloud, window, progress) -> ReceptiveField | None:
    require(name in RECEPTIVE_FIELDS, f"The receptive field is {name!r}; expected {' or '.join(RECEPTIVE_FIELDS)}.")
    if cloud is not None and name != "correspondence":
        logger.info("The point cloud is not used; only the receptive field 'correspondence' needs it.")
    if name == "full":
        return None
    assignment, matches = references.reference_per_frame(trajectory.frames), None
    unseen = sorted(set(range(len(references.frames))) - set(assignment))
    if unseen:
        logger.warning("References %s belong to no key frame; with the receptive field %r they are %s.", unseen, name,
                       "not seen" if name == "paired" else "seen by tokens that show the same point only")
    if name == "correspondence":
        require(cloud is not None, "The receptive field 'correspondence' needs the point cloud: connect the "
                                   "global-geometric memory to 'Apply Spatial-Stereo Memory'.")
        matches = correspondences(cloud, trajectory, references, progress)
    return ReceptiveField(assignment, matches, window)


def geometric_inputs(control: GeometricControl, video: Tensor, once: dict | None = None) -> dict:
    """Arguments of the transformer's forward for a model input `video` [B,36,F,h,w]; moved to its device and type.

    once: as the forward takes it; keeps the moved tensors.
    """
    check_shape("The model input", video, "B,36,F,h,w", "connect the latent of 'Image to Key Frames'")
    require(control.render_latent.shape[2:] == video.shape[2:],
            f"The latent has {_size(video)}, the rendered memory {_size(control.render_latent)}: give 'Image to Key "
            "Frames' and 'Apply Global-Geometric Memory' the same trajectory.")
    latent, mask, rays = cached(once, _moved, control, video.device, video.dtype)
    return {"render_latent": latent.expand(len(video), -1, -1, -1, -1), "render_mask": mask, "camera_embedding": rays,
            "control_strength": control.strength}


def _moved(control: GeometricControl, device: torch.device, dtype: torch.dtype) -> list[Tensor]:
    return [tensor.to(device, dtype) for tensor in (control.render_latent, control.mask, control.pluecker)]


def stereo_inputs(control: StereoControl, video: Tensor) -> dict:
    """Likewise for the references; the poses keep float32, their digits matter."""
    require(control.camera_qt.shape[1] == video.shape[2] and control.reference_latent.shape[3:] == video.shape[3:],
            f"The latent has {_size(video)}, the references were prepared for {control.camera_qt.shape[1]} key frames "
            f"of {8 * control.reference_latent.shape[4]}x{8 * control.reference_latent.shape[3]}: give 'Image to Key "
            "Frames' and 'Apply Spatial-Stereo Memory' the same trajectory.")
    latent = control.reference_latent.to(video.device, video.dtype)
    latent = torch.cat([latent, torch.ones_like(latent[:, :4]), latent], dim=1).expand(len(video), -1, -1, -1, -1)
    poses = {"camera_qt": control.camera_qt, "camera_qt_ref": control.camera_qt_ref}
    return {"reference_latent": latent, "ref_index": control.ref_index,
            "receptive_field": control.receptive_field,
            **{name: pose.to(video.device).expand(len(video), -1, -1) for name, pose in poses.items()}}


def check_same_path(geometric: GeometricControl | None, stereo: StereoControl | None) -> None:
    """ValueError when the two memories of a clip were prepared for different camera paths."""
    if geometric is None or stereo is None or geometric.camera_qt is None:
        return
    one, other = geometric.camera_qt[0], stereo.camera_qt[0]
    if one.shape != other.shape:
        return  # one of them does not fit the latent, which is said there
    turned = torch.minimum(*((one[:, :4] - sign * other[:, :4]).norm(dim=1) for sign in (1, -1)))  # q and -q are one
    moved = (one[:, 4:] - other[:, 4:]).norm(dim=1)
    require(bool((torch.maximum(turned, moved) < SAME_POSE).all()),
            "The two memories were prepared for different camera paths: give 'Apply Global-Geometric Memory' and "
            "'Apply Spatial-Stereo Memory' the same trajectory.")


def check_size(name: str, frames: Tensor, trajectory: Trajectory) -> None:
    """frames [F,...,H,W] must be the trajectory's pictures, with sides that are multiples of 16."""
    got = (len(frames), frames.shape[-1], frames.shape[-2])
    wanted = (trajectory.frames, trajectory.width, trajectory.height)
    require(got == wanted, f"The {name} has {got[0]} frames of {got[1]}x{got[2]}, the trajectory {wanted[0]} of "
                           f"{wanted[1]}x{wanted[2]}: connect 'Render Point Cloud' of this trajectory.")
    require(wanted[1] % 16 == 0 and wanted[2] % 16 == 0,
            f"The trajectory is {wanted[1]}x{wanted[2]}; the model takes multiples of 16: change the size in 'Camera "
            "Trajectory'.")


def _size(latent: Tensor) -> str:
    return f"{latent.shape[2]} key frames of {8 * latent.shape[4]}x{8 * latent.shape[3]}"
