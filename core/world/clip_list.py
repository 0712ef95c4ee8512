"""The list of clips that a world is built from: their order, their seeds, and keys that identify a plan."""
from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..cameras.trajectory import Trajectory
from ..pictures import holes, resize_frames, to_frames, to_image
from ..values import ADDED_LATER, Value, check_finite, check_shape, quoted, require

AS_LISTED, PANORAMA, RECONSTRUCTION = "as listed", "official: panorama", "official: reconstruction"
ORDERS = (AS_LISTED, PANORAMA, RECONSTRUCTION)
RECONSTRUCTION_ORDER = ("traj_eloop", "traj_up", "traj_right", "traj_left")
NAME = re.compile(r"[\w-]+(/[\w-]+)*", re.ASCII)


@dataclass(frozen=True, eq=False)
class Clip(Value):
    """One clip of a world, before it is made.

    name            letters, digits, "-", "_", parts separated by "/" ("view0/traj2"); its seed depends on it
    prompt          in words; "" = the world's
    start_frame     of the memory bank, by name; "" = the frame at the first pose of the trajectory
    render, mask    [F,h,w,3] 0..1 or uint8, and [F,h,w], 1 = hole, of any size: used instead of a render
                    of the cloud, if given
    """

    name: str
    trajectory: Trajectory
    prompt: str = ""
    start_frame: str = ""
    render: Tensor | None = None
    mask: Tensor | None = None

    def __post_init__(self) -> None:
        clip_name(self.name)
        require(isinstance(self.trajectory, Trajectory),
                f"The path of clip {self.name} is no trajectory; connect one to 'Add Trajectory to List'.")
        require((self.render is None) == (self.mask is None),
                f"Clip {self.name} has only one of render and mask; give both, or neither.")
        require(all(isinstance(text, str) for text in (self.prompt, self.start_frame)),
                f"The prompt and start frame of clip {self.name} are no texts; type them in 'Add Trajectory "
                "to List'.")
        if self.render is not None and self.mask is not None:
            check_render(self.render, self.mask, f"clip {self.name}")


def check_render(render: Tensor, mask: Tensor, of: str) -> None:
    """Raises ValueError unless the render is [F,h,w,3 or more] and the mask [F,h,w], both finite."""
    remedy = "connect render and mask of one 'Render Point Cloud'"
    for name, tensor, shape in ((f"The render of {of}", render, "F,H,W,C"),
                                (f"The mask of {of}", mask, "F,H,W")):
        check_shape(name, tensor, shape, remedy)
        check_finite(name, tensor, remedy)
    require(len(render) == len(mask) and render.shape[3] >= 3,
            f"The render of {of} is {list(render.shape)} and its mask {list(mask.shape)}, expected three "
            f"channels and as many frames; {remedy}.")


def clip_name(name: str) -> str:
    """The name, when a clip can be called so; else ValueError."""
    require(isinstance(name, str) and NAME.fullmatch(name) is not None and len(name) <= 100,
            f"A clip is called {quoted(name, 120)}; use up to 100 letters, digits, - and _, and / between "
            "parts.")
    return name


def add_clip(clips: Sequence[Clip], clip: Clip) -> tuple[Clip, ...]:
    """The list with one more clip; ValueError when its name is taken."""
    require(clip.name not in {other.name for other in clips},
            f"The list has a clip {clip.name!r} already; give each clip its own name in 'Add Trajectory to "
            "List'.")
    return *clips, clip


def pick_clip(clips: Sequence[Clip], name: str) -> Clip:
    """The clip of this name, "" = the first. ValueError when the list has none."""
    found = [clip for clip in clips if name in ("", clip.name)]
    require(len(found) > 0, f"The list of trajectories has no clip {quoted(name)}; it has "
                            f"{', '.join(clip.name for clip in clips) or 'none'}.")
    return found[0]


