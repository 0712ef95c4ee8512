"""Renders coloured points the way the video model was trained to see them. Plain torch on CPU, CUDA and MPS.

A point is a disc of `radius` in normalised device coordinates, in which the shorter side of the picture is 2
long. It covers the pixels whose centre is nearer than that to its projection, with weight 1 - distance^2 /
radius^2. Of each pixel the nearest `points_per_pixel` points count, alpha composited front to back: sum of
weight * colour * product of (1 - weight) of the nearer ones. The sum of weights is not normalised: where it
is below 1, the colour fades to 0, which is mid-grey for colours in -1..1. (Official code: the point renderer
of PyTorch3D with alpha compositing; reference.py spells it out.)

with_torch.py projects the points and blends them; on a CPU with numba installed with_numba.py does the same
several times faster.

Memory beside the results: 16 bytes for each point of the cloud and 4 for each channel of its colours; for
each frame in work, about 100 bytes for each point in view and 40 MB (1 GB on a GPU). A CPU
renders up to MOST_AT_ONCE frames in parallel, a GPU one at a time.
"""
from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import torch
from torch import Tensor

from ...values import check_finite, check_shape, require
from . import with_torch
from .raster import make_raster, ndc_bounds, ndc_intrinsics, sort_by_depth

RADIUS = 0.008  # of a point, in normalised device coordinates: what the model was trained with
POINTS_PER_PIXEL = 20
MOST_AT_ONCE = 8  # frames in parallel: bounds the memory on machines with many cores

logger = logging.getLogger(__name__)


def render_points(points: Tensor, colors: Tensor, w2c: Tensor, K: Tensor,
                  height: int, width: int, radius: float = RADIUS, points_per_pixel: int = POINTS_PER_PIXEL,
                  background: float | Tensor = 0.0, progress: Callable[[int, Tensor], None] | None = None,
                  method: str = "auto") -> tuple[Tensor, Tensor, Tensor]:
    """Renders points as discs from F cameras, composited front to back.

    points      [N,3] float32, world
    colors      [N,C] float32; C = 3 and -1..1 for the video model
    w2c         [F,4,4] float32, world to camera, OpenCV axes
    K           [F,3,3] float32, pixels of width x height, pixel j covers [j, j+1); no skew
    radius      of a point, in normalised device coordinates: 2 is the picture's shorter side
    points_per_pixel  how many points count in a pixel, the nearest ones
    background  colour of pixels without any point: a number or [C]
    progress    called after each frame with the number of finished ones and its image; may raise to stop
    method      "torch", "numba" or "auto": numba where it is installed and the points are on the CPU

    Returns image [F,H,W,C], mask [F,H,W] float (1 = hole: no point) and depth [F,H,W] (z of the nearest
    point, 0 in holes). Points at or behind the camera plane are not seen. Equally deep points keep the order
    of the cloud.
    Raises ValueError for wrong shapes, types and values, and for "numba" where it cannot be had.
    """
    _check(points, colors, w2c, K, height, width, radius, points_per_pixel)
    w2c, K = w2c.to(points).contiguous(), K.to(points)
    backend = _choose_backend(method, points.device)
    raster = make_raster(height, width, radius, points_per_pixel, points.device)
    homogeneous = torch.cat([points.T, points.new_ones(1, len(points))])
    packed_colors = backend.pack_colors(colors)
    image = colors.new_zeros(len(w2c), height, width, colors.shape[1])
    mask, depth = image.new_zeros(image.shape[:3]), image.new_zeros(image.shape[:3])

    inference = torch.is_inference_mode_enabled()

    @torch.inference_mode(inference)  # in each thread
    def render(index: int) -> None:
        intrinsics = ndc_intrinsics(K[index], raster)
        x, y, z, point = backend.project_to_ndc(homogeneous, w2c[index], intrinsics, ndc_bounds(raster))
        splats = sort_by_depth(x, y, z, point, raster)
        hole = backend.composite(splats, packed_colors, raster, image[index], depth[index])
        image[index][hole] = torch.as_tensor(background).to(image)
        mask[index] = hole

    _render_frames(render, len(w2c), points.device,
                   progress and (lambda done: progress(done, image[done - 1])))
    return image, mask, depth


