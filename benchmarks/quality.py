#!/usr/bin/env python3
"""What each memory does: WorldStereo-Nano on scenes that it was not trained on, against their true pictures.

    python benchmarks/quality.py [--model RUN/state.pt] [--vae vae.safetensors]
        [--photos DIR] [--scenes 20] [--seeds 3] [--rows both "no memory"] [--json FILE] [--pictures DIR]

F1 and agree are of the first noise of each scene, the others means over all.
PSNR      decibels of the key frames after the first: of all pixels, of those that the render covers, of its
          holes that one of the references shows, and of those that none shows; SSIM of all. Of each scene,
          then the mean; +- is the standard error over the scenes
cameras   rotation in degrees and translation in hundredths of the median depth between the path and the
          generated frames, recovered by dense alignment of each frame with the true picture and depth.
          `aligned truth` says how far off that is for true pictures from poses that differ from the path's by
          a known amount
F1        of what the frames add to the point cloud, with Depth from Camera Motion: of the added points those
          on the true surface, of the surface that the first picture does not show what the cloud has then; %
          within 2 % of the median depth
agree     decibels between this clip and an earlier one, itself generated and then put into the memories, on
          surfaces that the first picture does not show
Rows without a model: the render, OpenCV's inpainting of it, and the VAE's picture of the truth, the best that
any model on these latents could do. `shuffled cameras` follows the path's poses in another order.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "scripts")]

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, grid_sample, interpolate

from tables import Table
from worldstereo.core.cameras.pinhole import in_picture, pixel_centres, project, unproject
from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.cloud.metrics import nearest_distance
from worldstereo.core.cloud.render.along_path import render_path
from worldstereo.core.depth.depth import Depth
from worldstereo.core.depth.motion.motion import depth_from_motion
from worldstereo.core.files.picture import write_png
from worldstereo.core.memory.geometric.update import UpdateSettings, update
from worldstereo.core.memory.stereo.bank import add_clip, new_bank
from worldstereo.core.memory.stereo.references import References, start_frame_reference
from worldstereo.core.memory.stereo.retrieval import retrieve_references
from worldstereo.core.pictures import image_to_bytes, to_frames, to_image
from worldstereo.core.sampling.conditioning import render_video
from worldstereo.core.sampling.controls import geometric_control, stereo_control
from worldstereo.core.sampling.key_frame_vae import (
    KeyFrameVae,
    decode_key_frames,
    encode_condition,
    encode_key_frames,
)
from worldstereo.core.sampling.pipeline import initial_noise, sample_key_frames
from worldstereo.core.sampling.schedule import few_step_sigmas
from worldstereo.training.cache import HELD_OUT, texture_pool
from worldstereo.training.load import load_model, load_vae
from worldstereo.training.scenes.cast import cast
from worldstereo.training.scenes.clips import SHAPES, Clip, make_clip
from worldstereo.training.scenes.textures import Textures

NANO = ROOT / "assets" / "nano.safetensors"
SAME_DEPTH = 0.03  # of the depth: two views show one point
NEAR = 0.02  # of the median depth: a point lies on the true surface
FEWEST = 100  # pixels of a kind; scenes with fewer do not count for it
LEVELS, ITERATIONS = (8, 4, 2, 1), 12  # of the alignment: factors of the size, steps at each


@dataclass(frozen=True)
class Row:
    """geometric   the render is given, otherwise all is a hole; the camera rays always are
    references  "retrieved", "start" (the start frame alone) or "other" (of another scene)
    field       the receptive field of the stereo memory
    steps       of sampling
    shuffled    the clip is made for the path's poses in another order
    """

    geometric: bool = True
    references: str = "retrieved"
    field: str = "full"
    steps: int = 4
    shuffled: bool = False


ROWS = {
    "no memory": Row(geometric=False, references="start"),
    "geometric only": Row(references="start"),
    "stereo only": Row(geometric=False),
    "both": Row(),
    "both, paired": Row(field="paired"),
    "both, correspondence": Row(field="correspondence"),
    "both, 40 steps": Row(steps=40),
    "both, shuffled cameras": Row(shuffled=True),
    "references of another scene": Row(references="other"),
}
PLAIN = ("render", "OpenCV inpainting", "VAE of the truth")
AGREEMENT = ("no memory", "geometric only", "stereo only", "both")
FUSED = (*PLAIN, *AGREEMENT)
STRIPS = 6  # scenes of which pictures are made
SHOWN = ("render", "OpenCV inpainting", *AGREEMENT)  # in this order, as far as the rows were measured
COLUMNS = ("PSNR", "covered", "holes seen", "holes unseen", "SSIM", "rotation", "translation", "F1", "agree")


@dataclass(frozen=True, eq=False)
class Case:
    """A clip with what is measured on it. seen [F,H,W]: a reference shows what is in this pixel; other:
    references of another scene, for this clip's poses."""

    clip: Clip
    seen: Tensor
    other: References


