"""The receptive fields of receptive_field.py spelled out: slow, for tests."""

import torch
from torch import Tensor

from .receptive_field import ReceptiveField


def visible_tokens(field: ReceptiveField, references: int, rows: int, columns: int) -> Tensor:
    """[S,S] bool over the tokens of all references and then of the video: may the row's token see the column's?"""
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


def masked_attention(visible: Tensor, references, video, heads: int) -> tuple[Tensor, Tensor]:
    """One softmax over both streams' q, k, v [B,M,C] and [B,N,C] under the mask -> (references, video)."""
    q, k, v = (torch.cat(pair, dim=1).unflatten(2, (heads, -1)) for pair in zip(references, video))
    scores = torch.einsum("bqhd,bkhd->bhqk", q, k) * q.shape[-1] ** -0.5
    weights = scores.masked_fill(~visible, -torch.inf).softmax(-1)
    out = torch.einsum("bhqk,bkhd->bqhd", weights, v).flatten(2)
    return out[:, :references[0].shape[1]], out[:, references[0].shape[1]:]
