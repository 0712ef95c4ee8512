"""Attention of video tokens to all video tokens and to a few reference tokens each.

One softmax over two sets of keys is computed as two, one for each set, merged by their log-sum-exp. So the
large part, video to video, runs in a plain attention kernel without a mask; the small part gathers what it
needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from einops import rearrange
from torch import Tensor

from .attention import QKV, SLICE
from .log_sum_exp import Kernel

TILE = 8  # the tokens of a tile of TILE x TILE tokens attend to much the same keys and are computed together
GROUP = TILE * TILE
# keys gathered at once; at full size 340 MB in bf16; a CPU has its caches
KEY_ROWS, CPU_KEY_ROWS = 1 << 14, 1 << 12


@dataclass(frozen=True, eq=False)
class TokenGroups:
    """paired   (video tokens [n], first and last + 1 of the reference tokens that they all attend to)
    chunks   (video tokens [g,GROUP], reference tokens [g,U], which of them each does not attend to
             [g,GROUP,U]); a token occurs either here or in `paired`, or in neither
    kernel, hiding_kernel   see log_sum_exp.py; the second one for hidden keys
    """

    paired: list[tuple[Tensor, int, int]]
    chunks: list[tuple[Tensor, Tensor, Tensor]]
    kernel: Kernel
    hiding_kernel: Kernel


def token_groups(matches: Tensor, assignment: tuple[int, ...], window: int, kernel: Kernel,
                 hiding_kernel: Kernel) -> TokenGroups:
    """From matches [F,rows,columns,N] and the assignment of the F frames, see ReceptiveField."""
    frames, rows, columns, _ = matches.shape
    tokens = rows * columns
    matched = (matches >= 0).any(-1).flatten(1)  # [F,T]
    assigned = torch.tensor(assignment, device=matches.device)[:, None]
    paired = [(((assigned == n) & ~matched).flatten().nonzero()[:, 0], n * tokens, (n + 1) * tokens)
              for n in sorted(set(assignment) - {-1})]
    order = _tile_order(frames, rows, columns).to(matches.device)
    order = order[matched.flatten()[order]]
    order = torch.cat([order, order[-1:].expand(-len(order) % GROUP)])  # fills up the last group
    chunks = list(_chunks(matches.flatten(0, 2), order.view(-1, GROUP), (rows, columns), window))
    return TokenGroups([entry for entry in paired if len(entry[0])], chunks, kernel, hiding_kernel)


def _tile_order(frames: int, rows: int, columns: int) -> Tensor:
    """The numbers [F*T] of all tokens, tile after tile."""
    frame, row, column = torch.meshgrid(*map(torch.arange, (frames, rows, columns)), indexing="ij")
    tile = (frame * rows + row // TILE) * columns + column // TILE
    return (tile * GROUP + row % TILE * TILE + column % TILE).flatten().argsort()


def _chunks(matches: Tensor, groups: Tensor, size: tuple[int, int],
            window: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """TokenGroups.chunks of matches [F*T,N] and groups of tokens [n,GROUP]; size: rows and columns.

    Groups with about as many keys are put together, so that little padding is needed.
    """
    seen = [in_window(matches[part], size, window).any(1).sum(1) for part in groups.split(64)]
    counts, order = torch.cat(seen or [groups.new_zeros(0)]).sort(descending=True)
    counts, start, room = counts.tolist(), 0, CPU_KEY_ROWS if matches.device.type == "cpu" else KEY_ROWS
    while start < len(order):
        part = groups[order[start:start + max(1, room // counts[start])]]
        visible = in_window(matches[part], size, window)  # [g,GROUP,M]
        keys = visible.any(1).byte().argsort(dim=1, descending=True, stable=True)[:, :counts[start]]
        yield part, keys, ~visible.gather(2, keys[:, None].expand(-1, GROUP, -1))
        start += len(part)


def in_window(matches: Tensor, size: tuple[int, int], window: int) -> Tensor:
    """Which reference tokens [...,N*rows*columns] lie in the squares around matches [...,N]; size: rows,
    columns."""
    rows, columns = (torch.arange(count, device=matches.device) for count in size)
    near_row = (matches[..., None] // size[1] - rows).abs() <= window // 2
    near_column = (matches[..., None] % size[1] - columns).abs() <= window // 2
    near = near_row[..., :, None] & near_column[..., None, :] & (matches >= 0)[..., None, None]
    return near.flatten(-3)


def correspondence_attention(groups: TokenGroups, references: QKV, video: QKV, heads: int) -> Tensor:
    """Attention [B,F*T,C] of the video's tokens; references and video are q, k, v [B,N*T,C] and [B,F*T,C].

    Needs log-sum-exps, which the model's attention function does not give, so it runs in torch's own kernels.
    """
    q, k, v = (rearrange(t, "b n (h d) -> b n h d", h=heads) for t in video)
    _, ref_k, ref_v = (rearrange(t, "b n (h d) -> b n h d", h=heads) for t in references)
    out, lse = groups.kernel(q, k, v)
    for tokens, first, last in groups.paired:
        _merge(out, lse, tokens, *groups.kernel(q[:, tokens], ref_k[:, first:last], ref_v[:, first:last]))
    for tokens, keys, hidden in groups.chunks:
        near_k, near_v = (rearrange(t.index_select(1, keys.flatten()), "b (g u) h d -> (b g) u h d",
                                    u=keys.shape[1])
                          for t in (ref_k, ref_v))
        near_out, near_lse = groups.hiding_kernel(q[:, tokens].flatten(0, 1), near_k, near_v,
                                                  hidden.repeat(len(q), 1, 1))
        _merge(out, lse, tokens.flatten(), *(rearrange(t, "(b g) n ... -> b (g n) ...", b=len(q))
                                             for t in (near_out, near_lse)))
    return rearrange(out, "b n h d -> b n (h d)")


def _merge(out: Tensor, lse: Tensor, tokens: Tensor, more: Tensor, more_lse: Tensor) -> None:
    """Merges the attention of these tokens [n] to other keys into out [B,N,heads,d], as if in one softmax.

    lse [B,N,heads]: the log-sum-exp of out; more, more_lse: attention and log-sum-exp of the other keys. In
    slices, because both are needed in float32.
    """
    for part, other, other_lse in zip(tokens.split(SLICE), more.split(SLICE, 1), more_lse.split(SLICE, 1)):
        share = (other_lse - lse[:, part]).sigmoid()[..., None]
        out[:, part] = torch.lerp(out[:, part].float(), other.float(), share).to(out.dtype)