def make_cases(textures: Textures, count: int, shape: tuple[int, int, int] = SHAPES[0]) -> list[Case]:
    """Clips of held-out scenes; those without room for a path are left out. shape: frames, height, width."""
    clips, seed = [], HELD_OUT
    while len(clips) < count + 1:
        try:
            clips.append(make_clip(seed, textures, shape))
        except ValueError:
            pass
        seed += 1
    return [
        Case(clip, seen_in_references(clip), _references_of_another(clip, other))
        for clip, other in zip(clips, clips[1:])
    ]


def _references_of_another(clip: Clip, other: Clip) -> References:
    frames = other.references.frames
    numbers = [i % len(frames) for i in range(len(clip.references.frames))]
    return replace(clip.references, frames=frames[numbers])


def seen_in_references(clip: Clip) -> Tensor:
    """[F,H,W] bool: what is in this pixel of the truth is shown by one of the references."""
    views = [(clip.truth, 0)] + [(clip.earlier, i) for i in range(1, len(clip.earlier.frames))]
    seen = torch.zeros_like(clip.truth.depth, dtype=torch.bool)
    for w2c in clip.references.w2c:
        view, i = min(views, key=lambda entry: float((entry[0].trajectory.w2c[entry[1]] - w2c).abs().max()))
        seen |= shown_by(clip.truth.trajectory, clip.truth.depth, view.trajectory, view.depth, i)[0]
    return seen


def shown_by(
    path: Trajectory, depth: Tensor, other: Trajectory, other_depth: Tensor, i: int
) -> tuple[Tensor, Tensor]:
    """Whether frame i of another path shows what is in the pixels of a path with depth [F,H,W]: bool [F,H,W],
    and the places [F,H,W,2] in that frame. Sky is shown nowhere."""
    frames, height, width = depth.shape
    centres = pixel_centres(height, width).expand(frames, -1, -1)
    points = unproject(centres, depth.flatten(1), path.K, path.w2c)
    pixels, z = project(points, other.K[i], other.w2c[i])
    grid = (pixels / pixels.new_tensor([width, height]) * 2 - 1)[None]
    there = grid_sample(other_depth[i][None, None], grid, mode="nearest", align_corners=False)[0, 0]
    near = (there - z).abs() < SAME_DEPTH * z
    shown = in_picture(pixels, z, height, width) & near & (depth.flatten(1) > 0)
    return shown.view_as(depth), pixels.view(frames, height, width, 2)


def generate(
    model: nn.Module,
    vae: KeyFrameVae,
    clip: Clip,
    row: Row,
    references: References,
    render: Tensor,
    mask: Tensor,
    path: Trajectory,
    seed: int,
) -> Tensor:
    """Frames [F,3,H,W] along a path that starts at the clip's first picture."""
    if row.shuffled:
        order = [0, *range(path.frames - 1, 0, -1)]
        path = replace(path, w2c=path.w2c[order], K=path.K[order])
        render, mask = render[order], mask[order]
    if not row.geometric:
        render, mask = torch.zeros_like(render), torch.ones_like(mask)
        render[0], mask[0] = clip.truth.frames[0], 0
    geometric = geometric_control(vae, render, mask, path)
    stereo = stereo_control(
        vae,
        references,
        path,
        receptive_field=row.field,
        cloud=clip.cloud if row.field == "correspondence" else None,
    )
    condition = encode_condition(vae, clip.truth.frames[0], path.frames)
    noise = initial_noise(path.frames, path.height, path.width, torch.Generator().manual_seed(seed))
    latent = sample_key_frames(
        model, few_step_sigmas(row.steps), noise, condition, torch.zeros(1, 512, 1), None, geometric, stereo
    )
    return decode_key_frames(vae, latent)


