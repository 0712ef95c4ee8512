"""Runs the nodes of a world's clips in a ComfyUI that finds the pretended card, and saves what they gave.

    python comfy_on_card.py RESULTS.safetensors [flags of ComfyUI]      with --cpu: on the CPU, without a card

The metadata of the file has, for each model and receptive field, `waits`: those inside the transformer's
layers, and `later waits`: those of a forward after the first one of a sampling.
"""
from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HARNESS = Path(__file__).resolve().parent
sys.path[:0] = [str(HARNESS), str(HARNESS.parents[1] / "scripts")]

import torch  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

import environment  # noqa: E402
from pretended_card import Log, on_cpu, pretended_card, waits_in  # noqa: E402

VRAM = 24 * 2 ** 30
FIELDS = ("full", "paired (experimental)", "correspondence (experimental)")
HEIGHT, WIDTH, FRAMES = 64, 96, 3


class Stream:
    """Streams of a card on which everything happens at once."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def wait_stream(self, other: Stream) -> None:
        pass

    def synchronize(self) -> None:
        pass


def offer_card() -> None:
    """torch.cuda as ComfyUI asks it, with a card of 24 GB that is always empty."""
    torch.version.cuda, main = "12.8", Stream()
    card = SimpleNamespace(major=8, minor=9, name="Pretended", total_memory=VRAM,
                           multi_processor_count=128)
    nothing = Counter()  # statistics of a card that holds nothing
    for name, answer in {"is_available": True, "is_initialized": True, "device_count": 1,
                         "current_device": "cuda:0",
                         "get_device_name": card.name, "get_device_properties": card,
                         "get_device_capability": (8, 9), "is_bf16_supported": True,
                         "get_allocator_backend": "cudaMallocAsync", "memory_stats": nothing,
                         "mem_get_info": (VRAM, VRAM), "empty_cache": None, "ipc_collect": None,
                         "synchronize": None, "current_stream": main, "_lazy_init": None,
                         "cudart": SimpleNamespace(cudaHostRegister=lambda *_: 0,
                                                   cudaHostUnregister=lambda *_: 0)}.items():
        setattr(torch.cuda, name, lambda *_, answer=answer, **__: answer)
    torch.cuda.Stream, torch.cuda.stream = Stream, lambda _: contextlib.nullcontext()
    torch.Tensor.is_pinned = lambda *_: False


def tiny_vae(dtype: torch.dtype = torch.float32) -> Any:
    """ComfyUI's VAE with a small random network of the kind that Wan 2.1 has."""
    import comfy.sd
    from comfy.ldm.wan.vae import WanVAE

    network = WanVAE(dim=16, z_dim=16, dim_mult=[1, 2, 4, 4], num_res_blocks=2, attn_scales=[],
                     temperal_downsample=[False, True, True])
    g = torch.Generator().manual_seed(4)
    weights = {name: torch.randn(value.shape, generator=g) / max(value[0].numel(), 1) ** 0.5
               for name, value in network.state_dict().items()}
    return comfy.sd.VAE(sd=weights, dtype=dtype)


def tiny_net(weights: str) -> Any:
    """The tiny memory model with weights in float32, fp8 or scaled fp8, as loading leaves them."""
    import tiny
    from worldstereo.core.model.checkpoint.fp8 import FLOAT8, quantize
    from worldstereo.core.model.checkpoint.precision import is_large, storage_dtype

    net = tiny.transformer(memory=True)
    for name, value in [] if weights == "float32" else list(net.named_parameters()):
        layer, _, own = name.rpartition(".")
        if weights == "scaled fp8" and is_large(name):
            kept, scale = quantize(value.data)
            net.get_submodule(layer).scale_weight = torch.nn.Parameter(scale, requires_grad=False)
        else:
            kept = value.data.to(storage_dtype(name, torch.float32, FLOAT8))
        setattr(net.get_submodule(layer), own, torch.nn.Parameter(kept, requires_grad=False))
    return net


