"""Runs the nodes of a world's clips in a ComfyUI that finds the pretended card, and saves what they gave.

    python comfy_on_card.py RESULTS.safetensors [flags of ComfyUI]      with --cpu: on the CPU, without a card

The metadata of the file has `waits`: of each receptive field, the waits inside the transformer's layers.
"""
from __future__ import annotations

import contextlib
import json
import sys
from collections import Counter
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


def tiny_vae() -> Any:
    """ComfyUI's VAE with a small random network of the kind that Wan 2.1 has."""
    import comfy.sd
    from comfy.ldm.wan.vae import WanVAE

    network = WanVAE(dim=16, z_dim=16, dim_mult=[1, 2, 4, 4], num_res_blocks=2, attn_scales=[],
                     temperal_downsample=[False, True, True])
    g = torch.Generator().manual_seed(4)
    weights = {name: torch.randn(value.shape, generator=g) / max(value[0].numel(), 1) ** 0.5
               for name, value in network.state_dict().items()}
    return comfy.sd.VAE(sd=weights, dtype=torch.float32)


def run(log: Log) -> tuple[dict[str, Any], dict[str, int]]:
    """Results of the nodes by name, and the waits in the layers for each receptive field."""
    import native_model
    import synthetic_room as room
    import tiny
    from worldstereo.core.cameras.trajectory import Trajectory
    from worldstereo.core.model.checkpoint.settings import Settings
    from worldstereo.nodes import NODE_CLASS_MAPPINGS, bridge

    def call(name: str, *needed: object, **inputs: object) -> tuple:
        node = NODE_CLASS_MAPPINGS[f"WSKit{name}"]
        return getattr(node(), node.FUNCTION)(*needed, **inputs)

    w2c = torch.stack([room.look((0.15 * i - 0.6, 0.1, -1.6), 10 - 4 * i) for i in range(FRAMES)])
    pictures, depth = room.see(w2c, HEIGHT, WIDTH)
    path = Trajectory(w2c, depth.K, WIDTH, HEIGHT, unit=depth.unit)
    vae, results, waits = tiny_vae(), {}, {}
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
    net = tiny.transformer(memory=True)
    model = bridge.make_model(net, Settings(variant="memory-dmd"), compute_dtype=torch.float32)
    positive, negative = native_model.conditioning()
    positive, negative, empty = call("ImageToKeyFrames", model, vae, decoded[:1], path, "first_frame_only",
                                     positive, negative, positive[0][1]["clip_vision_output"])
    model, = call("ApplyGeometricMemory", model, vae, render, mask, path, 1.0, 0.0, 1.0)
    for field in FIELDS:
        remembered, = call("ApplyStereoMemory", model, vae, path, references=references,
                           receptive_field=field, point_cloud=cloud, window=3)
        with waits_in([*net.blocks, *net.controlnet.controlnet_blocks], log) as inside:
            sampled, = call("SampleKeyFrames", remembered, positive, negative, empty, 7, 2, 0.0)
        name = field.split()[0]
        results[name], waits[name] = sampled["samples"], dict(inside)
    return results, waits


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
        results, waits = run(log)
    on = {name: str(value.device) for name, value in results.items()}
    save_file({name: value.contiguous() for name, value in on_cpu(results).items()}, file,
              {"devices": json.dumps(on), "waits": json.dumps(waits)})


if __name__ == "__main__":
    main(*sys.argv[1:])