def made_by(name: str, model: nn.Module, vae: KeyFrameVae, case: Case, seed: int) -> Tensor:
    """The key frames [F,3,H,W] of a row."""
    clip = case.clip
    if name == "render":
        return clip.render
    if name == "OpenCV inpainting":
        return inpaint(clip.render, clip.mask)
    if name == "VAE of the truth":
        return decode_key_frames(vae, encode_key_frames(vae, clip.truth.frames))
    row, path = ROWS[name], clip.truth.trajectory
    start = start_frame_reference(clip.truth.frames[0], path)
    references = {"retrieved": clip.references, "start": start, "other": case.other}[row.references]
    return generate(model, vae, clip, row, references, clip.render, clip.mask, path, seed)


def inpaint(render: Tensor, mask: Tensor) -> Tensor:
    """Frames [F,3,H,W] whose holes, mask [F,H,W], are filled by Telea's method."""
    import cv2

    pictures = image_to_bytes(to_image(render)).numpy()
    filled = [
        cv2.inpaint(picture, (hole > 0.5).byte().numpy(), 3.0, cv2.INPAINT_TELEA)
        for picture, hole in zip(pictures, mask)
    ]
    return to_frames(torch.stack([torch.from_numpy(picture) for picture in filled]) / 255)


def agreement(model: nn.Module, vae: KeyFrameVae, case: Case, row: Row, seed: int) -> float:
    """Decibels between a clip and an earlier generated one where both show what the first picture does not;
    NaN where there is next to nothing of that. The earlier clip's cloud is that of the first picture, too."""
    clip, path, other = case.clip, case.clip.truth.trajectory, case.clip.earlier.trajectory
    first = clip.truth.frames[:1]
    image, mask, _ = render_path(clip.cloud, other, start_image=to_image(first))
    start = start_frame_reference(first[0], other)
    earlier = generate(
        model, vae, clip, row, start, render_video(to_frames(image), first[0]), mask, other, seed
    )
    references = start_frame_reference(first[0], path)
    if row.references == "retrieved":
        bank = add_clip(new_bank(first, path, "start"), earlier, other, "earlier", keep=path.frames - 1)
        references = retrieve_references(bank, path)[0]
    frames = generate(model, vae, clip, row, references, clip.render, clip.mask, path, seed + 1000)
    new = ~shown_by(path, clip.truth.depth, path, clip.truth.depth, 0)[0]
    errors = []
    for i in range(1, other.frames):
        shown, pixels = shown_by(path, clip.truth.depth, other, clip.earlier.depth, i)
        grid = pixels / pixels.new_tensor([path.width, path.height]) * 2 - 1
        there = grid_sample(earlier[i].expand_as(frames), grid, align_corners=False)
        errors.append((there - frames).square().mean(1)[shown & new])
    return decibels(torch.cat(errors))


