"""The bank of earlier frames from which the spatial-stereo memory takes its references."""
from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from ...cameras.pinhole import resize_intrinsics
from ...cameras.trajectory import Trajectory, check_intrinsics, check_poses
from ...depth.depth import RELATIVE_UNIT
from ...key_frames import frames_to_keep
from ...picture_fit import fit_photo
from ...pictures import frames_from_bytes, frames_to_bytes, stretch, to_image
from ...values import Value, check_shape, check_unit, require

logger = logging.getLogger(__name__)

FRAMES_PER_CLIP = 8  # number that the official code keeps of a clip


@dataclass(frozen=True, eq=False)
class MemoryBank(Value):
    """N frames with their cameras, oldest first.

    frames  N of [3,H,W] uint8, as in the official bank; a bank made by add_clip shares them with the bank
            before
    w2c, K  [N,4,4], [N,3,3] as in Trajectory; K in pixels of the frames
    names   "clip/number", each once; the clip may contain further slashes ("view0/traj2")
    unit    unit of the translations
    """

    frames: tuple[Tensor, ...]
    w2c: Tensor
    K: Tensor
    names: tuple[str, ...]
    unit: str = RELATIVE_UNIT

    def __post_init__(self) -> None:
        require(isinstance(self.frames, (tuple, list)) and isinstance(self.names, (tuple, list)),
                "The frames or names of the memory bank are no list; make it with 'New Memory Bank'.")
        require(len(self.frames) > 0,
                "The memory bank is empty; start it in 'New Memory Bank' with a picture or more.")
        check_unit("The memory bank", self.unit)
        remedy = "give all frames one size"
        check_shape("A memory bank frame", self.frames[0], "3,H,W", remedy)
        for frame in self.frames:
            check_shape("A memory bank frame", frame, f"3,{self.height},{self.width}", remedy)
            require(frame.dtype == torch.uint8,
                    f"A memory bank frame is {frame.dtype}, expected torch.uint8.")
        check_poses("Memory bank w2c", self.w2c)
        check_intrinsics("Memory bank K", self.K, len(self.w2c))
        require(len(self.frames) == len(self.w2c) == len(self.names),
                f"The memory bank has {len(self.frames)} frames, {len(self.w2c)} cameras and "
                f"{len(self.names)} names; expected one camera and one name for each frame.")
        require(all(isinstance(name, str) for name in self.names), "A name in the memory bank is no text.")
        twice = [name for name, count in Counter(self.names).items() if count > 1]
        require(not twice,
                f"The memory bank already holds {', '.join(twice[:3])}: give the clip another name in "
                "'Update Memory Bank'.")

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def width(self) -> int:
        """Pixels of a frame."""
        return self.frames[0].shape[-1]

    @property
    def height(self) -> int:
        """Pixels of a frame."""
        return self.frames[0].shape[-2]

    @property
    def clips(self) -> dict[str, int]:
        """How many frames came from each clip, oldest first."""
        return dict(Counter(map(clip_of, self.names)))

    def __str__(self) -> str:
        clips = ", ".join(f"{clip} ({count})" for clip, count in self.clips.items())
        return f"{len(self)} frames of {self.width}x{self.height} in {self.unit}: {clips}"

    def pictures(self, entries: Iterable[int]) -> Tensor:
        """[n,3,H,W] uint8 of these entries."""
        return torch.stack([self.frames[i] for i in entries])

    def entries_of(self, clip: str) -> tuple[int, ...]:
        """The entries that came from this clip, in their order."""
        return tuple(i for i, name in enumerate(self.names) if clip_of(name) == clip)


def clip_of(name: str) -> str:
    """The clip in a frame's name "clip/number"."""
    return name.rpartition("/")[0]


def images_of(bank: MemoryBank) -> Tensor:
    """IMAGE [N,H,W,3] in 0..1 of all frames, oldest first."""
    return to_image(frames_from_bytes(bank.pictures(range(len(bank))).permute(0, 2, 3, 1)))


def new_bank(pictures: Tensor, cameras: Trajectory, clip: str = "") -> MemoryBank:
    """A bank of start pictures [N,3,H,W] in -1..1: views with a camera each, or one picture and a path's
    first camera.

    The frames get the size that the cameras are for, as their fit says, and the names "clip/0000",
    "clip/0001", ...; without a clip name, that of the cameras. Raises ValueError when there are neither as
    many cameras as pictures nor one picture.
    """
    count = len(pictures)
    require(count in (1, cameras.frames),
            f"{count} pictures came with {cameras.frames} cameras; give each picture its camera, or one "
            "picture and the path that starts at it.")
    frames = _to_stored_frames(fit_photo(pictures, (cameras.width, cameras.height), cameras.fit)[0])
    names = tuple(f"{clip or cameras.name or 'start'}/{i:04}" for i in range(count))
    return MemoryBank(frames, cameras.w2c[:count], cameras.K[:count], names, cameras.unit)


def add_clip(bank: MemoryBank, frames: Tensor, trajectory: Trajectory, clip: str = "",
             keep: int = FRAMES_PER_CLIP) -> MemoryBank:
    """Adds `keep` of the clip's frames [F,3,H,W] in -1..1 to the bank, as a new one: never frame 0, always
    the last.

    They are named "clip/<number of the frame, four digits>"; without a clip name, after the trajectory.
    Frames of another size than the bank's are stretched to it, their K alike. Raises ValueError when frames
    and trajectory do not belong together, a name is taken, or the units differ.
    """
    require(len(frames) == trajectory.frames > 1,
            f"{len(frames)} frames came with a trajectory of {trajectory.frames} poses; connect a clip of 2 "
            "or more and the trajectory it was sampled along.")
    kept = frames_to_keep(len(frames), min(keep, len(frames) - 1))
    size = (bank.width, bank.height)
    height, width = frames.shape[2:]
    if size != (width, height):
        logger.info("Frames of %dx%d are stretched to the memory bank's %dx%d.", width, height, *size)
    new_K = resize_intrinsics(trajectory.K[kept], (trajectory.width, trajectory.height), size)
    names = tuple(f"{clip or trajectory.name or 'clip'}/{i:04}" for i in kept)
    return MemoryBank(bank.frames + _to_stored_frames(stretch(frames[kept], bank.height, bank.width)),
                      torch.cat([bank.w2c, trajectory.w2c[kept]]), torch.cat([bank.K, new_K]),
                      bank.names + names, common_unit(bank, trajectory))


def common_unit(bank: MemoryBank, trajectory: Trajectory) -> str:
    """The unit of both. ValueError when they differ, unless one is unknown and the bank's cameras are at the
    origin."""
    in_origin = RELATIVE_UNIT in (bank.unit, trajectory.unit) and float(bank.w2c[:, :3, 3].abs().max()) < 1e-6
    require(bank.unit == trajectory.unit or in_origin,
            f"The memory bank is in {bank.unit}, the trajectory in {trajectory.unit}: they belong to "
            "different worlds. Plan the trajectory in the depth of the world that the bank was made in.")
    return trajectory.unit


def _to_stored_frames(frames: Tensor) -> tuple[Tensor, ...]:
    """N uint8 frames [3,H,W], as the bank keeps them, of frames [N,3,H,W] in -1..1."""
    return frames_to_bytes(frames).permute(0, 3, 1, 2).contiguous().cpu().unbind()
