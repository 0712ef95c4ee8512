"""Clips of small worlds as if they had been sampled, and what Build World makes of a list of clips."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from memory_scene import bank_of, path, turned
from worldstereo.core.cloud.point_cloud import PointCloud
from worldstereo.core.memory.stereo.bank import add_clip
from worldstereo.core.pictures import frames_from_bytes
from worldstereo.core.world import clip_folder, world_folder
from worldstereo.core.world.clip_folder import ClipState
from worldstereo.core.world.clip_list import Clip

PAN = path([turned(3 * i) for i in range(5)], name="pan")


def pictures(count: int, seed: int = 0) -> torch.Tensor:
    return torch.randint(0, 256, (count, 16, 32, 3), generator=torch.Generator().manual_seed(seed),
                         dtype=torch.uint8)


def finished_clip(name: str = "left", seed: int = 0) -> ClipState:
    g = torch.Generator().manual_seed(seed)
    cloud = PointCloud(torch.randn(50, 3, generator=g), torch.rand(50, 3, generator=g), torch.eye(4),
                       "scene units")
    return ClipState(name, pictures(5, seed), replace(PAN, name=name), cloud, bank_of(PAN, seed=seed),
                     {"seed": 7})


def clip_after(clip: ClipState, name: str = "right", seed: int = 1) -> ClipState:
    """With the same cloud, and the clip's bank grown by 2 of the new key frames."""
    frames, trajectory = pictures(5, seed), replace(PAN, name=name)
    bank = add_clip(clip.bank, frames_from_bytes(frames), trajectory, keep=2)
    return replace(clip, name=name, frames=frames, trajectory=trajectory, bank=bank)


def written(world: Path, *states: ClipState) -> list[Path]:
    """The clips' folders, after they were written in this order."""
    folders = [clip_folder.clip_folder(world, clip.name, "0") for clip in states]
    for folder, clip in zip(folders, states):
        world_folder.write_clip(folder, clip)
    return folders


def files_of(folder: Path) -> dict[str, bytes]:
    """{name: bytes} of everything below."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*")
            if path.is_file()}


def expanded(tmp_path: Path, clips: Sequence[Clip], inputs: Sequence[str] = (), **settings: object,
             ) -> tuple[dict[str, list[dict]], dict[str, dict]]:
    """{class: [inputs of its nodes]} of what Build World turns into, in order."""
    from worldstereo.nodes import world_graph

    settings = {"world": "w", "seed": 1, "order": "as listed", "cloud_update": world_graph.KEEP,
                "max_references": 8,
                "radius": 0.01, "steps": 0, "guidance": 0.0} | settings
    links = {name: [name, 0] for name in ("model", "vae", "trajectories", "point_cloud",
                                          "memory_bank", *inputs)}
    folders = [clip_folder.clip_folder(tmp_path, clip.name, "0") for clip in clips]
    made = world_graph.expand(clips, folders, links, world_graph.Settings(**settings))["expand"]
    classes = dict.fromkeys(node["class_type"] for node in made.values())
    return {name: [node["inputs"] for node in made.values() if node["class_type"] == name]
            for name in classes}, made
