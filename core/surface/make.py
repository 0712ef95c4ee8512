"""Makes a coloured mesh of posed pictures with depth, or of the two memories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ..cameras.rotations import FLIP
from ..cameras.trajectory import Trajectory, check_poses
from ..cloud.point_cloud import PointCloud
from ..cloud.render.along_path import render_path
from ..depth.depth import Depth
from ..memory.stereo.bank import MemoryBank, images_of
from ..values import Value, check_finite, check_shape, check_unit, require
from .cleaning import close_holes, large_pieces, reduce_faces
from .colors import Texture, texture, vertex_colors, view_scores
from .mesh import Mesh, surface
from .volume import default_voxel, fuse

REMEDY = "make the mesh with 'Mesh from Memory' or 'Mesh from Depth'"


@dataclass(frozen=True)
class MeshSettings:
    """voxel           edge of the voxels, in the unit of the depth; 0: see default_voxel
    truncation      in voxels: how far behind and in front of it a depth map moves the surface
    smallest_piece  connected pieces below this share of the largest one's area are left out
    hole            holes whose edge is at most so many voxels long are closed
    max_triangles   0: all of them
    """

    voxel: float = 0.0
    truncation: float = 4.0
    smallest_piece: float = 0.01
    hole: float = 60.0
    max_triangles: int = 0


@dataclass(frozen=True, eq=False)
class ColoredMesh(Value):
    """mesh        in world coordinates, OpenCV axes
    colors      [V,3] float32, 0..1 of its vertices
    texture     the same mesh with a picture
    start_w2c   [4,4] float32, the camera as which viewers shall have it stand upright
    unit        of the coordinates
    voxel       that it was made with
    """

    mesh: Mesh
    colors: Tensor
    texture: Texture
    start_w2c: Tensor
    unit: str
    voxel: float

    def __post_init__(self) -> None:
        for name, mesh, shape in (("mesh", self.mesh, Mesh), ("texture", self.texture, Texture)):
            require(isinstance(mesh, shape), f"The {name} is a {type(mesh).__name__}; {REMEDY}.")
            _check(f"The vertices of the {name}", mesh.vertices, "N,3", torch.float32)
            _check(f"The faces of the {name}", mesh.faces, "N,3", torch.int64)
            low, high = map(int, mesh.faces.aminmax())
            require(0 <= low and high < len(mesh.vertices),
                    f"The faces of the {name} name vertices {low} to {high} of {len(mesh.vertices)}; "
                    f"{REMEDY}.")
        _check("The colours of the mesh", self.colors, f"{len(self.mesh.vertices)},3", torch.float32)
        require(0 <= float(self.colors.min()) and float(self.colors.max()) <= 1,
                f"The colours of the mesh lie outside 0..1; {REMEDY}.")
        _check("The picture of the texture", self.texture.picture, "H,W,3", torch.uint8)
        _check("The places of the texture", self.texture.places, f"{len(self.texture.vertices)},2",
               torch.float32)
        _check("Mesh start_w2c", self.start_w2c, "4,4", torch.float32)
        check_poses("Mesh start_w2c", self.start_w2c[None])
        check_unit("The mesh", self.unit)

    def upright(self, vertices: Tensor) -> Tensor:
        """World coordinates [N,3] -> x right, y up, z towards the viewer, as the start camera stood."""
        return (vertices @ self.start_w2c[:3, :3].T + self.start_w2c[:3, 3]) * FLIP

    def __str__(self) -> str:
        low, high = self.upright(self.mesh.vertices).aminmax(dim=0)
        size = " x ".join(f"{length:.3g}" for length in (high - low).tolist())
        height, width = self.texture.picture.shape[:2]
        return (
            f"{len(self.mesh.faces):,} triangles, {len(self.mesh.vertices):,} vertices\n"
            f"{size} {self.unit} (width x height x depth), voxels of {self.voxel:.3g} {self.unit}\n"
            f"texture {width} x {height}"
        )


def _check(name: str, tensor: Tensor, shape: str, dtype: torch.dtype) -> None:
    check_shape(name, tensor, shape, REMEDY)
    require(tensor.dtype == dtype, f"{name} are {tensor.dtype}, expected {dtype}; {REMEDY}.")
    check_finite(name, tensor, REMEDY)


def mesh_of_views(
    frames: Tensor,
    depth: Depth,
    settings: MeshSettings = MeshSettings(),
    start_w2c: Tensor | None = None,
    progress: Callable[[int, int], None] | None = None,
    device: torch.device | str = "cpu",
) -> ColoredMesh:
    """Fuses F posed pictures with depth to a mesh.

    frames      [F,H,W,3] 0..1, of the size of the depth maps
    depth       F maps with their cameras in one world, which agree with each other
    start_w2c   [4,4], see ColoredMesh; the first camera for None
    progress    called with (done, total); may raise to stop
    device      where the distance function is computed; all else is on the CPU
    Raises ValueError for frames and depth that do not belong together, a voxel that is too small, and where
    there is no surface.
    """
    require(
        frames.shape == (*depth.depth.shape, 3),
        f"The frames have the shape {list(frames.shape)} and the depth maps {list(depth.depth.shape)}; "
        "expected one depth map of the same size for each frame.",
    )
    check_finite("The frames", frames, "decode the clip again")
    count = len(frames)
    report = progress or (lambda done, total: None)
    depth = replace(
        depth, depth=depth.depth.cpu(), valid=depth.valid.cpu(), K=depth.K.cpu(), w2c=depth.w2c.cpu()
    )
    frames = frames.cpu().clamp(0, 1)
    voxel = settings.voxel or default_voxel(depth)
    volume = fuse(depth, voxel, settings.truncation * voxel, lambda done: report(done, 4 * count), device)
    mesh = surface(volume, lambda done, parts: report(round((2 + done / parts) * count), 4 * count))
    mesh = close_holes(large_pieces(mesh, settings.smallest_piece), settings.hole * voxel)
    mesh = reduce_faces(mesh, settings.max_triangles)
    sights = view_scores(
        mesh, depth, settings.truncation * voxel, lambda done: report(3 * count + done, 4 * count)
    )
    colors = vertex_colors(mesh, frames, depth, sights)
    return ColoredMesh(
        mesh,
        colors,
        texture(mesh, frames, depth, sights, colors),
        depth.w2c[0] if start_w2c is None else start_w2c.cpu(),
        depth.unit,
        voxel,
    )


def views_of_memory(cloud: PointCloud, bank: MemoryBank,
                    progress: Callable[[int, Tensor], None] | None = None,
                    device: torch.device | None = None) -> tuple[Tensor, Depth]:
    """The frames [N,H,W,3] of the bank, and the depth of the cloud as their cameras see it.

    progress, device   as of render_path
    """
    path = Trajectory(bank.w2c, bank.K, bank.width, bank.height, unit=bank.unit)
    return images_of(bank), depth_of_cloud(cloud, path, progress, device)


def depth_of_cloud(cloud: PointCloud, trajectory: Trajectory,
                   progress: Callable[[int, Tensor], None] | None = None,
                   device: torch.device | None = None) -> Depth:
    """The depth of the cloud along a path; points are one pixel wide, so that they do not grow.

    progress, device   as of render_path
    """
    _, _, depth = render_path(cloud, trajectory, radius=2 / min(trajectory.width, trajectory.height),
                              points_per_pixel=1, progress=progress, device=device)
    return replace(depth, unit=cloud.unit)
