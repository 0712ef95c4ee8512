"""The JSON of camera keys, with what a test does not say filled in."""
from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

HALF = math.sqrt(0.5)  # (0, HALF, 0, HALF) turns right by 90 degrees


def key(time: float, position: Sequence = (0, 0, 0), rotation: Sequence = (0, 0, 0, 1), zoom: float = 1,
        ease: str = "none") -> dict[str, Any]:
    """One key."""
    return {"time": time, "position": [*position], "rotation": [*rotation], "zoom": zoom, "ease": ease}


def data(*keys: Any, **changes: Any) -> dict[str, Any]:
    """The object around keys: a short path by default."""
    keys = keys or (key(0), key(0.5, (0.2, 0, 0.1), (0, HALF, 0, HALF), ease="in"),
                    key(1, (0.4, 0, 0), zoom=2))
    return {"version": 1, "interpolation": "smooth", "look": "free", "locked": True, "keys": [*keys],
            **changes}
