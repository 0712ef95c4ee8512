"""Rotary position tables of video and reference tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from einops import repeat
from torch import Tensor

from .attention import RopeTable

THETA = 10000.0


@torch.compiler.disable()  # torch.compile fails on positions of changing length
def rope_table(head_dim: int, t: Sequence[int], h: Sequence[int], w: Sequence[int]) -> RopeTable:
    """cos and sin [len(t)*len(h)*len(w), head_dim], float32, for tokens ordered (frame, row, column).

    h and w get 2*floor(head_dim/6) channels each, time the rest; every frequency is repeated twice in a row.
    The angles are float64, as in the official code: float32 angles are off by 1e-4 at the far columns.
    """
    spatial = 2 * (head_dim // 6)
    dims = {"t": head_dim - 2 * spatial, "h": spatial, "w": spatial}
    grid = {"t": len(t), "h": len(h), "w": len(w)}
    angles = [repeat(_angles(positions, dims[axis]), f"{axis} d -> (t h w) d", **grid)
              for axis, positions in zip("thw", (t, h, w))]
    table = torch.cat(angles, dim=-1)
    return table.cos().float(), table.sin().float()


def reference_rope_table(head_dim: int, ref_index: Sequence[int], rows: int, columns: int) -> RopeTable:
    """Table [N*rows*columns,head_dim] of the reference tokens: columns to the right of the video's, at the
    latent frame each was retrieved for.

    `ref_index` counts the frames after the first, so reference r has the temporal position ref_index[r] + 1.
    """
    return rope_table(head_dim, [i + 1 for i in ref_index], range(rows), range(columns, 2 * columns))


def table_on(device: torch.device, table: Callable[..., RopeTable], *size: object) -> RopeTable:
    """table(*size) on this device; made on the CPU, because some devices have no float64."""
    cos, sin = table(*size)
    return cos.to(device), sin.to(device)


def _angles(positions: Sequence[int], dim: int) -> Tensor:
    """[len(positions),dim], float64."""
    frequencies = THETA ** -(torch.arange(0, dim, 2, dtype=torch.float64) / dim)
    angles = torch.outer(torch.tensor(list(positions), dtype=torch.float64), frequencies)
    return angles.repeat_interleave(2, dim=1)
