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

# the workflows name them, and the page looks for them; tests have other nodes in their place
CHOSEN = ("text_encoders/umt5_xxl_fp8_e4m3fn_scaled.safetensors", "clip_vision/clip_vision_h.safetensors",
          "diffusion_models/wan2.1_i2v_480p_14B_fp16.safetensors")


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
    """Wan VACE, Fun Camera 2.1 and 2.2, I2V and FLF2V, two variants of WorldStereo, the VAE, a depth model, a
    LoRA for WorldStereo, an upscaler."""
    from comfy.ldm.wan.model import CameraWanModel, VaceWanModel, WanModel

    folder = models / "diffusion_models"
    write(VaceWanModel, folder / "wan2.1_vace_1.3B_fp16.safetensors", **WAN, **VACE)
    camera = {**WAN, "in_dim": 32}
    write(CameraWanModel, folder / "wan2.1_fun_camera_v1.1_1.3B_bf16.safetensors", **camera)
    write(CameraWanModel, folder / "wan2.2_fun_camera.safetensors", **{**camera, "in_dim": 36},
          model_type="camera_2.2")
    write(WanModel, folder / "wan2.1_i2v_480p_14B_fp8_scaled.safetensors", **WAN, in_dim=36, model_type="i2v")
    write(WanModel, folder / "wan2.1_flf2v_720p_14B_fp16.safetensors", **WAN, in_dim=36, model_type="i2v",
          flf_pos_embed_token_number=514)
    for variant in ("memory-dmd", "memory"):
        make_tiny_model.write_model(models, variant).rename(folder / f"worldstereo-{variant}")
    write_lora(models / "loras" / "Wan21_I2V_14B_lightx2v_cfg_step_distill_lora_rank64.safetensors")
    write_upscaler(models / "upscale_models" / "RealESRGAN_x4plus.safetensors")
    make_tiny_model.write_vae(models).rename(models / "vae" / "wan_2.1_vae.safetensors")
    for name in CHOSEN:
        (models / name).parent.mkdir(exist_ok=True)
        (models / name).touch()
    network, processor = depth_anything("metric")
    for part in (network, processor):
        part.save_pretrained(models / "geometry_estimation" / "Depth-Anything-V2-Metric-Indoor-Small-hf")


def write_lora(file: Path) -> None:
    """Rank 4, on the queries of the first block, under the names of Wan LoRAs."""
    g, width = torch.Generator().manual_seed(0), make_tiny_model.WIDTH
    layer = "diffusion_model.blocks.0.self_attn.q"
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({f"{layer}.lora_down.weight": torch.randn(4, width, generator=g) / width ** 0.5,
               f"{layer}.lora_up.weight": torch.randn(width, 4, generator=g)}, file)


def write_upscaler(file: Path) -> None:
    """Real-ESRGAN, 4 times the size."""
    from spandrel.architectures.ESRGAN import ESRGAN

    file.parent.mkdir(parents=True)
    save_file(random_state(ESRGAN(num_filters=4, num_blocks=1)), file)


def write_uni3c(models: Path) -> None:
    """The Uni3C control network; ImportError in a ComfyUI without it."""
    from comfy.ldm.wan.uni3c import WanUni3CControlnet

    write(WanUni3CControlnet, models / "model_patches" / "Wan21_Uni3C_controlnet_fp16.safetensors",
          conv_out_dim=DIM, dim=96, ffn_dim=64, num_layers=2, time_embed_dim=DIM, out_proj_dim=DIM,
          mid_channels=16)
