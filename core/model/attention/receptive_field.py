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
from einops import rearrange
from torch import Tensor

from ...values import Value, require
from .attention import QKV, Attention
from .correspondence import TokenGroups, correspondence_attention, token_groups
from .log_sum_exp import kernel_for


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


def groups_of(field: ReceptiveField, head_dim: int, device: torch.device,
              dtype: torch.dtype) -> TokenGroups | None:
    """The token groups of correspondence for tokens of this kind, the same in all blocks and steps; None for
    paired."""
    if field.matches is None:
        return None
    kernel = kernel_for(head_dim, device, dtype)
    return token_groups(field.matches.to(device), field.assignment, field.window, kernel)


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
        frames = _frames_of(n, assignment)
        if n >= 0:
            keys[:, -tokens:], values[:, -tokens:] = (_pick(t, [n], tokens) for t in references[1:])
        known = keys.shape[1] if n >= 0 else k.shape[1]
        seen = attention(_pick(q, frames, tokens), keys[:, :known], values[:, :known], heads)
        _by_frame(out, tokens)[:, frames] = _by_frame(seen, tokens)
    return out


def _reference_attention(assignment: tuple[int, ...], references: QKV, video: QKV, heads: int,
                         attention: Attention) -> Tensor:
    """[B,N*T,C] of the references' tokens: each attends to its own reference and to the frames assigned to
    it."""
    tokens = video[0].shape[1] // len(assignment)
    out = []
    for n in range(references[0].shape[1] // tokens):
        q, *own = (_pick(t, [n], tokens) for t in references)
        frames = _frames_of(n, assignment)
        keys, values = (torch.cat([mine, _pick(t, frames, tokens)], dim=1) for mine, t in zip(own, video[1:]))
        out.append(attention(q, keys, values, heads))
    return torch.cat(out, dim=1)


def _frames_of(n: int, assignment: tuple[int, ...]) -> list[int]:
    return [frame for frame, assigned in enumerate(assignment) if assigned == n]


def _pick(x: Tensor, frames: list[int], tokens: int) -> Tensor:
    """The tokens of these frames of x [B,F*tokens,C]."""
    return rearrange(_by_frame(x, tokens)[:, frames], "b f t c -> b (f t) c")


def _by_frame(x: Tensor, tokens: int) -> Tensor:
    """A view [B,F,tokens,C] of x [B,F*tokens,C]."""
    return rearrange(x, "b (f t) c -> b f t c", t=tokens)
