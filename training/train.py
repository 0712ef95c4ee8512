"""Trains WorldStereo-Nano by flow matching on cached clips, with a curriculum for the references.

    PYTHONPATH=scripts python -m worldstereo.training.train RUN --clips FOLDER --vae
    vae.safetensors

RUN is a folder: state.pt, from which the run goes on, and latents of the clips. Each stage goes on until the
model fills the holes of clips that it was not trained on better with references than without, by the stage's
ratio; not by the clock. A share of the clips has no useful references, so that the model does not lean on
them.
"""

from __future__ import annotations

import argparse
import copy
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

import tiny_weights

from ..core.model.run_options import RunOptions
from ..core.sampling.key_frame_vae import WAN_MEAN, WAN_STD
from ..core.sampling.schedule import few_step_sigmas
from .cache import HELD_OUT_CLIPS
from .examples import Encoder, Example, example, latents
from .load import load_model
from .model import LONGEST, key_frames_at, start_model, widen
from .vae_network import load_flat

RATE, WARM_UP, DECAY_FROM = 1e-3, 50, 500
AVERAGED = 0.998  # of the mean of the weights stays at each step; the mean is what is tested and used
WIDENED = 2000  # steps that weights of another width count for: the rate is that of such a run
DRAWS = 1  # noises for each clip and step
NEW_EVERY = 3  # steps; the others take a clip that is in memory
IN_MEMORY = 400
SHOW_EVERY, SAVE_EVERY = 200, 300.0  # steps, seconds


@dataclass(frozen=True)
class Stage:
    """ways     how often the references come in which way, see examples.py
    holes    likewise the holes
    tested   (references, holes) of the held-out clips on which the stage is judged
    ratio    the stage is over when their holes are filled with references at so much of the error without
    """

    ways: dict[str, float]
    holes: dict[str, float]
    tested: tuple[str, str]
    ratio: float


STAGES = (
    Stage({"same": 0.8, "start": 0.2}, {"cut": 0.8, "rendered": 0.2}, ("same", "cut"), 0.6),
    Stage(
        {"same": 0.3, "near": 0.5, "start": 0.2},
        {"cut": 0.45, "rendered": 0.45, "all": 0.1},
        ("near", "cut"),
        0.75,
    ),
    Stage(
        {"same": 0.1, "near": 0.3, "retrieved": 0.4, "start": 0.2},
        {"cut": 0.25, "rendered": 0.65, "all": 0.1},
        ("retrieved", "rendered"),
        0.85,
    ),
    Stage(
        {"near": 0.1, "retrieved": 0.65, "start": 0.25},
        {"cut": 0.1, "rendered": 0.8, "all": 0.1},
        ("retrieved", "rendered"),
        0.0,
    ),
)


def encoder(weights: Path) -> Encoder:
    """frames [F,3,H,W] -> normalised latents [1,16,F,h,w], each frame alone."""
    vae = load_flat(weights)
    mean, std = (torch.tensor(values).view(1, -1, 1, 1, 1) for values in (WAN_MEAN, WAN_STD))

    def encode(frames: Tensor) -> Tensor:
        raw = torch.cat([vae.quant_conv(vae.encoder(part[:, :, None]))[:, :16] for part in frames.split(4)])
        return ((raw - mean) / std).squeeze(2).transpose(0, 1)[None]

    return encode


def velocity(
    model: Callable[..., Tensor], given: Example, noisy: Tensor, sigma: Tensor, run: RunOptions = RunOptions()
) -> Tensor:
    """[B,16,F,h,w] of noisy latents at noise levels sigma [B]."""
    video = torch.cat([noisy, given.condition.expand(len(noisy), -1, -1, -1, -1)], dim=1)
    text = given.text.expand(len(noisy), -1, -1)
    return model(video, 1000 * sigma, text, given.image, given.geometric, given.stereo, run)


def loss_of(model: Callable[..., Tensor], given: Example, run: RunOptions = RunOptions()) -> Tensor:
    """Squared error of the velocity at the few-step levels and others; holes count more."""
    levels = few_step_sigmas(4)[:4]
    sigma = torch.where(
        torch.rand(DRAWS) < 0.7, levels[torch.randint(4, (DRAWS,))], 0.05 + 0.95 * torch.rand(DRAWS)
    )
    sigma, noise = (x.to(given.clean.device) for x in (sigma, torch.randn(DRAWS, *given.clean.shape[1:])))
    level = sigma.view(-1, 1, 1, 1, 1)
    error = (
        velocity(model, given, (1 - level) * given.clean + level * noise, sigma, run) - (noise - given.clean)
    ).square()
    return ((0.3 + 3 * given.holes) * error).mean()


@torch.no_grad()
def sample(model: Callable[..., Tensor], given: Example, seed: int, steps: int = 4) -> Tensor:
    """Latent [1,16,F,h,w] from noise in a few Euler steps."""
    x, sigmas = (
        torch.randn(given.clean.shape, generator=torch.Generator().manual_seed(seed)),
        few_step_sigmas(steps),
    )
    for i in range(steps):
        x = x + (sigmas[i + 1] - sigmas[i]) * velocity(model, given, x, sigmas[i : i + 1])
    return x


def hole_errors(
    model: Callable[..., Tensor], clips: list[dict[str, Tensor]], way: str, holes_of: str
) -> tuple[float, float, float]:
    """Squared error of the sampled latent where the render shows something, and in holes; the latter without
    useful references as well."""
    sums = torch.zeros(3)
    for seed, clip in enumerate(clips):
        given, bare = (example(clip, references, holes_of) for references in (way, "start"))
        error, without = (
            (sample(model, one, seed) - one.clean).square()[:, :, 1:].mean(1) for one in (given, bare)
        )
        share = given.holes[:, 0, 1:]
        sums += torch.stack(
            [
                (error * (1 - share)).sum() / (1 - share).sum(),
                (error * share).sum() / share.sum(),
                (without * share).sum() / share.sum(),
            ]
        )
    return tuple((sums / len(clips)).tolist())


