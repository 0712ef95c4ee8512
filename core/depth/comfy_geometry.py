"""Reads depth from the dictionaries of ComfyUI's own depth nodes: MOGE_GEOMETRY (MoGe) and DA3_GEOMETRY
(Depth Anything 3).

Both use OpenCV axes and depth along z. Every function returns the Depth and a report: one sentence for each
thing that was assumed, changed or left out.
"""
from __future__ import annotations

import torch
from torch import Tensor

from ..cameras.pinhole import intrinsics_from_fov, resize_intrinsics
from ..pictures import rgb
from ..values import check_finite, check_shape, require
from .depth import RELATIVE_UNIT, Depth, depth_from_values

SKY = 0.5  # sky probability from which Depth Anything 3's own nodes leave a pixel out
PATCH = 14  # Depth Anything 3 works on pictures whose sides are multiples of this


def depth_from_moge(packet: dict, unit: str = "") -> tuple[Depth, str]:
    """Depth of MOGE_GEOMETRY of perspective pictures: depth [B,H,W] (inf where masked), intrinsics [B,3,3]
    normalised by width and height, mask [B,H,W] (True = known) and normal, the last two optional.

    unit "" = metres when the packet has normals, which only the metric MoGe models give, else scene units.
    Raises ValueError for a panorama (no intrinsics) and for tensors that do not fit.
    """
    name = "MOGE_GEOMETRY"
    values = _values(packet, name)
    require(packet.get("intrinsics") is not None,
            f"{name} has no intrinsics, so it is a panorama: connect it to 'Point Cloud from Panorama', or "
            "run MoGe on a perspective picture.")
    K = _intrinsics(packet["intrinsics"], len(values), name)
    require(bool((K[:, :2, 2].abs() < 2).all()),
            f"{name} has its principal point at {K[0, 0, 2]:.4g}, {K[0, 1, 2]:.4g}; expected about 0.5, 0.5, "
            "because its intrinsics are divided by width and height: connect the output of "
            "'Run MoGe Inference'.")
    K = resize_intrinsics(K, (1, 1), (values.shape[2], values.shape[1]))
    known = _optional(packet, "mask", values, name)
    metric = packet.get("normal") is not None
    depth, report = _depth(values, K, known, None, unit or ("m" if metric else RELATIVE_UNIT))
    why = "" if unit else (", because it has normals, as the metric MoGe models give" if metric
                           else ", because it has no normals, as from MoGe 1, whose scale is unknown")
    return depth, f"MoGe: depth in {depth.unit}{why}. {report}"


def depth_from_da3(packet: dict, horizontal_fov: float = 0.0, unit: str = "") -> tuple[Depth, str]:
    """Depth of DA3_GEOMETRY: depth [B,H,W], sky [B,H,W] (optional); with several views also extrinsics [1,B,3
    or 4,4] (w2c) and intrinsics [1,B,3,3] in pixels.

    horizontal_fov  degrees, for packets without intrinsics (mono mode); not used otherwise
    unit            "" = scene units, because the packet does not say whether its model is the metric one
    Raises ValueError when there are neither intrinsics nor horizontal_fov, and for tensors that do not fit.
    """
    name = "DA3_GEOMETRY"
    values = _values(packet, name)
    K, w2c, notes = _da3_cameras(packet, values, horizontal_fov, name)
    sky = _optional(packet, "sky", values, name)
    if packet.get("confidence") is not None:
        notes.append("The confidence is not used.")
    depth, report = _depth(values, K, None if sky is None else sky < SKY, w2c, unit or RELATIVE_UNIT)
    why = ("" if unit else
           " (the packet does not say whether it is in metres: set unit to m for the metric model)")
    return depth, " ".join([f"Depth Anything 3: depth in {depth.unit}{why}.", *notes, report])


def image_of(packet: dict) -> Tensor:
    """The photographs [B,H,W,3] in 0..1 of either kind of packet."""
    require(isinstance(packet.get("image"), Tensor),
            "The geometry holds no image; connect the output of ComfyUI's own depth node.")
    return rgb(packet["image"])


def _da3_cameras(packet: dict, values: Tensor, horizontal_fov: float, name: str,
                 ) -> tuple[Tensor, Tensor | None, list[str]]:
    """K, w2c or None, and what was assumed."""
    size = (values.shape[2], values.shape[1])
    if not _has_cameras(packet):
        require(horizontal_fov > 0, f"{name} has no intrinsics (mono mode): set horizontal_fov in "
                                    "'Depth from MoGe/DA3 Geometry', or run Depth Anything 3 in multiview "
                                    "mode on two or more pictures.")
        return (intrinsics_from_fov(horizontal_fov, *size), None,
                [f"The packet has no intrinsics; its field of view is taken as {horizontal_fov:g} degrees."])
    K, bent = _without_skew(_intrinsics(_scene(packet["intrinsics"]), len(values), name))
    K, scaled = _pixels_of_map(K, size)
    notes = bent + scaled
    if horizontal_fov > 0:
        notes.append("horizontal_fov is not used: the packet has intrinsics.")
    w2c = packet.get("extrinsics")
    return K, None if w2c is None else _rigid(_scene(w2c), len(values), name), notes


