"""ComfyUI's device for what is not the video model: other networks, which come and go as models do, and
geometry."""

import comfy.model_management as mm
import torch
from comfy.model_patcher import ModelPatcher


def as_patcher(network: torch.nn.Module, load_device: torch.device | None = None) -> ModelPatcher:
    """ComfyUI's handle on a network; ComfyUI holds it weakly, so the network is freed with the last one who
    has it."""
    # ComfyUI sets attributes on it that classes of transformers refuse
    holder = torch.nn.ModuleList([network])
    return ModelPatcher(holder, load_device or mm.get_torch_device(), mm.unet_offload_device())


def load_to_device(patcher: ModelPatcher) -> None:
    """Loads all of the network onto its device, with as much room to work in as it takes itself; others make
    way."""
    mm.load_models_gpu([patcher], memory_required=patcher.model_size(), force_full_load=True)


def device_with_room(bytes_needed: int) -> torch.device:
    """ComfyUI's device where that is a CUDA GPU of this size, after other models have made way; the CPU
    otherwise."""
    device = mm.get_torch_device()
    if device.type != "cuda" or mm.get_total_memory(device) < bytes_needed:
        return torch.device("cpu")
    mm.free_memory(bytes_needed, device)
    return device
