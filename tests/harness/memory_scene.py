"""Small banks and paths for the tests of the stereo memory."""
from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import torch

from worldstereo.core.cameras.trajectory import Trajectory
from worldstereo.core.memory.stereo.bank import MemoryBank
from worldstereo.core.memory.stereo.references import References
from worldstereo.core.sampling.key_frame_vae import KeyFrameVae


def turned(degrees: float, centre: Sequence[float] = (0.0, 0.0, 0.0)) -> torch.Tensor:
    """w2c of an upright camera that looks `degrees` to the right of z."""
    a = math.radians(degrees)
    w2c = torch.eye(4)
    w2c[:3, :3] = torch.tensor([[math.cos(a), 0, -math.sin(a)], [0, 1, 0], [math.sin(a), 0, math.cos(a)]])
    w2c[:3, 3] = -w2c[:3, :3] @ torch.tensor(centre)
    return w2c


def path(w2c: Iterable[torch.Tensor], width: int = 32, height: int = 16, focal: float = 20.0, **kwargs: str,
         ) -> Trajectory:
    w2c = torch.stack(list(w2c))
    K = torch.tensor([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]]).repeat(len(w2c), 1, 1)
    return Trajectory(w2c, K, width, height, **kwargs)


def random_path(frames: int, seed: int, spread: float = 0.5, **kwargs: str) -> Trajectory:
    g = torch.Generator().manual_seed(seed)
    places = spread * torch.randn(frames, 3, generator=g)
    angles = 360 * torch.rand(frames, generator=g)
    return path([turned(float(a), p.tolist()) for a, p in zip(angles, places)], **kwargs)


def bank_of(cameras: Trajectory, clip: str = "start", seed: int = 0) -> MemoryBank:
    """A bank with these cameras and pictures of noise."""
    g = torch.Generator().manual_seed(seed)
    size = (cameras.frames, 3, cameras.height, cameras.width)
    frames = torch.randint(0, 256, size, generator=g, dtype=torch.uint8).unbind()
    names = tuple(f"{clip}/{i:04}" for i in range(cameras.frames))
    return MemoryBank(frames, cameras.w2c, cameras.K, names, cameras.unit)


def slow_farthest_points(points: np.ndarray, quality: Sequence[float], count: int, bias: float) -> list[int]:
    """The rule word for word, one candidate at a time."""
    q = [(v - min(quality)) / (max(quality) - min(quality) + 1e-8) for v in quality]
    mean = points.mean(0)
    start = [-np.linalg.norm(p - mean) + 0.1 * v for p, v in zip(points, q)]
    chosen = [start.index(max(start))]
    while len(chosen) < count:
        best, best_gain = None, -1.0
        for i in range(len(points)):
            gain = min(np.linalg.norm(points[i] - points[j]) for j in chosen) * (1 + bias * (q[i] - 0.5))
            if i not in chosen and gain > best_gain:
                best, best_gain = i, gain
        chosen.append(best)
    return chosen


VIEWS = path([turned(30 * i) for i in range(12)], name="ring")
CLIP = path([turned(3 * i) for i in range(21)], name="pan")


def image(count: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, VIEWS.height, VIEWS.width, 3, generator=torch.Generator().manual_seed(seed))


def retrieve(bank: MemoryBank, **widgets: object) -> tuple[References, torch.Tensor, str]:
    """The node, with the defaults of its own widgets."""
    from worldstereo.nodes.stereo_memory import RetrieveReferences

    groups = RetrieveReferences.INPUT_TYPES()
    defaults = {}
    for name, (kind, *options) in (groups["required"] | groups["optional"]).items():
        default = kind[0] if isinstance(kind, list) else options[0].get("default")
        defaults |= {name: default} if default is not None else {}
    return RetrieveReferences().retrieve(bank, **({"trajectory": CLIP} | defaults | widgets))


def mean_vae() -> KeyFrameVae:
    """A VAE in which every latent channel is the mean colour of its 8x8 cell;
    real ones are tested elsewhere."""
    def encode(clip: torch.Tensor) -> torch.Tensor:
        cells = torch.nn.functional.avg_pool3d(clip, (1, 8, 8)).mean(1, keepdim=True)
        return cells.expand(-1, 16, -1, -1, -1)

    return KeyFrameVae(encode, decode=None)
