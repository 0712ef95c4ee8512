"""Trains the control branch of a WorldStereo checkpoint, or a LoRA on its backbone, on own posed videos.

    PYTHONPATH=scripts python -m worldstereo.training.fine_tune MODEL OUT --data DIR ...
        --wan DIR [--prompt TEXT] [--train lora] [--size 832x480] [--frames 21] [--steps 1000]

MODEL is a released model.safetensors; --wan the folder of Wan2.1-I2V-14B-480P in diffusers' layout, of which
the VAE and the encoders of text and image are used. Every --data is a folder that 'Export Dataset' wrote with
depth. OUT becomes a LoRA for ComfyUI's stock loaders, or a checkpoint for 'Load WorldStereo Model' with the
trained control branch in it. Flow matching, as in train.py.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from diffusers import AutoencoderKLWan, WanImageToVideoPipeline
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d
from torch.utils.checkpoint import checkpoint

from write_tensors import write_tensors

from ..core.cameras.formats.recognise import read_file
from ..core.cameras.trajectory import Trajectory
from ..core.cloud.lift import lift
from ..core.cloud.point_cloud import PointCloud
from ..core.cloud.render.along_path import render_path
from ..core.depth.depth import Depth
from ..core.depth.file import read_depth_file
from ..core.export.dataset import DEPTH_STEPS
from ..core.files.picture import read_picture
from ..core.memory.stereo.bank import add_clip, new_bank
from ..core.memory.stereo.retrieval import retrieve_references
from ..core.model.attention.attention import RopeTable
from ..core.model.checkpoint.describe import describe
from ..core.model.checkpoint.load import load_transformer
from ..core.model.checkpoint.names import native_name
from ..core.model.checkpoint.precision import load_tensor
from ..core.model.run_options import RunBlock, RunOptions
from ..core.pictures import frames_from_bytes, image_to_bytes, resize_frames, to_frames, to_image
from ..core.sampling.conditioning import render_video
from ..core.sampling.controls import geometric_control, stereo_control
from ..core.sampling.key_frame_vae import KeyFrameVae, diffusers_vae, encode_condition, encode_key_frames
from ..core.values import require
from .examples import Example
from .train import loss_of

CONTROL, LORA = "control", "lora"
LORA_LAYERS = r"blocks\.\d+\.(attn1\.(to_q|to_k|to_v|to_out\.0)|ffn\.net\.(0\.proj|2))"
RADIUS = 0.008  # of the points in the render, as the released models were trained
EXTRA_VIEWS = 0.3, 2  # how often frames of the clip besides the first one are in the cloud, and how many


@dataclass(frozen=True, eq=False)
class Video:
    """Frames [N,3,H,W] in -1..1 along a path, with their depth."""

    frames: Tensor
    path: Trajectory
    depth: Depth


@dataclass(frozen=True, eq=False)
class Encoders:
    """The VAE, and what makes text [1,512,C] and image tokens [1,257,C] (None without) of a prompt and a
    frame [3,H,W]."""

    vae: KeyFrameVae
    tokens: Callable[[str, Tensor], tuple[Tensor, Tensor | None]]


def read_video(folder: Path, width: int, height: int) -> Video:
    """A folder of 'Export Dataset', brought to the size of the clips. ValueError when it has no depth."""
    path = read_file(folder / "transforms.json").trajectory
    pictures = sorted((folder / "images").glob("*.png"))
    maps = [folder / "depths" / picture.name for picture in pictures]
    require(
        all(file.is_file() for file in maps),
        f"{folder.name} has no depths/; connect depth to 'Export Dataset' when it is written.",
    )
    require(
        len(pictures) == path.frames,
        f"{folder.name} has {len(pictures)} pictures and {path.frames} poses; write it again.",
    )
    frames = frames_from_bytes(torch.stack([read_picture(file) for file in pictures]))
    values = torch.cat([read_depth_file(file) for file in maps]) * (65535 / DEPTH_STEPS)
    depth = Depth(values, values > 0, path.K, path.w2c, path.unit)
    return Video(resize_frames(frames, height, width), path.resized(width, height), depth)


def random_clip(video: Video, frames: int, encoders: Encoders, prompt: str, mode: str) -> Example:
    """Frames of the video at even steps are the clip, all others the memory bank; the cloud is that of the
    clip's first frame, sometimes with others of the clip. mode: latent_cond_mode of the checkpoint."""
    count = video.path.frames
    require(count > frames, f"{video.path.name} has {count} frames; {frames} are a clip, give one more.")
    step = random.randint(1, (count - 1) // (frames - 1))
    first = random.randint(0, count - 1 - step * (frames - 1))
    chosen = [first + step * i for i in range(frames)]
    others = [i for i in range(count) if i not in chosen]
    clip, path = video.frames[chosen], _part(video.path, chosen)
    extra = (
        random.sample(chosen[1:], min(EXTRA_VIEWS[1], frames - 1)) if random.random() < EXTRA_VIEWS[0] else []
    )
    image, mask, _ = render_path(_cloud(video, [first, *extra]), path, RADIUS)
    render, mask = render_video(to_frames(image), clip[0]), mask.clone()
    mask[0] = 0
    bank = new_bank(clip[:1], path, "start")
    bank = add_clip(
        bank, video.frames[[first, *others]], _part(video.path, [first, *others]), "others", len(others)
    )
    near = video.depth.depth[first][video.depth.valid[first]]
    references, _ = retrieve_references(bank, path, far=8 * float(near.median()))
    text, tokens = encoders.tokens(prompt, clip[0])
    clean = encode_key_frames(encoders.vae, clip)
    return Example(
        encode_condition(encoders.vae, clip[0], frames, mode),
        geometric_control(encoders.vae, render, mask, path),
        stereo_control(encoders.vae, references, path),
        clean,
        avg_pool2d(mask[:, None].float(), 8).transpose(0, 1)[None].to(clean.device),
        text.to(clean.device),
        tokens,
    )


def _part(path: Trajectory, chosen: list[int]) -> Trajectory:
    return replace(path, w2c=path.w2c[chosen], K=path.K[chosen])


def _cloud(video: Video, chosen: list[int]) -> PointCloud:
    depth = video.depth
    small = resize_frames(video.frames[chosen], depth.height, depth.width)
    maps = Depth(depth.depth[chosen], depth.valid[chosen], depth.K[chosen], depth.w2c[chosen], depth.unit)
    return lift(to_image(small), maps)


def computed_again(number: int, run: RunBlock, x: Tensor, *given: Tensor | RopeTable) -> Tensor:
    """A block hook of which the backward pass keeps only what goes into the block."""
    references = run.args[1]  # their tokens go in and come out beside those of the video

    def block(x: Tensor, tokens: Tensor | None) -> tuple[Tensor, Tensor | None]:
        references.tokens = tokens
        return run(x, *given), references.tokens

    x, references.tokens = checkpoint(block, x, references.tokens, use_reentrant=False)
    return x


def prepare(model: nn.Module, what: str, rank: int) -> nn.Module:
    """Marks what is trained, in float32, by requires_grad; a LoRA is added to the model in place."""
    model.requires_grad_(False)
    if what == LORA:
        from peft import LoraConfig, inject_adapter_in_model

        config = LoraConfig(r=rank, lora_alpha=rank, target_modules=LORA_LAYERS)
        return inject_adapter_in_model(config, model)
    model.controlnet.float().requires_grad_(True)
    return model


def save(model: nn.Module, what: str, source: Path, target: Path) -> None:
    """A LoRA in ComfyUI's names, or the source with the trained control branch."""
    trained = {name: p.detach().cpu() for name, p in model.named_parameters() if p.requires_grad}
    if what == LORA:
        save_file({lora_name(name): tensor.contiguous() for name, tensor in trained.items()}, target)
        return
    file = describe(source)
    plan = {name: (stored.dtype, stored.shape) for name, stored in file.tensors.items()}

    def stream() -> Iterator[tuple[str, Tensor]]:
        for name, stored in file.tensors.items():
            tensor = trained[name] if name in trained else load_tensor(name, stored, None)[0]
            yield name, tensor.to(stored.dtype)

    write_tensors(target, plan, stream(), {"config": json.dumps(file.config)})


def lora_name(name: str) -> str:
    """`blocks.3.attn1.to_q.lora_A.default.weight` -> `diffusion_model.blocks.3.self_attn.q.lora_A.weight`."""
    layer, _, matrix = name.replace(".default", "").partition(".lora_")
    return f"diffusion_model.{native_name(f'{layer}.weight').removesuffix('.weight')}.lora_{matrix}"


def encoders_of(wan: Path, with_prompts: bool, device: str) -> Encoders:
    """Of the folder of Wan2.1-I2V in diffusers' layout; without prompts, of its VAE alone."""
    if not with_prompts:
        network = AutoencoderKLWan.from_pretrained(wan, subfolder="vae").float().to(device)
        return Encoders(_vae_on(device, network), lambda prompt, frame: (torch.zeros(1, 512, 4096), None))
    pipeline = WanImageToVideoPipeline.from_pretrained(wan, transformer=None, torch_dtype=torch.bfloat16)
    pipeline = pipeline.to(device)

    @torch.no_grad()
    def tokens(prompt: str, frame: Tensor) -> tuple[Tensor, Tensor]:
        text, _ = pipeline.encode_prompt(prompt, do_classifier_free_guidance=False, max_sequence_length=512)
        pixels = image_to_bytes(to_image(frame[None]))[0].cpu().numpy()
        return text, pipeline.encode_image(Image.fromarray(pixels))

    return Encoders(_vae_on(device, pipeline.vae.float()), tokens)


def _vae_on(device: str, network: AutoencoderKLWan) -> KeyFrameVae:
    """Takes frames from any device; latents are on that of the network."""
    vae = diffusers_vae(network)
    return replace(vae, encode=lambda clip: vae.encode(clip.to(device)))


def fine_tune(
    model: nn.Module, videos: list[Video], clip: Callable[[Video], Example], steps: int, rate: float = 1e-4
) -> None:
    """Trains what requires gradients, and prints the mean loss of every tenth of the steps."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=1e-4)
    run = RunOptions(block_hook=computed_again)
    losses: list[float] = []
    for step in range(steps):
        with torch.no_grad():
            given = clip(random.choice(videos))
        with torch.autocast(given.clean.device.type, torch.bfloat16):
            loss = loss_of(model, given, run)
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(float(loss.detach()))
        if (step + 1) % max(1, steps // 10) == 0:
            print(f"step {step + 1}: loss {sum(losses) / len(losses):.4f}", flush=True)
            losses.clear()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders of 'Export Dataset'")
    parser.add_argument("--wan", type=Path, required=True, help="Wan2.1-I2V-14B-480P in diffusers' layout")
    parser.add_argument("--prompt", default="", help="of all videos")
    parser.add_argument("--train", choices=(CONTROL, LORA), default=CONTROL)
    parser.add_argument("--rank", type=int, default=16, help="of the LoRA")
    parser.add_argument("--size", default="832x480")
    parser.add_argument("--frames", type=int, default=21)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=1e-4, help="learning rate")
    args = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    width, height = map(int, args.size.split("x"))
    videos = [read_video(folder, width, height) for folder in args.data]
    require(
        not describe(args.model).in_8_bits,
        f"{args.model.name} holds weights in 8 bits, which cannot be trained; take the released file.",
    )
    model, settings = load_transformer(args.model, torch.bfloat16)
    model = prepare(model, args.train, args.rank).to(device)
    encoders = encoders_of(args.wan, not settings.prompt_free, device)
    mode = settings.latent_cond_mode
    fine_tune(
        model,
        videos,
        lambda video: random_clip(video, args.frames, encoders, args.prompt, mode),
        args.steps,
        args.rate,
    )
    save(model, args.train, args.model, args.out)
    print(args.out)


if __name__ == "__main__":
    main()
