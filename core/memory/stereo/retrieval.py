"""Retrieves references: the frames of the memory bank whose cameras see most of what a clip will show."""
from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from ...cameras.pinhole import resize_intrinsics
from ...cameras.trajectory import Trajectory
from ...pictures import frames_from_bytes, resize_frames
from ...values import Value, quoted, require
from . import frustum, selector
from .bank import MemoryBank, common_unit
from .features import BUILT_IN, ImageFeatures
from .references import References

logger = logging.getLogger(__name__)

MOST_REFERENCES = 8  # of the official code


@dataclass(frozen=True)
class Shortcut(Value):
    """Bank entries that are preferred whatever their score: the clip's key frames go through them in order.

    Of F key frames, number i gets entry floor(i / F * count) of the list, if i is among `key_frames`.
    """

    entries: tuple[int, ...]
    key_frames: Collection[int]

    def entry_for(self, key_frame: int, frames: int) -> int | None:
        """The entry that this one of the clip's key frames prefers; None for no preference."""
        if key_frame not in self.key_frames or not self.entries:
            return None
        return self.entries[int(key_frame / frames * len(self.entries))]


def shortcut_through(bank: MemoryBank, clip: str, key_frames: Iterable[int]) -> Shortcut:
    """The shortcut through all frames of one of the bank's clips. ValueError when the bank has none."""
    entries = bank.entries_of(clip)
    require(len(entries) > 0, f"The memory bank has no clip {quoted(clip)}; it has {', '.join(bank.clips)}.")
    return Shortcut(entries, frozenset(key_frames))


@dataclass(frozen=True)
class Match:
    """Key frame `key_frame` (1 ... F-1) is best seen by bank entry `entry`.

    score   overlap times angle penalty, 0..1; 1 more for a shortcut
    angle   degrees between the viewing axes
    """

    key_frame: int
    entry: int
    score: float
    angle: float
    shortcut: bool


@dataclass(frozen=True)
class Report:
    """What a retrieval found: its matches, the key frames that nothing in the bank sees, and how many
    frames were thinned out with which image features ("" = there were not too many)."""

    matches: tuple[Match, ...]
    unseen: tuple[int, ...]
    names: tuple[str, ...]
    thinned_from: int
    features: str
    near: float
    far: float

    def __str__(self) -> str:
        used = dict.fromkeys(match.entry for match in self.matches)
        lines = [f"{len(used)} references from a bank of {len(self.names)} frames; cameras see from "
                 f"{self.near:g} to {self.far:g}"]
        if self.features:
            lines.append(f"{self.thinned_from} fitted; chosen among them by camera, sharpness and "
                         f"{self.features}, shortcuts not counted")
        for match in self.matches:
            note = "  shortcut" if match.shortcut else ""
            lines.append(f"key frame {match.key_frame:2} <- {self.names[match.entry]}  score "
                         f"{match.score:.3f}  angle {match.angle:.1f} deg{note}")
        return "\n".join([*lines, *self.remarks])

    @property
    def remarks(self) -> list[str]:
        """What is missing, in sentences."""
        # A score of 0, or the shortcut's 1.
        apart = [match.key_frame for match in self.matches if match.score == match.shortcut]
        sentences = ((self.unseen, "nothing in the bank sees key frames {}; they get no reference"),
                     (apart, "the references of key frames {} show nothing of what these see; to leave "
                             "them out, raise least_score in 'Retrieve References'"))
        return [text.format(", ".join(map(str, frames))) for frames, text in sentences if frames]


