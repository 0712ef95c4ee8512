"""The scene as the editor in the page gets it: one binary file of points, with what it has to know in a
header."""
from __future__ import annotations

import hashlib
import json
import struct
from typing import Any

import torch
from torch import Tensor

from ...cameras.pinhole import in_picture_sizes
from ...cloud.lift import lift
from ...cloud.point_cloud import PointCloud
from ...cloud.render.render import RADIUS
from ...cloud.thinning import thin_by_confidence
from ...depth.depth import Depth
from ...depth.picture import depth_picture
from ...picture_fit import Size, fit_intrinsics
from ..collision import NEIGHBOURS, smallest_distance
from ..presets.table import PRESETS
from .keys import Keys, keys_to_json
from .start import Start

MAGIC, VERSION = b"WSSC", 1
MOST_POINTS = 200_000


def scene_points(depth: Depth | None, cloud: PointCloud | None,
                 start: Start) -> tuple[Tensor, Tensor, Tensor]:
    """(points [N,3], colours [N,3] 0..1, confidence [N]) of the cloud, else of the depth in grey, else none;
    in the axes of the start camera and median depths."""
    if cloud is None and depth is not None:
        cloud = lift(depth_picture(depth), depth)
    if cloud is None:
        return torch.empty(0, 3), torch.empty(0, 3), torch.empty(0)
    w2c = start.w2c.to(cloud.points)
    points = (cloud.points @ w2c[:3, :3].T + w2c[:3, 3]) / start.median
    return points.cpu(), cloud.colors.cpu(), cloud.confidence.cpu()


def scene_digest(points: Tensor, colors: Tensor, confidence: Tensor, header: dict[str, Any]) -> str:
    """Of all that `scene_bytes` takes: tells whether a file has been written, without thinning the points."""
    digest = hashlib.sha256(json.dumps([VERSION, MOST_POINTS, len(points), header]).encode())
    for values in (points, colors, confidence):
        digest.update(values.contiguous().numpy().data)
    return digest.hexdigest()


def scene_bytes(points: Tensor, colors: Tensor, confidence: Tensor, header: dict[str, Any]) -> bytes:
    """The file: MAGIC, the header's length as uint32, the header as JSON, float32 points [M,3], uint8 colours
    [M,3]; everything little-endian, M at most MOST_POINTS.

    points [N,3], colors [N,3] 0..1 and confidence [N] are thinned to them.
    """
    kept = _thinned(points, confidence)
    told = {"version": VERSION, "count": len(kept), "of": len(points), **header}
    text = json.dumps(told).encode()
    text += b" " * (-(len(MAGIC) + 4 + len(text)) % 4)  # the points begin at a multiple of 4
    return b"".join([MAGIC, struct.pack("<I", len(text)), text, points[kept].numpy().astype("<f4").tobytes(),
                     (colors[kept] * 255).round().byte().numpy().tobytes()])


def scene_header(start: Start, frames: int, size: Size, fit: str, path: Keys | None) -> dict[str, Any]:
    """What the file tells beside its points: the clip's lens and the photograph's edges in picture sizes, the
    clip, the collision rule and the point renderer's radius in their units, a path to begin with, the
    presets."""
    width, height = size
    K = in_picture_sizes(fit_intrinsics(start.K, start.photo, size, fit), width, height)
    return {"median": start.median, "unit": start.unit, "focal": [float(K[0, 0]), float(K[1, 1])],
            "centre": [float(K[0, 2]), float(K[1, 2])], "photo": _photo_edges(start, K),
            "frames": frames, "width": width, "height": height,
            "nearest": smallest_distance(start.median) / start.median, "neighbours": NEIGHBOURS,
            "radius": RADIUS,
            "start": None if path is None else keys_to_json(path),
            "presets": [{"name": name, "text": row.text, "uses": row.uses, "example": row.examples[0]}
                        for name, row in PRESETS.items()]}


def _photo_edges(start: Start, K: Tensor) -> list[float]:
    """Left, top, right and bottom of the whole photograph in the picture with intrinsics K, in picture sizes:
    outside 0..1 where it is cropped, inside where it is padded."""
    width, height = start.photo
    return [float(K[i, 2] + K[i, i] * (edge - start.K[i, 2]) / start.K[i, i])
            for i, edge in ((0, 0), (1, 0), (0, width), (1, height))]


def _thinned(points: Tensor, confidence: Tensor) -> Tensor:
    """[M] indices, M <= MOST_POINTS: the most confident of points [N,3] in each cell of direction and
    logarithm of distance, so that the start camera sees no fewer of the near ones."""
    if len(points) <= MOST_POINTS:
        return torch.arange(len(points))
    distance = points.norm(dim=1).clamp(min=1e-6)
    x, y, z = points.unbind(1)
    cells = torch.stack([torch.atan2(x, z), (y / distance).clamp(-1, 1).asin(), distance.log()], 1)
    return thin_by_confidence(cells, confidence, MOST_POINTS)