def write_depth_model(folder: Path) -> str:
    """Its name, after a tiny depth model was written where ComfyUI looks for such models."""
    import folder_paths

    from depth_models import depth_anything

    torch.manual_seed(8)
    with torch.inference_mode(False):
        for part in depth_anything("relative"):
            part.save_pretrained(folder / "tiny-depth")
    folder_paths.add_model_folder_path("geometry_estimation", str(folder))
    return "tiny-depth"


def build_world(call: Callable, folder: Path, path: Any, depth_model: str, given: dict[str, Any]) -> tuple:
    """What the last node of a clip gives, Save World, when the nodes that Build World turns into are run."""
    import folder_paths

    from world_clips import expanded
    from worldstereo.core.world.clip_list import Clip

    folder_paths.set_output_directory(str(folder))
    clips = (Clip("onward", path, prompt="a quiet room"),)
    nodes = expanded(folder, clips, ("clip",), cloud_update=depth_model, max_references=2, radius=0.05,
                     steps=2)[1]
    done = {name: (value,) for name, value in {**given, "trajectories": clips}.items()}

    def value_of(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        name, output = value
        if name not in done:
            node = nodes[name]
            inputs = {key: value_of(link) for key, link in node["inputs"].items()}
            result = call(node["class_type"].removeprefix("WSKit"), **inputs)
            done[name] = result["result"] if isinstance(result, dict) else result
        return done[name][output]

    last = next(name for name, node in nodes.items() if node["class_type"] == "WSKitSaveWorld")
    value_of([last, 0])
    return done[last]


@contextlib.contextmanager
def waits_of_forwards(net: torch.nn.Module, log: Log) -> Iterator[list[dict[str, int]]]:
    """The waits of each forward of the network, filled in as they run."""
    forwards: list[dict[str, int]] = []
    forward = net.forward

    def watched(*args: Any, **kwargs: Any) -> Any:
        before = log.waits.copy()
        result = forward(*args, **kwargs)
        forwards.append({f"{what} at {place}": n for (what, place), n in (log.waits - before).items()})
        return result

    net.forward = watched
    try:
        yield forwards
    finally:
        del net.forward


def run(log: Log) -> tuple[dict[str, Any], dict[str, dict[str, int]], dict[str, dict[str, int]]]:
    """Results of the nodes by name, and for each model and receptive field the waits in the layers, and those
    of the second forward."""
    import native_model
    import synthetic_room as room
    import umt5
    from worldstereo.core.cameras.trajectory import Trajectory
    from worldstereo.core.model.checkpoint.settings import Settings
    from worldstereo.nodes import NODE_CLASS_MAPPINGS, bridge

    def call(name: str, /, *needed: object, **inputs: object) -> tuple:
        node = NODE_CLASS_MAPPINGS[f"WSKit{name}"]
        return getattr(node(), node.FUNCTION)(*needed, **inputs)

    w2c = torch.stack([room.look((0.15 * i - 0.6, 0.1, -1.6), 10 - 4 * i) for i in range(FRAMES)])
    pictures, depth = room.see(w2c, HEIGHT, WIDTH)
    path = Trajectory(w2c, depth.K, WIDTH, HEIGHT, unit=depth.unit)
    vae, results, waits, later = tiny_vae(), {}, {}, {}
    results["latent"], = (latent["samples"] for latent in call("EncodeKeyFrames", vae, pictures))
    decoded, = call("DecodeKeyFrames", vae, {"samples": results["latent"]})
    results["decoded"] = decoded
    cloud, = call("PointCloudFromDepth", decoded, depth, 0.35)
    render, mask, seen = call("RenderPointCloud", cloud, path, 0.05, 20)
    render, mask = call("KnownFirstFrame", render, mask, decoded[:1])
    results.update(render=render, mask=mask, seen=seen.depth)
    found, confidence, _ = call("DepthFromMotion", pictures.to(decoded.device), path, 0.0, 0.0, 0.1,
                                mask=mask)
    results.update(found=found.depth, confidence=confidence)
    cloud, *_ = call("UpdateGeometricMemory", cloud, decoded, depth, "scale", 0, 10_000, True)
    results.update(points=cloud.points, colors=cloud.colors)
    bank, _ = call("NewMemoryBank", decoded, path, "a")
    bank, _ = call("UpdateMemoryBank", bank, decoded.flip(0), path, 2, "b")
    references, results["retrieved"], _ = call("RetrieveReferences", bank, path, 2, 0.1, 4.0, 0.0, "none",
                                               "built-in")
    half = tiny_vae(torch.bfloat16)
    latent, = call("EncodeKeyFrames", half, pictures)
    results["latent of half VAE"] = latent["samples"]
    results["pictures of half VAE"], = call("DecodeKeyFrames", half, {"samples": results["latent"]})
    # With --gpu-only the card takes core's embedding of the tokens for a mismatch: no prompts there.
    clip = None if "--gpu-only" in sys.argv else umt5.umt5()
    if clip is not None:
        prompt, = call("EncodePrompt", clip, "a quiet room with a red chair")
        results["prompt"] = prompt[0][0]

    for weights, fields in {"float32": FIELDS, "fp8": FIELDS[:1], "scaled fp8": FIELDS[2:]}.items():
        net = tiny_net(weights)
        compute = torch.float32 if weights == "float32" else torch.bfloat16
        model = bridge.make_model(net, Settings(variant="memory-dmd"), compute_dtype=compute)
        positive, negative = native_model.conditioning()
        positive, negative, empty = call("ImageToKeyFrames", model, vae, decoded[:1], path,
                                         "first_frame_only", positive, negative,
                                         positive[0][1]["clip_vision_output"])
        with_cloud, = call("ApplyGeometricMemory", model, vae, render, mask, path, 1.0, 0.0, 1.0)
        for field in fields:
            name = f"{weights} {field.split()[0]}"
            remembered, = call("ApplyStereoMemory", with_cloud, vae, path, references=references,
                               receptive_field=field, point_cloud=cloud, window=3)
            layers = [*net.blocks, *net.controlnet.controlnet_blocks]
            with waits_in(layers, log) as inside, waits_of_forwards(net, log) as of_forwards:
                sampled, = call("SampleKeyFrames", remembered, positive, negative, empty, 7, 2, 0.0)
            results[name], waits[name], later[name] = sampled["samples"], dict(inside), of_forwards[1]
    with tempfile.TemporaryDirectory() as folder:
        depth_model = write_depth_model(Path(folder, "models"))
        estimated, _ = call("EstimateDepth", pictures, depth_model, 0.0, False)
        results["estimated"] = estimated.depth
        if clip is None:
            return results, waits, later
        model = bridge.make_model(tiny_net("float32"), Settings(variant="memory-dmd"),
                                  compute_dtype=torch.float32)
        cloud, bank, results["world"], *_ = build_world(
            call, Path(folder, "output"), path, depth_model,
            {"model": model, "vae": vae, "clip": clip, "point_cloud": cloud, "memory_bank": bank})
        results["points of the world"] = cloud.points
    return results, waits, later


def main(file: str, *flags: str) -> None:
    sys.argv[1:] = flags
    sys.path.insert(0, str(environment.comfyui_path()))
    torch.set_num_threads(1)
    with_card = "--cpu" not in flags
    if with_card:
        offer_card()
    import comfy.options
    comfy.options.enable_args_parsing()
    with torch.inference_mode(), pretended_card() if with_card else contextlib.nullcontext(Log()) as log:
        results, waits, later = run(log)
    on = {name: str(value.device) for name, value in results.items()}
    save_file({name: value.contiguous() for name, value in on_cpu(results).items()}, file,
              {"devices": json.dumps(on), "waits": json.dumps(waits), "later waits": json.dumps(later)})


if __name__ == "__main__":
    main(*sys.argv[1:])