def retrieve_references(bank: MemoryBank, trajectory: Trajectory, *, limit: int = MOST_REFERENCES,
                        near: float = frustum.NEAR, far: float = frustum.FAR, least_score: float = 0.0,
                        shortcut: Shortcut | None = None,
                        features: ImageFeatures = BUILT_IN) -> tuple[References, Report]:
    """Retrieves at most `limit` references for the clip along the trajectory, at its size, and says how.

    Every key frame after the first gets the bank entry with the highest score; a reference belongs to the
    first key frame that got it. When that makes more than `limit`, the selector chooses among them (only then
    are `features` computed), and every key frame gets the best of the chosen, shortcuts no longer counting.

    near, far       ends of a camera's view frustum, in the unit of the translations
    least_score     matches and shortcuts with a lower score (without the bonus) are dropped; 0 keeps all

    Raises ValueError for a trajectory of one frame, different units, and when no key frame gets a reference.
    """
    require(trajectory.frames >= 2,
            "The trajectory has 1 key frame; references are for those after it, give 2.")
    require(limit >= 1, f"At most {limit} references are asked for; expected 1 or more.")
    common_unit(bank, trajectory)
    scores, angles = covisibility(bank, trajectory, near, far)
    bonus = _shortcut_bonus(shortcut, *scores.shape) * (scores >= least_score)
    best = (scores + bonus).argmax(1)
    rows = _matching_rows(scores, best, least_score)
    require(len(rows) > 0, _no_match_message(scores, least_score))
    fitting = len(best[rows].unique())
    if fitting > limit:
        best[rows] = _select_diverse(bank, scores[rows], best[rows], limit, features)
        bonus = torch.zeros_like(bonus)
        rows = _matching_rows(scores, best, least_score)
    matches = tuple(Match(i + 1, j, float(scores[i, j] + bonus[i, j]), float(angles[i, j]), bool(bonus[i, j]))
                    for i, j in zip(rows.tolist(), best[rows].tolist()))
    unseen = tuple(sorted(set(range(1, trajectory.frames)) - {match.key_frame for match in matches}))
    report = Report(matches, unseen, bank.names, fitting, features.name if fitting > limit else "", near, far)
    for remark in report.remarks:
        logger.warning("Retrieved references: %s.", remark)
    return _make_references(bank, trajectory, matches), report


def covisibility(bank: MemoryBank, trajectory: Trajectory, near: float, far: float) -> tuple[Tensor, Tensor]:
    """[F-1,N] scores 0..1 of the key frames after the first against the bank, and the viewing angles [F-1,N]
    in degrees.

    A score is the frustum overlap times the penalty for the angle. near, far in the unit of the translations.
    """
    w2c = trajectory.w2c[1:]
    corners = frustum.frustum_corners(w2c, trajectory.K[1:], trajectory.width, trajectory.height, near, far)
    of_bank = frustum.frustum_corners(bank.w2c, bank.K, bank.width, bank.height, near, far)
    angles = frustum.viewing_angles(w2c, bank.w2c)
    return frustum.box_overlap(corners, of_bank) * frustum.angle_penalty(angles), angles


def _matching_rows(scores: Tensor, entries: Tensor, least_score: float) -> Tensor:
    """The rows of scores [F-1,N] whose entry scores enough."""
    return (scores.gather(1, entries[:, None])[:, 0] >= least_score).nonzero()[:, 0]


def _shortcut_bonus(shortcut: Shortcut | None, rows: int, entries: int) -> Tensor:
    """[F-1,N] 1 where a shortcut leads from a key frame to an entry, else 0."""
    bonus = torch.zeros(rows, entries)
    for i in range(rows):
        entry = shortcut and shortcut.entry_for(i + 1, rows + 1)
        if entry is not None:
            require(0 <= entry < entries, f"A shortcut leads to frame {entry} of a memory bank of {entries}.")
            bonus[i, entry] = 1
    return bonus


def _select_diverse(bank: MemoryBank, scores: Tensor, best: Tensor, limit: int,
                    features: ImageFeatures) -> Tensor:
    """The best of `limit` entries for every row of scores [R,N]; repeats in best [R] count, as official."""
    entries, where = best.unique(return_inverse=True)
    frames = bank.pictures(entries.tolist())
    described, quality = features.describe(frames)[where], selector.picture_quality(frames)[where]
    combined = selector.combine_features(bank.w2c[best], described)
    chosen = best[selector.farthest_point_sampling(combined, quality, limit)]
    return chosen[scores[:, chosen].argmax(1)]


def _make_references(bank: MemoryBank, trajectory: Trajectory, matches: tuple[Match, ...]) -> References:
    first_for = {match.entry: match.key_frame - 1 for match in reversed(matches)}
    entries = list(dict.fromkeys(match.entry for match in matches))
    frames = frames_from_bytes(bank.pictures(entries).permute(0, 2, 3, 1))
    size = (trajectory.width, trajectory.height)
    chosen = {match.key_frame: entries.index(match.entry) for match in matches}
    return References(resize_frames(frames, trajectory.height, trajectory.width), bank.w2c[entries],
                      resize_intrinsics(bank.K[entries], (bank.width, bank.height), size),
                      tuple(first_for[entry] for entry in entries),
                      tuple(chosen.get(frame, -1) for frame in range(1, trajectory.frames)), trajectory.unit)


def _no_match_message(scores: Tensor, least_score: float) -> str:
    return ("No frame of the memory bank sees what the clip is going to show: best score "
            f"{float(scores.max()):.3g}, {least_score:g} or more is asked for. Plan the trajectory in the "
            "world of the bank (same origin), raise far, or lower least_score in 'Retrieve References'.")
