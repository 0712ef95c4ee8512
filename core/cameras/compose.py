"""Makes camera paths from camera paths: reverses, joins and resamples them."""
from __future__ import annotations

import logging
from dataclasses import replace

import torch
from torch import Tensor

from ..values import require
from .interpolate import through_poses
from .trajectory import Trajectory

logger = logging.getLogger(__name__)

EASES = ("none", "in", "out", "in and out")
FINE = 32  # positions per given step at which the length of the path is measured
SAME = 1e-6  # share of the whole path: a pose nearer than this to the one before counts as a repetition of it
# Share of the distance to the world's origin: shorter steps are float32 rounding, the camera does not move.
ROUNDING = 5e-7


def apply_ease(progress: Tensor, ease: str) -> Tensor:
    """Progress [F] 0..1 that starts slowly ("in"), ends slowly ("out"), both, or neither ("none")."""
    require(ease in EASES, f"The ease is {ease!r}, expected one of {', '.join(EASES)}.")
    if ease == "in":
        return progress ** 2
    if ease == "out":
        return 1 - (1 - progress) ** 2
    if ease == "in and out":
        return progress ** 2 * (3 - 2 * progress)
    return progress


def reverse(trajectory: Trajectory) -> Trajectory:
    """The same poses from the last to the first."""
    return replace(trajectory, w2c=trajectory.w2c.flip(0), K=trajectory.K.flip(0))


def there_and_back(trajectory: Trajectory) -> Trajectory:
    """The path, then the same path backwards, so that it ends where it starts: 2F - 1 frames."""
    back = reverse(trajectory)
    w2c, K = torch.cat([trajectory.w2c, back.w2c[1:]]), torch.cat([trajectory.K, back.K[1:]])
    return replace(trajectory, w2c=w2c, K=K)


def concatenate(first: Trajectory, second: Trajectory, continued: bool = True) -> Trajectory:
    """Both paths one after the other; size, frame rate and unit are those of the first.

    continued   True: the second one is moved as a whole so that it starts where the first one ends, and its
                focal lengths are scaled likewise; the pose that both share comes once. False: all poses stay
                where they are; a pose that both share comes once; a jump is logged.

    Raises ValueError for different units.
    """
    require(first.unit == second.unit, f"The first path counts in {first.unit} and the second one in "
                                       f"{second.unit}; plan both with the same depth.")
    second = second.resized(first.width, first.height)
    w2c, K = second.w2c, second.K
    if continued:
        w2c = (w2c.double() @ torch.linalg.inv(w2c[0].double()) @ first.w2c[-1].double()).float()
        K = K.clone()
        K[:, [0, 1], [0, 1]] *= first.K[-1, [0, 1], [0, 1]] / second.K[0, [0, 1], [0, 1]]
    shared = continued or (torch.allclose(w2c[0], first.w2c[-1], atol=1e-5)
                           and torch.allclose(K[0], first.K[-1]))
    if not shared:
        logger.warning("The second path does not start where the first one ends: the camera jumps.")
    w2c, K = w2c[int(shared):], K[int(shared):]
    name = " + ".join(filter(None, (first.name, second.name)))
    return replace(first, w2c=torch.cat([first.w2c, w2c]), K=torch.cat([first.K, K]), name=name)


def resample(trajectory: Trajectory, frames: int, ease: str = "none", smooth: bool = True) -> Trajectory:
    """The same path with so many frames, at constant speed (as `way` measures it) or eased.

    smooth  True: splines through the given poses; False: straight lines from pose to pose

    Pauses are removed. The first and the last pose stay exactly.
    """
    require(frames >= 1, f"{frames} key frames were asked for; a path needs at least 1.")
    worth = _worth_of_way(trajectory.c2w)
    passed = way(trajectory.c2w, trajectory.K, worth)
    total = float(passed[-1])
    if total == 0:
        w2c, K = trajectory.w2c[:1].repeat(frames, 1, 1), trajectory.K[:1].repeat(frames, 1, 1)
        return replace(trajectory, w2c=w2c, K=K)
    moving = torch.cat([torch.tensor([True]), passed.diff() > SAME * total])
    c2w, K, knots = trajectory.c2w.double()[moving], trajectory.K.double()[moving], passed[moving]
    fine = _between(knots, FINE)
    passed = way(through_poses(c2w, fine, knots, smooth), _linear(fine, knots, K), worth)
    wanted = apply_ease(torch.linspace(0, 1, frames, dtype=torch.float64), ease) * passed[-1]
    at = _linear(wanted, passed, fine)
    w2c = torch.linalg.inv(through_poses(c2w, at, knots, smooth)).float()
    K = _linear(at, knots, K).float()
    ends = [0, -1] if frames > 1 else [0]
    w2c[ends], K[ends] = trajectory.w2c[ends], trajectory.K[ends]
    return replace(trajectory, w2c=w2c, K=K)


