"""Colours of a mesh from posed pictures: which view sees a place best, colours of vertices, a texture."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from ..cameras.pinhole import in_picture, project
from ..depth.depth import Depth
from ..memory.geometric.fusion import depth_quality
from ..memory.geometric.sharpness import sharpness
from ..pictures import image_to_bytes
from .cleaning import vertex_normals
from .mesh import Mesh
from .volume import MOST_BYTES

LEAST_COSINE = 0.1  # between normal and view: at flatter angles a picture shows nothing of use
CLOSE = 0.7  # a neighbour's view may be taken when it is at least so good as the best one
BYTES = 6  # of what is kept of a vertex in a view
ROUNDS = 4  # in which triangles take over the view of their neighbours
PALETTE = 16  # levels of each colour for triangles that no view sees


@dataclass(frozen=True)
class Texture:
    """picture   [H,W,3] uint8
    vertices  [T,3], faces [F,3]: the mesh, its vertices split where the view changes
    places    [T,2] of the vertices in the picture, 0..1 from the left and from the top, as glTF counts
    """

    picture: Tensor
    vertices: Tensor
    faces: Tensor
    places: Tensor


class Sight(NamedTuple):
    """The vertices [N] int32 that a view shows, and how well: scores [N] float16, above 0."""

    vertices: Tensor
    scores: Tensor

    def of_all(self, count: int) -> Tensor:
        """[count] scores of all vertices; 0 for those that are not seen."""
        return self.scores.new_zeros(count).index_copy_(0, self.vertices.long(), self.scores)


def view_scores(
    mesh: Mesh, depth: Depth, tolerance: float, progress: Callable[[int], None] | None = None
) -> list[Sight]:
    """What each view shows, but for vertices that are hidden, off the picture, on a depth edge or seen from
    behind. Scores are pixels per unit of length across the surface, as multiples of what the longest lens
    shows at the median depth.

    tolerance   distance behind the view's own depth up to which a vertex counts as seen
    progress    called with the number of views so far; may raise to stop
    Raises ValueError when they do not fit into 4 GB.
    """
    normals, sights, taken = vertex_normals(mesh), [], 0
    focals = (depth.K[:, 0, 0] * depth.K[:, 1, 1]).sqrt()
    usual = depth.median / float(focals.max())
    for i in range(len(depth.depth)):
        pixels, z = project(mesh.vertices, depth.K[i], depth.w2c[i])
        index = in_picture(pixels, z, depth.height, depth.width).nonzero().squeeze(1)
        column, row = pixels[index].long().unbind(1)
        quality = depth_quality(depth.depth[i], depth.valid[i])[row, column]
        seen = (quality > 0) & ((depth.depth[i][row, column] - z[index]).abs() <= tolerance)
        eye = torch.linalg.inv(depth.w2c[i])[:3, 3]
        towards = F.normalize(eye - mesh.vertices[index], dim=1)
        cosine = (towards * normals[index]).sum(1)
        score = (usual * sharpness(quality, cosine, z[index], depth.K[i])).half()
        shown = seen & (cosine >= LEAST_COSINE) & (score > 0)
        taken += BYTES * int(shown.sum())
        if taken > MOST_BYTES:
            most = int(len(mesh.faces) * MOST_BYTES / taken * (i + 1) / len(depth.depth))
            raise ValueError(
                f"What {len(depth.depth)} views show of {len(mesh.faces):,} triangles needs more than "
                f"{MOST_BYTES >> 30} GB (after {i + 1} of them); set max_triangles to {most}, or give a "
                "larger voxel size."
            )
        sights.append(Sight(index[shown].int(), score[shown]))
        if progress is not None:
            progress(i + 1)
    return sights


def vertex_colors(mesh: Mesh, frames: Tensor, depth: Depth, sights: Sequence[Sight]) -> Tensor:
    """[V,3] 0..1 mean of the pictures [F,H,W,3] by the square of the scores, so that the best views decide;
    vertices that no view shows take the colour of the nearest other one."""
    sums, weights = torch.zeros(len(mesh.vertices), 3), torch.zeros(len(mesh.vertices), 1)
    for i, (index, scores) in enumerate(sights):
        index = index.long()
        pixels, _ = project(mesh.vertices[index], depth.K[i], depth.w2c[i])
        weight = scores[:, None].float().square()
        sums[index] += weight * _colors_at(frames[i], pixels)
        weights[index] += weight
    colors = sums / weights.clamp(min=1e-20)
    return _spread(mesh.vertices, colors, weights[:, 0] > 0)


def texture(mesh: Mesh, frames: Tensor, depth: Depth, sights: Sequence[Sight], colors: Tensor) -> Texture:
    """Each triangle shows the one picture that sees it best, or nearly so where its neighbours have that one.
    The picture of the texture is the pictures side by side: nothing is resampled, nothing is unwrapped.

    sights, colors   of view_scores and vertex_colors; triangles that no view sees have the latter
    """
    view = _view_of_faces(mesh, sights)
    used, tile = view.unique(return_inverse=True)
    height, width = frames.shape[1:3]
    columns = math.ceil(math.sqrt(len(used) * height / width))
    rows = math.ceil(len(used) / columns)
    atlas = torch.zeros(rows * height, columns * width, 3, dtype=torch.uint8)
    places = torch.zeros(len(mesh.faces), 3, 2)
    corners = mesh.vertices[mesh.faces]
    for number, i in enumerate(used.tolist()):
        top, left = number // columns * height, number % columns * width
        mine = tile == number
        if i < 0:
            picture, pixels = _palette(colors[mesh.faces[mine]].mean(1), height, width)
        else:
            picture = image_to_bytes(frames[i])
            pixels, _ = project(corners[mine].flatten(0, 1), depth.K[i], depth.w2c[i])
            pixels = torch.minimum(pixels.clamp(min=0.5), pixels.new_tensor([width - 0.5, height - 0.5]))
        atlas[top : top + height, left : left + width] = picture
        places[mine] = (pixels + pixels.new_tensor([left, top])).view(-1, 3, 2)
    places = places / places.new_tensor([columns * width, rows * height])
    part = tile[:, None].expand(-1, 3)
    if (used < 0).any():  # a colour of the palette belongs to a triangle, not to its vertices
        part = torch.where(view[:, None] < 0, len(used) + torch.arange(len(view))[:, None], part)
    parts = len(used) + len(view)
    unique, faces = (mesh.faces * parts + part).unique(return_inverse=True)
    at = torch.zeros(len(unique), 2)
    at[faces.flatten()] = places.flatten(0, 1)
    return Texture(atlas, mesh.vertices[unique // parts], faces, at)


def _view_of_faces(mesh: Mesh, sights: Sequence[Sight]) -> Tensor:
    """[F] index of the view that each triangle shows; -1 where none sees all its corners."""
    best, view = torch.zeros(len(mesh.faces), dtype=torch.float16), torch.full((len(mesh.faces),), -1)
    for i, sight in enumerate(sights):  # one by one: all of them would take more memory than the mesh
        mine = sight.of_all(len(mesh.vertices))[mesh.faces].amin(1)
        view[mine > best] = i
        best = torch.maximum(best, mine)
    beside = _neighbours(mesh.faces)
    for _ in range(ROUNDS):
        a, b, c = torch.where(beside >= 0, view[beside.clamp(min=0)], -1).unbind(1)
        vote = torch.where((a == b) | (a == c), a, torch.where(b == c, b, -1))  # what two neighbours have
        asked = ((vote >= 0) & (vote != view)).nonzero().squeeze(1)
        for i in vote[asked].unique().tolist():
            those = asked[vote[asked] == i]
            mine = sights[i].of_all(len(mesh.vertices))[mesh.faces[those]].amin(1)
            view[those[mine >= CLOSE * best[those]]] = i
    return torch.where(best > 0, view, -1)


def _neighbours(faces: Tensor) -> Tensor:
    """[F,3] the face on the other side of each edge; -1 where there is none."""
    edges = torch.stack([faces, faces.roll(-1, 1)], -1).flatten(0, 1)
    low, high = edges.amin(1), edges.amax(1)
    order = torch.argsort(low * (int(faces.max()) + 1) + high, stable=True)
    key = torch.stack([low, high], 1)[order]
    pair = (key[1:] == key[:-1]).all(1).nonzero().squeeze(1)
    beside = torch.full((len(edges),), -1)
    beside[order[pair]], beside[order[pair + 1]] = order[pair + 1] // 3, order[pair] // 3
    return beside.view(-1, 3)


def _palette(colors: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    """A picture [height,width,3] uint8 of all colours in PALETTE levels, and the places [3 N,2] of the cells
    nearest to colors [N,3], each three times."""
    cells = int(PALETTE**1.5)  # along a side
    levels = torch.cartesian_prod(*(torch.arange(PALETTE),) * 3)
    picture = (levels * 255 / (PALETTE - 1)).round().to(torch.uint8).view(cells, cells, 3)
    rows, columns = (torch.arange(size) * cells // size for size in (height, width))
    number = ((colors * (PALETTE - 1)).round().long() * torch.tensor([PALETTE**2, PALETTE, 1])).sum(1)
    place = torch.stack([(number % cells + 0.5) * width / cells, (number // cells + 0.5) * height / cells], 1)
    return picture[rows][:, columns], place.repeat_interleave(3, 0)


def _colors_at(frame: Tensor, pixels: Tensor) -> Tensor:
    """[N,3] colours of a picture [H,W,3] at pixels [N,2], bilinear."""
    size = pixels.new_tensor([frame.shape[1], frame.shape[0]])
    grid = (pixels / size * 2 - 1)[None, None]
    found = F.grid_sample(frame.permute(2, 0, 1)[None], grid, padding_mode="border", align_corners=False)
    return found[0, :, 0].T


def _spread(places: Tensor, colors: Tensor, known: Tensor) -> Tensor:
    if bool(known.all()):
        return colors
    if not bool(known.any()):
        return torch.full_like(colors, 0.5)
    from scipy.spatial import KDTree

    colors = colors.clone()
    nearest = KDTree(places[known].numpy()).query(places[~known].numpy())[1]
    colors[~known] = colors[known][torch.from_numpy(nearest)]
    return colors
