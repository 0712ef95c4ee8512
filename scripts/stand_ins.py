"""What the examples run on instead of your own: scikit-image's motorcycle with its depth,
WorldStereo-Nano."""
from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file

import make_tiny_model
from vae_names import vae_state_to_diffusers
from worldstereo.core.depth.depth import Depth, depth_from_values
from worldstereo.core.model.checkpoint.load import load_transformer
from worldstereo.core.model.transformer import WorldStereoTransformer
from worldstereo.core.sampling.key_frame_vae import KeyFrameVae, diffusers_vae

# Calibration of the pair (Middlebury 2014) in pixels and metres; it counts pixels from their centres.
FOCAL, CENTRE, OFFSET, BASELINE = 994.978, (311.193 + 0.5, 254.877 + 0.5), 31.086, 0.193001


def photograph() -> tuple[torch.Tensor, Depth]:
    """A photograph [1,500,741,3] in 0..1 with its measured depth in metres."""
    from skimage.data import stereo_motorcycle

    left, _, disparity = stereo_motorcycle()
    values = torch.from_numpy(FOCAL * BASELINE / (disparity + OFFSET))[None]
    K = torch.tensor([[FOCAL, 0, CENTRE[0]], [0, FOCAL, CENTRE[1]], [0, 0, 1]])
    return torch.from_numpy(left)[None] / 255, depth_from_values(values, 1.0, K)


def models() -> tuple[WorldStereoTransformer, KeyFrameVae]:
    """WorldStereo-Nano, a memory-dmd model for clips 384 pixels wide that ignores prompts, and its VAE."""
    from diffusers import AutoencoderKLWan

    with tempfile.TemporaryDirectory() as folder:
        model, vae = (write(Path(folder), trained=True) for write in (make_tiny_model.write_model,
                                                                       make_tiny_model.write_vae))
        transformer, _ = load_transformer(model, torch.float32)
        network = AutoencoderKLWan(base_dim=make_tiny_model.TRAINED_VAE_DIM).eval()
        network.load_state_dict(vae_state_to_diffusers(load_file(vae)))
    return transformer, diffusers_vae(network.float())


def prompt() -> torch.Tensor:
    """[1,512,4096], what umt5_xxl makes of a prompt; Nano ignores it."""
    return torch.zeros(1, 512, 4096)
