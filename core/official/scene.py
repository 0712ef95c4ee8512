"""Reads and writes scenes in the folder layout of the official scripts.

    pano_bank/images/0000.png ..., cameras.json     views of a panorama (world to camera), where there is one
    image.png, prompt.json                          or one photograph
    view0/start_frame.png                           start image of the clips of a view, from the bank
    view0/traj0/camera.json                         a folder for each clip; a photograph's are in renders/
               /render.mp4, render_mask.mp4         render of the point cloud along the path; white = hole
               /traj_caption.json                   its prompt
"""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from torch import Tensor

from ..cameras.formats.hints import Hints
from ..cameras.formats.official import read_named_cameras, read_official, write_official
from ..cameras.formats.parsing import natural_order
from ..cameras.trajectory import Trajectory
from ..files.atomic import new_path
from ..files.json_text import parse_json, read_json_object, read_text
from ..files.paths import inside
from ..files.picture import read_picture, write_png
from ..files.video import read_video, write_video
from ..key_frames import even_frames
from ..memory.stereo.bank import MemoryBank, new_bank
from ..pictures import frames_from_bytes, holes
from ..values import Value, reason, require
from ..world.clip_list import Clip, clip_render
from ..world.clip_start import start_entry

PANORAMA, RENDERS, CAPTION, START = "pano_bank", "renders", "traj_caption.json", "start_frame.png"
CAMERA, RENDER, MASK = "camera.json", "render.mp4", "render_mask.mp4"


@dataclass(frozen=True, eq=False)
class Scene(Value):
    """bank    the panorama's views, or the photograph at the first pose of the clips
    clips   with render (uint8) and mask where the folder has them
    prompt  of the photograph; "" when the clips have their own
    """

    bank: MemoryBank
    clips: tuple[Clip, ...]
    prompt: str = ""


def is_scene(folder: Path) -> bool:
    """Whether the folder holds a scene of this layout."""
    return bool(_pictures_of(folder)) and any(True for _ in _clip_folders(folder))


def read_scene(folder: Path, step: Callable[[], None] = lambda: None) -> Scene:
    """The scene in a folder. Raises ValueError that names the file which is missing or wrong.

    step: called after every frame that is decoded, may raise to stop.
    """
    found = {name: path for name, path in sorted(_clip_folders(folder))}
    require(len(found) > 0, f"{folder.name} has no view/trajectory/{CAMERA}; choose the folder of an "
                            "official scene.")
    clips = tuple(_read_clip(folder, name, path, step) for name, path in found.items())
    panorama = (folder / PANORAMA).is_dir()
    bank = _read_panorama(folder) if panorama else _read_photograph(folder, clips[0].trajectory)
    return Scene(bank, clips, _caption(_stored(folder, "prompt.json")))


def resize_scene(scene: Scene, frames: int, width: int, height: int) -> Scene:
    """The scene with `frames` evenly picked key frames in each clip, for pictures of width x height; 0 keeps
    them.

    Renders and masks stay as they are stored; clip_render stretches them.
    """
    return replace(scene, clips=tuple(resize_clip(clip, frames, width, height) for clip in scene.clips))


def resize_clip(clip: Clip, frames: int, width: int, height: int) -> Clip:
    """One clip of resize_scene."""
    path = clip.trajectory
    kept = even_frames(path.frames, frames or path.frames)
    picked = replace(path, w2c=path.w2c[kept], K=path.K[kept])
    path = picked.resized(width or path.width, height or path.height)
    if clip.render is None or clip.mask is None or len(kept) == len(clip.render):
        return replace(clip, trajectory=path)
    return replace(clip, trajectory=path, render=clip.render[kept], mask=clip.mask[kept])


def summary(scene: Scene) -> str:
    """The bank, and for each clip its poses and its share of holes, a line each."""
    lines = [f"{clip.name}: {clip.trajectory.frames} poses, "
             + ("no render" if clip.mask is None else f"{100 * float(clip.mask.float().mean()):.0f} % holes")
             for clip in scene.clips]
    return "\n".join([str(scene.bank), *lines])


def write_scene(folder: Path, scene: Scene) -> None:
    """Writes the scene to a new folder, which appears complete or not at all.

    A bank of one picture becomes image.png with the clips in renders/, a larger one pano_bank/. Raises
    ValueError when the folder exists, a clip has no render, or two have one name.
    """
    names = [clip.name for clip in scene.clips]
    twice = next((name for name in names if names.count(name) > 1), None)
    require(twice is None, f"Several trajectories are called {twice}; give each its own name in "
                           "'Add Trajectory to List'.")
    with new_path(folder) as part:
        part.mkdir(parents=True)
        panorama = len(scene.bank) > 1
        _write_panorama(part / PANORAMA, scene.bank) if panorama else _write_photograph(part, scene)
        for clip in scene.clips:
            _write_clip((part if panorama else part / RENDERS) / clip.name, clip)
            start = part / clip.name.partition("/")[0] / START
            if panorama and not start.exists():
                picture = scene.bank.frames[start_entry(scene.bank, clip.trajectory, clip.start_frame)]
                write_png(start, picture.permute(1, 2, 0))


def _clip_folders(folder: Path) -> Iterator[tuple[str, Path]]:
    """(name, folder) of every clip."""
    for root, prefix in ((folder / RENDERS, 1), (folder, 2)):
        for file in root.glob("*/" * prefix + CAMERA):
            yield file.parent.relative_to(root).as_posix(), file.parent
        if root.name == RENDERS and root.is_dir():
            return