def scores(case: Case, frames: Tensor) -> dict[str, float]:
    """PSNR of all kinds of pixels, SSIM and the camera errors of generated frames [F,3,H,W]."""
    from skimage.metrics import structural_similarity

    truth, later = case.clip.truth, slice(1, None)
    error = (frames - truth.frames).square().mean(1)[later]
    hole, seen = case.clip.mask[later] > 0.5, case.seen[later]
    kinds = {
        "PSNR": torch.ones_like(hole),
        "covered": ~hole,
        "holes seen": hole & seen,
        "holes unseen": hole & ~seen,
    }
    pairs = zip(to_image(frames)[later].numpy(), to_image(truth.frames)[later].numpy())
    ssim = [structural_similarity(one, other, channel_axis=2, data_range=1.0) for one, other in pairs]
    turns, moves = zip(
        *(
            align(frames[i], truth.frames[i], truth.depth[i], truth.trajectory.K[i])
            for i in range(1, len(frames))
        )
    )
    return {
        **{kind: decibels(error[where]) for kind, where in kinds.items()},
        "SSIM": float(sum(ssim) / len(ssim)),
        "rotation": sum(turns) / len(turns),
        "translation": sum(moves) / len(moves),
    }


def fused_f1(case: Case, frames: Tensor) -> float:
    """F1 in % of what generated frames [F,3,H,W] add to the cloud; NaN where the clip shows next to nothing
    new, and where the camera only turns, so that motion shows no depth. Depth is made at half the size."""
    clip, path, depth = case.clip, case.clip.truth.trajectory, case.clip.truth.depth
    median, places = float(depth[depth > 0].median()), path.c2w[:, :3, 3]
    new = ~shown_by(path, depth, path, depth, 0)[0] & (depth > 0)
    if int(new.sum()) < FEWEST or (places - places[0]).norm(dim=1).max() < 0.01 * median:
        return math.nan
    images = to_image(avg_pool2d(frames, 2))
    maps = depth_from_motion(images, path.resized(path.width // 2, path.height // 2))[0]
    later = Depth(maps.depth[1:], maps.valid[1:], maps.K[1:], maps.w2c[1:], maps.unit)
    cloud, _ = update(clip.cloud, images[1:], later, UpdateSettings(keep_photo=True))
    added = cloud.points[cloud.clip == cloud.clip.max()]
    if not len(added):
        return 0.0
    near = NEAR * median
    centres = pixel_centres(*depth.shape[1:]).expand(len(depth), -1, -1)
    surface = unproject(centres, depth.flatten(1), path.K, path.w2c).view(*depth.shape, 3)
    right = (nearest_distance(added, surface[depth > 0], 2 * near) < near).float().mean()
    found = (nearest_distance(surface[new], cloud.points, 2 * near) < near).float().mean()
    return 200 * float(right * found / (right + found).clamp(min=1e-6))


def decibels(error: Tensor) -> float:
    """PSNR of squared errors [N] of values in -1..1; NaN for fewer than FEWEST."""
    return 10 * math.log10(4 / max(float(error.mean()), 1e-9)) if len(error) >= FEWEST else math.nan


def align(frame: Tensor, truth: Tensor, depth: Tensor, K: Tensor) -> tuple[float, float]:
    """How far the camera of a frame [3,H,W] is from that of the true picture with depth [H,W]: degrees, and
    hundredths of the median depth. Gauss-Newton on grey values from coarse to fine, with outliers weighed
    down."""
    pose = torch.eye(4)
    for factor in LEVELS:
        grey, template = (_grey(avg_pool2d(x[None], factor)[0]) for x in (frame, truth))
        small = depth[factor // 2 :: factor, factor // 2 :: factor]
        own = K / K.new_tensor([factor, factor, 1.0])[:, None]
        centres = pixel_centres(*depth.shape).view(*depth.shape, 2)[
            factor // 2 :: factor, factor // 2 :: factor
        ]
        known = (small > 0).flatten()
        points = unproject(centres.reshape(-1, 2), small.flatten(), K, torch.eye(4))[known]
        values = _sample(template, project(points, own, torch.eye(4))[0])[0]
        slopes = torch.stack([grey, *_slopes(grey)])
        for _ in range(ITERATIONS):
            pose = _step(pose, slopes, points, values, own)
    cosine = ((pose[:3, :3].trace() - 1) / 2).clamp(-1, 1)
    median = float(depth[depth > 0].median())
    return math.degrees(float(torch.acos(cosine))), 100 * float(pose[:3, 3].norm()) / median


def _step(pose: Tensor, slopes: Tensor, points: Tensor, values: Tensor, K: Tensor) -> Tensor:
    """One Gauss-Newton step of the pose [4,4] that takes the true camera's points [N,3] into the frame's."""
    moved = points @ pose[:3, :3].T + pose[:3, 3]
    pixels, z = project(points, K, pose)
    inside = in_picture(pixels, z, *slopes.shape[1:])
    got, across, down = _sample(slopes, pixels)
    x, y = moved[:, 0] / z, moved[:, 1] / z
    a, b = across * K[0, 0] / z, down * K[1, 1] / z
    c = -(a * x + b * y)
    J = torch.stack([a, b, c, y * z * c - z * b, z * a - x * z * c, x * z * b - y * z * a], 1)
    residual = got - values
    scale = 1.5 * residual[inside].abs().median() + 1e-4 if inside.any() else 1.0
    weight = inside / (1 + (residual / scale).square())
    square = (J * weight[:, None]).T @ J
    square = square + torch.diag(1e-4 * square.diagonal() + 1e-8)
    delta = -torch.linalg.solve(square.double(), ((J * weight[:, None]).T @ residual).double()).float()
    twist = torch.zeros(4, 4)
    wx, wy, wz = delta[3:].tolist()
    twist[:3, :3] = torch.tensor([[0, -wz, wy], [wz, 0, -wx], [-wy, wx, 0]])
    twist[:3, 3] = delta[:3]
    return torch.linalg.matrix_exp(twist) @ pose if torch.isfinite(delta).all() else pose


def _grey(picture: Tensor) -> Tensor:
    """[H,W] of mean 0 and spread 1, without what changes over the whole picture."""
    grey = picture.mean(0)
    small = avg_pool2d(grey[None, None], 8, ceil_mode=True)
    grey = grey - interpolate(small, grey.shape, mode="bilinear")[0, 0]
    return grey / grey.std().clamp(min=1e-4)


def _slopes(grey: Tensor) -> tuple[Tensor, Tensor]:
    """Differences along columns and rows, in values per pixel."""
    down, across = torch.gradient(grey)
    return across, down


def _sample(planes: Tensor, pixels: Tensor) -> Tensor:
    """[C,N] of planes [C,H,W] or [H,W] at places [N,2]."""
    planes = planes if planes.ndim == 3 else planes[None]
    grid = pixels / pixels.new_tensor([planes.shape[2], planes.shape[1]]) * 2 - 1
    return grid_sample(planes[None], grid[None, None], padding_mode="border", align_corners=False)[0, :, 0]


def aligned_truth(textures: Textures, cases: list[Case]) -> list[tuple[float, ...]]:
    """For true pictures from poses that are off by a known amount: (degrees and hundredths that they are off,
    and by how much the recovered amounts differ)."""
    found = []
    for number, case in enumerate(cases):
        view, K = case.clip.truth, case.clip.truth.trajectory.K[2]
        generator = torch.Generator().manual_seed(number)
        axis, way = (
            torch.nn.functional.normalize(torch.randn(3, generator=generator), dim=0) for _ in range(2)
        )
        median = float(view.depth[2][view.depth[2] > 0].median())
        off = torch.eye(4)
        x, y, z = (math.radians(1.5) * axis).tolist()
        off[:3, :3] = torch.linalg.matrix_exp(torch.tensor([[0, -z, y], [z, 0, -x], [-y, x, 0]]))
        off[:3, 3] = 0.03 * median * way
        frame, _ = cast(
            case.clip.scene, textures, (off @ view.trajectory.w2c[2])[None], K[None], *view.depth.shape[1:]
        )
        turned, moved = align(frame[0], view.frames[2], view.depth[2], K)
        found.append((1.5, 3.0, abs(turned - 1.5), abs(moved - 3.0)))
    return found


def measure(
    model: nn.Module,
    vae: KeyFrameVae,
    cases: list[Case],
    rows: list[str],
    seeds: int,
    progress: Callable[[str], None] = print,
    slow_too: bool = True,
) -> dict[str, dict[str, list[float]]]:
    """For each row and column the figures of all scenes, each the mean over the noise seeds."""
    results: dict[str, dict[str, list[float]]] = {}
    for name in rows:
        began = time.perf_counter()
        figures: dict[str, list[float]] = {column: [] for column in COLUMNS}
        for case in cases:
            runs = [
                figures_of(model, vae, case, name, seed, slow_too and not seed)
                for seed in range(1 if name in PLAIN else seeds)
            ]
            for column in COLUMNS:
                figures[column].append(float(torch.tensor([run[column] for run in runs]).nanmean()))
        results[name] = figures
        progress(f"{name}: {time.perf_counter() - began:.0f} s")
    return results


def figures_of(
    model: nn.Module, vae: KeyFrameVae, case: Case, name: str, seed: int, slow_too: bool
) -> dict[str, float]:
    """Every column of a row in one case; NaN for what does not apply. F1 and agreement only if slow_too."""
    frames = made_by(name, model, vae, case, seed)
    return {
        **scores(case, frames),
        "F1": fused_f1(case, frames) if slow_too and name in FUSED else math.nan,
        "agree": agreement(model, vae, case, ROWS[name], seed)
        if slow_too and name in AGREEMENT
        else math.nan,
    }


def strip(model: nn.Module, vae: KeyFrameVae, case: Case, rows: list[str]) -> Tensor:
    """Picture [H,W,3] in 0..1: the truth, then what each row makes of it, one below the other."""
    made = [case.clip.truth.frames, *(made_by(name, model, vae, case, 0) for name in rows)]
    return torch.cat([torch.cat([*to_image(frames)], dim=1) for frames in made])


def table(results: dict[str, dict[str, list[float]]], scenes: int, seeds: int) -> Table:
    """Means with the standard error over the scenes."""
    rows = [
        [name, *(mean_and_error(figures[column]) for column in COLUMNS)] for name, figures in results.items()
    ]
    return Table(f"{scenes} held-out scenes, {seeds} noise seeds", ["", *COLUMNS], rows)


def mean_and_error(values: list[float]) -> str:
    """Of the values that are known; nothing when there are none."""
    known = torch.tensor([value for value in values if not math.isnan(value)])
    if not len(known):
        return "-"
    error = f" +- {float(known.std() / len(known) ** 0.5):.2f}" if len(known) > 1 else ""
    return f"{float(known.mean()):.2f}{error}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--model", type=Path, default=NANO, help="state.pt of a training run, or what load.py made of it"
    )
    parser.add_argument("--vae", type=Path, default=NANO, help="weights of the VAE")
    parser.add_argument("--photos", type=Path, help="folder of the photographs that textures are made of")
    parser.add_argument("--scenes", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rows", nargs="+", choices=[*PLAIN, *ROWS], default=[*PLAIN, *ROWS])
    parser.add_argument("--pictures", type=Path, help="folder for strips of the first scenes")
    parser.add_argument("--json", type=Path, help="where to keep the figures of every scene")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    textures = texture_pool(args.photos)
    cases = make_cases(textures, args.scenes)
    off = torch.tensor(aligned_truth(textures, cases))
    print(
        f"aligned truth: {off[:, 0].mean():.2f} deg and {off[:, 1].mean():.2f} % off, recovered to "
        f"{off[:, 2].mean():.3f} deg and {off[:, 3].mean():.3f} % (medians {off[:, 2].median():.3f} and "
        f"{off[:, 3].median():.3f})",
        flush=True,
    )
    model, vae = load_model(args.model), load_vae(args.vae)
    model.forward = torch.autocast("cpu", torch.bfloat16)(model.forward)  # as it was trained, and much faster
    results = measure(model, vae, cases, args.rows, args.seeds)
    print(table(results, len(cases), args.seeds).markdown())
    if args.pictures:
        for number, case in enumerate(cases[:STRIPS]):
            picture = strip(model, vae, case, [name for name in args.rows if name in SHOWN])
            write_png(args.pictures / f"scene_{number}.png", image_to_bytes(picture))
    if args.json:
        args.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
