"""Writes a mesh as GLB (textured), PLY or OBJ (coloured vertices), through trimesh."""

from __future__ import annotations

import io
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from ..files.atomic import new_path
from ..values import require
from .make import ColoredMesh

GLB, PLY, OBJ = "glb", "ply", "obj"
ENDINGS = {GLB: ".glb", PLY: ".ply", OBJ: ".obj"}
JPEG_QUALITY = 92


def write_mesh(path: Path, made: ColoredMesh) -> None:
    """Writes the mesh, upright as viewers have it. The file appears complete or not at all.

    Raises ValueError for another ending.
    """
    import trimesh
    from trimesh.visual import TextureVisuals
    from trimesh.visual.material import PBRMaterial

    require(
        path.suffix in ENDINGS.values(),
        f"A mesh cannot be written as {path.name}; use {', '.join(ENDINGS.values())}.",
    )
    if path.suffix == ENDINGS[GLB]:
        texture = made.texture
        model = trimesh.Trimesh(made.upright(texture.vertices).numpy(), texture.faces.numpy(), process=False)
        material = PBRMaterial(
            baseColorTexture=_jpeg(texture.picture), metallicFactor=0.0, roughnessFactor=1.0, doubleSided=True
        )
        from_below = texture.places * torch.tensor([1.0, -1.0]) + torch.tensor(
            [0.0, 1.0]
        )  # as trimesh counts
        model.visual = TextureVisuals(uv=from_below.numpy(), material=material)
    else:
        opaque = torch.ones(len(made.colors), 1)
        colors = (torch.cat([made.colors, opaque], 1) * 255).round().to(torch.uint8)
        model = trimesh.Trimesh(
            made.upright(made.mesh.vertices).numpy(),
            made.mesh.faces.numpy(),
            vertex_colors=colors.numpy(),
            process=False,
        )
    with new_path(path) as temporary, open(temporary, "wb") as file:
        model.export(file, file_type=path.suffix.removeprefix("."))


def _jpeg(picture: Tensor) -> Image.Image:
    """The picture as trimesh stores it without packing it again."""
    file = io.BytesIO()
    Image.fromarray(picture.numpy()).save(file, "JPEG", quality=JPEG_QUALITY)
    return Image.open(file)