def _values(packet: dict, name: str) -> Tensor:
    require(isinstance(packet, dict) and isinstance(packet.get("depth"), Tensor),
            f"{name} has no depth; connect the output of ComfyUI's own depth node.")
    check_shape(f"{name} depth", packet["depth"], "B,H,W", "connect the output of ComfyUI's own depth node")
    return packet["depth"].float().cpu()


def _optional(packet: dict, key: str, values: Tensor, name: str) -> Tensor | None:
    """The map of this name as float [B,H,W], or None."""
    if packet.get(key) is None:
        return None
    check_shape(f"{name} {key}", packet[key], ",".join(map(str, values.shape)), "it must fit the depth")
    return packet[key].float().cpu()


def _scene(matrices: Tensor) -> Tensor:
    """[1,B,...] -> [B,...]: one packet holds one scene."""
    return matrices[0] if matrices.ndim == 4 else matrices


def _intrinsics(K: Tensor, count: int, name: str) -> Tensor:
    remedy = "run the depth node again"
    check_shape(f"{name} intrinsics", K, f"{count},3,3", remedy)
    check_finite(f"{name} intrinsics", K, remedy)
    return K.float().cpu()


def _has_cameras(packet: dict) -> bool:
    """False in mono mode; ComfyUI gives identity matrices where the model found no camera, e.g. for a single
    view."""
    K = packet.get("intrinsics")
    require(K is None or isinstance(K, Tensor),
            f"The geometry's intrinsics are a {type(K).__name__}, expected a tensor; run the depth node "
            "again.")
    return K is not None and (K.shape[-2:] != (3, 3)
                              or not torch.equal(K.float().cpu(), torch.eye(3).expand(K.shape)))


def _without_skew(K: Tensor) -> tuple[Tensor, list[str]]:
    """K [B,3,3] of cameras with upright pixels, and what was done: cameras fitted to rays may come out with
    skew."""
    skew = float((K[:, 0, 1] / K[:, 0, 0]).abs().max())
    if skew <= 1e-4:  # so little is no skew, see check_intrinsics
        return K, []
    K = K.clone()
    K[:, 0, 1] = 0
    return K, [f"The intrinsics have a skew of up to {skew:.2g} focal lengths, which is left out."]


def _pixels_of_map(K: Tensor, size: tuple[int, int]) -> tuple[Tensor, list[str]]:
    """K [B,3,3] for a map of size (width, height), and what was done.

    ComfyUI enlarges the depth to the photograph's size but hands out the intrinsics of the smaller picture
    that the model saw, whose sides are multiples of PATCH and whose middle is the principal point, or near
    it.
    """
    middle = 2 * K[:, :2, 2].median(dim=0).values
    width, height = ((middle / PATCH).round() * PATCH).tolist()
    is_exact = bool(((middle - K.new_tensor([width, height])).abs() < 0.1).all())
    fits_map = not is_exact and bool(((middle / K.new_tensor(size) - 1).abs() < 0.1).all())
    if fits_map or (width, height) == size or min(width, height) <= 0:
        return K, []
    return (resize_intrinsics(K, (width, height), size),
            [f"The intrinsics belong to the {width:.0f}x{height:.0f} picture that the model saw; they are "
             f"scaled to the {size[0]}x{size[1]} of the depth."])


def _rigid(w2c: Tensor, count: int, name: str) -> Tensor:
    """[B,4,4] float32 of [B,3 or 4,4], whose rotations half precision may have bent a little."""
    remedy = "run Depth Anything 3 again with other pictures or another pose_method"
    check_shape(f"{name} extrinsics", w2c[:, :3], f"{count},3,4", remedy)
    check_finite(f"{name} extrinsics", w2c, remedy)
    w2c = w2c[:, :3].float().cpu()
    U, _, Vh = torch.linalg.svd(w2c[:, :, :3])
    bent = float((U @ Vh - w2c[:, :, :3]).abs().max())
    require(bent < 0.02, f"{name} extrinsics are no rotations (off by {bent:.3g}); {remedy}.")
    rigid = torch.eye(4).repeat(count, 1, 1)
    rigid[:, :3, :3], rigid[:, :3, 3] = U @ Vh, w2c[:, :, 3]
    return rigid


def _depth(values: Tensor, K: Tensor, known: Tensor | None, w2c: Tensor | None,
           unit: str) -> tuple[Depth, str]:
    depth = depth_from_values(values, 1.0, K, unit, known=known, w2c=w2c)
    share = float(depth.valid.float().mean())
    report = f"{share:.1%} of the pixels are known, lower median {depth.median:.4g}."
    if w2c is None and len(values) > 1:
        report += f" There are no poses: all {len(values)} views are taken from one place."
    return depth, report
