"""How far one camera path is from another, as the papers measure it.

RotErr, TransErr   CameraCtrl (He et al. 2024), also WorldStereo's tables: both paths are made relative to
                   their first pose; angle between the rotations and distance between the positions of each
                   frame.
ATE, RPE           Sturm et al. 2012: root mean square of the distances of the aligned positions, and the
                   error of the step from one frame to the next.

A path recovered from pictures has its own scale and world: `alignment` says how it is aligned first.
"""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..values import require
from .rotations import rotation_angle
from .trajectory import Trajectory

FIRST_POSE, NONE = "first pose and scale", "none"
SIMILARITY, RIGID = "similarity (Umeyama)", "rigid (Umeyama)"
ALIGNMENTS = (FIRST_POSE, SIMILARITY, RIGID, NONE)
NO_EXTENT = 1e-9  # largest extent of positions that count as one point, whose scale is unknown


@dataclass(frozen=True, eq=False)
class PathScore:
    """rotation     [F] degrees between the frames' rotations
    translation  [F] distance between the frames' positions, in the unit of the true path
    rpe_rotation, rpe_translation   root mean square over the steps between neighbouring frames, degrees and
                                    unit
    scale        what the positions of the estimate were multiplied with
    """

    rotation: Tensor
    translation: Tensor
    rpe_rotation: float
    rpe_translation: float
    scale: float

    @property
    def ate(self) -> float:
        """Root mean square of the distances."""
        return float(self.translation.square().mean().sqrt())


def compare_paths(estimate: Trajectory, truth: Trajectory, alignment: str = SIMILARITY) -> PathScore:
    """Scores a path against the true one, frame by frame, in float64.

    alignment   first pose and scale: both begin at the identity, and the scale fits the positions best
                (CameraCtrl). similarity, rigid: rotation, translation and, in the first, scale that bring the
                positions nearest to the true ones (Umeyama 1991); a straight path leaves its roll open, which
                the rotation errors then show.
    Raises ValueError for paths of different lengths, and for a scale that positions in one place do not tell.
    """
    require(alignment in ALIGNMENTS, f"The alignment is {alignment!r}, expected one of "
                                     f"{', '.join(ALIGNMENTS)}.")
    require(estimate.frames == truth.frames,
            f"The paths have {estimate.frames} and {truth.frames} poses; bring one to the number of the "
            "other with 'Resample Trajectory'.")
    (R, place), (true_R, true_place) = (_poses(path, alignment == FIRST_POSE) for path in (estimate, truth))
    scale = 1.0
    if alignment == FIRST_POSE:
        scale = best_scale(place, true_place)
        place = scale * place
    elif alignment != NONE:
        turn, shift, scale = umeyama(place, true_place, alignment == SIMILARITY)
        R, place = turn @ R, scale * place @ turn.T + shift
    (step_R, step), (true_step_R, true_step) = _steps(R, place), _steps(true_R, true_place)
    return PathScore(rotation_angle(true_R.mT @ R), (place - true_place).norm(dim=1),
                     _root_mean_square(rotation_angle(true_step_R.mT @ step_R)),
                     _root_mean_square((step - true_step).norm(dim=1)), scale)


def umeyama(source: Tensor, target: Tensor, with_scale: bool = True) -> tuple[Tensor, Tensor, float]:
    """(R [3,3], t [3], s) for which s * R @ source + t is nearest to target, both [N,3] float64 (least
    squares)."""
    middle, goal = source.mean(0), target.mean(0)
    U, strength, Vt = torch.linalg.svd((target - goal).T @ (source - middle) / len(source))
    sign = torch.ones(3, dtype=source.dtype)
    sign[2] = torch.linalg.det(U @ Vt).sign()  # no mirror image
    R = U @ torch.diag(sign) @ Vt
    spread = float((source - middle).square().sum(1).mean())
    _require_extent(spread, with_scale)
    scale = float((strength * sign).sum()) / spread if with_scale else 1.0
    return R, goal - scale * R @ middle, scale


def best_scale(source: Tensor, target: Tensor) -> float:
    """The factor, not negative, that brings source nearest to target, both [N,3] from the origin (least
    squares)."""
    _require_extent(float(source.square().sum(1).mean()), True)
    return max(float((source * target).sum() / source.square().sum()), 0.0)


def report(score: PathScore, unit: str) -> str:
    """The score in words and numbers, one line each, and the frame that is worst."""
    worst = int(score.translation.argmax())
    radians = torch.deg2rad(score.rotation)
    return "\n".join([
        f"{len(score.rotation)} poses, scale {score.scale:.6g}",
        f"rotation error (RotErr): mean {float(score.rotation.mean()):.4g} deg, "
        f"largest {float(score.rotation.max()):.4g} deg, sum {float(radians.sum()):.4g} rad",
        f"translation error (TransErr): mean {float(score.translation.mean()):.4g} {unit}, "
        f"largest {float(score.translation[worst]):.4g} {unit} in frame {worst}, "
        f"sum {float(score.translation.sum()):.4g} {unit}",
        f"ATE: {score.ate:.6g} {unit}",
        f"RPE: {score.rpe_translation:.6g} {unit} and {score.rpe_rotation:.6g} deg from frame to frame"])


def _poses(path: Trajectory, from_first: bool) -> tuple[Tensor, Tensor]:
    """Rotations [F,3,3] and positions [F,3] of the cameras, in the world or seen from the first one."""
    c2w = torch.linalg.inv(path.w2c.double().cpu())
    c2w = torch.linalg.inv(c2w[0]) @ c2w if from_first else c2w
    return c2w[:, :3, :3], c2w[:, :3, 3]


def _steps(R: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
    """Rotation and translation from each camera to the next, as the camera sees them."""
    return R[:-1].mT @ R[1:], (R[:-1].mT @ (place[1:] - place[:-1])[..., None])[..., 0]


def _require_extent(mean_square: float, with_scale: bool) -> None:
    require(not with_scale or mean_square > NO_EXTENT ** 2,
            "The path to be scaled stays in one place, which tells no scale; choose the alignment none or "
            "rigid.")


def _root_mean_square(values: Tensor) -> float:
    return float(values.square().mean().sqrt()) if len(values) else 0.0
