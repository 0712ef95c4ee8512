"""Depth of one picture from others whose cameras are known: a plane sweep, without a learned model.

Each hypothesis is a plane parallel to the picture, and the planes are evenly spaced in inverse depth, so that
a step moves the picture by about the same number of pixels everywhere (Collins, A space-sweep approach to
true multi-image matching, 1996). A source picture is warped by the plane's homography and compared by
normalised cross-correlation of small windows, which brightness and contrast do not change; for each
pixel only the sources that fit best are used, because the others may not see it. Semi-global matching
(Hirschmueller, 2008) along rows and columns makes neighbours agree where their colours do.
"""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ...cameras.pinhole import homogeneous, matmul_exact, pixel_centres
from .views import Views, homographies

WINDOW = 2  # radius of the compared windows in pixels: 5x5
FLAT = 0.007  # standard deviation of grey below which a window shows nothing that can be compared
BATCH, BATCH_GPU = 4, 32  # planes at once; on a CPU a batch should fit in its cache
SMALL_STEP, LARGE_STEP = 0.1, 2.0  # what a change of depth between neighbours costs: by one plane, by more
CONTRAST = 0.1  # difference of grey between neighbours at which a change of depth costs half


def sweep(views: Views, target: int, sources: list[int], inverse: Tensor) -> tuple[Tensor, Tensor]:
    """Inverse depth [h,w] of the view `target`, found with the views `sources`, and the fit [h,w]: 0 no
    resemblance at all, 1 the same picture.

    inverse     [D] evenly spaced inverse depths, D >= 3, on the CPU; 0 is infinitely far
    """
    cost = matching_cost(views, target, sources, inverse)
    smooth = semi_global(cost, views.grey[target])
    best = smooth.argmin(0, keepdim=True)
    fit = 1 - cost.gather(0, best)[0]
    # Between planes the windows themselves decide: the smoothed costs draw neighbours to the same plane.
    return inverse[0] + (inverse[1] - inverse[0]) * _refined(cost, best), fit


def matching_cost(views: Views, target: int, sources: list[int], inverse: Tensor) -> Tensor:
    """[D,h,w] how badly the sources fit on each plane: 0 the same, 1 not at all, or not seen. The mean of the
    two sources that fit best, or one that is alone."""
    shape, own = views.grey.shape[1:], _mean_and_spread(views.grey[target])
    cost = views.grey.new_empty(len(inverse), *shape)
    batch = BATCH if cost.device.type == "cpu" else BATCH_GPU
    for start in range(0, len(inverse), batch):
        planes = inverse[start:start + batch]
        best = second = cost.new_zeros(len(planes), *shape)
        for source in sources:
            fit = _fit(views, target, source, planes, *own)
            second = torch.maximum(second, torch.minimum(best, fit))
            best = torch.maximum(best, fit)
        cost[start:start + batch] = 1 - (best if len(sources) == 1 else (best + second) / 2)
    return cost


def _fit(views: Views, target: int, source: int, planes: Tensor, mean: Tensor, spread: Tensor) -> Tensor:
    """[D,h,w] normalised cross-correlation, 0..1, of the windows of the target and of one source, on each
    plane; 0 where the source shows nothing."""
    picture = torch.stack([views.grey[source], views.seen[source]])[None]
    H = homographies(views, target, source, planes).to(picture.device, non_blocking=True)
    grey, seen = warp(picture, H)
    other_mean, other_spread = _mean_and_spread(grey)
    together = window_mean(grey * views.grey[target]).addcmul_(mean, other_mean, value=-1)
    return together.div_(other_spread.mul_(spread)).clamp_(0, 1).mul_(seen)


def warp(picture: Tensor, H: Tensor) -> Tensor:
    """[C,D,h,w] the picture [1,C,h,w] looked up through H [D,3,3]; 0 outside and behind the camera."""
    height, width = picture.shape[2:]
    x, y, z = matmul_exact(H, homogeneous(pixel_centres(height, width, H.device)).T).unbind(1)
    z = z.clamp(min=1e-6)  # what is behind the camera comes to lie far outside
    grid = torch.stack([(x / z).mul_(2 / width).sub_(1), (y / z).mul_(2 / height).sub_(1)], -1)
    found = F.grid_sample(picture, grid.view(1, -1, width, 2), align_corners=False)
    return found[0].unflatten(1, (len(H), height))


def _mean_and_spread(grey: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation over the window around each pixel; the latter never below FLAT."""
    mean = window_mean(grey)
    return mean, window_mean(grey * grey).addcmul_(mean, mean, value=-1).clamp_(min=0).add_(FLAT ** 2).sqrt_()


def window_mean(planes: Tensor) -> Tensor:
    """[...,H,W] the mean over the window around each pixel; the border is repeated. Running sums, so that the
    size of the window costs nothing."""
    size, shape = 2 * WINDOW + 1, planes.shape
    total = F.pad(planes.reshape(-1, 1, *shape[-2:]), [WINDOW + 1, WINDOW] * 2, mode="replicate")[:, 0]
    for dim in (-1, -2):
        total = total.cumsum(dim)
        length = total.shape[dim] - size
        total = total.narrow(dim, size, length) - total.narrow(dim, 0, length)
    return total.div_(size ** 2).view(shape)


def semi_global(cost: Tensor, grey: Tensor) -> Tensor:
    """[D,h,w] the costs [D,h,w] of the cheapest paths to each pixel from left, right, above and below,
    summed."""
    rows = _along(cost.transpose(0, 1).contiguous(), grey)  # [h,D,w]
    columns = _along(cost.permute(2, 0, 1).contiguous(), grey.T)  # [w,D,h]
    return rows.transpose(0, 1) + columns.permute(1, 2, 0)


def _along(lines: Tensor, grey: Tensor) -> Tensor:
    """[n,D,m] the cheapest paths through n lines of m pixels, in their order and against it; grey [n,m]."""
    jump = LARGE_STEP / (1 + (grey.diff(dim=0) / CONTRAST) ** 2)  # what leaving the surface costs
    jump = jump.clamp(min=SMALL_STEP)
    paths = torch.stack([lines, lines.flip(0)], 1)  # [n,2,D,m]: both orders at once
    for before, now, leaving in zip(paths, paths[1:], torch.stack([jump, jump.flip(0)], 1)[:, :, None]):
        now += _cheapest_step(before, leaving)
    return paths[:, 0] + paths[:, 1].flip(0)


def _cheapest_step(path: Tensor, jump: Tensor) -> Tensor:
    """[...,D,m] what it costs to come to each plane from the line before, less what the cheapest way there
    costs; jump [...,1,m]."""
    least = path.amin(-2, keepdim=True)
    step = torch.minimum(path, least + jump)
    later, earlier = step[..., 1:, :], step[..., :-1, :]
    torch.minimum(later, path[..., :-1, :] + SMALL_STEP, out=later)
    torch.minimum(earlier, path[..., 1:, :] + SMALL_STEP, out=earlier)
    return step - least


def _refined(cost: Tensor, best: Tensor) -> Tensor:
    """[h,w] the plane with the lowest cost, between planes: the lowest point of the parabola through its
    neighbours."""
    best = best.clamp(1, len(cost) - 2)
    before, here, after = (cost.gather(0, best + step)[0] for step in (-1, 0, 1))
    bend = (before - 2 * here + after).clamp(min=1e-6)
    return best[0] + ((before - after) / (2 * bend)).clamp(-1, 1)
