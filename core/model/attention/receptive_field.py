"""Which reference tokens the video tokens attend to in self-attention, when it is not all of them.

Experimental: in training all tokens attended to all. There are two rules, paired and correspondence:

- a video token attends to all video tokens, and
  paired:          all tokens of the one reference that its frame was assigned to;
  correspondence:  around each place where its 3D point shows in a reference, a square of that reference's
                   tokens; when it has no such place, as with paired;
- a reference token attends to its own reference and to the video frames that were assigned to it.

reference.py spells the rules out token by token.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ...values import Value, require
from .attention import QKV, Attention
from .correspondence import TokenGroups, correspondence_attention, token_groups
from .log_sum_exp import FUSED, kernel_for


@dataclass(frozen=True, eq=False)
class ReceptiveField(Value):
    """assignment  for each of the F key frames the number of its reference, -1 = none
    matches     None for paired; for correspondence [F,rows,columns,N] integers: the token of reference n
                (row * columns + column) that shows the same point as the video's token, -1 = none
    window      correspondence: side of the square of tokens, odd
    """

    assignment: tuple[int, ...]
    matches: Tensor | None = None
    window: int = 5

    def __post_init__(self) -> None:
        require(self.window > 0 and self.window % 2 == 1,
                f"The window is {self.window} tokens wide; expected an odd number: 1, 3, 5 ...")


def check_kernels(device: torch.device) -> None:
    """ValueError on a device for which torch has no kernel that correspondence could use."""
    require(device.type in FUSED,
            "The receptive field 'correspondence' would take minutes a step: torch has no attention kernel "
            f"for it on {device.type!r}, only on {' and '.join(map(repr, FUSED))}; choose 'paired' or 'full' "
            "in 'Apply Spatial-Stereo Memory'.")


def groups_of(field: ReceptiveField, head_dim: int, device: torch.device,
              dtype: torch.dtype) -> TokenGroups | None:
    """The token groups of correspondence for tokens of this kind, the same in all blocks and steps; None for
    paired."""
    if field.matches is None:
        return None
    check_kernels(device)
    kernels = (kernel_for(head_dim, device, dtype, hiding) for hiding in (False, True))
    return token_groups(field.matches.to(device), field.assignment, field.window, *kernels)


@torch.compiler.disable()  # loops over frames and groups, which would be unrolled
def attend(field: ReceptiveField, groups: TokenGroups | None, references: QKV, video: QKV, heads: int,
           attention: Attention) -> tuple[Tensor, Tensor]:
    """Attention of both streams under these rules: q, k, v of the references [B,N*T,C] and of the video
    [B,F*T,C].

    Returns the same shapes. With correspondence the video tokens do not use `attention`, see
    correspondence.py.
    """
    if groups is None:
        seen = _paired_attention(field.assignment, references, video, heads, attention)
    else:
        seen = correspondence_attention(groups, references, video, heads)
    return _reference_attention(field.assignment, references, video, heads, attention), seen


def _paired_attention(assignment: tuple[int, ...], references: QKV, video: QKV, heads: int,
                      attention: Attention) -> Tensor:
    """[B,F*T,C] of the video's tokens, all frames of one reference at once.

    The keys are the video's, followed by a slot that holds one reference after the other.
    """
    q, k, v = video
    tokens = q.shape[1] // len(assignment)
    keys, values = (torch.cat([t, t[:, :tokens]], dim=1) for t in (k, v))
    out = torch.empty_like(q)
    for n in set(assignment):
        if n >= 0:
            keys[:, -tokens:], values[:, -tokens:] = (t.split(tokens, dim=1)[n] for t in references[1:])
        known = keys.shape[1] if n >= 0 else k.shape[1]
        queries = torch.cat(_frames_of(n, assignment, q), dim=1)
        seen = attention(queries, keys[:, :known], values[:, :known], heads)
        for into, frame in zip(_frames_of(n, assignment, out), seen.split(tokens, dim=1)):
            into.copy_(frame)
    return out


def _reference_attention(assignment: tuple[int, ...], references: QKV, video: QKV, heads: int,
                         attention: Attention) -> Tensor:
    """[B,N*T,C] of the references' tokens: each attends to its own reference and to the frames assigned to
    it."""
    tokens = video[0].shape[1] // len(assignment)
    out = []
    for n, (q, *own) in enumerate(zip(*(t.split(tokens, dim=1) for t in references))):
        keys, values = (torch.cat([mine, *_frames_of(n, assignment, t)], dim=1)
                        for mine, t in zip(own, video[1:]))
        out.append(attention(q, keys, values, heads))
    return torch.cat(out, dim=1)


def _frames_of(n: int, assignment: tuple[int, ...], x: Tensor) -> list[Tensor]:
    """Views [B,T,C] of those frames of x [B,F*T,C] that were assigned to n.

    x[:, [1, 2]] would wait for the device, where the list of frames has to be copied to.
    """
    return [frame for frame, assigned in zip(x.split(x.shape[1] // len(assignment), dim=1), assignment)
            if assigned == n]