def train(
    model: nn.Module,
    run: Path,
    clips: Path,
    encode: Encoder,
    minutes: float,
    steps: int = 0,
    rate: float = RATE,
) -> None:
    """Goes on with the run in the folder for so many minutes, or begins one: in the last stage, where the
    model has learned for some steps before."""
    kept, file = run / "latents", run / "state.pt"
    kept.mkdir(parents=True, exist_ok=True)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=1e-4, betas=(0.9, 0.98))
    stage = len(STAGES) - 1 if steps else 0
    mean = copy.deepcopy(model)
    in_float32(model.controlnet.controlnet_mask_embedding)
    if file.exists():
        state = torch.load(file)
        model.load_state_dict(state["model"])
        mean.load_state_dict(state.get("mean", state["model"]))
        optimizer.load_state_dict(state["optimizer"])
        steps, stage = state["steps"], state["stage"]
    torch.manual_seed(steps)
    random.seed(steps)
    held = [latents(each, kept, encode) for each in sorted(clips.glob("*.pt"))[:HELD_OUT_CLIPS]]
    bank: list[dict[str, Tensor]] = []
    began = saved = time.monotonic()
    while time.monotonic() - began < 60 * minutes:
        if steps % SHOW_EVERY == 0:
            stage = _report(mean, held, steps, stage, began)
        if steps % NEW_EVERY == 0 or not bank:
            bank = bank[-IN_MEMORY:] + [
                latents(random.choice(sorted(clips.glob("*.pt"))[HELD_OUT_CLIPS:]), kept, encode)
            ]
        clip = bank[-1] if steps % NEW_EVERY == 0 else random.choice(bank)
        given = example(clip, *(_draw(shares) for shares in (STAGES[stage].ways, STAGES[stage].holes)))
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, (steps + 1) / WARM_UP) * min(1, (DECAY_FROM / (steps + 1)) ** 0.5)
        optimizer.zero_grad(set_to_none=True)
        with key_frames_at(_times(len(clip["w2c"]))):
            loss_of(in_bfloat16(model), given).backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        steps += 1
        with torch.no_grad():
            for slow, now in zip(mean.parameters(), model.parameters()):
                slow.lerp_(now, 1 - min(AVERAGED, steps / (steps + 10)))
        if time.monotonic() - saved > SAVE_EVERY:
            saved = time.monotonic()
            _save(file, model, mean, optimizer, steps, stage)
    _save(file, model, mean, optimizer, steps, stage)


def in_bfloat16(model: nn.Module) -> Callable[..., Tensor]:
    """The model with bfloat16 in its products, which CPUs that know it compute several times as fast."""

    def call(video: Tensor, *rest: object) -> Tensor:
        with torch.autocast(video.device.type, torch.bfloat16):
            return model(video, *rest).float()

    return call


def in_float32(layer: nn.Module) -> None:
    """Leaves a layer out of that. In torch 2.13 on a CPU the gradient of the convolution over hole mask and
    rays has nan in bfloat16."""
    forward = layer.forward

    def call(values: Tensor) -> Tensor:
        with torch.autocast(values.device.type, enabled=False):
            return forward(values)

    layer.forward = call


def _times(frames: int) -> list[int]:
    """Places in time for the key frames of a clip: one after the other, or of a clip of any length up to the
    longest."""
    last = random.choice([frames, random.randint(frames, LONGEST)])
    return [0, *sorted(random.sample(range(1, last), frames - 1))]


def _draw(shares: dict[str, float]) -> str:
    return random.choices([*shares], [*shares.values()])[0]


def _save(
    file: Path, model: nn.Module, mean: nn.Module, optimizer: torch.optim.Optimizer, steps: int, stage: int
) -> None:
    part = file.with_suffix(".part")
    torch.save(
        {
            "model": model.state_dict(),
            "mean": mean.state_dict(),
            "optimizer": optimizer.state_dict(),
            "steps": steps,
            "stage": stage,
        },
        part,
    )
    os.replace(part, file)


def _report(model: nn.Module, held: list[dict[str, Tensor]], steps: int, stage: int, began: float) -> int:
    """Prints the errors on held-out clips; returns the stage to go on with."""
    way, holes_of = STAGES[stage].tested
    known, filled, bare = hole_errors(in_bfloat16(model), held, way, holes_of)
    minutes = (time.monotonic() - began) / 60
    print(
        f"{minutes:6.1f} min, {steps} steps, stage {stage + 1} ({way}): known {known:.3f}, "
        f"holes {filled:.3f} with references, {bare:.3f} with the start frame only",
        flush=True,
    )
    return stage + (filled < STAGES[stage].ratio * bare)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path)
    parser.add_argument(
        "--clips", type=Path, required=True, help="folder that worldstereo.training.cache filled"
    )
    parser.add_argument("--vae", type=Path, default=tiny_weights.ASSET, help="weights of the VAE")
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--rate", type=float, default=RATE, help="of learning, up to step 500")
    parser.add_argument("--start", type=Path, help="weights that were trained at another width")
    parser.add_argument(
        "--columns", type=int, default=12, help="tokens across that width, 16 pixels each (12)"
    )
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, steps = start_model(), 0
    if args.start:
        model.load_state_dict(load_model(args.start).state_dict())
        widen(model, args.columns)
        steps = WIDENED
    train(model, args.run, args.clips, encoder(args.vae), args.minutes, steps, args.rate)


if __name__ == "__main__":
    main()
