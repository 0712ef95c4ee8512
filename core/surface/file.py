"""Writes a mesh as GLB (textured), PLY or OBJ (coloured vertices), through trimesh."""
from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..files.atomic import new_path
from ..values import require
from .colors import Texture
from .mesh import Mesh

GLB, PLY, OBJ = "glb", "ply", "obj"
ENDINGS = {GLB: ".glb", PLY: ".ply", OBJ: ".obj"}
JPEG_QUALITY = 92
FLIP = torch.tensor([1.0, -1.0, -1.0])  # OpenCV axes to those of viewers: x right, y up, z towards the viewer


def upright(vertices: Tensor, start_w2c: Tensor) -> Tensor:
    """World coordinates [N,3] -> x right, y up, z towards the viewer, as the start camera stood."""
    return (vertices @ start_w2c[:3, :3].T + start_w2c[:3, 3]) * FLIP


def write_mesh(path: Path, mesh: Mesh, colors: Tensor, texture: Texture | None) -> None:
    """Writes the mesh, whose vertices are as the file shall have them. The file appears complete or not at all.

    colors    [V,3] 0..1, for PLY and OBJ
    texture   for GLB, of the same mesh
    Raises ValueError for another ending and for a GLB without a texture.
    """
    import trimesh

    require(path.suffix in ENDINGS.values(), f"A mesh cannot be written as {path.name}; use "
                                             f"{', '.join(ENDINGS.values())}.")
    require(texture is not None or path.suffix != ".glb", "A GLB needs a texture.")
    if texture is not None and path.suffix == ".glb":
        model = trimesh.Trimesh(texture.vertices.numpy(), texture.faces.numpy(), process=False)
        material = trimesh.visual.material.PBRMaterial(
            baseColorTexture=_jpeg(texture.picture), metallicFactor=0.0, roughnessFactor=1.0, doubleSided=True)
        model.visual = trimesh.visual.TextureVisuals(uv=texture.places.numpy(), material=material)
    else:
        rgb = (colors * 255).round().to(torch.uint8).numpy()
        opaque = np.concatenate([rgb, np.full((len(rgb), 1), 255, np.uint8)], axis=1)
        model = trimesh.Trimesh(mesh.vertices.numpy(), mesh.faces.numpy(), vertex_colors=opaque, process=False)
    with new_path(path) as temporary:
        data = model.export(file_type=path.suffix.removeprefix("."))
        Path(temporary).write_bytes(data.encode() if isinstance(data, str) else data)


def _jpeg(picture: Tensor) -> Image.Image:
    """The picture as trimesh stores it without packing it again."""
    file = io.BytesIO()
    Image.fromarray(picture.numpy()).save(file, "JPEG", quality=JPEG_QUALITY)
    return Image.open(file)