def resample_in_time(trajectory: Trajectory, frames: int, smooth: bool = True) -> Trajectory:
    """The same motion with so many frames: every given pose keeps its time, so pauses and changes of speed
    stay. With n (F - 1) + 1 frames, every n-th is a given pose, exactly.

    smooth  as of `resample`
    """
    require(frames >= 1, f"{frames} frames were asked for; a path needs at least 1.")
    if trajectory.frames == 1:
        w2c, K = trajectory.w2c.repeat(frames, 1, 1), trajectory.K.repeat(frames, 1, 1)
        return replace(trajectory, w2c=w2c, K=K)
    at = torch.linspace(0, trajectory.frames - 1, frames, dtype=torch.float64)
    w2c = torch.linalg.inv(through_poses(trajectory.c2w, at, smooth=smooth)).float()
    K = _linear(at, torch.arange(trajectory.frames, dtype=torch.float64), trajectory.K.double()).float()
    nearest = at.round().long()
    given = (at - nearest).abs() < SAME
    w2c[given], K[given] = trajectory.w2c[nearest[given]], trajectory.K[nearest[given]]
    return replace(trajectory, w2c=w2c, K=K)


def way(c2w: Tensor, K: Tensor, worth: float | None = None) -> Tensor:
    """[F] float64, 0 at the first frame: how much the camera has moved along c2w [F,4,4], K [F,3,3].

    Sums rotation (radians), zoom (logarithm of the focal length) and translation, one unit of which counts
    as `worth` radians. None: the whole translation counts as much as all rotation, and at least one radian.
    """
    turns, steps = turns_and_steps(c2w)
    worth = _worth_of_way(c2w) if worth is None else worth
    passed = turns + steps * worth + K[:, 0, 0].double().log().diff().abs()
    return torch.cat([passed.new_zeros(1), passed.cumsum(0)])


def _worth_of_way(c2w: Tensor) -> float:
    """Radians that one unit of translation counts in the path c2w [F,4,4], see `way`; 0 without
    translation."""
    turns, steps = turns_and_steps(c2w)
    still = float(steps.sum()) <= ROUNDING * len(steps) * float(c2w[:, :3, 3].abs().max())
    return 0.0 if still else float(turns.sum().clamp(min=1) / steps.sum())


def turns_and_steps(c2w: Tensor) -> tuple[Tensor, Tensor]:
    """From frame to frame: angles in radians and distances, both [F-1] float64."""
    c2w = c2w.double()
    turns = 2 * (torch.linalg.matrix_norm(c2w[1:, :3, :3] - c2w[:-1, :3, :3]) / 8 ** 0.5).clamp(max=1).asin()
    return turns, c2w[:, :3, 3].diff(dim=0).norm(dim=1)


def _between(knots: Tensor, count: int) -> Tensor:
    """[M] the knots [N] and count - 1 evenly spaced times between each two."""
    share = torch.arange(count, dtype=torch.float64) / count
    return torch.cat([(knots[:-1, None] + knots.diff()[:, None] * share).flatten(), knots[-1:]])


def _linear(at: Tensor, knots: Tensor, values: Tensor) -> Tensor:
    """[M,...] the values [N,...] at the increasing knots [N], interpolated at `at` [M]."""
    right = torch.searchsorted(knots, at.contiguous()).clamp(1, max(len(knots) - 1, 1))
    share = ((at - knots[right - 1]) / (knots[right] - knots[right - 1])).clamp(0, 1)
    share = share.reshape(-1, *[1] * (values.ndim - 1))
    return values[right - 1] * (1 - share) + values[right] * share
