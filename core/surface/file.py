"""Writes a mesh as GLB (textured) or PLY (coloured vertices), through trimesh, or OBJ (likewise coloured)."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from ..cloud.files.records import CHUNK, ignore_progress
from ..files.atomic import new_path
from ..pictures import image_to_bytes
from ..values import require
from .make import ColoredMesh

GLB, PLY, OBJ = "glb", "ply", "obj"
ENDINGS = {GLB: ".glb", PLY: ".ply", OBJ: ".obj"}
JPEG_QUALITY = 92


def write_mesh(
    path: Path, made: ColoredMesh, progress: Callable[[int, int], None] = ignore_progress
) -> None:
    """Writes the mesh, upright as viewers have it. The file appears complete or not at all.

    progress    called with (done, total) lines of an OBJ, which takes long; may raise to stop
    Raises ValueError for another ending.
    """
    import trimesh
    from trimesh.visual import ColorVisuals, TextureVisuals
    from trimesh.visual.material import PBRMaterial

    require(path.suffix in ENDINGS.values(),
            f"A mesh cannot be written as {path.name}; use {', '.join(ENDINGS.values())}.")
    if path.suffix == ENDINGS[OBJ]:
        with new_path(path) as temporary:
            _write_obj(temporary, made, progress)
        return
    shape = made.texture if path.suffix == ENDINGS[GLB] else made.mesh
    model = trimesh.Trimesh(made.upright(shape.vertices).numpy(), shape.faces.numpy(), process=False)
    options = {}
    if path.suffix == ENDINGS[GLB]:
        picture = PBRMaterial(baseColorTexture=_jpeg(made.texture.picture), metallicFactor=0.0,
                              roughnessFactor=1.0, doubleSided=True)
        right, down = made.texture.places.unbind(1)
        model.visual = TextureVisuals(torch.stack([right, 1 - down], 1).numpy(), picture)  # trimesh counts up
        options["tree_postprocessor"] = _unlit
    else:
        colors = image_to_bytes(torch.cat([made.colors, torch.ones(len(made.colors), 1)], 1))
        model.visual = ColorVisuals(model, vertex_colors=colors.numpy())
    with new_path(path) as temporary, open(temporary, "wb") as file:
        model.export(file, file_type=path.suffix.removeprefix("."), **options)


def _write_obj(path: Path, made: ColoredMesh, progress: Callable[[int, int], None]) -> None:
    """Lines of places with colours, and of triangles, a portion at a time: trimesh makes the same text in one
    step, which takes ten seconds for 3 million triangles."""
    vertices = torch.cat([made.upright(made.mesh.vertices), image_to_bytes(made.colors) / 255], 1)
    tables = ("v" + 6 * " %.8f" + "\n", vertices), ("f %d %d %d\n", made.mesh.faces + 1)
    done, total = 0, len(vertices) + len(made.mesh.faces)
    with open(path, "w", encoding="ascii", newline="\n") as file:
        for line, rows in tables:
            for part in rows.split(CHUNK):
                file.write(line * len(part) % tuple(part.flatten().tolist()))
                done += len(part)
                progress(done, total)


def _unlit(document: dict[str, Any]) -> None:
    """The photographs have their light in them: viewers shall not light them again."""
    document.setdefault("extensionsUsed", []).append("KHR_materials_unlit")
    for material in document["materials"]:
        material["extensions"] = {"KHR_materials_unlit": {}}


def _jpeg(picture: Tensor) -> Image.Image:
    """The picture as trimesh stores it without packing it again."""
    file = io.BytesIO()
    Image.fromarray(picture.numpy()).save(file, "JPEG", quality=JPEG_QUALITY)
    return Image.open(file)
