"""The receptive fields of receptive_field.py spelled out: slow, for tests."""

from __future__ import annotations

import torch
from einops import rearrange
from torch import Tensor

from .attention import QKV
from .receptive_field import ReceptiveField


def visible_tokens(field: ReceptiveField, references: int, rows: int, columns: int) -> Tensor:
    """[S,S] bool over the tokens of all references and then of the video: may the row's token see the
    column's?"""
    frames = len(field.assignment)
    places = [("reference", n, y, x) for n in range(references) for y in range(rows) for x in range(columns)]
    places += [("video", n, y, x) for n in range(frames) for y in range(rows) for x in range(columns)]
    return torch.tensor([[_sees(field, columns, one, other) for other in places] for one in places])


def _sees(field: ReceptiveField, columns: int, one: tuple, other: tuple) -> bool:
    (stream, n, y, x), (other_stream, m, other_y, other_x) = one, other
    if stream == "reference":
        return n == m if other_stream == "reference" else field.assignment[m] == n
    if other_stream == "video":
        return True
    if field.matches is None or all(match < 0 for match in field.matches[n, y, x].tolist()):
        return field.assignment[n] == m
    match = int(field.matches[n, y, x, m])
    row, column = divmod(match, columns)
    return match >= 0 and max(abs(row - other_y), abs(column - other_x)) <= field.window // 2


def masked_attention(visible: Tensor, references: QKV, video: QKV, heads: int) -> tuple[Tensor, Tensor]:
    """One softmax over both streams' q, k, v [B,M,C] and [B,N,C] under the mask [M+N,M+N] -> (references,
    video)."""
    q, k, v = (rearrange(torch.cat(pair, dim=1), "b n (h d) -> b n h d", h=heads)
               for pair in zip(references, video))
    scores = torch.einsum("bqhd,bkhd->bhqk", q, k) * q.shape[-1] ** -0.5
    weights = scores.masked_fill(~visible, -torch.inf).softmax(-1)
    out = rearrange(torch.einsum("bhqk,bkhd->bqhd", weights, v), "b n h d -> b n (h d)")
    return out[:, :references[0].shape[1]], out[:, references[0].shape[1]:]
