"""Cleans a mesh: drops small pieces, closes small holes, reduces the number of triangles."""

from __future__ import annotations

import torch
from torch import Tensor

from .mesh import Mesh


def face_normals(mesh: Mesh) -> Tensor:
    """[F,3] towards the free space; their lengths are twice the areas."""
    a, b, c = mesh.vertices[mesh.faces].unbind(1)
    return torch.linalg.cross(b - a, c - a)


def vertex_normals(mesh: Mesh) -> Tensor:
    """[V,3] of length 1, means of the faces around a vertex by area."""
    normals = face_normals(mesh)
    sums = torch.zeros_like(mesh.vertices)
    for corner in mesh.faces.unbind(1):
        sums.index_add_(0, corner, normals)
    return torch.nn.functional.normalize(sums, dim=1)


def large_pieces(mesh: Mesh, share: float) -> Mesh:
    """Leaves out connected pieces whose area is less than this share of the largest one's."""
    if share <= 0:
        return mesh
    piece = _pieces(mesh.faces, len(mesh.vertices))[mesh.faces[:, 0]]
    areas = torch.zeros(int(piece.max()) + 1).index_add_(0, piece, face_normals(mesh).norm(dim=1))
    return _without_unused(mesh.vertices, mesh.faces[areas[piece] >= share * areas.max()])


def close_holes(mesh: Mesh, longest: float) -> Mesh:
    """Closes holes whose edge is at most so long, in the mesh's unit, by triangles around their middle. Open
    edges that meet other ones in a vertex stay open."""
    edges = torch.cat([mesh.faces[:, [0, 1]], mesh.faces[:, [1, 2]], mesh.faces[:, [2, 0]]])
    key, reverse = (edges[:, i] * len(mesh.vertices) + edges[:, 1 - i] for i in (0, 1))
    edges = edges[~torch.isin(key, reverse)]
    if longest <= 0 or not len(edges):
        return mesh
    count = len(mesh.vertices)
    out, into = (torch.bincount(edges[:, i], minlength=count) for i in (0, 1))
    hole = _pieces(edges, count)
    tangled = torch.zeros(count, dtype=torch.bool)
    tangled[hole[edges.flatten()[((out != 1) | (into != 1))[edges.flatten()]]]] = True
    hole = hole[edges[:, 0]]
    length = (mesh.vertices[edges[:, 0]] - mesh.vertices[edges[:, 1]]).norm(dim=1)
    around = torch.zeros(count).index_add_(0, hole, length)
    small = (around[hole] <= longest) & ~tangled[hole]
    edges, hole = edges[small], hole[small].unique(return_inverse=True)[1]
    if not len(edges):
        return mesh
    holes = int(hole.max()) + 1
    middles = torch.zeros(holes, 3).index_add_(0, hole, mesh.vertices[edges[:, 0]])
    middles /= torch.bincount(hole, minlength=holes)[:, None]
    lids = torch.stack([edges[:, 1], edges[:, 0], hole + count], dim=1)
    return Mesh(torch.cat([mesh.vertices, middles]), torch.cat([mesh.faces, lids]))


def reduce_faces(mesh: Mesh, most: int) -> Mesh:
    """At most about so many triangles (Garland and Heckbert 1997, by fast-simplification); 0: as it is.

    Raises ValueError where that package is missing.
    """
    if most <= 0 or len(mesh.faces) <= most:
        return mesh
    import trimesh

    try:
        import fast_simplification  # noqa: F401 - trimesh calls it
    except ImportError as error:
        raise ValueError("Fewer triangles need the package fast-simplification: pip install "
                         "fast-simplification with ComfyUI's Python, or set max_triangles to 0.") from error
    small = trimesh.Trimesh(
        mesh.vertices.numpy(), mesh.faces.numpy(), process=False
    ).simplify_quadric_decimation(face_count=most)
    return Mesh(torch.from_numpy(small.vertices.copy()).float(), torch.from_numpy(small.faces.copy()).long())


def _pieces(joined: Tensor, count: int) -> Tensor:
    """[count] number of the connected piece of each vertex; each row of joined [N,2 or 3] is connected."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    pairs = torch.cat([joined[:, [i, i + 1]] for i in range(joined.shape[1] - 1)]).numpy()
    graph = coo_matrix((torch.ones(len(pairs), dtype=torch.uint8).numpy(), pairs.T), shape=(count, count))
    return torch.from_numpy(connected_components(graph, directed=False)[1]).long()


def _without_unused(vertices: Tensor, faces: Tensor) -> Mesh:
    used, faces = faces.unique(return_inverse=True)
    return Mesh(vertices[used], faces)