def _pictures_of(folder: Path) -> list[Path]:
    return [path for path in (folder / PANORAMA / "cameras.json", folder / "image.png") if path.is_file()]


def _stored(scene: Path, name: str) -> Path:
    """A file of the scene by its name in there, also one that is not there. ValueError when it lies
    elsewhere."""
    return inside(scene, name, f"In the scene {scene.name} the file")


def _read_clip(scene: Path, name: str, folder: Path, step: Callable[[], None]) -> Clip:
    camera, render_file, mask_file, caption = (
        _stored(scene, f"{folder.relative_to(scene).as_posix()}/{file}")
        for file in (CAMERA, RENDER, MASK, CAPTION))
    try:
        trajectory = read_official(read_text(camera), Hints(keep_world=True))
    except ValueError as error:
        raise ValueError(f"{name}/{CAMERA}: {error}") from error
    trajectory = Trajectory(trajectory.w2c, trajectory.K, trajectory.width, trajectory.height, trajectory.fps,
                            name, trajectory.unit)
    render = mask = None
    if render_file.is_file():
        render, mask = read_video(render_file, step), read_video(mask_file, step)[..., 0] / 255
        mask = holes(mask, *mask.shape[1:])
        for file, video in ((RENDER, render), (MASK, mask)):
            require(len(video) == trajectory.frames, f"{name}/{file} has {len(video)} frames and {CAMERA} "
                                                     f"{trajectory.frames} poses; render the clip again.")
    return Clip(name, trajectory, _caption(caption), render=render, mask=mask)


def _caption(file: Path) -> str:
    """The prompt in prompt.json or traj_caption.json; "" when there is none."""
    if not file.is_file():
        return ""
    data = read_json_object(file, "export it again, or remove it")
    names = ("prompt", "long caption", "medium caption", "short caption")
    caption = next((data[name] for name in names if data.get(name)), data.get(names[-1]))
    if not isinstance(caption, str):
        raise ValueError(f"{file.name} holds {reason(', '.join(data)) or 'nothing'}, expected prompt.")
    return caption


def _read_panorama(folder: Path) -> MemoryBank:
    text = read_text(_stored(folder, f"{PANORAMA}/cameras.json"))
    listed = parse_json(text, f"{PANORAMA}/cameras.json")
    cameras = read_named_cameras(text, Hints(keep_world=True, remark=lambda remark: None))
    names = sorted((key for key, value in listed.items() if isinstance(value, dict)), key=natural_order)
    pictures = [read_picture(_stored(folder, f"{PANORAMA}/images/{name}.png")) for name in names]
    height, width = pictures[0].shape[:2]
    one_size = all(picture.shape == pictures[0].shape for picture in pictures)
    require(one_size and (cameras.width, cameras.height) == (width, height),
            f"The pictures in {PANORAMA} and its cameras.json are of different sizes.")
    frames = tuple(picture.permute(2, 0, 1).contiguous() for picture in pictures)
    return MemoryBank(frames, cameras.w2c, cameras.K,
                      tuple(f"{folder.name}/{PANORAMA}/{name}" for name in names), cameras.unit)


def _read_photograph(folder: Path, first: Trajectory) -> MemoryBank:
    picture = read_picture(_stored(folder, "image.png"))
    return new_bank(frames_from_bytes(picture[None]), first, "start")


def _write_panorama(folder: Path, bank: MemoryBank) -> None:
    (folder / "images").mkdir(parents=True)
    cameras = {}
    for i, frame in enumerate(bank.frames):
        write_png(folder / "images" / f"{i:04}.png", frame.permute(1, 2, 0))
        cameras[f"{i:04}"] = {"intrinsic": bank.K[i].tolist(), "extrinsic": bank.w2c[i].tolist()}
    (folder / "cameras.json").write_text(json.dumps(cameras), encoding="utf-8")


def _write_photograph(folder: Path, scene: Scene) -> None:
    write_png(folder / "image.png", scene.bank.frames[0].permute(1, 2, 0))
    (folder / "prompt.json").write_text(json.dumps({"prompt": scene.prompt}), encoding="utf-8")


def _write_clip(folder: Path, clip: Clip) -> None:
    render, mask = clip_render(clip)
    if render is None or mask is None:
        raise ValueError(f"Clip {clip.name} has no render; connect the point cloud to 'Save Official Scene'.")
    folder.mkdir(parents=True)
    (folder / CAMERA).write_text(write_official(clip.trajectory), encoding="utf-8")
    write_video(folder / RENDER, render, clip.trajectory.fps)
    write_video(folder / MASK, mask[..., None].repeat(1, 1, 1, 3), clip.trajectory.fps)
    if clip.prompt:
        (folder / CAPTION).write_text(json.dumps({"prompt": clip.prompt}), encoding="utf-8")


def with_renders(clips: Sequence[Clip],
                 render: Callable[[Clip], tuple[Tensor | None, Tensor | None]]) -> tuple[Clip, ...]:
    """The clips with what render(clip) gives as their render [F,h,w,3] and mask [F,h,w]."""
    return tuple(Clip(clip.name, clip.trajectory, clip.prompt, clip.start_frame, *render(clip))
                 for clip in clips)
