"""How long a world still takes, from what its stages took so far."""
from __future__ import annotations

from collections.abc import Iterable, Mapping


def time_left(stages: Iterable[str], seconds: Mapping[str, float], elapsed: float) -> float:
    """Seconds until `stages` are done, the first of which began `elapsed` seconds ago.

    seconds: what each kind of stage takes; those that are not in it have not run yet and count nothing.
    """
    return max(0.0, sum(seconds.get(stage, 0.0) for stage in stages) - elapsed)


def about(seconds: float) -> str:
    """A time in words, as exactly as it can be known: "about 40 s", "about 6 min", "about 1.5 h"."""
    if seconds < 90:
        return f"about {max(10, 10 * round(seconds / 10))} s"
    minutes = seconds / 60
    return f"about {minutes:.0f} min" if minutes < 90 else f"about {minutes / 60:.1f} h"