def bytes_needed(points: int, frames: int, height: int, width: int) -> int:
    """Most VRAM that render_points takes with colours of three channels, its results included."""
    return (28 + 100) * points + 2 ** 30 + 20 * frames * height * width


def _choose_backend(method: str, device: torch.device) -> ModuleType:
    """The module that projects and blends."""
    require(method in ("auto", "torch", "numba"), f"The method is {method!r}, expected auto, torch or numba.")
    chosen = method
    if method == "auto":
        chosen = "numba" if device.type == "cpu" and importlib.util.find_spec("numba") else "torch"
    if chosen == "numba":
        require(device.type == "cpu",
                f"numba renders on the CPU only and the points are on {device}; use torch.")
        try:
            from . import with_numba
            logger.debug("rendering points with numba")
            return with_numba
        except ImportError as error:
            require(method == "auto", f"numba cannot be used: {error}; install it or render with torch.")
            logger.warning("numba is installed but cannot be used, torch renders instead, slower: %s", error)
    logger.debug("rendering points with torch on %s", device)
    return with_torch


def _render_frames(render: Callable[[int], None], count: int, device: torch.device,
                   progress: Callable[[int], None] | None) -> None:
    """Renders the frames, in parallel on a CPU, and reports each in order.

    There are as many threads as torch may use within an operation, and each uses one within its operations:
    these are too small to be split up. An exception, as of progress, ends the work with the frames begun.
    """
    threads = torch.get_num_threads()
    workers = min(count, threads, MOST_AT_ONCE) if device.type == "cpu" else 1
    pool = None
    if workers > 1:
        pool = ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,))
    try:
        for done, _ in enumerate(pool.map(render, range(count)) if pool else map(render, range(count)), 1):
            if progress is not None:
                progress(done)
    finally:
        if pool:
            pool.shutdown(cancel_futures=True)
            torch.set_num_threads(threads)


def _check(points: Tensor, colors: Tensor, w2c: Tensor, K: Tensor, height: int, width: int, radius: float,
           points_per_pixel: int) -> None:
    remedy = "make it with 'Point Cloud from Depth'"
    check_shape("Cloud to render", points, "N,3", remedy)
    check_shape("Cloud colours", colors, f"{len(points)},C", "give one colour for each point")
    check_shape("Poses to render", w2c, "F,4,4", "make the path with 'Camera Trajectory'")
    check_shape("Intrinsics to render", K, f"{len(w2c)},3,3", "give one K for each pose")
    for name, tensor in (("Cloud to render", points), ("Cloud colours", colors)):
        require(tensor.dtype == torch.float32, f"{name} is {tensor.dtype}, expected torch.float32.")
        check_finite(name, tensor, remedy)
    _check_cameras(w2c, K)
    require(height > 0 and width > 0, f"The render size is {width}x{height}; both must be positive.")
    require(0 < radius <= 2, f"The point radius is {radius}; it must be positive and at most 2, which is the "
            "picture's shorter side (the model was trained with 0.008).")
    require(0 < points_per_pixel < 2 ** 15, f"points_per_pixel is {points_per_pixel}; it must be 1 to 32767.")


def _check_cameras(w2c: Tensor, K: Tensor) -> None:
    for name, tensor in (("Poses to render", w2c), ("Intrinsics to render", K)):
        check_finite(name, tensor, "make the path with 'Camera Trajectory'")
    focal = K[:, (0, 1), (0, 1)]
    if not (focal > 0).all():
        raise ValueError(f"A focal length to render is {float(focal.min()):.3g} px; it must be positive.")
