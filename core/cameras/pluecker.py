"""Camera normalisation, Pluecker rays and pose vectors, as the WorldStereo checkpoints were trained with.

All matrices are world-to-camera (w2c, [F,4,4]) with OpenCV axes (x right, y down, z forward). The formulas,
with their oddities, follow the official WorldStereo code, because the weights depend on them.
"""
from __future__ import annotations

import logging

import torch
from torch import Tensor

from ..values import check_shape, require
from .rotations import quaternion_from_rotation

logger = logging.getLogger(__name__)

INLIER_FACTOR = 10.0
INLIER_QUANTILE = 0.97
INLIER_LIMIT = 1e6
AT_CENTRE = 1e-5
POSES = "give one world-to-camera 4x4 matrix in OpenCV axes for every camera"


def normalise_cameras(w2c: Tensor, *, sequences: int = 1, scale: float = 2.0,
                      legacy_order: bool = False) -> Tensor:
    """Cameras relative to their first one, centred on the path, with the first one at distance `scale`.

    w2c [F,4,4] holds `sequences` paths of equal length one after the other: each is taken relative to its own
    first camera, centre and scale are shared. `legacy_order` multiplies by the inverse first camera from the
    left, as an old switch of the official code does. Returns [F,4,4]; ValueError if the shape is wrong.
    """
    check_shape("w2c", w2c, "F,4,4", POSES)
    require(sequences >= 1 and len(w2c) % sequences == 0,
            f"{len(w2c)} cameras cannot be split into {sequences} sequences of equal length.")
    parts = w2c.float().chunk(sequences)
    relative = torch.cat([_relative_to(part[0], part, legacy_order) for part in parts])
    return _centre_and_scale(relative, relative, scale)


def normalise_jointly(w2c: Tensor, ref_w2c: Tensor, *, scale: float = 2.0) -> tuple[Tensor, Tensor]:
    """Target [F,4,4] and reference [N,4,4] cameras in the normalised frame of the target path alone."""
    check_shape("w2c", w2c, "F,4,4", POSES)
    check_shape("ref_w2c", ref_w2c, "N,4,4", POSES)
    target, ref = (_relative_to(w2c[0].float(), poses.float(), False) for poses in (w2c, ref_w2c))
    return _centre_and_scale(target, target, scale), _centre_and_scale(ref, target, scale)


def pluecker_embedding(w2c: Tensor, K: Tensor, height: int, width: int, *, normalise: bool = True,
                       legacy_order: bool = False) -> Tensor:
    """Ray direction and moment of every pixel, [1,6,F,height,width] float32.

    w2c [F,4,4]; K [F,3,3] in pixels of width x height. An embedding that is not finite becomes all zero, as
    in the official code, and is logged.
    """
    check_shape("w2c", w2c, "F,4,4", POSES)
    check_shape("K", K, f"{len(w2c)},3,3", "give one 3x3 intrinsic matrix for every camera")
    if normalise:
        w2c = normalise_cameras(w2c, legacy_order=legacy_order)
    c2w = torch.linalg.inv(w2c.float())
    # The official code shifts columns by -0.5 and rows by +0.5; the checkpoints were trained with it.
    y, x = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) - 0.5, indexing="ij")
    pixels = torch.stack([x, y, torch.ones_like(x)], dim=-1).to(w2c.device)
    to_world = c2w[:, :3, :3] @ torch.linalg.inv(K.float())
    direction = torch.nn.functional.normalize(torch.einsum("fij,hwj->fhwi", to_world, pixels), dim=-1)
    moment = torch.linalg.cross(c2w[:, None, None, :3, 3].expand_as(direction), direction)
    embedding = torch.cat([direction, moment], dim=-1).permute(3, 0, 1, 2)[None]
    if not torch.isfinite(embedding).all():
        logger.warning("The camera rays are not finite (check poses and intrinsics); the model gets no "
                       "camera rays.")
        return torch.zeros_like(embedding)
    return embedding.contiguous()


def stereo_camera_vectors(w2c: Tensor, ref_w2c: Tensor) -> tuple[Tensor, Tensor]:
    """camera_qt [1,F,7] of the targets and camera_qt_ref [1,N,7] of the references, jointly normalised."""
    target, ref = normalise_jointly(w2c, ref_w2c)
    return camera_qt(target)[None], camera_qt(ref)[None]


def camera_qt(w2c: Tensor) -> Tensor:
    """[F,7]: quaternion (w,x,y,z), w >= 0, of the w2c rotation, then the w2c translation."""
    return torch.cat([quaternion_from_rotation(w2c[:, :3, :3]), w2c[:, :3, 3]], dim=-1)


def _relative_to(first: Tensor, w2c: Tensor, legacy_order: bool) -> Tensor:
    inverse = torch.linalg.inv(first)
    return inverse @ w2c if legacy_order else w2c @ inverse


def _centre_and_scale(w2c: Tensor, target: Tensor, scale: float) -> Tensor:
    """w2c [M,4,4] moved to the robust centre of the `target` cameras and scaled by their first camera's
    distance."""
    target_centres = torch.linalg.inv(target)[:, :3, 3]
    distances = (target_centres - target_centres.median(dim=0).values).norm(dim=-1)
    limit = (INLIER_FACTOR * torch.quantile(distances, INLIER_QUANTILE)).clamp(max=INLIER_LIMIT)
    middle = target_centres[distances <= limit].mean(dim=0)
    first_distance = (target_centres[0] - middle).norm()
    factor = scale / first_distance if first_distance > AT_CENTRE else scale
    centred = w2c.clone()
    # Moving the world origin to `middle` changes only the translation: t' = R (middle) + t.
    centred[:, :3, 3] = (w2c[:, :3, 3] + w2c[:, :3, :3] @ middle) * factor
    return centred