def clip_render(clip: Clip) -> tuple[Tensor | None, Tensor | None]:
    """The clip's own render as IMAGE [F,H,W,3] 0..1 and its hole mask as MASK [F,H,W]; None when it has none.

    Of another size than the trajectory's, the render is stretched bicubically and the mask to the nearest
    pixel, as the official code does.
    """
    if clip.render is None or clip.mask is None:
        return None, None
    size = clip.trajectory.height, clip.trajectory.width
    render = clip.render / 255 if clip.render.dtype == torch.uint8 else clip.render[..., :3].float()
    if render.shape[1:3] == size:
        return render, clip.mask.float()
    return to_image(resize_frames(to_frames(render), *size)), holes(clip.mask, *size).float()


def in_order(clips: Sequence[Clip], order: str) -> tuple[Clip, ...]:
    """The clips in one of ORDERS, so that each finds what it builds on.

    Raises ValueError for an empty list, and for names that the official order does not know.
    """
    require(len(clips) > 0, "The list of trajectories is empty; fill it with 'Add Trajectory to List'.")
    require(order in ORDERS, f"There is no order {order!r}; choose one of {', '.join(ORDERS)}.")
    if order == AS_LISTED:
        return tuple(clips)
    by_name = {clip.name.replace("-", "_") if order == PANORAMA else clip.name.rpartition("/")[2]: clip
               for clip in clips}
    wanted = trajectory_order([clip.name for clip in clips]) if order == PANORAMA else RECONSTRUCTION_ORDER
    chosen = tuple(by_name[name] for name in wanted if name in by_name)
    left_out = [clip.name for clip in clips if clip not in chosen]
    form = "view0/traj2" if order == PANORAMA else ", ".join(RECONSTRUCTION_ORDER)
    require(not left_out, f"The order {order!r} does not know {', '.join(left_out)}; it knows names like "
                          f"{form}. Choose {AS_LISTED!r}, or rename the clips.")
    return chosen


def trajectory_order(clips: Iterable[str], invalid_views: Collection[str] = ()) -> list[str]:
    """The order in which the clips "view/trajectory" of a scene are made, so that each finds what it builds
    on.

    Views listed in `invalid_views` are left out, and so is every name of another form. "-" in a view's name
    becomes "_", after sorting.
    """
    present = sorted({(view, trajectory) for view, _, trajectory in (clip.partition("/") for clip in clips)
                      if view not in invalid_views})
    every = sorted({trajectory for _, trajectory in present if re.fullmatch("traj[^/]*", trajectory)})
    rounds = [("view", ["traj2", "traj0", "traj1"]), ("target", every), ("reconstruct", ["traj0"]),
              ("wonder", every), ("reconstruct", ["traj1"])]
    views = list(dict.fromkeys(view for view, _ in present))
    return [f"{view.replace('-', '_')}/{trajectory}" for prefix, trajectories in rounds
            for view in views if view.startswith(prefix)
            for trajectory in trajectories if (view, trajectory) in present]


def clip_seed(world_seed: int, name: str) -> int:
    """The seed of a clip, 0 ... 2**64 - 1: the same whatever other clips there are."""
    return int.from_bytes(hashlib.sha256(f"{world_seed}/{name}".encode()).digest()[:8], "big")


def clip_keys(start: str, clips: Sequence[Clip]) -> list[str]:
    """For each clip, in order, 16 hexadecimal digits that change with anything its result depends on: the
    start of the world (a digest), the clip itself and those before it."""
    keys = []
    for clip in clips:
        start = digest(start, clip)
        keys.append(start[:16])
    return keys


def digest(*values: object) -> str:
    """SHA-256 of values of the pack, tensors, texts, numbers, and tuples, lists and dicts of them, as 64
    digits."""
    total = hashlib.sha256()
    for value in values:
        total.update(_content(value))
    return total.hexdigest()


def _content(value: object) -> bytes:
    if isinstance(value, Tensor):
        head = f"{value.dtype}{list(value.shape)}".encode()
        content = value.detach().cpu().flatten().view(torch.uint8)
        return hashlib.sha256(head + content.numpy().tobytes()).digest()
    if dataclasses.is_dataclass(value):
        fields = [field for field in dataclasses.fields(value)
                  if field.metadata != ADDED_LATER or getattr(value, field.name) != field.default]
        return _content([type(value).__name__, *(getattr(value, field.name) for field in fields)])
    if isinstance(value, (tuple, list)):
        return digest(str(len(value)), *value).encode()
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).digest()
