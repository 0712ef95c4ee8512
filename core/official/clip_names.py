"""Shortcuts that the official code derives from the names of clips, "view/trajectory", and frames,
"view/trajectory/number"."""
from __future__ import annotations

from collections.abc import Sequence

from ..memory.stereo.retrieval import Shortcut

ANCHORS = {4, 8, 12, 16}  # key frames that a second trajectory does not take from its view's first
SPARSE = {1, 2, 3, 5, 7, 9, 13, 17}


def shortcut_by_names(names: Sequence[str], clip: str, frames: int) -> Shortcut | None:
    """The shortcut of a clip of `frames` key frames into a bank of these names; None where the official code
    has none.

    Second clips of "wonder" and "target" views prefer frames of their view's traj0; traj0 and traj1 of other
    views prefer frames of its traj2.
    """
    view, _, trajectory = clip.rpartition("/")
    if ("wonder" in view or "target" in view) and trajectory > "traj0":
        return Shortcut(_clip_entries(names, f"{view}/traj0")[3::2], frozenset(range(1, frames)) - ANCHORS)
    if "view" in view and trajectory in ("traj0", "traj1"):
        entries = _clip_entries(names, f"{view}/traj2")
        if trajectory == "traj1":
            entries = entries[:len(entries) // 2]
        return Shortcut(entries[3::2], frozenset(SPARSE))
    return None


def _clip_entries(names: Sequence[str], start: str) -> tuple[int, ...]:
    return tuple(i for i, name in enumerate(names) if name.startswith(start))
