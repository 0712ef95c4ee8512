"""Tiny random models of ComfyUI's own classes, as the files that workflows of docs/workflows load."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

import make_tiny_model
from depth_models import depth_anything

DIM = 128  # one head: ComfyUI takes a head to be as wide as this
WAN = {"dim": DIM, "ffn_dim": 64, "num_heads": 1, "num_layers": 2}
VACE = {"vace_layers": 1, "vace_in_dim": 96}


def random_state(module: torch.nn.Module) -> dict[str, Tensor]:
    g = torch.Generator().manual_seed(0)
    return {name: torch.randn(tensor.shape, generator=g) / max(tensor[0].numel(), 4) ** 0.5
            for name, tensor in module.state_dict().items()}


def write(module: type, file: Path, **config: Any) -> None:
    import comfy.ops

    file.parent.mkdir(parents=True, exist_ok=True)
    network = module(**config, operations=comfy.ops.disable_weight_init, dtype=torch.float32)
    save_file(random_state(network), file)


def write_models(models: Path) -> None:
    """Wan VACE, Wan Fun Camera 2.1 and 2.2, Wan I2V, the VAE and a depth model."""
    from comfy.ldm.wan.model import CameraWanModel, VaceWanModel, WanModel

    folder = models / "diffusion_models"
    write(VaceWanModel, folder / "wan2.1_vace_1.3B_fp16.safetensors", **WAN, **VACE)
    camera = {**WAN, "in_dim": 32}
    write(CameraWanModel, folder / "wan2.1_fun_camera_v1.1_1.3B_bf16.safetensors", **camera)
    write(CameraWanModel, folder / "wan2.2_fun_camera.safetensors", **{**camera, "in_dim": 36},
          model_type="camera_2.2")
    write(WanModel, folder / "wan2.1_i2v_480p_14B_fp8_scaled.safetensors", **WAN, in_dim=36, model_type="i2v")
    make_tiny_model.write_vae(models).rename(models / "vae" / "wan_2.1_vae.safetensors")
    network, processor = depth_anything("metric")
    for part in (network, processor):
        part.save_pretrained(models / "geometry_estimation" / "Depth-Anything-V2-Metric-Indoor-Small-hf")


def write_uni3c(models: Path) -> None:
    """The Uni3C control network; ImportError in a ComfyUI without it."""
    from comfy.ldm.wan.uni3c import WanUni3CControlnet

    write(WanUni3CControlnet, models / "model_patches" / "Wan21_Uni3C_controlnet_fp16.safetensors",
          conv_out_dim=DIM, dim=96, ffn_dim=64, num_layers=2, time_embed_dim=DIM, out_proj_dim=DIM,
          mid_channels=16)
